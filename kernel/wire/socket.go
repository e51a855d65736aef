package wire

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/go-zeromq/zmq4"
)

// socket is one of the five: a listener and the peers that came by it. What a
// peer's message means is in handle; nothing a peer does or leaves undone makes
// another peer wait.
type socket struct {
	server *Server
	ch     Channel
	kind   zmq4.SocketType
	ln     net.Listener
	handle func(p *peer, frames [][]byte) error // runs in the peer's reader

	mu      sync.Mutex
	peers   map[*peer]struct{}
	byID    map[string]*peer // the newest peer of an identity
	joined  chan struct{}    // closed and made anew when a peer joins
	pending *list.List       // of net.Conn in the handshake, oldest first
	waiting map[net.Conn]*list.Element
	closed  bool
}

// maxPending is how many connections of one socket may be in the handshake at
// once. One more cuts the oldest: the silent make room for those who speak.
const maxPending = 256

// accept takes connections until the listener is closed.
func (s *socket) accept() {
	defer s.server.running.Done()
	pause := time.Duration(0)
	for {
		conn, err := s.ln.Accept()
		if err == nil {
			pause = 0
			s.admit(conn)
			s.server.pace.wait(s.server.closing)
			continue
		}
		if s.server.isClosing() {
			return
		}
		// Out of file descriptors, or a connection that broke while it was
		// accepted. Old silent connections are worth less than new ones.
		s.server.log.logf("%s: accepting: %v", s.ch, err)
		s.dropOldest()
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		select {
		case <-time.After(pause):
		case <-s.server.closing:
			return
		}
	}
}

// admit starts a reader for a new connection.
func (s *socket) admit(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		conn.Close()
		return
	}
	if len(s.peers) >= s.server.limits.Peers {
		s.server.log.logf("%s: refused a connection: there are %d already", s.ch, len(s.peers))
		conn.Close()
		return
	}
	if s.pending.Len() >= maxPending {
		s.dropOldestLocked()
	}
	s.waiting[conn] = s.pending.PushBack(conn)
	s.server.running.Add(1)
	go s.serve(conn)
}

func (s *socket) dropOldest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropOldestLocked()
}

func (s *socket) dropOldestLocked() {
	if e := s.pending.Front(); e != nil {
		conn := s.pending.Remove(e).(net.Conn)
		delete(s.waiting, conn)
		conn.Close()
	}
}

// settled says that conn is not in the handshake any more.
func (s *socket) settled(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.waiting[conn]; ok {
		s.pending.Remove(e)
		delete(s.waiting, conn)
	}
}

// join makes p one of the peers and starts its writer. Of several peers with
// one identity the newest gets what is sent to it: a client that has connected
// again before its old connection was found dead must not be lost
// (ZMQ_ROUTER_HANDOVER has the same purpose).
func (s *socket) join(p *peer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	if p.id == "" {
		p.id = s.server.anonymous()
	}
	s.peers[p] = struct{}{}
	s.byID[p.id] = p
	close(s.joined)
	s.joined = make(chan struct{})
	s.server.running.Add(1)
	go p.write()
	return nil
}

// leave forgets p.
func (s *socket) leave(p *peer) {
	s.mu.Lock()
	_, member := s.peers[p]
	delete(s.peers, p)
	if s.byID[p.id] == p {
		delete(s.byID, p.id)
		for other := range s.peers {
			if other.id == p.id {
				s.byID[p.id] = other
			}
		}
	}
	s.mu.Unlock()
	if member && s.ch == IOPub {
		s.server.iopub.leave(p)
	}
}

// find returns the newest peer with the identity.
func (s *socket) find(id string) *peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id]
}

// await is find that waits for the peer to connect.
func (s *socket) await(id string, patience time.Duration) *peer {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		p, joined := s.byID[id], s.joined
		s.mu.Unlock()
		if p != nil {
			return p
		}
		select {
		case <-joined:
		case <-timeout.C:
			return nil
		case <-s.server.closing:
			return nil
		}
	}
}

// drained is called by p's writer after it sent something.
func (s *socket) drained(p *peer, left int64) {
	if s.ch == IOPub {
		s.server.iopub.drained(left)
	}
}

// stop ends the accepting and returns the peers; connections in the handshake
// are dropped.
func (s *socket) stop() []*peer {
	s.ln.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for s.pending.Len() > 0 {
		s.dropOldestLocked()
	}
	all := make([]*peer, 0, len(s.peers))
	for p := range s.peers {
		all = append(all, p)
	}
	return all
}

func (s *socket) linkLimits() linkLimits {
	l := &s.server.limits
	out := linkLimits{
		kind:    s.kind,
		message: l.Message, stranger: l.Stranger, strangers: &s.server.strangers,
		trusted: s.server.signer == nil, stall: l.Stall, abandon: l.Abandon,
	}
	switch s.ch {
	case IOPub: // subscriptions
		out.message = min(out.message, 64<<10)
	case Heartbeat:
		out.message = min(out.message, 1<<20)
	}
	return out
}

// rebindPatience is how long a port may still be held by the kernel that is
// being replaced.
const rebindPatience = 5 * time.Second

// bind listens where info says. A restarted kernel gets the ports of the one
// before it, which may be about to end.
func bind(info ConnectionInfo, ch Channel) (net.Listener, error) {
	network, address := info.address(ch)
	if network == "unix" {
		if err := removeStale(address); err != nil {
			return nil, err
		}
	}
	// Keep-alive is for peers, not for whoever knocks.
	config := net.ListenConfig{KeepAlive: -1}
	wait := 2 * time.Millisecond
	for start := time.Now(); ; {
		ln, err := config.Listen(context.Background(), network, address)
		if err == nil {
			if network == "unix" {
				// The folder is private already; this is for when it is not.
				if err := os.Chmod(address, 0o700); err != nil {
					ln.Close()
					return nil, err
				}
			}
			return ln, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) || time.Since(start) > rebindPatience {
			return nil, err
		}
		time.Sleep(wait)
		wait = min(2*wait, 100*time.Millisecond)
	}
}

// removeStale removes the socket file that a killed kernel left behind, and
// nothing else.
func removeStale(path string) error {
	fi, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if fi.Mode()&fs.ModeSocket == 0 {
		return fmt.Errorf("%s is in the way: it is not a socket", path)
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		// Somebody listens. It may be the kernel that is being replaced.
		conn.Close()
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
