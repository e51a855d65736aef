package answers

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// unusualAnswers are right answers that go another way than the shipped solutions.
func unusualAnswers() []Answer {
	return []Answer{
		right("start-2", "runBothByChannel", runBothByChannel),
		right("proc-1", "spawnByErrgroup", spawnByErrgroup),
		right("proc-2", "countLiveByMutex", countLiveByMutex),
		right("sched-1", "forkJoinFlat", forkJoinFlat),
		right("sched-3", "sumPartsByChannel", sumPartsByChannel),
		right("go-1", "collectByChannel", collectByChannel),
		right("wait-1", "runAllByAtomic", runAllByAtomic),
		right("wait-2", "runSafelyByChannel", runSafelyByChannel),
		right("wait-3", "batchesByChannel", batchesByChannel),
		right("chan-2", "generateRecursive", generateRecursive),
		right("chan-4", "splitSelecting", splitSelecting),
		right("race-1", "tallyByChannel", tallyByChannel),
		right("race-3", "countWordsBySyncMap", countWordsBySyncMap),
		right("select-3", "sumUntilBySwitchingOff", sumUntilBySwitchingOff),
		right("timeout-1", "receiveWithinByContext", receiveWithinByContext),
		right("timeout-2", "callWithinByContext", callWithinByContext),
		right("timeout-3", "countUntilQuietByTimer", countUntilQuietByTimer),
		right("timeout-4", "everyByTimer", everyByTimer),
		right("signal-1", "startTogetherByCond", startTogetherByCond),
		right("order-1", "inOrderByMutexes", inOrderByMutexes),
		right("nil-1", "mergeByTwo", mergeByTwo),
		right("buffer-1", "latestBySlice", latestBySlice),
		right("pool-1", "poolBySemaphore", poolBySemaphore),
		right("mutex-1", "newCounterByAtomic", newCounterByAtomic),
		right("mutex-1", "newCounterByChannel", newCounterByChannel),
		right("mutex-2", "newAccountByCompareAndSwap", newAccountByCompareAndSwap),
		right("rwmutex-1", "newCacheByOnce", newCacheByOnce),
		right("atomic-1", "newTicketsByMutex", newTicketsByMutex),
		right("monitor-1", "newMonitorOfFuncs", newMonitorOfFuncs),
		right("closure-3", "reportEachByArgument", reportEachByArgument),
		right("ctx-1", "workUntilBySelect", workUntilBySelect),
		right("ctx-3", "fetchAllByErrgroup", fetchAllByErrgroup),
		right("ctx-4", "withLimitByDeadline", withLimitByDeadline),
		right("ctx-6", "copyRowsByErrgroup", copyRowsByErrgroup),
		right("sem-1", "limitAllByWorkers", limitAllByWorkers),
		right("sem-2", "runWeightedByCond", runWeightedByCond),
		right("sem-3", "newDoorByTryAcquire", newDoorByTryAcquire),
		right("more-1", "allOrFirstByChannel", allOrFirstByChannel),
		right("more-2", "lazyByMutex", lazyByMutex),
		right("more-3", "fanInByReflection", fanInByReflection),
		right("more-4", "fanOutByPlaces", fanOutByPlaces),
		right("more-6", "fastestBySelect", fastestBySelect),
		right("more-7", "newQueueByCond", newQueueByCond),
		right("more-8", "writeFilesByChannel", writeFilesByChannel),
		right("more-9", "wcAllByWorkers", wcAllByWorkers),
	}
}

func runBothByChannel(a, b func()) {
	done := make(chan struct{}, 2)
	for _, f := range []func(){a, b} {
		go func() {
			defer func() { done <- struct{}{} }()
			f()
		}()
	}
	<-done
	<-done
}

func spawnByErrgroup(n int, work func(i int)) {
	var g errgroup.Group
	for i := range n {
		g.Go(func() error {
			work(i)
			return nil
		})
	}
	_ = g.Wait()
}

func countLiveByMutex(n int) int {
	before := runtime.NumGoroutine()
	var door sync.Mutex
	var wg sync.WaitGroup
	door.Lock()
	for range n {
		wg.Go(func() {
			door.Lock()
			defer door.Unlock()
		})
	}
	live := runtime.NumGoroutine() - before
	door.Unlock()
	wg.Wait()
	return live
}

func forkJoinFlat(n int, leaf func(i int) int) int {
	results := make(chan int, n)
	for i := range n {
		go func() { results <- leaf(i) }()
	}
	total := 0
	for range n {
		total += <-results
	}
	return total
}

