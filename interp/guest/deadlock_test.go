package guest

import (
	"context"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

// asleep are programs that Go ends with "all goroutines are asleep" (or would,
// if the process did nothing else).
var asleep = map[string]func(){
	"receive":     func() { rcv(make(chan int)) },
	"receive nil": func() { rcv((chan int)(nil)) },
	"send":        func() { snd(make(chan int), 1) },
	"send nil":    func() { snd((chan int)(nil), 1) },
	"buffer full": func() { c := make(chan int, 2); snd(c, 1); snd(c, 2); snd(c, 3) },
	"select none": func() { Select(0, true, nil) },
	"select receive": func() {
		a, b := make(chan int), make(chan string)
		Select(0, true, []Case{recvCase(a, nil), recvCase(b, nil)})
	},
	"select send": func() { a := make(chan int); Select(0, true, []Case{sendCase(a, 1)}) },
	"select mixed": func() {
		a, b := make(chan int), make(chan int)
		Select(0, true, []Case{sendCase(a, 1), recvCase(b, nil)})
	},
	"select nil": func() { Select(0, true, []Case{recvCase((chan int)(nil), nil)}) },
	"range not closed": func() {
		c := make(chan int)
		spawn(func() {
			for i := range 3 {
				snd(c, i)
			}
		})
		each(c, func(int) {})
	},
	"two cross": func() {
		a, b := make(chan int), make(chan int)
		spawn(func() { snd(a, 1); rcv(b) })
		snd(b, 1)
		rcv(a)
	},
	"ring": func() {
		const n = 5
		var cs [n]chan int
		for i := range cs {
			cs[i] = make(chan int)
		}
		for i := range n {
			spawn(func() { snd(cs[(i+1)%n], rcv(cs[i])) })
		}
		rcv(cs[0])
	},
	"lock twice": func() { var m sync.Mutex; MutexLock(0, &m); MutexLock(0, &m) },
	"never unlocked": func() {
		var m sync.Mutex
		done := make(chan bool)
		spawn(func() { MutexLock(0, &m); snd(done, true) })
		rcv(done)
		MutexLock(0, &m)
	},
	"two mutexes": func() {
		var a, b sync.Mutex
		ready := make(chan bool)
		spawn(func() { MutexLock(0, &a); snd(ready, true); rcv(ready); MutexLock(0, &b) })
		MutexLock(0, &b)
		rcv(ready)
		snd(ready, true)
		MutexLock(0, &a)
	},
	"philosophers": func() {
		const n = 5
		var forks [n]sync.Mutex
		var wg, all sync.WaitGroup
		WaitGroupAdd(0, &all, n)
		for i := range n {
			WaitGroupGo(0, &wg, func() {
				MutexLock(0, &forks[i])
				WaitGroupDone(0, &all)
				WaitGroupWait(0, &all)
				MutexLock(0, &forks[(i+1)%n])
			})
		}
		WaitGroupWait(0, &wg)
	},
	"write after read": func() { var m sync.RWMutex; RWRLock(0, &m); RWLock(0, &m) },
	"read after write": func() { var m sync.RWMutex; RWLock(0, &m); RWRLock(0, &m) },
	"write twice":      func() { var m sync.RWMutex; RWLock(0, &m); RWLock(0, &m) },
	"read behind a writer": func() {
		var m sync.RWMutex
		RWRLock(0, &m)
		spawn(func() { RWLock(0, &m) })
		for g := cur(); ; runtime.Gosched() { // until the writer waits
			n := 0
			for _, o := range g.cell.goroutines() {
				if o.waiting().kind == WaitRWWrite {
					n++
				}
			}
			if n > 0 {
				break
			}
		}
		RWRLock(0, &m)
	},
	"wait too much": func() { var wg sync.WaitGroup; WaitGroupAdd(0, &wg, 1); WaitGroupWait(0, &wg) },
	"done missing": func() {
		var wg sync.WaitGroup
		for i := range 3 {
			WaitGroupAdd(0, &wg, 1)
			spawn(func() {
				if i != 1 {
					WaitGroupDone(0, &wg)
				}
			})
		}
		WaitGroupWait(0, &wg)
	},
	"wait in the group": func() {
		var wg sync.WaitGroup
		WaitGroupGo(0, &wg, func() { WaitGroupWait(0, &wg) })
		WaitGroupWait(0, &wg)
	},
	"group and channel": func() {
		var wg sync.WaitGroup
		c := make(chan int)
		for range 3 {
			WaitGroupGo(0, &wg, func() { snd(c, 1) })
		}
		WaitGroupWait(0, &wg)
	},
	"cond": func() { var m sync.Mutex; c := sync.NewCond(&m); MutexLock(0, &m); CondWait(0, c) },
	"cond signalled before": func() {
		var m sync.Mutex
		c := sync.NewCond(&m)
		CondSignal(0, c)
		MutexLock(0, &m)
		CondWait(0, c)
	},
	"cond one signal for two": func() {
		var m sync.Mutex
		var wg sync.WaitGroup
		c := sync.NewCond(&m)
		for range 2 {
			WaitGroupGo(0, &wg, func() { MutexLock(0, &m); CondWait(0, c); MutexUnlock(0, &m) })
		}
		for len(waitingKind(WaitCond)) < 2 {
			runtime.Gosched()
		}
		CondSignal(0, c)
		WaitGroupWait(0, &wg)
	},
	"once in once": func() { var o sync.Once; OnceDo(0, &o, func() { OnceDo(0, &o, func() {}) }) },
	"producer gone": func() {
		c := make(chan int)
		spawn(func() {})
		rcv(c)
	},
	"consumer gone": func() {
		c := make(chan int)
		spawn(func() { rcv(c) })
		snd(c, 1)
		snd(c, 2)
	},
	"pipeline not closed": func() {
		a, b := make(chan int), make(chan int)
		spawn(func() {
			each(a, func(v int) { snd(b, v*v) })
			Close(0, b)
		})
		spawn(func() {
			for i := range 5 {
				snd(a, i)
			}
		})
		each(b, func(int) {})
	},
	"pool without close": func() {
		jobs := make(chan int)
		var wg sync.WaitGroup
		for range 4 {
			WaitGroupGo(0, &wg, func() { each(jobs, func(int) {}) })
		}
		for i := range 10 {
			snd(jobs, i)
		}
		WaitGroupWait(0, &wg)
	},
	"fan in": func() {
		out := make(chan int)
		for range 3 {
			spawn(func() { snd(out, 1) })
		}
		for range 4 {
			rcv(out)
		}
	},
	"hundred": func() {
		c := make(chan int)
		for range 100 {
			spawn(func() { rcv(c) })
		}
		rcv(c)
	},
	"context without cancel": func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		rcv(ctx.Done())
	},
	"background context": func() { rcv(context.Background().Done()) },
	"context cancelled after its wait": func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		spawn(func() { rcv(ctx.Done()) })
		rcv(make(chan int))
	},
	"stopped timer":    func() { t := NewTimer(0, time.Hour); TimerStop(0, t); rcv(t.C) },
	"fired timer":      func() { t := NewTimer(0, time.Millisecond); rcv(t.C); rcv(t.C) },
	"after twice":      func() { c := After(0, time.Millisecond); rcv(c); rcv(c) },
	"stopped ticker":   func() { t := NewTicker(0, time.Millisecond); rcv(t.C); TickerStop(0, t); rcv(t.C) },
	"timer of nobody":  func() { NewTimer(0, time.Hour); rcv(make(chan int)) },
	"ticker of nobody": func() { t := NewTicker(0, time.Millisecond); defer TickerStop(0, t); rcv(make(chan int)) },
	"stopped AfterFunc": func() {
		c := make(chan int)
		t := AfterFunc(0, time.Hour, func() { Close(0, c) })
		TimerStop(0, t)
		rcv(c)
	},
	"AfterFunc that blocks": func() {
		c := make(chan int)
		AfterFunc(0, time.Millisecond, func() { snd(c, 1) })
		rcv(c)
		rcv(c)
	},
	"after a sleep": func() { Sleep(0, 5*time.Millisecond); rcv(make(chan int)) },
	"deferred": func() {
		Protect(func(fr *Frame) { Defer(fr, func() { rcv(make(chan int)) }) })
	},
	"after a recover": func() {
		Protect(func(fr *Frame) {
			Defer(fr, func() { RecoverD() })
			Throw(0, "x")
		})
		rcv(make(chan int))
	},
	"main exits": func() {
		spawn(func() { rcv(make(chan int)) })
		Goexit(0)
	},
	"pull": func() { p := PullStart(0, func(yield func(p pointerT) bool) { rcv(make(chan int)) }); p.Next() },
	"semaphore": func() {
		sem := make(chan struct{}, 1)
		snd(sem, struct{}{})
		var wg sync.WaitGroup
		WaitGroupGo(0, &wg, func() { snd(sem, struct{}{}) })
		WaitGroupWait(0, &wg)
	},
	"closed but waited for another": func() { a, b := make(chan int), make(chan int); Close(0, a); rcv(a); rcv(b) },
	"locker":                        func() { var m sync.Mutex; var l sync.Locker = &m; LockerLock(0, l); LockerLock(0, l) },
	"rlocker":                       func() { var m sync.RWMutex; RWLock(0, &m); LockerLock(0, RWRLocker(0, &m)) },
	"guarded callback":              func() { c := make(chan int); Guard(0, func() { rcv(c) })() },
	"signal elsewhere":              func() { c := make(chan int); spawn(func() { Select(0, true, nil) }); snd(c, 1) },
	"group twice": func() {
		var wg sync.WaitGroup
		WaitGroupAdd(0, &wg, 1)
		spawn(func() { WaitGroupDone(0, &wg) })
		WaitGroupWait(0, &wg)
		WaitGroupAdd(0, &wg, 2)
		spawn(func() { WaitGroupDone(0, &wg) })
		WaitGroupWait(0, &wg)
	},
	"unlock forgotten on one path": func() {
		var m sync.Mutex
		var wg sync.WaitGroup
		for i := range 3 {
			WaitGroupGo(0, &wg, func() {
				MutexLock(0, &m)
				if i != 1 {
					MutexUnlock(0, &m)
				}
			})
		}
		WaitGroupWait(0, &wg)
		MutexLock(0, &m)
	},
	"done channel never closed": func() {
		work, done := make(chan int), make(chan struct{})
		spawn(func() {
			for {
				if i, _ := Select(0, true, []Case{recvCase(work, nil), recvCase(done, nil)}); i == 1 {
					return
				}
			}
		})
		snd(work, 1)
		rcv(done)
	},
	"reply expected": func() {
		type req struct{ reply chan int }
		reqs := make(chan req)
		spawn(func() { each(reqs, func(r req) {}) })
		r := req{make(chan int)}
		snd(reqs, r)
		rcv(r.reply)
	},
	"pubsub": func() {
		subs := []chan int{make(chan int), make(chan int)}
		spawn(func() { each(subs[0], func(int) {}) })
		for _, s := range subs {
			snd(s, 1)
		}
	},
}

