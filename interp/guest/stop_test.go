package guest

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// loopUntilStopped is what an emitted endless loop does.
func loopUntilStopped() {
	stop := world.Load().StopFlag()
	for {
		if raised(stop) {
			StopHit()
		}
	}
}

//go:norace
func raised(p *bool) bool { return *p }

// endless are cells that only a stop ends.
var endless = map[string]func(){
	"loop":         loopUntilStopped,
	"receive":      func() { rcv(make(chan int)) },
	"receive nil":  func() { rcv((chan int)(nil)) },
	"send":         func() { snd(make(chan int), 1) },
	"select":       func() { Select(0, true, []Case{recvCase(make(chan int), nil), sendCase(make(chan int), 1)}) },
	"empty select": func() { Select(0, true, nil) },
	"sleep":        func() { Sleep(0, time.Hour) },
	"timer":        func() { rcv(NewTimer(0, time.Hour).C) },
	"context": func() {
		ctx, cancel := WithTimeout(0, context.Background(), time.Hour)
		defer cancel()
		rcv(ctx.Done())
	},
	"mutex":      func() { var m sync.Mutex; MutexLock(0, &m); MutexLock(0, &m) },
	"read lock":  func() { var m sync.RWMutex; RWLock(0, &m); RWRLock(0, &m) },
	"write lock": func() { var m sync.RWMutex; RWRLock(0, &m); RWLock(0, &m) },
	"group":      func() { var wg sync.WaitGroup; WaitGroupAdd(0, &wg, 1); WaitGroupWait(0, &wg) },
	"cond":       func() { var m sync.Mutex; MutexLock(0, &m); CondWait(0, sync.NewCond(&m)) },
	"cond with deferred unlock": func() {
		var m sync.Mutex
		Protect(func(fr *Frame) {
			MutexLock(0, &m)
			Defer(fr, func() { MutexUnlock(0, &m) })
			CondWait(0, sync.NewCond(&m))
		})
	},
	"yield": func() {
		for {
			Gosched(0)
		}
	},
	"once":      func() { var o sync.Once; OnceDo(0, &o, func() { rcv(make(chan int)) }) },
	"callback":  func() { sync.OnceFunc(loopUntilStopped)() },
	"coroutine": func() { p := PullStart(0, func(yield func(unsafe.Pointer) bool) { loopUntilStopped() }); p.Next() },
	"recovering": func() {
		Protect(func(fr *Frame) {
			Defer(fr, func() {
				if RecoverD() != nil {
					panic("recovered a stop")
				}
			})
			loopUntilStopped()
		})
	},
	"recovering native code": func() {
		func() {
			defer func() { _ = recover() }()
			loopUntilStopped()
		}()
	},
	"group and workers": func() {
		var wg sync.WaitGroup
		c := make(chan int)
		for i := range 10 {
			WaitGroupGo(0, &wg, func() {
				if i%2 == 0 {
					loopUntilStopped()
				}
				rcv(c)
			})
		}
		WaitGroupWait(0, &wg)
	},
	"spawning": func() {
		for {
			spawn(func() { rcv(make(chan int)) })
			Sleep(0, time.Millisecond)
		}
	},
	"ticker": func() {
		t := NewTicker(0, time.Millisecond)
		for {
			rcv(t.C)
		}
	},
	"main gone": func() { spawn(loopUntilStopped); Goexit(0) },
}

func TestStop(t *testing.T) {
	for name, f := range endless {
		t.Run(name, func(t *testing.T) {
			w, _ := newWorld(t)
			w.watch.every = time.Hour // no deadlocks here
			w.patience = 1000         // the machine of a test may be busy; no case is to be given up
			for range 20 {
				c := newCell(w)
				running := make(chan struct{})
				done := make(chan *Outcome, 1)
				go func() { done <- c.Run(func() { close(running); f() }, Options{}) }()
				<-running
				runtime.Gosched()
				start := time.Now()
				c.Stop()
				select {
				case out := <-done:
					if out.Kind != Stopped || len(out.GivenUp) > 0 {
						t.Fatal(out)
					}
				case <-time.After(10 * time.Second):
					t.Fatal("not stopped")
				}
				if d := time.Since(start); d > time.Second {
					t.Errorf("stopped after %v", d)
				}
				if w.StopFlag() != nil && raised(w.StopFlag()) {
					t.Fatal("the flag stays up")
				}
				if n := len(c.goroutines()); n > 0 {
					t.Fatalf("%d goroutines left", n)
				}
			}
		})
	}
}

