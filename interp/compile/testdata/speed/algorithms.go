// Programs of the kinds that learners write, whose speed is compared with the interpreter's own.
package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

// t prints how long f takes in microseconds, beside what it may take of the interpreter's own time, and its result.
func t(name string, limit float64, f func() int) {
	t0 := time.Now()
	r := f()
	fmt.Println(name, limit, time.Since(t0).Microseconds(), r)
}

func numbers(n int) []int {
	a := make([]int, n)
	x := 12345
	for i := range a {
		x = (x*1103515245 + 12345) & 0x7fffffff
		a[i] = x % 1000
	}
	return a
}

func check(a []int) int {
	s := 0
	for i, v := range a {
		s += i * v
	}
	return s
}

// ---- sorts

func siftDown(a []int, i, n int) {
	for {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && a[c+1] > a[c] {
			c++
		}
		if a[i] >= a[c] {
			return
		}
		a[i], a[c] = a[c], a[i]
		i = c
	}
}

func heapSort(n int) int {
	a := numbers(n)
	for i := n/2 - 1; i >= 0; i-- {
		siftDown(a, i, n)
	}
	for i := n - 1; i > 0; i-- {
		a[0], a[i] = a[i], a[0]
		siftDown(a, 0, i)
	}
	return check(a)
}

func mergeSort(a []int) []int {
	if len(a) < 2 {
		return a
	}
	m := len(a) / 2
	l, r := mergeSort(a[:m]), mergeSort(a[m:])
	out := make([]int, 0, len(a))
	i, j := 0, 0
	for i < len(l) && j < len(r) {
		if l[i] <= r[j] {
			out = append(out, l[i])
			i++
		} else {
			out = append(out, r[j])
			j++
		}
	}
	out = append(out, l[i:]...)
	out = append(out, r[j:]...)
	return out
}

func mergeInto(a, tmp []int, lo, hi int) {
	if hi-lo < 2 {
		return
	}
	mid := (lo + hi) / 2
	mergeInto(a, tmp, lo, mid)
	mergeInto(a, tmp, mid, hi)
	i, j, k := lo, mid, lo
	for i < mid && j < hi {
		if a[i] < a[j] {
			tmp[k] = a[i]
			i++
		} else {
			tmp[k] = a[j]
			j++
		}
		k++
	}
	for ; i < mid; i++ {
		tmp[k] = a[i]
		k++
	}
	for ; j < hi; j++ {
		tmp[k] = a[j]
		k++
	}
	for k = lo; k < hi; k++ {
		a[k] = tmp[k]
	}
}

func selectionSort(n int) int {
	a := numbers(n)
	for i := 0; i < len(a)-1; i++ {
		min := i
		for j := i + 1; j < len(a); j++ {
			if a[j] < a[min] {
				min = j
			}
		}
		a[i], a[min] = a[min], a[i]
	}
	return check(a)
}

func shellSort(n int) int {
	a := numbers(n)
	for gap := n / 2; gap > 0; gap /= 2 {
		for i := gap; i < n; i++ {
			x := a[i]
			j := i
			for ; j >= gap && a[j-gap] > x; j -= gap {
				a[j] = a[j-gap]
			}
			a[j] = x
		}
	}
	return check(a)
}

