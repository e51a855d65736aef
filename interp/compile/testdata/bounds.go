// Index checks that are left out where the bounds are known, and made where they only seem to be.
package main

import "fmt"

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, r)
		} else {
			fmt.Println(name, "ok")
		}
	}()
	f()
}

func mod(a []int, x int) int { return a[x%len(a)] }
func mod2(n, x int) int      { a := make([]int, n+5); return a[x%n] }
func mod3(x, y int) int      { var a [5]int; return a[x%-7] + a[y%5] }
func and(x int) int          { var a [8]int; return a[x&7] + a[x&15] }
func sub(a []int, i int) int {
	s := 0
	for j := i; j >= 0; j-- {
		s += a[j] + a[j-1+1]
	}
	return s
}
func sub8(a []int) int {
	s := 0
	for i := uint8(0); i < 10; i++ {
		s += a[i-1]
	}
	return s
}
func add8(a []int) int {
	s := 0
	for i := int8(120); i > 0; i++ {
		s += a[i+1]
	}
	return s
}
func gap(a []int, g int) int {
	s := 0
	for i := len(a) - 1; i >= g; i-- {
		s += a[i-g]
	}
	return s
}
func arr(n int) int {
	var g [4][5]int
	s := 0
	for i := 0; i < n; i++ {
		for j := 0; j < 5; j++ {
			g[i][j] = i*j + 1
			if i > 0 && j > 0 {
				s += g[i-1][j-1] + g[i-1][j]
			}
		}
	}
	return s
}
func arrj(n int) int {
	var g [4][5]int
	s := 0
	for i := 0; i < 4; i++ {
		for j := n; j < 5; j++ {
			s += g[i][j]
		}
	}
	return s
}
func consts(i int) int {
	a := make([]int, 10)
	s := 0
	for k := 0; k < i; k++ {
		s += a[k]
	}
	return s
}
func consts2(k int) int {
	a := make([]int, 10)[:k]
	s := 0
	for i := range 5 {
		s += a[i]
	}
	return s
}
func back(n, m int) int {
	a := make([]int, n)
	s := 0
	for i := 1; i < n; i++ {
		for j := i - 1; j >= -m; j-- {
			s += a[j] + a[j+1]
		}
	}
	return s
}
func shadow(a []int, i int) int {
	if i-1 >= 0 {
		return a[i-1]
	}
	return a[i+1] + a[i]
}
func str(s string, i int) byte { return s[i] ^ s[i-1] }

type T struct{ v [3]int }

func value(t T, i int) int { return t.v[i] + t.v[i-1] }
func call() T              { return T{[3]int{1, 2, 3}} }
func idx(i int) int        { return call().v[i] }

func main() {
	a := make([]int, 10)
	for _, x := range []int{0, 3, 4, 5, 7, 9, 10, 15, -1, -3} {
		try(fmt.Sprint("mod ", x), func() { mod(a, x) })
		try(fmt.Sprint("mod2 ", x), func() { mod2(-3, x) })
		try(fmt.Sprint("mod2b ", x), func() { mod2(3, x) })
		try(fmt.Sprint("mod3 ", x), func() { mod3(x, 1) })
		try(fmt.Sprint("mod3 ", x), func() { mod3(1, x) })
		try(fmt.Sprint("and ", x), func() { and(x) })
		try(fmt.Sprint("sub ", x), func() { sub(a, x) })
		try(fmt.Sprint("gap ", x), func() { gap(a, x) })
		try(fmt.Sprint("arr ", x), func() { fmt.Println(arr(x)) })
		try(fmt.Sprint("arrj ", x), func() { fmt.Println(arrj(x)) })
		try(fmt.Sprint("consts ", x), func() { consts(x) })
		try(fmt.Sprint("consts2 ", x), func() { consts2(x) })
		try(fmt.Sprint("back ", x), func() { back(4, x) })
		try(fmt.Sprint("shadow ", x), func() { shadow(a, x) })
		try(fmt.Sprint("str ", x), func() { str("hello", x) })
		try(fmt.Sprint("value ", x), func() { value(T{}, x) })
		try(fmt.Sprint("idx ", x), func() { idx(x) })
	}
	try("mod empty", func() { mod(nil, 1) })
	try("sub8", func() { sub8(a) })
	try("add8", func() { add8(make([]int, 127)) })
	try("add8", func() { add8(make([]int, 129)) })
}
