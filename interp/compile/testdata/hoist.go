// Lengths and rows that are fetched before a loop, and those that must not be.
package main

import "fmt"

func try(name string, f func() int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, r)
		}
	}()
	fmt.Println(name, f())
}

type Row []int

var ga = [][]int{{1, 2, 3}, {4, 5, 6}}
var gs = []int{1, 2, 3}

// the row is replaced within the loop
func replaced(a [][]int, i int) int {
	s := 0
	for j := 0; j < 3; j++ {
		s += a[i][j]
		a[i] = []int{10, 20, 30, 40}
	}
	return s
}

func replacedByCall(a [][]int, i int) int {
	s := 0
	for j := 0; j < 3; j++ {
		s += a[i][j]
		change(a)
	}
	return s
}

func change(a [][]int) { a[0] = []int{7, 8, 9} }

func grown(a [][]int, i int) int {
	for j := 0; j < 3; j++ {
		a[i] = append(a[i], j)
	}
	return len(a[i])
}

// zero rounds: no fault
func none(a [][]int, i, n int) int {
	s := 0
	for j := 0; j < n; j++ {
		s += a[i][j]
	}
	return s
}

func some(a [][]int, i, n int) int {
	s := 0
	for j := 0; j < n; j++ {
		if j > 1 {
			s += a[i][j] + a[i-1][j]
		}
		s++
	}
	return s
}

func order(a [][]int, i, n int) (s int) {
	defer func() { fmt.Println("so far", s); _ = recover() }()
	for j := 0; j < n; j++ {
		s += 10
		s += a[i][j]
	}
	return s
}

func swap(a, b [][]int) int {
	s := 0
	for k := 0; k < 3; k++ {
		for i := 0; i < 2; i++ {
			for j := 0; j < 3; j++ {
				b[i][j] = a[i][j] + 1
			}
		}
		a, b = b, a
	}
	for _, r := range a {
		for _, v := range r {
			s = s*3 + v
		}
	}
	return s
}

func shorter(s []int) int {
	t := 0
	for len(s) > 0 {
		t = t*2 + s[0] + s[len(s)-1]
		s = s[1:]
	}
	return t
}

func strings(s string, n int) int {
	t := 0
	for i := 0; i < n; i++ {
		t += int(s[i])
	}
	return t
}

func global(n int) int {
	t := 0
	for i := 0; i < n; i++ {
		gs[i]++
		t += gs[i] + ga[1][i]
	}
	return t
}

func globalReplaced(n int) int {
	t := 0
	for i := 0; i < n; i++ {
		t += gs[i]
		gs = append(gs, i)
	}
	return t
}

func captured(n int) int {
	s := []int{1, 2, 3}
	t := 0
	f := func() {
		for i := 0; i < n; i++ {
			s[i] *= 2
			t += s[i]
		}
	}
	f()
	s = []int{5}
	f()
	return t
}

func viaPointer(p *[]int, n int) int {
	t := 0
	for i := 0; i < n; i++ {
		t += (*p)[i]
	}
	return t
}

func named(rs []Row, k int) int {
	t := 0
	for i := range rs {
		for j := range rs[i] {
			t += rs[i][j] * rs[(i+1)%len(rs)][j]
			rs[i][j]++
		}
		if i > 0 {
			for j := 0; j < k; j++ {
				rs[i][j] += rs[i-1][j]
				t += rs[i][j]
			}
		}
	}
	return t
}

func structs(ps []struct{ v []int }, i, n int) int {
	t := 0
	for j := 0; j < n; j++ {
		t += ps[i].v[j]
	}
	return t
}

func whole(ps [][]int, i, n int) int {
	t := 0
	type pair struct{ a, b []int }
	p := &pair{ps[0], ps[1]}
	for j := 0; j < n; j++ {
		t += p.a[j] + ps[i][j]
		*p = pair{p.b, p.a}
	}
	return t
}

func dp(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			if a[i-1] == b[j-1] {
				d[i][j] = d[i-1][j-1] + 1
			} else {
				d[i][j] = max(d[i-1][j], d[i][j-1])
			}
		}
	}
	return d[len(a)][len(b)]
}

func gotos(a [][]int, i int) int {
	j, t := 0, 0
	if i > 5 {
		goto in
	}
loop:
	if j >= 3 {
		return t
	}
in:
	t += a[i][j]
	j++
	goto loop
}

func deep(a [][][]int, n int) int {
	t := 0
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			for k := 0; k < n; k++ {
				a[i][j][k] += i + j*k
				t += a[i][j][k] + a[k][j][i]
			}
		}
	}
	return t
}

func main() {
	mk := func() [][]int { return [][]int{{1, 2, 3}, {4, 5, 6}} }
	for _, i := range []int{0, 1, 2, -1, 7} {
		try(fmt.Sprint("replaced ", i), func() int { return replaced(mk(), i) })
		try(fmt.Sprint("call ", i), func() int { return replacedByCall(mk(), i) })
		try(fmt.Sprint("grown ", i), func() int { return grown(mk(), i) })
		for _, n := range []int{0, 1, 2, 3, 4} {
			try(fmt.Sprint("none ", i, n), func() int { return none(mk(), i, n) })
			try(fmt.Sprint("some ", i, n), func() int { return some(mk(), i, n) })
			try(fmt.Sprint("order ", i, n), func() int { return order(mk(), i, n) })
			try(fmt.Sprint("structs ", i, n), func() int { return structs([]struct{ v []int }{{[]int{1, 2}}, {nil}}, i, n) })
			try(fmt.Sprint("whole ", i, n), func() int { return whole(mk(), i, n) })
		}
		try(fmt.Sprint("gotos ", i), func() int { return gotos(mk(), i) })
	}
	try("swap", func() int { return swap(mk(), mk()) })
	try("shorter", func() int { return shorter([]int{1, 2, 3, 4}) })
	for _, n := range []int{0, 2, 3, 4} {
		try(fmt.Sprint("strings ", n), func() int { return strings("abc", n) })
		try(fmt.Sprint("global ", n), func() int { return global(n) })
		try(fmt.Sprint("captured ", n), func() int { return captured(n) })
		try(fmt.Sprint("pointer ", n), func() int { return viaPointer(&gs, n) })
		try(fmt.Sprint("pointer ", n), func() int { return viaPointer(nil, n) })
		try(fmt.Sprint("named ", n), func() int { return named([]Row{{1, 2, 3}, {4, 5, 6}}, n) })
		try(fmt.Sprint("deep ", n), func() int {
			a := [][][]int{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}
			return deep(a, n)
		})
	}
	try("global replaced", func() int { return globalReplaced(6) })
	fmt.Println(dp("abcbdab", "bdcaba"))
}
