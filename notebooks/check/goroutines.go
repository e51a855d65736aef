package check

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func startExercises() []exercise {
	return []exercise{{
		id: "start-1", section: 0, calm: true, title: text{"두 배", "twice"}, answers: []string{"double"},
		hints: []text{
			{"`return` 뒤의 식만 고치면 됩니다.", "Only the expression after `return` needs a change."},
			{"`n * 2`", "`n * 2`"},
		},
		why: text{"몸풀기였습니다. 앞으로의 문제도 이렇게 함수를 고치고 확인하면 됩니다.", "This was to warm up. All exercises go like this: change the function, run the check."},
		check: func(t *trial) {
			double := answer[func(int) int](t, 0)
			for _, n := range []int{0, 1, -3, 21} {
				var got int
				t.call(func() { got = double(n) })
				if got != 2*n {
					t.fail(Wrong, "double(%d)은 %d이어야 하는데 %d입니다.", "double(%d) should be %d, but is %d.", n, 2*n, got)
				}
			}
		},
	}, {
		id: "start-2", section: 0, title: text{"둘을 동시에", "two at once"}, answers: []string{"runBoth"},
		hints: []text{
			{"하나는 `go`로 새 고루틴에서 실행하고, 다른 하나는 지금 고루틴에서 실행해도 됩니다.", "Run one with `go` in a new goroutine; the other may run in the present one."},
			{"`var wg sync.WaitGroup` 다음에 `wg.Go(a)`와 `wg.Go(b)`, 그리고 `wg.Wait()`", "`var wg sync.WaitGroup`, then `wg.Go(a)` and `wg.Go(b)`, and `wg.Wait()`"},
		},
		why: text{"두 함수를 고루틴으로 띄우고, `Wait`로 둘 다 끝나기를 기다립니다. `Wait`가 없으면 너무 일찍 돌아옵니다.", "Both functions run in goroutines, and `Wait` waits for both. Without `Wait` it would return too early."},
		check: func(t *trial) {
			runBoth := answer[func(a, b func())](t, 0)
			t.repeat(3, func() {
				both := t.meeting(2)
				var ended atomic.Int64
				part := func() {
					both.arrive()
					time.Sleep(3 * time.Millisecond)
					ended.Add(1)
				}
				t.call(func() { runBoth(part, part) })
				t.allEnded(ended.Load(), 2)
			})
		},
	}}
}

// allEnded fails if an answer returned before all that it started had ended.
func (t *trial) allEnded(ended, want int64) {
	if ended < want {
		t.fail(TooEarly, "%d개 가운데 %d개만 끝났는데 돌아왔습니다.", "it returned when only %[2]d of %[1]d had ended.", want, ended)
	}
	if ended > want {
		t.fail(Wrong, "%d번 실행되어야 하는데 %d번 실행되었습니다.", "should run %d times, but ran %d times.", want, ended)
	}
}

