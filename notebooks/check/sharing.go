package check

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func raceExercises() []exercise {
	return []exercise{{
		id: "race-1", section: 5, title: text{"정확한 합계", "an exact total"}, answers: []string{"tally"},
		hints: []text{
			{"`prepare(i)`를 먼저 부르고, 그 결과를 더하는 것만 잠그세요.", "Call `prepare(i)` first; lock only the adding."},
			{"`v := prepare(i)` 다음에 `mu.Lock()`, `store(load() + v)`, `mu.Unlock()`", "`v := prepare(i)`, then `mu.Lock()`, `store(load() + v)`, `mu.Unlock()`"},
		},
		why: text{"읽기와 쓰기를 한 임계 구역에 두면 그 사이에 아무도 끼어들지 못합니다. 오래 걸리는 일은 밖에 두어야 동시에 실행됩니다.", "With reading and writing in one critical section nobody gets in between. What takes long stays outside, so that it runs concurrently."},
		check: func(t *trial) {
			tally := answer[func(n int, prepare func(i int) int, load func() int, store func(v int))](t, 0)
			t.repeat(2, func() {
				const n = 20
				all := t.meeting(n)
				var total, pending atomic.Int64
				t.call(func() {
					tally(n, func(i int) int {
						all.arrive()
						return i
					}, func() int {
						if pending.Add(1) > 1 {
							t.note(Race, "한 고루틴이 load와 store 사이에 있을 때 다른 고루틴이 load를 불렀습니다.", "one goroutine called load while another was between load and store.")
						}
						v := total.Load()
						time.Sleep(50 * time.Microsecond)
						return int(v)
					}, func(v int) {
						total.Store(int64(v))
						pending.Add(-1)
					})
				})
				equal(t, text{"합계", "the total"}, total.Load(), n*(n-1)/2)
			})
		},
	}, {
		id: "race-2", section: 5, title: text{"나누어 갖지 않기", "do not share"}, answers: []string{"sumOf"},
		hints: []text{
			{"고루틴은 결과를 채널에 보내기만 하고, 더하는 것은 한곳에서 합니다.", "The goroutines only send their results; the adding is done in one place."},
			{"`for range n { total += <-results }`", "`for range n { total += <-results }`"},
		},
		why: text{"`total`을 만지는 고루틴이 하나뿐이라 경쟁이 있을 수 없습니다. 정확히 `n`번 받으므로 기다림도 저절로 해결됩니다.", "Only one goroutine touches `total`, so there is nothing to race. Receiving exactly `n` times is the waiting, too."},
		check: func(t *trial) {
			sumOf := answer[func(n int, f func(i int) int) int](t, 0)
			for n, want := range []int{0, 7} {
				var got int
				t.call(func() { got = sumOf(n, func(int) int { return 7 }) })
				equal(t, text{"7을 모은 합", "7 added up"}, got, want)
			}
			t.repeat(2, func() {
				const n = 20
				all := t.meeting(n)
				var got int
				t.call(func() {
					got = sumOf(n, func(i int) int {
						all.arrive()
						return i
					})
				})
				if want := n * (n - 1) / 2; got != want {
					t.fail(Race, "합이 %d이어야 하는데 %d입니다. 갱신을 잃었습니다.", "the sum should be %d, but is %d: updates were lost.", want, got)
				}
			})
			t.stress(func() {
				const n = 100
				var got int
				t.call(func() { got = sumOf(n, func(int) int { return 1 }) })
				if got != n {
					t.fail(Race, "1을 %d번 더했는데 합이 %d입니다. 갱신을 잃었습니다.", "1 added %d times gave %d: updates were lost.", n, got)
				}
			})
		},
	}, {
		id: "race-3", section: 5, title: text{"낱말 세기", "count words"}, answers: []string{"countWords"},
		hints: []text{
			{"`split`은 잠그지 않고 부르고, 맵에 더하는 동안만 잠그세요.", "Call `split` without the lock, and hold it only while adding to the map."},
			{"또는 고루틴이 낱말 목록을 채널로 보내고, 맵은 받는 쪽 하나만 만지게 하세요.", "Or let the goroutines send their lists of words, and let the single receiver touch the map."},
		},
		why: text{"맵은 동시에 쓰면 프로그램이 죽습니다. 뮤텍스로 지키거나 한 고루틴만 만지게 해야 합니다.", "Writing to a map from several goroutines ends the program. Guard it by a mutex or let only one goroutine touch it."},
		check: func(t *trial) {
			countWords := answer[func(texts []string, split func(string) []string) map[string]int](t, 0)
			texts := []string{"go chan go", "select go", "chan mutex chan", "", "go"}
			want := map[string]int{"go": 4, "chan": 3, "select": 1, "mutex": 1}
			t.repeat(3, func() {
				all := t.meeting(len(texts))
				var got map[string]int
				t.call(func() {
					got = countWords(texts, func(s string) []string {
						all.arrive()
						return strings.Fields(s)
					})
				})
				if !maps.Equal(got, want) {
					t.fail(Wrong, "낱말 수가 %v이어야 하는데 %v입니다.", "the counts should be %v, but are %v.", want, got)
				}
			})
		},
	}}
}

