// Work is cut off by a deadline, and what has been done by then is told.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func work(ctx context.Context, steps int) (done int, err error) {
	for range steps {
		select {
		case <-ctx.Done():
			return done, ctx.Err()
		default:
			done++
		}
	}
	return done, nil
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	n, err := work(ctx, 100)
	fmt.Println(n, err)
	cancel()
	n, err = work(ctx, 100)
	fmt.Println(n, err)
	late, cancel2 := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel2()
	n, err = work(late, 5)
	fmt.Println(n, err, errors.Is(err, context.DeadlineExceeded))
	soon, cancel3 := context.WithTimeout(context.Background(), 2*time.Millisecond)
	defer cancel3()
	for soon.Err() == nil {
		n++
	}
	fmt.Println(n >= 0, soon.Err())
}