func insertionSort(a []int) {
	for i := 1; i < len(a); i++ {
		for j := i; j > 0 && a[j] < a[j-1]; j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
}

func countingSort(n int) int {
	a := numbers(n)
	c := make([]int, 1000)
	for _, v := range a {
		c[v]++
	}
	k := 0
	for v, m := range c {
		for ; m > 0; m-- {
			a[k] = v
			k++
		}
	}
	return check(a)
}

func bubbleFlag(a []int) {
	for n := len(a); ; n-- {
		swapped := false
		for i := 1; i < n; i++ {
			if a[i-1] > a[i] {
				a[i-1], a[i] = a[i], a[i-1]
				swapped = true
			}
		}
		if !swapped {
			break
		}
	}
}

func partition(a []int, lo, hi int) int {
	p := a[(lo+hi)/2]
	i, j := lo-1, hi+1
	for {
		for i++; a[i] < p; i++ {
		}
		for j--; a[j] > p; j-- {
		}
		if i >= j {
			return j
		}
		a[i], a[j] = a[j], a[i]
	}
}

func hoare(a []int, lo, hi int) {
	if lo < hi {
		p := partition(a, lo, hi)
		hoare(a, lo, p)
		hoare(a, p+1, hi)
	}
}

func quickFunctional(a []int) []int {
	if len(a) <= 1 {
		return a
	}
	p := a[0]
	var lo, hi []int
	for _, v := range a[1:] {
		if v < p {
			lo = append(lo, v)
		} else {
			hi = append(hi, v)
		}
	}
	r := append(quickFunctional(lo), p)
	return append(r, quickFunctional(hi)...)
}

type person struct {
	name string
	age  int
}

type byAge []person

func (b byAge) Len() int           { return len(b) }
func (b byAge) Less(i, j int) bool { return b[i].age < b[j].age }
func (b byAge) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func people(n int) []person {
	var ps []person
	for _, v := range numbers(n) {
		ps = append(ps, person{"p", v})
	}
	return ps
}

func sortPeople(n int) int {
	ps := people(n)
	sort.Slice(ps, func(i, j int) bool { return ps[i].age < ps[j].age })
	s := 0
	for i, p := range ps {
		s += i * p.age
	}
	return s
}

// ---- matrices

func matSlices(n int) int {
	a, b, c := make([][]float64, n), make([][]float64, n), make([][]float64, n)
	for i := 0; i < n; i++ {
		a[i], b[i], c[i] = make([]float64, n), make([]float64, n), make([]float64, n)
		for j := 0; j < n; j++ {
			a[i][j], b[i][j] = float64(i+j), float64(i-j)
		}
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			for k := 0; k < n; k++ {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return int(c[n/2][n-1])
}

func matInts(a, b [][]int) [][]int {
	n := len(a)
	c := make([][]int, n)
	for i := range c {
		c[i] = make([]int, n)
		for j := range c[i] {
			sum := 0
			for k := range b {
				sum += a[i][k] * b[k][j]
			}
			c[i][j] = sum
		}
	}
	return c
}

func matIntsRun(n int) int {
	a := make([][]int, n)
	for i := range a {
		a[i] = make([]int, n)
		for j := range a[i] {
			a[i][j] = i*n + j
		}
	}
	return matInts(a, a)[n-1][n-1]
}

func matFlat(n int) int {
	a, b, c := make([]int, n*n), make([]int, n*n), make([]int, n*n)
	for i := range a {
		a[i], b[i] = i, i*3
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			s := 0
			for k := 0; k < n; k++ {
				s += a[i*n+k] * b[k*n+j]
			}
			c[i*n+j] = s
		}
	}
	return c[n*n-1]
}

const N = 24

func matArray() int {
	var a, b, c [N][N]int
	for i := 0; i < N; i++ {
		for j := 0; j < N; j++ {
			a[i][j], b[i][j] = i+j, i-j
		}
	}
	for i := 0; i < N; i++ {
		for j := 0; j < N; j++ {
			for k := 0; k < N; k++ {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c[N-1][N-2]
}

var ga, gb, gc [N][N]int

func matGlobal() int {
	for i := 0; i < N; i++ {
		for j := 0; j < N; j++ {
			ga[i][j], gb[i][j], gc[i][j] = i+j, i-j, 0
		}
	}
	for i := 0; i < N; i++ {
		for j := 0; j < N; j++ {
			s := 0
			for k := 0; k < N; k++ {
				s += ga[i][k] * gb[k][j]
			}
			gc[i][j] = s
		}
	}
	return gc[N-1][N-2]
}

func mulInto(c, a, b *[N][N]int) {
	for i := 0; i < N; i++ {
		for j := 0; j < N; j++ {
			c[i][j] = 0
			for k := 0; k < N; k++ {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
}

func transpose(n int) int {
	m := make([][]int, n)
	for i := range m {
		m[i] = make([]int, n)
		for j := range m[i] {
			m[i][j] = i * j % 7
		}
	}
	for i := 0; i < n; i++ {
		for j := i + 1; j < n; j++ {
			m[i][j], m[j][i] = m[j][i], m[i][j]
		}
	}
	return m[n-1][0] + m[3][2]
}

// ---- sieves, sums, tables

func sieveArray() int {
	var composite [20000]bool
	count := 0
	for i := 2; i < len(composite); i++ {
		if composite[i] {
			continue
		}
		count++
		for j := 2 * i; j < len(composite); j += i {
			composite[j] = true
		}
	}
	return count
}

func sievePrimes(n int) []int {
	is := make([]bool, n+1)
	for i := range is {
		is[i] = true
	}
	for p := 2; p*p <= n; p++ {
		if is[p] {
			for m := p * p; m <= n; m += p {
				is[m] = false
			}
		}
	}
	var primes []int
	for i := 2; i <= n; i++ {
		if is[i] {
			primes = append(primes, i)
		}
	}
	return primes
}

func trial(n int) int {
	k := 0
	for i := 2; i < n; i++ {
		prime := true
		for d := 2; d*d <= i; d++ {
			if i%d == 0 {
				prime = false
				break
			}
		}
		if prime {
			k++
		}
	}
	return k
}

func isPrime(n int) bool {
	if n < 2 {
		return false
	}
	for i := 2; i*i <= n; i++ {
		if n%i == 0 {
			return false
		}
	}
	return true
}

func prefix(n int) int {
	a := numbers(n)
	p := make([]int, n+1)
	for i := 0; i < n; i++ {
		p[i+1] = p[i] + a[i]
	}
	best := 0
	for i := 0; i+10 <= n; i++ {
		if s := p[i+10] - p[i]; s > best {
			best = s
		}
	}
	return best
}

func lcs(a, b string) int {
	dp := make([][]int, len(a)+1)
	for i := range dp {
		dp[i] = make([]int, len(b)+1)
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			if a[i-1] == b[j-1] {
				dp[i][j] = dp[i-1][j-1] + 1
			} else if dp[i-1][j] > dp[i][j-1] {
				dp[i][j] = dp[i-1][j]
			} else {
				dp[i][j] = dp[i][j-1]
			}
		}
	}
	return dp[len(a)][len(b)]
}

func knapsack(n, w int) int {
	v := numbers(n)
	dp := make([]int, w+1)
	for i := 0; i < n; i++ {
		wt := v[i]%20 + 1
		for j := w; j >= wt; j-- {
			if x := dp[j-wt] + v[i]; x > dp[j] {
				dp[j] = x
			}
		}
	}
	return dp[w]
}

func grid(n int) int {
	var g [40][40]int
	for i := 0; i < 40; i++ {
		for j := 0; j < 40; j++ {
			switch {
			case i == 0 || j == 0:
				g[i][j] = 1
			default:
				g[i][j] = (g[i-1][j] + g[i][j-1]) % n
			}
		}
	}
	return g[39][39]
}

func binarySearch(n int) int {
	a := make([]int, n)
	for i := range a {
		a[i] = 2 * i
	}
	found := 0
	for x := 0; x < n; x++ {
		lo, hi := 0, len(a)-1
		for lo <= hi {
			mid := lo + (hi-lo)/2
			if a[mid] == x {
				found++
				break
			} else if a[mid] < x {
				lo = mid + 1
			} else {
				hi = mid - 1
			}
		}
	}
	return found
}

func queens(n, row int, cols, d1, d2 []bool) int {
	if row == n {
		return 1
	}
	k := 0
	for c := 0; c < n; c++ {
		if cols[c] || d1[row+c] || d2[row-c+n] {
			continue
		}
		cols[c], d1[row+c], d2[row-c+n] = true, true, true
		k += queens(n, row+1, cols, d1, d2)
		cols[c], d1[row+c], d2[row-c+n] = false, false, false
	}
	return k
}

func life(n, steps int) int {
	g := make([][]bool, n)
	h := make([][]bool, n)
	for i := range g {
		g[i], h[i] = make([]bool, n), make([]bool, n)
		for j := range g[i] {
			g[i][j] = (i*7+j*3)%5 < 2
		}
	}
	for s := 0; s < steps; s++ {
		for i := 0; i < n; i++ {
			for j := 0; j < n; j++ {
				k := 0
				for di := -1; di <= 1; di++ {
					for dj := -1; dj <= 1; dj++ {
						if (di != 0 || dj != 0) && g[(i+di+n)%n][(j+dj+n)%n] {
							k++
						}
					}
				}
				h[i][j] = k == 3 || k == 2 && g[i][j]
			}
		}
		g, h = h, g
	}
	k := 0
	for _, r := range g {
		for _, c := range r {
			if c {
				k++
			}
		}
	}
	return k
}

// ---- structs, lists, trees

type point struct{ x, y int }

func structs(n int) int {
	ps := make([]point, n)
	for i := range ps {
		ps[i].x = i
		ps[i].y = i * 2
	}
	s := 0
	for r := 0; r < 5; r++ {
		for i := range ps {
			ps[i].x += ps[i].y
		}
		for _, p := range ps {
			s += p.x - p.y
		}
	}
	return s
}

type account struct {
	balance int
	ops     int
}

func (a *account) deposit(n int) {
	a.balance += n
	a.ops++
}
func (a account) total() int { return a.balance + a.ops }

func methods(n int) int {
	a := &account{}
	s := 0
	for i := 0; i < n; i++ {
		a.deposit(i)
		s += a.total()
	}
	return s
}

type particle struct {
	x, y, vx, vy float64
}

func particles(n int) int {
	ps := make([]*particle, 50)
	for i := range ps {
		ps[i] = &particle{vx: float64(i), vy: 1}
	}
	for s := 0; s < n; s++ {
		for _, p := range ps {
			p.x += p.vx * 0.1
			p.y += p.vy * 0.1
			if p.x > 10 {
				p.vx = -p.vx
			}
		}
	}
	return int(ps[7].x*100) + int(ps[9].y)
}

type node struct {
	val  int
	next *node
}

func list(n int) int {
	var head *node
	for i := 0; i < n; i++ {
		head = &node{i, head}
	}
	var prev *node
	for head != nil {
		next := head.next
		head.next = prev
		prev, head = head, next
	}
	s := 0
	for p := prev; p != nil; p = p.next {
		s = s*3 + p.val
	}
	return s
}

type tree struct {
	key         int
	left, right *tree
}

func (t *tree) insert(k int) *tree {
	if t == nil {
		return &tree{key: k}
	}
	if k < t.key {
		t.left = t.left.insert(k)
	} else if k > t.key {
		t.right = t.right.insert(k)
	}
	return t
}

func (t *tree) sum() int {
	if t == nil {
		return 0
	}
	return t.key + t.left.sum() + t.right.sum()
}

func trees(n int) int {
	var root *tree
	for _, v := range numbers(n) {
		root = root.insert(v)
	}
	return root.sum()
}

func treeLoop(n int) int {
	var root *tree
	for _, v := range numbers(n) {
		if root == nil {
			root = &tree{key: v}
			continue
		}
		p := root
		for p.key != v {
			if v < p.key {
				if p.left == nil {
					p.left = &tree{key: v}
				}
				p = p.left
			} else {
				if p.right == nil {
					p.right = &tree{key: v}
				}
				p = p.right
			}
		}
	}
	return root.sum()
}

type stack struct{ data []int }

func (s *stack) push(v int) { s.data = append(s.data, v) }
func (s *stack) pop() int {
	v := s.data[len(s.data)-1]
	s.data = s.data[:len(s.data)-1]
	return v
}

func stacks(n int) int {
	s := &stack{}
	t := 0
	for i := 0; i < n; i++ {
		s.push(i)
		if i%3 == 2 {
			t += s.pop() - s.pop()
		}
	}
	return t
}

// ---- maps, strings, closures, loops

func words(n int) int {
	text := "the quick brown fox jumps over the lazy dog and the cat"
	m := make(map[string]int)
	for i := 0; i < n; i++ {
		for _, w := range strings.Fields(text) {
			m[w]++
		}
	}
	best := 0
	for _, c := range m {
		if c > best {
			best = c
		}
	}
	return best + len(m)
}

func mapCount(n int) int {
	seen := make(map[int]bool)
	count := make(map[int]int)
	for _, v := range numbers(n) {
		if !seen[v] {
			seen[v] = true
		}
		if c, ok := count[v%100]; ok {
			count[v%100] = c + 1
		} else {
			count[v%100] = 1
		}
	}
	s := 0
	for k := 0; k < 100; k++ {
		s += k * count[k]
	}
	return s + len(seen)
}

func memo(n int) int {
	m := map[int]int{}
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		if v, ok := m[n]; ok {
			return v
		}
		r := fib(n-1) + fib(n-2)
		m[n] = r
		return r
	}
	s := 0
	for i := 0; i < n; i++ {
		s += fib(i%40) % 7
	}
	return s
}

func building(n int) int {
	var b strings.Builder
	s := ""
	for i := 0; i < n; i++ {
		b.WriteByte(byte('a' + i%26))
		if i%10 == 0 {
			s += "x"
		}
	}
	return b.Len() + len(s)
}

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func palindromes(n int) int {
	k := 0
	s := "never odd or even, never odd or even"
	for i := 0; i < n; i++ {
		if reverse(s) == s {
			k++
		}
		ok := true
		for a, b := 0, len(s)-1; a < b; a, b = a+1, b-1 {
			if s[a] != s[b] {
				ok = false
				break
			}
		}
		if !ok {
			k += 2
		}
	}
	return k
}

func letters(n int) int {
	text := strings.Repeat("Hello, World", n)
	var count [26]int
	for _, r := range text {
		if r >= 'a' && r <= 'z' {
			count[r-'a']++
		}
	}
	v := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case 'o', 'e':
			v++
		}
	}
	return count['l'-'a']*100 + v
}

func adder() func(int) int {
	sum := 0
	return func(x int) int {
		sum += x
		return sum
	}
}

func closures(n int) int {
	a, b := adder(), adder()
	s := 0
	for i := 0; i < n; i++ {
		s = a(i) - b(2*i)
	}
	return s
}

func apply(xs []int, f func(int) int) int {
	s := 0
	for _, x := range xs {
		s += f(x)
	}
	return s
}

func highOrder(n int) int {
	return apply(numbers(n), func(x int) int { return x * x })
}

func collatz(n int) int {
	best := 0
	for i := 1; i < n; i++ {
		k := 0
		for x := i; x != 1; k++ {
			if x%2 == 0 {
				x /= 2
			} else {
				x = 3*x + 1
			}
		}
		if k > best {
			best = k
		}
	}
	return best
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func gcds(n int) int {
	s := 0
	for i := 1; i < n; i++ {
		for j := 1; j < n; j++ {
			s += gcd(i, j)
		}
	}
	return s
}

func nested(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		for j := i; j < n; j++ {
			if (i+j)%3 == 0 {
				s += i ^ j
			}
		}
	}
	return s
}

func floats(n int) int {
	pi, sign := 0.0, 1.0
	for i := 0; i < n; i++ {
		pi += sign / float64(2*i+1)
		sign = -sign
	}
	return int(pi * 4e6)
}

func hashing(s string, n int) int {
	h := uint32(2166136261)
	for r := 0; r < n; r++ {
		for i := 0; i < len(s); i++ {
			h ^= uint32(s[i])
			h *= 16777619
		}
	}
	return int(h)
}

func hanoi(n, from, to, via int) int {
	if n == 0 {
		return 0
	}
	return hanoi(n-1, from, via, to) + 1 + hanoi(n-1, via, to, from)
}

func ackermann(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func divmod(a, b int) (int, int) { return a / b, a % b }

func multi(n int) int {
	s := 0
	for i := 1; i < n; i++ {
		q, r := divmod(1000000, i)
		s += q - r
	}
	return s
}

// ---- interfaces and type switches

type shape interface {
	Area() float64
	Sides() int
}
type square struct{ s float64 }
type rect struct{ w, h float64 }
type circle struct{ r float64 }

func (s square) Area() float64 { return s.s * s.s }
func (s square) Sides() int    { return 4 }
func (r *rect) Area() float64  { return r.w * r.h }
func (r *rect) Sides() int     { return 4 }
func (c circle) Area() float64 { return 3 * c.r * c.r }
func (c circle) Sides() int    { return 0 }

func shapes(n int) int {
	ss := []shape{square{2}, &rect{2, 3}, circle{1}}
	total, sides := 0.0, 0
	for i := 0; i < n; i++ {
		for _, s := range ss {
			total += s.Area()
			sides += s.Sides()
		}
	}
	return int(total) + sides
}

type animal interface{ Sound() string }
type dog struct{}
type cat struct{ name string }

func (dog) Sound() string    { return "woof" }
func (c *cat) Sound() string { return c.name }

func animals(n int) int {
	as := []animal{dog{}, &cat{"tom"}}
	k := 0
	for i := 0; i < n; i++ {
		k += len(as[i%2].Sound())
	}
	return k
}

type expr interface{}
type num struct{ v int }
type add struct{ l, r expr }
type mul struct{ l, r expr }

func eval(e expr) int {
	switch e := e.(type) {
	case num:
		return e.v
	case add:
		return eval(e.l) + eval(e.r)
	case *mul:
		return eval(e.l) * eval(e.r)
	}
	return 0
}

func evals(n int) int {
	e := expr(add{num{2}, &mul{num{3}, add{num{4}, num{5}}}})
	s := 0
	for i := 0; i < n; i++ {
		s += eval(e)
	}
	return s
}

func describe(v interface{}) int {
	switch v.(type) {
	case int, int64:
		return 1
	case string:
		return 2
	case bool:
		return 3
	case error:
		return 4
	case fmt.Stringer:
		return 5
	case nil:
		return 6
	}
	return 7
}

func describes(n int) int {
	vs := []interface{}{1, "a", true, nil, 2.5, int64(3)}
	s := 0
	for i := 0; i < n; i++ {
		s += describe(vs[i%len(vs)])
	}
	return s
}

func assertions(n int) int {
	vs := []any{1, "two", 3}
	s := 0
	for i := 0; i < n; i++ {
		if k, ok := vs[i%3].(int); ok {
			s += k
		}
	}
	return s
}

// ---- concurrency

func waitGroup(n int) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	s := 0
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			mu.Lock()
			s += i
			mu.Unlock()
		}(i)
	}
	wg.Wait()
	return s
}

func square2(i int, wg *sync.WaitGroup, out []int) {
	out[i] = i * i
	wg.Done()
}

func spawnNamed(n int) int {
	var wg sync.WaitGroup
	out := make([]int, n)
	wg.Add(n)
	for i := 0; i < n; i++ {
		go square2(i, &wg, out)
	}
	wg.Wait()
	return check(out)
}

func pool(n int) int {
	jobs := make(chan int, 10)
	results := make(chan int, 10)
	for w := 0; w < 3; w++ {
		go func() {
			for j := range jobs {
				results <- j * 2
			}
		}()
	}
	go func() {
		for i := 0; i < n; i++ {
			jobs <- i
		}
		close(jobs)
	}()
	s := 0
	for i := 0; i < n; i++ {
		s += <-results
	}
	return s
}

func pipeline(n int) int {
	src := make(chan int)
	sq := make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			src <- i
		}
		close(src)
	}()
	go func() {
		for v := range src {
			sq <- v * v
		}
		close(sq)
	}()
	s := 0
	for v := range sq {
		s += v
	}
	return s
}

