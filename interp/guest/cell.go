package guest

import (
	"sync"
	"sync/atomic"
	"time"
)

// Cell is one execution of a cell: the main goroutine and what it starts.
type Cell struct {
	ID     int64 // unique in the session
	Number int   // execution count, as positions show it
	Out    any   // the host's own

	world *World
	quit  quit // of the goroutines that it starts
	mainQ quit // of its main goroutine
	clock clock
	trace atomic.Pointer[Trace]
	drew  atomic.Bool // a random number that follows from Options.Seed

	mu        sync.Mutex
	main      *G
	running   bool // Run has not returned
	outcome   *Outcome
	over      chan struct{} // closed when outcome is set
	live      map[*G]struct{}
	idle      []func()      // called when the last goroutine ends
	ended     [endedKept]*G // ring of goroutines that have ended
	endedN    int
	suspect   suspicion    // the watcher's
	askedAt   atomic.Int64 // nanotime when its goroutines were last asked to end
	abandoned bool         // some were given up and live
	created   int64        // goroutines started so far
	flagged   bool         // its stop raised the text's flag
	mainGone  bool         // the main goroutine called Goexit
}

const endedKept = 32

// NewCell makes a cell: id is unique in the session, number the execution
// count under which it shows itself.
func (w *World) NewCell(id int64, number int) *Cell {
	c := &Cell{ID: id, Number: number, world: w, live: map[*G]struct{}{}, over: make(chan struct{})}
	c.quit.init()
	c.mainQ.init()
	return c
}

// OutcomeKind is how a cell's main goroutine ended.
type OutcomeKind int

const (
	Returned   OutcomeKind = iota // as a compiled main does
	Panicked                      // uncaught panic, in main or in another goroutine of the cell
	Exited                        // os.Exit or log.Fatal
	Deadlocked                    // every goroutine asleep, or main called Goexit and the others ended
	Stopped                       // by Stop
	TimedOut                      // by the time limit
	GivenUp                       // did not end when it was stopped
)

// Outcome is how a cell ended.
type Outcome struct {
	Kind     OutcomeKind
	Code     int              // Exited
	Crash    *Crash           // Panicked
	Deadlock *Deadlock        // Deadlocked
	Left     []GoroutineState // goroutines of the cell that still live
	Ended    []GoroutineState // goroutines that still lived when main returned, and ended with it (Options.Program)
	GivenUp  []GoroutineState // goroutines that did not end when they were stopped
	Elapsed  time.Duration
	Drew     bool // random numbers that follow from Options.Seed
}

// Options of Run.
type Options struct {
	Fast  bool          // virtual time: the clock jumps when every goroutine of the cell waits for it
	Limit time.Duration // stops the cell after that time; 0 for none
	Grace time.Duration // what deferred calls of a stopped cell may take before it is given up; 0 means 2 s
	Trace *Trace        // receives what the cell's goroutines do; nil for nothing
	Seed  uint64        // of what the cell draws from the shared sources of math/rand; 0 for those sources

	// Program: the cell is a whole program. When its main function returns, the
	// goroutines that it started end with it, and nothing deferred in them runs.
	Program bool
}

// Run runs f as the main goroutine of the cell and returns when that has ended:
// by itself, by an uncaught panic of one of the cell's goroutines, by a deadlock,
// or by Stop. The goroutines that the cell started may go on. A cell is run once.
func (c *Cell) Run(f func(), o Options) *Outcome {
	w := c.world
	start := now()
	g := w.newG(c, 0)
	g.quit = &c.mainQ
	g.entry = "main.main"
	if o.Seed != 0 {
		w.seeded.Store(true)
		g.random = &random{cell: c, stream: mix(o.Seed)}
	}
	c.mu.Lock()
	c.main, c.running = g, true
	c.mu.Unlock()
	w.mu.Lock()
	w.cells[c] = struct{}{}
	w.mu.Unlock()
	w.latest.Store(c)
	if o.Trace != nil {
		o.Trace.begin(g)
		c.trace.Store(o.Trace)
	}
	if o.Fast {
		c.clock.startVirtual(c)
	}
	w.watch.cellStarted()
	defer w.watch.cellEnded()
	if o.Limit > 0 {
		t := time.AfterFunc(o.Limit, func() { c.stop(TimedOut) })
		defer t.Stop()
	}
	c.enter(g)
	go func() {
		g.own()
		defer g.base()
		f()
		g.ended = true
	}()
	<-c.over
	out := c.settle(g, o)
	out.Elapsed = now().Sub(start)
	out.Drew = c.drew.Load()
	return out
}

// usualPatience is how many ticks a goroutine that was asked to end may take to
// notice: loops and blocking operations do at once, native code does not.
const (
	usualPatience = 6
	settleTick    = 10 * time.Millisecond
)

