// Subscribers come and go, each sees what is published while it is there.
package main

import (
	"fmt"
	"sync"
)

type broker[T any] struct {
	mu   sync.Mutex
	subs map[int]chan T
	next int
}

func (b *broker[T]) subscribe(room int) (<-chan T, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == nil {
		b.subs = map[int]chan T{}
	}
	id, c := b.next, make(chan T, room)
	b.next++
	b.subs[id] = c
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, id)
		close(c)
	}
}

func (b *broker[T]) publish(x T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.subs {
		c <- x
	}
}

func main() {
	var b broker[string]
	var wg sync.WaitGroup
	heard := make([][]string, 3)
	var leave []func()
	for i := range heard {
		c, off := b.subscribe(10)
		leave = append(leave, off)
		wg.Go(func() {
			for s := range c {
				heard[i] = append(heard[i], s)
			}
		})
		b.publish(fmt.Sprint("hello ", i))
	}
	leave[1]()
	b.publish("bye")
	leave[0]()
	leave[2]()
	wg.Wait()
	fmt.Println(heard)
}