func TestDeferredCallsOfAStoppedCellRun(t *testing.T) {
	w, _ := newWorld(t)
	var m sync.Mutex
	var order []string
	c := newCell(w)
	go func() {
		for len(c.goroutines()) == 0 || !mutexLocked(&m) {
			runtime.Gosched()
		}
		c.Stop()
	}()
	out := runCell(t, c, func() {
		Protect(func(fr *Frame) {
			MutexLock(0, &m)
			Defer(fr, func() { MutexUnlock(0, &m); order = append(order, "unlocked") })
			Defer(fr, func() {
				Sleep(0, time.Millisecond) // may still wait
				c := make(chan int, 1)
				snd(c, 1)
				rcv(c)
				order = append(order, "waited")
			})
			loopUntilStopped()
		})
	}, Options{})
	if out.Kind != Stopped || mutexLocked(&m) || len(order) != 2 || order[0] != "waited" {
		t.Fatal(out, order)
	}
}

func mutexLocked(m *sync.Mutex) bool { return !mutexFree(m) }

func TestDeferredCallsThatDoNotEndAreGivenUp(t *testing.T) {
	w, _ := newWorld(t)
	c := newCell(w)
	running := make(chan struct{})
	go func() { <-running; c.Stop() }()
	start := time.Now()
	out := runCell(t, c, func() {
		Protect(func(fr *Frame) {
			Defer(fr, func() { rcv(make(chan int)) })
			close(running)
			loopUntilStopped()
		})
	}, Options{Grace: 50 * time.Millisecond})
	if out.Kind != Stopped || len(out.GivenUp) > 0 || time.Since(start) < 50*time.Millisecond {
		t.Fatal(out, time.Since(start))
	}
}

func TestSecondStopEndsDeferredCalls(t *testing.T) {
	w, _ := newWorld(t)
	c := newCell(w)
	deferring := make(chan struct{})
	running := make(chan struct{})
	go func() { <-running; c.Stop(); <-deferring; c.Stop() }()
	out := runCell(t, c, func() {
		Protect(func(fr *Frame) {
			Defer(fr, func() { close(deferring); rcv(make(chan int)) })
			close(running)
			loopUntilStopped()
		})
	}, Options{Grace: time.Hour})
	if out.Kind != Stopped || len(out.GivenUp) > 0 {
		t.Fatal(out)
	}
}

func TestNativeCodeThatDoesNotEndIsNamed(t *testing.T) {
	w, _ := newWorld(t)
	c := newCell(w)
	var m sync.Mutex
	m.Lock()
	running := make(chan struct{})
	go func() { <-running; c.Stop() }()
	start := time.Now()
	out := runCell(t, c, func() { close(running); m.Lock() }, Options{})
	if out.Kind != Stopped || len(out.GivenUp) != 1 || !out.GivenUp[0].Main {
		t.Fatal(out)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("given up after %v", d)
	}
	m.Unlock()
	for len(c.goroutines()) > 0 {
		runtime.Gosched()
	}
}

func TestOtherCellsGoOn(t *testing.T) {
	w, _ := newWorld(t)
	var turns atomic.Int64
	other := newCell(w)
	out := runCell(t, other, func() {
		stop := w.StopFlag()
		spawn(func() {
			for {
				turns.Add(1)
				if raised(stop) {
					StopHit()
				}
			}
		})
	}, Options{})
	if out.Kind != Returned || len(out.Left) != 1 {
		t.Fatal(out)
	}
	for range 5 {
		c := newCell(w)
		running := make(chan struct{})
		go func() { <-running; c.Stop() }()
		if out := runCell(t, c, func() { close(running); loopUntilStopped() }, Options{}); out.Kind != Stopped {
			t.Fatal(out)
		}
	}
	n := turns.Load()
	for turns.Load() == n {
		runtime.Gosched()
	}
	other.Stop() // ends what it has left behind
	for len(other.goroutines()) > 0 {
		runtime.Gosched()
	}
	for raised(w.StopFlag()) {
		runtime.Gosched()
	}
	other.Stop()
	if raised(w.StopFlag()) {
		t.Error("a stop of an ended cell raises the flag")
	}
}

