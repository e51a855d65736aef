package answers

import (
	"sync"
	"time"
)

func channelAnswers() []Answer {
	return []Answer{
		right("chan-1", "sumChan", sumChan),
		wrong("chan-1", "sumChanOne", "wrong", sumChanOne),
		wrong("chan-1", "sumChanUntilZero", "wrong", sumChanUntilZero),
		right("chan-2", "generate", generate),
		wrong("chan-2", "generateBuffered", "wrong", generateBuffered),
		wrong("chan-2", "generateOpen", "deadlock", generateOpen),
		wrong("chan-2", "generateHere", "deadlock", generateHere),
		right("chan-3", "stage", stage),
		wrong("chan-3", "stageCollects", "deadlock", stageCollects),
		wrong("chan-3", "stageOpen", "deadlock", stageOpen),
		right("chan-4", "split", split),
		wrong("chan-4", "splitOpen", "deadlock", splitOpen),
		wrong("chan-4", "splitNil", "wrong", splitNil),
		right("select-1", "first", first),
		wrong("select-1", "firstA", "deadlock", firstA),
		right("select-2", "tryReceive", tryReceive),
		wrong("select-2", "tryReceiveWaits", "deadlock", tryReceiveWaits),
		wrong("select-2", "tryReceiveClosed", "wrong", tryReceiveClosed),
		right("select-3", "sumUntil", sumUntil),
		wrong("select-3", "sumUntilClosed", "deadlock", sumUntilClosed),
		right("timeout-1", "receiveWithin", receiveWithin),
		wrong("timeout-1", "receiveWithinNever", "deadlock", receiveWithinNever),
		wrong("timeout-1", "receiveWithinNow", "too early", receiveWithinNow),
		right("timeout-2", "callWithin", callWithin),
		wrong("timeout-2", "callWithinLeaky", "leak", callWithinLeaky),
		wrong("timeout-2", "callWithinWaits", "deadlock", callWithinWaits),
		right("timeout-3", "countUntilQuiet", countUntilQuiet),
		wrong("timeout-3", "countUntilLimit", "wrong", countUntilLimit),
		wrong("timeout-3", "countUntilQuietIgnoresClose", "too slow", countUntilQuietIgnoresClose),
		right("timeout-4", "every", every),
		wrong("timeout-4", "everyNoStop", "deadlock", everyNoStop),
		wrong("timeout-4", "everyAtOnce", "too early", everyAtOnce),
		wrong("timeout-4", "everySleeps", "too slow", everySleeps),
		right("signal-1", "startTogether", startTogether),
		wrong("signal-1", "startWhenReady", "too early", startWhenReady),
		wrong("signal-1", "startInTurn", "sequential", startInTurn),
		right("order-1", "inOrder", inOrder),
		wrong("order-1", "inOrderNot", "too many", inOrderNot),
		wrong("order-1", "inOrderHere", "sequential", inOrderHere),
		right("nil-1", "merge", merge),
		wrong("nil-1", "mergeOneByOne", "deadlock", mergeOneByOne),
		wrong("nil-1", "mergeFirstClosed", "deadlock", mergeFirstClosed),
		right("buffer-1", "latest", latest),
		wrong("buffer-1", "latestFirst", "wrong", latestFirst),
		right("chanchan-1", "serveTickets", serveTickets),
		wrong("chanchan-1", "serveNobody", "deadlock", serveNobody),
		wrong("chanchan-1", "serveSame", "wrong", serveSame),
		right("pool-1", "pool", pool),
		wrong("pool-1", "poolUnlimited", "too many", poolUnlimited),
		wrong("pool-1", "poolInTurn", "sequential", poolInTurn),
		wrong("pool-1", "poolForgetsClose", "deadlock", poolForgetsClose),
	}
}

func sumChan(in <-chan int) int {
	sum := 0
	for n := range in {
		sum += n
	}
	return sum
}

func sumChanOne(in <-chan int) int { return <-in }

func sumChanUntilZero(in <-chan int) int {
	sum := 0
	for {
		n := <-in
		if n == 0 {
			return sum
		}
		sum += n
	}
}

func generate(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i
		}
	}()
	return out
}

func generateBuffered(n int) <-chan int {
	out := make(chan int, n+1)
	for i := range n {
		out <- i
	}
	close(out)
	return out
}

