package check

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of a trial. They are wide, because an interpreted answer on a busy
// machine is slow, and are used up by wrong answers only.
const (
	callLimit  = 2 * time.Second        // for a call that should end
	meetLimit  = 700 * time.Millisecond // for goroutines to come together
	leakLimit  = 500 * time.Millisecond // for goroutines to end
	minHold    = 100 * time.Millisecond // see repeat
	maxHold    = 1500 * time.Millisecond
	stressTime = time.Second            // of repeating what may lose an update
	glanceTime = 100 * time.Millisecond // the same where the race detector watches, which needs no luck
)

// fault is why an answer does not pass.
type fault struct {
	reason Reason
	text   text
}

func (f *fault) reasonOrNone() Reason {
	if f == nil {
		return None
	}
	return f.reason
}

// trial is one run of a check. Its fail ends the check by a panic that run
// recovers, so fail is for the check's own goroutine; functions that the
// learner's goroutines call use note, which ends nothing.
type trial struct {
	answers []any
	noted   atomic.Pointer[fault]
	over    atomic.Bool
	hold    time.Duration // how long those who have met stay, see repeat
	cleanup []func()
}

// stopped is what fail panics with.
type stopped struct{ fault *fault }

// run checks answers; nil means that they pass.
func (ex exercise) run(answers []any) (found *fault) {
	t := &trial{answers: answers}
	procs := runtime.GOMAXPROCS(0)
	defer func() {
		runtime.GOMAXPROCS(procs)
		t.over.Store(true)
		for _, f := range t.cleanup {
			f()
		}
		switch r := recover().(type) {
		case nil:
			found = t.noted.Load()
		case stopped:
			found = r.fault
		default: // the check met what no answer should give it, such as a nil function
			found = &fault{Panicked, text{fmt.Sprintf("함수가 돌려준 것을 쓰다가 패닉이 일어났습니다: %v", r), fmt.Sprintf("using what it returned panicked: %v", r)}}
		}
	}()
	if len(answers) != len(ex.answers) {
		t.fail(Signature, "함수 %d개를 넘겨 주세요. 지금은 %d개입니다.", "hand over %d functions; there are %d.", len(ex.answers), len(answers))
	}
	ex.check(t)
	return nil
}

// answer is the i-th answer as a function of type F.
func answer[F any](t *trial, i int) F {
	f, ok := t.answers[i].(F)
	if !ok {
		t.fail(Signature, "함수의 타입이 %v이어야 하는데 %v입니다.", "the function should have type %v, but has %v.",
			reflect.TypeFor[F](), reflect.TypeOf(t.answers[i]))
	}
	return f
}

// fail ends the check. Both texts take the same arguments. What learner's
// goroutines have noted before is nearer to the cause and comes first.
func (t *trial) fail(reason Reason, ko, en string, args ...any) {
	t.note(reason, ko, en, args...)
	t.stopIfNoted()
}

// note remembers the first fault. It may be called from any goroutine.
func (t *trial) note(reason Reason, ko, en string, args ...any) {
	t.noted.CompareAndSwap(nil, &fault{reason, text{fmt.Sprintf(ko, args...), fmt.Sprintf(en, args...)}})
}

// stopIfNoted ends the check if something was noted.
func (t *trial) stopIfNoted() {
	if f := t.noted.Load(); f != nil {
		panic(stopped{f})
	}
}

// after does f when the check is over, to free goroutines of wrong answers.
func (t *trial) after(f func()) { t.cleanup = append(t.cleanup, f) }

// leaveWhenOver ends the calling goroutine when the check is over. Callbacks
// that an answer may call without end use it.
func (t *trial) leaveWhenOver() {
	if t.over.Load() {
		runtime.Goexit()
	}
}

// call runs f, which calls the learner's function, in a goroutine of its own
// and waits until it returns.
func (t *trial) call(f func()) { t.callWithin(callLimit, f) }

