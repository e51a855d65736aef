// One select statement that several goroutines run at once, with computed operands.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var cs [4]chan int
	for i := range cs {
		cs[i] = make(chan int)
	}
	got := make([]int, 4)
	serve := func(i int, stop <-chan bool) {
		for n := 0; ; n++ {
			select {
			case x := <-cs[i]:
				got[i] += x
			case cs[(i+1)%4] <- i*1000 + n:
			case <-stop:
				return
			}
		}
	}
	stop := make(chan bool)
	var wg sync.WaitGroup
	for i := range cs {
		wg.Go(func() { serve(i, stop) })
	}
	time.Sleep(time.Millisecond)
	close(stop)
	wg.Wait()
	fmt.Println(len(got))
}
