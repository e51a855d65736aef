package answers

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

func beyondAnswers() []Answer {
	return []Answer{
		right("more-1", "allOrFirst", allOrFirst),
		wrong("more-1", "allOrFirstInTurn", "sequential", allOrFirstInTurn),
		wrong("more-1", "allOrFirstOfSlice", "wrong", allOrFirstOfSlice),
		wrong("more-1", "allOrFirstLeaves", "too early", allOrFirstLeaves),
		right("more-2", "lazy", lazy),
		racy("more-2", "lazyUnlocked", "race", lazyUnlocked),
		wrong("more-2", "lazyEager", "too early", lazyEager),
		right("more-3", "fanIn", fanIn),
		wrong("more-3", "fanInFirst", "panic", fanInFirst),
		wrong("more-3", "fanInOpen", "deadlock", fanInOpen),
		wrong("more-3", "fanInInTurn", "deadlock", fanInInTurn),
		right("more-4", "fanOut", fanOut),
		wrong("more-4", "fanOutOne", "sequential", fanOutOne),
		wrong("more-4", "fanOutEach", "too many", fanOutEach),
		right("more-5", "newLimiter", newLimiter),
		wrong("more-5", "newLimiterNone", "too early", newLimiterNone),
		wrong("more-5", "newLimiterWaitsFirst", "too slow", newLimiterWaitsFirst),
		wrong("more-5", "newLimiterLeaky", "leak", newLimiterLeaky),
		right("more-6", "fastest", fastest),
		wrong("more-6", "fastestLeaky", "leak", fastestLeaky),
		wrong("more-6", "fastestWaitsForAll", "deadlock", fastestWaitsForAll),
		right("more-7", "newQueue", newQueue),
		wrong("more-7", "newQueueEndless", "too early", newQueueEndless),
		wrong("more-7", "newQueueStack", "wrong", newQueueStack),
		right("more-8", "writeFiles", writeFiles),
		wrong("more-8", "writeFilesInTurn", "sequential", writeFilesInTurn),
		wrong("more-8", "writeFilesNoError", "wrong", writeFilesNoError),
		right("more-9", "wcAll", wcAll),
		wrong("more-9", "wcAllInTurn", "sequential", wcAllInTurn),
		wrong("more-9", "wcAllUnlimited", "too many", wcAllUnlimited),
	}
}

func allOrFirst(tasks []func() error) error {
	var g errgroup.Group
	for _, task := range tasks {
		g.Go(task)
	}
	return g.Wait()
}

func allOrFirstInTurn(tasks []func() error) error {
	for _, task := range tasks {
		if err := task(); err != nil {
			return err
		}
	}
	return nil
}

func allOrFirstOfSlice(tasks []func() error) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() { errs[i] = task() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func allOrFirstLeaves(tasks []func() error) error {
	errs := make(chan error, len(tasks))
	for _, task := range tasks {
		go func() { errs <- task() }()
	}
	for range tasks {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func lazy(f func() int) func() int {
	return sync.OnceValue(f)
}

func lazyUnlocked(f func() int) func() int {
	done, value := false, 0
	return func() int {
		if !done {
			value = f()
			done = true
		}
		return value
	}
}

func lazyEager(f func() int) func() int {
	v := f()
	return func() int { return v }
}

func fanIn(ins []<-chan int) <-chan int {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, in := range ins {
		wg.Go(func() {
			for v := range in {
				out <- v
			}
		})
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}

func fanInFirst(ins []<-chan int) <-chan int { return ins[0] }

func fanInOpen(ins []<-chan int) <-chan int {
	out := make(chan int)
	for _, in := range ins {
		go func() {
			for v := range in {
				out <- v
			}
		}()
	}
	return out
}

func fanInInTurn(ins []<-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, in := range ins {
			for v := range in {
				out <- v
			}
		}
	}()
	return out
}

func fanOut(in <-chan int, n int, f func(int) int) <-chan int {
	out := make(chan int)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for v := range in {
				out <- f(v)
			}
		})
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}

func fanOutOne(in <-chan int, _ int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func fanOutEach(in <-chan int, _ int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		var wg sync.WaitGroup
		for v := range in {
			wg.Go(func() { out <- f(v) })
		}
		wg.Wait()
		close(out)
	}()
	return out
}

func newLimiter(interval time.Duration) (wait func(), stop func()) {
	var mu sync.Mutex
	var next time.Time
	wait = func() {
		mu.Lock()
		defer mu.Unlock()
		time.Sleep(time.Until(next))
		next = time.Now().Add(interval)
	}
	return wait, func() {}
}

func newLimiterNone(time.Duration) (wait func(), stop func()) { return func() {}, func() {} }

func newLimiterWaitsFirst(interval time.Duration) (wait func(), stop func()) {
	ticker := time.NewTicker(2 * interval)
	return func() { <-ticker.C }, ticker.Stop
}

func newLimiterLeaky(interval time.Duration) (wait func(), stop func()) {
	passes := make(chan struct{})
	go func() {
		for {
			passes <- struct{}{}
			time.Sleep(interval)
		}
	}()
	return func() { <-passes }, func() {}
}

func fastest(fs []func() int) int {
	answers := make(chan int, len(fs)) // room for everybody
	for _, f := range fs {
		go func() { answers <- f() }()
	}
	return <-answers
}

func fastestLeaky(fs []func() int) int {
	answers := make(chan int)
	for _, f := range fs {
		go func() { answers <- f() }()
	}
	return <-answers
}

func fastestWaitsForAll(fs []func() int) int {
	answers := make(chan int, len(fs))
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(func() { answers <- f() })
	}
	wg.Wait()
	return <-answers
}

