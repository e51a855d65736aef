// Dining philosophers who take the lower fork first.
package main

import (
	"fmt"
	"sync"
)

func main() {
	const n = 5
	var forks [n]sync.Mutex
	meals := make([]int, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			lo, hi := i, (i+1)%n
			if lo > hi {
				lo, hi = hi, lo
			}
			for range 30 {
				forks[lo].Lock()
				forks[hi].Lock()
				meals[i]++
				forks[hi].Unlock()
				forks[lo].Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(meals)
}
