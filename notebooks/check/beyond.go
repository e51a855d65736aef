package check

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func beyondExercises() []exercise {
	return []exercise{{
		id: "more-1", section: 13, title: text{"첫 오류", "the first error"}, answers: []string{"allOrFirst"},
		hints: []text{
			{"슬라이스의 첫 번째가 아니라 **시간상** 첫 번째 오류입니다.", "Not the first one of the slice: the first one **in time**."},
			{"`errgroup.Group`의 `Go`와 `Wait`가 바로 이 일을 합니다. 직접 만든다면 `sync.Once`로 첫 오류만 적어 두세요.", "`Go` and `Wait` of an `errgroup.Group` do exactly this. By hand, note the first error with a `sync.Once`."},
		},
		why: text{"errgroup은 첫 오류를 `sync.Once`로 적어 두고, 모두 끝난 뒤에 돌려줍니다.", "errgroup notes the first error with a `sync.Once` and returns it after all have ended."},
		check: func(t *trial) {
			allOrFirst := answer[func(tasks []func() error) error](t, 0)
			t.repeat(3, func() {
				early, late := errors.New("early"), errors.New("late")
				var err error
				for _, pause := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond, 500 * time.Millisecond} {
					all := t.meeting(3)
					failed := make(chan struct{})
					var ended atomic.Int64
					t.call(func() {
						err = allOrFirst([]func() error{
							func() error {
								all.arrive()
								await(meetLimit, failed)
								time.Sleep(pause)
								ended.Add(1)
								return late
							},
							func() error {
								all.arrive()
								defer close(failed)
								ended.Add(1)
								return early
							},
							func() error {
								all.arrive()
								time.Sleep(2 * time.Millisecond)
								ended.Add(1)
								return nil
							},
						})
					})
					t.allEnded(ended.Load(), 3)
					if err != late {
						break
					} // on a busy machine the late one may have been noted first: once more, with a longer pause
				}
				equal(t, text{"오류", "the error"}, err, early)
				t.call(func() { err = allOrFirst([]func() error{func() error { return nil }}) })
				equal(t, text{"모두 성공했을 때", "when all succeed"}, err, nil)
			})
		},
	}, {
		id: "more-2", section: 13, title: text{"처음 한 번만", "the first time only"}, answers: []string{"lazy"},
		hints: []text{
			{"`sync.Once`는 뒤에 온 고루틴을 끝날 때까지 기다리게 합니다.", "`sync.Once` makes those who come later wait until it is done."},
			{"표준 라이브러리에 이미 있습니다: `sync.OnceValue`", "The standard library has it: `sync.OnceValue`."},
		},
		why: text{"`OnceValue`는 처음 부를 때 `f`를 실행하고 값을 기억합니다. 동시에 부른 고루틴은 `f`가 끝날 때까지 기다립니다.", "`OnceValue` runs `f` at the first call and remembers the value; goroutines that call meanwhile wait until `f` has ended."},
		check: func(t *trial) {
			lazy := answer[func(f func() int) func() int](t, 0)
			t.repeat(4, func() {
				var calls atomic.Int64
				var get func() int
				t.call(func() {
					get = lazy(func() int {
						calls.Add(1)
						time.Sleep(2 * time.Millisecond)
						return 42
					})
				})
				if calls.Load() > 0 {
					t.fail(TooEarly, "아직 부르지 않았는데 f를 실행했습니다.", "f ran before the first call.")
				}
				t.together(8, 2, func() {
					if v := get(); v != 42 {
						t.note(Race, "f가 끝나기 전에 돌려주었습니다. 값은 %d입니다.", "it returned %d before f had ended.", v)
					}
				})
				if n := calls.Load(); n != 1 {
					t.fail(Race, "f를 %d번 실행했습니다.", "f ran %d times.", n)
				}
			})
		},
	}, {
		id: "more-3", section: 13, title: text{"팬인", "fan-in"}, answers: []string{"fanIn"},
		hints: []text{
			{"채널마다 고루틴 하나가 읽어서 `out`으로 보냅니다.", "One goroutine for each channel reads and sends to `out`."},
			{"`out`은 **모두 끝난 뒤에** 닫습니다: `go func() { wg.Wait(); close(out) }()`", "Close `out` **after all have ended**: `go func() { wg.Wait(); close(out) }()`."},
		},
		why: text{"닫는 일을 따로 맡은 고루틴이 있어서 함수는 곧바로 돌아오고, 채널은 정확히 한 번 닫힙니다.", "A goroutine of its own does the closing, so the function returns at once and the channel is closed exactly once."},
		check: func(t *trial) {
			fanIn := answer[func(ins []<-chan int) <-chan int](t, 0)
			t.repeat(2, func() {
				var out <-chan int
				t.call(func() { out = fanIn(nil) })
				equal(t, text{"채널이 하나도 없을 때 나온 값의 수", "values without channels"}, len(t.drain(out)), 0)
				t.mergesTwo(func(a, b <-chan int) <-chan int { return fanIn([]<-chan int{a, b}) })
				t.call(func() { out = fanIn([]<-chan int{t.feed(1, 2), t.feed(), t.feed(3), t.feed(4, 5)}) })
				equal(t, text{"모은 값", "values"}, sorted(t.drain(out)), []int{1, 2, 3, 4, 5})
			})
		},
	}, {
		id: "more-4", section: 13, title: text{"팬아웃", "fan-out"}, answers: []string{"fanOut"},
		hints: []text{
			{"고루틴 `n`개가 **같은** `in`을 `range`하면 값이 저절로 나뉩니다.", "Let `n` goroutines `range` over **the same** `in`: the values are shared by themselves."},
			{"모두 끝난 뒤에 닫는 고루틴을 하나 더 두세요.", "One more goroutine closes after all have ended."},
		},
		why: text{"채널의 값 하나는 한 고루틴만 받습니다. 그래서 같은 채널을 함께 읽는 것만으로 일이 나뉩니다.", "Each value of a channel is received by one goroutine only, so reading the same channel is all it takes to share the work."},
		check: func(t *trial) {
			fanOut := answer[func(in <-chan int, n int, f func(int) int) <-chan int](t, 0)
			t.repeat(2, func() {
				const n = 4
				var running gauge
				all := t.meeting(n)
				var out <-chan int
				t.call(func() {
					out = fanOut(t.feed(upTo(20)...), n, func(v int) int {
						if running.enter() > n {
							t.note(TooMany, "고루틴은 %d개인데 f가 한꺼번에 %d개 실행되었습니다.", "with %d goroutines, %d calls of f ran at a time.", n, running.most.Load())
						}
						defer running.leave()
						if v < n {
							all.arrive()
						}
						time.Sleep(time.Millisecond)
						return v * 2
					})
				})
				got := sorted(t.drain(out))
				for i := range 20 {
					if len(got) != 20 || got[i] != 2*i {
						t.fail(Wrong, "0부터 19까지의 두 배가 나와야 하는데 %v이 나왔습니다.", "0 to 19 doubled should come out, but it was %v.", got)
					}
				}
			})
		},
	}, {
		id: "more-5", section: 13, title: text{"속도 제한", "rate limiting"}, answers: []string{"newLimiter"},
		hints: []text{
			{"다음에 통과할 수 있는 시각 `next`를 뮤텍스로 지키세요.", "Guard the time `next` at which one may pass by a mutex."},
			{"잠근 채로 `time.Sleep(time.Until(next))`하고 `next = time.Now().Add(interval)`. 고루틴이 없으니 `stop`은 할 일이 없습니다.", "With the lock held, `time.Sleep(time.Until(next))`, then `next = time.Now().Add(interval)`. There is no goroutine, so `stop` has nothing to do."},
		},
		why: text{"잠근 채로 쉬면 뒤에 온 고루틴은 저절로 줄을 섭니다. `Ticker`를 쓰면 밀린 한 번이 버퍼에 남아 간격이 짧아질 수 있습니다.", "Resting with the lock held makes those behind queue up. A `Ticker` may keep one tick in its buffer, and then an interval comes out too short."},
		check: func(t *trial) {
			newLimiter := answer[func(interval time.Duration) (wait func(), stop func())](t, 0)
			t.noLeak(func() {
				const interval = 20 * time.Millisecond
				var wait, stop func()
				d := t.quickest(interval, func() {
					if stop != nil {
						t.call(stop)
					}
					t.call(func() { wait, stop = newLimiter(interval) })
				}, func() { t.call(wait) })
				if d >= interval {
					t.fail(TooSlow, "첫 번째는 곧바로 통과해야 하는데 %v 걸렸습니다.", "the first should pass at once, but took %v.", d)
				}
				time.Sleep(3 * interval) // what was not used must not be saved up
				var mu sync.Mutex
				var passed []time.Time
				t.together(3, 2, func() {
					wait()
					mu.Lock()
					defer mu.Unlock()
					passed = append(passed, time.Now())
				})
				t.call(stop)
				slices.SortFunc(passed, func(a, b time.Time) int { return a.Compare(b) })
				total := passed[len(passed)-1].Sub(passed[0])
				if least := time.Duration(len(passed)-1) * interval * 9 / 10; total < least {
					t.fail(TooEarly, "%d번 통과하는 데 적어도 %v가 걸려야 하는데 %v 걸렸습니다.", "%d passes should take %v at least, but took %v.", len(passed), least, total)
				}
				if total > 5*interval*10 {
					t.fail(TooSlow, "%d번 통과하는 데 %v나 걸렸습니다.", "%d passes took as long as %v.", len(passed), total)
				}
			})
		},
	}, {
		id: "more-6", section: 13, title: text{"가장 빠른 답", "the fastest answer"}, answers: []string{"fastest"},
		hints: []text{
			{"한 번만 받으면 나머지는 보내는 줄에서 영원히 기다립니다.", "Received only once, the others wait for ever in their sends."},
			{"버퍼를 `len(fs)`로 하면 아무도 기다리지 않습니다.", "With a buffer of `len(fs)` nobody waits."},
		},
		why: text{"모두가 보낼 자리가 있으므로 받는 쪽이 떠나도 고루틴은 끝납니다.", "There is room for everybody's answer, so the goroutines end although the receiver has left."},
		check: func(t *trial) {
			fastest := answer[func(fs []func() int) int](t, 0)
			t.repeat(2, func() {
				release, free := t.onceClosed()
				all := t.meeting(3)
				slow := func() int {
					all.arrive()
					<-release
					return -1
				}
				var got int
				t.call(func() {
					got = fastest([]func() int{slow, func() int {
						all.arrive()
						return 7
					}, slow})
				})
				equal(t, text{"가장 빠른 답", "the fastest answer"}, got, 7)
				free()
			})
		},
	}, {
		id: "more-7", section: 13, title: text{"기다리는 줄", "a waiting line"}, answers: []string{"newQueue"},
		hints: []text{
			{"버퍼 채널이 바로 이런 줄입니다.", "A buffered channel is such a queue."},
			{"`Cond`로 만든다면 기다리는 조건이 둘(찼음, 비었음)이고, `for`로 다시 확인해야 합니다.", "With `Cond` there are two conditions to wait for, full and empty, each checked again in a `for`."},
		},
		why: text{"`make(chan int, capacity)` 하나가 순서, 기다림, 깨움을 모두 해 줍니다. `Cond`가 거의 필요 없는 까닭입니다.", "A single `make(chan int, capacity)` does the order, the waiting and the waking. That is why `Cond` is rarely needed."},
		check: func(t *trial) {
			newQueue := answer[func(capacity int) (put func(v int), get func() int)](t, 0)
			t.noLeak(func() {
				var put func(int)
				var get func() int
				t.call(func() { put, get = newQueue(2) })
				take := func() (v int) {
					t.call(func() { v = get() })
					return v
				}
				t.call(func() { put(1); put(2) })
				third := make(chan struct{})
				go func() {
					defer func() { recover(); close(third) }()
					put(3)
				}()
				select {
				case <-third:
					t.fail(TooEarly, "두 개까지인 줄에 세 번째를 넣는데 기다리지 않았습니다.", "the third put into a queue for two did not wait.")
				case <-time.After(20 * time.Millisecond):
				}
				for want := 1; want <= 3; want++ {
					equal(t, text{"나온 값", "the value"}, take(), want)
				}
				got := make(chan int, 1)
				go func() {
					defer func() {
						if recover() != nil {
							got <- -1
						}
					}()
					got <- get()
				}()
				select {
				case <-got:
					t.fail(TooEarly, "빈 줄에서 꺼내는데 기다리지 않았습니다.", "get from an empty queue did not wait.")
				case <-time.After(20 * time.Millisecond):
				}
				t.call(func() { put(9) })
				select {
				case v := <-got:
					equal(t, text{"기다리던 get의 값", "the value of the waiting get"}, v, 9)
				case <-time.After(2 * callLimit):
					t.fail(Deadlock, "값을 넣었는데 기다리던 get이 깨어나지 않습니다.", "a value was put, but the waiting get did not wake.")
				}
				t.restsIn(text{"빈 줄 앞에서 쉬지 않고 들여다봅니다. 넣는 쪽이 깨워 주어야 합니다.", "at an empty queue it looks again and again: who puts a value should wake it."},
					func() { get() }, sync.OnceFunc(func() { t.call(func() { put(8) }) }))
			})
			t.stress(func() {
				var put func(int)
				var get func() int
				t.call(func() { put, get = newQueue(3) })
				var sum atomic.Int64
				var turn atomic.Int64
				t.together(4, 50, func() {
					if turn.Add(1)%2 == 1 {
						put(1)
					} else {
						sum.Add(int64(get()))
					}
				})
				if s := sum.Load(); s != 100 {
					t.fail(Race, "1을 100번 넣고 꺼냈더니 합이 %d입니다.", "1 put and taken 100 times gave %d.", s)
				}
			})
		},
	}, {
		id: "more-8", section: 13, title: text{"파일 여러 개를 동시에", "many files at once"}, answers: []string{"writeFiles"},
		hints: []text{
			{"`os.WriteFile(filepath.Join(dir, name), []byte(content(name)), 0o644)`", "`os.WriteFile(filepath.Join(dir, name), []byte(content(name)), 0o644)`"},
			{"errgroup이면 오류까지 한 번에 됩니다: `g.Go(func() error { … })`", "errgroup does the errors, too: `g.Go(func() error { … })`."},
		},
		why: text{"파일마다 고루틴 하나가 내용을 만들고 씁니다. 서로 다른 파일이므로 잠금이 필요 없고, 오류는 errgroup이 모읍니다.", "One goroutine for each file makes its content and writes it. Different files need no lock, and errgroup gathers the errors."},
		check: func(t *trial) {
			writeFiles := answer[func(dir string, names []string, content func(name string) string) error](t, 0)
			dir, err := os.MkdirTemp("", "exercise")
			if err != nil {
				t.fail(Wrong, "임시 폴더를 만들지 못했습니다: %v", "no temporary folder: %v", err)
			}
			t.after(func() { os.RemoveAll(dir) })
			names := []string{"one.txt", "two.txt", "three.txt"}
			t.repeat(1, func() {
				for _, name := range names {
					os.Remove(filepath.Join(dir, name))
				}
				all := t.meeting(len(names))
				t.call(func() {
					err = writeFiles(dir, names, func(name string) string {
						all.arrive()
						return "<" + name + ">"
					})
				})
				equal(t, text{"오류", "the error"}, err, nil)
				for _, name := range names {
					data, err := os.ReadFile(filepath.Join(dir, name))
					if err != nil {
						t.fail(Wrong, "%s 파일이 없습니다.", "the file %s is not there.", name)
					}
					equal(t, text{name + "의 내용", "the content of " + name}, string(data), "<"+name+">")
				}
				t.call(func() {
					err = writeFiles(dir, []string{"four.txt", filepath.Join("no such folder", "five.txt")}, func(string) string { return "" })
				})
				if err == nil {
					t.fail(Wrong, "없는 폴더에 쓰려 했는데 오류가 없습니다.", "writing into a folder that does not exist gave no error.")
				}
			})
		},
	}, {
		id: "more-9", section: 13, title: text{"병렬 wc", "a parallel wc"}, answers: []string{"wcAll"},
		hints: []text{
			{"`errgroup`의 `SetLimit(workers)`로 동시에 읽는 수를 정하세요.", "Limit the readers with `SetLimit(workers)` of an errgroup."},
			{"글을 읽고 세는 것은 잠그지 않고, 더하는 것만 잠그세요.", "Read and count without the lock; hold it only to add."},
		},
		why: text{"`SetLimit`이 세마포어, `Wait`가 조인, 첫 오류가 돌려줄 값입니다. 이 과정에서 배운 것이 한 함수에 모였습니다.", "`SetLimit` is the semaphore, `Wait` the join, and the first error is what it returns: much of this course in one function."},
		check: func(t *trial) {
			wcAll := answer[func(workers int, names []string, read func(name string) (string, error)) (lines, words int, err error)](t, 0)
			texts := map[string]string{"a": "go go\ngo\n", "b": "", "c": "one two three", "d": "x\n\ny\n", "e": " spaces  here \n", "f": "\n"}
			names := []string{"a", "b", "c", "d", "e", "f"}
			t.repeat(2, func() {
				const workers = 3
				var running gauge
				all := t.meeting(workers)
				var started atomic.Int64
				var lines, words int
				var err error
				t.call(func() {
					lines, words, err = wcAll(workers, names, func(name string) (string, error) {
						if running.enter() > workers {
							t.note(TooMany, "%d개까지만 읽어야 하는데 한꺼번에 %d개를 읽었습니다.", "%d may be read at a time, but it was %d.", workers, running.most.Load())
						}
						defer running.leave()
						if started.Add(1) <= workers {
							all.arrive()
						}
						time.Sleep(time.Millisecond)
						return texts[name], nil
					})
				})
				equal(t, text{"오류", "the error"}, err, nil)
				equal(t, text{"줄 수와 낱말 수", "lines and words"}, []int{lines, words}, []int{7, 10})
				bad := errors.New("cannot read")
				t.call(func() {
					_, _, err = wcAll(workers, names, func(name string) (string, error) {
						if name == "d" {
							return "", bad
						}
						return "", nil
					})
				})
				if !errors.Is(err, bad) {
					t.fail(Wrong, "읽기 오류 %q를 돌려주어야 하는데 %v입니다.", "it should return the error %q, but returned %v.", bad, err)
				}
			})
		},
	}}
}
