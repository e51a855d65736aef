// A bounded queue with two conditions.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type queue struct {
	mu                sync.Mutex
	notFull, notEmpty *sync.Cond
	items             []int
	limit             int
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.notFull, q.notEmpty = sync.NewCond(&q.mu), sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.limit {
		q.notFull.Wait()
	}
	q.items = append(q.items, x)
	q.notEmpty.Signal()
}

func (q *queue) get() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.notEmpty.Wait()
	}
	x := q.items[0]
	q.items = q.items[1:]
	q.notFull.Signal()
	return x
}

func main() {
	q := newQueue(3)
	var wg sync.WaitGroup
	var sum atomic.Int64
	for p := range 4 {
		wg.Go(func() {
			for i := range 25 {
				q.put(p*100 + i)
			}
		})
		wg.Go(func() {
			for range 25 {
				sum.Add(int64(q.get()))
			}
		})
	}
	wg.Wait()
	fmt.Println(sum.Load(), len(q.items))
}
