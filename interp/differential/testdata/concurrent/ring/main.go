// A token goes round a ring of goroutines.
package main

import (
	"fmt"
)

func main() {
	const n = 50
	first := make(chan int)
	in := first
	for range n {
		out := make(chan int)
		go func(in <-chan int, out chan<- int) {
			for x := range in {
				out <- x + 1
			}
			close(out)
		}(in, out)
		in = out
	}
	x := 0
	for range 5 {
		go func(v int) { first <- v }(x)
		x = <-in
	}
	close(first)
	_, ok := <-in
	fmt.Println(x, ok)
}
