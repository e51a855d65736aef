package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"
)

// transports are all the ways to reach a kernel.
func transports(t *testing.T, f func(t *testing.T, info ConnectionInfo)) {
	t.Run("tcp", func(t *testing.T) { f(t, local()) })
	t.Run("ipc", func(t *testing.T) { f(t, ipc(t)) })
	t.Run("tcp, curve", func(t *testing.T) { f(t, withCurve(t, local())) })
	t.Run("ipc, curve", func(t *testing.T) { f(t, withCurve(t, ipc(t))) })
	t.Run("tcp, no key", func(t *testing.T) {
		info := local()
		info.Key = ""
		f(t, info)
	})
}

func TestAllSockets(t *testing.T) {
	transports(t, func(t *testing.T, info ConnectionInfo) {
		s, _ := serverOn(t, info, Limits{})
		info = s.Connection()
		requests := echoing(t, s)

		sub := dial(t, info, IOPub, "")
		sub.subscribe("")
		shell, control, stdin := dial(t, info, Shell, "me"), dial(t, info, Control, "me"), dial(t, info, Stdin, "me")
		shell.healthy()
		control.healthy()

		// A request, with everything that may come with it.
		large := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		id := shell.request("comm_msg", `{"comm_id":"c","data":{"x":1}}`, []byte("small"), large, nil)
		m := <-requests
		if m.Channel != Shell || m.Header.MsgID != id || m.Header.MsgType != "comm_msg" || m.Header.Session != "me" || string(m.Identities[0]) != "me" {
			t.Errorf("got %+v", m)
		}
		if c, ok := m.Content.(*CommMsg); !ok || c.CommID != "c" || string(c.Data) != `{"x":1}` {
			t.Errorf("got content %#v", m.Content)
		}
		if len(m.Buffers) != 3 || string(m.Buffers[0]) != "small" || !bytes.Equal(m.Buffers[1], large) || len(m.Buffers[2]) != 0 {
			t.Errorf("got %d buffers", len(m.Buffers))
		}
		if m.Size < len(large) {
			t.Errorf("size is %d", m.Size)
		}

		// Its consequences: broadcast, question, answer, reply.
		if err := s.Publish(m, Stream{Name: "stdout", Text: "<b>&é\n"}, map[string]any{"a": 1}, large); err != nil {
			t.Error(err)
		}
		got := sub.next()
		if got.kind() != "stream" || got.topic != "stream.stdout" || got.content["text"] != "<b>&é\n" || got.meta["a"] != 1.0 || !bytes.Equal(got.buffers[0], large) {
			t.Errorf("got %v", got)
		}
		if string(got.raw[1]) != string(m.RawHeader) {
			t.Errorf("parent header %s is not the request's header %s", got.raw[1], m.RawHeader)
		}
		if got.header["session"] != s.Session() || got.header["version"] != "5.5" {
			t.Errorf("got header %v", got.header)
		}
		if _, err := time.Parse(time.RFC3339Nano, got.header["date"].(string)); err != nil {
			t.Error(err)
		}
		if _, err := s.RequestInput(m, InputRequest{Prompt: "name?", Password: true}); err != nil {
			t.Error(err)
		}
		if got := stdin.next(); got.kind() != "input_request" || got.content["prompt"] != "name?" || got.content["password"] != true || got.parent["msg_id"] != id {
			t.Errorf("got %v", got)
		}
		stdin.request("input_reply", `{"value":"Ada"}`)
		if a := <-requests; a.Channel != Stdin || a.Content.(*InputReply).Value != "Ada" {
			t.Errorf("got %+v", a)
		}
		if err := s.Reply(m, ExecuteReply{Status: "ok", ExecutionCount: 3}, json.RawMessage(`{"started":"now"}`), []byte("b")); err != nil {
			t.Error(err)
		}
		if got := shell.next(); got.kind() != "execute_reply" || got.parent["msg_id"] != id || got.content["execution_count"] != 3.0 || got.meta["started"] != "now" || string(got.buffers[0]) != "b" {
			t.Errorf("got %v", got)
		}

		// The heartbeat echoes what it gets.
		hb := dial(t, info, Heartbeat, "")
		for _, frames := range [][][]byte{{{}, []byte("ping")}, {{}}, {[]byte("a"), {}, large[:1000]}} {
			hb.send(frames...)
			if got := hb.recv(); !reflect.DeepEqual(got, frames) {
				t.Errorf("sent %q to the heartbeat and got %q", frames, got)
			}
		}
	})
}

func TestREQClientGetsItsEnvelopeBack(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	echoing(t, s)
	c, err := dialAs(t, s.Connection(), Shell, "REQ", "")
	if err != nil {
		t.Fatal(err)
	}
	c.request("kernel_info_request", "{}")
	frames := c.recv()
	if len(frames[0]) != 0 || !bytes.Equal(frames[1], delimiter) {
		t.Errorf("got %q", frames)
	}
}

