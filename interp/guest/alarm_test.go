package guest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// soon is many looks of the watcher of a test (every 2 ms).
const soon = 12 * time.Millisecond

// sources are ways in which something outside of the waiting goroutine comes
// about after a while, although every goroutine may be seen waiting meanwhile.
// Each calls wake once.
var sources = map[string]func(wake func()){
	"sleep": func(wake func()) { spawn(func() { Sleep(0, soon); wake() }) },
	"sleeps": func(wake func()) {
		spawn(func() {
			for range 4 {
				Sleep(0, soon/4)
			}
			wake()
		})
	},
	"AfterFunc":       func(wake func()) { AfterFunc(0, soon, wake) },
	"AfterFunc reset": func(wake func()) { t := AfterFunc(0, time.Hour, wake); TimerReset(0, t, soon) },
	"AfterFunc stopped and reset": func(wake func()) {
		t := AfterFunc(0, time.Hour, wake)
		TimerStop(0, t)
		TimerReset(0, t, soon)
	},
	"AfterFunc again": func(wake func()) {
		var n atomic.Int32
		var t *time.Timer
		ready := make(chan bool)
		t = AfterFunc(0, soon/2, func() {
			rcv(ready)
			if n.Add(1) == 2 {
				wake()
				return
			}
			spawn(func() { snd(ready, true) })
			TimerReset(0, t, soon/2)
		})
		spawn(func() { snd(ready, true) })
	},
	"After": func(wake func()) { spawn(func() { rcv(After(0, soon)); wake() }) },
	"timer": func(wake func()) { t := NewTimer(0, soon); spawn(func() { rcv(t.C); wake() }) },
	"timer reset": func(wake func()) {
		t := NewTimer(0, time.Millisecond)
		TimerReset(0, t, soon)
		spawn(func() { rcv(t.C); wake() })
	},
	"timer stopped and reset": func(wake func()) {
		t := NewTimer(0, time.Millisecond)
		TimerStop(0, t)
		TimerReset(0, t, soon)
		spawn(func() { Select(0, true, []Case{recvCase(t.C, nil)}); wake() })
	},
	"timer reset by AfterFunc": func(wake func()) {
		t := NewTimer(0, time.Hour)
		spawn(func() { rcv(t.C); wake() })
		AfterFunc(0, soon/2, func() { TimerReset(0, t, soon/2) })
	},
	"ticker": func(wake func()) {
		t := NewTicker(0, soon/3)
		spawn(func() {
			for range 3 {
				rcv(t.C)
			}
			TickerStop(0, t)
			wake()
		})
	},
	"ticker reset": func(wake func()) {
		t := NewTicker(0, time.Hour)
		TickerReset(0, t, soon)
		spawn(func() { rcv(t.C); TickerStop(0, t); wake() })
	},
	"Tick": func(wake func()) { c := Tick(0, soon/2); spawn(func() { rcv(c); rcv(c); wake() }) },
	"timeout": func(wake func()) {
		ctx, cancel := WithTimeout(0, context.Background(), soon)
		spawn(func() { rcv(ctx.Done()); cancel(); wake() })
	},
	"deadline of a parent": func(wake func()) {
		p, cancelP := WithDeadline(0, context.Background(), time.Now().Add(soon))
		ctx, cancel := context.WithCancel(context.WithValue(p, sources0, 1))
		spawn(func() { rcv(ctx.Done()); cancel(); cancelP(); wake() })
	},
	"context.AfterFunc": func(wake func()) {
		ctx, cancel := WithTimeout(0, context.Background(), soon)
		ContextAfterFunc(0, ctx, func() { cancel(); wake() })
	},
	"os.Pipe": func(wake func()) {
		r, w, err := os.Pipe()
		check(err)
		spawn(func() { _, _ = r.Read(make([]byte, 1)); r.Close(); wake() })
		outside(func() { w.Close() })
	},
	"io.Pipe": func(wake func()) {
		r, w := io.Pipe()
		spawn(func() { _, _ = io.ReadAll(r); wake() })
		spawn(func() { Sleep(0, soon); w.Close() })
	},
	"file in the system": func(wake func()) { // a read that occupies a thread, as of a file or a terminal
		spawn(func() { systemWait(); wake() })
	},
	"tcp": func(wake func()) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		spawn(func() {
			c, err := l.Accept()
			check(err)
			_, _ = c.Read(make([]byte, 1))
			c.Close()
			l.Close()
			wake()
		})
		outside(func() {
			c, err := net.Dial("tcp", l.Addr().String())
			check(err)
			c.Close()
		})
	},
	"http server": func(wake func()) {
		var once sync.Once
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { once.Do(func() { wake() }) }))
		outside(func() {
			resp, err := http.Get(srv.URL)
			if err == nil {
				resp.Body.Close()
			}
			http.DefaultClient.CloseIdleConnections()
			srv.Close()
		})
	},
	"http client": func(wake func()) {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Sleep(0, soon) }))
		spawn(func() {
			resp, err := http.Get(srv.URL)
			check(err)
			resp.Body.Close()
			http.DefaultClient.CloseIdleConnections()
			srv.Close()
			wake()
		})
	},
	"process": func(wake func()) {
		spawn(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^$")
			_, _ = cmd.Output()
			wake()
		})
	},
	"busy": func(wake func()) {
		spawn(func() {
			for t := time.Now(); time.Since(t) < soon; {
			}
			wake()
		})
	},
	"native sleep": func(wake func()) { spawn(func() { time.Sleep(soon); wake() }) },
	"native timer": func(wake func()) { t := time.NewTimer(soon); spawn(func() { rcv(t.C); wake() }) },
	"native ticker": func(wake func()) {
		t := time.NewTicker(soon / 2)
		spawn(func() { rcv(t.C); rcv(t.C); t.Stop(); wake() })
	},
	"native select": func(wake func()) {
		t := time.NewTimer(soon)
		spawn(func() {
			nativeSelect(t.C)
			wake()
		})
	},
	"goroutine of native code": func(wake func()) {
		done := make(chan bool)
		go func() { time.Sleep(soon); close(done) }() // inherits the cell's label
		spawn(func() { rcv(done); wake() })
	},
	"coroutine": func(wake func()) {
		p := PullStart(0, func(yield func(unsafe.Pointer) bool) {
			Sleep(0, soon)
			yield(nil)
		})
		spawn(func() { p.Next(); p.Stop(); wake() })
	},
	"chain": func(wake func()) {
		first := make(chan int)
		last := first
		for range 5 {
			next := make(chan int)
			in := last
			spawn(func() { snd(next, rcv(in)) })
			last = next
		}
		spawn(func() { rcv(last); wake() })
		AfterFunc(0, soon, func() { snd(first, 1) })
	},
}

