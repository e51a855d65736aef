package interp

import (
	"context"
	"fmt"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"
)

// kinds are the cells whose latency is measured as a session grows; %d is a number that no cell has had.
var kinds = []struct{ name, src string }{
	{"1+1", "1+1"},
	{"variable", "total"},
	{"assignment", "total = total + 1"},
	{"Println", "fmt.Println(total)"},
	{"ten lines", `lines := strings.Split("a b c d", " ")
count := map[string]int{}
for i, l := range lines {
	if i%2 == 0 {
		count[l] += i
	} else {
		count[l]--
	}
}
keys := len(count)
keys + total`},
	{"function and call", "func bf%d(a, b int) int {\n\tif a > b {\n\t\treturn a - b\n\t}\n\treturn b - a\n}\nbf%d(1, 5)"},
	{"generics, new instance", "type bt%d struct{ v int }\nlen(gmap([]int{1, 2, 3}, func(i int) bt%d { return bt%d{i} }))"},
	{"generics, old instance", "len(gmap([]int{1, 2, 3}, func(i int) int { return i * i }))"},
	{"redefinition", "func redef(a int) int { return a + %d }"},
	{"unchanged function", "func same(a int) int { return a * 3 }"},
	{"compile error", "total + nope"},
	{"syntax error", "total +"},
}

type bencher struct {
	t testing.TB
	s *Session
	n int
}

func newBencher(t testing.TB) *bencher {
	s, _ := start(t, Options{})
	b := &bencher{t: t, s: s}
	b.must(`import ("fmt"; "strings"; "io")
func gmap[A, B any](s []A, f func(A) B) (r []B) { for _, v := range s { r = append(r, f(v)) }; return }
func redef(a int) int { return a }
func same(a int) int { return a * 3 }
total := 0`)
	return b
}

func (b *bencher) run(src string) Result {
	b.n++
	return b.s.Execute(context.Background(), Request{ID: CellID(b.n), Count: b.n, Code: strings.ReplaceAll(src, "%d", fmt.Sprint(b.n))})
}

func (b *bencher) must(src string) {
	if r := b.run(src); r.Err != nil {
		b.t.Fatal(src, r.Err)
	}
}

// TestLatency prints the latency of each kind of cell in a young and an old session:
// go test ./interp -run TestLatency -v -cells 5000.
func TestLatency(t *testing.T) {
	b := newBencher(t)
	for _, k := range kinds {
		b.run(k.src)
	}
	sample := func() (med []time.Duration) {
		for _, k := range kinds {
			var all []time.Duration
			for range 15 {
				t0 := time.Now()
				b.run(k.src)
				all = append(all, time.Since(t0))
			}
			sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
			med = append(med, all[len(all)/2])
		}
		return
	}
	var columns [][]time.Duration
	var at []int
	columns, at = append(columns, sample()), append(at, b.n)
	for i := 1; i <= *cells; i++ {
		b.must("func f%d(a int) int {\n\ts := 0\n\tfor i := 0; i < a; i++ {\n\t\ts += i * 3\n\t}\n\treturn s\n}\nv%d := f%d(3)\ntotal += v%d")
		if i == 1000 || i == *cells {
			columns, at = append(columns, sample()), append(at, b.n)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%-24s", "median in µs at cell")
	for _, n := range at {
		fmt.Fprintf(&out, "%10d", n)
	}
	for k := range kinds {
		fmt.Fprintf(&out, "\n%-24s", kinds[k].name)
		for _, c := range columns {
			fmt.Fprintf(&out, "%10.0f", float64(c[k].Nanoseconds())/1e3)
		}
	}
	t.Log("\n" + out.String())
	for k := range kinds {
		first, last := columns[0][k], columns[len(columns)-1][k]
		for range 5 { // a busy machine slows single samples down
			if last <= 3*first+2*time.Millisecond {
				break
			}
			last = min(last, sample()[k])
		}
		if last > 3*first+2*time.Millisecond {
			t.Errorf("%s: %v at cell %d, %v at cell %d", kinds[k].name, first, at[0], last, at[len(at)-1])
		}
	}
}

// heap is the live heap of this process in bytes.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// TestHeap prints what a cell that declares nothing leaves behind in the kernel process and in the process that runs cells.
func TestHeap(t *testing.T) {
	b := newBencher(t)
	const cells = 1000
	for _, src := range []string{"1+1", "total = total + 1", "fmt.Fprintln(io.Discard, total)", kinds[4].src, "func() int { return total + 1 }()"} {
		for range 50 {
			b.must(src)
		}
		b.must("%time runtime.GC()")
		u0, err := b.s.proc.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		h0 := heap()
		for range cells {
			b.must(src)
		}
		here := (heap() - h0) / cells
		b.must("runtime.GC()")
		u1, err := b.s.proc.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		there := float64(u1.Heap-u0.Heap) / cells
		t.Logf("%-40.40q %8.1f KB here, %8.1f KB where cells run", src, here/1e3, there/1e3)
		if here+there > 10e3 {
			t.Errorf("%q leaves %.1f KB behind, more than 10", src, (here+there)/1e3)
		}
	}
}

// TestFirstUse prints what a cell costs that is the first to use a package, large ones among them, and the same cell again.
func TestFirstUse(t *testing.T) {
	cells := []struct{ name, src string }{
		{"fmt", `import "fmt"; fmt.Sprintln("hello")`},
		{"encoding/json", `import "encoding/json"; b, err := json.Marshal(map[string]int{"a": 1}); string(b)`},
		{"net/http", `import "net/http"; r, err := http.NewRequest("GET", "http://localhost/", nil); r.Method`},
		{"slices", `import "slices"; xs := []int{3, 1, 2}; slices.Sort(xs); xs`},
		{"text/template", `import "text/template"; tm := template.Must(template.New("x").Parse("{{.}}")); tm.Name()`},
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%-24s%10s%10s", "median in µs", "first", "second")
	for _, c := range cells {
		var first, second []time.Duration
		for range 5 {
			s, _ := start(t, Options{})
			b := &bencher{t: t, s: s}
			b.must("warm := 1") // the process stands
			for _, to := range []*[]time.Duration{&first, &second} {
				t0 := time.Now()
				b.must(c.src)
				*to = append(*to, time.Since(t0))
			}
			s.Close()
		}
		sort.Slice(first, func(i, j int) bool { return first[i] < first[j] })
		sort.Slice(second, func(i, j int) bool { return second[i] < second[j] })
		fmt.Fprintf(&out, "\n%-24s%10d%10d", c.name, first[2].Microseconds(), second[2].Microseconds())
	}
	t.Log("\n" + out.String())
}