func TestWelcomeComesFirst(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // a kernel that never stops talking
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				s.Publish(nil, Stream{Name: "stdout", Text: fmt.Sprint(i)}, nil)
				time.Sleep(10 * time.Microsecond)
			}
		}
	}()
	for range 20 {
		sub := dial(t, s.Connection(), IOPub, "")
		sub.subscribe("") // which fails if anything else comes first
		if m := sub.next(); m.kind() != "stream" {
			t.Errorf("got %v", m)
		}
	}
	close(stop)
	<-stopped
}

func TestSubscriptions(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	sub := dial(t, s.Connection(), IOPub, "")
	sub.subscribe("status")
	sub.subscribe("stream.std")
	sub.subscribe("stream.std") // counted, as libzmq counts
	s.Publish(nil, Error{EName: "unwanted"}, nil)
	s.Publish(nil, Stream{Name: "stdout", Text: "1"}, nil)
	s.Publish(nil, Status{ExecutionState: "busy"}, nil)
	if m := sub.next(); m.content["text"] != "1" {
		t.Errorf("got %v", m)
	}
	if m := sub.next(); m.kind() != "status" || string(m.raw[1]) != "{}" {
		t.Errorf("got %v", m)
	}
	sub.send([]byte("\x00stream.std"))
	sub.subscribe("a") // its welcome says that the server has read this far
	s.Publish(nil, Stream{Name: "stdout", Text: "2"}, nil)
	if m := sub.next(); m.content["text"] != "2" {
		t.Errorf("got %v", m)
	}
	sub.send([]byte("\x00stream.std"))
	sub.send([]byte("\x00never subscribed"))
	sub.send([]byte("\x01\xff\xfe")) // no welcome, and no harm
	sub.subscribe("b")
	s.Publish(nil, Stream{Name: "stdout", Text: "unwanted"}, nil)
	s.Publish(nil, Status{ExecutionState: "idle"}, nil)
	if m := sub.next(); m.content["execution_state"] != "idle" {
		t.Errorf("got %v", m)
	}
}

func TestNewestConnectionOfAnIdentityGetsTheReply(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	requests := echoing(t, s)
	old := dial(t, s.Connection(), Shell, "same")
	old.request("inspect_request", `{"code":"x"}`)
	m := <-requests
	renewed := dial(t, s.Connection(), Shell, "same")
	renewed.healthy()
	s.Reply(m, InspectReply{}, nil)
	for _, c := range []*client{old, renewed} {
		if r := c.next(); r.kind() != "inspect_reply" {
			t.Errorf("got %v", r)
		}
	}
	renewed.conn.Close()
	old.healthy()
}

func TestInputWithoutStdin(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	requests := echoing(t, s)
	c := dial(t, s.Connection(), Shell, "late")
	c.request("execute_request", `{"code":"x"}`)
	m := <-requests
	asked := make(chan error, 1)
	go func() { _, err := s.RequestInput(m, InputRequest{Prompt: "?"}); asked <- err }()
	stdin := dial(t, s.Connection(), Stdin, "late")
	if err := <-asked; err != nil {
		t.Errorf("a client that connects stdin a moment later is not asked: %v", err)
	}
	if r := stdin.next(); r.kind() != "input_request" {
		t.Errorf("got %v", r)
	}
	m.Identities = [][]byte{[]byte("nobody")}
	start := time.Now()
	if _, err := s.RequestInput(m, InputRequest{}); !errors.Is(err, ErrNoPeer) || time.Since(start) > 2*stdinPatience {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
}

func TestNothingIsLostAtTheEnd(t *testing.T) {
	const count = 20_000
	transports(t, func(t *testing.T, info ConnectionInfo) {
		s, _ := serverOn(t, info, Limits{Parting: patience})
		requests := echoing(t, s)
		sub := dial(t, s.Connection(), IOPub, "")
		sub.subscribe("")
		shell := dial(t, s.Connection(), Shell, "me")
		shell.request("shutdown_request", `{"restart":false}`)
		m := <-requests
		for i := range count {
			if err := s.Publish(m, Stream{Name: "stdout", Text: fmt.Sprint(i)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		s.Reply(m, ShutdownReply{}, nil)
		closed := make(chan error, 1)
		go func() { closed <- s.Close(context.Background()) }()
		for i := range count {
			if r := sub.next(); r.content["text"] != fmt.Sprint(i) {
				t.Fatalf("message %d is %v", i, r)
			}
		}
		if r := shell.next(); r.kind() != "shutdown_reply" {
			t.Errorf("got %v", r)
		}
		sub.conn.Close()
		shell.conn.Close()
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if err := s.Publish(nil, Status{}, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("publishing after Close: %v", err)
		}
		if err := s.Reply(m, ShutdownReply{}, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("replying after Close: %v", err)
		}
	})
}
