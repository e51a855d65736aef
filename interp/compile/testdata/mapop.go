// Operations on map entries.
package main

import "fmt"

type K string
type N int8
type S string
type KS struct{ a, b int }

var g = map[string]int{}

func f(m map[string]int) int { m["a"] = 100; return 1 }

func nilmap() {
	defer func() { fmt.Println(recover()) }()
	var m map[string]int
	m["x"]++
}

func nilmap2(p *int) {
	defer func() { fmt.Println(recover()) }()
	var m map[string]int
	m["x"] += *p
}

func main() {
	a := map[string]int{}
	a["a"]++
	a["a"] += 5
	a["b"] -= 2
	a["c"] |= 6
	a["c"] ^= 3
	a["c"] &= 4
	a["a"] *= 7
	fmt.Println(a)
	a["a"] += f(a)
	fmt.Println(a)
	b := map[K]N{}
	b["q"] += 127
	b["q"]++
	b[K("q")] -= 3
	fmt.Println(b)
	c := map[int]string{}
	for i := range 5 {
		c[i%2] += fmt.Sprint(i)
		c[i%2] += "-"
	}
	fmt.Println(c)
	d := map[KS]uint8{}
	for i := range 300 {
		d[KS{i % 2, 1}]++
		d[KS{1, i % 3}] += uint8(i)
	}
	fmt.Println(d)
	e := map[[2]int]S{}
	e[[2]int{1, 2}] += "x"
	e[[2]int{1, 2}] += e[[2]int{1, 2}]
	fmt.Println(e)
	h := map[bool]uint64{}
	h[true] -= 1
	h[1 > 2] += 1 << 63
	fmt.Println(h)
	mm := map[string]map[string]int{"x": {}}
	mm["x"]["y"]++
	mm["x"]["y"] += mm["x"]["y"] + 1
	fmt.Println(mm)
	g["z"]++
	g["z"] += len(g)
	fmt.Println(g)
	nilmap()
	nilmap2(new(int))
	nilmap2(nil)
	k := "w"
	a[k] += len(k)
	k2 := a[k]
	a[k] += k2
	fmt.Println(a, k2)
	x := map[*int]int{}
	p, q := new(int), new(int)
	x[p]++
	x[q]--
	x[p]++
	fmt.Println(x[p], x[q], len(x))
	r := map[rune]int{}
	for _, c := range "hello, wörld" {
		r[c]++
	}
	fmt.Println(r)
	arr := []int{3, 1, 2, 3}
	cnt := map[int]int{}
	for i := range arr {
		cnt[arr[i]] += arr[(i+1)%4]
	}
	fmt.Println(cnt)
	fl := map[float64]int{}
	fl[0.5]++
	fl[0.5]++
	fmt.Println(fl)
	an := map[any]int{}
	an[1]++
	an["x"]++
	an[1]++
	fmt.Println(an)
	fs := map[string]float64{}
	fs["a"] += 0.1
	fs["a"] += 0.2
	fmt.Println(fs)
}
