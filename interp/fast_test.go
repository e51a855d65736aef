package interp

import (
	"regexp"
	"testing"
	"time"
)

// timing are programs whose output time alone decides.
var timing = []struct{ name, code, want string }{
	{"timeout", `slow := func() <-chan string { c := make(chan string, 1); go func() { time.Sleep(3 * time.Second); c <- "done" }(); return c }
for _, limit := range []time.Duration{time.Second, 5 * time.Second} {
	began := time.Now()
	select {
	case v := <-slow(): fmt.Println(v, time.Since(began))
	case <-time.After(limit): fmt.Println("timeout", time.Since(began))
	}
}`, "timeout 1s\ndone 3s\n"},
	{"ticker", `tick, end := time.NewTicker(time.Second), time.After(3500 * time.Millisecond)
began := time.Now()
for running := true; running; {
	select {
	case <-tick.C: fmt.Println("tick", time.Since(began))
	case <-end: running = false
	}
}
tick.Reset(10 * time.Second); <-tick.C; tick.Stop()
fmt.Println(time.Since(began))`, "tick 1s\ntick 2s\ntick 3s\n13.5s\n"},
	{"deadline", `began := time.Now()
ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
defer cancel()
inner, stop := context.WithDeadline(ctx, time.Now().Add(time.Hour))
defer stop()
<-inner.Done()
fmt.Println(inner.Err(), context.Cause(ctx), time.Since(began))
quick, done := context.WithTimeoutCause(context.Background(), time.Minute, errors.New("too slow"))
defer done()
<-quick.Done()
fmt.Println(context.Cause(quick), time.Since(began))`, "context deadline exceeded context deadline exceeded 2s\ntoo slow 1m2s\n"},
	{"sleep sort", `var wg sync.WaitGroup
for _, n := range []int{5, 3, 9, 1, 7} { wg.Go(func() { time.Sleep(time.Duration(n) * time.Second); fmt.Print(n, " ") }) }
wg.Wait()
fmt.Println()`, "1 3 5 7 9 \n"},
	{"same moment", `c := make(chan int)
for i := range 5 { time.AfterFunc(time.Second, func() { c <- i }) }
for range 5 { fmt.Print(<-c, " ") }
fmt.Println()`, "0 1 2 3 4 \n"},
	{"producer and consumer", `c, began := make(chan int, 2), time.Now()
go func() { for i := range 5 { time.Sleep(100 * time.Millisecond); c <- i }; close(c) }()
for v := range c { time.Sleep(250 * time.Millisecond); fmt.Println(v, time.Since(began)) }`, "0 350ms\n1 600ms\n2 850ms\n3 1.1s\n4 1.35s\n"},
	{"heartbeat", `beat, work := time.NewTicker(400*time.Millisecond), time.NewTimer(time.Second)
defer beat.Stop()
n := 0
for {
	select {
	case <-beat.C: n++; continue
	case <-work.C:
	}
	break
}
fmt.Println(n, work.Reset(time.Hour), work.Stop(), work.Stop())`, "2 false true false\n"},
	{"retry", `began, wait := time.Now(), 50*time.Millisecond
for try := 1; ; try++ {
	if time.Since(began) >= time.Second { fmt.Println("gave up after", try, "tries and", time.Since(began)); break }
	time.Sleep(wait); wait *= 2
}`, "gave up after 6 tries and 1.55s\n"},
	{"cond and mutex", `var mu sync.Mutex
ready, cond := false, sync.NewCond(&mu)
go func() { time.Sleep(time.Minute); mu.Lock(); ready = true; mu.Unlock(); cond.Broadcast() }()
began := time.Now()
mu.Lock()
for !ready { cond.Wait() }
mu.Unlock()
fmt.Println("ready", time.Since(began))`, "ready 1m0s\n"},
}

// TestFastIsAlwaysTheSame runs each program a hundred times with %%fast.
func TestFastIsAlwaysTheSame(t *testing.T) {
	s, sink := startShown(t)
	for i, p := range timing {
		for n := range 100 {
			res := execute(s, i+1, "%%fast\n"+p.code)
			if out := sink.take(); res.Err != nil || out != p.want {
				t.Errorf("%s, run %d: printed %q (%v), want %q", p.name, n, out, res.Err, p.want)
				break
			}
		}
	}
}

// TestFastLeftovers: what a fast cell leaves behind sleeps on in real time, from
// the virtual time at which the cell ended.
func TestFastLeftovers(t *testing.T) {
	s, sink := startShown(t)
	if res := execute(s, 1, "%%fast\ngo func() { time.Sleep(10 * time.Hour) }()\ntime.Sleep(time.Hour)"); res.Err != nil {
		t.Fatal(res.Err)
	}
	sink.take()
	execute(s, 2, "%goroutines")
	text, _ := sink.last().MIME["text/plain"].(string)
	m := regexp.MustCompile(`(\S+) left`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("shown: %s", text)
	}
	if left, err := time.ParseDuration(m[1]); err != nil || left > 9*time.Hour || left < 8*time.Hour {
		t.Errorf("%s left, want almost 9 hours: %s", m[1], text)
	}
}
