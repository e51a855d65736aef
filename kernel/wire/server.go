package wire

import (
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/google/uuid"
)

// ErrClosed is returned by a Server's methods after Close.
var ErrClosed = errors.New("wire: server closed")

// ErrNoPeer is returned when the client a message is for is not connected.
var ErrNoPeer = errors.New("wire: client is not connected")

// Server is a kernel's five sockets. Its methods may be called from any
// goroutine. The package comment lists the goroutines it owns.
type Server struct {
	info   ConnectionInfo
	limits Limits
	log    *logger
	signer *signer
	curve  *curveKeys

	session  string
	username []byte // as JSON
	pid      int
	sequence atomic.Uint64 // of message ids

	pace      pace
	sockets   [channels]*socket
	iopub     *iopub
	messages  [channels]chan *Message
	strangers atomic.Int64  // bytes of unsigned messages in flight
	unnamed   atomic.Uint32 // peers without an identity of their own

	closing   chan struct{} // closed when Close begins
	closeOnce sync.Once
	closeErr  error
	closed    chan struct{}  // closed when Close is done
	running   sync.WaitGroup // every goroutine of the server
}

// Listen binds the five sockets that info describes and serves them until
// Close. Ports that are 0 are chosen by the system, see Server.Connection.
// A port that is in use is tried again for five seconds: the kernel before
// this one may be about to end.
func Listen(info ConnectionInfo, opts Options) (*Server, error) {
	if err := info.Check(); err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	sign, err := newSigner(info.SignatureScheme, info.Key)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	keys, err := info.curveKeys()
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	username, err := json.Marshal(orUser(opts.Username))
	if err != nil {
		return nil, fmt.Errorf("listening: username: %w", err)
	}
	s := &Server{
		info: info, limits: opts.Limits.withDefaults(), log: newLogger(opts.Logf),
		signer: sign, curve: keys,
		session: uuid.NewString(), username: username, pid: os.Getpid(),
		closing: make(chan struct{}), closed: make(chan struct{}),
	}
	if info.Open() {
		switch {
		case sign == nil && keys == nil:
			s.log.logf("warning: listening on %s without a key: anyone who can reach this machine can run code on it", info.IP)
		case sign == nil:
			s.log.logf("warning: listening on %s without a signing key", info.IP)
		}
	}
	for ch, kind := range [channels]zmq4.SocketType{zmq4.Router, zmq4.XPub, zmq4.Router, zmq4.Router, zmq4.Rep} {
		sock := &socket{
			server: s, ch: Channel(ch), kind: kind,
			peers: make(map[*peer]struct{}), byID: make(map[string]*peer),
			joined: make(chan struct{}), pending: list.New(), waiting: make(map[net.Conn]*list.Element),
		}
		s.sockets[ch] = sock
		switch sock.ch {
		case IOPub:
			s.iopub = &iopub{
				socket: sock, limits: &s.limits,
				subscribers: make(map[*peer]struct{}), freed: make(chan struct{}),
			}
			sock.handle = s.iopub.handle
		case Heartbeat:
			sock.handle = sock.echo
		default:
			s.messages[ch] = make(chan *Message)
			sock.handle = sock.request
		}
		if sock.ln, err = bind(info, sock.ch); err != nil {
			for _, earlier := range s.sockets[:ch] {
				earlier.ln.Close()
			}
			return nil, fmt.Errorf("listening for %s: %w", sock.ch, err)
		}
		if a, ok := sock.ln.Addr().(*net.TCPAddr); ok {
			*s.info.port(sock.ch) = a.Port
		}
	}
	s.running.Add(channels)
	for _, sock := range s.sockets {
		go sock.accept()
	}
	return s, nil
}