type pointerT = unsafe.Pointer

// asleepInside are such programs whose goroutines wait inside native code, from
// which only end lets them go.
var asleepInside = map[string]func(end func(func())){
	"pipe": func(end func(func())) {
		r, w := io.Pipe()
		end(func() { w.Close() })
		_, _ = r.Read(make([]byte, 1))
	},
	"wait":  func(end func(func())) { var wg sync.WaitGroup; wg.Add(1); end(wg.Done); wg.Wait() },
	"lock":  func(end func(func())) { var m sync.Mutex; m.Lock(); end(m.Unlock); m.Lock() },
	"rlock": func(end func(func())) { var m sync.RWMutex; m.Lock(); end(m.Unlock); m.RLock() },
	"cond": func(end func(func())) {
		var m sync.Mutex
		c := sync.NewCond(&m)
		m.Lock()
		end(c.Broadcast)
		c.Wait()
	},
	"limit of a group": func(end func(func())) {
		var g errgroup.Group
		g.SetLimit(1)
		c := make(chan int)
		end(func() { close(c) })
		for range 2 {
			g.Go(func() error { rcv(c); return nil })
		}
	},
	"group with errors": func(end func(func())) {
		var g errgroup.Group
		c := make(chan int)
		end(func() { close(c) })
		g.Go(func() error { rcv(c); return nil })
		_ = g.Wait()
	},
	"weighted semaphore": func(end func(func())) {
		s := semaphore.NewWeighted(1)
		_ = s.Acquire(context.Background(), 1)
		end(func() { s.Release(1) })
		_ = s.Acquire(context.Background(), 1)
	},
	"single flight": func(end func(func())) {
		var g singleflight.Group
		c := make(chan int)
		end(func() { close(c) })
		_, _, _ = g.Do("k", func() (any, error) { rcv(c); return nil, nil })
	},
	"and ours": func(end func(func())) {
		var wg sync.WaitGroup
		wg.Add(1)
		end(wg.Done)
		spawn(func() { wg.Wait() })
		rcv(make(chan int))
	},
}

