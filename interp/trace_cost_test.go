package interp

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// traffic are cells that do little but pass values through channels.
var traffic = []struct{ name, code string }{
	{"unbuffered", `c, back := make(chan int), make(chan int)
go func() { for v := range c { back <- v + 1 }; close(back) }()
for i := range N { c <- i; <-back }
close(c)
<-back`},
	{"buffered", `c := make(chan int, 64)
go func() { for i := range 4 * N { c <- i }; close(c) }()
sum := 0
for v := range c { sum += v }`},
	{"worker pool", `jobs, results := make(chan int), make(chan int, 8)
var wg sync.WaitGroup
for range 4 { wg.Go(func() { for j := range jobs { results <- j * j } }) }
go func() { for i := range N { jobs <- i }; close(jobs); wg.Wait(); close(results) }()
sum := 0
for r := range results { sum += r }`},
	{"select", `a, b, done := make(chan int), make(chan int), make(chan bool, 2)
go func() { for i := range N { a <- i }; done <- true }()
go func() { for i := range N { b <- i }; done <- true }()
sum := 0
for left := 2; left > 0; { select { case v := <-a: sum += v; case v := <-b: sum -= v; case <-done: left-- } }
for runtime.NumGoroutine() > 1 { runtime.Gosched() }`},
}

// TestTraceCost runs cells of channel traffic with %%trace and without, in
// turn, and compares the best time that the cells themselves took.
func TestTraceCost(t *testing.T) {
	s, sink := startShown(t)
	sink.take()
	for _, c := range traffic {
		code := "began := time.Now()\nconst N = 20_000\n" + c.code + "\nfmt.Println(int64(time.Since(began)))"
		best, whole := map[string]time.Duration{}, map[string]time.Duration{}
		ratio := 0.0
		for round := 0; round < 5 || ratio > 2 && round < 40; round++ { // other tests run beside this one
			for _, magic := range []string{"", "%%trace\n"} {
				start := time.Now()
				res := execute(s, 2, magic+code)
				all := time.Since(start)
				own, err := strconv.ParseInt(strings.TrimSpace(sink.take()), 10, 64)
				if res.Err != nil || err != nil {
					t.Fatal(res.Err, err)
				}
				if d := time.Duration(own); best[magic] == 0 || d < best[magic] {
					best[magic] = d
				}
				if whole[magic] == 0 || all < whole[magic] {
					whole[magic] = all
				}
			}
			ratio = float64(best["%%trace\n"]) / float64(best[""])
		}
		t.Logf("%-12s %8v, traced %8v: %.2f×, with the picture %v", c.name, best[""].Round(10*time.Microsecond), best["%%trace\n"].Round(10*time.Microsecond), ratio, whole["%%trace\n"])
		if ratio > 2 {
			t.Errorf("%s: traced it takes %.2f times as long, want at most twice", c.name, ratio)
		}
	}
}
