// A cache behind a lock, with methods that generics make.
package main

import (
	"fmt"
	"sync"
)

type cache[K comparable, V any] struct {
	mu    sync.Mutex
	limit int
	order []K
	data  map[K]V
}

func (c *cache[K, V]) put(k K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.data[k]; !ok {
		c.order = append(c.order, k)
	}
	c.data[k] = v
	for len(c.order) > c.limit {
		delete(c.data, c.order[0])
		c.order = c.order[1:]
	}
}

func (c *cache[K, V]) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.data)
}

func main() {
	c := &cache[string, []int]{limit: 5, data: map[string][]int{}}
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			for i := range 10 {
				c.put(fmt.Sprint(g, "-", i), []int{g, i})
			}
		})
	}
	wg.Wait()
	fmt.Println(c.len(), len(c.order))
}