func TestDeadlocksInNativeCodeAreFound(t *testing.T) {
	for name, f := range asleepInside {
		t.Run(name, func(t *testing.T) {
			w, _ := newWorld(t)
			release := make(chan func(), 10)
			out := runIn(t, w, func() { f(func(r func()) { release <- r }) }, Options{})
			for len(release) > 0 {
				(<-release)()
			}
			if out.Kind != Deadlocked {
				t.Fatalf("%v", out)
			}
			if out.Elapsed > time.Second {
				t.Errorf("found after %v", out.Elapsed)
			}
		})
	}
}

// waitingKind lists the goroutines of the running cell that wait so.
func waitingKind(k WaitKind) (gs []*G) {
	for _, g := range cur().cell.goroutines() {
		if g.waiting().kind == k {
			gs = append(gs, g)
		}
	}
	return gs
}

func TestDeadlocksAreFound(t *testing.T) {
	if len(asleep) < 60 {
		t.Errorf("%d shapes", len(asleep))
	}
	for name, f := range asleep {
		t.Run(name, func(t *testing.T) {
			w, h := newWorld(t)
			out := runIn(t, w, f, Options{})
			if out.Kind != Deadlocked {
				t.Fatalf("%v", out)
			}
			if len(out.Deadlock.Goroutines) == 0 && name != "main exits" {
				t.Error("no goroutines in the report")
			}
			if len(h.notices) > 0 {
				t.Error("a notice besides")
			}
			if out.Elapsed > 2*time.Second {
				t.Errorf("found after %v", out.Elapsed)
			}
		})
	}
}
