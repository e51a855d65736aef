package check

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

func contextExercises() []exercise {
	return []exercise{{
		id: "ctx-1", section: 11, calm: true, title: text{"그만할 때까지", "until it is over"}, answers: []string{"workUntil"},
		hints: []text{
			{"`step`을 부르기 **전에** `ctx`를 살펴보세요.", "Look at `ctx` **before** calling `step`."},
			{"`for n := 0; ; n++ { if ctx.Err() != nil { return n }; step() }`", "`for n := 0; ; n++ { if ctx.Err() != nil { return n }; step() }`"},
		},
		why: text{"기다리는 곳이 없는 고루틴은 스스로 `ctx.Err()`를 보아야 멈출 수 있습니다.", "A goroutine that waits nowhere must look at `ctx.Err()` itself, or it can never stop."},
		check: func(t *trial) {
			workUntil := answer[func(ctx context.Context, step func()) int](t, 0)
			for _, stopAt := range []int{1, 5, 37} {
				ctx, cancel := context.WithCancel(context.Background())
				calls, got := 0, 0
				t.call(func() {
					got = workUntil(ctx, func() {
						t.leaveWhenOver()
						if calls++; calls == stopAt {
							cancel()
						}
					})
				})
				cancel()
				if calls != stopAt {
					t.fail(Uncanceled, "%d번째에 취소했는데 %d번 불렀습니다.", "cancelled during call %d, it made %d calls.", stopAt, calls)
				}
				equal(t, text{"부른 횟수", "the number of calls"}, got, stopAt)
			}
			gone, cancel := context.WithCancel(context.Background())
			cancel()
			var got int
			t.call(func() {
				got = workUntil(gone, func() {
					t.note(Uncanceled, "이미 취소되었는데 step을 불렀습니다.", "step was called although all was cancelled already.")
					t.leaveWhenOver()
				})
			})
			equal(t, text{"이미 취소되었을 때", "when cancelled already"}, got, 0)
		},
	}, {
		id: "ctx-2", section: 11, title: text{"끝낼 수 있는 발생기", "a generator that can be stopped"}, answers: []string{"naturals"},
		hints: []text{
			{"보내는 줄에서 기다리는 동안에도 취소를 볼 수 있어야 합니다.", "Cancellation must be seen while it waits to send, too."},
			{"`select { case out <- n: case <-ctx.Done(): return }`과 `defer close(out)`", "`select { case out <- n: case <-ctx.Done(): return }` and `defer close(out)`"},
		},
		why: text{"받는 쪽이 떠나도 `ctx.Done()`이 닫히면 `select`가 풀려나 고루틴이 끝납니다.", "When the receiver has left, `ctx.Done()` still frees the `select`, and the goroutine ends."},
		check: func(t *trial) {
			naturals := answer[func(ctx context.Context) <-chan int](t, 0)
			t.repeat(2, func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				var ch <-chan int
				t.call(func() { ch = naturals(ctx) })
				for i := range 5 {
					equal(t, text{"값", "the value"}, t.next(ch, text{"값이 오지 않습니다.", "no value comes."}), i)
				}
				time.Sleep(time.Millisecond)
				cancel()
				cancelled := time.Now()
				for p := patient(callLimit); ; {
					select {
					case _, ok := <-ch:
						if !ok {
							return
						}
						if time.Since(cancelled) < callLimit {
							continue
						}
					case <-p.C():
						if !p.over() {
							continue
						}
					}
					t.fail(Uncanceled, "취소했는데 채널이 닫히지 않습니다.", "it was cancelled, but the channel is not closed.")
				}
			})
		},
	}, {
		id: "ctx-3", section: 11, title: text{"하나라도 실패하면", "if one fails"}, answers: []string{"fetchAll"},
		hints: []text{
			{"`ctx, cancel := context.WithCancelCause(ctx)`로 시작하고, 오류가 나면 `cancel(err)`. 첫 오류만 남습니다.", "Begin with `ctx, cancel := context.WithCancelCause(ctx)`; on an error `cancel(err)`. Only the first one is kept."},
			{"결과는 `results[i]`에 쓰고, `wg.Wait()` 뒤에 `context.Cause(ctx)`를 봅니다. errgroup을 써도 됩니다.", "Write to `results[i]`, and look at `context.Cause(ctx)` after `wg.Wait()`. errgroup does it, too."},
		},
		why: text{"첫 `cancel(err)`만 까닭으로 남으므로 경쟁 없이 첫 오류를 얻습니다. 나머지는 `ctx`를 보고 스스로 멈춥니다.", "Only the first `cancel(err)` becomes the cause, which gives the first error without a race. The others see `ctx` and stop."},
		check: func(t *trial) {
			fetchAll := answer[func(ctx context.Context, urls []string, fetch func(ctx context.Context, url string) (string, error)) ([]string, error)](t, 0)
			urls := []string{"a", "b", "c", "d"}
			t.repeat(2, func() {
				all := t.meeting(len(urls))
				var got []string
				var err error
				t.call(func() {
					got, err = fetchAll(context.Background(), urls, func(_ context.Context, url string) (string, error) {
						all.arrive()
						return url + url, nil
					})
				})
				equal(t, text{"모두 성공했을 때의 오류", "the error when all succeed"}, err, nil)
				if !slices.Equal(got, []string{"aa", "bb", "cc", "dd"}) {
					t.fail(Wrong, "결과가 [aa bb cc dd]이어야 하는데 %v입니다.", "the results should be [aa bb cc dd], but are %v.", got)
				}

				broken := errors.New("c is broken")
				all = t.meeting(len(urls))
				var running gauge
				t.call(func() {
					_, err = fetchAll(context.Background(), urls, func(ctx context.Context, url string) (string, error) {
						running.enter()
						defer running.leave()
						all.arrive()
						if url == "c" {
							return "", broken
						}
						if !waitDone(ctx) {
							t.note(Uncanceled, "하나가 실패했는데 나머지가 취소되지 않았습니다.", "one failed, but the others were not cancelled.")
						}
						time.Sleep(time.Millisecond)
						return "", ctx.Err()
					})
				})
				if n := running.now.Load(); n > 0 {
					t.fail(TooEarly, "fetch %d개가 아직 실행 중인데 돌아왔습니다.", "it returned while %d fetches were still running.", n)
				}
				if !errors.Is(err, broken) {
					t.fail(Wrong, "돌려줄 것은 첫 오류 `%v`인데 돌려준 것은 `%v`입니다.", "it should return the first error, `%v`, but returned `%v`.", broken, err)
				}

				gone, cancel := context.WithCancel(context.Background())
				cancel()
				t.call(func() {
					_, err = fetchAll(gone, urls, func(ctx context.Context, _ string) (string, error) { return "", ctx.Err() })
				})
				if !errors.Is(err, context.Canceled) {
					t.fail(Uncanceled, "밖에서 취소했는데 오류가 %v입니다.", "it was cancelled from outside, but the error is %v.", err)
				}
			})
		},
	}, {
		id: "ctx-4", section: 11, title: text{"기한 안에", "within the limit"}, answers: []string{"withLimit"},
		hints: []text{
			{"`context.WithTimeout(ctx, limit)`", "`context.WithTimeout(ctx, limit)`"},
			{"받은 `cancel`을 `defer`로 부르세요.", "Call the `cancel` it returns in a `defer`."},
		},
		why: text{"`defer cancel()`은 일찍 끝났을 때에도 타이머와 자식 컨텍스트를 곧바로 정리합니다.", "`defer cancel()` cleans up the timer and child contexts at once, even when the work ended early."},
		check: func(t *trial) {
			withLimit := answer[func(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error](t, 0)
			type key struct{}
			parent := context.WithValue(context.Background(), key{}, "parent")
			bad := errors.New("bad")
			var inner context.Context
			var err error
			start := time.Now()
			t.call(func() {
				err = withLimit(parent, time.Minute, func(ctx context.Context) error {
					inner = ctx
					return bad
				})
			})
			if inner == nil {
				t.fail(Wrong, "f를 부르지 않았습니다.", "it did not call f.")
			}
			if !errors.Is(err, bad) {
				t.fail(Wrong, "f의 오류 %q를 돌려주어야 하는데 %v입니다.", "it should return f's error, %q, but returned %v.", bad, err)
			}
			deadline, ok := inner.Deadline()
			if d := deadline.Sub(start); !ok || d < 50*time.Second || d > 70*time.Second {
				t.fail(Wrong, "컨텍스트의 기한이 1분 뒤가 아닙니다.", "the deadline of the context is not in one minute.")
			}
			equal(t, text{"부모의 값", "the parent's value"}, inner.Value(key{}), any("parent"))
			if inner.Err() == nil {
				t.fail(Uncanceled, "돌아온 뒤에도 컨텍스트가 취소되지 않았습니다. cancel을 불러야 합니다.", "after returning, the context is not cancelled: call cancel.")
			}
			t.call(func() {
				err = withLimit(parent, 5*time.Millisecond, func(ctx context.Context) error {
					if !waitDone(ctx) {
						t.note(Uncanceled, "기한이 지났는데 취소되지 않았습니다.", "the deadline passed, but it was not cancelled.")
					}
					return ctx.Err()
				})
			})
			equal(t, text{"기한이 지났을 때의 오류", "the error after the deadline"}, err, context.DeadlineExceeded)
		},
	}, {
		id: "ctx-5", section: 11, calm: true, title: text{"사용자 이름", "the user's name"}, answers: []string{"withUser", "userOf"},
		hints: []text{
			{"열쇠로 쓸 **나만의 타입**을 만드세요: `type userKey struct{}`", "Make **a type of your own** for the key: `type userKey struct{}`."},
			{"`context.WithValue(ctx, userKey{}, name)`과 `ctx.Value(userKey{}).(string)`", "`context.WithValue(ctx, userKey{}, name)` and `ctx.Value(userKey{}).(string)`"},
		},
		why: text{"열쇠는 타입까지 같아야 같습니다. 밖에서 쓸 수 없는 타입을 열쇠로 쓰면 아무도 부딪칠 수 없습니다.", "Keys are equal only if their types are. With a type that nobody else can use, nothing can collide."},
		check: func(t *trial) {
			withUser := answer[func(ctx context.Context, name string) context.Context](t, 0)
			userOf := answer[func(ctx context.Context) (string, bool)](t, 1)
			see := func(ctx context.Context) (s string) {
				t.call(func() {
					name, ok := userOf(ctx)
					s = fmt.Sprint(name, " ", ok)
				})
				return s
			}
			root := context.Background()
			equal(t, text{"이름이 없을 때", "without a name"}, see(root), " false")
			var ctx context.Context
			t.call(func() { ctx = withUser(root, "gopher") })
			equal(t, text{"이름을 넣은 뒤", "with a name"}, see(ctx), "gopher true")
			//lint:ignore SA1029 what careless code does, and must not collide with
			other := context.WithValue(root, any("user"), "someone else")
			equal(t, text{"다른 코드가 문자열 \"user\"로 넣은 값", "what others stored under the string \"user\""}, see(other), " false")
			//lint:ignore SA1029 as above
			over := context.WithValue(ctx, any("user"), "someone else")
			equal(t, text{"다른 코드가 나중에 \"user\"를 넣었을 때", "after others stored \"user\" later"}, see(over), "gopher true")
		},
	}, {
		id: "ctx-6", section: 11, title: text{"오류에도 새지 않는 파이프라인", "a pipeline that does not leak"}, answers: []string{"copyRows"},
		hints: []text{
			{"본문의 `process`가 본보기입니다. 보내는 줄은 모두 `ctx.Done()`과 함께 `select`에 넣으세요.", "`process` in the text is the model. Put every send into a `select` with `ctx.Done()`."},
			{"오류가 나면 `cancel(err)`를 **먼저** 부르고 나가는 채널을 닫습니다. 모두 기다린 뒤 `context.Cause(ctx)`를 돌려줍니다.", "On an error call `cancel(err)` **first**, then close the outgoing channel. Wait for all and return `context.Cause(ctx)`."},
		},
		why:   text{"취소 하나가 모든 단계의 `select`를 풀어 줍니다. 그래서 어느 단계에서 오류가 나도 나머지가 끝나고, `Wait`가 반드시 돌아옵니다.", "One cancellation frees the `select` of every stage, so whichever stage fails, the others end, and `Wait` returns for certain."},
		check: checkCopyRows,
	}}
}

