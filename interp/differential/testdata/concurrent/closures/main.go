// Goroutines of a loop have a variable each, also those of a loop that changes it.
package main

import (
	"fmt"
	"sort"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var got []int
	add := func(x int) { mu.Lock(); defer mu.Unlock(); got = append(got, x) }
	for i := 0; i < 10; i++ {
		wg.Add(1)
		if i == 5 {
			i++
		}
		go func() {
			defer wg.Done()
			add(i)
		}()
	}
	for _, s := range []string{"a", "bb", "ccc"} {
		wg.Go(func() { add(100 * len(s)) })
	}
	wg.Wait()
	sort.Ints(got)
	fmt.Println(got)
}
