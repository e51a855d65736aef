// A generic or-done channel, and one that ends with the first of several.
package main

import (
	"fmt"
	"time"
)

func first(cs ...<-chan struct{}) <-chan struct{} {
	switch len(cs) {
	case 0:
		return nil
	case 1:
		return cs[0]
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-cs[0]:
		case <-cs[1]:
		case <-first(append(cs[2:], done)...):
		}
	}()
	return done
}

func after(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	go func() { defer close(c); time.Sleep(d) }()
	return c
}

func main() {
	never := make(chan struct{})
	<-first(never, never, after(time.Millisecond), never, never)
	fmt.Println("done", first() == nil)
}
