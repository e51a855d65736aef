package guest

import (
	"fmt"
	"strings"
	"time"
	"unsafe"
)

// Deadlock is a report that goroutines wait for ever. It is plain data.
type Deadlock struct {
	Text       string           // Go's: fatal error: all goroutines are asleep - deadlock!
	Goroutines []GoroutineState // of the cell
	Others     []GoroutineState // of other cells: asleep too, or alive if this is a notice
}

const allAsleep = "fatal error: all goroutines are asleep - deadlock!"

// String is Go's text, with the cells' lines for files.
func (d *Deadlock) String() string {
	var b strings.Builder
	b.WriteString(d.Text)
	b.WriteByte('\n')
	for _, r := range d.Goroutines {
		fmt.Fprintf(&b, "\ngoroutine %d [%s]:\n", r.ID, r.State)
		writeCalls(&b, []Call{{r.Place.Func, r.Place}})
		if r.Spawn.Line != 0 {
			fmt.Fprintf(&b, "created by %s in %s\n", r.Spawn.Func, r.Spawn.Position())
		}
	}
	return b.String()
}

// suspicion is what the last looks at a cell have seen.
type suspicion struct {
	runner    *G     // ran at the last look
	skipped   int    // looks that were left out since
	since     uint64 // signature of the goroutines' waits when the suspicion began, 0 for none
	notBefore int64  // nanotime before which no dump is taken again
	noticed   uint64 // signature for which a notice has been given
}

// look is one look at one running cell.
func (c *Cell) look() {
	c.mu.Lock()
	over := c.outcome != nil || !c.running
	c.mu.Unlock()
	if over || c.clock.virtual() { // the virtual clock's driver asks by itself
		return
	}
	s := &c.suspect
	// Something runs: most likely the same goroutine as before. Only now and then
	// all of them are looked at, for it may be one of another cell.
	if r := s.runner; r != nil && s.skipped < 8 && r.waiting().kind == Running && !c.world.watch.dumps.idle() {
		s.skipped++
		return
	}
	s.runner, s.skipped = nil, 0
	sig, ok := c.asleep(false)
	if !ok {
		s.since = 0
		return
	}
	if s.since != sig {
		s.since = sig
		return
	}
	if nanotime() < s.notBefore {
		return
	}
	c.confirm(sig)
}

// asleep tells whether, by what the goroutines themselves have noted, every one
// of the cell waits for another one. sig changes whenever one of them has gone on
// meanwhile. Goroutines inside native code count as asleep while nothing in the
// process runs. sleepers: goroutines that sleep count, too (virtual time).
func (c *Cell) asleep(sleepers bool) (sig uint64, ok bool) {
	w := c.world
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.live) == 0 {
		return 0, false
	}
	sig = uint64(c.created)*31 + uint64(len(c.live))
	idle := w.watch.dumps.idle()
	for g := range c.live { // the cheap question first: of many goroutines some run
		if g.waitSeq.Load()&1 == 0 {
			c.suspect.runner = g
			if !idle {
				return 0, false
			}
		}
	}
	for g := range c.live {
		n := g.waitSeq.Load()
		x := g.waiting()
		switch {
		case x.kind == Running:
			if !idle {
				return 0, false
			}
		case x.kind == WaitSleep:
			if !sleepers {
				return 0, false
			}
		case !c.clock.virtual() && w.wokenFromOutside(&x):
			return 0, false
		}
		sig += (uint64(g.id) + 1) * (uint64(n) + 1) * 0x9e3779b97f4a7c15
	}
	if !c.clock.virtual() && w.timers.alive(func(o *Cell) bool { return o == c }) {
		return 0, false
	}
	return sig | 1, true
}

// wokenFromOutside tells whether a wait can end without another goroutine: by
// a timer, a signal, or because the object is free already.
func (w *World) wokenFromOutside(x *wait) bool {
	switch x.kind {
	case WaitRecv:
		return w.fedFromOutside(x.obj)
	case WaitSelect:
		for _, ch := range *x.chans {
			if w.fedFromOutside(ch) {
				return true
			}
		}
	}
	return false
}