func sharedExercises() []exercise {
	return []exercise{{
		id: "mutex-1", section: 9, title: text{"안전한 카운터", "a safe counter"}, answers: []string{"newCounter"},
		hints: []text{
			{"`newCounter` 안에 `var mu sync.Mutex`를 두고 두 함수가 함께 쓰게 하세요.", "Put a `var mu sync.Mutex` into `newCounter` and use it in both functions."},
			{"읽을 때도 잠가야 합니다.", "Reading needs the lock, too."},
		},
		why: text{"클로저 둘이 같은 `mu`와 `n`을 붙잡습니다. `newCounter`를 부를 때마다 새 `mu`와 `n`이 생기므로 카운터끼리는 독립적입니다.", "The two closures hold the same `mu` and `n`. Every call of `newCounter` makes new ones, so counters are independent."},
		check: func(t *trial) {
			newCounter := answer[func() (inc func(), value func() int)](t, 0)
			var other func() int
			three := 0
			t.call(func() {
				inc, value := newCounter()
				inc()
				inc()
				inc()
				three = value()
			})
			equal(t, text{"세 번 늘린 값", "increased three times"}, three, 3)
			times := 0
			t.call(func() {
				inc, _ := newCounter()
				_, other = newCounter()
				times = often(inc)
			})
			t.stress(func() {
				var inc func()
				var value func() int
				t.call(func() { inc, value = newCounter() })
				last := 0
				t.each(9, times/2, func(i int) {
					if i < 8 {
						inc()
						return
					}
					if v := value(); v < last || v > 4*times {
						t.note(Race, "읽은 값이 %d 다음에 %d입니다.", "after %d it was %d.", last, v)
					} else {
						last = v
					}
				})
				got := 0
				t.call(func() { got = value() })
				if got != 4*times {
					t.fail(Race, "%d번 늘렸는데 값이 %d입니다. 갱신을 잃었습니다.", "increased %d times, it is %d: updates were lost.", 4*times, got)
				}
			})
			equal(t, text{"다른 카운터의 값", "another counter"}, other(), 0)
		},
	}, {
		id: "mutex-2", section: 9, title: text{"잊은 Unlock", "the forgotten Unlock"}, answers: []string{"newAccount"},
		hints: []text{
			{"`return`이 여러 곳에 있을 때는 `defer mu.Unlock()`이 안전합니다.", "Where there are several `return`s, `defer mu.Unlock()` is safe."},
			{"`get`도 잠가야 합니다.", "`get` needs the lock, too."},
		},
		why: text{"`Lock` 바로 다음 줄의 `defer Unlock`은 어느 길로 나가든 문을 엽니다.", "A `defer Unlock` right after `Lock` opens the door whichever way the function is left."},
		check: func(t *trial) {
			newAccount := answer[func(balance int) (withdraw func(n int) bool, deposit func(n int), get func() int)](t, 0)
			var withdraw func(int) bool
			var deposit func(int)
			var get func() int
			t.call(func() { withdraw, deposit, get = newAccount(100) })
			var ok bool
			t.call(func() { ok = withdraw(150) })
			equal(t, text{"100에서 150 출금", "150 out of 100"}, ok, false)
			t.call(func() { deposit(50) })
			t.call(func() { ok = withdraw(150) })
			equal(t, text{"150에서 150 출금", "150 out of 150"}, ok, true)
			var left int
			t.call(func() { left = get() })
			equal(t, text{"잔액", "balance"}, left, 0)
			t.stress(func() {
				t.call(func() { withdraw, deposit, get = newAccount(100) })
				var good atomic.Int64
				t.together(4, 50, func() {
					if withdraw(1) {
						good.Add(1)
					}
				})
				t.call(func() { left = get() })
				if good.Load() != 100 || left != 0 {
					t.fail(Race, "100에서 1씩 200번 출금했더니 %d번 성공하고 잔액은 %d입니다.", "of 200 withdrawals of 1 out of 100, %d succeeded and %d was left.", good.Load(), left)
				}
				var taken [4]int // all three functions at the same time, without a variable that they share
				t.each(6, 50, func(i int) {
					switch {
					case i == 4:
						deposit(1)
					case i == 5:
						if b := get(); b < 0 {
							t.note(Race, "잔액이 %d입니다.", "the balance was %d.", b)
						}
					case withdraw(1):
						taken[i]++
					}
				})
				t.call(func() { left = get() })
				if out := taken[0] + taken[1] + taken[2] + taken[3]; left != 50-out {
					t.fail(Race, "0에 50을 입금하면서 %d를 출금했더니 잔액이 %d입니다.", "50 paid in and %d taken out of 0 left %d.", out, left)
				}
			})
		},
	}, {
		id: "rwmutex-1", section: 9, title: text{"캐시", "a cache"}, answers: []string{"newCache"},
		hints: []text{
			{"맵 하나와 뮤텍스 하나면 됩니다. 있는지 보는 일과 넣는 일 **사이에** 다른 고루틴이 끼어들 수 없어야 합니다.", "One map and one mutex will do. Nobody may get in **between** looking and storing."},
			{"`RWMutex`를 쓴다면, `RLock`으로 찾아보고 없을 때는 `Lock`을 잡은 뒤 **한 번 더** 찾아보세요.", "With an `RWMutex`: look with `RLock`; if it is not there, take `Lock` and look **once more**."},
		},
		why: text{"읽기 잠금에서 쓰기 잠금으로 바꾸는 사이에 다른 고루틴이 먼저 넣었을 수 있습니다. 그래서 `Lock`을 잡은 뒤 다시 확인합니다.", "Between the read lock and the write lock another goroutine may have stored the value. So look again after `Lock`."},
		check: func(t *trial) {
			newCache := answer[func(load func(key string) string) func(key string) string](t, 0)
			t.repeat(3, func() {
				var mu sync.Mutex
				loads := map[string]int{}
				var get func(string) string
				t.call(func() {
					get = newCache(func(key string) string {
						mu.Lock()
						loads[key]++
						mu.Unlock()
						time.Sleep(2 * time.Millisecond)
						return strings.ToUpper(key)
					})
				})
				var turn atomic.Int64
				t.together(9, 4, func() {
					key := []string{"a", "b", "c"}[turn.Add(1)%3]
					if got := get(key); got != strings.ToUpper(key) {
						t.note(Wrong, "%q의 값이 %q입니다.", "the value of %q is %q.", key, got)
					}
				})
				mu.Lock()
				defer mu.Unlock()
				for _, key := range slices.Sorted(maps.Keys(loads)) {
					if loads[key] != 1 {
						t.fail(Race, "%q를 %d번 읽어 왔습니다. 찾아보는 일과 넣는 일 사이에 다른 고루틴이 끼어들었거나, 기억하지 않았습니다.",
							"%q was loaded %d times: others got in between looking and storing, or nothing is remembered.", key, loads[key])
					}
				}
			})
		},
	}, {
		id: "atomic-1", section: 9, title: text{"선착순", "first come, first served"}, answers: []string{"newTickets"},
		hints: []text{
			{"`Add`는 **더한 뒤의 값**을 돌려줍니다. 고루틴마다 다른 값을 받습니다.", "`Add` returns **the new value**, and every goroutine gets a different one."},
			{"`if k := sold.Add(1); k <= int64(n) { return int(k) }`, 아니면 0", "`if k := sold.Add(1); k <= int64(n) { return int(k) }`, otherwise 0"},
		},
		why: text{"읽고 나서 더하면 그 사이가 벌어지지만, `Add` 하나는 나눌 수 없는 한 걸음입니다.", "Reading and then adding leaves a gap; a single `Add` is one step that cannot be divided."},
		check: func(t *trial) {
			newTickets := answer[func(n int) func() int](t, 0)
			var few []int
			t.call(func() {
				next := newTickets(3)
				few = []int{next(), next(), next(), next(), next()}
			})
			equal(t, text{"표 석 장을 다섯 번 물었을 때", "asked five times for three tickets"}, few, []int{1, 2, 3, 0, 0})
			calls := 0
			t.call(func() {
				next := newTickets(1 << 20)
				calls = 4 * often(func() { next() })
			})
			n := calls * 5 / 6
			t.stress(func() {
				var next func() int
				t.call(func() { next = newTickets(n) })
				got := make(chan []int, 8)
				t.together(8, 1, func() {
					mine := make([]int, calls/8)
					for i := range mine {
						mine[i] = next()
					}
					got <- mine
				})
				counts := map[int]int{}
				for range 8 {
					for _, k := range <-got {
						counts[k]++
					}
				}
				for k := range n {
					if c := counts[k+1]; c != 1 {
						t.fail(Race, "%d번 표가 %d번 나갔습니다. 한 번씩만 나가야 합니다.", "ticket %d was given out %d times; it should be once.", k+1, c)
					}
				}
				if counts[0] != calls-n || len(counts) != n+1 {
					t.fail(Wrong, "표 %d장을 %d번 물었더니 0이 %d번 나왔습니다.", "asked for %d tickets %d times, it returned 0 %d times.", n, calls, counts[0])
				}
			})
		},
	}, {
		id: "monitor-1", section: 9, title: text{"모니터 고루틴", "a monitor goroutine"}, answers: []string{"newMonitor"},
		hints: []text{
			{"채널을 셋 두세요. 더할 값, 읽을 값, 그만하라는 신호입니다.", "Three channels: values to add, the value to read, and a signal to stop."},
			{"`for { select { case n := <-adds: value += n; case reads <- value: case <-quit: return } }`", "`for { select { case n := <-adds: value += n; case reads <- value: case <-quit: return } }`"},
		},
		why: text{"`value`는 모니터만 만집니다. 버퍼 없는 채널이라 `add`가 돌아왔다면 모니터가 이미 받았고, 다음 `get`은 그 뒤의 값을 봅니다.", "Only the monitor touches `value`. The channels have no buffer: when `add` returns, the monitor has received the number, and the next `get` sees it."},
		check: func(t *trial) {
			newMonitor := answer[func() (add func(n int), get func() int, stop func())](t, 0)
			times := 0
			t.noLeak(func() {
				five := 0
				t.call(func() {
					add, get, stop := newMonitor()
					defer stop()
					add(2)
					add(3)
					five = get()
				})
				equal(t, text{"2와 3을 더한 값", "2 and 3 added"}, five, 5)
				t.call(func() {
					before := steadyGoroutines()
					add, _, stop := newMonitor()
					if runtime.NumGoroutine() <= before {
						t.note(Wrong, "모니터 고루틴이 없습니다. newMonitor는 값을 지키는 고루틴을 띄워야 합니다.", "there is no monitor goroutine: newMonitor must start one that keeps the value.")
						return
					}
					times = often(func() { add(1) })
					stop()
				})
			})
			t.stress(func() {
				var add func(int)
				var get func() int
				var stop func()
				t.noLeak(func() {
					t.call(func() { add, get, stop = newMonitor() })
					last := 0
					t.each(9, times/2, func(i int) {
						if i < 8 {
							add(2)
							return
						}
						if v := get(); v < last || v > 8*times {
							t.note(Race, "읽은 값이 %d 다음에 %d입니다.", "after %d it was %d.", last, v)
						} else {
							last = v
						}
					})
					got := 0
					t.call(func() { got = get() })
					t.call(stop)
					if got != 8*times {
						t.fail(Race, "2를 %d번 더했는데 %d입니다. 갱신을 잃었습니다.", "2 added %d times gave %d: updates were lost.", 4*times, got)
					}
				})
			})
		},
	}}
}

