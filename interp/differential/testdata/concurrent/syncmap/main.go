// A sync.Map that many goroutines fill and empty.
package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

func main() {
	var m sync.Map
	var wg sync.WaitGroup
	var stored, loaded atomic.Int32
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				if _, was := m.LoadOrStore(j, i); was {
					loaded.Add(1)
				} else {
					stored.Add(1)
				}
			}
		})
	}
	wg.Wait()
	var keys []int
	m.Range(func(k, v any) bool {
		keys = append(keys, k.(int))
		return true
	})
	slices.Sort(keys)
	v, ok := m.LoadAndDelete(3)
	_, again := m.Load(3)
	fmt.Println(stored.Load(), loaded.Load(), keys, v.(int) < 8, ok, again)
}
