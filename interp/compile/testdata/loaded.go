// Slices that are loaded once and used again, and those that have changed.
package main

import (
	"fmt"
	"sort"
)

func two(a [][]int, i, j int) int {
	if a[i][j] > 0 {
		if a[i][j+1] > a[i][j] {
			a[i] = []int{9, 9, 9}
			return a[i][j]
		}
		a[i][j] = 100
		return a[i][j]
	}
	f(a)
	return a[i][j]
}

func f(a [][]int) { a[0] = []int{5, 6, 7} }

func ref(p *[]int) int {
	x := (*p)[0]
	*p = []int{8}
	return x*10 + (*p)[0]
}

func clos() int {
	s := []int{3, 1, 2}
	t := 0
	g := func(i, j int) int {
		t = s[i]*10 + s[j]
		s = append(s, t)
		return s[i] + s[len(s)-1]
	}
	r := g(0, 1) + g(1, 2)
	return r*1000 + t
}

func merge(a, b [][]int, c bool) int {
	x := 0
	if c {
		x = a[0][0]
	} else {
		a[0] = b[0]
		x = a[0][1]
	}
	return x + a[0][0]
}

func copied(a [][]int) int {
	x := a[0][0]
	copy(a, a[1:])
	y := a[0][0]
	a = append(a[:0], []int{77})
	return x*10000 + y*100 + a[0][0]
}

func loops(a [][]int) int {
	t := 0
	for i := range a {
		t += a[0][0]
		a[i], a[0] = a[0], a[i]
		t = t*3 + a[0][0]
	}
	return t
}

var gs = []int{1, 2, 3}

func glob(c chan []int) int {
	x := gs[0]
	gs = <-c
	return x*10 + gs[0]
}

func main() {
	mk := func() [][]int { return [][]int{{1, 2, 3}, {4, 3, 2}, {0, 0, 0}} }
	for i := range 3 {
		fmt.Println(two(mk(), i, 0), two(mk(), i, 1))
	}
	fmt.Println(ref(&[]int{4}), clos(), merge(mk(), mk()[1:], true), merge(mk(), mk()[1:], false), copied(mk()), loops(mk()))
	c := make(chan []int, 1)
	c <- []int{6}
	fmt.Println(glob(c))
	s := []int{5, 2, 8, 1}
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	fmt.Println(s)
	type P struct {
		name string
		age  int
	}
	ps := []P{{"a", 3}, {"b", 1}, {"c", 2}}
	sort.Slice(ps, func(i, j int) bool {
		if ps[i].age != ps[j].age {
			return ps[i].age < ps[j].age
		}
		return ps[i].name < ps[j].name
	})
	fmt.Println(ps)
}