type sourceKey struct{}

var sources0 sourceKey

// outside does f after a while on a goroutine that has nothing to do with any
// cell: as another process would.
func outside(f func()) {
	todo <- func() {
		time.Sleep(soon)
		f()
	}
}

// todo is served by a goroutine without a label.
var todo chan func()

func serveOutside(t *testing.T) {
	todo = make(chan func(), 100)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for f := range todo {
			f()
		}
	}()
	t.Cleanup(func() { close(todo); wg.Wait() })
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

//go:noinline
func nativeSelect(c <-chan time.Time) {
	select {
	case <-c:
	case <-make(chan int):
	}
}

// waits are ways to wait for wake.
var waits = map[string]func() (wait, wake func()){
	"receive": func() (func(), func()) { c := make(chan int); return func() { rcv(c) }, func() { snd(c, 1) } },
	"range": func() (func(), func()) {
		c := make(chan int)
		return func() { each(c, func(int) {}) }, func() { Close(0, c) }
	},
	"send": func() (func(), func()) { c := make(chan int); return func() { snd(c, 1) }, func() { rcv(c) } },
	"select": func() (func(), func()) {
		c, d := make(chan int), make(chan int)
		return func() { Select(0, true, []Case{recvCase(c, nil), sendCase(d, 1)}) }, func() { rcv(d) }
	},
	"mutex": func() (func(), func()) {
		var m sync.Mutex
		MutexLock(0, &m)
		return func() { MutexLock(0, &m) }, func() { MutexUnlock(0, &m) }
	},
	"mutex unlocked by native code": func() (func(), func()) {
		var m sync.Mutex
		MutexLock(0, &m)
		return func() { MutexLock(0, &m) }, func() { m.Unlock() }
	},
	"write lock": func() (func(), func()) {
		var m sync.RWMutex
		RWRLock(0, &m)
		return func() { RWLock(0, &m) }, func() { RWRUnlock(0, &m) }
	},
	"read lock": func() (func(), func()) {
		var m sync.RWMutex
		RWLock(0, &m)
		return func() { RWRLock(0, &m) }, func() { RWUnlock(0, &m) }
	},
	"group": func() (func(), func()) {
		var wg sync.WaitGroup
		WaitGroupAdd(0, &wg, 1)
		return func() { WaitGroupWait(0, &wg) }, func() { WaitGroupDone(0, &wg) }
	},
	"group done by native code": func() (func(), func()) {
		var wg sync.WaitGroup
		wg.Add(1)
		return func() { WaitGroupWait(0, &wg) }, func() { wg.Done() }
	},
	"cond": func() (func(), func()) {
		var m sync.Mutex
		c := sync.NewCond(&m)
		ok := false
		return func() {
				MutexLock(0, &m)
				for !ok {
					CondWait(0, c)
				}
				MutexUnlock(0, &m)
			}, func() {
				MutexLock(0, &m)
				ok = true
				MutexUnlock(0, &m)
				CondBroadcast(0, c)
			}
	},
	"native group":   func() (func(), func()) { var wg sync.WaitGroup; wg.Add(1); return wg.Wait, wg.Done },
	"native mutex":   func() (func(), func()) { var m sync.Mutex; m.Lock(); return m.Lock, m.Unlock },
	"native receive": func() (func(), func()) { c := make(chan int); return func() { <-c }, func() { close(c) } },
	"context": func() (func(), func()) {
		ctx, cancel := context.WithCancel(context.Background())
		return func() { rcv(ctx.Done()) }, cancel
	},
	"goroutines": func() (func(), func()) {
		c := make(chan int)
		var wg sync.WaitGroup
		for range 3 {
			WaitGroupGo(0, &wg, func() { rcv(c) })
		}
		return func() { WaitGroupWait(0, &wg) }, func() { Close(0, c) }
	},
	"polling": func() (func(), func()) {
		var done atomic.Bool
		return func() {
			for !done.Load() {
				Gosched(0)
			}
		}, func() { done.Store(true) }
	},
	"once": func() (func(), func()) {
		var o sync.Once
		c := make(chan int)
		return func() { OnceDo(0, &o, func() { rcv(c) }) }, func() { snd(c, 1) }
	},
}

// left tells whether goroutines of cells live, those of servers apart.
func left(w *World) bool {
	for _, c := range w.Cells() {
		for _, g := range c.goroutines() {
			if !g.adopted {
				return true
			}
		}
	}
	return false
}

func TestNoFalseAlarm(t *testing.T) {
	serveOutside(t)
	n := 0
	for sn, source := range sources {
		for wn, wait := range waits {
			n++
			t.Run(sn+"/"+wn, func(t *testing.T) {
				w, h := newWorld(t)
				out := runIn(t, w, func() {
					wait, wake := wait()
					source(wake)
					wait()
				}, Options{})
				if out.Kind != Returned {
					t.Errorf("%v", out)
				}
				if len(h.notices) > 0 {
					t.Errorf("a notice: %v", h.notices[0])
				}
				for left(w) { // what woke it may still be ending
					runtime.Gosched()
				}
			})
		}
	}
	if n < 200 {
		t.Errorf("%d programs", n)
	}
}
