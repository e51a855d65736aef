// The order of evaluation within statements: calls and receives where they stand, variables after them, as
// the Go compiler has it. (Across an operator && or || in the same statement variables are read where they stand.)
package main

import "fmt"

type P struct{ x, y int }

func (p *P) inc() int { p.x++; return p.x }

var g = 1

func f() int                    { g++; return g }
func id(a, b, c int) string     { return fmt.Sprint(a, b, c) }
func vs(xs ...int) string       { return fmt.Sprint(xs) }
func va(xs ...any) string       { return fmt.Sprint(xs) }
func ps(a P, b int, c P) string { return fmt.Sprint(a, b, c) }

func results() {
	fmt.Println(g, f(), g)
	fmt.Println(id(g, f(), g))
	fmt.Println(vs(g, f(), g))
	fmt.Println(va(g, f(), g))
	fmt.Println([]int{g, f(), g}, [3]int{g, f(), g})
	fmt.Println(g+f(), f()+g, g+f()*g)
	fmt.Println(P{g, f()}, struct{ a, b, c int }{g, f(), g})
	a := 1
	h := func() int { a++; return a }
	fmt.Println(a, h(), a)
	fmt.Println(id(a, h(), a))
	fmt.Println([]int{a, h(), a}, a+h(), h()+a)
	y := []int{a, h()}
	fmt.Println(y)
	z := a + h()
	fmt.Println(z)
	p := &P{1, 2}
	fmt.Println(p.x, p.inc(), p.x)
	fmt.Println(id(p.x, p.inc(), p.x))
	fmt.Println(*p, p.inc(), *p)
	fmt.Println(ps(*p, p.inc(), *p))
	q := P{1, 2}
	fmt.Println(q.x, q.inc(), q.x)
	fmt.Println(q, q.inc(), q)
	fmt.Println(ps(q, q.inc(), q))
	r := q.x + q.inc()
	fmt.Println(r)
	arr := []int{1, 2, 3}
	w := func() int { arr[0]++; return arr[0] }
	fmt.Println(arr[0], w(), arr[0])
	fmt.Println(id(arr[0], w(), arr[0]))
	fmt.Println(arr[0]+w(), w()+arr[0])
	m := map[string]int{"a": 1}
	mw := func() int { m["a"]++; return m["a"] }
	fmt.Println(m["a"], mw(), m["a"])
	fmt.Println(id(m["a"], mw(), m["a"]))
	fmt.Println(m["a"]+mw(), len(m), []int{m["a"], mw(), m["a"]})
	i := 0
	ni := func() int { i++; return i }
	arr[i], arr[1] = ni(), i
	fmt.Println(arr, i)
	i = 0
	arr[ni()], arr[i] = i, ni()
	fmt.Println(arr, i)
	s := "a"
	sf := func() string { s += "b"; return s }
	fmt.Println(s+sf(), s, sf()+s+sf())
	fmt.Println(s, sf(), s)
	var e any = 1
	ef := func() any { e = 2; return e }
	fmt.Println(e, ef(), e)
	arr2 := [3]int{1, 2, 3}
	af := func() int { arr2[0] = 9; return 0 }
	fmt.Println(arr2, af(), arr2)
	arr2[0] = 1
	fmt.Println(arr2[0], af(), arr2[0])
	l := []int{1}
	lf := func() int { l = append(l, 2); return len(l) }
	fmt.Println(len(l), lf(), len(l), cap(l) >= lf())
	fl := 1.5
	ff := func() float64 { fl *= 2; return fl }
	fmt.Println(fl, ff(), fl, fl+ff(), -fl+ff())
	x, yy := a, h()
	fmt.Println(x, yy)
	x, yy = a, h()
	fmt.Println(x, yy)
	ptr := &a
	fmt.Println(*ptr, h(), *ptr, *ptr+h(), id(*ptr, h(), *ptr))
	ch := make(chan int, 5)
	ch <- 1
	ch <- 2
	fmt.Println(len(ch), <-ch, len(ch), <-ch, len(ch))
	fmt.Println(func() int { a = 100; return 1 }()+a, a+func() int { a = 200; return 1 }())
	if a == h() {
		fmt.Println("eq")
	}
	if v := a; v < h() {
		fmt.Println("lt", v)
	}
	ret := func() (int, int) { return a, h() }
	fmt.Println(ret())
	ret3 := func() (r int) { defer func() { r += 1 }(); r = 5; return r + h() }
	fmt.Println(ret3())
	mm := map[int]int{a: h(), a + 1: h()}
	fmt.Println(mm)
	var pi *int = &a
	pf := func() *int { pi = new(int); return pi }
	fmt.Println(*pi, *pf(), *pi)
	sw := func() int { a = 7; return 7 }
	switch a {
	case sw():
		fmt.Println("sw7")
	default:
		fmt.Println("no", a)
	}
	fmt.Println(int64(a)+int64(h()), float64(a)*float64(h()), a<<uint(h()-h()+2), fmt.Sprint(a)+fmt.Sprint(h()))
	go func(a, b int) {}(a, h())
	defer fmt.Println(a, h(), a)
}

