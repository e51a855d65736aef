package check

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func revisitedExercises() []exercise {
	return []exercise{{
		id: "signal-1", section: 8, title: text{"출발선", "the starting line"}, answers: []string{"startTogether"},
		hints: []text{
			{"`WaitGroup`이 둘 필요합니다. 하나는 준비, 하나는 전체입니다.", "Two `WaitGroup`s: one for the preparation, one for everything."},
			{"준비를 마친 고루틴은 `start` 채널 앞에서 기다립니다. 준비가 모두 끝나면 `close(start)`가 모두를 출발시킵니다.", "A prepared goroutine waits at a channel `start`. When all are prepared, `close(start)` lets all go."},
		},
		why: text{"`close`는 방송이라서 몇이 기다리든 한꺼번에 깨웁니다.", "`close` is a broadcast: it wakes all at once, however many wait."},
		check: func(t *trial) {
			startTogether := answer[func(n int, prepare, run func(i int))](t, 0)
			t.repeat(3, func() {
				const n = 8
				var prepared, ended atomic.Int64
				ready, all := t.meeting(n), t.meeting(n)
				t.call(func() {
					startTogether(n, func(i int) {
						ready.arrive()
						time.Sleep(time.Duration(i%3) * (time.Millisecond + t.hold))
						prepared.Add(1)
					}, func(int) {
						if p := prepared.Load(); p < n {
							t.note(TooEarly, "%d개 가운데 %d개만 준비되었는데 출발했습니다.", "it started when only %[2]d of %[1]d were prepared.", n, p)
						}
						all.arrive()
						ended.Add(1)
					})
				})
				t.allEnded(ended.Load(), n)
			})
		},
	}, {
		id: "order-1", section: 8, title: text{"이어 달리기", "relay race"}, answers: []string{"inOrder"},
		hints: []text{
			{"고루틴마다 기다릴 채널과 닫을 채널이 하나씩 있습니다. 앞사람이 닫는 채널이 내가 기다릴 채널입니다.", "Each goroutine has a channel to wait for and one to close; what the one before closes is what this one waits for."},
			{"`prev := make(chan struct{})`에서 시작해, 반복할 때마다 `next := make(chan struct{})`를 만들고 `prev = next`로 넘기세요.", "Begin with `prev := make(chan struct{})`; in each round make `next := make(chan struct{})` and go on with `prev = next`."},
		},
		why: text{"고루틴은 어떤 순서로 시작되어도 괜찮습니다. 신호 채널의 사슬이 실행 순서를 정합니다.", "The goroutines may start in any order; the chain of signals fixes the order in which they run."},
		check: func(t *trial) {
			inOrder := answer[func(steps []func())](t, 0)
			t.call(func() { inOrder(nil) })
			t.repeat(4, func() {
				const n = 6
				var mu sync.Mutex
				var order []int
				ids := map[string]bool{}
				var running gauge
				steps := make([]func(), n)
				for i := range steps {
					steps[i] = func() {
						if running.enter() > 1 {
							t.note(TooMany, "두 단계가 겹쳐서 실행되었습니다.", "two steps ran at the same time.")
						}
						defer running.leave()
						time.Sleep(time.Duration(n-i) * 200 * time.Microsecond)
						if i == 1 {
							time.Sleep(t.hold)
						}
						mu.Lock()
						defer mu.Unlock()
						order = append(order, i)
						ids[goroutineID()] = true
					}
				}
				t.call(func() { inOrder(steps) })
				mu.Lock()
				defer mu.Unlock()
				equal(t, text{"실행된 순서", "the order"}, order, upTo(n))
				if len(ids) != n {
					t.fail(Sequential, "고루틴 %d개에서 실행되어야 하는데 %d개에서 실행되었습니다.", "it should use %d goroutines, but used %d.", n, len(ids))
				}
			})
		},
	}, {
		id: "nil-1", section: 8, title: text{"nil로 끄기", "switched off by nil"}, answers: []string{"merge"},
		hints: []text{
			{"`case v, ok := <-a:`에서 `ok`가 `false`이면 `a = nil`로 그 case를 끕니다.", "In `case v, ok := <-a:`, when `ok` is `false`, switch the case off with `a = nil`."},
			{"반복은 `for a != nil || b != nil`입니다.", "The loop is `for a != nil || b != nil`."},
		},
		why: text{"닫힌 채널은 언제나 준비되어 있어서 그대로 두면 헛돕니다. `nil` 채널은 절대 준비되지 않으므로 `select`가 쳐다보지 않습니다.", "A closed channel is always ready and would make the loop spin; a `nil` channel never is, so `select` ignores it."},
		check: func(t *trial) {
			merge := answer[func(a, b <-chan int) <-chan int](t, 0)
			t.repeat(3, func() { t.mergesTwo(merge) })
			t.restsHalfClosed(merge)
		},
	}, {
		id: "buffer-1", section: 8, calm: true, title: text{"최근 것만", "only the latest"}, answers: []string{"latest"},
		hints: []text{
			{"`select { case buf <- v: default: }`로 꽉 찼는지 알 수 있습니다. 꽉 찼다면 `<-buf`로 하나를 버리고 다시 넣으세요.", "`select { case buf <- v: default: }` shows whether it is full. If so, drop one with `<-buf` and put the new one in."},
			{"다 읽은 뒤 `close(buf)`하고 `range buf`로 꺼내면 오래된 것부터 나옵니다.", "At the end `close(buf)` and `range buf`: the oldest comes first."},
		},
		why: text{"버퍼 채널은 먼저 들어온 것이 먼저 나오는 줄이므로, 앞에서 하나를 빼면 가장 오래된 것이 버려집니다.", "A buffered channel is a queue, first in, first out, so taking one out drops the oldest."},
		check: func(t *trial) {
			latest := answer[func(in <-chan int, n int) []int](t, 0)
			for _, c := range []struct{ size, n int }{{10, 3}, {3, 3}, {2, 5}, {0, 2}, {7, 1}} {
				var got []int
				t.call(func() { got = latest(t.feed(upTo(c.size)...), c.n) })
				want := upTo(c.size)[max(0, c.size-c.n):]
				if !slices.Equal(got, want) {
					t.fail(Wrong, "값 %d개 가운데 최근 %d개는 %v인데 돌려준 것은 %v입니다.", "of %d values the latest %d are %v, but it returned %v.", c.size, c.n, want, got)
				}
			}
		},
	}, {
		id: "chanchan-1", section: 8, title: text{"번호표 창구", "the ticket counter"}, answers: []string{"serveTickets"},
		hints: []text{
			{"`for reply := range requests`로 받은 것은 값이 아니라 **답을 보낼 채널**입니다.", "What `for reply := range requests` delivers is not a value but **the channel to answer on**."},
			{"`n++` 다음에 `reply <- n`", "`n++`, then `reply <- n`"},
		},
		why: text{"번호 `n`은 창구 고루틴 혼자만 만지므로 자물쇠가 필요 없습니다.", "Only the goroutine at the counter touches `n`, so no lock is needed."},
		check: func(t *trial) {
			serveTickets := answer[func(requests <-chan chan int) int](t, 0)
			t.repeat(3, func() {
				const n = 20
				requests := make(chan chan int)
				got := make(chan int, n)
				var clients sync.WaitGroup
				for range n {
					clients.Go(func() {
						reply := make(chan int)
						if !offer(meetLimit, requests, reply) {
							return
						}
						if v, ok := await(meetLimit, reply); ok {
							got <- v
						}
					})
				}
				go func() {
					clients.Wait()
					close(requests)
				}()
				var count int
				t.call(func() { count = serveTickets(requests) })
				clients.Wait()
				close(got)
				var numbers []int
				for v := range got {
					numbers = append(numbers, v)
				}
				if len(numbers) < n {
					t.fail(Deadlock, "고객 %d명 가운데 %d명만 답을 받았습니다.", "of %d clients only %d got an answer.", n, len(numbers))
				}
				for i, v := range sorted(numbers) {
					if v != i+1 {
						t.fail(Wrong, "번호는 1부터 %d까지 하나씩이어야 하는데 %v입니다.", "the numbers should be 1 to %d, but are %v.", n, sorted(numbers))
					}
				}
				equal(t, text{"나누어 준 번호의 개수", "numbers given out"}, count, n)
			})
		},
	}, {
		id: "pool-1", section: 8, title: text{"워커 풀", "a worker pool"}, answers: []string{"pool"},
		hints: []text{
			{"일감 채널에는 값이 아니라 **번호**를 보내세요. 그러면 결과를 제자리에 쓸 수 있습니다.", "Send **indices** over the channel of jobs; then each result can go to its own place."},
			{"워커 `workers`개가 `for i := range todo`로 가져가고, 넣는 쪽은 다 넣은 뒤 `close(todo)`합니다.", "`workers` goroutines take from `for i := range todo`; whoever puts the jobs in closes `todo` at the end."},
		},
		why: text{"노는 워커가 다음 일을 가져가므로 일의 크기가 달라도 고르게 나뉩니다. 고루틴 수는 언제나 `workers`개입니다.", "Whoever is idle takes the next job, so jobs of different size are shared evenly. There are never more than `workers` goroutines."},
		check: func(t *trial) {
			pool := answer[func(workers int, jobs []int, f func(job int) int) []int](t, 0)
			t.repeat(2, func() {
				const workers, n = 4, 24
				var running gauge
				all := t.meeting(workers)
				var got []int
				t.call(func() {
					got = pool(workers, upTo(n), func(job int) int {
						if running.enter() > workers {
							t.note(TooMany, "워커는 %d개인데 한꺼번에 %d개가 실행되었습니다.", "there are %d workers, but %d ran at a time.", workers, running.most.Load())
						}
						defer running.leave()
						if job < workers {
							all.arrive()
						}
						time.Sleep(time.Duration(job%3) * 300 * time.Microsecond)
						return job * job
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
			t.call(func() { none = pool(3, nil, func(int) int { return 1 }) })
			equal(t, text{"일이 없을 때 결과의 수", "results without jobs"}, len(none), 0)
		},
	}}
}

// mergesTwo sees whether merge passes the values of two channels on as they
// come and closes when both are closed.
func (t *trial) mergesTwo(merge func(a, b <-chan int) <-chan int) {
	a, b := make(chan int), make(chan int)
	closeA, closeB := sync.OnceFunc(func() { close(a) }), sync.OnceFunc(func() { close(b) })
	t.after(closeA)
	t.after(closeB)
	var out <-chan int
	t.call(func() { out = merge(a, b) })
	pass := func(in chan int, v int) {
		t.sendTo(in, v)
		got := t.next(out, text{"한쪽이 조용하면 다른 쪽의 값도 나오지 않습니다. 오는 대로 내보내야 합니다.", "while one channel is silent, nothing comes from the other: pass values on as they come."})
		equal(t, text{"합친 값", "the merged value"}, got, v)
	}
	pass(b, 1)
	pass(a, 2)
	pass(b, 3)
	closeB()
	pass(a, 4)
	pass(a, 5)
	closeA()
	if rest := t.drain(out); len(rest) > 0 {
		t.fail(Wrong, "보내지 않은 값 %v이 나왔습니다.", "values came out that nobody sent: %v.", rest)
	}
}

// restsHalfClosed sees whether merge rests while one of its channels is closed and the other silent.
func (t *trial) restsHalfClosed(merge func(a, b <-chan int) <-chan int) {
	a, b := make(chan int), make(chan int)
	close(a)
	free := sync.OnceFunc(func() { close(b) })
	t.after(free)
	t.restsIn(text{"한쪽이 닫힌 뒤로 `select`가 쉬지 않고 돕니다. 닫힌 채널은 언제나 준비되어 있기 때문입니다.",
		"after one channel was closed, the `select` turns without a rest: a closed channel is always ready."}, func() {
		for range merge(a, b) {
		}
	}, free)
}