func TestTimeLimit(t *testing.T) {
	w, _ := newWorld(t)
	out := runIn(t, w, loopUntilStopped, Options{Limit: 20 * time.Millisecond})
	if out.Kind != TimedOut || out.Elapsed < 20*time.Millisecond {
		t.Fatal(out, out.Elapsed)
	}
}

func TestExitRunsNothingDeferred(t *testing.T) {
	w, _ := newWorld(t)
	deferred := false
	var out *Outcome
	out = runIn(t, w, func() {
		spawn(func() { rcv(make(chan int)) })
		Protect(func(fr *Frame) {
			Defer(fr, func() { deferred = true })
			Exit(0, 3)
		})
	}, Options{})
	if out.Kind != Exited || out.Code != 3 || deferred {
		t.Fatal(out, deferred)
	}
	out = runIn(t, w, func() {
		Protect(func(fr *Frame) {
			Defer(fr, func() { deferred = true })
			spawn(func() { Exit(0, 4) })
			rcv(make(chan int))
		})
	}, Options{})
	if out.Kind != Exited || out.Code != 4 || deferred {
		t.Fatal(out, deferred)
	}
}

func TestPanicOfAGoroutineEndsTheCell(t *testing.T) {
	w, h := newWorld(t)
	deferred := false
	alive := make(chan int)
	c := newCell(w)
	out := runCell(t, c, func() {
		spawn(func() { rcv(alive) })
		Protect(func(fr *Frame) {
			Defer(fr, func() { deferred = true })
			spawn(func() { Throw(0, "boom") })
			rcv(make(chan int))
		})
	}, Options{})
	if out.Kind != Panicked || deferred || out.Crash.Text != "panic: boom" {
		t.Fatal(out, deferred)
	}
	if len(out.Left) != 1 {
		t.Errorf("left: %+v", out.Left)
	}
	close(alive)
	// After the cell has ended the host is told.
	c = newCell(w)
	goOn := make(chan int)
	runCell(t, c, func() { spawn(func() { rcv(goOn); Throw(0, "later") }) }, Options{})
	close(goOn)
	<-h.told
	if h.crashes[0].Text != "panic: later" {
		t.Error(h.crashes[0])
	}
}

func TestPanicsInCallbacksEndTheCell(t *testing.T) {
	for name, f := range map[string]func(){
		"WaitGroup.Go": func() { var wg sync.WaitGroup; WaitGroupGo(0, &wg, func() { Throw(0, "boom") }); WaitGroupWait(0, &wg) },
		"AfterFunc":    func() { AfterFunc(0, time.Millisecond, func() { Throw(0, "boom") }); rcv(make(chan int)) },
		"context": func() {
			ctx, cancel := context.WithCancel(context.Background())
			ContextAfterFunc(0, ctx, func() { Throw(0, "boom") })
			cancel()
			rcv(make(chan int))
		},
		"guard": func() {
			f := Guard(0, func() { Throw(0, "boom") })
			go f()
			rcv(make(chan int))
		},
		"coroutine": func() {
			p := PullStart(0, func(yield func(unsafe.Pointer) bool) { Throw(0, "boom") })
			p.Next()
		},
		"native code": func() { spawn(func() { var wg sync.WaitGroup; wg.Add(-1) }); rcv(make(chan int)) },
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := newWorld(t)
			w.watch.every = time.Hour
			out := runIn(t, w, f, Options{})
			if out.Kind != Panicked {
				t.Fatal(out)
			}
			want := "panic: boom"
			switch name {
			case "WaitGroup.Go":
				want += " [recovered, repanicked]"
			case "native code":
				want = "panic: sync: negative WaitGroup counter"
			}
			if out.Crash.Text != want {
				t.Errorf("%q", out.Crash.Text)
			}
		})
	}
}
