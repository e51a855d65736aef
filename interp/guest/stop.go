package guest

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Quit levels of a goroutine.
const (
	quitStop = 1 // it ends at its next back edge or blocking operation; its deferred calls run
	quitKill = 2 // it ends, and nothing deferred runs: its program is gone, as after os.Exit
)

// quit asks goroutines to end. Blocked operations wait for stop, or for kill
// when they are already leaving.
type quit struct {
	level      atomic.Int32
	stop, kill chan struct{}
}

func (q *quit) init() { q.stop, q.kill = make(chan struct{}), make(chan struct{}) }

// raise sets the level; it reports whether it was lower.
func (q *quit) raise(level int32) bool {
	for {
		old := q.level.Load()
		if old >= level {
			return false
		}
		if q.level.CompareAndSwap(old, level) {
			if old < quitStop {
				close(q.stop)
			}
			if level == quitKill {
				close(q.kill)
			}
			return true
		}
	}
}

// Stop interrupts the cell, or ends what a cell that has ended has left behind: loops end at their next back edge, blocked
// operations at once; deferred calls run. A second Stop ends those too.
// It returns at once; Run returns when the goroutines have ended or were given up.
func (c *Cell) Stop() { c.stop(Stopped) }

func (c *Cell) stop(kind OutcomeKind) {
	level := int32(quitStop)
	if c.quit.level.Load() >= quitStop {
		level = quitKill
	}
	c.finish(&Outcome{Kind: kind}) // before anything ends that could be taken for another outcome
	c.raise(level)
}

// raise asks every goroutine of the cell to end.
func (c *Cell) raise(level int32) {
	c.raiseFlag() // before anything can end and lower it
	a, b := c.quit.raise(level), c.mainQ.raise(level)
	if a || b {
		c.askedAt.Store(nanotime())
	}
	c.mu.Lock()
	over := len(c.live) == 0 && !c.running
	c.mu.Unlock()
	if over {
		c.lowerFlag()
	}
}

// stopFlags are the variables that emitted text tests on back edges. One flag
// serves all cells: while a cell is being stopped, loops of the others look
// aside once for each turn and go on.
type stopFlags struct {
	mu    sync.Mutex
	own   bool
	also  []*bool
	count int // stopped cells that have goroutines left
}

// StopFlag is the address of the flag that text tests on back edges:
// `if *stop { guest.StopHit() }`.
func (w *World) StopFlag() *bool { return &w.flags.own }

// StopVar makes *p a copy of the flag: an interpreted variable is tested faster
// than a native one.
func StopVar(p *bool) {
	f := &world.Load().flags
	f.mu.Lock()
	defer f.mu.Unlock()
	f.also = append(f.also, p)
	setFlag(p, f.count > 0)
}

// setFlag writes what emitted text reads without synchronisation: a race that is meant.
//
//go:norace
func setFlag(p *bool, b bool) { *p = b }

func (c *Cell) raiseFlag() {
	f := &c.world.flags
	f.mu.Lock()
	defer f.mu.Unlock()
	if !c.flagged {
		c.flagged = true
		if f.count++; f.count == 1 {
			f.set(true)
		}
	}
}

func (c *Cell) lowerFlag() {
	f := &c.world.flags
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.flagged {
		c.flagged = false
		if f.count--; f.count == 0 {
			f.set(false)
		}
	}
}

func (f *stopFlags) set(b bool) {
	setFlag(&f.own, b)
	for _, p := range f.also {
		setFlag(p, b)
	}
}

// pulse raises the flag for a moment if goroutines that were given up still
// live: should they come back from native code, they end at a back edge. Other
// loops pay for that moment only.
func (w *World) pulse() {
	for _, c := range w.Cells() {
		c.mu.Lock()
		abandoned := c.abandoned
		c.mu.Unlock()
		if abandoned {
			f := &w.flags
			f.mu.Lock()
			f.set(true)
			f.mu.Unlock()
			time.Sleep(100 * time.Microsecond)
			f.mu.Lock()
			f.set(f.count > 0)
			f.mu.Unlock()
			return
		}
	}
}

// StopHit is called by emitted text when the flag is up: it ends the goroutine
// if its cell is being stopped.
func StopHit() {
	g := cur()
	if g.mustLeave() {
		g.leave()
	}
	runtime.Gosched()
}

// mustLeave tells whether g was asked for more than it obeys already.
func (g *G) mustLeave() bool { return g.quit.level.Load() > g.leaving.Load() }

// leave ends the goroutine as runtime.Goexit does: native code that recovers
// cannot hold it, and recover returns nil.
func (g *G) leave() {
	g.leaving.Store(g.quit.level.Load())
	runtime.Goexit()
}

// done is what a blocking operation of g also waits for.
func (g *G) done() <-chan struct{} {
	if g.leaving.Load() >= quitStop {
		return g.quit.kill
	}
	return g.quit.stop
}