// together calls f times times in each of n goroutines. They begin when all of
// them are running, so that they truly meet even in a short f.
func (t *trial) together(n, times int, f func()) { t.each(n, times, func(int) { f() }) }

// each is together for an f that is told the number of its goroutine.
func (t *trial) each(n, times int, f func(i int)) {
	t.call(func() {
		var running atomic.Int64
		var wg sync.WaitGroup
		for i := range n {
			wg.Add(1)
			go func() {
				defer func() {
					if r := recover(); r != nil {
						t.note(Panicked, "패닉이 일어났습니다: %v", "it panicked: %v", r)
					}
					wg.Done()
				}()
				running.Add(1)
				for running.Load() < int64(n) {
					runtime.Gosched()
				}
				for range times {
					f(i)
				}
			}()
		}
		wg.Wait()
	})
}

// often is how many calls of f take longer than a goroutine or its thread runs
// without being interrupted: shorter runs of several goroutines would end
// before they meet, above all on a single processor.
func often(f func()) int {
	const enough = 30 * time.Millisecond
	times := 32
	for times < 1<<17 {
		best := enough // of three, because a busy machine makes a single one long
		for range 3 {
			start := time.Now()
			for range times {
				f()
			}
			best = min(best, time.Since(start))
		}
		if best > enough/2 {
			break
		}
		times *= 2
	}
	return times
}

