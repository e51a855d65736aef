// Several channels are merged into one, which is closed when all are.
package main

import (
	"fmt"
	"sort"
	"sync"
)

func produce(id, n int) <-chan string {
	c := make(chan string)
	go func() {
		defer close(c)
		for i := range n {
			c <- fmt.Sprintf("%d/%d", id, i)
		}
	}()
	return c
}

func merge[T any](ins ...<-chan T) <-chan T {
	out := make(chan T)
	var wg sync.WaitGroup
	for _, in := range ins {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for x := range in {
				out <- x
			}
		}()
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func main() {
	var all []string
	for s := range merge(produce(1, 8), produce(2, 5), produce(3, 0), produce(4, 9)) {
		all = append(all, s)
	}
	sort.Strings(all)
	fmt.Println(len(all), all)
}