// fedFromOutside tells whether a timer or a signal may send on the channel.
func (w *World) fedFromOutside(ch unsafe.Pointer) bool {
	if ch == nil {
		return false
	}
	if pending, known := w.timers.pending(uintptr(ch), w.watch.late.Load()); known {
		return pending
	}
	return hasTimer(ch) || w.signals.has(uintptr(ch))
}

// confirm takes a dump and reports if it says the same.
func (c *Cell) confirm(sig uint64) {
	w := c.world
	start := nanotime()
	all := w.watch.dumps.take()
	c.suspect.notBefore = nanotime() + 50*(nanotime()-start) // dumps of many goroutines stay under 2 %
	if sig2, ok := c.asleep(false); !ok || sig2 != sig {
		c.suspect.since = 0
		return
	}
	if !c.dead(all) {
		return
	}
	others := c.others(all)
	if len(others.alive) > 0 || w.timers.alive(func(o *Cell) bool { return o != c }) {
		// Those others may end, and then it is a deadlock.
		c.suspect.notBefore = max(c.suspect.notBefore, nanotime()+int64(noticedAgain))
		first := c.suspect.noticed != sig
		c.suspect.noticed = sig
		if first && !c.knows(others.alive) {
			r := &Deadlock{Text: "every goroutine of this cell is asleep; only goroutines of other cells are alive",
				Goroutines: w.describe(c.goroutines()), Others: w.describe(others.alive)}
			// With ten thousand others that took a while: the cell may have been woken meanwhile.
			if sig2, ok := c.asleep(false); ok && sig2 == sig {
				w.host.Notice(c, r)
			}
		}
		return
	}
	c.deadlock(others.asleep, all)
}

// dead tells whether, in a dump, no goroutine of the cell can go on by itself.
func (c *Cell) dead(all map[int64]dumped) bool {
	known := map[int64]bool{}
	for _, g := range c.goroutines() {
		known[g.goid.Load()] = true
		x, ok := all[g.goid.Load()]
		if !ok {
			if g.adopted {
				c.exit(g) // it has ended; nobody told
				continue
			}
			return false // it has just been started or is ending
		}
		own := g.waiting()
		switch {
		case own.kind == Running && x.awake():
			return false
		case own.kind != Running && !x.parked():
			return false // it has been woken
		}
		if own.kind == Running {
			g.inNative(x)
		}
	}
	// Goroutines that native code started for the cell, and those that a timer has
	// just started for nobody knows whom.
	prefix := fmt.Sprintf("%d/", c.ID)
	for id, x := range all {
		if !known[id] && (strings.HasPrefix(x.label, prefix) && x.awake() || x.label == "" && x.state == "runnable") {
			return false
		}
	}
	return true
}

// parked: it waits where our own waits put it.
func (x *dumped) parked() bool {
	return strings.HasPrefix(x.state, "select") || strings.HasPrefix(x.state, "chan ") || strings.HasPrefix(x.state, "sync.") || x.state == "semacquire"
}

// inNative notes what native code g waits in, for tables.
func (g *G) inNative(x dumped) {
	s := nativeWait{state: x.state, in: x.blockedIn()}
	g.native.Store(&s)
}

// nativeWait is what a dump told of a goroutine inside native code.
type nativeWait struct{ state, in string }

// otherGoroutines are those of other cells.
type otherGoroutines struct{ alive, asleep []*G }

func (c *Cell) others(all map[int64]dumped) (o otherGoroutines) {
	for _, d := range append(c.world.Cells(), c.world.background) {
		if d == c {
			continue
		}
		for _, g := range d.goroutines() {
			x, ok := all[g.goid.Load()]
			if !ok {
				if g.adopted {
					d.exit(g)
				}
				continue
			}
			own := g.waiting()
			switch {
			case own.kind == Running && x.awake(), own.kind == WaitSleep, own.kind != Running && !x.parked(),
				own.kind != Running && d.world.wokenFromOutside(&own):
				o.alive = append(o.alive, g)
			default:
				o.asleep = append(o.asleep, g)
			}
		}
		prefix := fmt.Sprintf("%d/", d.ID)
		for id, x := range all { // a server's goroutines
			if strings.HasPrefix(x.label, prefix) && x.awake() && c.world.byGoid(d, id) == nil {
				o.alive = append(o.alive, &G{id: id, cell: d, entry: x.blockedIn(), quit: &d.quit})
			}
		}
	}
	return o
}

