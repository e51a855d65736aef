// A cache in which each value is computed once, and others wait for it.
package main

import (
	"fmt"
	"sync"
)

type entry struct {
	value int
	ready chan struct{}
}

type memo struct {
	mu    sync.Mutex
	cache map[int]*entry
	calls int
}

func (m *memo) get(k int, f func(int) int) int {
	m.mu.Lock()
	e := m.cache[k]
	if e == nil {
		e = &entry{ready: make(chan struct{})}
		m.cache[k] = e
		m.calls++
		m.mu.Unlock()
		e.value = f(k)
		close(e.ready)
	} else {
		m.mu.Unlock()
		<-e.ready
	}
	return e.value
}

func main() {
	m := &memo{cache: map[int]*entry{}}
	var wg sync.WaitGroup
	sums := make([]int, 10)
	for g := range sums {
		wg.Go(func() {
			for i := range 20 {
				sums[g] += m.get(i%7, func(k int) int { return k*k + 1 })
			}
		})
	}
	wg.Wait()
	fmt.Println(m.calls, sums)
}
