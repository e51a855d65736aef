package guest

import (
	"iter"
	"unsafe"
)

// Puller is an iterator that is pulled: iter.Pull for elements of any type,
// which pass by address. Panics and Goexit of either side reach the other as
// with iter.Pull, which does the work.
type Puller struct {
	next func() (unsafe.Pointer, bool)
	stop func()
}

// PullStart is iter.Pull of the sequence body.
func PullStart(place int, body func(yield func(p unsafe.Pointer) bool)) *Puller {
	p := cur()
	next, stop := iter.Pull(func(yield func(unsafe.Pointer) bool) {
		g := p.cell.world.newG(p.cell, place) // the coroutine has a stack of its own, so it has its own deferred calls
		g.parent, g.coroutine, g.quit, g.random = p.id, true, p.quit, p.random.branch()
		g.cell.enter(g)
		g.own()
		defer g.disown()
		body(yield)
	})
	return &Puller{next, stop}
}

// Next returns the address of the next element, nil at the end.
func (p *Puller) Next() unsafe.Pointer {
	v, ok := p.next()
	if !ok {
		return nil
	}
	return v
}

// Stop ends the iteration.
func (p *Puller) Stop() { p.stop() }
