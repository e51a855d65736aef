// Operations on what pointers lead to, and copies of elements.
package main

import "fmt"

type M int
type A [2][2]int

func inc(p *int, q *float64, s *string, m *M, u *uint8) {
	*p++
	*p += 5
	*p = *p - 2
	*p = 10 - *p
	*p *= *p
	*q += 1.5
	*q *= *q
	*q = *q - 0.25
	*s += "x"
	*s = *s + *s
	*s = "y" + *s
	*m += 3
	*m ^= 5
	*u += 250
	*u |= 1
	*u = *u &^ 2
	*u <<= 1
}

func counter() (func() int, func() int) {
	n := 0
	return func() int { n++; return n }, func() int { n -= 2; n = n * n; return n }
}

func arr(p *A, i, j int) {
	p[i][j]++
	p[i][j] += p[j][i] + 2
	p[i][j] = p[i][j] * 3
	(*p)[j][i] = p[i][j] - p[j][i]
}

func slices(s []int, i int) int {
	a := s[i]
	b := s[a]
	s[i] = b
	m := map[int]int{1: 2}
	c := m[a]
	d := m[b]
	x := [3]int{1, 2, 3}
	e := x[i]
	var w []M
	w = append(w, 4, 5)
	f := w[i]
	return a + b*10 + c*100 + d*1000 + e*10000 + int(f)*100000
}

func nilp() {
	defer func() { fmt.Println(recover()) }()
	var p *int
	*p += 1
}

func alias(p, q *int) int {
	x := *p
	*q = 7
	y := *p
	*p, *q = *q+1, *p+2
	return x*100 + y*10 + *p
}

func main() {
	p, q, s, m, u := 3, 1.5, "s", M(2), uint8(9)
	inc(&p, &q, &s, &m, &u)
	fmt.Println(p, q, s, m, u)
	a, b := counter()
	fmt.Println(a(), a(), a(), a(), b(), a(), b())
	var t A
	arr(&t, 0, 1)
	arr(&t, 1, 0)
	arr(&t, 1, 1)
	fmt.Println(t)
	fmt.Println(slices([]int{1, 0, 5}, 0), slices([]int{1, 0, 5}, 1))
	nilp()
	v := 5
	fmt.Println(alias(&v, &v), v)
	w := 1
	fmt.Println(alias(&v, &w), v, w)
}
