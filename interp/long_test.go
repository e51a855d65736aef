package interp

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestManyCells runs 10,000 cells that declare nothing that stays. The last hundred take at most 1.2 times as long as the
// first hundred of a session that is as warm, measured in turns, so that a busy machine slows both; and neither this process
// nor the one that runs cells has grown by 10 KB for each cell. go test ./interp -run TestManyCells -v prints the figures.
func TestManyCells(t *testing.T) {
	const n = 10_000
	old := newBencher(t)
	prepare := func(b *bencher) {
		b.must("xs := []int{3, 1, 2}")
		for _, k := range quietKinds {
			for range 30 {
				b.must(k)
			}
		}
	}
	prepare(old)
	first := hundred(old)
	used := func() float64 {
		old.must("runtime.GC()\nruntime.GC()")
		u, err := old.s.proc.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return float64(u.Heap)
	}
	here, there := heap(), used()
	for old.n < n {
		old.must(quietKinds[old.n%len(quietKinds)])
	}
	here, there = (heap()-here)/n, (used()-there)/n
	young := newBencher(t)
	prepare(young)
	last := hundred(old)
	best := 100.0
	for range 9 { // until the machine leaves both alone
		was, is := hundred(young), hundred(old)
		best = min(best, float64(is)/float64(was))
		if best <= 1.1 {
			break
		}
	}
	t.Logf("median of the first hundred cells %v, of the last %v after %d; %.2f times a young session's at the same time; %.2f KB a cell in this process, %.2f KB where cells run", first, last, n, best, here/1e3, there/1e3)
	if best > 1.2 {
		t.Errorf("cells take %.2f times as long after %d cells", best, n)
	}
	if here > 10e3 || there > 10e3 {
		t.Errorf("each cell leaves %.1f KB behind here, %.1f KB where cells run", here/1e3, there/1e3)
	}
}

// quietKinds are cells that declare nothing that stays.
var quietKinds = []string{
	"total = total + %d",
	"for i := range xs {\n\ttotal += xs[i]\n}\ntotal",
	"fmt.Fprintln(io.Discard, total, xs)",
	"func() int { return total + xs[0] + %d }()",
	"len(gmap(xs, func(i int) int { return i * i }))",
	"switch {\ncase total > 3:\n\tdefer func() { recover() }()\n\tpanic(total)\n}",
	"{\n\tc := make(chan int)\n\tgo func() { c <- total }()\n\t<-c\n}",
	"map[string][]int{\"a\": xs}",
}

// hundred is the median of the time that cells of each kind take.
func hundred(b *bencher) time.Duration {
	var all []time.Duration
	for i := range 100 {
		t0 := time.Now()
		b.must(quietKinds[i%len(quietKinds)])
		all = append(all, time.Since(t0))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// TestRedefiningInALargeSession: what redefining a function takes does not depend on how many functions a session has,
// nor on how many call it.
func TestRedefiningInALargeSession(t *testing.T) {
	for _, k := range []struct{ name, decl string }{
		{"functions", "func g%d(a int) int { return a + %d }"},
		{"callers", "func g%d(a int) int { return redef(a) + %d }"},
		{"types", "type G%d struct{ a int }\nfunc (x G%d) M() int { return redef(x.a) }\nvar v%d any = G%d{}"},
	} {
		t.Run(k.name, func(t *testing.T) {
			young, old := newBencher(t), newBencher(t)
			for i := range 3000 {
				old.must(k.decl)
				if i < 30 { // more than are compiled again
					young.must(k.decl)
				}
			}
			median := func(b *bencher) time.Duration {
				var all []time.Duration
				for range 31 {
					t0 := time.Now()
					b.must("func redef(a int) int { return a + %d }")
					all = append(all, time.Since(t0))
				}
				slices.Sort(all)
				return all[len(all)/2]
			}
			best := 100.0
			var was, is time.Duration
			for range 9 {
				was, is = median(young), median(old)
				best = min(best, float64(is)/float64(was))
				if best <= 1.2 {
					break
				}
			}
			t.Logf("%v with 30, %v with 3,000: %.2f times", was, is, best)
			if best > 1.5 {
				t.Errorf("redefining a function takes %.2f times as long", best)
			}
		})
	}
}

// TestDeclaringBesideGoroutines: goroutines of an earlier cell read and write session variables
// while further cells declare things; no update is lost. Built with -race (the process that runs cells is
// this program too), no race of the interpreter's own is reported.
func TestDeclaringBesideGoroutines(t *testing.T) {
	s, rec := start(t, Options{})
	n := 0
	run := func(code string) {
		t.Helper()
		n++
		if r := s.Execute(t.Context(), Request{ID: CellID(n), Count: n, Code: code}); r.Err != nil {
			t.Fatalf("%s\n%s", code, show(r))
		}
	}
	run(`var mu sync.Mutex
var hits, seen int
type pair struct{ a, b int }
type counter struct{ n int }
func (c *counter) add(d int) int { c.n += d; return c.n }
func (c *counter) more() int { return c.add(0) }
func twice[T int | string](x T) T { return x + x }
func called(f func(int) int) int { return f(1) }
var last pair
var count counter
func step(n int) pair { return pair{n, n} }
stop := make(chan bool)
done := make(chan int, 2)`)
	run(`for range 2 {
	go func() {
		mine := 0
		adder := interface{ add(int) int }(&count).add
		for {
			select {
			case <-stop:
				done <- mine
				return
			default:
			}
			mu.Lock()
			hits++
			last = step(hits)
			if last.a != last.b { seen++ }
			if adder(1) != hits || count.more() != hits { seen++ }
			if twice(hits) != 2*hits { seen++ }
			called(func(x int) int { return x + hits })
			mu.Unlock()
			mine++
		}
	}()
}`)
	for i := range 500 {
		switch i % 8 {
		case 0:
			run(fmt.Sprintf("v%d := pair{%d, 1}\nv%d.a", i, i, i))
		case 1:
			run(fmt.Sprintf("func f%d(p pair) int { return p.a + %d }\nf%d(pair{1, 2})", i, i, i))
		case 2:
			run(fmt.Sprintf("type t%d struct { pair; c []int }\nx%d := t%d{c: []int{1}}\nlen(x%d.c)", i, i, i, i))
		case 3:
			run(fmt.Sprintf("const k%d = %d\ntype u%d int\nfunc (u u%d) M() int { return int(u) + k%d }\nu%d(1).M()", i, i, i, i, i, i))
		case 4:
			run("mu.Lock()\nok := hits > 0\nmu.Unlock()\nok")
		case 5: // what the goroutines call is replaced
			run(fmt.Sprintf("func step(n int) pair {\n\tm := n + %d\n\treturn pair{m, m}\n}", i))
		case 6:
			run(fmt.Sprintf("func (c *counter) add(d int) int {\n\tc.n += d // %d\n\treturn c.n\n}\nfunc (c *counter) more() int { return c.add(0) + %d - %d }", i, i, i))
		case 7:
			run(fmt.Sprintf("func twice[T int | string](x T) T { return x + x } // %d\nfunc called(f func(int) int) int { return f(%d) }", i, i))
		}
	}
	run("close(stop)\nfmt.Println(<-done + <-done == hits, seen)")
	if out := rec.take(); !strings.Contains(out, "true 0") || strings.Contains(out, "DATA RACE") {
		t.Errorf("%s", out)
	}
}
