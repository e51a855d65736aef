package answers

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// hostileAnswers look right: they sleep instead of waiting, give the right result by luck or without doing the work,
// or ask again and again.
func hostileAnswers() []Answer {
	return []Answer{
		wrong("start-2", "runBothSleeps", "too early", runBothSleeps),
		wrong("proc-1", "spawnSleeps", "too early", spawnSleeps),
		wrong("proc-2", "countLiveTrusts", "wrong", countLiveTrusts),
		wrong("sched-2", "withProcsSwallows", "wrong", withProcsSwallows),
		wrong("sched-3", "sumPartsSleeps", "too early", sumPartsSleeps),
		wrong("go-1", "collectSleeps", "too early", collectSleeps),
		wrong("wait-1", "runAllSleeps", "too early", runAllSleeps),
		wrong("wait-3", "batchesSleeps", "too early", batchesSleeps),
		wrong("chan-3", "stageUnordered", "wrong", stageUnordered),
		wrong("chan-4", "splitTwoReaders", "wrong", splitTwoReaders),
		wrong("race-1", "tallyLoadsOutside", "race", tallyLoadsOutside),
		wrong("race-2", "sumOfSleeps", "too early", sumOfSleeps),
		wrong("race-2", "sumOfLoadStore", "race", sumOfLoadStore),
		wrong("race-2", "sumOfLeavesOneOut", "wrong", sumOfLeavesOneOut),
		wrong("select-1", "firstPolls", "spinning", firstPolls),
		wrong("select-2", "tryReceiveAWhile", "too slow", tryReceiveAWhile),
		wrong("timeout-1", "receiveWithinSleeps", "deadlock", receiveWithinSleeps),
		wrong("timeout-4", "everyPolls", "spinning", everyPolls),
		wrong("timeout-4", "everyNever", "wrong", everyNever),
		wrong("signal-1", "startSleeps", "too early", startSleeps),
		wrong("order-1", "inOrderSleeps", "too many", inOrderSleeps),
		wrong("nil-1", "mergeSpins", "spinning", mergeSpins),
		wrong("pool-1", "poolAsTheyCome", "wrong", poolAsTheyCome),
		wrong("mutex-1", "newCounterByTwo", "wrong", newCounterByTwo),
		wrong("mutex-1", "newCounterNil", "panic", newCounterNil),
		wrong("atomic-1", "newTicketsFromZero", "wrong", newTicketsFromZero),
		wrong("monitor-1", "newMonitorForgets", "wrong", newMonitorForgets),
		wrong("ctx-3", "fetchAllFirstOfSlice", "wrong", fetchAllFirstOfSlice),
		wrong("ctx-4", "withLimitNever", "wrong", withLimitNever),
		wrong("sem-1", "limitAllSleeps", "too early", limitAllSleeps),
		wrong("more-7", "newQueuePolls", "spinning", newQueuePolls),
		wrong("more-8", "writeFilesSleeps", "too early", writeFilesSleeps),
		wrong("more-9", "wcAllIgnoresErrors", "wrong", wcAllIgnoresErrors),
	}
}

func runBothSleeps(a, b func()) {
	go a()
	go b()
	time.Sleep(60 * time.Millisecond)
}

func spawnSleeps(n int, work func(i int)) {
	for i := range n {
		go work(i)
	}
	time.Sleep(200 * time.Millisecond)
}

func countLiveTrusts(n int) int { return n }

func withProcsSwallows(n int, f func()) {
	old := runtime.GOMAXPROCS(n)
	defer func() {
		_ = recover()
		runtime.GOMAXPROCS(old)
	}()
	f()
}

func sumPartsSleeps(nums []int, parts int, sum func(piece []int) int) int {
	var total atomic.Int64
	for p := range parts {
		go func() { total.Add(int64(sum(nums[p*len(nums)/parts : (p+1)*len(nums)/parts]))) }()
	}
	time.Sleep(60 * time.Millisecond)
	return int(total.Load())
}

func collectSleeps(n int, f func(i int) int) []int {
	var mu sync.Mutex
	results := make([]int, n)
	for i := range n {
		go func() {
			v := f(i)
			mu.Lock()
			defer mu.Unlock()
			results[i] = v
		}()
	}
	time.Sleep(60 * time.Millisecond)
	mu.Lock()
	defer mu.Unlock()
	return append([]int{}, results...)
}

func runAllSleeps(jobs []func()) {
	for _, job := range jobs {
		go job()
	}
	time.Sleep(60 * time.Millisecond)
}

func batchesSleeps(n, size int, f func(i int)) {
	for from := 0; from < n; from += size {
		for i := from; i < min(from+size, n); i++ {
			go f(i)
		}
		time.Sleep(60 * time.Millisecond)
	}
}

func stageUnordered(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		var wg sync.WaitGroup
		for v := range in {
			wg.Go(func() { out <- f(v) })
		}
		wg.Wait()
	}()
	return out
}

func splitTwoReaders(in <-chan int) (even, odd <-chan int) {
	half := func(rest int) <-chan int {
		out := make(chan int)
		go func() {
			defer close(out)
			for v := range in {
				if v%2 == rest {
					out <- v
				}
			}
		}()
		return out
	}
	return half(0), half(1)
}

func tallyLoadsOutside(n int, prepare func(i int) int, load func() int, store func(v int)) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			v := prepare(i)
			total := load()
			mu.Lock()
			defer mu.Unlock()
			store(total + v)
		})
	}
	wg.Wait()
}

