package guest

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// TestLocksUnderContention counts without atomics: a lock that lets two in, or
// loses a waiter, is seen (the race detector sees it at once).
func TestLocksUnderContention(t *testing.T) {
	const workers, turns = 8, 500
	for name, program := range map[string]func(n *int){
		"mutex": func(n *int) {
			var m sync.Mutex
			contend(workers, turns, func(int) { MutexLock(0, &m); *n++; MutexUnlock(0, &m) })
		},
		"mutex held across a switch": func(n *int) {
			var m sync.Mutex
			contend(workers, turns, func(int) { MutexLock(0, &m); v := *n; runtime.Gosched(); *n = v + 1; MutexUnlock(0, &m) })
		},
		"mutex with native code": func(n *int) {
			var m sync.Mutex
			contend(workers, turns/10, func(i int) {
				if i%2 == 0 {
					m.Lock()
					*n += 10
					m.Unlock()
				} else {
					MutexLock(0, &m)
					*n += 10
					MutexUnlock(0, &m)
				}
			})
		},
		"try": func(n *int) {
			var m sync.Mutex
			contend(workers, turns, func(int) {
				for !MutexTryLock(0, &m) {
					runtime.Gosched()
				}
				*n++
				MutexUnlock(0, &m)
			})
		},
		"writers and readers": func(n *int) {
			var m sync.RWMutex
			contend(workers, turns, func(i int) {
				RWRLock(0, &m)
				_ = *n
				RWRUnlock(0, &m)
				RWLock(0, &m)
				*n++
				RWUnlock(0, &m)
			})
		},
		"cond": func(n *int) {
			var m sync.Mutex
			c := sync.NewCond(&m)
			turn := 0
			contend(workers, turns, func(i int) {
				MutexLock(0, &m)
				for turn != i {
					CondWait(0, c)
				}
				*n++
				turn = (turn + 1) % workers
				MutexUnlock(0, &m)
				CondBroadcast(0, c)
			})
		},
		"channel as a lock": func(n *int) {
			sem := make(chan struct{}, 1)
			contend(workers, turns, func(int) { snd(sem, struct{}{}); *n++; rcv(sem) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := newWorld(t)
			n := 0
			out := runIn(t, w, func() { program(&n) }, Options{})
			if out.Kind != Returned || n != workers*turns {
				t.Fatal(out, n)
			}
			if q := w.queues.waiting.Load(); q != 0 {
				t.Errorf("%d waiters left in the queues", q)
			}
			for i := range w.queues.shards {
				if len(w.queues.shards[i].m) != 0 {
					t.Error("a queue is left")
				}
			}
		})
	}
}

func contend(workers, turns int, f func(worker int)) {
	var wg sync.WaitGroup
	for i := range workers {
		WaitGroupGo(0, &wg, func() {
			for range turns {
				f(i)
			}
		})
	}
	WaitGroupWait(0, &wg)
}

// TestStoppedWaitersPassTheLockOn stops cells whose goroutines wait for locks
// that another cell uses all the time.
func TestStoppedWaitersPassTheLockOn(t *testing.T) {
	w, _ := newWorld(t)
	w.patience = 1000
	var m sync.Mutex
	var rw sync.RWMutex
	var done atomic.Bool
	owner := make(chan *Outcome, 1)
	go func() {
		owner <- newCell(w).Run(func() {
			for !done.Load() {
				MutexLock(0, &m)
				RWLock(0, &rw)
				runtime.Gosched()
				RWUnlock(0, &rw)
				MutexUnlock(0, &m)
				runtime.Gosched()
			}
		}, Options{})
	}()
	for range 50 {
		c := newCell(w)
		out := make(chan *Outcome, 1)
		running := make(chan struct{})
		go func() {
			out <- c.Run(func() {
				var wg sync.WaitGroup
				for i := range 6 {
					WaitGroupGo(0, &wg, func() {
						for {
							switch i % 3 {
							case 0:
								Protect(func(fr *Frame) { MutexLock(0, &m); Defer(fr, func() { MutexUnlock(0, &m) }) })
							case 1:
								Protect(func(fr *Frame) { RWRLock(0, &rw); Defer(fr, func() { RWRUnlock(0, &rw) }) })
							case 2:
								Protect(func(fr *Frame) { RWLock(0, &rw); Defer(fr, func() { RWUnlock(0, &rw) }) })
							}
							if raised(w.StopFlag()) {
								StopHit()
							}
						}
					})
				}
				close(running)
				WaitGroupWait(0, &wg)
			}, Options{})
		}()
		<-running
		runtime.Gosched()
		c.Stop()
		if o := <-out; o.Kind != Stopped || len(o.GivenUp) > 0 {
			t.Fatal(o)
		}
	}
	done.Store(true)
	if o := <-owner; o.Kind != Returned {
		t.Fatal(o)
	}
	if !m.TryLock() || !rw.TryLock() {
		t.Error("a lock is left behind")
	}
	if q := w.queues.waiting.Load(); q != 0 {
		t.Errorf("%d waiters left in the queues", q)
	}
}

func TestMutexIsFair(t *testing.T) {
	w, _ := newWorld(t)
	var order []int
	out := runIn(t, w, func() {
		var m sync.Mutex
		var wg sync.WaitGroup
		MutexLock(0, &m)
		for i := range 5 {
			WaitGroupGo(0, &wg, func() {
				MutexLock(0, &m)
				order = append(order, i)
				MutexUnlock(0, &m)
			})
			for len(waitingKind(WaitMutex)) <= i {
				runtime.Gosched()
			}
		}
		MutexUnlock(0, &m)
		WaitGroupWait(0, &wg)
	}, Options{})
	if out.Kind != Returned || !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
		t.Fatal(out, order)
	}
}
