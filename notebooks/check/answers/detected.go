package answers

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// detectedAnswers are data races that give the right result nearly always: it takes the race detector to find them.
func detectedAnswers() []Answer {
	return []Answer{
		detected("start-2", "runBothSpins", runBothSpins),
		detected("sched-3", "sumPartsTogether", sumPartsTogether),
		detected("go-1", "collectCounts", collectCounts),
		detected("wait-1", "runAllCounts", runAllCounts),
		detected("wait-2", "runSafelyPlain", runSafelyPlain),
		detected("race-2", "sumOfLastUnlocked", sumOfLastUnlocked),
		detected("race-3", "countWordsWatched", countWordsWatched),
		detected("mutex-1", "newCounterReadsUnlocked", newCounterReadsUnlocked),
		detected("mutex-2", "newAccountGetUnlocked", newAccountGetUnlocked),
		detected("rwmutex-1", "newCacheSearchesUnlocked", newCacheSearchesUnlocked),
		detected("atomic-1", "newTicketsFlag", newTicketsFlag),
		detected("monitor-1", "newMonitorNotes", newMonitorNotes),
		detected("nil-1", "mergeCounts", mergeCounts),
		detected("pool-1", "poolLast", poolLast),
		detected("closure-2", "greetAllNotes", greetAllNotes),
		detected("ctx-3", "fetchAllPlain", fetchAllPlain),
		detected("sem-3", "newDoorPeeks", newDoorPeeks),
		detected("more-1", "allOrFirstPlain", allOrFirstPlain),
		detected("more-2", "lazyPeeks", lazyPeeks),
		detected("more-9", "wcAllPlain", wcAllPlain),
	}
}

func runBothSpins(a, b func()) {
	ended := false
	go func() {
		a()
		ended = true
	}()
	b()
	for !ended {
		runtime.Gosched()
	}
}

func sumPartsTogether(nums []int, parts int, sum func(piece []int) int) int {
	total := 0
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { total += sum(nums[p*len(nums)/parts : (p+1)*len(nums)/parts]) })
	}
	wg.Wait()
	return total
}

func collectCounts(n int, f func(i int) int) []int {
	results, done := make([]int, n), 0
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			results[i] = f(i)
			done++
		})
	}
	wg.Wait()
	return results
}

func runAllCounts(jobs []func()) {
	ended := make([]bool, len(jobs))
	for i, job := range jobs {
		go func() {
			job()
			ended[i] = true
		}()
	}
	for i := range jobs {
		for !ended[i] {
			runtime.Gosched()
		}
	}
}

func runSafelyPlain(jobs []func()) (panicked int) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(func() {
			defer func() {
				if recover() != nil {
					panicked++
				}
			}()
			job()
		})
	}
	wg.Wait()
	return panicked
}

func sumOfLastUnlocked(n int, f func(i int) int) int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total, last := 0, 0
	for i := range n {
		wg.Go(func() {
			v := f(i)
			mu.Lock()
			total += v
			mu.Unlock()
			last = v
		})
	}
	wg.Wait()
	return total + last - last
}

func countWordsWatched(texts []string, split func(string) []string) map[string]int {
	counts, seen := map[string]int{}, 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			words := split(text)
			seen += len(words)
			mu.Lock()
			defer mu.Unlock()
			for _, w := range words {
				counts[w]++
			}
		})
	}
	wg.Wait()
	return counts
}

func newCounterReadsUnlocked() (inc func(), value func() int) {
	var mu sync.Mutex
	n := 0
	inc = func() {
		mu.Lock()
		defer mu.Unlock()
		n++
	}
	return inc, func() int { return n }
}

func newAccountGetUnlocked(balance int) (withdraw func(n int) bool, deposit func(n int), get func() int) {
	withdraw, deposit, _ = newAccountWith(&balance)
	return withdraw, deposit, func() int { return balance }
}

