package main

import (
	"fmt"
	"sync"
)

// MakeChan, Send, receive, Select, close, Range over channels.

func return_(c chan int) int { return <-c }

func commaOk(c chan string) (string, bool) {
	s, ok := <-c
	return s, ok
}

func directions(n int) (<-chan int, chan<- int) {
	c := make(chan int, n)
	var in chan<- int = c
	var out <-chan int = c
	return out, in
}

type message struct {
	n  int
	ch chan message
}

func selects(a, b chan int, quit chan bool) (log []string) {
	for {
		select {
		case x := <-a:
			log = append(log, fmt.Sprint("a", x))
		case b <- len(log) * 10: // a computed value
			log = append(log, "b")
		case _, ok := <-quit:
			return append(log, fmt.Sprint("quit ", ok))
		}
	}
}

func nonBlocking(c chan int) (r []string) {
	for range 3 {
		select {
		case c <- 1:
			r = append(r, "sent")
		default:
			r = append(r, "full")
		}
	}
	return r
}

func sharedSelect(workers, n int) int { // one statement, many goroutines
	in, out := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case x, ok := <-in:
					if !ok {
						return
					}
					out <- x * 2
				}
			}
		}()
	}
	go func() {
		for i := range n {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	s := 0
	for x := range out {
		s += x
	}
	return s
}

func faults() (out []any) {
	try := func(f func()) {
		defer func() { out = append(out, recover()) }()
		f()
	}
	c := make(chan int, 1)
	close(c)
	try(func() { c <- 1 })
	try(func() { close(c) })
	try(func() { var n chan int; close(n) })
	return out
}

func main() {
	c := make(chan int, 2)
	c <- 5
	fmt.Println(return_(c), len(c), cap(c))
	s := make(chan string, 1)
	s <- "x"
	fmt.Println(commaOk(s))
	close(s)
	fmt.Println(commaOk(s))
	out, in := directions(1)
	in <- 3
	fmt.Println(<-out)
	m := make(chan message, 1)
	m <- message{1, m}
	fmt.Println((<-m).n)
	a, b, quit := make(chan int, 1), make(chan int), make(chan bool)
	a <- 7
	go func() { fmt.Println(<-b > 0); close(quit) }()
	fmt.Println(len(selects(a, b, quit)))
	fmt.Println(nonBlocking(make(chan int, 2)))
	fmt.Println(sharedSelect(8, 200))
	for _, x := range faults() {
		fmt.Println(x)
	}
	cc := make(chan chan int, 1)
	cc <- c
	c <- 9
	fmt.Println(<-<-cc)
}
