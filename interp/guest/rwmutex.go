package guest

import (
	"sync"
	"unsafe"
)

// RWLock is (*sync.RWMutex).Lock: it waits for readers and writers that came
// before, and readers that come later wait for it.
func RWLock(place int, m *sync.RWMutex) { rwLock(place, m, true) }

// RWRLock is (*sync.RWMutex).RLock.
func RWRLock(place int, m *sync.RWMutex) { rwLock(place, m, false) }

func rwLock(place int, m *sync.RWMutex, write bool) {
	if m == nil {
		PanicNil(place)
	}
	g := cur()
	w, obj := g.cell.world, unsafe.Pointer(m)
	if w.queues.waiting.Load() != 0 || !rwTry(m, write) {
		g.rwLockSlow(place, m, write)
	}
	g.hold(obj, place)
}

func rwTry(m *sync.RWMutex, write bool) bool {
	if write {
		return m.TryLock()
	}
	return m.TryRLock()
}

// RWTryLock is (*sync.RWMutex).TryLock.
func RWTryLock(place int, m *sync.RWMutex) bool { return rwTryLock(place, m, true) }

// RWTryRLock is (*sync.RWMutex).TryRLock.
func RWTryRLock(place int, m *sync.RWMutex) bool { return rwTryLock(place, m, false) }

func rwTryLock(place int, m *sync.RWMutex, write bool) bool {
	if m == nil {
		PanicNil(place)
	}
	g := cur()
	w, obj := g.cell.world, unsafe.Pointer(m)
	if !write && w.queues.waiting.Load() != 0 {
		mu, qs := w.shard(obj)
		writers := qs[obj].writers()
		mu.Unlock()
		if writers {
			return false
		}
	}
	if !rwTry(m, write) {
		return false
	}
	g.hold(obj, place)
	return true
}

// RWUnlock is (*sync.RWMutex).Unlock: readers that wait come first, then the next writer.
func RWUnlock(place int, m *sync.RWMutex) { rwUnlock(place, m, true) }

// RWRUnlock is (*sync.RWMutex).RUnlock.
func RWRUnlock(place int, m *sync.RWMutex) { rwUnlock(place, m, false) }

func rwUnlock(place int, m *sync.RWMutex, write bool) {
	if m == nil {
		PanicNil(place)
	}
	g := cur()
	w, obj := g.cell.world, unsafe.Pointer(m)
	if tr := g.cell.trace.Load(); tr != nil {
		tr.did(g, obj)
	}
	g.release(obj)
	if g.leaving.Load() != 0 && rwFree(m, write) {
		return // deferred for a lock that the stop cut short
	}
	if w.queues.waiting.Load() == 0 {
		if write {
			m.Unlock()
		} else {
			m.RUnlock()
		}
		if w.queues.waiting.Load() != 0 {
			w.wakeRW(m, write)
		}
		return
	}
	mu, qs := w.shard(obj) // the unlock and the choice of who is next are one step
	defer mu.Unlock()
	if write {
		m.Unlock()
	} else {
		m.RUnlock()
	}
	qs[obj].grantRW(qs, m, write)
}

// rwFree tells that m is not locked in the way that an unlock would undo.
func rwFree(m *sync.RWMutex, write bool) bool {
	if m.TryLock() {
		m.Unlock()
		return true
	}
	if m.TryRLock() { // readers hold it
		m.RUnlock()
		return write
	}
	return !write
}

func (q *queue) writers() bool {
	if q != nil {
		for _, x := range q.ws {
			if x.write {
				return true
			}
		}
	}
	return false
}

func (g *G) rwLockSlow(place int, m *sync.RWMutex, write bool) {
	w, obj := g.cell.world, unsafe.Pointer(m)
	x := &waiter{g: g, write: write, since: nanotime(), wake: make(chan grant, 1)}
	mu, qs := w.shard(obj)
	w.queues.waiting.Add(1)
	defer w.queues.waiting.Add(-1)
	// A reader queues behind a writer that waits; a writer queues behind anybody.
	if q := qs[obj]; (q == nil || !write && !q.writers()) && rwTry(m, write) {
		mu.Unlock()
		return
	}
	push(qs, obj, x, func() { w.wakeRW(m, false) })
	mu.Unlock()
	done := g.done()
	kind := WaitRWRead
	if write {
		kind = WaitRWWrite
	}
	g.block(&wait{kind: kind, obj: obj, place: place})
	defer g.unblock()
	select {
	case <-x.wake:
	case <-done:
		mu, qs = w.shard(obj)
		q := qs[obj]
		if q.remove(x) {
			q.grantRW(qs, m, false) // readers that waited behind this writer
			q.drop(qs, obj)
		} else {
			<-x.wake // granted at the same moment
			if write {
				m.Unlock()
			} else {
				m.RUnlock()
			}
			qs[obj].grantRW(qs, m, write)
		}
		mu.Unlock()
		g.leave()
	}
}

func (w *World) wakeRW(m *sync.RWMutex, afterWrite bool) {
	mu, qs := w.shard(unsafe.Pointer(m))
	defer mu.Unlock()
	qs[unsafe.Pointer(m)].grantRW(qs, m, afterWrite)
}

// grantRW takes m for those who are next: after a writer all readers that
// wait, else the first writer, else the readers. The shard is locked.
func (q *queue) grantRW(qs map[unsafe.Pointer]*queue, m *sync.RWMutex, afterWrite bool) {
	if q == nil {
		return
	}
	readers := func() {
		var rest []*waiter
		for _, x := range q.ws {
			if !x.write && m.TryRLock() {
				x.wake <- grantHeld
			} else {
				rest = append(rest, x)
			}
		}
		q.ws = rest
	}
	if afterWrite {
		readers()
	}
	if q.writers() {
		for i, x := range q.ws {
			if x.write {
				if m.TryLock() {
					q.ws = append(q.ws[:i:i], q.ws[i+1:]...)
					x.wake <- grantHeld
				}
				break
			}
		}
	} else {
		readers()
	}
	q.drop(qs, unsafe.Pointer(m))
}

// rlocker is what RWRLocker returns.
type rlocker struct{ rw *sync.RWMutex }

func (r *rlocker) Lock()   { RWRLock(0, r.rw) }
func (r *rlocker) Unlock() { RWRUnlock(0, r.rw) }

// RWRLocker is (*sync.RWMutex).RLocker.
func RWRLocker(place int, m *sync.RWMutex) sync.Locker { return &rlocker{m} }
