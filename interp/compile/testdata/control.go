package main

import "fmt"

// If, Jump, Phi: labels, gotos, copies on edges.

func swap(n int) (a, b int) { // phis that form a cycle
	a, b = 1, 2
	for range n {
		a, b = b, a
	}
	return a, b
}

func sameTarget(x bool) int { // an If whose successors are one block
	n := 0
	if x {
	}
	n++
	return n
}

func nan(x float64) string { // a comparison of floats is not inverted
	if x < 1 {
		return "less"
	}
	if x >= 1 {
		return "not less"
	}
	return "neither"
}

func conversionCondition(x any) string { // a bare conversion or assertion as a condition
	type MB bool
	if x.(bool) {
		return "yes"
	}
	m := MB(x.(bool))
	if bool(m) {
		return "yes, converted"
	}
	return "no"
}

func labels() (out []int) {
outer:
	for i := 0; i < 5; i++ {
		for j := 0; ; j++ {
			switch {
			case j == 3:
				continue outer
			case i == 3:
				break outer
			case j == 1:
				goto next
			}
			out = append(out, 10*i+j)
		next:
		}
	}
	return out
}

func small(n int) int { // a loop that is written out more than once
	s := 0
	for i := 0; i < n; i++ {
		s += i & 3
	}
	for i := range n {
		s ^= i
	}
	return s
}

func callOnlyForPhi(f func() bool) bool { // a call whose value only an unused phi takes
	x := false && f()
	x = x == true && f()
	return f()
}

func loopVariables() {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
}

func main() {
	fmt.Println(swap(3))
	fmt.Println(sameTarget(true), sameTarget(false))
	z := 0.0
	fmt.Println(nan(0), nan(2), nan(z/z))
	fmt.Println(conversionCondition(true), conversionCondition(false))
	fmt.Println(labels())
	for n := range 9 {
		fmt.Print(small(n), " ")
	}
	fmt.Println()
	n := 0
	fmt.Println(callOnlyForPhi(func() bool { n++; return n == 1 }), n)
	loopVariables()
}
