// The first error of a group cancels the others.
package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(4)
	ends := make([]string, 4)
	for i := range 4 {
		g.Go(func() error {
			if i == 2 {
				ends[i] = "failed"
				return fmt.Errorf("task %d: %w", i, errors.ErrUnsupported)
			}
			<-ctx.Done()
			ends[i] = ctx.Err().Error()
			return ctx.Err()
		})
	}
	err := g.Wait()
	fmt.Println(err, errors.Is(err, errors.ErrUnsupported), ends)
}