func generateOpen(n int) <-chan int {
	out := make(chan int)
	go func() {
		for i := range n {
			out <- i
		}
	}()
	return out
}

func generateHere(n int) <-chan int {
	out := make(chan int)
	for i := range n {
		out <- i
	}
	close(out)
	return out
}

func stage(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func stageCollects(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		var all []int
		for v := range in {
			all = append(all, f(v))
		}
		for _, v := range all {
			out <- v
		}
	}()
	return out
}

func stageOpen(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func split(in <-chan int) (even, odd <-chan int) {
	evens, odds := make(chan int), make(chan int)
	go func() {
		defer close(evens)
		defer close(odds)
		for v := range in {
			if v%2 == 0 {
				evens <- v
			} else {
				odds <- v
			}
		}
	}()
	return evens, odds
}

func splitOpen(in <-chan int) (even, odd <-chan int) {
	evens, odds := make(chan int), make(chan int)
	go func() {
		defer close(evens)
		for v := range in {
			if v%2 == 0 {
				evens <- v
			} else {
				odds <- v
			}
		}
	}()
	return evens, odds
}

func splitNil(<-chan int) (even, odd <-chan int) { return nil, nil }

func first(a, b <-chan string) string {
	select {
	case v := <-a:
		return v
	case v := <-b:
		return v
	}
}

func firstA(a, _ <-chan string) string { return <-a }

func tryReceive(ch <-chan int) (int, bool) {
	select {
	case v, ok := <-ch:
		return v, ok
	default:
		return 0, false
	}
}

func tryReceiveWaits(ch <-chan int) (int, bool) {
	v, ok := <-ch
	return v, ok
}

func tryReceiveClosed(ch <-chan int) (int, bool) {
	select {
	case v := <-ch:
		return v, true
	default:
		return 0, false
	}
}

func sumUntil(in <-chan int, done <-chan struct{}) int {
	sum := 0
	for {
		select {
		case n, ok := <-in:
			if !ok {
				return sum
			}
			sum += n
		case <-done:
			return sum
		}
	}
}

func sumUntilClosed(in <-chan int, _ <-chan struct{}) int {
	sum := 0
	for n := range in {
		sum += n
	}
	return sum
}

func receiveWithin(ch <-chan int, limit time.Duration) (int, bool) {
	select {
	case v := <-ch:
		return v, true
	case <-time.After(limit):
		return 0, false
	}
}

func receiveWithinNever(ch <-chan int, _ time.Duration) (int, bool) { return <-ch, true }

func receiveWithinNow(ch <-chan int, _ time.Duration) (int, bool) {
	select {
	case v := <-ch:
		return v, true
	default:
		return 0, false
	}
}

func callWithin(limit time.Duration, f func() int) (int, bool) {
	result := make(chan int, 1)
	go func() { result <- f() }()
	select {
	case r := <-result:
		return r, true
	case <-time.After(limit):
		return 0, false
	}
}

func callWithinLeaky(limit time.Duration, f func() int) (int, bool) {
	result := make(chan int)
	go func() { result <- f() }()
	select {
	case r := <-result:
		return r, true
	case <-time.After(limit):
		return 0, false
	}
}

func callWithinWaits(limit time.Duration, f func() int) (int, bool) {
	start := time.Now()
	r := f()
	return r, time.Since(start) < limit
}

func countUntilQuiet(in <-chan int, quiet time.Duration) int {
	count := 0
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return count
			}
			count++
		case <-time.After(quiet):
			return count
		}
	}
}

func countUntilLimit(in <-chan int, quiet time.Duration) int {
	count := 0
	limit := time.After(quiet)
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return count
			}
			count++
		case <-limit:
			return count
		}
	}
}

func countUntilQuietIgnoresClose(in <-chan int, quiet time.Duration) int {
	count := 0
	for {
		select {
		case _, ok := <-in:
			if !ok {
				in = nil
				continue
			}
			count++
		case <-time.After(quiet):
			return count
		}
	}
}

func every(interval time.Duration, stop <-chan struct{}, f func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			f()
		case <-stop:
			return
		}
	}
}

func everyNoStop(interval time.Duration, _ <-chan struct{}, f func()) {
	calls := 0
	for {
		time.Sleep(interval)
		if calls++; calls <= 3 {
			f()
			continue
		}
		select {} // a loop that calls on would close stop twice
	}
}

