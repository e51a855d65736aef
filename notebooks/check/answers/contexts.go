package answers

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

func contextAnswers() []Answer {
	return []Answer{
		right("ctx-1", "workUntil", workUntil),
		wrong("ctx-1", "workUntilTen", "uncancelled", workUntilTen),
		wrong("ctx-1", "workUntilLate", "uncancelled", workUntilLate),
		right("ctx-2", "naturals", naturals),
		wrong("ctx-2", "naturalsForEver", "uncancelled", naturalsForEver),
		wrong("ctx-2", "naturalsLooksBetween", "leak", naturalsLooksBetween),
		right("ctx-3", "fetchAll", fetchAll),
		wrong("ctx-3", "fetchAllNoCancel", "uncancelled", fetchAllNoCancel),
		wrong("ctx-3", "fetchAllLeaves", "too early", fetchAllLeaves),
		wrong("ctx-3", "fetchAllInTurn", "sequential", fetchAllInTurn),
		right("ctx-4", "withLimit", withLimit),
		wrong("ctx-4", "withLimitForgetsCancel", "uncancelled", withLimitForgetsCancel),
		wrong("ctx-4", "withLimitNone", "wrong", withLimitNone),
		right("ctx-5", "withUser, userOf", withUser, userOf),
		wrong("ctx-5", "withUserString, userOfString", "wrong", withUserString, userOfString),
		right("ctx-6", "copyRows", copyRows),
		wrong("ctx-6", "copyRowsInTurn", "sequential", copyRowsInTurn),
		wrong("ctx-6", "copyRowsLeaky", "leak", copyRowsLeaky),
		right("sem-1", "limitAll", limitAll),
		wrong("sem-1", "limitAllNone", "too many", limitAllNone),
		wrong("sem-1", "limitAllInTurn", "sequential", limitAllInTurn),
		wrong("sem-1", "limitAllLeaves", "too early", limitAllLeaves),
		right("sem-2", "runWeighted", runWeighted),
		wrong("sem-2", "runWeightedOneByOne", "deadlock", runWeightedOneByOne),
		wrong("sem-2", "runWeightedInTurn", "sequential", runWeightedInTurn),
		wrong("sem-2", "runWeightedCounts", "too many", runWeightedCounts),
		right("sem-3", "newDoor", newDoor),
		racy("sem-3", "newDoorUnlocked", "race", newDoorUnlocked),
		wrong("sem-3", "newDoorWaits", "deadlock", newDoorWaits),
	}
}

func workUntil(ctx context.Context, step func()) int {
	for n := 0; ; n++ {
		if ctx.Err() != nil {
			return n
		}
		step()
	}
}

func workUntilTen(_ context.Context, step func()) int {
	for range 10 {
		step()
	}
	return 10
}

func workUntilLate(ctx context.Context, step func()) int {
	n := 0
	for ctx.Err() == nil {
		step()
		step()
		n += 2
	}
	return n
}

func naturals(ctx context.Context) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := 0; ; n++ {
			select {
			case out <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func naturalsForEver(context.Context) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := range 6 {
			out <- n
		}
		select {}
	}()
	return out
}

