package wire

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// peer is one connection to one of the sockets. Its reader is the goroutine
// that was started for the connection, its writer is started when the
// handshake is done.
type peer struct {
	socket *socket
	link   *link
	zmtp   *zmq4.Conn
	id     string // routing identity
	out    outbox
	// written is closed when the writer has ended.
	written chan struct{}

	strikes int // messages refused in a row; the reader's

	// Of iopub, guarded by its mutex.
	topics    map[string]int // subscriptions, counted
	topicSize int
	over      time.Time // since when its full queue holds up output
	overTaken int64     // link.taken then
}

// serve is the reader: handshake, then messages until the connection ends.
func (s *socket) serve(conn net.Conn) {
	defer s.server.running.Done()
	p := &peer{socket: s, written: make(chan struct{})}
	p.out.init()
	p.link = newLink(conn, s.server.curve, s.linkLimits())
	p.link.onPing = p.pong
	err := guarded(p.read)
	if p.link.err != nil {
		err = p.link.err
	}
	s.settled(conn)
	s.leave(p)
	p.out.kill()
	p.link.release()
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, zmq4.ErrClosedConn),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		// It went its way.
	case s.server.isClosing():
	default:
		// Before the peer notices and comes again: its next lines may be those that the logger leaves out.
		s.server.log.logf("%s: cut: %v", p, err)
	}
	conn.Close()
}

func (p *peer) read() error {
	if err := p.handshake(); err != nil {
		return err
	}
	s := p.socket
	s.settled(p.link.Conn)
	if err := s.join(p); err != nil {
		return err
	}
	for {
		msg, err := p.zmtp.RecvMsg()
		if err != nil {
			return err
		}
		if err := s.handle(p, msg.Frames); err != nil {
			return err
		}
	}
}

// handshake makes p a peer. It is the part that any stranger can ask for.
func (p *peer) handshake() error {
	s := p.socket
	p.link.SetDeadline(time.Now().Add(s.server.limits.Handshake))
	if err := p.link.knock(); err != nil {
		return err
	}
	zmtp, err := zmq4.Open(p.link, null.Security(), s.kind, nil, true, nil)
	if err != nil {
		return err
	}
	p.link.SetDeadline(time.Time{})
	if c, ok := p.link.Conn.(*net.TCPConn); ok {
		// Finds out that a peer's machine is gone. It cannot fail on an open
		// connection, and a closed one is found out by reading.
		_ = c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true})
	}
	p.link.open()
	p.zmtp = zmtp
	p.id = zmtp.Peer.Meta["Identity"]
	return nil
}

// write is the writer: it sends what is queued until the peer is gone or the
// server has said that nothing follows.
func (p *peer) write() {
	defer p.socket.server.running.Done()
	defer close(p.written)
	err := guarded(p.writeAll)
	if err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			p.socket.server.log.logf("%s: cut: it has read nothing for %v and %d bytes wait for it", p, p.link.limits.abandon, p.out.size())
		}
		p.cut()
		return
	}
	p.hangUp()
}

func (p *peer) writeAll() error {
	for {
		batch, partial, ok := p.out.take()
		if !ok {
			return nil
		}
		unsent := partial
		for i, m := range batch {
			if err := p.send(m); err != nil {
				return err
			}
			batch[i] = nil
			if unsent += m.size; unsent >= scratchSize {
				if err := p.flush(unsent); err != nil {
					return err
				}
				unsent = 0
			}
		}
		if err := p.flush(unsent); err != nil {
			return err
		}
		p.out.recycle(batch)
	}
}

func (p *peer) flush(bytes int64) error {
	if err := p.link.flush(); err != nil {
		return err
	}
	p.socket.drained(p, p.out.sent(bytes))
	return nil
}

// send frames m into the link.
func (p *peer) send(m *outgoing) error {
	if m.raw != nil {
		_, err := p.link.Write(m.raw)
		return err
	}
	return p.zmtp.SendMsg(zmq4.Msg{Frames: m.frames})
}

// sendNow frames m into the link and sends it without waiting.
func (p *peer) sendNow(m *outgoing) (all bool, err error) {
	err = guarded(func() error {
		if err = p.send(m); err == nil {
			all, err = p.link.sendNow()
		}
		return err
	})
	return all, err
}

// String names p in the log.
func (p *peer) String() string {
	if a := p.link.RemoteAddr(); a != nil && a.Network() == "tcp" {
		return fmt.Sprintf("%s: peer %s", p.socket.ch, a)
	}
	return fmt.Sprintf("%s: peer", p.socket.ch)
}

// post queues m, or sends it at once when that costs no waiting. Its error
// means that the peer is gone, which its reader finds out by itself.
func (p *peer) post(m *outgoing, now bool) error {
	var send func(*outgoing) (bool, error)
	if now && m.size < scratchSize/2 {
		send = p.sendNow
	}
	err := p.out.put(m, send)
	if err != nil && !errors.Is(err, ErrNoPeer) {
		p.cut()
	}
	return err
}

// pong answers a PING. A peer that does not read its answers is not read from.
func (p *peer) pong(context []byte) {
	m := &outgoing{raw: appendCommand(nil, "PONG", context), size: messageCost}
	if p.out.put(m, nil) == nil {
		p.out.waitBelow(p.socket.server.limits.Queue)
	}
}

// cut ends the connection; its reader and writer notice.
func (p *peer) cut() {
	p.out.kill()
	p.link.Conn.Close()
}

// hangUp tells the peer that nothing follows and gives it a moment to say the
// same: a connection that is closed with unread bytes of the peer in it would
// take back what the peer has not read yet.
func (p *peer) hangUp() {
	type halfCloser interface{ CloseWrite() error }
	if c, ok := p.link.Conn.(halfCloser); !ok || c.CloseWrite() != nil {
		p.link.Conn.Close()
	}
}

// farewell is how long peers may take to close their side.
const farewell = 30 * time.Millisecond

// guarded calls f and turns a panic into an error: a byte sequence that finds
// a mistake in ZMTP code costs its sender the connection, not the kernel its life.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return f()
}
