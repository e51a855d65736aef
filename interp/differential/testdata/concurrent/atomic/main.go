// Counters without a lock, and a maximum by compare-and-swap.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var n atomic.Int64
	var m atomic.Uint32
	var flag atomic.Bool
	var most int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 50 {
				n.Add(int64(j))
				m.Or(1 << (i % 8))
				x := int32(i * j)
				for {
					old := atomic.LoadInt32(&most)
					if x <= old || atomic.CompareAndSwapInt32(&most, old, x) {
						break
					}
				}
			}
			flag.CompareAndSwap(false, true)
		})
	}
	wg.Wait()
	fmt.Println(n.Load(), m.Load(), flag.Load(), most)
}