// settle waits until the goroutines that the outcome asked to end have ended.
// Those that have not even noticed after some ticks are inside native code and are
// given up; those that run their deferred calls have the grace that o gives.
func (c *Cell) settle(main *G, o Options) *Outcome {
	grace := o.Grace
	if grace == 0 {
		grace = 2 * time.Second
	}
	c.mu.Lock()
	out := c.outcome
	c.mu.Unlock()
	if out.Kind == Returned && o.Program {
		c.letEnd()
		if out.Ended = c.states(func(g *G) bool { return g != main && !g.coroutine }); len(out.Ended) > 0 {
			c.raise(quitKill)
		}
	}
	if out.Kind != Returned || len(out.Ended) > 0 {
		asked := func(g *G) bool { return g == main || out.Kind != Panicked && !g.adopted }
		exited := make(chan struct{}, 1)
		tick := time.NewTicker(settleTick)
		defer tick.Stop()
		ticks, asked0 := 0, int64(0)
		for {
			c.onExit(func() {
				select {
				case exited <- struct{}{}:
				default:
				}
			})
			if at := c.askedAt.Load(); at != asked0 {
				asked0, ticks = at, 0
			}
			since := time.Duration(0)
			if asked0 != 0 {
				since = time.Duration(nanotime() - asked0)
			}
			left, leaving, parked := 0, 0, 0
			for _, g := range c.goroutines() {
				if !asked(g) {
					continue
				}
				left++
				s, ok := g.status()
				switch {
				case g.leaving.Load() >= g.quit.level.Load():
					leaving++
				case since < 8*usualPatience*settleTick && (ok && s == statusRunnable || g.waiting().kind != Running):
					leaving++ // it will notice as soon as it gets a turn: the machine is busy
				case ok && (s == statusWaiting || s == statusSyscall):
					parked++ // inside native code that waits: for the network, a file, a child
				}
			}
			killed := c.mainQ.level.Load() >= quitKill
			if left == 0 {
				break
			}
			patience := c.world.patience
			if parked == left {
				patience = (patience + 1) / 2
			}
			if ticks >= patience && (leaving == 0 || killed && since > 9*usualPatience*settleTick) {
				out.GivenUp = c.states(asked)
				break
			}
			if since > grace && !killed {
				c.raise(quitKill) // its deferred calls do not come to an end
			}
			select {
			case <-exited:
			case <-tick.C:
				ticks++ // and not the time: on a busy machine they come late, too
			}
		}
	}
	if out.Kind == Returned || out.Kind == Panicked {
		c.letEnd()
	}
	c.mu.Lock()
	c.running = false
	c.abandoned = len(out.GivenUp) > 0
	last := len(c.live) == 0
	c.mu.Unlock()
	c.lowerFlag() // after running is false: whoever raises it later sees that
	if last {
		c.gone()
	}
	if c.clock.virtual() {
		c.clock.poke()
	}
	if out.Kind == Returned || out.Kind == Panicked {
		out.Left = c.states(func(g *G) bool { return g != main && !g.coroutine })
	}
	return out
}

// letEnd gives goroutines that have done their work, and only have to return, a
// moment to do so: they are no leak.
func (c *Cell) letEnd() {
	for wait := 10 * time.Microsecond; wait < 2*time.Millisecond; wait *= 2 {
		ending := false
		for _, g := range c.goroutines() {
			ending = ending || !g.adopted && !g.coroutine && g.waiting().kind == Running
		}
		if !ending {
			return
		}
		time.Sleep(wait)
	}
}

// gone takes a cell without goroutines out of the World's list.
func (c *Cell) gone() {
	c.world.mu.Lock()
	delete(c.world.cells, c)
	c.world.mu.Unlock()
}

// finish sets the cell's outcome; the first one counts. It reports whether it did.
func (c *Cell) finish(o *Outcome) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.outcome != nil {
		return false
	}
	c.outcome = o
	close(c.over)
	return true
}

// enter and exit keep the cell's set of live goroutines.
func (c *Cell) enter(g *G) {
	c.mu.Lock()
	c.live[g] = struct{}{}
	c.created++
	c.mu.Unlock()
}

func (c *Cell) exit(g *G) {
	w := c.world
	w.goroutines.remove(g)
	if t := c.trace.Load(); t != nil {
		t.ended(g)
	}
	c.mu.Lock()
	delete(c.live, g)
	c.ended[c.endedN%endedKept] = g
	c.endedN++
	last := len(c.live) == 0
	var idle []func()
	idle, c.idle = c.idle, nil
	running := c.running
	c.mu.Unlock()
	if c.clock.virtual() {
		c.clock.poke()
	}
	for _, f := range idle {
		f()
	}
	if last && !running {
		c.gone()
		c.lowerFlag()
	}
}

// onExit calls f once when a goroutine of the cell has ended.
func (c *Cell) onExit(f func()) {
	c.mu.Lock()
	c.idle = append(c.idle, f)
	c.mu.Unlock()
}
