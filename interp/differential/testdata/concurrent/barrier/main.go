// A barrier that is used again and again.
package main

import (
	"fmt"
	"sync"
)

type barrier struct {
	mu    sync.Mutex
	cond  *sync.Cond
	n, at int
	round int
}

func (b *barrier) wait() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.round
	b.at++
	if b.at == b.n {
		b.at = 0
		b.round++
		b.cond.Broadcast()
	}
	for r == b.round {
		b.cond.Wait()
	}
	return r
}

func main() {
	const n, rounds = 6, 8
	b := &barrier{n: n}
	b.cond = sync.NewCond(&b.mu)
	cells := [2][n]int{}
	for i := range cells[0] {
		cells[0][i] = i
	}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			for r := range rounds {
				now, next := &cells[r%2], &cells[(r+1)%2]
				next[i] = (now[(i+n-1)%n] + now[i] + now[(i+1)%n]) % 1009
				b.wait()
			}
		})
	}
	wg.Wait()
	fmt.Println(cells[rounds%2], b.round)
}
