// A ticker drives a loop that a goroutine ends.
package main

import (
	"fmt"
	"time"
)

func main() {
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	done := make(chan struct{})
	count := 0
	go func() {
		time.Sleep(3 * time.Millisecond)
		close(done)
	}()
	for running := true; running; {
		select {
		case <-tick.C:
			count++
		case <-done:
			running = false
		}
	}
	tick.Reset(time.Hour)
	timer := time.NewTimer(time.Hour)
	fmt.Println(count > 0, timer.Stop(), timer.Stop())
}
