package guest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// printer collects what a program of virtual time prints.
type printer struct {
	sync.Mutex
	strings.Builder
}

func (l *printer) say(format string, args ...any) {
	l.Lock()
	defer l.Unlock()
	fmt.Fprintf(l, format+"\n", args...)
}

// timed are programs whose output depends on time only, and that output.
var timed = map[string]struct {
	f    func(l *printer)
	want string
}{
	"sleep": {func(l *printer) {
		t := Now(0)
		Sleep(0, 4*time.Second)
		l.say("%v", Since(0, t))
	}, "4s"},
	"workers": {func(l *printer) {
		var wg sync.WaitGroup
		t := Now(0)
		for i := 5; i > 0; i-- {
			WaitGroupGo(0, &wg, func() {
				Sleep(0, time.Duration(i)*time.Second)
				l.say("%d %v", i, Since(0, t))
			})
		}
		WaitGroupWait(0, &wg)
		l.say("%v", Since(0, t))
	}, "1 1s 2 2s 3 3s 4 4s 5 5s 5s"},
	"timeout first": {func(l *printer) {
		c := make(chan int)
		spawn(func() { Sleep(0, 2*time.Second); snd(c, 1) })
		i, _ := Select(0, true, []Case{recvCase(c, nil), recvCase(After(0, time.Second), nil)})
		l.say("%d", i)
		rcv(c)
	}, "1"},
	"answer first": {func(l *printer) {
		c := make(chan int)
		spawn(func() { Sleep(0, time.Second); snd(c, 1) })
		i, _ := Select(0, true, []Case{recvCase(c, nil), recvCase(After(0, 2*time.Second), nil)})
		l.say("%d", i)
	}, "0"},
	"ticker": {func(l *printer) {
		t := Now(0)
		k := NewTicker(0, time.Second)
		for range 3 {
			l.say("%v", rcv(k.C).Sub(t))
		}
		TickerReset(0, k, time.Minute)
		rcv(k.C)
		l.say("%v", Since(0, t))
		TickerStop(0, k)
	}, "1s 2s 3s 1m3s"},
	"ticker and done": {func(l *printer) {
		k := Tick(0, 500*time.Millisecond)
		done := make(chan bool)
		spawn(func() { Sleep(0, 1600*time.Millisecond); snd(done, true) })
		for n := 1; ; n++ {
			if i, _ := Select(0, true, []Case{recvCase(done, nil), recvCase(k, nil)}); i == 0 {
				return
			}
			l.say("tick %d", n)
		}
	}, "tick 1 tick 2 tick 3"},
	"slow reader drops ticks": {func(l *printer) {
		t := Now(0)
		k := NewTicker(0, time.Second)
		Sleep(0, 3500*time.Millisecond)
		rcv(k.C)
		l.say("%v", Since(0, t))
		rcv(k.C)
		l.say("%v", Since(0, t))
	}, "3.5s 4s"},
	"timer reset and stop": {func(l *printer) {
		t := Now(0)
		a := NewTimer(0, time.Second)
		l.say("%v", TimerReset(0, a, time.Minute))
		rcv(a.C)
		l.say("%v %v", Since(0, t), TimerStop(0, a))
	}, "true 1m0s false"},
	"AfterFunc": {func(l *printer) {
		c := make(chan int)
		a := AfterFunc(0, time.Hour, func() { l.say("never") })
		AfterFunc(0, time.Second, func() { l.say("one"); snd(c, 1) })
		rcv(c)
		l.say("%v", TimerStop(0, a))
	}, "one true"},
	"same moment in order": {func(l *printer) {
		var wg sync.WaitGroup
		for i := range 5 {
			WaitGroupAdd(0, &wg, 1)
			AfterFunc(0, time.Second, func() { l.say("%d", i); WaitGroupDone(0, &wg) })
		}
		WaitGroupWait(0, &wg)
	}, "0 1 2 3 4"},
	"context timeout": {func(l *printer) {
		t := Now(0)
		ctx, cancel := WithTimeout(0, context.Background(), 2*time.Second)
		defer cancel()
		child, cancelChild := context.WithCancel(ctx)
		defer cancelChild()
		rcv(child.Done())
		l.say("%v %v %v", Since(0, t), ctx.Err(), child.Err())
		d, ok := child.Deadline()
		l.say("%v %v", d.Sub(t), ok)
	}, "2s context deadline exceeded context deadline exceeded 2s true"},
	"context cancelled before": {func(l *printer) {
		ctx, cancel := WithTimeout(0, context.Background(), 2*time.Second)
		spawn(func() { Sleep(0, time.Second); cancel() })
		rcv(ctx.Done())
		l.say("%v %v", ctx.Err(), context.Cause(ctx))
	}, "context canceled context canceled"},
	"context cause": {func(l *printer) {
		ctx, cancel := WithTimeoutCause(0, context.Background(), time.Second, errors.New("slow"))
		defer cancel()
		rcv(ctx.Done())
		l.say("%v %v", ctx.Err(), context.Cause(ctx))
	}, "context deadline exceeded slow"},
	"context of a cancelled parent": {func(l *printer) {
		p, cancelP := context.WithCancel(context.Background())
		ctx, cancel := WithTimeout(0, p, time.Hour)
		defer cancel()
		spawn(func() { Sleep(0, time.Second); cancelP() })
		t := Now(0)
		rcv(ctx.Done())
		l.say("%v %v", ctx.Err(), Since(0, t))
	}, "context canceled 1s"},
	"earlier parent": {func(l *printer) {
		p, cancelP := WithTimeout(0, context.Background(), time.Second)
		defer cancelP()
		ctx, cancel := WithTimeout(0, p, time.Hour)
		defer cancel()
		rcv(ctx.Done())
		l.say("%v", ctx.Err())
	}, "context deadline exceeded"},
	"producer and consumer": {func(l *printer) {
		c := make(chan int, 2)
		t := Now(0)
		spawn(func() {
			for i := range 4 {
				Sleep(0, time.Second)
				snd(c, i)
			}
			Close(0, c)
		})
		each(c, func(v int) {
			l.say("%d %v", v, Since(0, t))
			Sleep(0, 1500*time.Millisecond)
		})
	}, "0 1s 1 2.5s 2 4s 3 5.5s"},
	"mutex held for a while": {func(l *printer) {
		var m sync.Mutex
		t := Now(0)
		MutexLock(0, &m)
		spawn(func() { Sleep(0, 3*time.Second); MutexUnlock(0, &m) })
		MutexLock(0, &m)
		l.say("%v", Since(0, t))
	}, "3s"},
	"native code meanwhile": {func(l *printer) {
		t := Now(0)
		done := make(chan int)
		spawn(func() { time.Sleep(20 * time.Millisecond); snd(done, 1) })
		spawn(func() { rcv(done); l.say("native first %v", Since(0, t)) })
		Sleep(0, time.Hour)
		l.say("%v", Since(0, t))
	}, "native first 0s 1h0m0s"},
	"native group": {func(l *printer) {
		var wg sync.WaitGroup
		wg.Add(1)
		spawn(func() { Sleep(0, time.Second); wg.Done() })
		wg.Wait()
		l.say("done")
	}, "done"},
	"thousand steps": {func(l *printer) {
		t := Now(0)
		for range 1000 {
			Sleep(0, time.Second)
		}
		l.say("%v", Since(0, t))
	}, "16m40s"},
}