func goroutineExercises() []exercise {
	return []exercise{{
		id: "proc-1", section: 1, title: text{"모두 한자리에", "all of them at once"}, answers: []string{"spawn"},
		hints: []text{
			{"반복할 때마다 `go`로 `work(i)`를 실행하세요.", "In each round run `work(i)` with `go`."},
			{"`sync.WaitGroup`의 `Go`로 띄우고, 반복문이 끝난 뒤에 `Wait`를 부르세요.", "Start them by `Go` of a `sync.WaitGroup` and call `Wait` after the loop."},
		},
		why: text{"고루틴은 가벼우므로 수백 개를 한꺼번에 띄워도 됩니다. Go 1.22부터 `i`는 반복할 때마다 새 변수라서 그대로 붙잡아도 안전합니다.", "Goroutines are light, so hundreds at once are fine. Since Go 1.22 `i` is a new variable in each round and can be used in the closure."},
		check: func(t *trial) {
			spawn := answer[func(n int, work func(i int))](t, 0)
			t.call(func() { spawn(0, func(int) {}) })
			t.repeat(2, func() {
				const n = 200
				all := t.meeting(n)
				var ended atomic.Int64
				counts := make([]atomic.Int64, n)
				t.call(func() {
					spawn(n, func(i int) {
						all.arrive()
						if i >= 0 && i < n {
							counts[i].Add(1)
						}
						time.Sleep(time.Millisecond)
						ended.Add(1)
					})
				})
				t.allEnded(ended.Load(), n)
				t.eachOnce(counts)
			})
		},
	}, {
		id: "proc-2", section: 1, title: text{"몇이나 살아 있나", "how many are alive"}, answers: []string{"countLive"},
		hints: []text{
			{"고루틴들을 채널 앞에서 기다리게 해 두고 그동안 세어 보세요.", "Let the goroutines wait at a channel, and count meanwhile."},
			{"센 다음 `close`로 모두 풀어 주고, `WaitGroup`으로 정말 끝날 때까지 기다리세요. `Wait`가 돌아온 직후에도 고루틴이 사라지는 중일 수 있으니 채점기는 잠시 기다려 줍니다.", "After counting, free all of them with `close` and wait with a `WaitGroup` until they have ended."},
		},
		why: text{"`go` 문은 돌아오는 순간 이미 고루틴을 만들어 두었으므로, 아직 실행되지 않았더라도 세어집니다. 문을 닫는 `close` 한 번이 모두를 깨웁니다.", "A goroutine exists, and is counted, as soon as its `go` statement is over, even before it first runs. One `close` wakes all."},
		check: func(t *trial) {
			countLive := answer[func(n int) int](t, 0)
			t.repeat(2, func() {
				for _, n := range []int{0, 1, 50} {
					t.noLeak(func() {
						steadyGoroutines()
						var got int
						t.call(func() { got = countLive(n) })
						if got != n {
							t.fail(Wrong, "countLive(%d)은 %d이어야 하는데 %d입니다.", "countLive(%d) should be %d, but is %d.", n, n, got)
						}
					})
				}
			})
			if !t.sawGoroutines(100, func() { countLive(100) }) {
				t.fail(Wrong, "고루틴이 실제로 생기지 않았습니다.", "there never were any goroutines.")
			}
		},
	}, {
		id: "sched-1", section: 2, title: text{"갈라지고 합치기", "fork and join"}, answers: []string{"forkJoin"},
		hints: []text{
			{"구간 `[from, to)`를 받는 재귀 함수를 안에 하나 만들어 보세요. `var sum func(from, to int) int`", "Make a recursive function over `[from, to)` inside: `var sum func(from, to int) int`"},
			{"가운데에서 나누어 왼쪽은 `go`로, 오른쪽은 직접 구하고, 왼쪽의 결과를 채널로 받아 더합니다.", "Split in the middle, run the left half with `go`, do the right half yourself, and receive the left result over a channel."},
		},
		why: text{"`go`가 갈라지는 지점, 채널에서 받는 곳이 합쳐지는 지점입니다. 받아야만 값이 있으므로 합치는 것을 잊을 수 없습니다.", "`go` is the fork, the receive is the join. The value is there only when received, so the join cannot be forgotten."},
		check: func(t *trial) {
			forkJoin := answer[func(n int, leaf func(i int) int) int](t, 0)
			for _, n := range []int{0, 1, 7} {
				var got int
				t.call(func() { got = forkJoin(n, func(i int) int { return i * i }) })
				want := 0
				for i := range n {
					want += i * i
				}
				if got != want {
					t.fail(Wrong, "n=%d일 때 합이 %d이어야 하는데 %d입니다.", "for n=%d the sum should be %d, but is %d.", n, want, got)
				}
			}
			t.repeat(2, func() {
				four := t.meeting(4)
				var calls atomic.Int64
				var got int
				t.call(func() {
					got = forkJoin(16, func(i int) int {
						calls.Add(1)
						four.arrive()
						return i
					})
				})
				equal(t, text{"합", "the sum"}, got, 120)
				equal(t, text{"leaf를 부른 횟수", "calls of leaf"}, calls.Load(), 16)
			})
		},
	}, {
		id: "sched-2", section: 2, calm: true, title: text{"잠깐만 바꾸기", "just for a while"}, answers: []string{"withProcs"},
		hints: []text{
			{"`runtime.GOMAXPROCS(n)`은 **이전 값**을 돌려줍니다.", "`runtime.GOMAXPROCS(n)` returns the value **before**."},
			{"되돌리는 일을 `defer`로 적으면 패닉이 나도 실행됩니다.", "Put the restoring into a `defer`; it runs in spite of a panic."},
		},
		why: text{"`defer runtime.GOMAXPROCS(old)`는 함수가 돌아오든 패닉을 일으키든 실행됩니다. `recover`하지 않으므로 패닉은 그대로 밖으로 나갑니다.", "`defer runtime.GOMAXPROCS(old)` runs whether the function returns or panics. Without `recover` the panic goes on outwards."},
		check: func(t *trial) {
			withProcs := answer[func(n int, f func())](t, 0)
			before := runtime.GOMAXPROCS(0)
			inside := 0
			t.call(func() { withProcs(before+2, func() { inside = runtime.GOMAXPROCS(0) }) })
			equal(t, text{"f 안의 GOMAXPROCS", "GOMAXPROCS inside f"}, inside, before+2)
			equal(t, text{"끝난 뒤의 GOMAXPROCS", "GOMAXPROCS afterwards"}, runtime.GOMAXPROCS(0), before)
			var r any
			t.call(func() {
				defer func() { r = recover() }()
				withProcs(before+1, func() { panic("boom") })
			})
			equal(t, text{"패닉 값", "the panic's value"}, r, any("boom"))
			equal(t, text{"패닉 뒤의 GOMAXPROCS", "GOMAXPROCS after the panic"}, runtime.GOMAXPROCS(0), before)
		},
	}, {
		id: "sched-3", section: 2, title: text{"나누어 더하기", "divide and add"}, answers: []string{"sumParts"},
		hints: []text{
			{"p번째 조각은 `nums[p*len(nums)/parts : (p+1)*len(nums)/parts]`입니다. 이렇게 나누면 빠지거나 겹치는 수가 없습니다.", "Piece p is `nums[p*len(nums)/parts : (p+1)*len(nums)/parts]`: nothing is left out or counted twice."},
			{"결과는 길이가 `parts`인 슬라이스의 자기 칸에 쓰고, 모두 기다린 뒤에 더하세요.", "Let each goroutine write its result to its own place of a slice of length `parts`, and add them up after waiting."},
		},
		why: text{"조각마다 자기 칸에만 쓰므로 잠금이 필요 없고, `Wait` 뒤에 더하므로 모든 결과가 보입니다.", "Each goroutine writes only to its own place, so no lock is needed, and adding after `Wait` sees every result."},
		check: func(t *trial) {
			sumParts := answer[func(nums []int, parts int, sum func(piece []int) int) int](t, 0)
			add := func(piece []int) int {
				total := 0
				for _, n := range piece {
					total += n
				}
				return total
			}
			for _, size := range []int{0, 2, 10, 17} {
				var mu sync.Mutex
				var seen []int
				var got int
				t.call(func() {
					got = sumParts(upTo(size), 3, func(piece []int) int {
						mu.Lock()
						defer mu.Unlock()
						seen = append(seen, piece...)
						return add(piece)
					})
				})
				equal(t, text{"합", "the sum"}, got, size*(size-1)/2)
				slices.Sort(seen)
				if !slices.Equal(seen, upTo(size)) {
					t.fail(Wrong, "수 %d개를 나누었더니 sum이 받은 것은 %v입니다.", "of %d numbers, sum was given %v.", size, seen)
				}
			}
			t.repeat(2, func() {
				all := t.meeting(4)
				var got int
				t.call(func() {
					got = sumParts(upTo(100), 4, func(piece []int) int {
						all.arrive()
						return add(piece)
					})
				})
				equal(t, text{"합", "the sum"}, got, 4950)
			})
		},
	}, {
		id: "go-1", section: 3, title: text{"결과 모으기", "collect results"}, answers: []string{"collect"},
		hints: []text{
			{"`append`는 여러 고루틴이 함께 쓰면 안 됩니다. 처음부터 `make([]int, n)`으로 자리를 만들어 두세요.", "`append` is not for several goroutines. Make all places beforehand: `make([]int, n)`."},
			{"고루틴 i는 `results[i]`에만 씁니다.", "Goroutine i writes to `results[i]` only."},
		},
		why: text{"슬라이스의 서로 다른 칸은 서로 다른 변수이므로 동시에 써도 경쟁이 아닙니다. 읽는 것은 `Wait` 뒤라서 안전합니다.", "Different places of a slice are different variables, so writing to them at the same time is no race. Reading comes after `Wait`."},
		check: func(t *trial) {
			collect := answer[func(n int, f func(i int) int) []int](t, 0)
			t.repeat(5, func() {
				const n = 20
				all := t.meeting(n)
				var got []int
				t.call(func() {
					got = collect(n, func(i int) int {
						all.arrive()
						return i * i
					})
				})
				if len(got) != n {
					t.fail(Wrong, "결과가 %d개이어야 하는데 %d개입니다.", "there should be %d results, but there are %d.", n, len(got))
				}
				for i, v := range got {
					if v != i*i {
						t.fail(Wrong, "%d번 결과가 %d이어야 하는데 %d입니다.", "result %d should be %d, but is %d.", i, i*i, v)
					}
				}
			})
			var none []int
			t.call(func() { none = collect(0, func(int) int { return 1 }) })
			equal(t, text{"n=0일 때 결과의 수", "results for n=0"}, len(none), 0)
		},
	}, {
		id: "wait-1", section: 3, title: text{"제대로 기다리기", "wait properly"}, answers: []string{"runAll"},
		hints: []text{
			{"`Wait`가 먼저 실행되면 카운터는 얼마일까요?", "What is the counter if `Wait` runs first?"},
			{"`wg.Add(1)`을 `go` 앞으로 옮기거나, `wg.Go(job)`을 쓰세요.", "Move `wg.Add(1)` before `go`, or use `wg.Go(job)`."},
		},
		why: text{"`Add`가 `go`보다 먼저 실행되므로 `Wait`는 반드시 모든 고루틴을 셉니다. `wg.Go`는 이 순서를 대신 지켜 줍니다.", "`Add` runs before `go`, so `Wait` counts every goroutine. `wg.Go` keeps that order for you."},
		check: func(t *trial) {
			runAll := answer[func(jobs []func())](t, 0)
			t.call(func() { runAll(nil) })
			t.repeat(5, func() {
				const n = 10
				all := t.meeting(n)
				var ended atomic.Int64
				jobs := make([]func(), n)
				for i := range jobs {
					jobs[i] = func() {
						all.arrive()
						time.Sleep(2 * time.Millisecond)
						ended.Add(1)
					}
				}
				t.call(func() { runAll(jobs) })
				t.allEnded(ended.Load(), n)
			})
		},
	}, {
		id: "wait-2", section: 3, title: text{"패닉이 나도", "in spite of panics"}, answers: []string{"runSafely"},
		hints: []text{
			{"`recover`는 패닉이 일어난 **그 고루틴의** `defer` 안에서 불러야 합니다.", "`recover` must be called in a `defer` of **that** goroutine."},
			{"`Done`도 `defer`로 불러야 패닉이 나도 카운터가 줄어듭니다. 세는 변수는 뮤텍스나 `atomic`으로 지키세요.", "Call `Done` in a `defer`, too, so that the counter goes down in spite of a panic. Guard the count by a mutex or `atomic`."},
		},
		why: text{"`defer`는 나중에 적은 것부터 실행됩니다. `Done`을 먼저 `defer`해 두면 세는 일이 끝난 뒤에 카운터가 줄어듭니다.", "Deferred calls run last to first. With `Done` deferred first, the counter goes down after the panic was counted."},
		check: func(t *trial) {
			runSafely := answer[func(jobs []func()) int](t, 0)
			t.repeat(5, func() {
				const n = 12
				all := t.meeting(n)
				var ended atomic.Int64
				jobs := make([]func(), n)
				for i := range jobs {
					jobs[i] = func() {
						all.arrive()
						defer ended.Add(1)
						if i%3 == 0 {
							panic("job")
						}
						time.Sleep(time.Millisecond)
					}
				}
				var got int
				t.call(func() { got = runSafely(jobs) })
				t.allEnded(ended.Load(), n)
				equal(t, text{"패닉의 수", "panics"}, got, 4)
			})
		},
	}, {
		id: "wait-3", section: 3, title: text{"조별로", "in groups"}, answers: []string{"batches"},
		hints: []text{
			{"바깥 반복문은 조의 시작 번호(`from := 0; from < n; from += size`), 안쪽 반복문은 조 안의 번호입니다.", "The outer loop is over the first numbers of groups (`from := 0; from < n; from += size`), the inner one over a group."},
			{"안쪽 반복문이 끝날 때마다 `Wait`를 부릅니다. 마지막 조는 작을 수 있으니 `min(from+size, n)`까지만.", "Call `Wait` after each inner loop. The last group may be smaller: go up to `min(from+size, n)`."},
		},
		why: text{"`Wait`가 돌아오면 카운터는 0이므로 같은 `WaitGroup`을 다음 조에 다시 쓸 수 있습니다.", "When `Wait` returns the counter is 0, so the same `WaitGroup` serves the next group."},
		check: func(t *trial) {
			batches := answer[func(n, size int, f func(i int))](t, 0)
			t.repeat(2, func() {
				const n, size = 10, 4
				ended := make([]atomic.Int64, 3)
				counts := make([]atomic.Int64, n)
				groups := []*meeting{t.meeting(4), t.meeting(4), t.meeting(2)}
				t.call(func() {
					batches(n, size, func(i int) {
						g := i / size
						if g > 0 && ended[g-1].Load() != size {
							t.note(TooEarly, "앞 조가 끝나기 전에 %d번이 시작되었습니다.", "number %d started before the group before it had ended.", i)
						}
						groups[g].arrive()
						time.Sleep(time.Duration(1+i%3) * time.Millisecond)
						ended[g].Add(1)
						counts[i].Add(1)
					})
				})
				t.eachOnce(counts)
			})
		},
	}}
}

// sawGoroutines reports whether most of n goroutines that f starts were there at some moment. It tries for a while,
// because they may live for a very short time.
func (t *trial) sawGoroutines(n int, f func()) bool {
	runtime.GOMAXPROCS(4)
	before := steadyGoroutines()
	for end := time.Now().Add(2 * stressTime); time.Now().Before(end); {
		var most atomic.Int64
		quit, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for {
				select {
				case <-quit:
					return
				default:
					most.Store(max(most.Load(), int64(runtime.NumGoroutine())))
				}
			}
		}()
		t.call(f)
		close(quit)
		<-ended
		if most.Load() >= int64(before+n/2) {
			return true
		}
	}
	return false
}

// eachOnce fails if a number was not handled exactly once.
func (t *trial) eachOnce(counts []atomic.Int64) {
	for i := range counts {
		if c := counts[i].Load(); c != 1 {
			t.fail(Wrong, "%d번은 한 번 실행되어야 하는데 %d번 실행되었습니다.", "number %d should run once, but ran %d times.", i, c)
		}
	}
}
