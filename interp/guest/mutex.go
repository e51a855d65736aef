package guest

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// MutexLock is (*sync.Mutex).Lock.
func MutexLock(place int, m *sync.Mutex) {
	if m == nil {
		PanicNil(place)
	}
	g := cur()
	if !m.TryLock() {
		g.lockSlow(place, m)
	}
	g.hold(unsafe.Pointer(m), place)
}

// MutexTryLock is (*sync.Mutex).TryLock.
func MutexTryLock(place int, m *sync.Mutex) bool {
	if m == nil {
		PanicNil(place)
	}
	if !m.TryLock() {
		return false
	}
	g := cur()
	g.hold(unsafe.Pointer(m), place)
	return true
}

// MutexUnlock is (*sync.Mutex).Unlock. Unlocking an unlocked mutex is Go's
// fatal error, which ends the process as it ends a compiled program.
func MutexUnlock(place int, m *sync.Mutex) {
	if m == nil {
		PanicNil(place)
	}
	g := cur()
	if tr := g.cell.trace.Load(); tr != nil {
		tr.did(g, unsafe.Pointer(m))
	}
	g.release(unsafe.Pointer(m))
	if g.leaving.Load() != 0 && mutexFree(m) {
		return // `defer m.Unlock()` of a Lock that the stop cut short
	}
	m.Unlock()
	if w := g.cell.world; w.queues.waiting.Load() != 0 {
		w.wakeMutex(m)
	}
}

// lockSlow waits in m's queue: woken, it competes with goroutines that come
// later, as in sync.Mutex; after a millisecond m is handed to it.
func (g *G) lockSlow(place int, m *sync.Mutex) {
	w, obj := g.cell.world, unsafe.Pointer(m)
	x := &waiter{g: g, since: nanotime(), wake: make(chan grant, 1)}
	retry := func() { w.wakeMutex(m) }
	mu, qs := w.shard(obj)
	w.queues.waiting.Add(1)
	defer w.queues.waiting.Add(-1)
	if m.TryLock() {
		mu.Unlock()
		return
	}
	push(qs, obj, x, retry)
	mu.Unlock()
	done := g.done()
	g.block(&wait{kind: WaitMutex, obj: obj, place: place})
	defer g.unblock()
	for {
		var got grant
		select {
		case got = <-x.wake:
		case <-done:
			mu, qs = w.shard(obj)
			q := qs[obj]
			waiting := q.remove(x)
			if waiting {
				q.drop(qs, obj)
			}
			mu.Unlock()
			if !waiting { // granted at the same moment: pass it on
				if <-x.wake == grantHeld {
					m.Unlock()
				} else {
					w.giveUpTry(obj)
				}
				w.wakeMutex(m)
			}
			g.leave()
		}
		if got == grantHeld {
			return
		}
		mu, qs = w.shard(obj)
		q := qs[obj]
		q.woken = false
		if m.TryLock() {
			q.drop(qs, obj)
			mu.Unlock()
			return
		}
		q.ws = append([]*waiter{x}, q.ws...)
		mu.Unlock()
	}
}

// giveUpTry ends the turn of a waiter that was woken and leaves.
func (w *World) giveUpTry(obj unsafe.Pointer) {
	mu, qs := w.shard(obj)
	defer mu.Unlock()
	if q := qs[obj]; q != nil {
		q.woken = false
		q.drop(qs, obj)
	}
}

// wakeMutex lets the first waiter try, or hands m to it if it has waited long.
func (w *World) wakeMutex(m *sync.Mutex) {
	obj := unsafe.Pointer(m)
	mu, qs := w.shard(obj)
	defer mu.Unlock()
	q := qs[obj]
	if q == nil || q.woken || len(q.ws) == 0 {
		return
	}
	if nanotime()-q.ws[0].since < handOver {
		if mutexFree(m) {
			q.woken = true
			q.pop().wake <- grantTry
		}
		return
	}
	if m.TryLock() {
		q.pop().wake <- grantHeld
		q.drop(qs, obj)
	}
}

// mutexFree tells whether m is unlocked at this moment: bit 0 of its first word
// is "locked" in every Go so far (a test holds this Go to it).
func mutexFree(m *sync.Mutex) bool {
	return atomic.LoadInt32((*int32)(unsafe.Pointer(m)))&1 == 0
}

// held is a lock that a goroutine holds.
type held struct {
	obj   uintptr
	place int
}

// hold notes that g has locked obj.
//
//go:norace
func (g *G) hold(obj unsafe.Pointer, place int) {
	g.use(obj, place)
	g.held = append(g.held, held{uintptr(obj), place})
}

// release notes that g unlocks obj. A lock that another goroutine took stays
// in that one's list; reports leave out locks that are free.
//
//go:norace
func (g *G) release(obj unsafe.Pointer) {
	for i := len(g.held) - 1; i >= 0; i-- {
		if g.held[i].obj == uintptr(obj) {
			g.held = append(g.held[:i], g.held[i+1:]...)
			return
		}
	}
}

// LockerLock is l.Lock() of a sync.Locker: locks of package sync wait as MutexLock does.
func LockerLock(place int, l sync.Locker) {
	switch m := l.(type) {
	case *sync.Mutex:
		MutexLock(place, m)
	case *sync.RWMutex:
		RWLock(place, m)
	case *rlocker:
		RWRLock(place, m.rw)
	default:
		l.Lock()
	}
}

// LockerUnlock is l.Unlock() of a sync.Locker.
func LockerUnlock(place int, l sync.Locker) {
	switch m := l.(type) {
	case *sync.Mutex:
		MutexUnlock(place, m)
	case *sync.RWMutex:
		RWUnlock(place, m)
	case *rlocker:
		RWRUnlock(place, m.rw)
	default:
		l.Unlock()
	}
}
