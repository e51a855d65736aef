// A goroutine owns the state; others send it functions.
package main

import (
	"fmt"
	"sync"
)

type counter struct {
	do   chan func(map[string]int)
	done chan struct{}
}

func start() *counter {
	c := &counter{make(chan func(map[string]int)), make(chan struct{})}
	go func() {
		defer close(c.done)
		state := map[string]int{}
		for f := range c.do {
			f(state)
		}
	}()
	return c
}

func (c *counter) get(k string) int {
	r := make(chan int)
	c.do <- func(m map[string]int) { r <- m[k] }
	return <-r
}

func main() {
	c := start()
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			key := fmt.Sprint("k", i%3)
			for range 10 {
				c.do <- func(m map[string]int) { m[key] += i }
			}
		}()
	}
	wg.Wait()
	fmt.Println(c.get("k0"), c.get("k1"), c.get("k2"), c.get("none"))
	close(c.do)
	<-c.done
}
