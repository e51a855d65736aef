package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// script is a connection whose peer says everything at once and hears nothing.
type script struct {
	io.Reader
	sent int
}

func (s *script) Write(p []byte) (int, error)      { s.sent += len(p); return len(p), nil }
func (*script) Close() error                       { return nil }
func (*script) LocalAddr() net.Addr                { return nil }
func (*script) RemoteAddr() net.Addr               { return nil }
func (*script) SetDeadline(time.Time) error        { return nil }
func (*script) SetReadDeadline(time.Time) error    { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

// fuzzConnection plays data to a link and to zmq4 above it. Neither may panic,
// and no more may come out than the limits let in.
func fuzzConnection(t *testing.T, data []byte, keys *curveKeys) {
	const limit = 1 << 16
	var strangers atomic.Int64
	l := newLink(&script{Reader: bytes.NewReader(data)}, keys, linkLimits{
		kind: zmq4.Router, message: 1 << 20, stranger: limit, strangers: &strangers,
		stall: time.Second, abandon: time.Second,
	})
	pongs := 0
	l.onPing = func(context []byte) {
		if pongs += len(context); len(context) > 16 {
			t.Errorf("PONG of %d bytes", len(context))
		}
	}
	conn, err := zmq4.Open(l, null.Security(), zmq4.Router, nil, true, nil)
	if err != nil {
		return
	}
	l.open()
	if id := conn.Peer.Meta["Identity"]; len(id) > 255 {
		t.Errorf("identity of %d bytes", len(id))
	}
	for {
		msg, err := conn.RecvMsg()
		if err != nil {
			break
		}
		if msg.Type == zmq4.CmdMsg {
			t.Errorf("a command reached zmq4: %q", msg.Frames)
		}
		size := 0
		for _, f := range msg.Frames {
			size += len(f)
		}
		if size > limit || size > len(data) {
			t.Errorf("message of %d bytes from %d", size, len(data))
		}
	}
	l.release()
	if n := strangers.Load(); n != 0 {
		t.Errorf("%d bytes are still counted as in flight", n)
	}
}

// FuzzConnection fuzzes greeting, handshake and frames as they reach zmq4.
func FuzzConnection(f *testing.F) {
	ok := join(greeting("NULL", false), ready(appendProperty(appendProperty(nil, "Socket-Type", "DEALER"), "Identity", "id")))
	f.Add(ok)
	f.Add(join(ok, []byte{1, 0, 0, 2, 'h', 'i'}, appendCommand(nil, "PING", []byte("\x00\x00ctx")), long(0, 300), make([]byte, 300)))
	f.Add(join(greeting("NULL", false), ready([]byte{200, 'S'})))
	f.Add(join(greeting("NULL", false), ready(appendProperty(nil, "Socket-Type", ""))))
	f.Add(join(ok, long(0, 1<<62)))
	f.Add(join(ok, long(flagMore, 1<<45)))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzConnection(t, data, nil) })
}

// FuzzHandshake is FuzzConnection behind a good greeting, where random bytes
// seldom come on their own.
func FuzzHandshake(f *testing.F) {
	f.Add(ready(appendProperty(appendProperty(nil, "Socket-Type", "DEALER"), "Identity", "id")))
	f.Add(ready(appendProperty(nil, "socket-type", "REQ")))
	f.Add(ready([]byte("\x0bSocket-Type\xff\xff\xff\xffDEALER")))
	f.Add(appendCommand(nil, "ERROR", []byte("\x02no")))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzConnection(t, join(greeting("NULL", false), data), nil)
	})
}

// FuzzFrames is FuzzConnection behind a good handshake.
func FuzzFrames(f *testing.F) {
	ok := join(greeting("NULL", false), ready(appendProperty(nil, "Socket-Type", "DEALER")))
	f.Add([]byte{1, 0, 0, 2, 'h', 'i'})
	f.Add(join([]byte{flagMore, 1, 'a'}, appendCommand(nil, "PING", []byte("\x00\x00ctx")), []byte{0, 1, 'b'}))
	f.Add(long(0, 1<<63))
	f.Add(join(long(flagMore, 70_000), make([]byte, 70_000)))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzConnection(t, join(ok, data), nil) })
}

// FuzzCurve fuzzes the CURVE handshake behind a good greeting.
func FuzzCurve(f *testing.F) {
	info := withCurve(f, local())
	keys, err := info.curveKeys()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(appendCommand(nil, "HELLO", append([]byte{1, 0}, make([]byte, 192)...)))
	f.Add(appendCommand(nil, "INITIATE", make([]byte, 300)))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzConnection(t, join(greeting("CURVE", false), data), keys)
	})
}

