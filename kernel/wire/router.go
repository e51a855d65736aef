package wire

import (
	"errors"
	"fmt"
)

var (
	errNotSubscription = errors.New("message is not a subscription")
	errTooManyTopics   = errors.New("too many subscriptions")
)

// request is handle of shell, control and stdin: the door.
func (s *socket) request(p *peer, frames [][]byte) error {
	m, err := s.server.decode(s.ch, p.id, frames)
	if err != nil {
		return p.refuse(err)
	}
	p.link.limits.trusted = true
	p.link.release()
	p.strikes = 0
	m.from = p
	select {
	case s.server.messages[s.ch] <- m:
	case <-s.server.closing:
		return nil
	}
	// Who does not read its replies is not read from.
	p.out.waitBelow(s.server.limits.Queue)
	return nil
}

// echo is handle of the heartbeat
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#heartbeat-for-kernels).
func (s *socket) echo(p *peer, frames [][]byte) error {
	p.post(newOutgoing(frames), true)
	p.out.waitBelow(s.server.limits.Queue)
	return nil
}

// maxStrikes is how many messages in a row a peer may have refused that never
// sent a good one. A client with a bug or a replay stays connected.
const maxStrikes = 5

// refuse drops a message of p.
func (p *peer) refuse(err error) error {
	p.strikes++
	if !p.link.limits.trusted && p.strikes >= maxStrikes {
		return fmt.Errorf("refused %d messages, the last because of this: %w", p.strikes, err)
	}
	p.socket.server.log.logf("%s: refused a message: %v", p, err)
	return nil
}

// reply sends m to the client that sent req: by the connection the request
// came on and, when the client has connected again since, by the new one.
func (s *socket) reply(req *Message, m *outgoing) {
	newest := s.find(req.client())
	if newest != nil {
		newest.post(m, true)
	}
	if req.from != nil && req.from != newest {
		req.from.post(m, true)
	}
}

// client is the routing identity of the client that sent m.
func (m *Message) client() string {
	if len(m.Identities) == 0 {
		return ""
	}
	return string(m.Identities[0])
}

// prefix is what a REQ client put before its message and expects back.
func (m *Message) prefix() [][]byte {
	if len(m.Identities) == 0 {
		return nil
	}
	return m.Identities[1:]
}
