// The programs whose speed is compared with the interpreter's own: go test ./interp/compile -run Speed -speed -v.
package main

import (
	"fmt"
	"sort"
	"time"
)

// t prints how long f takes in microseconds, beside what it may take of the interpreter's own time, and its result.
func t(name string, limit float64, f func() int) {
	t0 := time.Now()
	r := f()
	fmt.Println(name, limit, time.Since(t0).Microseconds(), r)
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

type P struct{ x, y int }

func loop() int {
	s := 0
	for i := 0; i < 500000; i++ {
		s += i & 3
	}
	return s
}
func mat(n int) float64 {
	a := make([][]float64, n)
	b := make([][]float64, n)
	c := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		b[i] = make([]float64, n)
		c[i] = make([]float64, n)
		for j := range a[i] {
			a[i][j] = float64(i + j)
			b[i][j] = float64(i - j)
		}
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			var s float64
			for k := 0; k < n; k++ {
				s += a[i][k] * b[k][j]
			}
			c[i][j] = s
		}
	}
	return c[n-1][n-1]
}
func sieve(n int) int {
	c := make([]bool, n+1)
	k := 0
	for i := 2; i <= n; i++ {
		if !c[i] {
			k++
			for j := i * i; j <= n; j += i {
				c[j] = true
			}
		}
	}
	return k
}
func fields(p *P, n int) int {
	for i := 0; i < n; i++ {
		p.x += i
		p.y ^= p.x
	}
	return p.y
}
func maps(n int) int {
	m := map[int]int{}
	for i := 0; i < n; i++ {
		m[i%1000] += i
	}
	return len(m)
}

type I interface{ M(int) int }

func (p P) M(n int) int { return p.x + n }
func ifaces(n int) int {
	var v I = P{1, 2}
	s := 0
	for i := 0; i < n; i++ {
		s += v.M(i)
	}
	return s
}
func chans(n int) int {
	c := make(chan int)
	d := make(chan int)
	go func() {
		for v := range c {
			d <- v + 1
		}
		close(d)
	}()
	s := 0
	for i := 0; i < n; i++ {
		c <- i
		s += <-d
	}
	close(c)
	return s
}

func bubble(n int) int {
	a := make([]int, n)
	for i := range a {
		a[i] = (i * 7919) % n
	}
	for i := 0; i < len(a); i++ {
		for j := 0; j < len(a)-1-i; j++ {
			if a[j] > a[j+1] {
				a[j], a[j+1] = a[j+1], a[j]
			}
		}
	}
	return a[0]
}
func quick(a []int, lo, hi int) {
	if lo >= hi {
		return
	}
	p := a[hi]
	i := lo
	for j := lo; j < hi; j++ {
		if a[j] < p {
			a[i], a[j] = a[j], a[i]
			i++
		}
	}
	a[i], a[hi] = a[hi], a[i]
	quick(a, lo, i-1)
	quick(a, i+1, hi)
}
func qs(n int) int {
	a := make([]int, n)
	for i := range a {
		a[i] = (i * 7919) % n
	}
	quick(a, 0, n-1)
	return a[0]
}
func insertion(n int) int {
	a := make([]int, n)
	for i := range a {
		a[i] = (i * 7919) % n
	}
	for i := 1; i < n; i++ {
		x := a[i]
		j := i - 1
		for j >= 0 && a[j] > x {
			a[j+1] = a[j]
			j--
		}
		a[j+1] = x
	}
	return a[0]
}
func sorts(n int) int {
	a := make([]int, n)
	for i := range a {
		a[i] = (i * 7919) % n
	}
	sort.Slice(a, func(i, j int) bool { return a[i] < a[j] })
	return a[0]
}

type S interface {
	A() int
	B(x int) int
}
type X struct{ a int }
type Y struct{ b, c int }

func (x X) A() int       { return x.a }
func (x X) B(y int) int  { return x.a + y }
func (x *Y) A() int      { return x.b }
func (x *Y) B(y int) int { x.c++; return x.c + y }
func poly(n int) int {
	ss := []S{X{1}, &Y{2, 3}, X{4}}
	t := 0
	for i := 0; i < n; i++ {
		t += ss[i%3].B(i) + ss[0].A()
	}
	return t
}
func tsw(n int) int {
	xs := []any{1, "a", X{1}, &Y{}, 2.5}
	t := 0
	for i := 0; i < n; i++ {
		switch v := xs[i%5].(type) {
		case int:
			t += v
		case string:
			t += len(v)
		case X:
			t += v.a
		case *Y:
			t += v.b
		default:
			t++
		}
	}
	return t
}
func spawn(n int) int {
	c := make(chan int, 16)
	for i := 0; i < n; i++ {
		go func() { c <- i }()
	}
	s := 0
	for i := 0; i < n; i++ {
		s += <-c
	}
	return s
}
func strs(n int) int {
	m := map[string]int{}
	s := ""
	for i := 0; i < n; i++ {
		s += string(rune('a' + i%26))
		if len(s) > 20 {
			s = s[10:]
		}
		m[s]++
	}
	return len(m)
}
func clos(n int) int {
	x := 0
	f := func(d int) { x += d }
	for i := 0; i < n; i++ {
		f(i)
	}
	return x
}
func defers(n int) int {
	x := 0
	g := func() { defer func() { x++ }() }
	for i := 0; i < n; i++ {
		g()
	}
	return x
}

type M [8][8]float64

func arr(n int) int {
	var a, b, c M
	for r := 0; r < n; r++ {
		for i := 0; i < 8; i++ {
			for j := 0; j < 8; j++ {
				s := 0.0
				for k := 0; k < 8; k++ {
					s += a[i][k] * b[k][j]
				}
				c[i][j] = s
			}
		}
	}
	return int(c[0][0])
}
func buf(n int) int {
	c := make(chan int, 100)
	s := 0
	for i := 0; i < n; i++ {
		c <- i
		s += <-c
	}
	return s
}
func sel(n int) int {
	a, b := make(chan int, 10), make(chan int, 10)
	s := 0
	for i := 0; i < n; i++ {
		if i%2 == 0 {
			a <- i
		} else {
			b <- i
		}
		select {
		case v := <-a:
			s += v
		case v := <-b:
			s -= v
		}
	}
	return s
}

func main() {
	t("fib", 1.2, func() int { return fib(20) })
	t("loop", 1.2, loop)
	t("mat", 1.5, func() int { return int(mat(45)) })
	t("sieve", 1.5, func() int { return sieve(60000) })
	t("fields", 1.2, func() int { return fields(&P{}, 60000) })
	t("maps", 1.2, func() int { return maps(30000) })
	t("iface", 0.5, func() int { return ifaces(20000) })
	t("chan", 3, func() int { return chans(5000) })
	t("bubble", 1.5, func() int { return bubble(200) })
	t("quick", 1.5, func() int { return qs(3000) })
	t("insertion", 1.5, func() int { return insertion(300) })
	t("sortslice", 1.5, func() int { return sorts(1000) })
	t("poly", 0.5, func() int { return poly(5000) })
	t("tsw", 0.5, func() int { return tsw(20000) })
	t("spawn", 1.2, func() int { return spawn(1000) })
	t("strs", 1.2, func() int { return strs(10000) })
	t("clos", 1.2, func() int { return clos(10000) })
	t("defers", 0, func() int { return defers(2000) })
	t("arr", 1.5, func() int { return arr(60) })
	t("buf", 3, func() int { return buf(20000) })
	t("sel", 3, func() int { return sel(10000) })
}
