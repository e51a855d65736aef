// A token bucket that a goroutine fills.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type limiter struct {
	tokens chan struct{}
	stop   chan struct{}
}

func newLimiter(burst int, every time.Duration) *limiter {
	l := &limiter{make(chan struct{}, burst), make(chan struct{})}
	for range burst {
		l.tokens <- struct{}{}
	}
	go func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				select {
				case l.tokens <- struct{}{}:
				default:
				}
			case <-l.stop:
				return
			}
		}
	}()
	return l
}

func main() {
	l := newLimiter(3, 100*time.Microsecond)
	var served atomic.Int32
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			<-l.tokens
			served.Add(1)
		})
	}
	wg.Wait()
	close(l.stop)
	fmt.Println(served.Load(), len(l.tokens) <= 3)
}