func orUser(name string) string {
	if name != "" {
		return name
	}
	for _, v := range []string{"USER", "LOGNAME", "USERNAME"} {
		if name := os.Getenv(v); name != "" {
			return name
		}
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "kernel"
}

// anonymous is an identity for a peer that gave none. Like libzmq's it begins
// with a zero byte, which clients may not use.
func (s *Server) anonymous() string {
	return "\x00" + strconv.FormatUint(uint64(s.unnamed.Add(1)), 36)
}

// Connection is the connection file's content with the ports that were bound.
func (s *Server) Connection() ConnectionInfo { return s.info }

// Messages is what clients send on ch, which is Shell, Control or Stdin, each
// client's messages in the order it sent them. The channel is unbuffered: a
// client whose message is not taken is not read from, and delays no other.
// It is closed by Close. There is one channel for each socket, so that a
// kernel serves Control while Shell is busy.
func (s *Server) Messages(ch Channel) <-chan *Message { return s.messages[ch] }

// Session is the UUID of this process in every header it sends, new for each
// Listen: front-ends detect restarts by it.
func (s *Server) Session() string { return s.session }

// Reply answers req on its channel, to the client that sent it. It never
// blocks: a client that does not read its replies is not read from either.
// metadata is anything that marshals to a JSON object, nil for {}. A client
// that is gone is no error.
func (s *Server) Reply(req *Message, c Content, metadata any, buffers ...[]byte) error {
	if s.isClosing() {
		return ErrClosed
	}
	m, err := s.encode(req.prefix(), req, c, metadata, buffers)
	if err != nil {
		return err
	}
	s.sockets[req.Channel].reply(req, m)
	return nil
}

// Publish sends c to all subscribers of iopub, with parent's header as the
// parent header ({} for nil). Output (streams, displays, results, comm
// messages) waits while a subscriber's queue is full, see Limits; status and
// all other messages do not wait behind it, and none is ever dropped for a
// subscriber that stays connected. Messages of one goroutine arrive in its
// order. The bytes of buffers may not change afterwards.
func (s *Server) Publish(parent *Message, c Content, metadata any, buffers ...[]byte) error {
	if s.isClosing() {
		return ErrClosed
	}
	t := topic(c)
	m, err := s.encode([][]byte{[]byte(t)}, parent, c, metadata, buffers)
	if err != nil {
		return err
	}
	return s.iopub.publish(t, m)
}

// stdinPatience is how long RequestInput waits for a client's stdin socket:
// clients connect their sockets at once, but these arrive one by one.
const stdinPatience = 2 * time.Second

// RequestInput asks the client that sent req, on stdin, and returns the msg_id
// of the question. The answer comes by Messages(Stdin); its parent header is
// the question's with clients that send one. When the client has no stdin
// socket connected, it is waited for two seconds, then ErrNoPeer is returned.
func (s *Server) RequestInput(req *Message, c InputRequest) (msgID string, err error) {
	if s.isClosing() {
		return "", ErrClosed
	}
	prefix := req.prefix()
	m, err := s.encode(prefix, req, c, nil, nil)
	if err != nil {
		return "", err
	}
	var header Header
	if err := json.Unmarshal(m.frames[len(prefix)+2], &header); err != nil {
		return "", fmt.Errorf("reading the header of an input_request: %w", err)
	}
	p := s.sockets[Stdin].await(req.client(), stdinPatience)
	if p == nil {
		if s.isClosing() {
			return "", ErrClosed
		}
		return "", ErrNoPeer
	}
	return header.MsgID, p.post(m, true)
}

func (s *Server) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// Close refuses new messages, sends everything that is queued and closes the
// sockets. It waits for peers to read, until ctx ends or, when a peer has read
// nothing for Limits.Parting, without that peer. The error says what was not
// delivered. When Close returns, no goroutine of the server runs.
func (s *Server) Close(ctx context.Context) error {
	s.closeOnce.Do(func() {
		s.closeErr = s.close(ctx)
		close(s.closed)
	})
	<-s.closed
	return s.closeErr
}

func (s *Server) close(ctx context.Context) error {
	close(s.closing)
	var all []*peer
	for _, sock := range s.sockets {
		all = append(all, sock.stop()...)
	}
	for _, p := range all {
		p.out.end()
	}
	lost, behind := int64(0), 0
	begun := time.Now()
	for _, p := range all {
		if n := p.finish(ctx, begun, s.limits.Parting); n > 0 {
			lost += n
			behind++
		}
	}
	quiet := make(chan struct{})
	go func() {
		s.running.Wait()
		close(quiet)
	}()
	farewell := time.NewTimer(farewell)
	defer farewell.Stop()
	select {
	case <-quiet:
	case <-farewell.C:
		for _, p := range all {
			p.link.Conn.Close()
		}
		<-quiet
	}
	for _, ch := range s.messages {
		if ch != nil {
			close(ch)
		}
	}
	if behind > 0 {
		return fmt.Errorf("closing: %d bytes were not taken by %d clients", lost, behind)
	}
	return nil
}

// finish waits until p's writer has sent everything, or p has read nothing for
// parting since begun, and returns how many bytes could not be sent.
func (p *peer) finish(ctx context.Context, begun time.Time, parting time.Duration) int64 {
	check := time.NewTicker(max(parting/20, time.Millisecond))
	defer check.Stop()
	for {
		select {
		case <-p.written:
			return 0
		case <-ctx.Done():
		case <-check.C:
			progress := time.Unix(0, p.link.progress.Load())
			if progress.Before(begun) {
				progress = begun
			}
			if time.Since(progress) < parting {
				continue
			}
		}
		n := p.out.size()
		p.cut()
		<-p.written
		return n
	}
}
