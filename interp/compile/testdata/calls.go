package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

// Call, MakeClosure, Go, Defer, recover, variadic calls, generic functions, natives as values.

func variadic(pre string, xs ...int) (int, bool) { return len(pre) + len(xs), xs == nil }

func results(n int) (a, b int, err error) { // named results start at zero
	if n > 0 {
		a = n
		return a, b + 1, nil
	}
	return
}

func order(log *[]string) int {
	f := func(s string, n int) int { *log = append(*log, s); return n }
	return f("a", 1) + f("b", 2)*f("c", 3)
}

func recursion(n int) int {
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	return fib(n)
}

func defers() (s string, err error) {
	for i := range 3 {
		defer func() { s += fmt.Sprint(i) }()
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered %v", r)
			s = "r"
		}
	}()
	panic("boom")
}

func deferArguments() {
	x := 1
	defer fmt.Println("deferred", x)
	x = 2
	defer func(n int) { fmt.Println("literal", n, x) }(x)
	x = 3
}

func Map[T, U any](xs []T, f func(T) U) []U {
	var r []U
	for _, x := range xs {
		r = append(r, f(x))
	}
	return r
}

type Number interface{ ~int | ~float64 }

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }
func (s *Stack[T]) Pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return x, false
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

func goroutines() int { // every goroutine has its own variable
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := make([]int, 50)
	for i := 0; i < 50; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			out[i] += i
		}()
	}
	wg.Wait()
	done := wg.Done // a native method as a value
	wg.Add(1)
	go done()
	wg.Wait()
	sleep := time.Sleep
	sleep(0)
	s := 0
	for _, x := range out {
		s += x
	}
	return s
}

func argumentsOfGo(out chan string) {
	s := "now"
	go func(s string) { out <- s }(s)
	s = "later"
	_ = s
}

func namedAsValues() []int {
	fs := []func(string, ...int) (int, bool){variadic}
	fs = append(fs, variadic, variadic)
	var r []int
	for _, f := range fs {
		n, _ := f("ab", 1, 2)
		r = append(r, n)
	}
	return r
}

func nestedPanics() (out []any) {
	defer func() { out = append(out, recover()) }()
	defer func() {
		defer func() { out = append(out, recover()) }()
		panic("second")
	}()
	panic("first")
}

// What holds a call happens where the call stands, whatever it is folded into.
func step(p *int, k int) int { *p = *p*10 + k; return k }

func waits(p *int, c bool) int {
	k := 5
	if c {
		k += step(p, 1)
		*p = 3
	}
	return k*1000 + *p
}

func inOrder(p *int) int {
	a := step(p, 1)
	b := step(p, 2)
	*p = *p*10 + 3
	return (a-b)*1000 + *p
}

func loadAfter(p *int) int {
	a := -step(p, 4) * 2
	b := *p
	return b - a
}

func asCondition(p *int) (r int) {
	b := !(step(p, 7) > 8)
	*p = 0
	if b {
		r = 1
	}
	return r + *p*10
}

func beforeNilMap(p *int) {
	defer func() { fmt.Println(recover(), *p) }()
	var m map[int]int
	m[1] = step(p, 1) + 1
}

func beforeHash(p *int) {
	defer func() { fmt.Println(recover(), *p) }()
	m := map[any]int{}
	m[[]int{1}] = step(p, 2)
}

func marks(n, row int, taken []bool) int {
	if row == n {
		return 1
	}
	k := 0
	for c := range n {
		if taken[c] {
			continue
		}
		taken[c] = true
		k += marks(n, row+1, taken)
		taken[c] = false
	}
	return k
}

func folded() {
	n := 0
	fmt.Println(waits(&n, true), n)
	fmt.Println(inOrder(&n), n)
	fmt.Println(loadAfter(&n), n)
	fmt.Println(asCondition(&n), n)
	beforeNilMap(&n)
	beforeHash(&n)
	fmt.Println(marks(4, 0, make([]bool, 4)))
}

func main() {
	folded()
	fmt.Println(variadic("a"))
	fmt.Println(variadic("a", 1, 2))
	fmt.Println(variadic("a", []int{1, 2, 3}...))
	fmt.Println(results(0))
	fmt.Println(results(4))
	var log []string
	fmt.Println(order(&log), log)
	fmt.Println(recursion(12))
	fmt.Println(defers())
	deferArguments()
	fmt.Println(Map([]int{1, 2}, func(i int) string { return strings.Repeat("x", i) }), Sum(1, 2, 3), Sum(1.5, 2))
	var st Stack[string]
	st.Push("a")
	fmt.Println(st.Pop())
	fmt.Println(st.Pop())
	fmt.Println(goroutines())
	c := make(chan string)
	argumentsOfGo(c)
	fmt.Println(<-c)
	fmt.Println(namedAsValues())
	fmt.Println(nestedPanics())
	xs := []string{"b", "c", "a"}
	sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] })
	fmt.Println(xs, strings.Map(func(r rune) rune { return r + 1 }, "abc"))
}
