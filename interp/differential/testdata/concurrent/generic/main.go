// Generic stages over channels: map, filter, batch, reduce.
package main

import (
	"fmt"
)

func source[T any](xs ...T) <-chan T {
	c := make(chan T)
	go func() {
		defer close(c)
		for _, x := range xs {
			c <- x
		}
	}()
	return c
}

func apply[A, B any](in <-chan A, f func(A) B) <-chan B {
	c := make(chan B)
	go func() {
		defer close(c)
		for x := range in {
			c <- f(x)
		}
	}()
	return c
}

func keep[T any](in <-chan T, ok func(T) bool) <-chan T {
	c := make(chan T, 1)
	go func() {
		defer close(c)
		for x := range in {
			if ok(x) {
				c <- x
			}
		}
	}()
	return c
}

func batch[T any](in <-chan T, n int) <-chan []T {
	c := make(chan []T)
	go func() {
		defer close(c)
		var b []T
		for x := range in {
			if b = append(b, x); len(b) == n {
				c <- b
				b = nil
			}
		}
		if len(b) > 0 {
			c <- b
		}
	}()
	return c
}

type pair[A, B any] struct {
	a A
	b B
}

func main() {
	words := source("go", "chan", "select", "mutex", "x", "defer", "range")
	long := keep(words, func(s string) bool { return len(s) > 2 })
	pairs := apply(long, func(s string) pair[string, int] { return pair[string, int]{s, len(s)} })
	for b := range batch(pairs, 2) {
		fmt.Printf("%v %T\n", b, b[0].b)
	}
}