func sumPartsByChannel(nums []int, parts int, sum func(piece []int) int) int {
	size := (len(nums) + parts - 1) / parts
	results, started := make(chan int), 0
	for from := 0; from < len(nums); from += size {
		started++
		go func() { results <- sum(nums[from:min(from+size, len(nums))]) }()
	}
	total := 0
	for range started {
		total += <-results
	}
	return total
}

func collectByChannel(n int, f func(i int) int) []int {
	type result struct{ i, v int }
	results := make(chan result)
	for i := range n {
		go func() { results <- result{i, f(i)} }()
	}
	all := make([]result, 0, n)
	for range n {
		all = append(all, <-results)
	}
	sort.Slice(all, func(a, b int) bool { return all[a].i < all[b].i })
	values := make([]int, n)
	for i, r := range all {
		values[i] = r.v
	}
	return values
}

func runAllByAtomic(jobs []func()) {
	var left atomic.Int64
	left.Store(int64(len(jobs)))
	for _, job := range jobs {
		go func() {
			defer left.Add(-1)
			job()
		}()
	}
	for left.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
}

func runSafelyByChannel(jobs []func()) (panicked int) {
	failed := make(chan bool)
	for _, job := range jobs {
		go func() {
			defer func() { failed <- recover() != nil }()
			job()
		}()
	}
	for range jobs {
		if <-failed {
			panicked++
		}
	}
	return panicked
}

func batchesByChannel(n, size int, f func(i int)) {
	done := make(chan struct{})
	for from := 0; from < n; from += size {
		to := min(from+size, n)
		for i := from; i < to; i++ {
			go func() {
				f(i)
				done <- struct{}{}
			}()
		}
		for range to - from {
			<-done
		}
	}
}

func generateRecursive(n int) <-chan int {
	out := make(chan int)
	var send func(i int)
	send = func(i int) {
		if i == n {
			close(out)
			return
		}
		out <- i
		send(i + 1)
	}
	go send(0)
	return out
}

func splitSelecting(in <-chan int) (even, odd <-chan int) {
	evens, odds := make(chan int), make(chan int)
	go func() {
		defer close(evens)
		defer close(odds)
		for v := range in {
			var toEven, toOdd chan<- int
			if v%2 == 0 {
				toEven = evens
			} else {
				toOdd = odds
			}
			select {
			case toEven <- v:
			case toOdd <- v:
			}
		}
	}()
	return evens, odds
}

func tallyByChannel(n int, prepare func(i int) int, load func() int, store func(v int)) {
	values := make(chan int)
	for i := range n {
		go func() { values <- prepare(i) }()
	}
	for range n {
		store(load() + <-values)
	}
}

func countWordsBySyncMap(texts []string, split func(string) []string) map[string]int {
	var counts sync.Map
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			for _, w := range split(text) {
				n, _ := counts.LoadOrStore(w, new(atomic.Int64))
				n.(*atomic.Int64).Add(1)
			}
		})
	}
	wg.Wait()
	all := map[string]int{}
	counts.Range(func(w, n any) bool {
		all[w.(string)] = int(n.(*atomic.Int64).Load())
		return true
	})
	return all
}

func sumUntilBySwitchingOff(in <-chan int, done <-chan struct{}) (sum int) {
	for in != nil {
		select {
		case n, ok := <-in:
			if !ok {
				in = nil
			}
			sum += n
		case <-done:
			in = nil
		}
	}
	return sum
}

func receiveWithinByContext(ch <-chan int, limit time.Duration) (int, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	select {
	case v := <-ch:
		return v, true
	case <-ctx.Done():
		return 0, false
	}
}

func callWithinByContext(limit time.Duration, f func() int) (int, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	result := make(chan int)
	go func() {
		v := f()
		select {
		case result <- v:
		case <-ctx.Done():
		}
	}()
	select {
	case v := <-result:
		return v, true
	case <-ctx.Done():
		return 0, false
	}
}

func countUntilQuietByTimer(in <-chan int, quiet time.Duration) int {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for count := 0; ; count++ {
		select {
		case _, ok := <-in:
			if !ok {
				return count
			}
			timer.Reset(quiet)
		case <-timer.C:
			return count
		}
	}
}

func everyByTimer(interval time.Duration, stop <-chan struct{}, f func()) {
	for {
		timer := time.NewTimer(interval)
		select {
		case <-stop:
			timer.Stop()
			return
		case <-timer.C:
		}
		f()
	}
}

