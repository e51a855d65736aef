// A counter with a lock, one with a channel and one that is atomic agree.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type counter interface {
	inc()
	value() int
}

type locked struct {
	sync.Mutex
	n int
}

func (c *locked) inc()       { c.Lock(); c.n++; c.Unlock() }
func (c *locked) value() int { c.Lock(); defer c.Unlock(); return c.n }

type sent struct{ incs, gets chan int }

func newSent() *sent {
	s := &sent{make(chan int), make(chan int)}
	go func() {
		n := 0
		for {
			select {
			case d, ok := <-s.incs:
				if !ok {
					return
				}
				n += d
			case s.gets <- n:
			}
		}
	}()
	return s
}

func (s *sent) inc()       { s.incs <- 1 }
func (s *sent) value() int { return <-s.gets }

type quick struct{ n atomic.Int64 }

func (q *quick) inc()       { q.n.Add(1) }
func (q *quick) value() int { return int(q.n.Load()) }

func main() {
	s := newSent()
	defer close(s.incs)
	for _, c := range []counter{&locked{}, s, &quick{}} {
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for range 20 {
					c.inc()
				}
			})
		}
		wg.Wait()
		fmt.Printf("%T %d\n", c, c.value())
	}
}
