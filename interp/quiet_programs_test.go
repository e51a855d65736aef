package interp

import "strings"

// A quiet program waits for something that does come; no deadlock may be told. Each is
// one way of waiting (quietWays) for one thing that takes a while (quietThings).

// quietThings are statements that block for a while and then go on by themselves. Each
// lasts longer than the detector needs to be sure of a deadlock where that costs little.
var quietThings = map[string]string{
	"Sleep":             `time.Sleep(120 * time.Millisecond)`,
	"many Sleeps":       `for range 40 { time.Sleep(3 * time.Millisecond) }`,
	"After":             `<-time.After(120 * time.Millisecond)`,
	"NewTimer":          `t := time.NewTimer(120 * time.Millisecond); <-t.C`,
	"Timer.Reset":       `t := time.NewTimer(time.Hour); t.Reset(120 * time.Millisecond); <-t.C`,
	"stopped and reset": `t := time.NewTimer(time.Hour); t.Stop(); time.AfterFunc(60*time.Millisecond, func() { t.Reset(60 * time.Millisecond) }); <-t.C`,
	"AfterFunc":         `c := make(chan int); time.AfterFunc(120*time.Millisecond, func() { c <- 1 }); <-c`,
	"AfterFunc.Reset":   `c := make(chan int); a := time.AfterFunc(time.Hour, func() { close(c) }); a.Reset(120 * time.Millisecond); <-c`,
	"Ticker":            `k := time.NewTicker(50 * time.Millisecond); <-k.C; <-k.C; <-k.C; k.Stop()`,
	"Ticker.Reset":      `k := time.NewTicker(time.Hour); k.Reset(100 * time.Millisecond); <-k.C; k.Stop()`,
	"Tick":              `<-time.Tick(120 * time.Millisecond)`,
	"select timeout":    `c := make(chan int); select { case <-c: case <-time.After(120 * time.Millisecond): }`,
	"WithTimeout":       `ctx, cancel := context.WithTimeout(context.Background(), 120*time.Millisecond); <-ctx.Done(); cancel()`,
	"WithDeadline":      `ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(120*time.Millisecond)); <-ctx.Done(); cancel()`,
	"derived context":   `p, cancel := context.WithTimeout(context.Background(), 120*time.Millisecond); ctx := context.WithValue(p, "k", 1); q, stop := context.WithCancel(ctx); <-q.Done(); stop(); cancel()`,
	"WithTimeoutCause":  `ctx, cancel := context.WithTimeoutCause(context.Background(), 120*time.Millisecond, io.EOF); <-ctx.Done(); cancel()`,
	"context.AfterFunc": `ctx, cancel := context.WithTimeout(context.Background(), 120*time.Millisecond); c := make(chan int); context.AfterFunc(ctx, func() { close(c) }); <-c; cancel()`,
	"cancelled later":   `ctx, cancel := context.WithCancel(context.Background()); time.AfterFunc(120*time.Millisecond, cancel); <-ctx.Done()`,
	"io.Pipe":           `r, w := io.Pipe(); go func() { time.Sleep(120 * time.Millisecond); w.Write([]byte("x")); w.Close() }(); io.ReadAll(r)`,
	"os.Pipe":           `r, w, _ := os.Pipe(); go func() { time.Sleep(120 * time.Millisecond); w.Close() }(); io.ReadAll(r)`,
	"os.Pipe and exec":  `r, w, _ := os.Pipe(); cmd := exec.Command("sleep", "0.15"); cmd.Stdout = w; cmd.Start(); w.Close(); io.ReadAll(r); cmd.Wait()`,
	"exec":              `exec.Command("sleep", "0.15").Run()`,
	"file":              `f, _ := os.CreateTemp("", "quiet"); f.Write(make([]byte, 1<<20)); f.Sync(); f.Close(); os.Remove(f.Name())`,
	"Accept":            `l, _ := net.Listen("tcp", "127.0.0.1:0"); go func() { time.Sleep(120 * time.Millisecond); c, _ := net.Dial("tcp", l.Addr().String()); c.Close() }(); c, _ := l.Accept(); c.Close(); l.Close()`,
	"Accept deadline":   `l, _ := net.Listen("tcp", "127.0.0.1:0"); l.(*net.TCPListener).SetDeadline(time.Now().Add(120 * time.Millisecond)); l.Accept(); l.Close()`,
	"http":              `s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { time.Sleep(120 * time.Millisecond) })); r, _ := http.Get(s.URL); r.Body.Close(); s.Close()`,
	"net.Pipe":          `a, b := net.Pipe(); go func() { time.Sleep(120 * time.Millisecond); a.Close() }(); io.ReadAll(b)`,
	"signal":            `c := make(chan os.Signal, 1); signal.Notify(c, syscall.SIGUSR1); time.AfterFunc(120*time.Millisecond, func() { syscall.Kill(os.Getpid(), syscall.SIGUSR1) }); <-c; signal.Stop(c)`,
	"busy":              `end := time.Now().Add(120 * time.Millisecond); for time.Now().Before(end) { }`,
	"spin":              `var on atomic.Bool; time.AfterFunc(120*time.Millisecond, func() { on.Store(true) }); for !on.Load() { runtime.Gosched() }`,
	"lock held asleep":  `var m sync.Mutex; m.Lock(); go func() { time.Sleep(120 * time.Millisecond); m.Unlock() }(); m.Lock()`,
	"read locks":        `var m sync.RWMutex; m.RLock(); go func() { time.Sleep(120 * time.Millisecond); m.RUnlock() }(); m.Lock(); m.Unlock()`,
	"cond":              `var m sync.Mutex; c := sync.NewCond(&m); ok := false; go func() { time.Sleep(120 * time.Millisecond); m.Lock(); ok = true; m.Unlock(); c.Broadcast() }(); m.Lock(); for !ok { c.Wait() }; m.Unlock()`,
	"once":              `var o sync.Once; go o.Do(func() { time.Sleep(120 * time.Millisecond) }); time.Sleep(time.Millisecond); o.Do(func() {})`,
	"errgroup":          `var g errgroup.Group; g.SetLimit(1); for range 3 { g.Go(func() error { time.Sleep(40 * time.Millisecond); return nil }) }; g.Wait()`,
	"semaphore":         `s := semaphore.NewWeighted(1); s.Acquire(context.Background(), 1); time.AfterFunc(120*time.Millisecond, func() { s.Release(1) }); s.Acquire(context.Background(), 1)`,
	"ping-pong":         `a, b := make(chan int), make(chan int); go func() { for v := range a { b <- v }; close(b) }(); for i := range 500 { a <- i; <-b }; close(a); <-b`,
	"lookup":            `net.LookupHost("localhost")`,
}

// quietWays are programs in which THING stands for one of quietThings.
var quietWays = map[string]string{
	"in main":              `THING`,
	"WaitGroup":            `var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); THING }(); wg.Wait()`,
	"WaitGroup.Go":         `var wg sync.WaitGroup; for range 3 { wg.Go(func() { THING }) }; wg.Wait()`,
	"channel":              `done := make(chan bool); go func() { THING; done <- true }(); <-done`,
	"close and range":      `out := make(chan int); go func() { THING; out <- 1; close(out) }(); for range out { }`,
	"select":               `done := make(chan bool); var never chan int; go func() { THING; close(done) }(); select { case <-done: case <-never: }`,
	"mutex":                `var mu sync.Mutex; mu.Lock(); go func() { THING; mu.Unlock() }(); mu.Lock(); mu.Unlock()`,
	"goroutine in another": `done := make(chan int); go func() { in := make(chan int); go func() { THING; in <- 1 }(); done <- <-in }(); <-done`,
}

// quietPrograms are all pairs.
func quietPrograms() map[string]string {
	all := map[string]string{}
	for way, program := range quietWays {
		for thing, s := range quietThings {
			all[thing+"/"+way] = strings.ReplaceAll(program, "THING", s)
		}
	}
	return all
}