// FuzzCurveFrames fuzzes what a client that has the keys may put into its
// boxes, and what it may put in their place.
func FuzzCurveFrames(f *testing.F) {
	f.Add([]byte{1, 'x'}, false)
	f.Add([]byte{2, 4, 'P', 'I', 'N', 'G', 0, 0}, false)
	f.Add([]byte(messagePrefix+"12345678"), true)
	f.Fuzz(func(t *testing.T, data []byte, open bool) {
		server, peer := newCurve(new(curveKeys)), &client{shared: new([32]byte)}
		body := data
		if !open {
			if len(data) == 0 {
				return
			}
			body = peer.seal(data[0], data[1:])
		}
		all, inner, flags, err := server.open(body)
		if err != nil {
			return
		}
		if open {
			t.Fatal("a box that was never closed was opened")
		}
		if !bytes.Equal(inner, data[1:]) {
			t.Errorf("%q became %q", data, inner)
		}
		if flags&flagCommand == 0 {
			again, body, f2, err := readFrame(bytes.NewReader(all), nil, func(byte, uint64) error { return nil })
			if err != nil || !bytes.Equal(again, all) || !bytes.Equal(body, inner) || f2&flagMore != flags {
				t.Errorf("%q is no frame: %v", all, err)
			}
		}
	})
}

// FuzzMessage fuzzes the frames of a message, cut out of data at newlines, at
// a door without a key: what passes must be fit to be a parent header and to
// be decoded again.
func FuzzMessage(f *testing.F) {
	f.Add([]byte("<IDS|MSG>\n\n{\"msg_id\":\"a\",\"msg_type\":\"execute_request\"}\n{}\n{}\n{\"code\":\"x\"}"))
	f.Add([]byte("\n<IDS|MSG>\nsig\n{\"msg_id\":\"a\",\"msg_type\":\"x\",\"subshell_id\":null,\"date\":1}\n{}\n{}\n{}\nbuffer"))
	f.Add([]byte("a\nb"))
	s := new(Server)
	s.session, s.username = "s", []byte(`"u"`)
	signed := new(Server)
	signed.signer, _ = newSigner("hmac-sha256", "k")
	f.Fuzz(func(t *testing.T, data []byte) {
		frames := bytes.Split(data, []byte("\n"))
		if _, err := signed.decode(Shell, "id", frames); err == nil {
			t.Fatal("a message without a right signature passed")
		}
		m, err := s.decode(Shell, "id", frames)
		if err != nil {
			return
		}
		if !json.Valid(m.RawHeader) || !utf8.Valid(m.RawHeader) || !json.Valid(m.Parent) || !json.Valid(m.Metadata) {
			t.Errorf("passed: %q %q %q", m.RawHeader, m.Parent, m.Metadata)
		}
		if m.Header.MsgID == "" || m.Content.MsgType() != m.Header.MsgType {
			t.Errorf("passed: %+v", m)
		}
		out, err := s.encode(m.prefix(), m, m.Content, m.Metadata, m.Buffers)
		if err != nil {
			t.Fatalf("%+v cannot be sent back: %v", m, err)
		}
		if _, err := s.decode(Shell, "id", out.frames); err != nil {
			t.Fatalf("%q cannot be decoded again: %v", out.frames, err)
		}
	})
}

// FuzzContent fuzzes every content that clients send.
func FuzzContent(f *testing.F) {
	for msgType := range decoders {
		f.Add(msgType, []byte(`{"code":"fmt.","cursor_pos":4,"comm_id":"c","data":{},"command":"x","value":"v","subshell_id":"s"}`))
	}
	f.Add("complete_request", []byte(`{"code":"a🎈","cursor_pos":-1e400}`))
	f.Fuzz(func(t *testing.T, msgType string, data []byte) {
		c, err := decodeContent(msgType, data)
		if err != nil {
			return
		}
		switch c := c.(type) {
		case *CompleteRequest:
			if c.CursorPos < 0 || c.CursorPos > utf8.RuneCountInString(c.Code) {
				t.Errorf("cursor %d is outside of %q", c.CursorPos, c.Code)
			}
		case *InspectRequest:
			if c.CursorPos < 0 || c.CursorPos > utf8.RuneCountInString(c.Code) || c.DetailLevel&^1 != 0 {
				t.Errorf("%+v", c)
			}
		case *Malformed:
			if c.Err == nil {
				t.Error("malformed without a reason")
			}
			return
		}
		again, err := marshal(c)
		if err != nil {
			t.Fatalf("%#v: %v", c, err)
		}
		if _, err := decodeContent(msgType, again); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
	})
}

// FuzzZ85 fuzzes the keys of a connection file.
func FuzzZ85(f *testing.F) {
	f.Add(z85[:40])
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		var key [32]byte
		if decodeZ85(key[:], s) == nil && encodeZ85(key[:]) != s {
			t.Errorf("%q became %q", s, encodeZ85(key[:]))
		}
	})
}