func (t *trial) callWithin(limit time.Duration, f func()) {
	if underDetector() {
		limit *= 5 // everything takes longer there, and a check that gives up has found no race
	}
	ended := make(chan any, 1)
	go func() {
		normal := false
		defer func() {
			r := recover()
			if r == nil && !normal {
				r = "runtime.Goexit"
			}
			ended <- r
		}()
		f()
		normal = true
	}()
	r, ok := await(limit+8*t.hold, ended)
	switch {
	case !ok:
		t.fail(Deadlock, "%v 안에 끝나지 않았습니다. 누군가 오지 않을 것을 기다리고 있습니다.",
			"it did not end within %v: somebody waits for what never comes.", limit)
	case r != nil:
		t.fail(Panicked, "패닉이 일어났습니다: %v", "it panicked: %v", r)
	}
	t.stopIfNoted()
}

// repeat does body times times under each of several values of GOMAXPROCS and
// sees that no goroutine is left behind. Then it does body once more with
// meetings that hold those who have met for a good deal longer than body took
// before: an answer that sleeps for a while instead of waiting, however long,
// comes back too early now.
func (t *trial) repeat(times int, body func()) {
	fastest := maxHold
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		t.noLeak(func() {
			for range times {
				start := time.Now()
				body()
				fastest = min(fastest, time.Since(start))
			}
		})
	}
	if underDetector() {
		return
	}
	t.hold = min(max(minHold, 3*fastest), maxHold)
	defer func() {
		t.hold = 0
		r := recover()
		if s, ok := r.(stopped); ok {
			if s.fault.reason == Wrong || s.fault.reason == Race { // all was well as long as nothing took long
				r = stopped{&fault{TooEarly, text{"고루틴이 오래 걸리면 기다리지 않고 돌아옵니다. 얼마나 걸릴지 어림해서 쉬는 것은 기다리는 것이 아닙니다.",
					"when its goroutines take longer, it does not wait for them: to sleep for a guessed time is not to wait."}}}
			}
		}
		if r != nil {
			panic(r)
		}
	}()
	t.noLeak(body)
}

// stress does body again and again for a while, so that what can go wrong does.
// With more threads than a machine has processors, the operating system
// interrupts them anywhere, between reading and writing, too.
func (t *trial) stress(body func()) {
	runtime.GOMAXPROCS(8)
	limit := stressTime
	if underDetector() {
		limit = glanceTime
	}
	t.noLeak(func() {
		for end := time.Now().Add(limit); ; {
			body() // at least once, however long the machine was busy with other things
			if !time.Now().Before(end) {
				return
			}
		}
	})
}

