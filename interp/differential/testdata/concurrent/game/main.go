// Two players and a ball: the rally is always as long.
package main

import (
	"fmt"
	"sync"
)

type ball struct{ hits int }

func player(name string, table chan *ball, log chan<- string, most int, wg *sync.WaitGroup) {
	defer wg.Done()
	for b := range table {
		b.hits++
		if b.hits == most {
			log <- fmt.Sprint("end after ", b.hits)
			close(table)
			return
		}
		table <- b
	}
}

func main() {
	table, log := make(chan *ball), make(chan string, 1)
	var wg sync.WaitGroup
	wg.Add(2)
	go player("ping", table, log, 41, &wg)
	go player("pong", table, log, 41, &wg)
	table <- &ball{}
	wg.Wait()
	fmt.Println(<-log)
}
