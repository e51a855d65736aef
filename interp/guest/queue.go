package guest

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// Waiting for a mutex, RWMutex, WaitGroup or Cond happens in queues of this
// package and not in the object's own: so it can be stopped, is visible in the
// state table, and leaves nothing behind. The object itself is the truth: a
// lock is taken by its TryLock, a WaitGroup's counter is read. Whoever releases
// an object through this package wakes the queue; what native code releases is
// found by the watcher's next look.

// queues finds the queue of an object by its address. Empty queues do not exist.
type queues struct {
	waiting atomic.Int64 // waiters in all queues: releasing an object nobody waits for costs this load
	shards  [64]struct {
		mu sync.Mutex
		m  map[unsafe.Pointer]*queue
	}
}

// queue is the FIFO of one object's waiters, under its shard's lock.
type queue struct {
	ws    []*waiter
	woken bool // one waiter is awake and tries for itself
	retry func()
}

// waiter is one goroutine in a queue.
type waiter struct {
	g     *G
	write bool
	since int64
	wake  chan grant // one grant at most is outstanding
}

// grant is what a waiter is woken with.
type grant int

const (
	grantTry  grant = iota // try again: nobody took it for you
	grantHeld              // it is yours
)

// handOver is how long a waiter may lose against goroutines that come later
// before a mutex is handed to it directly, as in sync.Mutex (starvation mode).
const handOver = 1e6

func (w *World) shard(obj unsafe.Pointer) (*sync.Mutex, map[unsafe.Pointer]*queue) {
	s := &w.queues.shards[(uintptr(obj)>>4^uintptr(obj)>>10)&63]
	s.mu.Lock()
	if s.m == nil {
		s.m = map[unsafe.Pointer]*queue{}
	}
	return &s.mu, s.m
}

// push adds x at the end of obj's queue; retry is what the watcher does for it.
func push(m map[unsafe.Pointer]*queue, obj unsafe.Pointer, x *waiter, retry func()) {
	q := m[obj]
	if q == nil {
		q = &queue{retry: retry}
		m[obj] = q
	}
	q.ws = append(q.ws, x)
}

// pop takes the first waiter.
func (q *queue) pop() *waiter {
	x := q.ws[0]
	q.ws[0] = nil
	q.ws = q.ws[1:]
	return x
}

// drop forgets the queue if nobody is in it.
func (q *queue) drop(m map[unsafe.Pointer]*queue, obj unsafe.Pointer) {
	if len(q.ws) == 0 && !q.woken {
		delete(m, obj)
	}
}

// remove takes x out of the queue; false means that it was granted something meanwhile.
func (q *queue) remove(x *waiter) bool {
	if q == nil {
		return false
	}
	for i, y := range q.ws {
		if y == x {
			q.ws = append(q.ws[:i:i], q.ws[i+1:]...)
			return true
		}
	}
	return false
}

// sweep wakes queues whose object native code has released. The watcher calls it.
func (w *World) sweep() {
	if w.queues.waiting.Load() == 0 {
		return
	}
	var retries []func()
	for i := range w.queues.shards {
		s := &w.queues.shards[i]
		s.mu.Lock()
		for _, q := range s.m {
			if len(q.ws) > 0 && !q.woken {
				retries = append(retries, q.retry)
			}
		}
		s.mu.Unlock()
	}
	for _, f := range retries {
		f()
	}
}
