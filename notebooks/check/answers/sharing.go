package answers

import (
	"runtime"
	"sync"
	"sync/atomic"
)

func sharingAnswers() []Answer {
	return []Answer{
		right("race-1", "tally", tally),
		racy("race-1", "tallyUnlocked", "race", tallyUnlocked),
		wrong("race-1", "tallyLockedTooLong", "sequential", tallyLockedTooLong),
		right("race-2", "sumOf", sumOf),
		racy("race-2", "sumOfShared", "race", sumOfShared),
		wrong("race-2", "sumOfInTurn", "sequential", sumOfInTurn),
		right("race-3", "countWords", countWords),
		wrong("race-3", "countWordsInTurn", "sequential", countWordsInTurn),
		wrong("race-3", "countWordsOverwrites", "wrong", countWordsOverwrites),
		right("mutex-1", "newCounter", newCounter),
		racy("mutex-1", "newCounterUnlocked", "race", newCounterUnlocked),
		wrong("mutex-1", "newCounterForgetsUnlock", "deadlock", newCounterForgetsUnlock),
		right("mutex-2", "newAccount", newAccount),
		wrong("mutex-2", "newAccountForgetsUnlock", "deadlock", newAccountForgetsUnlock),
		wrong("mutex-2", "newAccountChecksOutside", "race", newAccountChecksOutside),
		right("rwmutex-1", "newCache", newCache),
		wrong("rwmutex-1", "newCacheLooksOnce", "race", newCacheLooksOnce),
		wrong("rwmutex-1", "newCacheNone", "race", newCacheNone),
		wrong("rwmutex-1", "newCacheUpgrades", "deadlock", newCacheUpgrades),
		right("atomic-1", "newTickets", newTickets),
		wrong("atomic-1", "newTicketsLoadStore", "race", newTicketsLoadStore),
		right("monitor-1", "newMonitor", newMonitor),
		racy("monitor-1", "newMonitorNone", "wrong", newMonitorNone),
		racy("monitor-1", "newMonitorBeside", "race", newMonitorBeside),
		wrong("monitor-1", "newMonitorNoStop", "leak", newMonitorNoStop),
		right("closure-1", "makeFuncs", makeFuncs),
		wrong("closure-1", "makeFuncsShared", "wrong", makeFuncsShared),
		right("closure-2", "greetAll", greetAll),
		racy("closure-2", "greetAllShared", "wrong", greetAllShared),
		wrong("closure-2", "greetAllInTurn", "sequential", greetAllInTurn),
		right("closure-3", "reportEach", reportEach),
		racy("closure-3", "reportEachShared", "wrong", reportEachShared),
		wrong("closure-3", "reportEachInside", "race", reportEachInside),
	}
}

func tally(n int, prepare func(i int) int, load func() int, store func(v int)) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			v := prepare(i)
			mu.Lock()
			defer mu.Unlock()
			store(load() + v)
		})
	}
	wg.Wait()
}

func tallyUnlocked(n int, prepare func(i int) int, load func() int, store func(v int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			v := prepare(i)
			store(load() + v)
		})
	}
	wg.Wait()
}

func tallyLockedTooLong(n int, prepare func(i int) int, load func() int, store func(v int)) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			store(load() + prepare(i))
		})
	}
	wg.Wait()
}

func sumOf(n int, f func(i int) int) int {
	results := make(chan int)
	for i := range n {
		go func() { results <- f(i) }()
	}
	total := 0
	for range n {
		total += <-results
	}
	return total
}

func sumOfShared(n int, f func(i int) int) int {
	total := 0
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			v := total
			runtime.Gosched()
			total = v + f(i)
		})
	}
	wg.Wait()
	return total
}

func sumOfInTurn(n int, f func(i int) int) int {
	total := 0
	for i := range n {
		total += f(i)
	}
	return total
}

func countWords(texts []string, split func(string) []string) map[string]int {
	counts := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			words := split(text)
			mu.Lock()
			defer mu.Unlock()
			for _, word := range words {
				counts[word]++
			}
		})
	}
	wg.Wait()
	return counts
}

func countWordsInTurn(texts []string, split func(string) []string) map[string]int {
	counts := map[string]int{}
	for _, text := range texts {
		for _, word := range split(text) {
			counts[word]++
		}
	}
	return counts
}

func countWordsOverwrites(texts []string, split func(string) []string) map[string]int {
	parts := make(chan map[string]int)
	for _, text := range texts {
		go func() {
			part := map[string]int{}
			for _, word := range split(text) {
				part[word]++
			}
			parts <- part
		}()
	}
	counts := map[string]int{}
	for range texts {
		for word, n := range <-parts {
			counts[word] = n
		}
	}
	return counts
}

func newCounter() (inc func(), value func() int) {
	var mu sync.Mutex
	n := 0
	inc = func() {
		mu.Lock()
		defer mu.Unlock()
		n++
	}
	value = func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
	return inc, value
}

func newCounterUnlocked() (inc func(), value func() int) {
	n := 0
	inc = func() {
		v := n
		runtime.Gosched() // n++ in slow motion
		n = v + 1
	}
	return inc, func() int { return n }
}

func newCounterForgetsUnlock() (inc func(), value func() int) {
	var mu sync.Mutex
	n := 0
	inc = func() {
		mu.Lock()
		n++
	}
	value = func() int {
		mu.Lock()
		return n
	}
	return inc, value
}

