package guest

import (
	"sync"
	"sync/atomic"
	"time"
)

// watcher is the goroutine that looks at running cells every lookEvery. A look
// at a busy cell costs some hundred nanoseconds: it ends at the first goroutine
// that runs. Only when every goroutine of a cell has waited for two looks, and
// nothing else can wake one of them, the runtime's own dump is taken to confirm.
type watcher struct {
	w     *World
	every time.Duration // between looks
	dumps dumper
	clock atomic.Int64 // nanotime of the last look, 0 while nobody looks
	late  atomic.Int64 // by how much the last looks came too late

	mu      sync.Mutex
	cells   int // that run
	ticking bool
	closed  chan struct{}
	wake    chan struct{}
}

// lookEvery is short enough for two looks and a dump to fit into 100 ms.
const lookEvery = 25 * time.Millisecond

// coarse is the time of the last look: good enough for how long a goroutine
// has waited, and a quarter of the price of asking.
func (x *watcher) coarse() int64 {
	if t := x.clock.Load(); t != 0 {
		return t
	}
	return nanotime()
}

func (x *watcher) cellStarted() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cells++
	if x.closed == nil {
		x.closed, x.wake = make(chan struct{}), make(chan struct{}, 1)
		go x.loop(x.closed)
	}
	if !x.ticking {
		x.ticking = true
		x.clock.Store(nanotime())
		x.wake <- struct{}{}
	}
}

func (x *watcher) cellEnded() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cells--
}

func (x *watcher) close() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed != nil {
		close(x.closed)
		x.closed = nil
	}
}

// loop looks while cells run and waits while none does.
func (x *watcher) loop(closed chan struct{}) {
	t := time.NewTicker(x.every)
	defer t.Stop()
	t.Stop()
	for {
		select {
		case <-closed:
			return
		case <-x.wake:
			t.Reset(x.every)
		case <-t.C:
			now := nanotime()
			x.late.Store(max(now-x.clock.Load()-int64(x.every), x.late.Load()*3/4))
			x.clock.Store(now)
			x.w.sweep()
			x.w.pulse()
			for _, c := range x.w.Cells() {
				c.look()
			}
			x.mu.Lock()
			if x.cells == 0 {
				x.ticking = false
				x.clock.Store(0)
				t.Stop()
			}
			x.mu.Unlock()
		}
	}
}

// noticedAgain is when a cell that only goroutines of other cells could wake is looked at again.
const noticedAgain = 300 * time.Millisecond
