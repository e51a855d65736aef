// Calls for the same key while one is under way share its result.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
)

func main() {
	var g singleflight.Group
	var calls atomic.Int32
	gate := make(chan struct{})
	var wg sync.WaitGroup
	vals := make([]any, 8)
	begun := make(chan bool)
	go func() { <-begun; close(gate) }()
	for i := range vals {
		wg.Go(func() {
			v, err, _ := g.Do("key", func() (any, error) {
				n := calls.Add(1)
				if n == 1 {
					begun <- true
				}
				<-gate
				return 42, nil
			})
			if err == nil {
				vals[i] = v
			}
		})
	}
	wg.Wait()
	fmt.Println(vals, calls.Load() >= 1, calls.Load() <= 8)
}
