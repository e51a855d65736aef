package wire

import "sync"

// outgoing is one message on its way out. It is not changed after it was made:
// what is published is queued for all subscribers at once.
type outgoing struct {
	frames [][]byte
	raw    []byte // a command in place of frames
	size   int64
	bulk   bool // output: may be held back, see Server.Publish
}

// messageCost is what a queued message counts beyond its bytes.
const messageCost = 256

func newOutgoing(frames [][]byte) *outgoing {
	m := &outgoing{frames: frames, size: messageCost}
	for _, f := range frames {
		m.size += int64(len(f)) + frameCost
	}
	return m
}

// outbox is the queue of one peer. One goroutine at a time owns the write side
// of the peer's link: the peer's writer, or a sender that found the queue empty.
type outbox struct {
	mu      sync.Mutex
	changed sync.Cond // for the writer, and for the reader in waitBelow
	queue   []*outgoing
	spare   []*outgoing // the last batch's array
	bytes   int64       // of queue and of what is being written
	partial int64       // bytes of a message that lies in the link, begun by a sender
	writing bool        // somebody owns the write side
	ending  bool        // what is queued is the last
	dead    bool        // the peer is gone: nothing is queued any more
}

func (o *outbox) init() { o.changed.L = &o.mu }

// put queues m. With a send function it lets the caller write m itself when
// nothing is before it; send reports whether everything left.
func (o *outbox) put(m *outgoing, send func(*outgoing) (bool, error)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead || o.ending {
		return ErrNoPeer
	}
	o.bytes += m.size
	if send == nil || o.writing || len(o.queue) > 0 || o.partial > 0 {
		o.queue = append(o.queue, m)
		if !o.writing {
			o.changed.Broadcast()
		}
		return nil
	}
	o.writing = true
	o.mu.Unlock()
	all, err := send(m)
	o.mu.Lock()
	o.writing = false
	if all {
		o.bytes -= m.size
	} else {
		o.partial = m.size
	}
	if !all || len(o.queue) > 0 || o.ending || o.dead {
		o.changed.Broadcast()
	}
	return err
}

// take waits for something to write and makes the caller the owner of the
// write side until its next take. ok is false when there is nothing more to
// come.
func (o *outbox) take() (batch []*outgoing, partial int64, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writing = false
	for {
		if o.dead {
			return nil, 0, false
		}
		if !o.writing && (len(o.queue) > 0 || o.partial > 0) {
			break
		}
		if o.ending && !o.writing {
			return nil, 0, false
		}
		o.changed.Wait()
	}
	o.writing = true
	batch, partial = o.queue, o.partial
	o.queue, o.spare, o.partial = o.spare[:0], nil, 0
	return batch, partial, true
}

// sent notes that n bytes were written and returns how many are left.
func (o *outbox) sent(n int64) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= n
	o.changed.Broadcast()
	return o.bytes
}

// recycle gives a written batch's array back.
func (o *outbox) recycle(batch []*outgoing) {
	if cap(batch) > 4096 {
		return
	}
	o.mu.Lock()
	o.spare = batch[:0]
	o.mu.Unlock()
}

// size is how many bytes wait.
func (o *outbox) size() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes
}

// waitBelow waits until fewer than limit bytes wait or nothing more is sent.
func (o *outbox) waitBelow(limit int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.bytes >= limit && !o.dead && !o.ending {
		o.changed.Wait()
	}
}

// end lets the writer finish once the queue is empty.
func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ending = true
	o.changed.Broadcast()
}

// kill drops the queue.
func (o *outbox) kill() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.dead = true
	o.queue, o.bytes = nil, 0
	o.changed.Broadcast()
}
