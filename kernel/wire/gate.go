package wire

import (
	"io"
	"sync"
	"time"
)

// gate is what all work for connections that are not peers yet must pass, one
// at a time: accepting, and each step of a handshake. A flood of connections
// then occupies one CPU at most, so that Go's scheduler has another that looks
// at the network for the peers, and after gateBurst only gateShare of that one.
// A newcomer waits behind the flood for a moment; a peer does not wait at all.
type gate struct {
	mu    sync.Mutex
	since time.Time     // when the work in the gate began
	debt  time.Duration // work that was done and not yet paid with time
}

const (
	gateShare = 2                     // one CPU's part that strangers get is 1/gateShare
	gateBurst = 20 * time.Millisecond // work that is done at once
	// gateStep is the most that one step counts, since the time it takes may
	// be spent waiting for a CPU.
	gateStep = 200 * time.Microsecond
)

func (g *gate) enter() {
	g.mu.Lock()
	now := time.Now()
	g.debt = max(0, g.debt-now.Sub(g.since)/gateShare)
	if g.debt > gateBurst {
		time.Sleep(gateShare * (g.debt - gateBurst))
		now = time.Now()
		g.debt = gateBurst
	}
	g.since = now
}

func (g *gate) leave() {
	g.debt += min(time.Since(g.since), gateStep)
	g.mu.Unlock()
}

// gated reads for work in the gate, and leaves the gate while it waits.
type gated struct {
	io.Reader
	gate *gate
}

func (r *gated) Read(p []byte) (int, error) {
	r.gate.leave()
	defer r.gate.enter()
	return r.Reader.Read(p)
}
