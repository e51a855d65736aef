package guest

import (
	"container/heap"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// clock is the time of a cell: the machine's, or in a fast cell a virtual one,
// which stands still while any goroutine of the cell can run and jumps to the
// next timer when all of them wait. Timers of the same moment fire one after the
// other in the order in which they were set, and the next one only when all
// goroutines wait again: so what a program prints does not depend on the machine.
type clock struct {
	on   atomic.Bool
	cell *Cell

	mu      sync.Mutex
	at      time.Time
	seq     int64
	heap    vheap
	timers  map[*time.Timer]*vtimer
	tickers map[*time.Ticker]*vtimer
	kick    chan struct{}
	real0   int64 // nanotime when the cell's main goroutine ended, 0 before: from then on time passes as it really does
	virt0   time.Duration
}

// epoch is when virtual time starts, as in the Go Playground.
var epoch = time.Date(2009, time.November, 10, 23, 0, 0, 0, time.UTC)

// vtimer is a timer on the virtual clock. Exactly one of wake, c and fire is set.
type vtimer struct {
	when   int64 // since the epoch, ns
	seq    int64
	index  int // in the heap, -1 if it is not pending
	period time.Duration
	wake   chan time.Time      // of a Sleep
	c      chan time.Time      // of a timer or ticker
	fire   func(now time.Time) // AfterFunc, context deadline
}

func (k *clock) virtual() bool { return k.on.Load() }

// startVirtual makes the cell's clock virtual and starts its driver.
func (k *clock) startVirtual(c *Cell) {
	k.cell = c
	k.at = epoch.In(time.Local)
	k.kick = make(chan struct{}, 1)
	k.on.Store(true)
	go k.drive()
}

// time is the virtual time.
func (k *clock) time() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.real0 != 0 {
		return epoch.Add(k.virt0 + time.Duration(nanotime()-k.real0)).In(time.Local)
	}
	return k.at
}

// elapsed is the virtual time since the epoch; k.mu is held.
func (k *clock) elapsed() time.Duration {
	if k.real0 != 0 {
		return k.virt0 + time.Duration(nanotime()-k.real0)
	}
	return k.at.Sub(epoch)
}

// sinceEpoch is the virtual time since the epoch.
func (k *clock) sinceEpoch() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.elapsed()
}

// pace fires what is due in real time and returns how long it is to the next timer.
func (k *clock) pace() (next time.Duration, ok bool) {
	for {
		k.mu.Lock()
		if k.real0 == 0 {
			k.virt0, k.real0 = k.at.Sub(epoch), nanotime()
		}
		if len(k.heap) == 0 {
			k.mu.Unlock()
			return 0, false
		}
		d := time.Duration(k.heap[0].when) - k.elapsed()
		k.mu.Unlock()
		if d > 0 {
			return d, true
		}
		if !k.jump() {
			return 0, false
		}
	}
}

// poke tells the driver that a goroutine waits from now on.
func (k *clock) poke() {
	select {
	case k.kick <- struct{}{}:
	default:
	}
}

// drive lets time jump. It ends when the cell has no goroutine left. Goroutines
// kick it when they start to wait; those that wait inside native code cannot, so
// it looks again by itself while one is there.
func (k *clock) drive() {
	c := k.cell
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	for {
		select {
		case <-k.kick:
		case <-again.C:
		case <-c.world.closed:
			return
		}
		for {
			c.mu.Lock()
			over := len(c.live) == 0 && !c.running
			ended := c.outcome != nil
			c.mu.Unlock()
			if over && !k.willRun() {
				return
			}
			if ended { // what the cell leaves behind goes on in real time
				if d, ok := k.pace(); ok {
					again.Reset(d)
				}
				break
			}
			if !c.allWait() {
				again.Reset(2 * time.Millisecond)
				break
			}
			if !k.jump() {
				c.world.watch.lookNow(c)
				again.Reset(50 * time.Millisecond) // goroutines of other cells may end
				break
			}
		}
	}
}

