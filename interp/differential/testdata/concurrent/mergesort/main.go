// Sorting halves in goroutines.
package main

import (
	"fmt"
	"slices"
)

func sorted(xs []int, depth int) []int {
	if len(xs) < 2 {
		return xs
	}
	mid := len(xs) / 2
	var a, b []int
	if depth > 0 {
		c := make(chan []int)
		go func() { c <- sorted(xs[:mid], depth-1) }()
		b = sorted(xs[mid:], depth-1)
		a = <-c
	} else {
		a, b = sorted(xs[:mid], 0), sorted(xs[mid:], 0)
	}
	r := make([]int, 0, len(xs))
	for len(a) > 0 && len(b) > 0 {
		if a[0] <= b[0] {
			r, a = append(r, a[0]), a[1:]
		} else {
			r, b = append(r, b[0]), b[1:]
		}
	}
	return append(append(r, a...), b...)
}

func main() {
	xs := make([]int, 200)
	x := 17
	for i := range xs {
		x = (x*1103 + 12345) % 1009
		xs[i] = x
	}
	r := sorted(xs, 3)
	fmt.Println(slices.IsSorted(r), len(r), r[:5], r[195:])
}
