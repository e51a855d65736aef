package guest

import (
	"runtime"
	"sync"
	"unsafe"
)

// CondWait is (*sync.Cond).Wait.
func CondWait(place int, c *sync.Cond) {
	if c == nil {
		PanicNil(place)
	}
	at(place)
	c.Broadcast() // panics if c was copied; nobody waits in c's own list
	passed()
	g := cur()
	w, obj := g.cell.world, unsafe.Pointer(c)
	g.use(obj, place)
	x := &waiter{g: g, wake: make(chan grant, 1)}
	mu, qs := w.shard(obj)
	w.queues.waiting.Add(1)
	push(qs, obj, x, func() {})
	mu.Unlock()
	defer w.queues.waiting.Add(-1)
	LockerUnlock(place, c.L)
	leave := g.condWait(place, x, obj)
	if g.leaving.Load() < quitKill {
		LockerLock(place, c.L) // deferred calls that unlock it will run
	}
	if leave {
		runtime.Goexit()
	}
}

// condWait returns true if the goroutine must end.
func (g *G) condWait(place int, x *waiter, obj unsafe.Pointer) (leave bool) {
	w := g.cell.world
	done := g.done()
	g.block(&wait{kind: WaitCond, obj: obj, place: place})
	defer g.unblock()
	select {
	case <-x.wake:
	case <-done:
		mu, qs := w.shard(obj)
		q := qs[obj]
		if q.remove(x) {
			q.drop(qs, obj)
		} else if q != nil { // signalled at the same moment: it goes to the next
			q.signal(qs, obj)
		}
		mu.Unlock()
		g.leaving.Store(g.quit.level.Load())
		leave = true
	}
	return leave
}

func (q *queue) signal(qs map[unsafe.Pointer]*queue, obj unsafe.Pointer) {
	if q != nil && len(q.ws) > 0 {
		q.pop().wake <- grantHeld
		q.drop(qs, obj)
	}
}

// CondSignal is (*sync.Cond).Signal.
func CondSignal(place int, c *sync.Cond) {
	if c == nil {
		PanicNil(place)
	}
	at(place)
	c.Signal()
	passed()
	g := cur()
	g.use(unsafe.Pointer(c), place)
	if tr := g.cell.trace.Load(); tr != nil {
		tr.did(g, unsafe.Pointer(c))
	}
	mu, qs := g.cell.world.shard(unsafe.Pointer(c))
	qs[unsafe.Pointer(c)].signal(qs, unsafe.Pointer(c))
	mu.Unlock()
}

// CondBroadcast is (*sync.Cond).Broadcast.
func CondBroadcast(place int, c *sync.Cond) {
	if c == nil {
		PanicNil(place)
	}
	at(place)
	c.Broadcast()
	passed()
	g := cur()
	obj := unsafe.Pointer(c)
	g.use(obj, place)
	if tr := g.cell.trace.Load(); tr != nil {
		tr.did(g, obj)
	}
	mu, qs := g.cell.world.shard(obj)
	if q := qs[obj]; q != nil {
		for len(q.ws) > 0 {
			q.signal(qs, obj)
		}
	}
	mu.Unlock()
}
