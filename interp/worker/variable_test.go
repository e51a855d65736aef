//go:build !race

package worker

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
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
	var busy, writing sync.RWMutex
	busy.RLock()
	busy.RLock()
	writing.Lock()
	var once sync.Once
	once.Do(func() {})
	var count atomic.Int64
	count.Store(-5)
	var flag atomic.Bool
	flag.Store(true)
	var home atomic.Pointer[point]
	home.Store(&point{1, 2})
	var boxed atomic.Value
	boxed.Store("in")
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
		{time.Duration(1500), "1.5µs"}, {[]time.Duration{time.Hour}, "[1h0m0s]"},
		{errors.New("a\"b"), `"a\"b"`}, {fmt.Errorf("c: %w", io.EOF), `"c: EOF"`}, {&fs.PathError{Op: "open"}, `&{Op:"open" Path:"" Err:nil}`},
		{&busy, "&read-locked 2×"}, {&writing, "&locked"}, {&sync.RWMutex{}, "&unlocked"}, {&once, "&done"}, {&sync.Once{}, "&not done"},
		{&count, "&-5"}, {&flag, "&true"}, {&home, "&&{X:1 y:2}"}, {&boxed, `&"in"`},
		{struct {
			_ int
			A int
		}{A: 1}, "{A:1}"},
	} {
		if got := shortText(reflect.ValueOf(c.v)); got != c.want {
			t.Errorf("%T: got %s, want %s", c.v, got, c.want)
		}
	}
	if s := shortText(reflect.ValueOf(strings.Repeat("é", 1000))); len(s) > maxValue+4 || !strings.HasSuffix(s, "…") {
		t.Errorf("a long string is shown as %s", s)
	}
}

// TestDescribe opens what can be opened, and a pointer with what it points to.
func TestDescribe(t *testing.T) {
	type inner struct{ N int }
	type outer struct {
		In *inner
		Wg sync.WaitGroup
		_  int
		Ch chan int
	}
	r := references{vals: map[int]reflect.Value{}}
	n := 3
	for _, c := range []struct {
		v    any
		want string // names of the children, "" if there are none
	}{
		{&outer{}, "In Wg Ch"}, {outer{}, "In Wg Ch"}, {&n, "*"}, {[]int{1, 2}, "[0] [1]"}, {&map[string]int{"a": 1}, `["a"]`},
		{&sync.WaitGroup{}, ""}, {&atomic.Int64{}, ""}, {time.Second, ""}, {&sync.Mutex{}, ""}, {make(chan int, 1), ""}, {struct{}{}, ""}, {(*outer)(nil), ""},
	} {
		x := r.describe("x", reflect.ValueOf(c.v))
		var names []string
		if x.Ref != 0 {
			l, err := r.children(x.Ref)
			if err != nil {
				t.Fatal(err)
			}
			for _, y := range l {
				names = append(names, y.Name)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%T opens to %q, want %q", c.v, got, c.want)
		}
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
