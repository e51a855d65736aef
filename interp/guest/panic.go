package guest

import (
	"runtime"
	"unsafe"
)

// Panic is one panic of a chain, newest first. A panic of a cell travels as an
// ordinary Go panic that carries the user's own value, so native callees that
// recover (fmt, encoding/json, text/template, net/http) see what compiled code
// shows them.
type Panic struct {
	Val       any
	Recovered bool
	Link      *Panic // the older one it replaced
	Place     int    // where the text raised it, 0 if native code did
	again     bool   // the next panic of the chain carries the same value
	text      any    // Val as it is printed
	trace     []Activation
}

// Frame is the stack of deferred calls of one activation of a function that defers.
type Frame struct {
	g     *G
	defs  []deferred
	p     *Panic // panicking with
	done  bool   // the body returned
	deep  int    // of the deferred call that runs now
	outer *Frame
}

type deferred struct {
	f    func()
	deep int // interpreted frames from the runner to the deferred function itself
}

// Protect runs body, then its deferred calls, as a Go function with defers
// does. It returns when the function would return: normally or recovered.
func Protect(body func(*Frame)) {
	fr := &Frame{g: cur()}
	defer fr.finish()
	body(fr)
	fr.done = true
}

// finish is deferred by Protect, so that recover works and the panicking stack is still there.
func (fr *Frame) finish() {
	if !fr.done {
		if v := recover(); v != nil {
			fr.p = fr.g.arriving(v)
		} // else runtime.Goexit: it goes on by itself when finish returns
	}
	if fr.g.leaving.Load() >= quitKill {
		return // the program is gone: as in Go, nothing deferred runs
	}
	if len(fr.defs) > 0 {
		fr.outer, fr.g.run = fr.g.run, fr
		fr.rest()
		fr.g.run = fr.outer
	}
	if fr.p != nil {
		fr.g.raise(fr.p)
	}
}

func (fr *Frame) rest() {
	for len(fr.defs) > 0 {
		fr.one()
	}
}

// one runs the newest deferred call.
func (fr *Frame) one() {
	n := len(fr.defs) - 1
	d := fr.defs[n]
	fr.defs[n] = deferred{}
	fr.defs = fr.defs[:n]
	fr.deep = d.deep
	ok := false
	defer func() {
		g := fr.g
		g.run = fr
		if ok {
			if fr.p != nil && fr.p.Recovered {
				fr.p = nil
			}
			return
		}
		if v := recover(); v != nil { // a new panic replaces the former
			p := g.arriving(v)
			if p.trace == nil {
				p.trace = g.cell.world.backtrace() // this stack is gone when we return
			}
			if p != fr.p {
				p.tail().Link = fr.p
			}
			fr.p = p
			return
		}
		// Goexit in a deferred call: the panic is dropped, the rest runs.
		fr.p = nil
		if g.leaving.Load() >= quitKill {
			return
		}
		fr.rest()
		g.run = fr.outer
		if fr.p != nil {
			g.raise(fr.p)
		}
	}()
	runDeferred(d.f)
	ok = true
}

// runDeferred marks the native stack: recover counts frames down to it.
//
//go:noinline
func runDeferred(f func()) { f(); runtime.KeepAlive(&f) }

// Defer pushes f, which is the deferred function itself: its arguments are
// none or bound. A nil f faults when it is run, as in Go.
func Defer(fr *Frame, f func()) {
	if f == nil {
		f = callNil
	}
	fr.defs = append(fr.defs, deferred{f, 1})
}

// DeferT pushes f, a literal of the compiler that calls the deferred function
// with the arguments evaluated at the defer statement: one more frame lies
// between the runner and the deferred function.
func DeferT(fr *Frame, f func()) { fr.defs = append(fr.defs, deferred{f, 2}) }

// DeferRecover is `defer recover()`: if the function returns normally it
// recovers what a call of recover in the function's body would; if the function
// panics itself it does nothing (the Go specification leaves no other reading:
// recover is then called by the run time, not by a deferred function of the
// panicking one's caller).
func DeferRecover(fr *Frame) {
	o := cur().run
	if o == nil || !direct(o) {
		return
	}
	fr.defs = append(fr.defs, deferred{func() {
		if fr.p == nil && o.p != nil {
			o.p.Recovered = true
		}
	}, 1})
}

func callNil() { PanicNil(0) }

// Throw is the builtin panic. A nil v becomes *runtime.PanicNilError.
func Throw(place int, v any) {
	g := cur()
	g.thrown, g.trav, g.fault, g.ours = place, nil, nil, true
	panic(v)
}

// Goexit is runtime.Goexit.
func Goexit(place int) { runtime.Goexit() }

// raise goes on unwinding p; arriving finds its record again at the next frame
// of ours, or makes one for a new panic.
func (g *G) raise(p *Panic) {
	g.trav, g.ours = p, true
	panic(p.Val)
}

func (g *G) arriving(v any) *Panic {
	t := g.trav
	g.trav, g.ours = nil, false
	if t != nil && same(t.Val, v) {
		return t
	}
	p := &Panic{Val: v, Place: g.thrown}
	g.thrown = 0
	if b := g.fault; b != nil { // raised by the interpreter's own code
		g.fault = nil
		p.Val, p.trace = translateAt(v, b[0]), b
	}
	return p
}

// same tells whether two interface values are the same words.
func same(a, b any) bool {
	return *(*[2]uintptr)(unsafe.Pointer(&a)) == *(*[2]uintptr)(unsafe.Pointer(&b))
}

func (p *Panic) tail() *Panic {
	for p.Link != nil {
		p = p.Link
	}
	return p
}
