package check

import (
	"slices"
	"sync"
	"time"
)

func channelExercises() []exercise {
	return []exercise{{
		id: "chan-1", section: 4, calm: true, title: text{"닫힐 때까지", "until it is closed"}, answers: []string{"sumChan"},
		hints: []text{
			{"`for n := range in`은 채널이 닫히면 끝납니다.", "`for n := range in` ends when the channel is closed."},
			{"반복할 때마다 더하고, 반복문이 끝나면 돌려주세요.", "Add in each round, and return after the loop."},
		},
		why: text{"`range`는 닫히고 빈 채널에서 끝나므로 `ok`를 따로 살필 필요가 없습니다.", "`range` ends at a closed and empty channel, so there is no `ok` to look at."},
		check: func(t *trial) {
			sumChan := answer[func(in <-chan int) int](t, 0)
			for _, values := range [][]int{{}, {5}, {1, 2, 3, 0, -4}, upTo(100)} {
				want := 0
				for _, v := range values {
					want += v
				}
				var got int
				t.call(func() { got = sumChan(t.feed(values...)) })
				if got != want {
					t.fail(Wrong, "값 %d개의 합은 %d이어야 하는데 %d입니다.", "the sum of %d values should be %d, but is %d.", len(values), want, got)
				}
			}
		},
	}, {
		id: "chan-2", section: 4, title: text{"발생기", "a generator"}, answers: []string{"generate"},
		hints: []text{
			{"보내는 반복문을 고루틴에 넣으면 함수는 곧바로 돌아올 수 있습니다.", "Put the loop that sends into a goroutine, and the function can return at once."},
			{"고루틴의 첫 줄에 `defer close(out)`을 적으세요. 버퍼는 필요 없습니다.", "Begin the goroutine with `defer close(out)`. No buffer is needed."},
		},
		why: text{"보내는 고루틴은 받는 쪽의 박자에 맞추어 움직이고, 다 보낸 뒤에 닫습니다. 닫는 것은 보내는 쪽의 일입니다.", "The sender moves at the receiver's pace and closes at the end: closing is the sender's business."},
		check: func(t *trial) {
			generate := answer[func(n int) <-chan int](t, 0)
			t.repeat(2, func() {
				for _, n := range []int{0, 1, 50} {
					var ch <-chan int
					t.call(func() { ch = generate(n) })
					if cap(ch) > 0 {
						t.fail(Wrong, "버퍼 없이 만들어 주세요. 지금은 버퍼가 %d입니다.", "make it without a buffer; it has one of %d.", cap(ch))
					}
					equal(t, text{"받은 값", "values"}, append([]int{}, t.drain(ch)...), upTo(n))
				}
			})
		},
	}, {
		id: "chan-3", section: 4, title: text{"파이프라인의 한 단계", "a stage of a pipeline"}, answers: []string{"stage"},
		hints: []text{
			{"고루틴 안에서 `for v := range in`으로 읽고 `out <- f(v)`로 씁니다.", "In a goroutine, read by `for v := range in` and write by `out <- f(v)`."},
			{"`range`가 끝나면 나가는 채널을 닫아야 합니다. `defer close(out)`", "When `range` ends, the outgoing channel must be closed: `defer close(out)`."},
		},
		why: text{"읽고, 일하고, 쓰고, 닫는 것이 단계의 전부입니다. 값이 하나씩 흘러가므로 앞뒤 단계가 동시에 일합니다.", "Reading, working, writing, closing: that is all of a stage. Values flow one by one, so the stages around it work at the same time."},
		check: func(t *trial) {
			stage := answer[func(in <-chan int, f func(int) int) <-chan int](t, 0)
			triple := func(n int) int { return 3 * n }
			t.repeat(2, func() {
				in := make(chan int)
				closeIn := sync.OnceFunc(func() { close(in) })
				t.after(closeIn)
				var out <-chan int
				t.call(func() { out = stage(in, triple) })
				for i := range 5 {
					t.sendTo(in, i)
					got := t.next(out, text{"값을 하나 넣었는데 결과가 나오지 않습니다. 들어오는 대로 내보내야 합니다.", "a value went in, but nothing comes out: it should go out as it comes in."})
					if got != 3*i {
						t.fail(Wrong, "f(%d)의 값 %d이어야 하는데 나온 값은 %d입니다.", "for %d, %d should come out, but %d did.", i, 3*i, got)
					}
				}
				closeIn()
				equal(t, text{"닫은 뒤에 나온 값의 수", "values after closing"}, len(t.drain(out)), 0)

				t.call(func() {
					out = stage(t.feed(upTo(12)...), func(n int) int {
						time.Sleep(time.Duration(12-n) % 4 * time.Millisecond)
						return n
					})
				})
				if got := t.drain(out); !slices.Equal(got, upTo(12)) {
					t.fail(Wrong, "0부터 11까지 차례로 나와야 하는데 %v이 나왔습니다.", "0 to 11 should come out in order, but it was %v.", got)
				}
			})
		},
	}, {
		id: "chan-4", section: 4, title: text{"가르기", "split"}, answers: []string{"split"},
		hints: []text{
			{"나가는 채널을 둘 만들고, 고루틴 **하나**가 읽어서 알맞은 쪽에 보냅니다.", "Make two outgoing channels and let **one** goroutine read and send to the right one."},
			{"둘 다 닫아야 합니다. 매개변수 이름처럼 보이는 결과 `even`, `odd`는 받기 전용이니 양방향 채널을 따로 만드세요.", "Both must be closed. The results `even` and `odd` are receive-only, so make two-way channels first."},
		},
		why: text{"한 고루틴이 두 채널의 유일한 보내는 쪽이므로 언제 닫아야 할지 분명합니다.", "One goroutine is the only sender of both channels, so it is clear who closes them and when."},
		check: func(t *trial) {
			split := answer[func(in <-chan int) (even, odd <-chan int)](t, 0)
			t.repeat(2, func() {
				var even, odd <-chan int
				t.call(func() { even, odd = split(t.feed(upTo(20)...)) })
				if even == nil || odd == nil {
					t.fail(Wrong, "nil 채널을 돌려주었습니다.", "it returned a nil channel.")
				}
				evens, odds := t.drainBoth(even, odd)
				for i := range 10 {
					if len(evens) != 10 || len(odds) != 10 || evens[i] != 2*i || odds[i] != 2*i+1 {
						t.fail(Wrong, "0부터 19까지 넣었더니 짝수 쪽은 %v, 홀수 쪽은 %v입니다.", "of 0 to 19, even got %v and odd got %v.", evens, odds)
					}
				}
			})
		},
	}}
}

