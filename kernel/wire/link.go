package wire

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

// link is the net.Conn under a zmq4 connection. It lets through to zmq4 only
// what zmq4 can take: a complete greeting, one well-formed READY, and whole
// message frames within the limits. Commands after the handshake are dealt
// with here. With keys, the peer speaks CURVE and zmq4 sees the NULL mechanism
// over what was decrypted.
//
// Read belongs to the peer's reader goroutine. Write and flush belong to
// whoever the outbox lets write, one goroutine at a time.
type link struct {
	net.Conn
	in     *bufio.Reader
	limits linkLimits
	stage  stage
	buf    []byte // one frame, header and body
	ready  []byte // the rest of buf that zmq4 has not read yet
	msg    int64  // bytes of the current message so far
	frames int    // frames of the current message so far
	held   int64  // bytes counted in limits.strangers
	err    error  // why Read failed, without what zmq4 puts around it
	// hurried is set while a read deadline is in force.
	hurried bool
	curve   *curve // nil for the NULL mechanism

	// onPing is called with what a PONG must repeat.
	onPing func(context []byte)

	out      []byte       // written, not yet sent
	taken    atomic.Int64 // bytes that the peer's side has accepted
	progress atomic.Int64 // when it last did, in Unix nanoseconds
	deadline time.Time    // write deadline in force
}

// linkLimits are the limits of one connection.
type linkLimits struct {
	kind      zmq4.SocketType // of our socket: who may connect
	message   int64           // largest message
	stranger  int64           // largest message before trusted
	strangers *atomic.Int64   // bytes in flight of all strangers; at most 2*stranger
	trusted   bool            // the peer has shown the key, or there is none
	stall     time.Duration   // longest pause in the middle of a frame
	abandon   time.Duration   // longest time without a byte taken
}

type stage int

const (
	atGreeting stage = iota
	atReady
	atTraffic
)

const (
	// frameCost is what a frame counts beyond its bytes, so that a message of
	// a million empty frames is a large one.
	frameCost = 64
	// freeBytes of a stranger's message are not counted among all strangers'.
	freeBytes = 1 << 20
	// maxFrames bounds the parts of a message: five, and a buffer for each
	// array of a widget.
	maxFrames = 1 << 16
)

func newLink(conn net.Conn, keys *curveKeys, limits linkLimits) *link {
	l := &link{Conn: conn, limits: limits, in: bufio.NewReaderSize(conn, 512)}
	if keys != nil {
		l.curve = newCurve(keys)
	}
	l.progress.Store(time.Now().UnixNano())
	return l
}

// knock waits for the first bytes of the peer's greeting. What is not ZeroMQ at
// all has then cost nothing but this, and has not been answered.
func (l *link) knock() error {
	b, err := l.in.Peek(10)
	if len(b) > 0 && b[0] != 0xff || len(b) == 10 && b[9] != 0x7f {
		return errNotZMTP
	}
	return err
}

// open ends the handshake: from here on, reading is for throughput.
func (l *link) open() {
	l.in = bufio.NewReaderSize(&drained{l.in, l.Conn}, 16<<10)
}

// drained reads what the first reader has buffered, then from the connection.
type drained struct {
	buffered *bufio.Reader
	net.Conn
}

func (d *drained) Read(p []byte) (int, error) {
	if d.buffered != nil {
		if n := d.buffered.Buffered(); n > 0 {
			return d.buffered.Read(p[:min(n, len(p))])
		}
		d.buffered = nil
	}
	return d.Conn.Read(p)
}

// Read gives zmq4 bytes that have been checked.
func (l *link) Read(p []byte) (int, error) {
	for len(l.ready) == 0 {
		if err := l.fill(); err != nil {
			l.err = err
			return 0, err
		}
	}
	n := copy(p, l.ready)
	l.ready = l.ready[n:]
	return n, nil
}

// fill makes the next unit ready: the greeting, the READY command or a frame.
func (l *link) fill() error {
	switch l.stage {
	case atGreeting:
		// libzmq wants our greeting before it ends its own. For a peer that has
		// sent all of its own, ours can go with READY.
		if l.in.Buffered() < greetingSize {
			if err := l.flush(); err != nil {
				return err
			}
		}
		if l.curve != nil {
			if err := l.curve.handshake(l.in, l.Conn); err != nil {
				return fmt.Errorf("CURVE handshake: %w", err)
			}
			l.ready = greeting("NULL", false)
		} else {
			g, err := readGreeting(l.in, "NULL")
			if err != nil {
				return err
			}
			l.ready = g
		}
		l.stage = atReady
		return nil
	case atReady:
		if err := l.flush(); err != nil {
			return err
		}
		var md []byte
		if l.curve != nil {
			md = l.curve.peerMetadata
		} else {
			_, body, _, err := readFrame(l.in, nil, admitHandshake)
			if err != nil {
				return fmt.Errorf("reading READY: %w", err)
			}
			if md, err = readReady(body); err != nil {
				return err
			}
		}
		md, err := readMetadata(md, l.limits.kind)
		if err != nil {
			return err
		}
		l.ready = appendCommand(nil, "READY", md)
		l.stage = atTraffic
		return nil
	}
	return l.fillFrame()
}

func admitHandshake(flags byte, size uint64) error {
	if flags&flagCommand == 0 {
		return errors.New("peer sent a message before READY")
	}
	if size > handshakeLimit {
		return fmt.Errorf("handshake command of %d bytes is larger than %d", size, handshakeLimit)
	}
	return nil
}

