// One channel's values go to two that are read at different speeds.
package main

import (
	"fmt"
)

func tee[T any](in <-chan T) (<-chan T, <-chan T) {
	a, b := make(chan T), make(chan T)
	go func() {
		defer close(a)
		defer close(b)
		for x := range in {
			x1, x2 := a, b
			for range 2 {
				select {
				case x1 <- x:
					x1 = nil
				case x2 <- x:
					x2 = nil
				}
			}
		}
	}()
	return a, b
}

func main() {
	in := make(chan int)
	go func() {
		defer close(in)
		for i := range 20 {
			in <- i * i
		}
	}()
	a, b := tee(in)
	sum := 0
	done := make(chan bool)
	go func() {
		for x := range b {
			sum += x
		}
		close(done)
	}()
	n := 0
	for range a {
		n++
	}
	<-done
	fmt.Println(n, sum)
}