func main() {
	t("heap sort", 1.5, func() int { return heapSort(500) })
	t("merge sort", 1.5, func() int { return check(mergeSort(numbers(500))) })
	t("merge into", 1.5, func() int { b := numbers(800); mergeInto(b, make([]int, 800), 0, 800); return check(b) })
	t("selection sort", 1.5, func() int { return selectionSort(150) })
	t("shell sort", 1.5, func() int { return shellSort(600) })
	t("insertion sort", 1.5, func() int { b := numbers(150); insertionSort(b); return check(b) })
	t("counting sort", 1.5, func() int { return countingSort(4000) })
	t("bubble flag", 1.5, func() int { b := numbers(120); bubbleFlag(b); return check(b) })
	t("hoare", 1.5, func() int { b := numbers(1000); hoare(b, 0, 999); return check(b) })
	t("quick append", 1.5, func() int { return check(quickFunctional(numbers(500))) })
	t("sort people", 1.5, func() int { return sortPeople(500) })
	t("sort.Sort", 1.5, func() int { ps := people(300); sort.Sort(byAge(ps)); return ps[0].age + ps[200].age })
	t("mat slices", 1.5, func() int { return matSlices(26) })
	t("mat ints", 1.5, func() int { return matIntsRun(28) })
	t("mat flat", 1.5, func() int { return matFlat(28) })
	t("mat array", 1.5, matArray)
	t("mat global", 1.5, matGlobal)
	t("mat pointers", 1.5, func() int { mulInto(&gc, &ga, &gb); return gc[3][5] })
	t("transpose", 1.5, func() int { return transpose(80) })
	t("sieve array", 1.5, sieveArray)
	t("sieve primes", 1.5, func() int { return check(sievePrimes(20000)) })
	t("trial", 1.2, func() int { return trial(2000) })
	t("isPrime", 1.2, func() int {
		k := 0
		for i := 0; i < 2500; i++ {
			if isPrime(i) {
				k++
			}
		}
		return k
	})
	t("prefix sums", 1.5, func() int { return prefix(6000) })
	t("lcs", 1.5, func() int { return lcs(strings.Repeat("abcbdab", 8), strings.Repeat("bdcaba", 9)) })
	t("knapsack", 1.5, func() int { return knapsack(40, 200) })
	t("grid", 1.5, func() int { return grid(1000007) + grid(101) })
	t("binary search", 1.5, func() int { return binarySearch(1500) })
	t("queens", 1.5, func() int { return queens(6, 0, make([]bool, 6), make([]bool, 12), make([]bool, 13)) })
	t("life", 1.5, func() int { return life(16, 5) })
	t("structs", 1.5, func() int { return structs(1500) })
	t("methods", 1.2, func() int { return methods(4000) })
	t("particles", 1.2, func() int { return particles(100) })
	t("list", 1.2, func() int { return list(5000) })
	t("trees", 1.2, func() int { return trees(400) })
	t("tree loop", 1.2, func() int { return treeLoop(1000) })
	t("stacks", 1.2, func() int { return stacks(4000) })
	t("words", 1.2, func() int { return words(300) })
	t("map count", 1.2, func() int { return mapCount(6000) })
	t("memo", 1.2, func() int { return memo(3000) })
	t("building", 1.2, func() int { return building(6000) })
	t("palindromes", 1.5, func() int { return palindromes(150) })
	t("letters", 1.5, func() int { return letters(400) })
	t("closures", 1.2, func() int { return closures(3000) })
	t("high order", 1.2, func() int { return highOrder(4000) })
	t("collatz", 1.2, func() int { return collatz(400) })
	t("gcd", 1.2, func() int { return gcds(60) })
	t("nested", 1.2, func() int { return nested(300) })
	t("floats", 1.2, func() int { return floats(30000) })
	t("hashing", 1.5, func() int { return hashing("hello, world", 1500) })
	t("hanoi", 1.2, func() int { return hanoi(11, 1, 3, 2) })
	t("ackermann", 1.2, func() int { return ackermann(2, 20) })
	t("multi", 1.2, func() int { return multi(4000) })
	t("shapes", 0.5, func() int { return shapes(600) })
	t("animals", 0.5, func() int { return animals(4000) })
	t("eval", 0.5, func() int { return evals(400) })
	t("describe", 0.5, func() int { return describes(5000) })
	t("assertions", 0.5, func() int { return assertions(8000) })
	t("wait group", 1.2, func() int { return waitGroup(600) })
	t("spawn named", 1.2, func() int { return spawnNamed(1000) })
	t("pool", 3, func() int { return pool(2000) })
	t("pipeline", 3, func() int { return pipeline(2000) })
}
