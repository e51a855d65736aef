package wire

import (
	"sync"
	"time"
)

// pace is how fast connections are accepted, over all sockets: a burst at
// once, then a steady rate. Whoever may connect can make a kernel work, by
// connecting over and over; at this rate that takes a quarter of one CPU, and
// the peers do not notice. Newcomers wait in the system's queue with the flood,
// for a second or so.
type pace struct {
	mu    sync.Mutex
	ahead time.Time // when all that was accepted is paid for
}

const (
	paceRate  = 2500 // connections a second
	paceBurst = 256  // connections at once
	// paceSleep is the least that is worth a timer.
	paceSleep = 4 * time.Millisecond
)

// wait waits until another connection may be accepted.
func (p *pace) wait(stop <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.ahead.Before(now) {
		p.ahead = now
	}
	p.ahead = p.ahead.Add(time.Second / paceRate)
	debt := p.ahead.Sub(now) - paceBurst*time.Second/paceRate
	if debt < paceSleep {
		return
	}
	t := time.NewTimer(debt)
	defer t.Stop()
	select {
	case <-t.C:
	case <-stop:
	}
}
