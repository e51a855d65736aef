// Workers finish what they have, then stop; what was not begun is given back.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	jobs := make(chan int, 100)
	for i := range 100 {
		jobs <- i
	}
	quit := make(chan struct{})
	var finished, begun atomic.Int32
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-quit:
					return
				default:
				}
				select {
				case <-quit:
					return
				case <-jobs:
					if begun.Add(1) == 10 {
						close(quit)
					}
					runtime.Gosched()
					finished.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println(begun.Load() == finished.Load(), int(begun.Load())+len(jobs) == 100, begun.Load() >= 10)
}