func (w *World) byGoid(c *Cell, id int64) *G {
	for _, g := range c.goroutines() {
		if g.goid.Load() == id {
			return g
		}
	}
	return nil
}

// knows tells whether one of gs has used something that a goroutine of the cell waits for.
func (c *Cell) knows(gs []*G) bool {
	for _, g := range c.goroutines() {
		x := g.waiting()
		for _, obj := range x.objects() {
			for _, o := range gs {
				if _, ok := o.lastUse(obj); ok {
					return true
				}
				for _, h := range o.holds() {
					if h.obj == uintptr(obj) {
						return true
					}
				}
			}
		}
	}
	return false
}

// deadlock ends the cell.
func (c *Cell) deadlock(asleep []*G, all map[int64]dumped) {
	w := c.world
	d := &Deadlock{Text: allAsleep, Goroutines: w.describe(c.goroutines()), Others: w.describe(asleep)}
	if c.finish(&Outcome{Kind: Deadlocked, Deadlock: d}) {
		c.raise(quitKill)
	}
}

// allWait tells the virtual clock that every goroutine of the cell waits.
func (c *Cell) allWait() bool {
	sig, ok := c.asleep(true)
	if !ok {
		return false
	}
	w := c.world
	if w.timers.alive(func(o *Cell) bool { return o == c }) {
		return false
	}
	// If everyone has noted that it waits, the runtime's statuses are enough:
	// one that was woken is runnable until it takes its note back, which changes sig.
	idle := w.watch.dumps.idle() // nor does native code that was started for it
	for _, g := range c.goroutines() {
		s, known := g.status()
		if !idle || !known || g.waiting().kind == Running {
			all := w.watch.dumps.take()
			sig2, ok := c.asleep(true)
			return ok && sig == sig2 && c.dead(all)
		}
		if s != statusWaiting {
			return false
		}
	}
	sig2, ok := c.asleep(true)
	return ok && sig == sig2
}

// lookNow is the virtual clock's: every goroutine waits and no timer is pending.
func (x *watcher) lookNow(c *Cell) {
	for _, g := range c.goroutines() {
		if v := g.waiting(); x.w.wokenFromOutside(&v) {
			return
		}
	}
	all := x.dumps.take()
	o := c.others(all)
	if len(o.alive) == 0 {
		c.deadlock(o.asleep, all)
		return
	}
	if sig, ok := c.asleep(true); ok && c.suspect.noticed != sig && !c.knows(o.alive) {
		c.suspect.noticed = sig
		x.w.host.Notice(c, &Deadlock{Text: "every goroutine of this cell is asleep; only goroutines of other cells are alive",
			Goroutines: x.w.describe(c.goroutines()), Others: x.w.describe(o.alive)})
	}
}

// objects are the channels, locks and groups that a wait is for.
func (x *wait) objects() []unsafe.Pointer {
	var objs []unsafe.Pointer
	if x.obj != nil {
		objs = append(objs, x.obj)
	}
	if x.chans != nil {
		for _, p := range *x.chans {
			if p != nil {
				objs = append(objs, p)
			}
		}
	}
	return objs
}

// timerAt is where a channel holds the timer that feeds it, found by comparing
// a timer's channel with a plain one; 0 if this Go has none.
var timerAt = func() uintptr {
	t := time.NewTimer(time.Hour)
	defer t.Stop()
	plain := make(chan time.Time, 1)
	c := t.C
	a, b := *(*unsafe.Pointer)(unsafe.Pointer(&c)), *(*unsafe.Pointer)(unsafe.Pointer(&plain))
	const head = 4 * unsafe.Sizeof(uintptr(0)) // counts, buffer, element size and closed come first
	off := head
	if *(*unsafe.Pointer)(unsafe.Add(a, off)) != nil && *(*unsafe.Pointer)(unsafe.Add(b, off)) == nil {
		return off
	}
	return 0
}()

// hasTimer tells whether the channel belongs to a timer.
func hasTimer(ch unsafe.Pointer) bool {
	return timerAt != 0 && *(*unsafe.Pointer)(unsafe.Add(ch, timerAt)) != nil
}