func everyAtOnce(interval time.Duration, stop <-chan struct{}, f func()) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		f()
		select {
		case <-stop:
			return
		case <-time.After(interval):
		}
	}
}

func everySleeps(interval time.Duration, stop <-chan struct{}, f func()) {
	for {
		time.Sleep(interval)
		select {
		case <-stop:
			return
		default:
			f()
		}
	}
}

func startTogether(n int, prepare, run func(i int)) {
	start := make(chan struct{})
	var ready, all sync.WaitGroup
	for i := range n {
		ready.Add(1)
		all.Go(func() {
			prepare(i)
			ready.Done()
			<-start
			run(i)
		})
	}
	ready.Wait()
	close(start)
	all.Wait()
}

func startWhenReady(n int, prepare, run func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			prepare(i)
			run(i)
		})
	}
	wg.Wait()
}

func startInTurn(n int, prepare, run func(i int)) {
	for i := range n {
		prepare(i)
	}
	for i := range n {
		run(i)
	}
}

func inOrder(steps []func()) {
	prev := make(chan struct{})
	close(prev)
	for _, step := range steps {
		next := make(chan struct{})
		go func(wait <-chan struct{}) {
			defer close(next)
			<-wait
			step()
		}(prev)
		prev = next
	}
	<-prev
}

func inOrderNot(steps []func()) {
	var wg sync.WaitGroup
	for _, step := range steps {
		wg.Go(step)
	}
	wg.Wait()
}

func inOrderHere(steps []func()) {
	for _, step := range steps {
		step()
	}
}

func merge(a, b <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for a != nil || b != nil {
			select {
			case v, ok := <-a:
				if !ok {
					a = nil
					continue
				}
				out <- v
			case v, ok := <-b:
				if !ok {
					b = nil
					continue
				}
				out <- v
			}
		}
	}()
	return out
}

func mergeOneByOne(a, b <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range a {
			out <- v
		}
		for v := range b {
			out <- v
		}
	}()
	return out
}

func mergeFirstClosed(a, b <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			select {
			case v, ok := <-a:
				if !ok {
					return
				}
				out <- v
			case v, ok := <-b:
				if !ok {
					return
				}
				out <- v
			}
		}
	}()
	return out
}

func latest(in <-chan int, n int) []int {
	buf := make(chan int, n)
	for v := range in {
		select {
		case buf <- v:
		default:
			<-buf // drop the oldest
			buf <- v
		}
	}
	close(buf)
	var values []int
	for v := range buf {
		values = append(values, v)
	}
	return values
}

func latestFirst(in <-chan int, n int) []int {
	var values []int
	for v := range in {
		if len(values) < n {
			values = append(values, v)
		}
	}
	return values
}

func serveTickets(requests <-chan chan int) int {
	n := 0
	for reply := range requests {
		n++
		reply <- n
	}
	return n
}

func serveNobody(requests <-chan chan int) int {
	n := 0
	for range requests {
		n++
	}
	return n
}

func serveSame(requests <-chan chan int) int {
	n := 0
	for reply := range requests {
		reply <- 1
		n++
	}
	return n
}

func pool(workers int, jobs []int, f func(job int) int) []int {
	results := make([]int, len(jobs))
	todo := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range todo {
				results[i] = f(jobs[i])
			}
		})
	}
	for i := range jobs {
		todo <- i
	}
	close(todo)
	wg.Wait()
	return results
}

func poolUnlimited(_ int, jobs []int, f func(job int) int) []int {
	results := make([]int, len(jobs))
	var wg sync.WaitGroup
	for i, job := range jobs {
		wg.Go(func() { results[i] = f(job) })
	}
	wg.Wait()
	return results
}

func poolInTurn(_ int, jobs []int, f func(job int) int) []int {
	var results []int
	for _, job := range jobs {
		results = append(results, f(job))
	}
	return results
}

func poolForgetsClose(workers int, jobs []int, f func(job int) int) []int {
	results := make([]int, len(jobs))
	todo := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range todo {
				results[i] = f(jobs[i])
			}
		})
	}
	for i := range jobs {
		todo <- i
	}
	wg.Wait()
	return results
}
