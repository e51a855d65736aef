// Slow work is given up, quick work is not.
package main

import (
	"errors"
	"fmt"
	"time"
)

func ask(d time.Duration) (string, error) {
	c := make(chan string, 1)
	go func() {
		if d > 0 {
			time.Sleep(d)
		}
		c <- "answer"
	}()
	limit := time.Hour
	if d > 0 {
		limit = time.Microsecond
	}
	select {
	case s := <-c:
		return s, nil
	case <-time.After(limit):
		return "", errors.New("too late")
	}
}

func main() {
	fmt.Println(ask(0))
	fmt.Println(ask(300 * time.Millisecond))
}
