package guest

import (
	"fmt"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// GoroutineState is one row of a goroutine table. It is plain data.
type GoroutineState struct {
	ID      int64 // as shown: 1 for a cell's main goroutine
	Cell    int64 // ID of the cell that started it
	Number  int   // execution count of that cell
	Main    bool
	Func    string // the function it runs: main.worker
	Spawn   Place  // its go statement; zero for a main goroutine
	State   string // running, chan receive, select, sync.Mutex.Lock, sleep ...; as in Go's traces
	Blocked bool   // it waits for another goroutine
	On      string // what it waits for: "results (chan int, 0 of 3)", "mu (sync.Mutex, locked by goroutine 7 in cell 3 line 5)"
	Place   Place  // where it waits
	Since   time.Duration
	Wakers  []Waker // who could wake it
	Ended   bool    // its function has returned
}

// Waker is a goroutine that has used what another one waits for.
type Waker struct {
	ID    int64
	Func  string
	Place Place // its last operation on it
	State string
	Ended bool
}

// Goroutines returns the live goroutines of one cell, or of all cells for nil, oldest first.
func (w *World) Goroutines(c *Cell) []GoroutineState {
	var gs []*G
	cells := []*Cell{c}
	if c == nil {
		cells = append(w.Cells(), w.background)
	}
	for _, c := range cells {
		gs = append(gs, c.goroutines()...)
	}
	return w.describe(gs)
}

// goroutines are the live goroutines of the cell, without those that native
// code started and that have ended since.
func (c *Cell) goroutines() []*G {
	c.mu.Lock()
	gs := make([]*G, 0, len(c.live))
	var gone []*G
	for g := range c.live {
		if g.adopted {
			if s, ok := g.status(); ok && s == statusDead {
				gone = append(gone, g)
				continue
			}
		}
		gs = append(gs, g)
	}
	c.mu.Unlock()
	for _, g := range gone {
		c.exit(g)
	}
	return gs
}

// states describes the live goroutines of the cell that pick accepts.
func (c *Cell) states(pick func(*G) bool) []GoroutineState {
	var gs []*G
	for _, g := range c.goroutines() {
		if pick(g) {
			gs = append(gs, g)
		}
	}
	return c.world.describe(gs)
}

// describe makes table rows of goroutines, sorted by number.
func (w *World) describe(gs []*G) []GoroutineState {
	sort.Slice(gs, func(i, j int) bool { return gs[i].id < gs[j].id })
	now := nanotime()
	all := w.everyone()
	rows := make([]GoroutineState, 0, len(gs))
	for _, g := range gs {
		x := g.waiting()
		r := GoroutineState{ID: g.number(), Cell: g.cell.ID, Number: g.cell.Number, Main: g == g.cell.main, Func: w.entry(g),
			Spawn: w.Place(g.place), State: x.kind.String(), Place: w.Place(x.place), Blocked: x.blocked()}
		if nat := g.native.Load(); nat != nil && x.kind == Running {
			r.State, r.On = nat.state, nat.in
		}
		if x.kind != Running {
			r.Since = time.Duration(now - x.since)
			r.On = w.on(g, &x, all)
			r.Wakers = w.wakers(g, &x, all)
		}
		if x.kind == WaitSelect && len(*x.chans) == 0 {
			r.State = "select (no cases)"
		}
		if (x.kind == WaitSend || x.kind == WaitRecv) && x.obj == nil {
			r.State += " (nil chan)"
		}
		rows = append(rows, r)
	}
	w.placeNative(gs, rows)
	return rows
}

// mostDumped is how many goroutines a program may have for its tables to look at stacks: a dump stops it for some
// microseconds for each.
const mostDumped = 2000

// placeNative finds, for the rows of goroutines that are inside native code or in a package without places, the
// line of the cell that called it, and the native function's name.
func (w *World) placeNative(gs []*G, rows []GoroutineState) {
	var all map[int64]dumped
	for i := range rows {
		r, g := &rows[i], gs[i]
		if r.Place.Line != 0 || g.self.Load() == getg() {
			continue
		}
		if all == nil {
			if runtime.NumGoroutine() > mostDumped {
				return
			}
			all = w.watch.dumps.take()
		}
		x, ok := all[g.goid.Load()]
		if !ok {
			continue
		}
		for _, c := range w.calls(w.elsewhere(g, x)) {
			if c.Place.Line != 0 {
				if c.Place.Func == "" {
					c.Place.Func = c.Func
				}
				r.Place = c.Place
				break
			}
		}
		if name := x.calledByCell(); name != "" && r.State == Running.String() {
			r.On = name
		}
	}
}

// entry is the name of the function that g runs.
func (w *World) entry(g *G) string {
	if g.entry != "" {
		return g.entry
	}
	p := w.Place(g.place)
	if p.What != "" {
		return p.What
	}
	if g.adopted {
		return "native code"
	}
	return p.Func
}

// blocked: it waits for another goroutine, not for time or the machine.
func (x *wait) blocked() bool {
	return x.kind != Running && x.kind != WaitSleep && x.kind != WaitNative
}

// on describes what goroutine g waits for.
func (w *World) on(g *G, x *wait, all []observed) string {
	what := w.Place(x.place).What
	named := func(rest string) string {
		if what == "" {
			return rest
		}
		return what + " (" + rest + ")"
	}
	switch x.kind {
	case WaitSend, WaitRecv:
		return named(chanState(x.typ, x.obj))
	case WaitSelect:
		var parts []string
		names := strings.Split(what, "\n") // one line for each case
		for i, ch := range *x.chans {
			c := x.stmt.cases[i]
			s := chanState(c.Type, ch)
			if i < len(names) && names[i] != "" {
				s = names[i] + " (" + s + ")"
			}
			if c.Send {
				s = "send on " + s
			} else {
				s = "receive from " + s
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, ", ")
	case WaitMutex, WaitRWRead, WaitRWWrite:
		t := "sync.Mutex"
		if x.kind != WaitMutex {
			t = "sync.RWMutex"
		}
		return named(t + w.lockedBy(g, x, all))
	case WaitWaitGroup:
		return named(fmt.Sprintf("sync.WaitGroup, counter %d", counter((*sync.WaitGroup)(x.obj))))
	case WaitCond:
		return named("sync.Cond")
	case WaitSleep:
		left := x.until - nanotime()
		if k := &g.cell.clock; k.virtual() {
			left = x.until - int64(k.sinceEpoch())
		}
		return fmt.Sprintf("%v left", time.Duration(max(left, 0)).Round(time.Millisecond))
	}
	return what
}

// chanState is a channel's type and fill: chan int, 2 of 3.
func chanState(t reflect.Type, ch unsafe.Pointer) string {
	if ch == nil {
		return chanName(t) + ", nil"
	}
	c := *(*chan struct{})(unsafe.Pointer(&ch))
	return chanFill(t, len(c), cap(c))
}

func chanName(t reflect.Type) string {
	if t == nil {
		return "channel"
	}
	return t.String()
}

func chanFill(t reflect.Type, n, c int) string {
	if c == 0 {
		return chanName(t) + ", unbuffered"
	}
	return fmt.Sprintf("%s, %d of %d", chanName(t), n, c)
}

// lockedBy tells who holds the lock that waiter waits for, from what goroutines noted when they took it. A reader may
// wait for a lock that only readers hold: behind a writer that waits, too.
func (w *World) lockedBy(waiter *G, x *wait, all []observed) string {
	var found []string
	for _, o := range all {
		for _, h := range o.g.holds() {
			if h.obj == uintptr(x.obj) {
				s := fmt.Sprintf("goroutine %d in %s", o.g.number(), w.Place(h.place).Position())
				if o.g == waiter {
					s = "this goroutine itself in " + w.Place(h.place).Position()
				}
				if o.ended {
					s += ", which has ended"
				}
				found = append(found, s)
			}
		}
	}
	by := ", locked by "
	if x.kind != WaitMutex && heldByReaders((*sync.RWMutex)(x.obj)) {
		by = ", locked for reading by "
	}
	behind := ""
	if x.kind == WaitRWRead {
		for _, o := range all {
			if y := o.g.waiting(); !o.ended && y.kind == WaitRWWrite && y.obj == x.obj {
				behind = fmt.Sprintf("; goroutine %d waits to lock it for writing, and who reads next waits behind it", o.g.number())
				break
			}
		}
	}
	switch len(found) {
	case 0:
		return ", locked" + behind
	case 1, 2, 3:
		return by + strings.Join(found, " and ") + behind
	}
	return fmt.Sprintf("%s%s and %d others%s", by, found[0], len(found)-1, behind)
}

// heldByReaders tells whether the lock is held for reading. It only looks: an attempt to lock would stand in somebody's way.
//
//go:norace
func heldByReaders(m *sync.RWMutex) bool {
	n := reflect.ValueOf(m).Elem().FieldByName("readerCount").FieldByName("v") // negative while a writer holds it or waits natively
	return n.IsValid() && n.CanInt() && n.Int() > 0
}

// holds is a copy of g's locks.
//
//go:norace
func (g *G) holds() []held { return append([]held(nil), g.held...) }

// observed is a goroutine that a table may name.
type observed struct {
	g     *G
	ended bool
}

// everyone are the goroutines that live and those that ended lately. A table of
// n rows collects them once: cells with ten thousand goroutines are common.
func (w *World) everyone() (all []observed) {
	for _, c := range append(w.Cells(), w.background) {
		for _, g := range c.goroutines() {
			all = append(all, observed{g, false})
		}
		c.mu.Lock()
		old := c.ended
		c.mu.Unlock()
		for _, g := range old {
			if g != nil {
				all = append(all, observed{g, true})
			}
		}
	}
	return all
}

// wakers are the goroutines that have used what g waits for.
func (w *World) wakers(g *G, x *wait, all []observed) []Waker {
	objs := x.objects()
	var ws []Waker
	if len(objs) == 0 {
		return nil
	}
	for _, other := range all {
		o, ended := other.g, other.ended
		if len(ws) >= maxWakers {
			break
		}
		if o == g {
			continue
		}
		for _, obj := range objs {
			if place, ok := o.lastUse(obj); ok {
				k := Waker{ID: o.number(), Func: w.entry(o), Place: w.Place(place), State: "ended", Ended: ended}
				if k.Func == "" {
					k.Func = k.Place.Func
				}
				if !ended {
					y := o.waiting()
					k.State = y.kind.String()
				}
				ws = append(ws, k)
				break
			}
		}
	}
	return ws
}

// maxWakers is how many goroutines a row names.
const maxWakers = 8

// numGoroutine is runtime.NumGoroutine of the user's program. A goroutine that
// has told others that it is done takes longer to return than a compiled one, so
// while another one runs it is given a moment.
func (w *World) numGoroutine() int {
	self := cur()
	for start := nanotime(); ; {
		n, running := 0, false
		for _, c := range append(w.Cells(), w.background) {
			for _, g := range c.goroutines() {
				if !g.adopted && !g.coroutine {
					n++
					running = running || g != self && g.waiting().kind == Running
				}
			}
		}
		if !running || nanotime()-start > int64(50*time.Microsecond) {
			return max(n, 1)
		}
		runtime.Gosched()
	}
}
