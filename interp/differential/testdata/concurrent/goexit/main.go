// Deferred calls run when a goroutine ends itself.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	log := make(chan string, 10)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer func() { log <- fmt.Sprint("recovered ", recover()) }()
		defer func() { log <- "first" }()
		func() {
			defer func() { log <- "inner" }()
			runtime.Goexit()
		}()
		log <- "never"
	}()
	wg.Wait()
	close(log)
	for s := range log {
		fmt.Println(s)
	}
}
