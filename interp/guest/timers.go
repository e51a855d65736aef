package guest

import (
	"context"
	"math"
	"sync"
	"time"
	"weak"
)

// timers is what is known of the native timers that cells have made.
type timers struct {
	mu     sync.Mutex
	chans  map[uintptr]int64 // channel of a timer or ticker -> when it fires (nanotime), 0 if it was stopped
	funcs  map[*time.Timer]*funcTimer
	rested restedTimers
	ctxs   map[*ctxTimer]struct{}
}

// funcTimer is a pending time.AfterFunc.
type funcTimer struct {
	cell *Cell
	t    *time.Timer
}

// ctxTimer is a context with a deadline.
type ctxTimer struct {
	cell *Cell
	ctx  context.Context
}

// restedTimers remembers AfterFunc timers that fired or were stopped as long as
// the program holds them: Reset starts them again.
type restedTimers struct {
	m map[weak.Pointer[time.Timer]]*funcTimer
}

// Store keeps e for t.
func (r *restedTimers) Store(t *time.Timer, e *funcTimer) {
	if r.m == nil {
		r.m = map[weak.Pointer[time.Timer]]*funcTimer{}
	}
	if len(r.m) >= 256 && len(r.m)&(len(r.m)-1) == 0 {
		for k := range r.m {
			if k.Value() == nil {
				delete(r.m, k)
			}
		}
	}
	e.t = nil
	r.m[weak.Make(t)] = e
}

// slack is how late a timer may fire before a goroutine that waits for its
// channel is held to wait for nothing; on a busy machine, where the watcher's own
// timer is late, it is longer.
const slack = int64(20 * time.Millisecond)

// keptTimers is how many channels are remembered; forgotten ones count as alive.
const keptTimers = 4096

// set notes when the timer of a channel fires.
func (ts *timers) set(ch uintptr, when int64) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.chans == nil {
		ts.chans = map[uintptr]int64{}
	}
	if len(ts.chans) >= keptTimers {
		now := nanotime()
		for k, t := range ts.chans {
			if t < now {
				delete(ts.chans, k)
			}
		}
		for k := range ts.chans {
			if len(ts.chans) < keptTimers {
				break
			}
			delete(ts.chans, k)
		}
	}
	ts.chans[ch] = when
}

// pending tells whether a timer may still send on the channel; known is false
// for channels that no redirected function has made.
func (ts *timers) pending(ch uintptr, late int64) (pending, known bool) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	when, known := ts.chans[ch]
	return when != 0 && (when == math.MaxInt64 || nanotime()-when < slack+2*late), known
}

// fired moves an AfterFunc timer out of the pending ones.
func (ts *timers) fired(e *funcTimer) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := e.t
	delete(ts.funcs, t)
	ts.rested.Store(t, e)
	e.t = nil
}

// known is the entry of an AfterFunc timer that Reset starts again.
func (ts *timers) known(t *time.Timer) *funcTimer {
	if e := ts.funcs[t]; e != nil {
		return e
	}
	k := weak.Make(t)
	e := ts.rested.m[k]
	if e != nil {
		delete(ts.rested.m, k)
		e.t = t
	}
	return e
}

// alive tells whether a timer will still run a function or end a context of a
// cell that pick accepts, however late it is.
func (ts *timers) alive(pick func(*Cell) bool) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, e := range ts.funcs {
		if pick(e.cell) {
			return true
		}
	}
	found := false
	for e := range ts.ctxs {
		if e.ctx.Err() != nil {
			delete(ts.ctxs, e)
		} else if pick(e.cell) {
			found = true
		}
	}
	return found
}

// addContext notes a context with a deadline.
func (ts *timers) addContext(c *Cell, ctx context.Context) *ctxTimer {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.ctxs == nil {
		ts.ctxs = map[*ctxTimer]struct{}{}
	}
	e := &ctxTimer{c, ctx}
	ts.ctxs[e] = struct{}{}
	return e
}

func (ts *timers) dropContext(e *ctxTimer) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.ctxs, e)
}