// waitDone waits until ctx is cancelled, and reports whether it was in time.
func waitDone(ctx context.Context) bool {
	_, ok := await(meetLimit, ctx.Done())
	return ok
}

func checkCopyRows(t *trial) {
	copyRows := answer[func(ctx context.Context, rows []int, convert func(int) (int, error), write func(int) error) error](t, 0)
	double := func(v int) (int, error) { return 2 * v, nil }
	t.repeat(2, func() {
		var written []int
		var err error
		both := t.meeting(2) // the first write and a later convert
		var converted atomic.Int64
		t.call(func() {
			err = copyRows(context.Background(), upTo(20), func(v int) (int, error) {
				if converted.Add(1) == 2 {
					both.arrive()
				}
				return 2 * v, nil
			}, func(v int) error {
				if v == 0 {
					both.arrive()
				}
				written = append(written, v)
				return nil
			})
		})
		equal(t, text{"오류가 없을 때", "without an error"}, err, nil)
		for i := range 20 {
			if len(written) != 20 || written[i] != 2*i {
				t.fail(Wrong, "0부터 19까지 두 배로 써야 하는데 쓴 것은 %v입니다.", "it should write 0 to 19 doubled, but wrote %v.", written)
			}
		}

		bad := errors.New("row 5 is broken")
		t.call(func() {
			err = copyRows(context.Background(), upTo(50), func(v int) (int, error) {
				if v == 5 {
					return 0, bad
				}
				return v, nil
			}, func(int) error { return nil })
		})
		if !errors.Is(err, bad) {
			t.fail(Wrong, "convert의 오류 %q를 돌려주어야 하는데 %v입니다.", "it should return convert's error, %q, but returned %v.", bad, err)
		}

		full := errors.New("disk full")
		t.call(func() {
			err = copyRows(context.Background(), upTo(50), double, func(v int) error {
				if v == 6 {
					return full
				}
				return nil
			})
		})
		if !errors.Is(err, full) {
			t.fail(Wrong, "write의 오류 %q를 돌려주어야 하는데 %v입니다.", "it should return write's error, %q, but returned %v.", full, err)
		}

		ctx, cancel := context.WithCancel(context.Background())
		writes := 0
		t.call(func() {
			err = copyRows(ctx, upTo(200), double, func(int) error {
				if writes++; writes == 3 {
					cancel()
				}
				return nil
			})
		})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.fail(Uncanceled, "밖에서 취소했는데 오류가 %v입니다.", "it was cancelled from outside, but the error is %v.", err)
		}
		if writes > 100 {
			t.fail(Uncanceled, "세 번째에 취소했는데 %d번이나 썼습니다.", "cancelled at the third write, it made %d.", writes)
		}
	})
}