// noLeak does body and fails if more goroutines live afterwards than before.
func (t *trial) noLeak(body func()) {
	before := steadyGoroutines()
	body()
	left := 0
	for range leakLimit / time.Millisecond { // counted, see patience
		if left = runtime.NumGoroutine() - before; left <= 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.fail(Leak, "고루틴 %d개가 끝나지 않고 남았습니다.", "%d goroutines are left behind.", left)
}

// steadyGoroutines counts goroutines when their number no longer changes.
func steadyGoroutines() int {
	n := runtime.NumGoroutine()
	for range 20 {
		time.Sleep(2 * time.Millisecond)
		again := runtime.NumGoroutine()
		if again == n {
			break
		}
		n = again
	}
	return n
}

// gauge counts how many are inside.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) enter() int64 { return g.add(1) }
func (g *gauge) leave()       { g.now.Add(-1) }

func (g *gauge) add(n int64) int64 {
	now := g.now.Add(n)
	for {
		most := g.most.Load()
		if now <= most || g.most.CompareAndSwap(most, now) {
			return now
		}
	}
}

// meeting lets n goroutines wait for each other. If they do not come together
// in time, which is how sequential answers show, nobody waits any longer.
type meeting struct {
	t      *trial
	n      int
	mu     sync.Mutex
	here   int
	all    chan struct{}
	broken chan struct{}
}

func (t *trial) meeting(n int) *meeting {
	return &meeting{t: t, n: n, all: make(chan struct{}), broken: make(chan struct{})}
}

// arrive waits for the others and notes that the answer is sequential if they do not come.
func (m *meeting) arrive() {
	m.mu.Lock()
	m.here++
	if m.here == m.n {
		close(m.all)
	}
	if m.here <= m.n {
		defer time.Sleep(m.t.hold)
	}
	m.mu.Unlock()
	p := patient(meetLimit)
	defer p.stop()
	for {
		select {
		case <-m.all:
			return
		case <-m.broken:
			return
		case <-p.C():
			if !p.over() {
				continue
			}
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		select {
		case <-m.all:
			return
		case <-m.broken:
			return
		default:
		}
		close(m.broken)
		m.t.note(Sequential, "%d개가 함께 실행되어야 하는데, 가장 많을 때도 %d개였습니다. 차례로 실행하고 있습니다.",
			"%d should run at the same time, but never more than %d did: they run one after the other.", m.n, m.here)
		return
	}
}

// goroutineID is the number of the calling goroutine, as traces show it.
func goroutineID() string {
	var buf [64]byte
	var id string
	fmt.Sscanf(string(buf[:runtime.Stack(buf[:], false)]), "goroutine %s ", &id)
	return id
}

// feed sends values on a channel, closes it, and gives up when the check is over.
func (t *trial) feed(values ...int) <-chan int {
	out, quit := make(chan int), make(chan struct{})
	t.after(sync.OnceFunc(func() { close(quit) }))
	go func() {
		defer close(out)
		for _, v := range values {
			select {
			case out <- v:
			case <-quit:
				return
			}
		}
	}()
	return out
}

// feedOpen sends values on a channel, each after pause, and leaves it open; sent
// is then closed, worst being the longest time that a value took. The channel is
// closed by release, or when the check is over.
func (t *trial) feedOpen(pause time.Duration, values ...int) (in <-chan int, sent <-chan struct{}, worst *time.Duration, release func()) {
	out, all, longest := make(chan int), make(chan struct{}), new(time.Duration)
	quit, release := t.onceClosed()
	go func() {
		defer close(out)
		for _, v := range values {
			start := time.Now()
			time.Sleep(pause)
			select {
			case out <- v:
			case <-quit:
				return
			}
			*longest = max(*longest, time.Since(start))
		}
		close(all)
		<-quit
	}()
	return out, all, longest, release
}

// onceClosed is a channel and a function that closes it, any number of times.
// It is closed when the check is over, if not before.
func (t *trial) onceClosed() (chan struct{}, func()) {
	ch := make(chan struct{})
	free := sync.OnceFunc(func() { close(ch) })
	t.after(free)
	return ch, free
}

// drain receives from ch until it is closed.
func (t *trial) drain(ch <-chan int) (values []int) {
	if ch == nil {
		t.fail(Wrong, "nil 채널을 돌려주었습니다.", "it returned a nil channel.")
	}
	t.after(func() { emptied(ch) })
	p := patient(callLimit)
	defer p.stop()
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				return values
			}
			values = append(values, v)
			t.stopIfNoted()
		case <-p.C():
			if !p.over() {
				continue
			}
			t.fail(Deadlock, "값 %d개를 보낸 뒤 채널이 닫히지 않았습니다.", "after %d values the channel was not closed.", len(values))
		}
	}
}

// emptied takes what a wrong answer still sends, so that fewer goroutines remain.
func emptied(ch <-chan int) {
	for {
		select {
		case _, ok := <-ch:
			if !ok {
				return
			}
		case <-time.After(20 * time.Millisecond):
			return
		}
	}
}

// next receives one value that must come; otherwise says what is wrong if it does not.
func (t *trial) next(ch <-chan int, otherwise text) int {
	if ch == nil {
		t.fail(Wrong, "nil 채널을 돌려주었습니다.", "it returned a nil channel.")
	}
	p := patient(callLimit)
	defer p.stop()
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				t.fail(Wrong, "채널이 너무 일찍 닫혔습니다.", "the channel was closed too early.")
			}
			return v
		case <-p.C():
			if p.over() {
				t.noted.CompareAndSwap(nil, &fault{Deadlock, otherwise})
				t.stopIfNoted()
			}
		}
	}
}

// equal fails if got is not want.
func equal[T any](t *trial, what text, got, want T) {
	if !reflect.DeepEqual(got, want) {
		t.fail(Wrong, what.ko+": 바라는 값은 `%v`, 나온 값은 `%v`", what.en+": want `%v`, got `%v`", want, got)
	}
}

func upTo(n int) []int {
	values := make([]int, n)
	for i := range values {
		values[i] = i
	}
	return values
}