func newAccount(balance int) (withdraw func(n int) bool, deposit func(n int), get func() int) {
	var mu sync.Mutex
	withdraw = func(n int) bool {
		mu.Lock()
		defer mu.Unlock()
		if balance < n {
			return false
		}
		balance -= n
		return true
	}
	deposit = func(n int) {
		mu.Lock()
		defer mu.Unlock()
		balance += n
	}
	get = func() int {
		mu.Lock()
		defer mu.Unlock()
		return balance
	}
	return withdraw, deposit, get
}

func newAccountForgetsUnlock(balance int) (withdraw func(n int) bool, deposit func(n int), get func() int) {
	var mu sync.Mutex
	withdraw = func(n int) bool {
		mu.Lock()
		if balance < n {
			return false
		}
		balance -= n
		mu.Unlock()
		return true
	}
	deposit = func(n int) {
		mu.Lock()
		balance += n
		mu.Unlock()
	}
	get = func() int { return balance }
	return withdraw, deposit, get
}

func newAccountChecksOutside(balance int) (withdraw func(n int) bool, deposit func(n int), get func() int) {
	var left atomic.Int64
	left.Store(int64(balance))
	withdraw = func(n int) bool {
		if left.Load() < int64(n) {
			return false
		}
		runtime.Gosched()
		left.Add(-int64(n))
		return true
	}
	deposit = func(n int) { left.Add(int64(n)) }
	get = func() int { return int(left.Load()) }
	return withdraw, deposit, get
}

func newCache(load func(key string) string) func(key string) string {
	var mu sync.RWMutex
	values := map[string]string{}
	return func(key string) string {
		mu.RLock()
		v, ok := values[key]
		mu.RUnlock()
		if ok {
			return v
		}
		mu.Lock()
		defer mu.Unlock()
		if v, ok := values[key]; ok { // somebody may have been faster
			return v
		}
		v = load(key)
		values[key] = v
		return v
	}
}

func newCacheLooksOnce(load func(key string) string) func(key string) string {
	var mu sync.RWMutex
	values := map[string]string{}
	return func(key string) string {
		mu.RLock()
		v, ok := values[key]
		mu.RUnlock()
		if ok {
			return v
		}
		v = load(key)
		mu.Lock()
		defer mu.Unlock()
		values[key] = v
		return v
	}
}

func newCacheNone(load func(key string) string) func(key string) string { return load }

func newCacheUpgrades(load func(key string) string) func(key string) string {
	var mu sync.RWMutex
	values := map[string]string{}
	return func(key string) string {
		mu.RLock()
		defer mu.RUnlock()
		if v, ok := values[key]; ok {
			return v
		}
		mu.Lock()
		defer mu.Unlock()
		values[key] = load(key)
		return values[key]
	}
}

func newTickets(n int) func() int {
	var sold atomic.Int64
	return func() int {
		if k := sold.Add(1); k <= int64(n) {
			return int(k)
		}
		return 0
	}
}

func newTicketsLoadStore(n int) func() int {
	var sold atomic.Int64
	return func() int {
		k := sold.Load()
		if k == int64(n) {
			return 0
		}
		runtime.Gosched()
		sold.Store(k + 1)
		return int(k + 1)
	}
}

func newMonitor() (add func(n int), get func() int, stop func()) {
	adds, reads := make(chan int), make(chan int)
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
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
	add = func(n int) { adds <- n }
	get = func() int { return <-reads }
	stop = func() {
		close(quit)
		<-ended
	}
	return add, get, stop
}

func newMonitorNone() (add func(n int), get func() int, stop func()) {
	value := 0
	add = func(n int) {
		v := value
		runtime.Gosched()
		value = v + n
	}
	return add, func() int { return value }, func() {}
}

func newMonitorBeside() (add func(n int), get func() int, stop func()) {
	value := 0
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		<-quit // it is there, but the others touch the value themselves
	}()
	add = func(n int) {
		v := value
		runtime.Gosched()
		value = v + n
	}
	stop = func() {
		close(quit)
		<-ended
	}
	return add, func() int { return value }, stop
}

func newMonitorNoStop() (add func(n int), get func() int, stop func()) {
	adds, reads := make(chan int), make(chan int)
	go func() {
		value := 0
		for {
			select {
			case n := <-adds:
				value += n
			case reads <- value:
			}
		}
	}()
	return func(n int) { adds <- n }, func() int { return <-reads }, func() {}
}

func makeFuncs(n int) []func() int {
	var fs []func() int
	for i := range n {
		fs = append(fs, func() int { return i })
	}
	return fs
}

func makeFuncsShared(n int) []func() int {
	var fs []func() int
	var i int
	for i = 0; i < n; i++ {
		fs = append(fs, func() int { return i })
	}
	return fs
}

func greetAll(names []string, greet func(name string)) {
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() { greet(name) })
	}
	wg.Wait()
}

func greetAllShared(names []string, greet func(name string)) {
	var wg sync.WaitGroup
	var name string
	for _, name = range names {
		wg.Go(func() { greet(name) })
	}
	wg.Wait()
}

func greetAllInTurn(names []string, greet func(name string)) {
	for _, name := range names {
		greet(name)
	}
}

func reportEach(n int, next func() int, report func(v int)) {
	var wg sync.WaitGroup
	for range n {
		v := next()
		wg.Go(func() { report(v) })
	}
	wg.Wait()
}

func reportEachShared(n int, next func() int, report func(v int)) {
	var wg sync.WaitGroup
	var v int
	for range n {
		v = next()
		wg.Go(func() { report(v) })
	}
	wg.Wait()
}

func reportEachInside(n int, next func() int, report func(v int)) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { report(next()) })
	}
	wg.Wait()
}