func semaphoreExercises() []exercise {
	return []exercise{{
		id: "sem-1", section: 12, title: text{"몇 개까지만", "so many and no more"}, answers: []string{"limitAll"},
		hints: []text{
			{"버퍼가 `n`인 채널이 자리표입니다.", "A channel with a buffer of `n` holds the places."},
			{"`go`를 쓰기 **전에** `places <- struct{}{}`로 자리를 잡고, 고루틴 안에서 `defer func() { <-places }()`로 돌려놓으세요.", "Take a place with `places <- struct{}{}` **before** `go`, and give it back inside with `defer func() { <-places }()`."},
		},
		why: text{"자리를 먼저 잡으므로 실행 중인 일도, 고루틴의 수도 `n`개를 넘지 않습니다.", "With the place taken first, neither running tasks nor goroutines exceed `n`."},
		check: func(t *trial) {
			limitAll := answer[func(n int, tasks []func())](t, 0)
			t.call(func() { limitAll(2, nil) })
			t.repeat(2, func() {
				const n, total = 3, 15
				var running gauge
				var ended atomic.Int64
				all := t.meeting(n)
				tasks := make([]func(), total)
				for i := range tasks {
					tasks[i] = func() {
						if running.enter() > n {
							t.note(TooMany, "자리는 %d개인데 한꺼번에 %d개가 실행되었습니다.", "there are %d places, but %d ran at a time.", n, running.most.Load())
						}
						defer running.leave()
						if i < n {
							all.arrive()
						}
						if i == total-1 {
							time.Sleep(t.hold)
						}
						time.Sleep(time.Millisecond)
						ended.Add(1)
					}
				}
				t.call(func() { limitAll(n, tasks) })
				t.allEnded(ended.Load(), total)
			})
		},
	}, {
		id: "sem-2", section: 12, title: text{"무게 지키기", "mind the weight"}, answers: []string{"runWeighted"},
		hints: []text{
			{"`semaphore.NewWeighted(int64(capacity))`를 쓰면 필요한 자리를 한 번에 차지할 수 있습니다.", "`semaphore.NewWeighted(int64(capacity))` takes all the places you need at once."},
			{"`sem.Acquire(context.Background(), int64(weights[i]))`", "`sem.Acquire(context.Background(), int64(weights[i]))`"},
		},
		why: text{"무게를 하나씩 나누어 차지하면 서로 조금씩 쥔 채 기다리는 데드락이 생깁니다. `Acquire`는 한꺼번에 차지합니다.", "Taking places one by one ends in a deadlock of those that hold some and wait for more. `Acquire` takes them all at once."},
		check: func(t *trial) {
			runWeighted := answer[func(capacity int, weights []int, run func(i int))](t, 0)
			t.repeat(3, func() {
				weights := []int{1, 1, 1, 1, 4, 3, 3, 2, 2, 1, 4, 3}
				const capacity = 4
				var load gauge
				all := t.meeting(capacity)
				counts := make([]atomic.Int64, len(weights))
				t.call(func() {
					runWeighted(capacity, weights, func(i int) {
						if load.add(int64(weights[i])) > capacity {
							t.note(TooMany, "무게의 합은 %d까지인데 %d까지 늘었습니다.", "the weight may be %d, but was %d.", capacity, load.most.Load())
						}
						defer load.add(-int64(weights[i]))
						time.Sleep(time.Millisecond)
						counts[i].Add(1)
					})
				})
				t.eachOnce(counts)
				t.call(func() { runWeighted(capacity, []int{1, 1, 1, 1}, func(int) { all.arrive() }) })
			})
		},
	}, {
		id: "sem-3", section: 12, title: text{"문지기", "the doorkeeper"}, answers: []string{"newDoor"},
		hints: []text{
			{"버퍼가 `n`인 채널과 `default`가 있는 `select`면 됩니다.", "A channel with a buffer of `n` and a `select` with `default` will do."},
			{"`select { case places <- struct{}{}: return true; default: return false }`", "`select { case places <- struct{}{}: return true; default: return false }`"},
		},
		why: text{"채널에 넣는 일은 확인과 행동을 한 걸음에 하므로 그 사이에 아무도 끼어들지 못합니다.", "Putting a value into a channel checks and acts in one step, so nobody gets in between."},
		check: func(t *trial) {
			newDoor := answer[func(n int) (enter func() bool, leave func())](t, 0)
			times := 0
			t.call(func() {
				enter, leave := newDoor(1)
				times = often(func() {
					if enter() {
						leave()
					}
				})
			})
			t.stress(func() {
				const n = 3
				var enter func() bool
				var leave func()
				t.call(func() { enter, leave = newDoor(n) })
				var inside gauge
				var turn atomic.Int64
				t.together(8, times/2, func() {
					if enter() {
						if inside.enter() > n {
							t.note(Race, "자리는 %d개인데 %d명이 들어왔습니다.", "there are %d places, but %d came in.", n, inside.most.Load())
						}
						if turn.Add(1)%16 == 0 {
							runtime.Gosched() // often enough to meet inside, rarely enough to be interrupted elsewhere
						}
						inside.leave()
						leave()
					}
				})
				t.call(func() {
					for i := range n + 2 {
						if ok := enter(); ok != (i < n) {
							t.note(Race, "자리가 %d개인 문에 %d번째로 들어가려니 %v입니다. 자리 수가 어긋났습니다.", "entering a door with %d places as number %d gave %v: places were lost.", n, i+1, ok)
						}
					}
					leave()
					if !enter() {
						t.note(Wrong, "한 명이 나갔는데 들어갈 수 없습니다.", "one left, but nobody can enter.")
					}
				})
			})
		},
	}}
}