// sendTo sends v on in, which must be taken in time.
func (t *trial) sendTo(in chan<- int, v int) {
	if !offer(callLimit, in, v) {
		t.fail(Deadlock, "들어온 값을 아무도 읽지 않습니다.", "nobody reads what comes in.")
	}
}

// drainBoth reads two channels at the same time until both are closed.
func (t *trial) drainBoth(a, b <-chan int) (as, bs []int) {
	p := patient(callLimit)
	defer p.stop()
	for a != nil || b != nil {
		select {
		case v, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			as = append(as, v)
		case v, ok := <-b:
			if !ok {
				b = nil
				continue
			}
			bs = append(bs, v)
		case <-p.C():
			if !p.over() {
				continue
			}
			t.fail(Deadlock, "채널 둘 가운데 닫히지 않은 것이 있습니다.", "one of the two channels was not closed.")
		}
	}
	return as, bs
}

func selectExercises() []exercise {
	return []exercise{{
		id: "select-1", section: 6, calm: true, title: text{"먼저 온 쪽", "first come"}, answers: []string{"first"},
		hints: []text{
			{"`select`에 `case`를 둘 두세요.", "Put two cases into a `select`."},
			{"`case v := <-a: return v`", "`case v := <-a: return v`"},
		},
		why: text{"`select`는 먼저 준비된 쪽을 고르고, 나머지 채널은 건드리지 않습니다.", "`select` takes whichever is ready first and leaves the other channel alone."},
		check: func(t *trial) {
			first := answer[func(a, b <-chan string) string](t, 0)
			for _, side := range []string{"a", "b"} {
				a, b := make(chan string, 1), make(chan string, 1)
				t.after(sync.OnceFunc(func() { close(a); close(b) }))
				go func() {
					time.Sleep(3 * time.Millisecond)
					if side == "a" {
						a <- side
					} else {
						b <- side
					}
				}()
				var got string
				t.call(func() { got = first(a, b) })
				if got != side {
					t.fail(Wrong, "%s 쪽에만 값이 왔는데 %q를 돌려주었습니다.", "only %s delivered a value, but it returned %q.", side, got)
				}
			}
			a, b := make(chan string), make(chan string)
			free := sync.OnceFunc(func() { close(a) })
			t.after(free)
			t.restsIn(text{"아무것도 오지 않는 동안 쉬지 않고 돕니다. `default`가 없으면 `select`가 기다려 줍니다.",
				"while nothing comes it turns without a rest: without `default` the `select` waits."}, func() { first(a, b) }, free)
		},
	}, {
		id: "select-2", section: 6, calm: true, title: text{"기다리지 않고 받기", "receive without waiting"}, answers: []string{"tryReceive"},
		hints: []text{
			{"`select`에 `default`를 두면 기다리지 않습니다.", "With a `default`, `select` does not wait."},
			{"닫힌 채널에서는 `v, ok := <-ch`의 `ok`가 `false`입니다.", "From a closed channel, `ok` of `v, ok := <-ch` is `false`."},
		},
		why: text{"`default`가 있으면 준비된 것이 없을 때 곧바로 지나갑니다. 닫힌 채널은 언제나 준비되어 있으므로 `ok`를 함께 보아야 합니다.", "With `default` it passes on at once when nothing is ready. A closed channel is always ready, so look at `ok`, too."},
		check: func(t *trial) {
			tryReceive := answer[func(ch <-chan int) (int, bool)](t, 0)
			full, empty, shut := make(chan int, 2), make(chan int), make(chan int)
			t.after(func() { close(empty) })
			full <- 7
			full <- 8
			close(shut)
			for _, c := range []struct {
				ch   <-chan int
				what text
				v    int
				ok   bool
			}{
				{full, text{"값이 있을 때", "with a value"}, 7, true},
				{full, text{"값이 하나 남았을 때", "with one value left"}, 8, true},
				{full, text{"다 받은 뒤", "with nothing left"}, 0, false},
				{empty, text{"버퍼 없는 채널", "an unbuffered channel"}, 0, false},
				{shut, text{"닫힌 채널", "a closed channel"}, 0, false},
			} {
				var v int
				var ok bool
				t.call(func() { v, ok = tryReceive(c.ch) })
				equal(t, c.what, v, c.v)
				equal(t, c.what, ok, c.ok)
			}
			if took := t.quickest(2*time.Millisecond, func() {}, func() { tryReceive(empty) }); took > 2*time.Millisecond {
				t.fail(TooSlow, "아무것도 없는 채널 앞에서 %v를 기다렸습니다.", "at a channel with nothing in it, it waited %v.", took)
			}
		},
	}, {
		id: "select-3", section: 6, calm: true, title: text{"그만하라고 할 때까지", "until told to stop"}, answers: []string{"sumUntil"},
		hints: []text{
			{"`in`이 닫혔는지는 `n, ok := <-in`으로 알아냅니다.", "Whether `in` is closed you learn from `n, ok := <-in`."},
			{"`select` 안의 `break`는 반복문을 끝내지 않습니다. `return sum`을 쓰세요.", "A `break` in a `select` does not end the loop. Use `return sum`."},
		},
		why: text{"기다려야 할 것이 둘이면 `select`에 둘 다 둡니다. 나갈 때는 `return`이 가장 분명합니다.", "Where there are two things to wait for, both go into the `select`. `return` is the clearest way out."},
		check: func(t *trial) {
			sumUntil := answer[func(in <-chan int, done <-chan struct{}) int](t, 0)
			t.repeat(2, func() {
				var got int
				t.call(func() { got = sumUntil(t.feed(1, 2, 3), make(chan struct{})) })
				equal(t, text{"`in`이 닫혔을 때의 합", "the sum when `in` is closed"}, got, 6)

				in, done, _, release := t.feedOpen(0, 10, 20) // and then it stays open and silent
				t.call(func() { got = sumUntil(in, done) })
				equal(t, text{"`done`이 닫혔을 때의 합", "the sum when `done` is closed"}, got, 30)
				release()
			})
		},
	}}
}

