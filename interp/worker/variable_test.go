//go:build !race

package worker

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestShortText(t *testing.T) {
	type point struct {
		X, y int
	}
	type node struct {
		Name string
		Next *node
		Wg   sync.WaitGroup
		mu   sync.Mutex
	}
	ch := make(chan int, 3)
	ch <- 1
	loop := &node{Name: "a"}
	loop.Next = loop
	loop.Wg.Add(2)
	loop.mu.Lock()
	var nilMap map[string]int
	for _, c := range []struct {
		v    any
		want string
	}{
		{1, "1"}, {"a\"b", `"a\"b"`}, {true, "true"}, {1.5, "1.5"}, {2i, "(0+2i)"},
		{point{1, 2}, "{X:1 y:2}"}, {&point{1, 2}, "&{X:1 y:2}"}, {[]int{1, 2}, "[1 2]"}, {[2]string{"a", ""}, `["a" ""]`},
		{map[string]int{"b": 2, "a": 1}, `map["a":1 "b":2]`}, {nilMap, "nil"}, {ch, "1 of 3"}, {(*int)(nil), "nil"}, {func() {}, "func"},
		{[]any{nil, 1, "x"}, `[nil 1 "x"]`},
		{loop, `&{Name:"a" Next:&… Wg:counter 2 mu:locked}`},
		{[][][][]int{{{{1}}}}, "[[[…]]]"},
		{time.Duration(1500), "1500"},
	} {
		if got := shortText(reflect.ValueOf(c.v)); got != c.want {
			t.Errorf("%T: got %s, want %s", c.v, got, c.want)
		}
	}
	if s := shortText(reflect.ValueOf(strings.Repeat("é", 1000))); len(s) > maxValue+4 || !strings.HasSuffix(s, "…") {
		t.Errorf("a long string is shown as %s", s)
	}
}

// TestVariablesOfARunningProgram lists a map while a goroutine writes it: neither side may notice the other.
func TestVariablesOfARunningProgram(t *testing.T) {
	m := map[int]string{}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				m[i%1000] = "value"
			}
		}
	})
	var r references
	for range 200 {
		r.vals = map[int]reflect.Value{}
		x := r.describe("m", reflect.ValueOf(m))
		if x.Ref != 0 {
			if _, err := r.children(x.Ref); err != nil {
				t.Fatal(err)
			}
		}
	}
	close(stop)
	wg.Wait()
}