func readReady(body []byte) (metadata []byte, err error) {
	name, rest, err := splitCommand(body)
	switch {
	case err != nil:
		return nil, err
	case name == "ERROR" && len(rest) > 0:
		return nil, fmt.Errorf("peer refused: %.200q", rest[1:])
	case name != "READY":
		return nil, fmt.Errorf("peer sent %.20q instead of READY", name)
	}
	return rest, nil
}

// fillFrame reads the next frame of a message.
func (l *link) fillFrame() error {
	if cap(l.buf) > 2*scratchSize {
		l.buf = nil // a large frame's buffer is not kept
	}
	if l.frames == 0 {
		l.msg = 0
		l.release()
	}
	// Between messages a peer may be silent for as long as it likes; while one
	// is under way it must go on.
	if l.frames == 0 && l.in.Buffered() == 0 {
		if _, err := l.in.Peek(1); err != nil {
			return err
		}
	}
	all, body, flags, err := readFrame((*paced)(l), l.buf[:0], l.admit)
	l.buf = all
	if l.hurried {
		l.hurried = false
		l.Conn.SetReadDeadline(time.Time{})
	}
	if err != nil {
		return err
	}
	if l.curve != nil {
		if all, body, flags, err = l.curve.open(body); err != nil {
			return err
		}
	}
	if flags&flagCommand != 0 {
		return l.command(body)
	}
	l.frames++
	if flags&flagMore == 0 {
		l.frames = 0
	}
	l.ready = all
	return nil
}

// admit judges a frame by its header, before anything is allocated for it.
func (l *link) admit(flags byte, size uint64) error {
	limit := l.limits.message
	if !l.limits.trusted {
		limit = min(limit, l.limits.stranger)
	}
	cost := int64(frameCost)
	if l.frames >= maxFrames {
		return fmt.Errorf("message of more than %d frames", maxFrames)
	}
	if size > uint64(limit) || l.msg+cost+int64(size) > limit {
		return fmt.Errorf("message of more than %d bytes", limit)
	}
	l.msg += cost + int64(size)
	if !l.limits.trusted && l.msg > freeBytes {
		add := l.msg - freeBytes - l.held
		if l.limits.strangers.Add(add) > 2*l.limits.stranger {
			l.limits.strangers.Add(-add)
			return errors.New("too many bytes of unsigned messages in flight")
		}
		l.held += add
	}
	return nil
}

// release gives back what the last message of a stranger held.
func (l *link) release() {
	if l.held != 0 {
		l.limits.strangers.Add(-l.held)
		l.held = 0
	}
}

// command deals with a command that comes after the handshake.
func (l *link) command(body []byte) error {
	name, rest, err := splitCommand(body)
	if err != nil {
		return err
	}
	switch name {
	case "PING": // https://rfc.zeromq.org/spec/37/: a time to live, then at most 16 bytes to repeat
		if len(rest) < 2 || len(rest) > 18 {
			return errors.New("PING has the wrong size")
		}
		l.onPing(append([]byte(nil), rest[2:]...))
	case "ERROR":
		return fmt.Errorf("peer ended the connection: %.200q", rest)
	}
	return nil
}

// paced reads a frame of a link and gives up on a peer that stops in its middle.
type paced link

func (l *paced) Read(p []byte) (int, error) {
	if l.in.Buffered() == 0 {
		l.hurried = true
		l.Conn.SetReadDeadline(time.Now().Add(l.limits.stall))
	}
	return l.in.Read(p)
}

// Write takes what zmq4 frames. Little is sent before flush; a large message
// goes out in pieces, so that progress is seen and no copy of it is made.
func (l *link) Write(p []byte) (int, error) {
	n := len(p)
	if l.curve != nil {
		if err := l.curve.write(p, &l.out); err != nil {
			return 0, err
		}
		if len(l.out) >= scratchSize {
			return n, l.flush()
		}
		return n, nil
	}
	if len(l.out)+len(p) >= scratchSize {
		if err := l.flush(); err != nil {
			return 0, err
		}
		for len(p) >= scratchSize {
			if err := l.send(p[:scratchSize]); err != nil {
				return 0, err
			}
			p = p[scratchSize:]
		}
	}
	l.out = append(l.out, p...)
	return n, nil
}

// flush sends what was written.
func (l *link) flush() error {
	out := l.out
	for len(out) > 0 {
		piece := out[:min(len(out), 2*scratchSize)]
		if err := l.send(piece); err != nil {
			return err
		}
		out = out[len(piece):]
	}
	if cap(l.out) > 4*scratchSize {
		l.out = nil
	}
	l.out = l.out[:0]
	return nil
}

// send writes one piece and notes the progress. A peer that takes nothing for
// the time of limits.abandon makes it fail.
func (l *link) send(p []byte) error {
	l.renew()
	n, err := l.Conn.Write(p)
	l.took(n)
	return err
}

// sendNow sends what was written as far as the peer takes it at once, and
// reports whether that was all; the rest is left for flush.
func (l *link) sendNow() (all bool, err error) {
	l.renew()
	n, err := tryWrite(l.Conn, l.out)
	l.took(n)
	l.out = append(l.out[:0], l.out[n:]...)
	return len(l.out) == 0, err
}

// renew moves the write deadline, which the handshake has set until now.
func (l *link) renew() {
	if l.stage != atTraffic {
		return
	}
	if now := time.Now(); l.deadline.Sub(now) < l.limits.abandon*9/10 {
		l.deadline = now.Add(l.limits.abandon)
		// It can only fail on a closed connection, and then so does Write.
		_ = l.Conn.SetWriteDeadline(l.deadline)
	}
}

func (l *link) took(n int) {
	if n > 0 {
		l.taken.Add(int64(n))
		l.progress.Store(time.Now().UnixNano())
	}
}
