package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Range and Next, range over func, packages compiled from source, templates.

func runes(s string) (is []int, rs []rune) {
	for i, r := range s {
		is, rs = append(is, i), append(rs, r)
	}
	return is, rs
}

func deleteWhileRanging(n int) int {
	m := map[int]int{}
	for i := range n {
		m[i] = i
	}
	for k := range m {
		if k%2 == 0 {
			delete(m, k)
		}
	}
	return len(m)
}

func count(n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range n {
			if !yield(i, strings.Repeat("*", i)) {
				return
			}
		}
	}
}

func early(n int) (r string) {
	for i, s := range count(n) {
		if i == 1 {
			continue
		}
		if i == 3 {
			return r + "!"
		}
		defer func() { r += s }()
		r += fmt.Sprint(i)
	}
	return r
}

func pulled(n int) (out []string) {
	next, stop := iter.Pull2(count(n))
	defer stop()
	for {
		i, s, ok := next()
		if !ok {
			return out
		}
		out = append(out, fmt.Sprint(i, s))
	}
}

type pair struct {
	k string
	v int
}

func main() {
	fmt.Println(runes("aé\xffz"))
	fmt.Println(deleteWhileRanging(10))
	fmt.Println(early(2), early(9))
	fmt.Println(pulled(3))
	m := map[string]int{"b": 2, "a": 1, "c": 3}
	keys := slices.Sorted(maps.Keys(m))
	fmt.Println(keys, slices.Max(keys), slices.Index(keys, "b"))
	ps := []pair{{"x", 2}, {"y", 1}}
	slices.SortFunc(ps, func(a, b pair) int { return a.v - b.v })
	fmt.Println(ps, slices.Collect(maps.Values(map[int]int{1: 2})))
	once := sync.OnceValue(func() int { fmt.Println("once"); return 4 })
	fmt.Println(once()+once(), len(maps.Clone(m)))
	var p atomic.Pointer[pair]
	old := p.Swap(&ps[0])
	fmt.Println(old == nil, p.Load().k, p.CompareAndSwap(&ps[0], nil), p.Load() == nil)
	for s := range strings.SplitSeq("a-b", "-") {
		fmt.Print(s, ".")
	}
	for i := range 3 {
		fmt.Print(i)
	}
	fmt.Println()
}
