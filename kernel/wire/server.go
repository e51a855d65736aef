package wire

import (
	"context"
	"errors"
)

// Server is a kernel's five sockets.
type Server struct{}

// ErrClosed is returned by a Server's methods after Close.
var ErrClosed = errors.New("wire: server closed")

// ErrNoPeer is returned when the client a message is for is not connected.
var ErrNoPeer = errors.New("wire: client is not connected")

// Listen binds the five sockets that info describes and serves them until
// Close. Ports that are 0 are chosen by the system, see Server.Connection.
func Listen(info ConnectionInfo, opts Options) (*Server, error) { return nil, errors.New("not yet") }

// Connection is the connection file's content with the ports that were bound.
func (s *Server) Connection() ConnectionInfo { return ConnectionInfo{} }

// Messages is what clients send on ch, which is Shell, Control or Stdin, each
// client's messages in the order it sent them. The channel is unbuffered: a
// client whose message is not taken is not read from, and delays no other.
// It is closed by Close. There is one channel for each socket, so that a
// kernel serves Control while Shell is busy.
func (s *Server) Messages(ch Channel) <-chan *Message { return nil }

// Session is the UUID of this process in every header it sends, new for each
// Listen: front-ends detect restarts by it.
func (s *Server) Session() string { return "" }

// Reply answers req on its channel, to the client that sent it. It never
// blocks: a client that does not read its replies is not read from either.
// metadata is anything that marshals to a JSON object, nil for {}.
// A client that is gone is no error.
func (s *Server) Reply(req *Message, c Content, metadata any, buffers ...[]byte) error { return nil }

// Publish sends c to all subscribers of iopub, with parent's header as the
// parent header ({} for nil). Output (streams, displays, comm messages) waits
// while a subscriber's queue is full, see Limits; status and all other
// messages do not wait behind it, and none is ever dropped for a subscriber
// that stays connected. Messages of one goroutine arrive in its order.
func (s *Server) Publish(parent *Message, c Content, metadata any, buffers ...[]byte) error {
	return nil
}

// RequestInput asks the client that sent req, on stdin. Its answer comes by
// Messages(Stdin). When that client has no stdin socket connected, it is
// waited for two seconds, then ErrNoPeer is returned.
func (s *Server) RequestInput(req *Message, c InputRequest) error { return nil }

// Close refuses new messages, sends everything that is queued and closes the
// sockets. It waits for a peer that is reading, until ctx ends.
func (s *Server) Close(ctx context.Context) error { return nil }

// ReplyType is the msg_type of the reply to a request: execute_reply for
// execute_request. It is "" for messages that have no reply.
func ReplyType(request string) string { return "" }
