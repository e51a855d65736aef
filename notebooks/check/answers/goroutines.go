package answers

import (
	"runtime"
	"sync"
	"sync/atomic"
)

func goroutineAnswers() []Answer {
	return []Answer{
		right("start-1", "double", double),
		wrong("start-1", "doubleNot", "wrong", doubleNot),
		right("start-2", "runBoth", runBoth),
		wrong("start-2", "runBothInTurn", "sequential", runBothInTurn),
		wrong("start-2", "runBothAndLeave", "too early", runBothAndLeave),
		wrong("start-2", "runBothWrongType", "signature", func(a func()) { a() }),
		right("proc-1", "spawn", spawn),
		wrong("proc-1", "spawnInTurn", "sequential", spawnInTurn),
		wrong("proc-1", "spawnAndLeave", "too early", spawnAndLeave),
		right("proc-2", "countLive", countLive),
		wrong("proc-2", "countLiveLeaky", "leak", countLiveLeaky),
		wrong("proc-2", "countLiveNone", "wrong", countLiveNone),
		right("sched-1", "forkJoin", forkJoin),
		wrong("sched-1", "forkJoinInTurn", "sequential", forkJoinInTurn),
		wrong("sched-1", "forkJoinNoJoin", "wrong", forkJoinNoJoin),
		right("sched-2", "withProcs", withProcs),
		wrong("sched-2", "withProcsForgets", "wrong", withProcsForgets),
		wrong("sched-2", "withProcsUnlessPanic", "wrong", withProcsUnlessPanic),
		right("sched-3", "sumParts", sumParts),
		wrong("sched-3", "sumPartsInTurn", "sequential", sumPartsInTurn),
		wrong("sched-3", "sumPartsRest", "wrong", sumPartsRest),
		right("go-1", "collect", collect),
		wrong("go-1", "collectInTurn", "sequential", collectInTurn),
		wrong("go-1", "collectAsTheyCome", "wrong", collectAsTheyCome),
		right("wait-1", "runAll", runAll),
		wrong("wait-1", "runAllLateAdd", "too early", runAllLateAdd),
		wrong("wait-1", "runAllInTurn", "sequential", runAllInTurn),
		right("wait-2", "runSafely", runSafely),
		wrong("wait-2", "runSafelyNoDone", "deadlock", runSafelyNoDone),
		wrong("wait-2", "runSafelyInTurn", "sequential", runSafelyInTurn),
		right("wait-3", "batches", batches),
		wrong("wait-3", "batchesAllAtOnce", "too early", batchesAllAtOnce),
		wrong("wait-3", "batchesSliding", "too early", batchesSliding),
		wrong("wait-3", "batchesInTurn", "sequential", batchesInTurn),
	}
}

func double(n int) int { return 2 * n }

func doubleNot(n int) int { return n + 2 }

func runBoth(a, b func()) {
	var wg sync.WaitGroup
	wg.Go(a)
	wg.Go(b)
	wg.Wait()
}

func runBothInTurn(a, b func()) {
	a()
	b()
}

func runBothAndLeave(a, b func()) {
	go a()
	go b()
}

func spawn(n int, work func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { work(i) })
	}
	wg.Wait()
}

func spawnInTurn(n int, work func(i int)) {
	for i := range n {
		work(i)
	}
}

func spawnAndLeave(n int, work func(i int)) {
	for i := range n {
		go work(i)
	}
}

func countLive(n int) int {
	before := runtime.NumGoroutine()
	door := make(chan struct{})
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { <-door })
	}
	live := runtime.NumGoroutine() - before
	close(door)
	wg.Wait()
	return live
}

func countLiveLeaky(n int) int {
	before := runtime.NumGoroutine()
	for range n {
		go func() { select {} }()
	}
	return runtime.NumGoroutine() - before
}

func countLiveNone(int) int {
	before := runtime.NumGoroutine()
	return runtime.NumGoroutine() - before
}

func forkJoin(n int, leaf func(i int) int) int {
	var sum func(from, to int) int
	sum = func(from, to int) int {
		switch to - from {
		case 0:
			return 0
		case 1:
			return leaf(from)
		}
		middle := (from + to) / 2
		left := make(chan int)
		go func() { left <- sum(from, middle) }() // fork
		right := sum(middle, to)
		return <-left + right // join
	}
	return sum(0, n)
}

