// Stages that are linked by channels: numbers are made, squared, filtered and summed up.
package main

import (
	"fmt"
)

func numbers(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i
		}
	}()
	return out
}

func square(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for x := range in {
			out <- x * x
		}
	}()
	return out
}

func main() {
	sum, n := 0, 0
	for x := range square(square(numbers(60))) {
		if x%2 == 0 {
			sum += x
			n++
		}
	}
	fmt.Println(n, sum)
}