func newAccountWith(balance *int) (withdraw func(n int) bool, deposit func(n int), get func() int) {
	var mu sync.Mutex
	withdraw = func(n int) bool {
		mu.Lock()
		defer mu.Unlock()
		if *balance < n {
			return false
		}
		*balance -= n
		return true
	}
	deposit = func(n int) {
		mu.Lock()
		defer mu.Unlock()
		*balance += n
	}
	return withdraw, deposit, nil
}

func newCacheSearchesUnlocked(load func(key string) string) func(key string) string {
	var mu sync.Mutex
	var keys, values []string
	find := func(key string) (string, bool) {
		for i := range min(len(keys), len(values)) {
			if keys[i] == key {
				return values[i], true
			}
		}
		return "", false
	}
	return func(key string) string {
		if v, ok := find(key); ok {
			return v
		}
		mu.Lock()
		defer mu.Unlock()
		if v, ok := find(key); ok {
			return v
		}
		v := load(key)
		values = append(values, v)
		keys = append(keys, key)
		return v
	}
}

func newTicketsFlag(n int) func() int {
	var sold atomic.Int64
	soldOut := false
	return func() int {
		if soldOut {
			return 0
		}
		k := sold.Add(1)
		if k > int64(n) {
			soldOut = true
			return 0
		}
		return int(k)
	}
}

func newMonitorNotes() (add func(n int), get func() int, stop func()) {
	adds, reads, quit := make(chan int), make(chan int), make(chan struct{})
	go func() {
		value := 0
		for {
			select {
			case n := <-adds:
				value += n
			case reads <- value:
			case <-quit:
				return
			}
		}
	}()
	last := 0
	add = func(n int) {
		if n != last {
			last = n
		}
		adds <- n
	}
	return add, func() int { return <-reads }, func() { close(quit) }
}

func mergeCounts(a, b <-chan int) <-chan int {
	out, open := make(chan int), make(chan int, 2)
	passed := 0
	for _, in := range []<-chan int{a, b} {
		go func() {
			for v := range in {
				passed++
				out <- v
			}
			open <- passed
		}()
	}
	go func() {
		<-open
		<-open
		close(out)
	}()
	return out
}

func poolLast(workers int, jobs []int, f func(job int) int) []int {
	results, next := make([]int, len(jobs)), 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	busy := 0
	for range workers {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(jobs) {
					return
				}
				results[i] = f(jobs[i])
				busy++
			}
		})
	}
	wg.Wait()
	return results
}

func greetAllNotes(names []string, greet func(name string)) {
	var wg sync.WaitGroup
	last := ""
	for _, name := range names {
		wg.Go(func() {
			greet(name)
			last = name
		})
	}
	wg.Wait()
	_ = last
}

func fetchAllPlain(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]string, len(urls))
	var first error
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() {
			text, err := fetch(ctx, url)
			if err != nil && first == nil {
				first = err
				cancel()
			}
			results[i] = text
		})
	}
	wg.Wait()
	return results, first
}

func newDoorPeeks(n int) (enter func() bool, leave func()) {
	var mu sync.Mutex
	inside := 0
	enter = func() bool {
		if inside < 0 { // a look without the lock
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		if inside == n {
			return false
		}
		inside++
		return true
	}
	leave = func() {
		mu.Lock()
		defer mu.Unlock()
		inside--
	}
	return enter, leave
}

func allOrFirstPlain(tasks []func() error) error {
	var first error
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(func() {
			if err := task(); err != nil && first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	return first
}

func lazyPeeks(f func() int) func() int {
	var mu sync.Mutex
	done, value := false, 0
	return func() int {
		if done {
			return value
		}
		mu.Lock()
		defer mu.Unlock()
		if !done {
			value = f()
			done = true
		}
		return value
	}
}

func wcAllPlain(workers int, names []string, read func(name string) (string, error)) (lines, words int, err error) {
	places := make(chan struct{}, workers)
	var wg sync.WaitGroup
	for _, name := range names {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			text, e := read(name)
			if e != nil {
				err = e
				return
			}
			lines += strings.Count(text, "\n")
			words += len(strings.Fields(text))
		})
	}
	wg.Wait()
	return lines, words, err
}
