package worker

import (
	"encoding/binary"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/guest"
)

// The child's side of output. Text goes into an outbox, a buffer of frames that one
// goroutine writes to the pipe. Text of the same cell and stream that is not yet on its way
// joins the last frame, so a program that prints a hundred thousand lines costs a few
// hundred frames; a first line leaves at once. Every cell has a window of bytes that the
// kernel process has not yet handed on: a program that prints faster than the front-end takes waits here.

const (
	window     = 1 << 20              // bytes of a cell's text that may be on their way
	outboxSize = 1 << 20              // bytes in the buffer, of all cells
	pace       = 2 * time.Millisecond // between two writes that carry nothing but text
)

// outbox owns the pipe's writing end.
type outbox struct {
	mu       sync.Mutex
	room     chan struct{} // closed and replaced when the buffer has been taken or credit has come: writers of text wait for it
	more     sync.Cond     // for the goroutine that writes
	buf      []byte
	spare    []byte
	last     int // offset of the last frame in buf if text can still join it, else -1
	cell     *cellOut
	isErr    bool
	shared   *remainder // buf and spare are its halves; nil if memory is not shared
	position uint64     // of buf's first byte in all that is sent
	hurry    bool       // something other than text waits: do not pace
	writing  bool
	err      error
}

// cellOut is the output of one cell.
type cellOut struct {
	id    int64
	box   *outbox
	onWay int         // bytes sent and not yet credited; guarded by box.mu
	free  atomic.Bool // the cell is being stopped: its writers do not wait

	mu    sync.Mutex
	guest *guest.Cell
	stop  bool          // asked for before the cell ran
	over  bool          // done has been sent
	value *display.Data // of the last expression
	files [2]cellFile

	hasFiles atomic.Bool
}

func newOutbox(w io.Writer, shared *remainder) *outbox {
	b := &outbox{last: -1, shared: shared}
	if shared != nil {
		b.buf, b.spare = shared.buffer(0), shared.buffer(1)
		shared.begin(0)
	}
	b.room, b.more.L = make(chan struct{}), &b.mu
	go b.run(w)
	return b
}

// run writes what is in the buffer until the pipe breaks. It is the only goroutine that does.
func (b *outbox) run(w io.Writer) {
	var wrote time.Time
	b.mu.Lock()
	for {
		for len(b.buf) == 0 {
			b.more.Wait()
		}
		for !b.hurry && len(b.buf) < 1<<15 {
			rest := pace - time.Since(wrote)
			if rest <= 0 {
				break
			}
			t := time.AfterFunc(rest, b.more.Signal)
			b.more.Wait()
			t.Stop()
		}
		out := b.buf
		b.position += uint64(len(out))
		if b.shared != nil {
			b.shared.half = 1 - b.shared.half
			b.shared.begin(b.position)
			b.buf = b.shared.buffer(b.shared.half)
		} else {
			b.buf, b.spare = b.spare[:0], nil
		}
		b.last, b.hurry, b.writing = -1, false, true
		b.makeRoomLocked()
		b.mu.Unlock()
		_, err := w.Write(out)
		wrote = time.Now()
		b.mu.Lock()
		b.writing = false
		if b.shared == nil && cap(out) <= 2*outboxSize {
			b.spare = out
		}
		if len(b.buf) == 0 {
			b.makeRoomLocked() // flush waits
		}
		if err != nil { // the kernel process is gone; the reading side ends this one
			b.err = err
			b.makeRoomLocked()
			b.mu.Unlock()
			return
		}
	}
}

// waitLocked waits for room. It is a receive and not a condition: the deadlock detector takes a goroutine that waits in a
// receive of this package for one that will go on.
func (b *outbox) waitLocked() {
	room := b.room
	b.mu.Unlock()
	<-room
	b.mu.Lock()
}

func (b *outbox) makeRoomLocked() {
	close(b.room)
	b.room = make(chan struct{})
}

// send puts a message behind all that was printed before.
func (b *outbox) send(msg byte, v any) {
	b.mu.Lock()
	b.buf = appendFrame(b.buf, msg, v)
	b.wholeLocked()
	b.last, b.hurry = -1, true
	b.more.Signal()
	b.mu.Unlock()
}

// sendText is send for a message that counts against the cell's window as text does.
func (b *outbox) sendText(c *cellOut, msg byte, v any, size int) {
	b.mu.Lock()
	for b.err == nil && !c.free.Load() && c.onWay > window {
		b.waitLocked()
	}
	c.onWay += size
	b.buf = appendFrame(b.buf, msg, v)
	b.wholeLocked()
	b.last, b.hurry = -1, true
	b.more.Signal()
	b.mu.Unlock()
}

// flush waits until everything is on its way.
func (b *outbox) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.err == nil && (len(b.buf) > 0 || b.writing) {
		b.hurry = true
		b.more.Signal()
		b.waitLocked()
	}
}

// write appends text of a cell; it waits while the cell's window or the buffer is full.
func (b *outbox) write(c *cellOut, stderr bool, text []byte) {
	for len(text) > 0 {
		n := min(len(text), window/2)
		b.writePart(c, stderr, text[:n])
		text = text[n:]
	}
}

func (b *outbox) writePart(c *cellOut, stderr bool, text []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.err == nil && !c.free.Load() && (c.onWay+len(text) > window || len(b.buf) > outboxSize) {
		b.waitLocked()
	}
	if b.err != nil {
		return
	}
	c.onWay += len(text)
	if b.last >= 0 && b.cell == c && b.isErr == stderr {
		b.buf = append(b.buf, text...)
	} else {
		b.last, b.cell, b.isErr = len(b.buf), c, stderr
		b.buf = append(b.buf, 0, 0, 0, 0, msgStream)
		b.buf = binary.AppendVarint(b.buf, c.id)
		b.buf = append(b.buf, btoi(stderr))
		b.buf = append(b.buf, text...)
	}
	binary.LittleEndian.PutUint32(b.buf[b.last:], uint32(len(b.buf)-b.last-4))
	b.wholeLocked()
	b.more.Signal()
}

// wholeLocked says that buf ends with a whole frame.
func (b *outbox) wholeLocked() {
	if b.shared != nil {
		b.shared.filled(b.buf)
	}
}

func btoi(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// credit gives back room in a cell's window.
func (b *outbox) credit(c *cellOut, n int) {
	b.mu.Lock()
	c.onWay -= n
	b.makeRoomLocked()
	b.mu.Unlock()
}

// release lets a cell's writers go on without waiting: it is being stopped.
func (b *outbox) release(c *cellOut) {
	c.free.Store(true)
	b.mu.Lock()
	b.makeRoomLocked()
	b.mu.Unlock()
}

// Write and its siblings below are where user code's output comes in.

// cellWriter writes to the cell of the goroutine that calls it.
type cellWriter struct {
	child  *child
	stderr bool
}

func (w cellWriter) Write(p []byte) (int, error) {
	c := w.child.current()
	c.drain()
	c.box.write(c, w.stderr, p)
	return len(p), nil
}
