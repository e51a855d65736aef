// A channel of channels is read as one.
package main

import (
	"fmt"
)

func bridge[T any](cs <-chan (<-chan T)) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		for c := range cs {
			for x := range c {
				out <- x
			}
		}
	}()
	return out
}

func main() {
	cs := make(chan (<-chan int))
	go func() {
		defer close(cs)
		for i := range 6 {
			c := make(chan int, i)
			for j := range i {
				c <- i*10 + j
			}
			close(c)
			cs <- c
		}
	}()
	for x := range bridge(cs) {
		fmt.Print(x, " ")
	}
	fmt.Println()
}