func timeoutExercises() []exercise {
	return []exercise{{
		id: "timeout-1", section: 7, calm: true, title: text{"시간 안에 받기", "receive in time"}, answers: []string{"receiveWithin"},
		hints: []text{
			{"`select`에 채널과 `time.After(limit)`을 나란히 두세요.", "Put the channel and `time.After(limit)` side by side in a `select`."},
			{"`case <-time.After(limit): return 0, false`", "`case <-time.After(limit): return 0, false`"},
		},
		why: text{"`time.After`는 시간이 되면 값을 보내는 채널일 뿐이므로 다른 채널과 함께 기다릴 수 있습니다.", "`time.After` is just a channel that delivers when the time has come, so it can be waited for along with others."},
		check: func(t *trial) {
			receiveWithin := answer[func(ch <-chan int, limit time.Duration) (int, bool)](t, 0)
			t.noLeak(func() {
				ch := make(chan int, 1)
				t.after(sync.OnceFunc(func() { close(ch) }))
				var v int
				var ok bool
				start := time.Now()
				t.call(func() { v, ok = receiveWithin(ch, 30*time.Millisecond) })
				if ok {
					t.fail(Wrong, "아무것도 오지 않았는데 (%d, true)를 돌려주었습니다.", "nothing came, but it returned (%d, true).", v)
				}
				if took := time.Since(start); took < 25*time.Millisecond {
					t.fail(TooEarly, "30ms를 기다려야 하는데 %v 만에 돌아왔습니다.", "it should wait 30ms, but returned after %v.", took)
				}
				go func() {
					time.Sleep(5 * time.Millisecond)
					ch <- 9
				}()
				t.call(func() { v, ok = receiveWithin(ch, 5*time.Second) })
				if v != 9 || !ok {
					t.fail(Wrong, "9가 왔는데 (%d, %v)를 돌려주었습니다.", "9 came, but it returned (%d, %v).", v, ok)
				}
			})
		},
	}, {
		id: "timeout-2", section: 7, title: text{"새지 않는 시간 초과", "a timeout without a leak"}, answers: []string{"callWithin"},
		hints: []text{
			{"시간이 다 된 뒤에 `f`가 끝나면 고루틴은 어디에서 기다릴까요?", "When `f` ends after the limit, where does its goroutine wait?"},
			{"결과 채널에 버퍼를 한 칸 주세요: `make(chan int, 1)`", "Give the result channel one place of buffer: `make(chan int, 1)`."},
		},
		why: text{"버퍼 한 칸이 있으면 받을 사람이 떠나도 보내는 쪽은 기다리지 않고 끝납니다. 채널은 가비지 컬렉터가 치웁니다.", "With one place of buffer the sender ends although the receiver has left, and the channel is collected as garbage."},
		check: func(t *trial) {
			callWithin := answer[func(limit time.Duration, f func() int) (int, bool)](t, 0)
			t.noLeak(func() {
				var v int
				var ok bool
				t.call(func() { v, ok = callWithin(5*time.Second, func() int { return 4 }) })
				if v != 4 || !ok {
					t.fail(Wrong, "제때 끝났는데 (%d, %v)를 돌려주었습니다.", "it ended in time, but the result was (%d, %v).", v, ok)
				}
				release := make(chan struct{})
				free := sync.OnceFunc(func() { close(release) })
				t.after(free)
				t.call(func() {
					v, ok = callWithin(10*time.Millisecond, func() int {
						<-release
						return 5
					})
				})
				if v != 0 || ok {
					t.fail(Wrong, "늦었는데 (%d, %v)를 돌려주었습니다.", "it was late, but the result was (%d, %v).", v, ok)
				}
				free()
			})
		},
	}, {
		id: "timeout-3", section: 7, calm: true, title: text{"조용해질 때까지", "until it is quiet"}, answers: []string{"countUntilQuiet"},
		hints: []text{
			{"값이 올 때마다 시간을 **새로** 재야 합니다.", "The time must start **anew** with every value."},
			{"`time.After(quiet)`를 반복문 안의 `case`에 두세요. 닫힌 `in`은 `v, ok := <-in`으로 알아냅니다.", "Put `time.After(quiet)` into the case inside the loop. A closed `in` shows in `v, ok := <-in`."},
		},
		why: text{"반복문 안의 `time.After`는 반복할 때마다 새로 시작하므로 전체가 아니라 조용한 시간을 잽니다.", "A `time.After` inside the loop starts anew in every round, so it measures the silence, not the whole."},
		check: func(t *trial) {
			countUntilQuiet := answer[func(in <-chan int, quiet time.Duration) int](t, 0)
			const quiet = 120 * time.Millisecond
			for attempt := range 5 {
				in, sent, worst, release := t.feedOpen(25*time.Millisecond, upTo(8)...)
				var got int
				t.call(func() { got = countUntilQuiet(in, quiet) })
				if got == 8 {
					release()
					break
				}
				select {
				case <-sent:
					if *worst > quiet/2 && attempt < 4 {
						release()
						continue // the machine was busy: this try says nothing
					}
				default:
				}
				t.fail(Wrong, "25ms마다 값 8개를 보내고 %v 동안 조용히 있었더니 %d개를 세었습니다.", "of 8 values, one every 25ms, and then silence for %v, it counted %d.", quiet, got)
			}
			var got int
			start := time.Now()
			t.callWithin(4*time.Second, func() { got = countUntilQuiet(t.feed(1, 2, 3), 3*time.Second) })
			equal(t, text{"닫혔을 때 센 수", "the count when closed"}, got, 3)
			if time.Since(start) > 2*time.Second {
				t.fail(TooSlow, "`in`이 닫혔는데도 시간이 다 될 때까지 기다렸습니다.", "`in` was closed, but it waited until the time was over.")
			}
		},
	}, {
		id: "timeout-4", section: 7, title: text{"일정한 간격으로", "at an interval"}, answers: []string{"every"},
		hints: []text{
			{"`time.NewTicker(interval)`의 채널 `C`와 `stop`을 `select`로 함께 기다리세요.", "Wait for the channel `C` of a `time.NewTicker(interval)` and for `stop` in one `select`."},
			{"`stop`이 닫히면 `return`합니다. `defer ticker.Stop()`도 잊지 마세요.", "When `stop` is closed, `return`. And `defer ticker.Stop()`."},
		},
		why: text{"`Sleep`하는 동안에는 `stop`을 볼 수 없습니다. `select`는 둘 가운데 먼저 온 것을 받으므로 곧바로 멈출 수 있습니다.", "While it sleeps it cannot see `stop`. `select` takes what comes first, so it can stop at once."},
		check: func(t *trial) {
			every := answer[func(interval time.Duration, stop <-chan struct{}, f func())](t, 0)
			t.noLeak(func() {
				stop := make(chan struct{})
				var mu sync.Mutex
				var times []time.Time
				start := time.Now()
				t.call(func() {
					every(20*time.Millisecond, stop, func() {
						t.leaveWhenOver()
						mu.Lock()
						defer mu.Unlock()
						times = append(times, time.Now())
						if len(times) == 3 {
							close(stop)
						}
					})
				})
				mu.Lock()
				defer mu.Unlock()
				if len(times) == 0 {
					t.fail(Wrong, "f를 한 번도 부르지 않고 돌아왔습니다.", "it returned without calling f once.")
				}
				if d := times[0].Sub(start); d < 15*time.Millisecond {
					t.fail(TooEarly, "첫 번째 호출은 20ms 뒤이어야 하는데 %v 뒤였습니다.", "the first call should come after 20ms, but came after %v.", d)
				}
				if len(times) > 4 {
					t.fail(Wrong, "멈추라고 한 뒤에도 %d번 더 불렀습니다.", "it called %d more times after being stopped.", len(times)-3)
				}
			})
			t.noLeak(func() {
				stop := make(chan struct{})
				close(stop)
				took := t.quickest(500*time.Millisecond, func() {}, func() {
					t.call(func() { every(time.Second, stop, t.leaveWhenOver) })
				})
				if took > 500*time.Millisecond {
					t.fail(TooSlow, "이미 멈추라고 했는데 간격이 다 지날 때까지 기다렸습니다.", "told to stop already, it still waited for the interval.")
				}
			})
			stop, free := t.onceClosed()
			t.restsIn(text{"다음 번을 기다리는 동안 쉬지 않고 시계를 봅니다.", "until the next time it looks at the clock without a rest."},
				func() { every(time.Minute, stop, t.leaveWhenOver) }, free)
		},
	}}
}

// sorted is a sorted copy.
func sorted(values []int) []int {
	values = slices.Clone(values)
	slices.Sort(values)
	return values
}
