// Dining philosophers with a waiter, forks as channels.
package main

import (
	"fmt"
	"slices"
)

func main() {
	const n = 5
	waiter := make(chan bool, n-1)
	var forks [n]chan int
	for i := range forks {
		forks[i] = make(chan int, 1)
		forks[i] <- i
	}
	ate := make(chan string)
	for i := range n {
		go func() {
			for range 10 {
				waiter <- true
				l, r := <-forks[i], <-forks[(i+1)%n]
				forks[l] <- l
				forks[r] <- r
				<-waiter
			}
			ate <- fmt.Sprint("p", i)
		}()
	}
	var all []string
	for range n {
		all = append(all, <-ate)
	}
	slices.Sort(all)
	fmt.Println(all)
}