func naturalsLooksBetween(ctx context.Context) <-chan int {
	out, values := make(chan int), make(chan int)
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			values <- n
		}
	}()
	go func() {
		defer close(out)
		for {
			select {
			case n := <-values:
				select {
				case out <- n:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func fetchAll(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]string, len(urls))
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() {
			r, err := fetch(ctx, url)
			if err != nil {
				cancel(err) // the first one is kept
				return
			}
			results[i] = r
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return results, nil
}

func fetchAllNoCancel(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	results := make([]string, len(urls))
	errs := make(chan error, len(urls))
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() {
			var err error
			if results[i], err = fetch(ctx, url); err != nil {
				errs <- err
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return nil, err
	default:
		return results, nil
	}
}

func fetchAllLeaves(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]string, len(urls))
	errs := make(chan error, len(urls))
	for i, url := range urls {
		go func() {
			r, err := fetch(ctx, url)
			if err == nil {
				results[i] = r
			}
			errs <- err
		}()
	}
	for range urls {
		if err := <-errs; err != nil {
			return nil, err // while others are still at work
		}
	}
	return results, nil
}

func fetchAllInTurn(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	var results []string
	for _, url := range urls {
		r, err := fetch(ctx, url)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

func withLimit(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return f(ctx)
}

func withLimitForgetsCancel(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	err := f(ctx)
	time.AfterFunc(limit, cancel)
	return err
}

func withLimitNone(ctx context.Context, _ time.Duration, f func(ctx context.Context) error) error {
	return f(ctx)
}

type userKey struct{}

func withUser(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, userKey{}, name)
}

func userOf(ctx context.Context) (string, bool) {
	name, ok := ctx.Value(userKey{}).(string)
	return name, ok
}

func withUserString(ctx context.Context, name string) context.Context {
	//lint:ignore SA1029 the mistake that the exercise is about
	return context.WithValue(ctx, any("user"), name)
}

func userOfString(ctx context.Context) (string, bool) {
	name, ok := ctx.Value("user").(string)
	return name, ok
}

func copyRows(ctx context.Context, rows []int, convert func(int) (int, error), write func(int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	read, converted := make(chan int), make(chan int)
	send := func(out chan<- int, v int) error {
		select {
		case out <- v:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}

	var stages sync.WaitGroup
	run := func(stage func() error, done func()) {
		stages.Go(func() {
			defer done() // cancel first, close later
			if err := stage(); err != nil {
				cancel(err)
			}
		})
	}
	run(func() error {
		for _, row := range rows {
			if err := send(read, row); err != nil {
				return err
			}
		}
		return nil
	}, func() { close(read) })
	run(func() error {
		for row := range read {
			v, err := convert(row)
			if err == nil {
				err = send(converted, v)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, func() { close(converted) })
	run(func() error {
		for v := range converted {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := write(v); err != nil {
				return err
			}
		}
		return nil
	}, func() {})
	stages.Wait()
	return context.Cause(ctx)
}

func copyRowsInTurn(ctx context.Context, rows []int, convert func(int) (int, error), write func(int) error) error {
	for _, row := range rows {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v, err := convert(row)
		if err == nil {
			err = write(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func copyRowsLeaky(ctx context.Context, rows []int, convert func(int) (int, error), write func(int) error) error {
	read, converted := make(chan int), make(chan int)
	errs := make(chan error, 1)
	go func() {
		defer close(read)
		for _, row := range rows {
			read <- row
		}
	}()
	go func() {
		defer close(converted)
		for row := range read {
			v, err := convert(row)
			if err != nil {
				errs <- err
				return
			}
			converted <- v
		}
	}()
	for v := range converted {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := write(v); err != nil {
			return err
		}
	}
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

func limitAll(n int, tasks []func()) {
	places := make(chan struct{}, n)
	var wg sync.WaitGroup
	for _, task := range tasks {
		places <- struct{}{} // first the place, then the goroutine
		wg.Go(func() {
			defer func() { <-places }()
			task()
		})
	}
	wg.Wait()
}

func limitAllNone(_ int, tasks []func()) {
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(task)
	}
	wg.Wait()
}

func limitAllInTurn(_ int, tasks []func()) {
	for _, task := range tasks {
		task()
	}
}

func limitAllLeaves(n int, tasks []func()) {
	places := make(chan struct{}, n)
	for _, task := range tasks {
		places <- struct{}{}
		go func() {
			defer func() { <-places }()
			task()
		}()
	}
}

func runWeighted(capacity int, weights []int, run func(i int)) {
	sem := semaphore.NewWeighted(int64(capacity))
	var wg sync.WaitGroup
	for i, w := range weights {
		wg.Go(func() {
			if err := sem.Acquire(context.Background(), int64(w)); err != nil {
				return
			}
			defer sem.Release(int64(w))
			run(i)
		})
	}
	wg.Wait()
}

func runWeightedOneByOne(capacity int, weights []int, run func(i int)) {
	places := make(chan struct{}, capacity)
	var wg sync.WaitGroup
	for i, w := range weights {
		wg.Go(func() {
			for range w {
				places <- struct{}{}
				time.Sleep(time.Millisecond)
			}
			run(i)
			for range w {
				<-places
			}
		})
	}
	wg.Wait()
}

func runWeightedInTurn(_ int, weights []int, run func(i int)) {
	for i := range weights {
		run(i)
	}
}

func runWeightedCounts(capacity int, weights []int, run func(i int)) {
	places := make(chan struct{}, capacity) // every weight taken for 1
	var wg sync.WaitGroup
	for i := range weights {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			run(i)
		})
	}
	wg.Wait()
}

func newDoor(n int) (enter func() bool, leave func()) {
	places := make(chan struct{}, n)
	enter = func() bool {
		select {
		case places <- struct{}{}:
			return true
		default:
			return false
		}
	}
	leave = func() { <-places }
	return enter, leave
}

func newDoorUnlocked(n int) (enter func() bool, leave func()) {
	inside := 0
	enter = func() bool {
		if inside == n {
			return false
		}
		runtime.Gosched() // others get in here
		inside++
		return true
	}
	return enter, func() { inside-- }
}

func newDoorWaits(n int) (enter func() bool, leave func()) {
	places := make(chan struct{}, n)
	enter = func() bool {
		places <- struct{}{}
		return true
	}
	return enter, func() { <-places }
}
