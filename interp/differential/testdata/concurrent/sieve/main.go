// The prime sieve: each prime is a goroutine that filters.
package main

import (
	"fmt"
)

func filter(in <-chan int, out chan<- int, p int, stop <-chan struct{}) {
	for {
		select {
		case x := <-in:
			if x%p == 0 {
				continue
			}
			select {
			case out <- x:
			case <-stop:
				return
			}
		case <-stop:
			return
		}
	}
}

func main() {
	stop := make(chan struct{})
	c := make(chan int)
	go func() {
		for i := 2; ; i++ {
			select {
			case c <- i:
			case <-stop:
				return
			}
		}
	}()
	var primes []int
	in := c
	for range 15 {
		p := <-in
		primes = append(primes, p)
		out := make(chan int)
		go filter(in, out, p, stop)
		in = out
	}
	close(stop)
	fmt.Println(primes)
}
