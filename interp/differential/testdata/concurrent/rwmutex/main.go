// Readers see whole updates only.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu   sync.RWMutex
	a, b int
}

func (x *account) move(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.a -= n
	x.b += n
}

func (x *account) total() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.a + x.b
}

func main() {
	acc := &account{a: 1000}
	var wg sync.WaitGroup
	wrong := make(chan int, 1000)
	for i := range 4 {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for j := range 40 {
				acc.move(i + j%3)
			}
		}()
		go func() {
			defer wg.Done()
			for range 40 {
				if t := acc.total(); t != 1000 {
					wrong <- t
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println(len(wrong), acc.a, acc.b)
}