func forkJoinInTurn(n int, leaf func(i int) int) int {
	sum := 0
	for i := range n {
		sum += leaf(i)
	}
	return sum
}

func forkJoinNoJoin(n int, leaf func(i int) int) int {
	for i := range n {
		go leaf(i)
	}
	return 0
}

func withProcs(n int, f func()) {
	old := runtime.GOMAXPROCS(n)
	defer runtime.GOMAXPROCS(old)
	f()
}

func withProcsForgets(n int, f func()) {
	runtime.GOMAXPROCS(n)
	f()
}

func withProcsUnlessPanic(n int, f func()) {
	old := runtime.GOMAXPROCS(n)
	f()
	runtime.GOMAXPROCS(old)
}

func sumParts(nums []int, parts int, sum func(piece []int) int) int {
	sums := make([]int, parts)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() {
			sums[p] = sum(nums[p*len(nums)/parts : (p+1)*len(nums)/parts])
		})
	}
	wg.Wait()
	total := 0
	for _, s := range sums {
		total += s
	}
	return total
}

func sumPartsInTurn(nums []int, parts int, sum func(piece []int) int) int {
	total := 0
	for p := range parts {
		total += sum(nums[p*len(nums)/parts : (p+1)*len(nums)/parts])
	}
	return total
}

func sumPartsRest(nums []int, parts int, sum func(piece []int) int) int {
	size := len(nums) / parts // the remainder is lost
	results := make(chan int)
	for p := range parts {
		go func() { results <- sum(nums[p*size : (p+1)*size]) }()
	}
	total := 0
	for range parts {
		total += <-results
	}
	return total
}

func collect(n int, f func(i int) int) []int {
	results := make([]int, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { results[i] = f(i) })
	}
	wg.Wait()
	return results
}

func collectInTurn(n int, f func(i int) int) []int {
	var results []int
	for i := range n {
		results = append(results, f(i))
	}
	return results
}

func collectAsTheyCome(n int, f func(i int) int) []int {
	ch := make(chan int)
	for i := range n {
		go func() { ch <- f(i) }()
	}
	var results []int
	for range n {
		results = append(results, <-ch)
	}
	return results
}

func runAll(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(job)
	}
	wg.Wait()
}

func runAllLateAdd(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go func() {
			add(&wg)
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// add hides the misplaced Add from vet, which finds it otherwise.
func add(wg *sync.WaitGroup) { wg.Add(1) }

func runAllInTurn(jobs []func()) {
	for _, job := range jobs {
		job()
	}
}

func runSafely(jobs []func()) (panicked int) {
	var wg sync.WaitGroup
	var count atomic.Int64
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() {
				if recover() != nil {
					count.Add(1)
				}
			}()
			job()
		}()
	}
	wg.Wait()
	return int(count.Load())
}

func runSafelyNoDone(jobs []func()) (panicked int) {
	var wg sync.WaitGroup
	var count atomic.Int64
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer func() {
				if recover() != nil {
					count.Add(1)
				}
			}()
			job()
			wg.Done()
		}()
	}
	wg.Wait()
	return int(count.Load())
}

func runSafelyInTurn(jobs []func()) (panicked int) {
	for _, job := range jobs {
		func() {
			defer func() {
				if recover() != nil {
					panicked++
				}
			}()
			job()
		}()
	}
	return panicked
}

func batches(n, size int, f func(i int)) {
	var wg sync.WaitGroup
	for from := 0; from < n; from += size {
		for i := from; i < min(from+size, n); i++ {
			wg.Go(func() { f(i) })
		}
		wg.Wait()
	}
}

func batchesAllAtOnce(n, _ int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func batchesSliding(n, size int, f func(i int)) {
	var wg sync.WaitGroup
	places := make(chan struct{}, size)
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			f(i)
			<-places
		})
	}
	wg.Wait()
}

func batchesInTurn(n, _ int, f func(i int)) {
	for i := range n {
		f(i)
	}
}