func closureExercises() []exercise {
	return []exercise{{
		id: "closure-1", section: 10, calm: true, title: text{"저마다 다른 함수", "each its own"}, answers: []string{"makeFuncs"},
		hints: []text{
			{"변수가 반복문 **밖에** 있으면 하나뿐입니다.", "A variable **outside** the loop is a single one."},
			{"`for i := range n`", "`for i := range n`"},
		},
		why: text{"Go 1.22부터 `for i := …`의 `i`는 반복할 때마다 새 변수입니다.", "Since Go 1.22 the `i` of `for i := …` is a new variable in each round."},
		check: func(t *trial) {
			makeFuncs := answer[func(n int) []func() int](t, 0)
			var fs []func() int
			t.call(func() { fs = makeFuncs(5) })
			equal(t, text{"함수의 수", "functions"}, len(fs), 5)
			for i, f := range fs {
				var got int
				t.call(func() { got = f() })
				if got != i {
					t.fail(Wrong, "%d번 함수의 값은 %d이어야 하는데 %d입니다.", "function %d should return %d, but returned %d.", i, i, got)
				}
			}
		},
	}, {
		id: "closure-2", section: 10, title: text{"저마다의 이름", "each its own name"}, answers: []string{"greetAll"},
		hints: []text{
			{"`for _, name = range names`의 `=`는 밖의 변수에 넣습니다.", "The `=` of `for _, name = range names` assigns to the variable outside."},
			{"`:=`로 바꾸고 밖의 선언을 지우세요.", "Make it `:=` and remove the declaration outside."},
		},
		why: text{"`:=`로 만든 반복 변수는 반복할 때마다 새것이라 고루틴마다 자기 이름을 봅니다.", "A loop variable made by `:=` is new in each round, so each goroutine sees its own name."},
		check: func(t *trial) {
			greetAll := answer[func(names []string, greet func(name string))](t, 0)
			names := []string{"a", "b", "c", "d", "e"}
			t.repeat(5, func() {
				all := t.meeting(len(names))
				var mu sync.Mutex
				var got []string
				t.call(func() {
					greetAll(names, func(name string) {
						all.arrive()
						mu.Lock()
						defer mu.Unlock()
						got = append(got, name)
					})
				})
				mu.Lock()
				defer mu.Unlock()
				if s := slices.Sorted(slices.Values(got)); !slices.Equal(s, names) {
					t.fail(Wrong, "이름 %v이 하나씩 나와야 하는데 %v이 나왔습니다.", "each of %v should come once, but it was %v.", names, s)
				}
			})
		},
	}, {
		id: "closure-3", section: 10, title: text{"그 순간의 값", "the value of the moment"}, answers: []string{"reportEach"},
		hints: []text{
			{"`v := next()`를 반복문 **안에** 쓰면 반복할 때마다 새 변수입니다.", "With `v := next()` **inside** the loop, `v` is new in each round."},
			{"또는 `go func(v int) { … }(next())`처럼 인자로 넘기세요. 인자는 `go` 문을 실행하는 순간에 계산됩니다.", "Or hand it over: `go func(v int) { … }(next())`. Arguments are evaluated when the `go` statement runs."},
		},
		why: text{"반복문 안에서 선언한 변수는 반복할 때마다 새것입니다. 고루틴이 늦게 실행되어도 자기 `v`는 바뀌지 않습니다.", "A variable declared inside the loop is new in each round. However late the goroutine runs, its `v` does not change."},
		check: func(t *trial) {
			reportEach := answer[func(n int, next func() int, report func(v int))](t, 0)
			t.repeat(5, func() {
				const n = 8
				all := t.meeting(n)
				var mu sync.Mutex
				var got []int
				k, caller := 0, ""
				t.call(func() {
					caller = goroutineID()
					reportEach(n, func() int {
						if id := goroutineID(); id != caller {
							t.note(Race, "next를 다른 고루틴에서 불렀습니다.", "next was called in another goroutine.")
							return 0
						}
						k++
						return k * 10
					}, func(v int) {
						all.arrive()
						mu.Lock()
						defer mu.Unlock()
						got = append(got, v)
					})
				})
				mu.Lock()
				defer mu.Unlock()
				want := fmt.Sprint([]int{10, 20, 30, 40, 50, 60, 70, 80})
				if s := fmt.Sprint(sorted(got)); s != want {
					t.fail(Wrong, "값 %s이 하나씩 나와야 하는데 %s이 나왔습니다.", "each of %s should come once, but it was %s.", want, s)
				}
			})
		},
	}}
}
