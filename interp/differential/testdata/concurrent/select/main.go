// A select over sends, receives and a closed channel.
package main

import (
	"fmt"
	"sync"
)

func main() {
	in, out, quit := make(chan int), make(chan int), make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 1; i <= 30; i++ {
			in <- i
		}
		close(in)
	}()
	sum := 0
	go func() {
		defer wg.Done()
		for {
			select {
			case x := <-out:
				sum += x
			case <-quit:
				return
			}
		}
	}()
	var held []int
	src := in
	for src != nil || len(held) > 0 {
		var to chan int
		var next int
		if len(held) > 0 {
			to, next = out, held[0]
		}
		select {
		case x, ok := <-src:
			if !ok {
				src = nil
				break
			}
			held = append(held, x)
		case to <- next:
			held = held[1:]
		}
	}
	close(quit)
	wg.Wait()
	fmt.Println(sum, held)
}