func operands() {
	var t [1]int
	tf := func() int { t[0]++; return t[0] }
	fmt.Println(t, tf(), t, tf(), t, t == [1]int{1})
	x := 1
	type S struct{ a, b int }
	s := S{1, 2}
	sf := func() int { s.a++; return s.a }
	ms := map[string]S{"k": s}
	msf := func() int { v := ms["k"]; v.a++; ms["k"] = v; return v.a }
	fmt.Println(s, sf(), s, s.a, s == S{2, 2}, ms["k"], msf(), ms["k"], ms["k"].a)
	pp := &s
	fmt.Println(*pp, sf(), pp.a, (*pp).b, *pp == s)
	var i any = 5
	fi := func() any { i = i.(int) + 1; return i }
	fmt.Println(i, fi(), i.(int), i == fi(), i)
	ss := []string{"a", "b"}
	fs := func() string { ss = append(ss, "c"); ss[0] += "x"; return ss[0] }
	fmt.Println(ss, fs(), ss[0], ss[1:], len(ss), fs(), ss[:1], ss)
	fmt.Println(ss[0]+fs(), ss[0] == fs(), ss[0] < ss[1], string([]byte(ss[0])), []byte(ss[0]), fs())
	var e error
	ef := func() error { e = fmt.Errorf("%d", x); return e }
	fmt.Println(e, ef(), e, e == ef())
	f1 := 1.5
	ff := func() float32 { f1 *= 2; return float32(f1) }
	fmt.Println(f1, ff(), int(f1), float32(f1), ff(), f1*2 > 3, uint8(f1), complex(f1, f1))
	pf := func(p *int) int { *p *= 10; return *p }
	fmt.Println(x, pf(&x), x, x+pf(&x), pf(&x)+x, -x, ^x, x<<pf(new(int)), x)
	func() {
		defer func() { fmt.Println(recover(), x) }()
		fmt.Println(ss[100], pf(&x))
	}()
	func() {
		var np *S
		defer func() { fmt.Println(recover(), x) }()
		fmt.Println(np.a, pf(&x))
	}()
	func() {
		z := 0
		defer func() { fmt.Println(recover(), x) }()
		fmt.Println(1/z, pf(&x))
	}()
	func() {
		defer func() { fmt.Println(recover(), x) }()
		fmt.Println(i.(string), pf(&x))
	}()
	func() {
		defer func() { fmt.Println(recover(), x) }()
		fmt.Println(i.(*int), pf(&x))
	}()
	func() {
		defer func() { fmt.Println(recover(), x) }()
		fmt.Println(ss[5:], pf(&x))
	}()
	for n := 0; n < func() int { n++; return 5 }(); n++ {
		fmt.Print(n, " ")
	}
	arr := [4]int{}
	k := 0
	kf := func() int { k++; return k }
	arr[k], arr[kf()], k = kf(), k, 9
	fmt.Println(arr, k)
	k = 0
	arr[k] += kf()
	arr[kf()]++
	m := map[int]int{}
	m[k] = kf()
	m[kf()] = k
	m[k] += kf()
	fmt.Println(arr, k, m)
	ch := make(chan int, 9)
	ch <- k + kf()
	go func() {}()
	st := struct {
		a, b int
		c    []int
		d    map[int]int
	}{k, kf(), []int{k, kf()}, map[int]int{k: kf(), k + 1: kf()}}
	fmt.Println(<-ch, st, k)
	pst := &struct{ a, b, c int }{k, kf(), k}
	fmt.Println(*pst, []*S{{k, kf()}, {kf(), k}}[0], [][]int{{k}, {kf()}, {k}})
	var fnv func() int = func() int { return 1 }
	chg := func() int { fnv = func() int { return 2 }; return 3 }
	fmt.Println(fnv(), chg(), fnv())
	g := func(a int, f func() int) int { return a + f() }
	fnv = kf
	fmt.Println(g(chg(), fnv), k)
	switch k + kf() {
	case k + k - 1:
		fmt.Println("A")
	case k + k:
		fmt.Println("B")
	}
	if q, r := k, kf(); q == r {
		fmt.Println("same", q)
	}
	var w, v = k, kf()
	fmt.Println(w, v)
	lab := func() (a, b int, c []int) { return k, kf(), []int{k, kf()} }
	fmt.Println(lab())
}

func copies() {
	type S struct{ a, b int }
	ms := map[string]S{"k": {1, 2}}
	msf := func() int { v := ms["k"]; v.a++; ms["k"] = v; return v.a }
	fmt.Println(ms["k"], msf(), ms["k"])
	g := 0
	f := func() int { g++; return g }
	fmt.Println(S{g, f()}, S{g, f()})
}

func main() {
	results()
	operands()
	copies()
}