func newQueue(capacity int) (put func(v int), get func() int) {
	queue := make(chan int, capacity)
	put = func(v int) { queue <- v }
	get = func() int { return <-queue }
	return put, get
}

func newQueueEndless(int) (put func(v int), get func() int) {
	var mu sync.Mutex
	var values []int
	put = func(v int) {
		mu.Lock()
		defer mu.Unlock()
		values = append(values, v)
	}
	get = func() int {
		mu.Lock()
		defer mu.Unlock()
		v := values[0]
		values = values[1:]
		return v
	}
	return put, get
}

func newQueueStack(capacity int) (put func(v int), get func() int) {
	var mu sync.Mutex
	changed := sync.NewCond(&mu)
	var values []int
	put = func(v int) {
		mu.Lock()
		defer mu.Unlock()
		for len(values) == capacity {
			changed.Wait()
		}
		values = append(values, v)
		changed.Broadcast()
	}
	get = func() int {
		mu.Lock()
		defer mu.Unlock()
		for len(values) == 0 {
			changed.Wait()
		}
		v := values[len(values)-1]
		values = values[:len(values)-1]
		changed.Broadcast()
		return v
	}
	return put, get
}

func writeFiles(dir string, names []string, content func(name string) string) error {
	var g errgroup.Group
	for _, name := range names {
		g.Go(func() error {
			return os.WriteFile(filepath.Join(dir, name), []byte(content(name)), 0o644)
		})
	}
	return g.Wait()
}

func writeFilesInTurn(dir string, names []string, content func(name string) string) error {
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content(name)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func writeFilesNoError(dir string, names []string, content func(name string) string) error {
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() { _ = os.WriteFile(filepath.Join(dir, name), []byte(content(name)), 0o644) })
	}
	wg.Wait()
	return nil
}

func wcAll(workers int, names []string, read func(name string) (string, error)) (lines, words int, err error) {
	var g errgroup.Group
	g.SetLimit(workers)
	var mu sync.Mutex
	for _, name := range names {
		g.Go(func() error {
			text, err := read(name)
			if err != nil {
				return err
			}
			l, w := strings.Count(text, "\n"), len(strings.Fields(text))
			mu.Lock()
			defer mu.Unlock()
			lines += l
			words += w
			return nil
		})
	}
	err = g.Wait()
	return lines, words, err
}

func wcAllInTurn(_ int, names []string, read func(name string) (string, error)) (lines, words int, err error) {
	for _, name := range names {
		text, err := read(name)
		if err != nil {
			return 0, 0, err
		}
		lines += strings.Count(text, "\n")
		words += len(strings.Fields(text))
	}
	return lines, words, nil
}

func wcAllUnlimited(_ int, names []string, read func(name string) (string, error)) (lines, words int, err error) {
	return wcAll(len(names), names, read)
}
