// Rows of a product in goroutines.
package main

import (
	"fmt"
	"sync"
)

type matrix [][]float64

func newMatrix(n int, f func(i, j int) float64) matrix {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range m[i] {
			m[i][j] = f(i, j)
		}
	}
	return m
}

func (a matrix) times(b matrix) matrix {
	n := len(a)
	c := newMatrix(n, func(i, j int) float64 { return 0 })
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func(row []float64) {
			defer wg.Done()
			for j := range n {
				for k := range n {
					row[j] += a[i][k] * b[k][j]
				}
			}
		}(c[i])
	}
	wg.Wait()
	return c
}

func main() {
	a := newMatrix(12, func(i, j int) float64 { return float64(i - j) })
	b := newMatrix(12, func(i, j int) float64 { return float64(i*j%5) / 2 })
	c := a.times(b)
	trace := 0.0
	for i := range c {
		trace += c[i][i]
	}
	fmt.Println(trace, c[3][4], c[11][0])
}