func TestVirtualTime(t *testing.T) {
	for name, p := range timed {
		t.Run(name, func(t *testing.T) {
			w, _ := newWorld(t)
			for range 10 {
				var l printer
				out := runIn(t, w, func() { p.f(&l) }, Options{Fast: true})
				if got := strings.Join(strings.Fields(l.String()), " "); out.Kind != Returned || got != p.want {
					t.Fatalf("%v\n%s", out, got)
				}
				for left(w) {
					runtime.Gosched()
				}
			}
		})
	}
}

func TestVirtualTimeDeadlock(t *testing.T) {
	for name, f := range asleep {
		t.Run(name, func(t *testing.T) {
			w, _ := newWorld(t)
			out := runIn(t, w, f, Options{Fast: true})
			if out.Kind != Deadlocked {
				t.Fatal(out)
			}
		})
	}
}

func TestVirtualTimeStops(t *testing.T) {
	w, _ := newWorld(t)
	c := newCell(w)
	running := make(chan struct{})
	go func() { <-running; c.Stop() }()
	out := runCell(t, c, func() {
		k := Tick(0, time.Second)
		for n := 0; ; n++ {
			if n == 100 {
				close(running)
			}
			rcv(k)
		}
	}, Options{Fast: true})
	if out.Kind != Stopped {
		t.Fatal(out)
	}
}

func TestVirtualTimeOfWhatIsLeftIsReal(t *testing.T) {
	w, _ := newWorld(t)
	done := make(chan time.Duration, 1)
	out := runIn(t, w, func() {
		spawn(func() {
			start := nanotime()
			Sleep(0, 20*time.Millisecond)
			done <- time.Duration(nanotime() - start)
		})
		for len(waitingKind(WaitSleep)) == 0 {
			runtime.Gosched()
		}
	}, Options{Fast: true})
	if out.Kind != Returned {
		t.Fatal(out)
	}
	if d := <-done; d < 15*time.Millisecond && d > time.Millisecond {
		t.Errorf("slept %v", d)
	}
}