// jump advances to the next timer and fires it; false means that none can wake
// anybody: a ticker for whose channel nobody waits would let time run for ever.
func (k *clock) jump() bool {
	awaited := k.cell.awaited()
	k.mu.Lock()
	useful := false
	for _, x := range k.heap {
		if useful = x.c == nil || awaited[word(x.c)]; useful {
			break
		}
	}
	if !useful {
		k.mu.Unlock()
		return false
	}
	x := heap.Pop(&k.heap).(*vtimer)
	if t := epoch.Add(time.Duration(x.when)).In(time.Local); t.After(k.at) {
		k.at = t
	}
	now := k.at
	if x.period > 0 {
		k.push(x, time.Duration(x.when)+x.period)
	}
	var fire func(time.Time)
	switch {
	case x.wake != nil:
		x.wake <- now
	case x.c != nil:
		select {
		case x.c <- now:
		default:
		}
	default:
		fire = x.fire
	}
	k.mu.Unlock()
	if fire != nil {
		fire(now)
	}
	return true
}

// willRun tells whether an AfterFunc or a context's deadline is pending.
func (k *clock) willRun() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, x := range k.heap {
		if x.fire != nil {
			return true
		}
	}
	return false
}

// awaited are the channels that goroutines of the cell wait for.
func (c *Cell) awaited() map[unsafe.Pointer]bool {
	m := map[unsafe.Pointer]bool{}
	for _, g := range c.goroutines() {
		x := g.waiting()
		for _, p := range x.objects() {
			m[p] = true
		}
	}
	return m
}

// push makes x pending for when; k.mu is held.
func (k *clock) push(x *vtimer, when time.Duration) {
	k.seq++
	x.when, x.seq = int64(when), k.seq
	heap.Push(&k.heap, x)
	k.poke()
}

// add makes x pending in d.
func (k *clock) add(d time.Duration, x *vtimer) *vtimer {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.push(x, k.elapsed()+max(d, 0))
	return x
}

// remove takes x out; it reports whether it was pending.
func (k *clock) remove(x *vtimer) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.removeLocked(x)
}

func (k *clock) removeLocked(x *vtimer) bool {
	if x.c != nil {
		select { // as since Go 1.23: no value of before Stop or Reset is received after it
		case <-x.c:
		default:
		}
	}
	if x.index < 0 {
		return false
	}
	heap.Remove(&k.heap, x.index)
	return true
}

// newTimer makes a time.Timer on this clock: with a channel, or for f.
func (k *clock) newTimer(d time.Duration, f func()) *time.Timer {
	x := &vtimer{}
	var t *time.Timer
	if f != nil {
		t = time.AfterFunc(farAway, func() {}) // a timer that native code may stop, too
		t.Stop()
		x.fire = func(time.Time) { f() }
	} else {
		t = time.NewTimer(farAway)
		t.Stop()
		x.c = make(chan time.Time, 1)
		t.C = x.c
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.timers == nil {
		k.timers = map[*time.Timer]*vtimer{}
	}
	k.timers[t] = x
	k.push(x, k.elapsed()+max(d, 0))
	return t
}

const farAway = 1 << 62

func (k *clock) newTicker(d time.Duration) *time.Ticker {
	t := time.NewTicker(d) // panics as it does natively if d <= 0
	t.Stop()
	x := &vtimer{c: make(chan time.Time, 1), period: d}
	t.C = x.c
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tickers == nil {
		k.tickers = map[*time.Ticker]*vtimer{}
	}
	k.tickers[t] = x
	k.push(x, k.elapsed()+d)
	return t
}

// find is the virtual timer behind t, nil for native ones.
func (k *clock) find(t *time.Timer) *vtimer {
	if !k.virtual() {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.timers[t]
}

func (k *clock) findTicker(t *time.Ticker) *vtimer {
	if !k.virtual() {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tickers[t]
}

func (k *clock) reset(x *vtimer, d time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	was := k.removeLocked(x)
	k.push(x, k.elapsed()+max(d, 0))
	return was
}

func (k *clock) resetTicker(x *vtimer, d time.Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.removeLocked(x)
	x.period = d
	k.push(x, k.elapsed()+d)
}

// vheap orders timers by time, then by when they were set.
type vheap []*vtimer

func (h vheap) Len() int { return len(h) }
func (h vheap) Less(i, j int) bool {
	if h[i].when != h[j].when {
		return h[i].when < h[j].when
	}
	return h[i].seq < h[j].seq
}
func (h vheap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *vheap) Push(x any) {
	t := x.(*vtimer)
	t.index = len(*h)
	*h = append(*h, t)
}
func (h *vheap) Pop() any {
	old := *h
	n := len(old) - 1
	t := old[n]
	old[n] = nil
	*h = old[:n]
	t.index = -1
	return t
}
