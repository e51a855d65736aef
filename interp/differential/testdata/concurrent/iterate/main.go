// Iterators that goroutines feed: range over functions, and iter.Pull.
package main

import (
	"fmt"
	"iter"
)

func values(n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		c := make(chan string)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(c)
			for i := range n {
				select {
				case c <- fmt.Sprint("v", i):
				case <-stop:
					return
				}
			}
		}()
		i := 0
		for s := range c {
			if !yield(i, s) {
				return
			}
			i++
		}
	}
}

func main() {
	for i, s := range values(100) {
		if i == 3 {
			break
		}
		fmt.Print(s, " ")
	}
	next, stop := iter.Pull2(values(3))
	for {
		i, s, ok := next()
		if !ok {
			break
		}
		fmt.Print(i, s, " ")
	}
	stop()
	fmt.Println()
}