func startTogetherByCond(n int, prepare, run func(i int)) {
	var mu sync.Mutex
	ready := sync.NewCond(&mu)
	left := n
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			prepare(i)
			mu.Lock()
			left--
			ready.Broadcast()
			for left > 0 {
				ready.Wait()
			}
			mu.Unlock()
			run(i)
		})
	}
	wg.Wait()
}

func inOrderByMutexes(steps []func()) {
	turns := make([]sync.Mutex, len(steps)+1)
	for i := range turns {
		turns[i].Lock()
	}
	for i, step := range steps {
		go func() {
			turns[i].Lock()
			step()
			turns[i+1].Unlock()
		}()
	}
	turns[0].Unlock()
	turns[len(steps)].Lock()
}

func mergeByTwo(a, b <-chan int) <-chan int {
	out := make(chan int)
	var open atomic.Int64
	open.Store(2)
	for _, in := range []<-chan int{a, b} {
		go func() {
			for v := range in {
				out <- v
			}
			if open.Add(-1) == 0 {
				close(out)
			}
		}()
	}
	return out
}

func latestBySlice(in <-chan int, n int) (last []int) {
	for v := range in {
		last = append(last, v)
		last = last[max(0, len(last)-n):]
	}
	return last
}

func poolBySemaphore(workers int, jobs []int, f func(job int) int) []int {
	results := make([]int, len(jobs))
	places := make(chan struct{}, workers)
	var wg sync.WaitGroup
	for i, job := range jobs {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			results[i] = f(job)
		})
	}
	wg.Wait()
	return results
}

func newCounterByAtomic() (inc func(), value func() int) {
	var n atomic.Int64
	return func() { n.Add(1) }, func() int { return int(n.Load()) }
}

func newCounterByChannel() (inc func(), value func() int) {
	box := make(chan int, 1) // who holds the value holds the lock
	box <- 0
	inc = func() { box <- <-box + 1 }
	value = func() int {
		n := <-box
		box <- n
		return n
	}
	return inc, value
}

func newAccountByCompareAndSwap(balance int) (withdraw func(n int) bool, deposit func(n int), get func() int) {
	var left atomic.Int64
	left.Store(int64(balance))
	withdraw = func(n int) bool {
		for {
			now := left.Load()
			if now < int64(n) {
				return false
			}
			if left.CompareAndSwap(now, now-int64(n)) {
				return true
			}
		}
	}
	return withdraw, func(n int) { left.Add(int64(n)) }, func() int { return int(left.Load()) }
}

func newCacheByOnce(load func(key string) string) func(key string) string {
	var entries sync.Map
	return func(key string) string {
		get, _ := entries.LoadOrStore(key, sync.OnceValue(func() string { return load(key) }))
		return get.(func() string)()
	}
}

func newTicketsByMutex(n int) func() int {
	var mu sync.Mutex
	sold := 0
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		if sold == n {
			return 0
		}
		sold++
		return sold
	}
}

func newMonitorOfFuncs() (add func(n int), get func() int, stop func()) {
	work := make(chan func())
	value := 0
	go func() {
		for f := range work {
			f()
		}
	}()
	add = func(n int) { work <- func() { value += n } }
	get = func() int {
		answer := make(chan int)
		work <- func() { answer <- value }
		return <-answer
	}
	return add, get, func() { close(work) }
}

func reportEachByArgument(n int, next func() int, report func(v int)) {
	done := make(chan struct{})
	for range n {
		go func(v int) {
			report(v)
			done <- struct{}{}
		}(next())
	}
	for range n {
		<-done
	}
}

func workUntilBySelect(ctx context.Context, step func()) (n int) {
	for {
		select {
		case <-ctx.Done():
			return n
		default:
			step()
			n++
		}
	}
}

func fetchAllByErrgroup(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error) {
	g, ctx := errgroup.WithContext(ctx)
	results := make([]string, len(urls))
	for i, url := range urls {
		g.Go(func() (err error) {
			results[i], err = fetch(ctx, url)
			return err
		})
	}
	return results, g.Wait()
}

func withLimitByDeadline(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithDeadline(ctx, time.Now().Add(limit))
	err := f(ctx)
	cancel()
	return err
}

