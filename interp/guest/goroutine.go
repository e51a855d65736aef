package guest

// Go starts f as a goroutine of the running goroutine's cell; place is the go
// statement. A nil f is Go's fatal error.
func Go(f func(), place int) {
	p := cur()
	if f == nil {
		p.cell.world.host.Fatal(p.cell, "fatal error: go of nil func value")
		panic("fatal error: go of nil func value")
	}
	p.spawn(f, place, "")
}

func (p *G) spawn(f func(), place int, creator string) {
	c := p.cell
	g := c.world.newG(c, place)
	g.parent, g.creator, g.random = p.id, creator, p.random.branch()
	if t := c.trace.Load(); t != nil {
		t.create(p, g)
	}
	c.enter(g)
	go func() {
		room(0)
		g.own()
		defer g.base()
		if g.mustLeave() {
			g.leave()
		}
		f()
		g.ended = true
	}()
}

// room makes the stack of a new goroutine as large as interpreted code needs it at once, 8 KB. Step by step it
// would be copied twice, with many frames on it: a quarter of what a goroutine costs.
//
//go:noinline
func room(i int) byte {
	var b [3400]byte
	return b[i]
}

// base is deferred at the bottom of every goroutine of ours. It runs on top of
// the panicking stack, so the whole chain of activations is still there to be read.
func (g *G) base() {
	if v := recover(); v != nil {
		g.ended = false
		g.crash(g.arriving(v))
	}
	g.end()
}

// end takes the goroutine out of its cell and ends the cell if it was its main one.
func (g *G) end() {
	c := g.cell
	g.disown()
	if c.main != g {
		c.orphaned()
		return
	}
	if g.ended {
		c.finish(&Outcome{Kind: Returned})
		return
	}
	if g.leaving.Load() == 0 { // Goexit of main: the program goes on without it
		c.mu.Lock()
		c.mainGone = true
		c.mu.Unlock()
		c.orphaned()
	}
}

// orphaned ends a cell whose main goroutine called Goexit when the last of the others has ended.
func (c *Cell) orphaned() {
	c.mu.Lock()
	gone := c.mainGone && len(c.live) == 0
	c.mu.Unlock()
	if gone {
		c.finish(&Outcome{Kind: Deadlocked, Deadlock: &Deadlock{Text: "fatal error: no goroutines (main called runtime.Goexit) - deadlock!"}})
	}
}

// crash ends the cell by an uncaught panic, or tells the host if the cell has ended already.
func (g *G) crash(p *Panic) {
	c := g.cell
	k := g.crashOf(p)
	if !c.finish(&Outcome{Kind: Panicked, Crash: k}) {
		c.world.host.Crashed(c, k)
		return
	}
	if c.main != g { // as in Go the main goroutine ends without its deferred calls; the others stay
		c.raiseFlag() // before main can end and lower it
		if c.mainQ.raise(quitKill) {
			c.askedAt.Store(nanotime())
		}
		c.mu.Lock()
		running := c.running
		c.mu.Unlock()
		if !running {
			c.lowerFlag()
		}
	}
}

// Guard makes f safe to be called by native code on a goroutine of its own
// (errgroup, http, finalizers): a panic ends the cell that made the guard, as in
// a goroutine that the cell started, and not the process. place is the call that
// handed f over.
func Guard(place int, f func()) func() {
	if f == nil {
		return nil
	}
	p := cur()
	r := p.random.branch()
	return func() { p.guarded(place, r, f) }
}

// GuardErr is Guard for functions that return an error.
func GuardErr(place int, f func() error) func() error {
	if f == nil {
		return nil
	}
	p := cur()
	r := p.random.branch()
	return func() (err error) {
		p.guarded(place, r, func() { err = f() })
		return err
	}
}

// guarded runs f on the running goroutine if that is one of ours, else as a new goroutine of p's cell.
func (p *G) guarded(place int, r *random, f func()) {
	if at := getLabel(); at != nil {
		if g := ofHead(at); g != nil && g.self.Load() == getg() && !g.adopted {
			f() // called back on the goroutine that made the call
			return
		}
	}
	old := getLabel()
	g := p.cell.world.newG(p.cell, place)
	g.parent, g.random = p.id, r.branch()
	g.cell.enter(g)
	g.own()
	defer setLabel(old)
	defer g.base()
	f()
	g.ended = true
}