func sumOfSleeps(n int, f func(i int) int) int {
	var total atomic.Int64
	for i := range n {
		go func() { total.Add(int64(f(i))) }()
	}
	time.Sleep(60 * time.Millisecond)
	return int(total.Load())
}

func sumOfLoadStore(n int, f func(i int) int) int {
	var total atomic.Int64
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { total.Store(total.Load() + int64(f(i))) })
	}
	wg.Wait()
	return int(total.Load())
}

func sumOfLeavesOneOut(n int, f func(i int) int) int {
	results := make(chan int)
	for i := range n {
		go func() { results <- f(i) }()
	}
	total := 0
	for i := range n {
		if v := <-results; i > 0 {
			total += v
		}
	}
	return total
}

func firstPolls(a, b <-chan string) string {
	for {
		select {
		case v := <-a:
			return v
		case v := <-b:
			return v
		default:
			runtime.Gosched()
		}
	}
}

func tryReceiveAWhile(ch <-chan int) (int, bool) {
	select {
	case v, ok := <-ch:
		return v, ok
	case <-time.After(10 * time.Millisecond):
		return 0, false
	}
}

func receiveWithinSleeps(ch <-chan int, limit time.Duration) (int, bool) {
	time.Sleep(limit)
	select {
	case v := <-ch:
		return v, true
	default:
		return 0, false
	}
}

func everyPolls(interval time.Duration, stop <-chan struct{}, f func()) {
	next := time.Now().Add(interval)
	for {
		select {
		case <-stop:
			return
		default:
		}
		if now := time.Now(); now.After(next) {
			next = now.Add(interval)
			f()
		}
	}
}

func everyNever(_ time.Duration, _ <-chan struct{}, _ func()) {}

func startSleeps(n int, prepare, run func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			prepare(i)
			time.Sleep(60 * time.Millisecond)
			run(i)
		})
	}
	wg.Wait()
}

func inOrderSleeps(steps []func()) {
	var wg sync.WaitGroup
	for i, step := range steps {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * 40 * time.Millisecond)
			step()
		})
	}
	wg.Wait()
}

func mergeSpins(a, b <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		openA, openB := true, true
		for openA || openB {
			select {
			case v, ok := <-a:
				if openA = ok; ok {
					out <- v
				}
			case v, ok := <-b:
				if openB = ok; ok {
					out <- v
				}
			}
		}
	}()
	return out
}

func poolAsTheyCome(workers int, jobs []int, f func(job int) int) (results []int) {
	todo := make(chan int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for job := range todo {
				v := f(job)
				mu.Lock()
				results = append(results, v)
				mu.Unlock()
			}
		})
	}
	for _, job := range jobs {
		todo <- job
	}
	close(todo)
	wg.Wait()
	return results
}

func newCounterByTwo() (inc func(), value func() int) {
	var n atomic.Int64
	return func() { n.Add(2) }, func() int { return int(n.Load()) }
}

func newCounterNil() (inc func(), value func() int) { return nil, nil }

func newTicketsFromZero(n int) func() int {
	var sold atomic.Int64
	return func() int {
		if k := sold.Add(1); k <= int64(n) {
			return int(k) - 1
		}
		return 0
	}
}

func newMonitorForgets() (add func(n int), get func() int, stop func()) {
	adds, reads, quit := make(chan int), make(chan int), make(chan struct{})
	go func() {
		for {
			value := 0 // inside the loop: a new one each time
			select {
			case n := <-adds:
				value += n
			case reads <- value:
			case <-quit:
				return
			}
		}
	}()
	return func(n int) { adds <- n }, func() int { return <-reads }, func() { close(quit) }
}

func fetchAllFirstOfSlice(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results, errs := make([]string, len(urls)), make([]error, len(urls))
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() {
			if results[i], errs[i] = fetch(ctx, url); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

func withLimitNever(_ context.Context, _ time.Duration, _ func(ctx context.Context) error) error {
	return nil
}

func limitAllSleeps(n int, tasks []func()) {
	places := make(chan struct{}, n)
	for _, task := range tasks {
		places <- struct{}{}
		go func() {
			defer func() { <-places }()
			task()
		}()
	}
	time.Sleep(60 * time.Millisecond)
}

func newQueuePolls(capacity int) (put func(v int), get func() int) {
	var mu sync.Mutex
	var waiting []int
	put = func(v int) {
		for {
			mu.Lock()
			if len(waiting) < capacity {
				waiting = append(waiting, v)
				mu.Unlock()
				return
			}
			mu.Unlock()
			runtime.Gosched()
		}
	}
	get = func() int {
		for {
			mu.Lock()
			if len(waiting) > 0 {
				v := waiting[0]
				waiting = waiting[1:]
				mu.Unlock()
				return v
			}
			mu.Unlock()
			runtime.Gosched()
		}
	}
	return put, get
}

func writeFilesSleeps(dir string, names []string, content func(name string) string) error {
	var mu sync.Mutex
	var failed error
	for _, name := range names {
		go func() {
			err := os.WriteFile(filepath.Join(dir, name), []byte(content(name)), 0o644)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			}
		}()
	}
	time.Sleep(80 * time.Millisecond)
	mu.Lock()
	defer mu.Unlock()
	return failed
}

func wcAllIgnoresErrors(workers int, names []string, read func(name string) (string, error)) (lines, words int, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	places := make(chan struct{}, workers)
	for _, name := range names {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			text, _ := read(name)
			mu.Lock()
			defer mu.Unlock()
			lines += strings.Count(text, "\n")
			words += len(strings.Fields(text))
		})
	}
	wg.Wait()
	return lines, words, nil
}
