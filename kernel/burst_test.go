package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gokernel/kernel/wire"
)

// plug is a Wire without sockets, for tests in which time must not be real.
type plug struct {
	in map[wire.Channel]chan *wire.Message

	mu      sync.Mutex
	replies map[string]string // msg_id -> status of the reply, and when it came
	begun   time.Time
}

func newPlug() *plug {
	p := &plug{in: map[wire.Channel]chan *wire.Message{}, replies: map[string]string{}, begun: time.Now()}
	for _, ch := range []wire.Channel{wire.Shell, wire.Control, wire.Stdin} {
		p.in[ch] = make(chan *wire.Message)
	}
	return p
}

func (p *plug) Messages(ch wire.Channel) <-chan *wire.Message { return p.in[ch] }

func (p *plug) Reply(req *wire.Message, c wire.Content, _ any, _ ...[]byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := c.(wire.ExecuteReply); ok {
		p.replies[req.Header.MsgID] = fmt.Sprintf("%s after %v", r.Status, time.Since(p.begun))
	}
	return nil
}

func (p *plug) Publish(*wire.Message, wire.Content, any, ...[]byte) error { return nil }
func (p *plug) RequestInput(*wire.Message, wire.InputRequest) (string, error) {
	return "", wire.ErrNoPeer
}
func (p *plug) Connection() wire.ConnectionInfo { return wire.ConnectionInfo{} }
func (p *plug) Close(context.Context) error {
	for _, ch := range p.in {
		close(ch)
	}
	return nil
}

// execute sends an execute_request with this id.
func (p *plug) execute(id, code string, stop bool) {
	header := wire.Header{MsgID: id, MsgType: "execute_request"}
	raw, _ := json.Marshal(header)
	p.in[wire.Shell] <- &wire.Message{
		Channel: wire.Shell, Header: header, RawHeader: raw,
		Content: &wire.ExecuteRequest{Code: code, StoreHistory: true, StopOnError: stop},
	}
}

// A cell that fails in a tenth of a millisecond is faster than the rest of the
// same "Run All" arrives. Time is the bubble's: it passes only in sleeps.
func TestStopOnErrorOfABurst(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(p *plug)
		want map[string]string
	}{
		{"all at once", func(p *plug) {
			p.execute("a", "fail x y", true)
			p.execute("b", "print b", true)
			p.execute("c", "print c", false)
		}, map[string]string{"a": "error after 20ms", "b": "aborted after 20ms", "c": "aborted after 20ms"}},
		{"one after the other", func(p *plug) {
			p.execute("a", "fail x y", true)
			time.Sleep(15 * time.Millisecond)
			p.execute("b", "print b", true)
			time.Sleep(15 * time.Millisecond)
			p.execute("c", "print c", true)
		}, map[string]string{"a": "error after 50ms", "b": "aborted after 50ms", "c": "aborted after 50ms"}},
		{"after the reply", func(p *plug) {
			p.execute("a", "fail x y", true)
			time.Sleep(21 * time.Millisecond)
			p.execute("b", "print b", true)
		}, map[string]string{"a": "error after 20ms", "b": "ok after 21ms"}},
		{"going on", func(p *plug) {
			p.execute("a", "fail x y", false)
			p.execute("b", "print b", true)
		}, map[string]string{"a": "error after 0s", "b": "ok after 0s"}},
		{"a cell that took its time", func(p *plug) {
			p.execute("a", "sleep 25ms\nfail x y", true)
			p.execute("b", "print b", true)
			time.Sleep(26 * time.Millisecond)
			p.execute("c", "print c", true)
		}, map[string]string{"a": "error after 25ms", "b": "aborted after 25ms", "c": "ok after 26ms"}},
		{"looking on while a cell runs", func(p *plug) {
			p.execute("a", "sleep 100ms", true)
			time.Sleep(30 * time.Millisecond)
			p.execute("look", "print beside", true)
			time.Sleep(30 * time.Millisecond)
			p.execute("failing look", "print beside\nfail x y", true)
			p.execute("b", "print b", true)
		}, map[string]string{
			"a": "ok after 100ms", "look": "ok after 30ms", "failing look": "error after 60ms", "b": "ok after 100ms",
		}},
		{"looking in its turn, as one of many", func(p *plug) {
			p.execute("a", "sleep 100ms", true)
			p.execute("look", "print beside", true)
		}, map[string]string{"a": "ok after 100ms", "look": "ok after 100ms"}},
		{"without an end", func(p *plug) {
			p.execute("a", "fail x y", true)
			for range 20 {
				time.Sleep(19 * time.Millisecond)
				p.execute("more", "print more", true)
			}
		}, map[string]string{"a": "error after 200ms", "more": "ok after 380ms"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPlug()
				ctx, stop := context.WithCancel(t.Context())
				session := &script{t: t, gates: map[string]chan struct{}{}}
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					err := Serve(ctx, p, func(h Host) (Session, error) { session.host = h; return session, nil }, Options{})
					if err != nil {
						t.Error(err)
					}
				}()
				test.play(p)
				time.Sleep(time.Second)
				stop()
				<-ended
				if fmt.Sprint(p.replies) != fmt.Sprint(test.want) {
					t.Errorf("%v\nwant %v", p.replies, test.want)
				}
			})
		})
	}
}