func copyRowsByErrgroup(ctx context.Context, rows []int, convert func(int) (int, error), write func(int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	read, converted := make(chan int), make(chan int, 1)
	pass := func(out chan<- int, v int) error {
		select {
		case out <- v:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	g.Go(func() error {
		defer close(read)
		for _, row := range rows {
			if err := pass(read, row); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		defer close(converted)
		for row := range read {
			v, err := convert(row)
			if err != nil {
				return err
			}
			if err := pass(converted, v); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for v := range converted {
			if err := write(v); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

func limitAllByWorkers(n int, tasks []func()) {
	todo := make(chan func())
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for task := range todo {
				task()
			}
		})
	}
	for _, task := range tasks {
		todo <- task
	}
	close(todo)
	wg.Wait()
}

func runWeightedByCond(capacity int, weights []int, run func(i int)) {
	var mu sync.Mutex
	freed := sync.NewCond(&mu)
	var wg sync.WaitGroup
	for i, w := range weights {
		wg.Go(func() {
			mu.Lock()
			for capacity < w {
				freed.Wait()
			}
			capacity -= w
			mu.Unlock()
			run(i)
			mu.Lock()
			capacity += w
			mu.Unlock()
			freed.Broadcast()
		})
	}
	wg.Wait()
}

func newDoorByTryAcquire(n int) (enter func() bool, leave func()) {
	places := semaphore.NewWeighted(int64(n))
	return func() bool { return places.TryAcquire(1) }, func() { places.Release(1) }
}

func allOrFirstByChannel(tasks []func() error) (first error) {
	errs := make(chan error)
	for _, task := range tasks {
		go func() { errs <- task() }()
	}
	for range tasks {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func lazyByMutex(f func() int) func() int {
	var mu sync.Mutex
	value, known := 0, false
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		if !known {
			value, known = f(), true
		}
		return value
	}
}

func fanInByReflection(ins []<-chan int) <-chan int {
	out := make(chan int)
	var cases []reflect.SelectCase
	for _, in := range ins {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(in)})
	}
	go func() {
		defer close(out)
		for len(cases) > 0 {
			i, v, ok := reflect.Select(cases)
			if !ok {
				cases = append(cases[:i], cases[i+1:]...)
				continue
			}
			out <- int(v.Int())
		}
	}()
	return out
}

func fanOutByPlaces(in <-chan int, n int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		places := make(chan struct{}, n)
		var wg sync.WaitGroup
		for v := range in {
			places <- struct{}{}
			wg.Go(func() {
				w := f(v)
				<-places
				out <- w
			})
		}
		wg.Wait()
		close(out)
	}()
	return out
}

func fastestBySelect(fs []func() int) int {
	first, done := make(chan int), make(chan struct{})
	defer close(done)
	for _, f := range fs {
		go func() {
			v := f()
			select {
			case first <- v:
			case <-done:
			}
		}()
	}
	return <-first
}

func newQueueByCond(capacity int) (put func(v int), get func() int) {
	var mu sync.Mutex
	changed := sync.NewCond(&mu)
	var waiting []int
	put = func(v int) {
		mu.Lock()
		defer mu.Unlock()
		for len(waiting) == capacity {
			changed.Wait()
		}
		waiting = append(waiting, v)
		changed.Broadcast()
	}
	get = func() int {
		mu.Lock()
		defer mu.Unlock()
		for len(waiting) == 0 {
			changed.Wait()
		}
		v := waiting[0]
		waiting = waiting[1:]
		changed.Broadcast()
		return v
	}
	return put, get
}

func writeFilesByChannel(dir string, names []string, content func(name string) string) (failed error) {
	errs := make(chan error, len(names))
	for _, name := range names {
		go func() {
			f, err := os.Create(filepath.Join(dir, name))
			if err != nil {
				errs <- err
				return
			}
			_, err = f.WriteString(content(name))
			if e := f.Close(); err == nil {
				err = e
			}
			errs <- err
		}()
	}
	for range names {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	return failed
}

func wcAllByWorkers(workers int, names []string, read func(name string) (string, error)) (lines, words int, err error) {
	type count struct {
		lines, words int
		err          error
	}
	todo, counts := make(chan string), make(chan count)
	for range workers {
		go func() {
			for name := range todo {
				text, err := read(name)
				counts <- count{strings.Count(text, "\n"), len(strings.Fields(text)), err}
			}
		}()
	}
	go func() {
		defer close(todo)
		for _, name := range names {
			todo <- name
		}
	}()
	for range names {
		c := <-counts
		if c.err != nil && err == nil {
			err = c.err
		}
		lines, words = lines+c.lines, words+c.words
	}
	return lines, words, err
}
