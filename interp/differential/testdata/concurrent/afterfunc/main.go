// Functions that a timer or the end of a context starts.
package main

import (
	"context"
	"fmt"
	"time"
)

func main() {
	done := make(chan string, 3)
	time.AfterFunc(time.Millisecond, func() { done <- "timer" })
	fmt.Println(<-done)
	ctx, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, func() { done <- "context" })
	cancel()
	fmt.Println(<-done, stop())
	never := time.AfterFunc(time.Hour, func() { done <- "never" })
	fmt.Println(never.Stop(), len(done))
	free := context.WithoutCancel(ctx)
	fmt.Println(free.Err(), ctx.Err())
}
