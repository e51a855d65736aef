// A worker sends heartbeats beside its results.
package main

import (
	"fmt"
)

func worker(n int) (<-chan int, <-chan struct{}) {
	out, beat := make(chan int), make(chan struct{}, 1)
	go func() {
		defer close(out)
		defer close(beat)
		for i := range n {
			select {
			case beat <- struct{}{}:
			default:
			}
			out <- i * 3
		}
	}()
	return out, beat
}

func main() {
	out, beat := worker(25)
	beats, sum := 0, 0
	for out != nil || beat != nil {
		select {
		case x, ok := <-out:
			if !ok {
				out = nil
				continue
			}
			sum += x
		case _, ok := <-beat:
			if !ok {
				beat = nil
				continue
			}
			beats++
		}
	}
	fmt.Println(sum, beats > 0, beats <= 25)
}
