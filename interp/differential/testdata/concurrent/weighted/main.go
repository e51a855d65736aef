// A weighted semaphore of golang.org/x/sync, and one that cannot be acquired in time.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

func main() {
	sem := semaphore.NewWeighted(10)
	ctx := context.Background()
	var used, over atomic.Int64
	var wg sync.WaitGroup
	for i := range 12 {
		w := int64(i%4 + 1)
		if err := sem.Acquire(ctx, w); err != nil {
			fmt.Println(err)
		}
		wg.Go(func() {
			defer sem.Release(w)
			if used.Add(w) > 10 {
				over.Add(1)
			}
			used.Add(-w)
		})
	}
	wg.Wait()
	fmt.Println(used.Load(), over.Load(), sem.TryAcquire(11), sem.TryAcquire(10))
	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	fmt.Println(sem.Acquire(short, 1), errors.Is(short.Err(), context.DeadlineExceeded))
}
