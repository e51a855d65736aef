package guest

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// WaitGroupAdd is (*sync.WaitGroup).Add.
func WaitGroupAdd(place int, wg *sync.WaitGroup, delta int) {
	if wg == nil {
		PanicNil(place)
	}
	at(place)
	g := cur()
	obj := unsafe.Pointer(wg)
	g.use(obj, place)
	if tr := g.cell.trace.Load(); tr != nil && delta < 0 {
		tr.did(g, obj)
	}
	wg.Add(delta)
	g.thrown = 0
	if w := g.cell.world; delta < 0 && w.queues.waiting.Load() != 0 {
		w.wakeGroup(wg)
	}
}

// WaitGroupDone is (*sync.WaitGroup).Done.
func WaitGroupDone(place int, wg *sync.WaitGroup) { WaitGroupAdd(place, wg, -1) }

// WaitGroupWait is (*sync.WaitGroup).Wait.
func WaitGroupWait(place int, wg *sync.WaitGroup) {
	if wg == nil {
		PanicNil(place)
	}
	g := cur()
	w, obj := g.cell.world, unsafe.Pointer(wg)
	g.use(obj, place)
	if counter(wg) > 0 {
		mu, qs := w.shard(obj)
		w.queues.waiting.Add(1)
		defer w.queues.waiting.Add(-1)
		if counter(wg) > 0 {
			x := &waiter{g: g, wake: make(chan grant, 1)}
			push(qs, obj, x, func() { w.wakeGroup(wg) })
			mu.Unlock()
			done := g.done()
			g.block(&wait{kind: WaitWaitGroup, obj: obj, place: place})
			defer g.unblock()
			select {
			case <-x.wake:
			case <-done:
				mu, qs = w.shard(obj)
				if q := qs[obj]; q.remove(x) {
					q.drop(qs, obj)
				}
				mu.Unlock()
				g.leave()
			}
		} else {
			mu.Unlock()
		}
		if !raceEnabled {
			return
		}
	}
	if counter(wg) <= 0 {
		wg.Wait() // does not block; the race detector sees that Wait follows every Done
	}
}

// wakeGroup wakes everybody who waits for wg if its counter is zero.
func (w *World) wakeGroup(wg *sync.WaitGroup) {
	obj := unsafe.Pointer(wg)
	mu, qs := w.shard(obj)
	defer mu.Unlock()
	q := qs[obj]
	if q == nil || counter(wg) > 0 {
		return
	}
	for _, x := range q.ws {
		x.wake <- grantHeld
	}
	q.ws = nil
	q.drop(qs, obj)
}

// WaitGroupGo is (*sync.WaitGroup).Go: a panic of f is Go's "[recovered,
// repanicked]" and leaves the counter as it is.
func WaitGroupGo(place int, wg *sync.WaitGroup, f func()) {
	WaitGroupAdd(place, wg, 1)
	p := cur()
	p.spawn(func() {
		returned := false
		defer func() {
			g := cur()
			if !returned {
				if v := recover(); v != nil {
					p := g.arriving(v)
					p.Recovered = true
					p.trace = g.cell.world.backtrace()
					g.raise(&Panic{Val: p.Val, Link: p, Place: p.Place, trace: p.trace})
				}
				if g.leaving.Load() >= quitKill {
					return
				}
			}
			WaitGroupDone(place, wg)
		}()
		if f == nil {
			PanicNil(place)
		}
		f()
		returned = true
	}, place, "sync.(*WaitGroup).Go")
}

// counterAt is where sync.WaitGroup keeps its 64-bit state, whose high half is the counter.
var counterAt = func() uintptr {
	f, ok := reflect.TypeFor[sync.WaitGroup]().FieldByName("state")
	if !ok || f.Type != reflect.TypeFor[atomic.Uint64]() {
		panic("guest: this Go's sync.WaitGroup has no field state")
	}
	return f.Offset
}()

// counter reads wg's counter.
func counter(wg *sync.WaitGroup) int {
	return int(int32((*atomic.Uint64)(unsafe.Add(unsafe.Pointer(wg), counterAt)).Load() >> 32))
}
