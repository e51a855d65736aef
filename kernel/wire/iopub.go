package wire

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// iopub is the policy of the broadcasting socket: who gets what, who waits for
// whom, and who is cut.
//
// Every subscriber has its own queue and its own writer. Output waits when all
// subscribers are behind by Limits.Queue: the front-end is slower than the
// cell. When only some are behind, they may fall back by twice that before
// output waits for them too, and one that takes nothing for Limits.Grace, or
// crawls, is cut. Messages that are not output pass up to three times the
// limit: an interrupt must not wait behind a flood of prints.
type iopub struct {
	socket *socket
	limits *Limits

	mu          sync.Mutex // also orders what is published
	subscribers map[*peer]struct{}
	freed       chan struct{} // closed and made anew when a writer has made room
	waiters     atomic.Int32
}

const (
	// slowest is the rate, in bytes a second over slowWindow times Limits.Grace,
	// that keeps a peer from being cut while others wait for it.
	slowest    = 64 << 10
	slowWindow = 5
	// patrol is how often those who wait look again at whom they wait for.
	patrol = 20 * time.Millisecond

	maxTopics    = 1024 // subscriptions of one peer
	maxTopicSize = 64 << 10
)

// publish queues m for every subscriber of topic.
func (x *iopub) publish(topic string, m *outgoing) error {
	x.mu.Lock()
	for x.mustWait(topic, m) {
		freed := x.freed
		x.waiters.Add(1)
		x.mu.Unlock()
		tick := time.NewTimer(patrol)
		select {
		case <-freed:
		case <-tick.C:
		case <-x.socket.server.closing:
		}
		tick.Stop()
		x.waiters.Add(-1)
		if x.socket.server.isClosing() {
			return ErrClosed
		}
		x.mu.Lock()
	}
	defer x.mu.Unlock()
	for p := range x.subscribers {
		if p.wants(topic) {
			p.post(m, false)
		}
	}
	return nil
}

// mustWait reports whether some subscriber's queue is too full for m, after
// having cut those that nobody should wait for.
func (x *iopub) mustWait(topic string, m *outgoing) bool {
	limit := x.limits.Queue
	ready, behind, far := 0, 0, 0
	for p := range x.subscribers {
		if !p.wants(topic) {
			continue
		}
		size := p.out.size()
		if size < limit {
			ready++
			p.over = time.Time{}
			continue
		}
		behind++
		if !m.bulk && size >= 3*limit || m.bulk && size >= 2*limit {
			far++
		}
	}
	if behind == 0 {
		return false
	}
	now := time.Now()
	for p := range x.subscribers {
		if p.wants(topic) && p.out.size() >= limit && x.tooSlow(p, now, ready > 0) {
			x.socket.server.log.logf("%s: cut: %d bytes wait for it and hold up the output", p, p.out.size())
			delete(x.subscribers, p)
			p.cut()
			return x.mustWait(topic, m)
		}
	}
	if m.bulk && ready == 0 {
		return true
	}
	return far > 0
}

// tooSlow reports whether p, whose queue is full, has used up the patience:
// that of others who are ready for more, or of the cell that prints.
func (x *iopub) tooSlow(p *peer, now time.Time, others bool) bool {
	if p.over.IsZero() {
		p.over, p.overTaken = now, p.link.taken.Load()
		return false
	}
	// Progress comes in large steps: a system lets its peer send again when a
	// part of the receive buffer is free, and libzmq reads on when half of its
	// messages are gone.
	idle := now.Sub(time.Unix(0, max(p.link.progress.Load(), p.over.UnixNano())))
	if !others {
		return idle > x.limits.Stall
	}
	if idle > x.limits.Grace {
		return true
	}
	waited := now.Sub(p.over)
	if waited < slowWindow*x.limits.Grace {
		return false
	}
	taken := p.link.taken.Load()
	if float64(taken-p.overTaken) < slowest*waited.Seconds() {
		return true
	}
	p.over, p.overTaken = now, taken
	return false
}

// drained wakes those who wait when a writer has left bytes to send.
func (x *iopub) drained(left int64) {
	if left < x.limits.Queue && x.waiters.Load() > 0 {
		x.mu.Lock()
		close(x.freed)
		x.freed = make(chan struct{})
		x.mu.Unlock()
	}
}

// leave forgets p, for whom somebody may be waiting.
func (x *iopub) leave(p *peer) {
	x.mu.Lock()
	delete(x.subscribers, p)
	x.mu.Unlock()
	x.drained(0)
}

// handle deals with what a subscriber sends: 1 and a topic to subscribe, 0 and
// a topic to unsubscribe. A new subscription is answered with iopub_welcome
// (https://github.com/jupyter/enhancement-proposals/pull/65), before anything
// else that it lets through.
func (x *iopub) handle(p *peer, frames [][]byte) error {
	if len(frames) != 1 || len(frames[0]) == 0 || frames[0][0] > 1 {
		return p.refuse(errNotSubscription)
	}
	subscribe, topic := frames[0][0] == 1, string(frames[0][1:])
	if subscribe {
		// Who does not read its welcomes is not read from.
		p.out.waitBelow(x.limits.Queue)
		if len(p.topics) >= maxTopics || p.topicSize+len(topic) > maxTopicSize {
			return errTooManyTopics
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if !subscribe {
		switch p.topics[topic] {
		case 0:
		case 1:
			delete(p.topics, topic)
			p.topicSize -= len(topic)
		default:
			p.topics[topic]--
		}
		return nil
	}
	if p.topics == nil {
		p.topics = make(map[string]int)
	}
	if p.topics[topic]++; p.topics[topic] == 1 {
		p.topicSize += len(topic)
	}
	x.subscribers[p] = struct{}{}
	if !utf8.ValidString(topic) {
		return nil // no welcome could name it
	}
	m, err := x.socket.server.encode([][]byte{[]byte(topic)}, nil, Welcome{Subscription: topic}, nil, nil)
	if err != nil {
		return err
	}
	p.post(m, false)
	return nil
}

// wants reports whether p has subscribed to a prefix of topic.
func (p *peer) wants(topic string) bool {
	if p.topics[""] > 0 {
		return true
	}
	for t := range p.topics {
		if strings.HasPrefix(topic, t) {
			return true
		}
	}
	return false
}
