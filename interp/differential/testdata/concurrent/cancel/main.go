// A tree of contexts: cancelling one ends those below it and no others.
package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"
)

func watch(ctx context.Context, name string, out chan<- string, wg *sync.WaitGroup) {
	defer wg.Done()
	<-ctx.Done()
	out <- fmt.Sprintf("%s: %v, %v", name, ctx.Err(), context.Cause(ctx))
}

func main() {
	root, stop := context.WithCancelCause(context.Background())
	left, stopLeft := context.WithCancel(root)
	right := context.WithValue(root, "k", 3)
	leaf, stopLeaf := context.WithTimeout(right, time.Hour)
	defer stopLeaf()
	out := make(chan string, 4)
	var wg sync.WaitGroup
	wg.Add(1)
	go watch(left, "left", out, &wg)
	stopLeft()
	wg.Wait()
	fmt.Println(<-out, right.Err(), leaf.Value("k"))
	wg.Add(2)
	go watch(right, "right", out, &wg)
	go watch(leaf, "leaf", out, &wg)
	stop(errors.New("enough"))
	wg.Wait()
	both := []string{<-out, <-out}
	sort.Strings(both)
	fmt.Println(both)
}
