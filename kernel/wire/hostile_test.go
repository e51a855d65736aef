package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// long is a frame header that claims size bytes.
func long(flags byte, size uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{flags | flagLong}, size)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func ready(metadata []byte) []byte { return appendCommand(nil, "READY", metadata) }

func change(b []byte, at int, v byte) []byte {
	b = bytes.Clone(b)
	b[at] = v
	return b
}

// TestBadBytes sends what no ZeroMQ peer would send. The sender is cut, or left
// alone when it only is silent; a healthy client beside it sees no difference.
func TestBadBytes(t *testing.T) {
	garbage := make([]byte, 1<<16)
	for i := range garbage {
		garbage[i] = byte(rand.Uint32())
	}
	garbage[0] = 'x'
	hi := greeting("NULL", false)
	dealer := ready(appendProperty(appendProperty(nil, "Socket-Type", "DEALER"), "Identity", "evil"))
	ok := join(hi, dealer)
	for _, row := range []struct {
		name string
		send []byte
		want string // in the log: why it is cut; "" for not cut
	}{
		{"HTTP", []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "does not speak ZMTP"},
		{"random bytes", garbage, "does not speak ZMTP"},
		{"zeros", make([]byte, 4096), "does not speak ZMTP"},
		{"nothing", nil, ""},
		{"one byte", []byte{0xff}, ""},
		{"half a greeting", hi[:30], ""},
		{"greeting and silence", hi, ""},
		{"wrong footer", change(hi, 9, 0), "does not speak ZMTP"},
		{"ZMTP 2", change(hi, 10, 1), "speaks ZMTP 1"},
		{"other security", greeting("PLAIN", false), "asks for security"},
		{"curve without keys", greeting("CURVE", false), "asks for security"},
		{"as-server 7", change(hi, 32, 7), "as-server"},
		{"message before READY", join(hi, []byte{0, 1, 'x'}), "before READY"},
		{"unknown command", join(hi, appendCommand(nil, "HELLO", nil)), "instead of READY"},
		{"error", join(hi, appendCommand(nil, "ERROR", []byte("\x02no"))), "peer refused"},
		{"command without name", join(hi, []byte{flagCommand, 0}), "without a name"},
		{"name longer than command", join(hi, []byte{flagCommand, 2, 200, 'x'}), "without a name"},
		{"READY without metadata", join(hi, ready(nil)), "not compatible"},
		{"READY cut in a name length", join(hi, ready([]byte{200, 'S'})), "cut off in a name"},
		{"READY cut after a name", join(hi, ready([]byte("\x0bSocket-Type"))), "cut off in a name"},
		{"READY cut in a value length", join(hi, ready([]byte("\x0bSocket-Type\x00\x00"))), "cut off in a name"},
		{"READY cut in a value", join(hi, ready([]byte("\x0bSocket-Type\x00\x00\x00\x06DEAL"))), "cut off in a value"},
		{"READY with a value of 4 GiB", join(hi, ready([]byte("\x0bSocket-Type\xff\xff\xff\xffDEALER"))), "cut off in a value"},
		{"READY with an empty name", join(hi, ready([]byte{0, 0, 0, 0, 0})), "cut off in a name"},
		{"READY of 8 GiB", join(hi, long(flagCommand, 8<<30)), "larger than"},
		{"READY of 2^62", join(hi, long(flagCommand, 1<<62)), "larger than"},
		{"READY of 2^64-1", join(hi, long(flagCommand, 1<<64-1)), "larger than"},
		{"READY in parts", join(hi, []byte{flagCommand | flagMore, 6}, []byte("\x05READY")), "part of a message"},
		{"socket type PULL", join(hi, ready(appendProperty(nil, "Socket-Type", "PULL"))), "not compatible"},
		{"identity of 5000 bytes", join(hi, ready(appendProperty(appendProperty(nil, "Socket-Type", "DEALER"), "Identity", strings.Repeat("i", 5000)))), "identity"},
		{"unknown flags in the handshake", join(hi, []byte{0xf0, 1, 0}), "unknown flags"},

		{"unknown flags", join(ok, []byte{0x80, 0}), "unknown flags"},
		{"frame of 2^62", join(ok, long(0, 1<<62)), "more than"},
		{"frame of 2^63", join(ok, long(0, 1<<63)), "more than"},
		{"frame of 2^64-1", join(ok, long(flagMore, 1<<64-1)), "more than"},
		{"frame of 2^45", join(ok, long(0, 1<<45)), "more than"},
		{"frame of 8 GiB", join(ok, long(0, 8<<30)), "more than"},
		{"claims 100 MiB and sends 3 bytes", join(ok, long(0, 100<<20), []byte("abc")), ""},
		{"half a frame header", join(ok, []byte{flagLong, 0, 0}), ""},
		{"half a frame", join(ok, []byte{0, 10, 'a', 'b'}), ""},
		{"half a message", join(ok, []byte{flagMore, 1, 'a'}), ""},
		{"five million empty frames", join(ok, bytes.Repeat([]byte{flagMore, 0}, 5_000_000)), "more than"},
		{"command in parts", join(ok, []byte{flagCommand | flagMore, 0}), "part of a message"},
		{"command without name later", join(ok, []byte{flagCommand, 0}), "without a name"},
		{"PING without time to live", join(ok, appendCommand(nil, "PING", nil)), "PING"},
		{"PING with a long context", join(ok, appendCommand(nil, "PING", make([]byte, 40))), "PING"},
		{"second READY", join(ok, dealer), ""},
		{"unknown command later", join(ok, appendCommand(nil, "NONSENSE", garbage[:100])), ""},
		{"command in the middle of a message", join(ok, []byte{flagMore, 1, 'a'}, dealer, []byte{0, 1, 'b'}), ""},
		{"PONG nobody asked for", join(ok, appendCommand(nil, "PONG", []byte("x"))), ""},
		{"error later", join(ok, appendCommand(nil, "ERROR", []byte("\x02no"))), "ended the connection"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, log := serverOn(t, local(), Limits{})
			echoing(t, s)
			info := s.Connection()
			good := dial(t, info, Shell, "good")
			good.healthy()

			for _, ch := range []Channel{Shell, Control, Stdin} {
				bad := dialRaw(t, info, ch)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				bad.SetDeadline(time.Now().Add(patience))
				bad.Write(row.send) // may fail when it is cut before all is sent
				good.healthy()
				if row.want != "" {
					for {
						if _, err := bad.Read(make([]byte, 4096)); err != nil {
							if e, ok := err.(net.Error); ok && e.Timeout() {
								t.Error("the peer was not cut")
							}
							break
						}
					}
					log.await(t, row.want)
				}
				good.healthy()
				runtime.ReadMemStats(&after)
				if grown := after.TotalAlloc - before.TotalAlloc; int64(grown) > 8<<20+2*int64(len(row.send)) {
					t.Errorf("%d bytes were allocated for %d bytes", grown, len(row.send))
				}
			}
			dial(t, info, Shell, "next").healthy()
			for _, line := range log.all() {
				if strings.Contains(line, "panic") || strings.Contains(line, testKey) {
					t.Errorf("logged %s", line)
				}
			}
		})
	}
}

// TestBadMessages sends well-framed messages that are refused. Their sender is
// not cut, and the next message, a good one, is answered.
func TestBadMessages(t *testing.T) {
	header := func(extra string) string {
		return fmt.Sprintf(`{"msg_id":"bad-%d","msg_type":"execute_request"%s}`, serial.Add(1), extra)
	}
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	signed := func(h, p, m, c string) func(*client) [][]byte {
		return func(cl *client) [][]byte { return cl.sign(h, p, m, c) }
	}
	spoiled := func(spoil func(frames [][]byte) [][]byte) func(*client) [][]byte {
		return func(cl *client) [][]byte {
			return spoil(cl.sign(header(""), "{}", "{}", `{"code":""}`))
		}
	}
	for _, row := range []struct {
		name string
		make func(*client) [][]byte
		want string // in the log
	}{
		{"empty frame", func(*client) [][]byte { return [][]byte{{}} }, "no delimiter"},
		{"no delimiter", spoiled(func(f [][]byte) [][]byte { return f[1:] }), "no delimiter"},
		{"delimiter behind a hundred frames", spoiled(func(f [][]byte) [][]byte { return append(make([][]byte, 100), f...) }), "no delimiter"},
		{"delimiter alone", spoiled(func(f [][]byte) [][]byte { return f[:1] }), "0 frames after"},
		{"content is missing", spoiled(func(f [][]byte) [][]byte { return f[:5] }), "4 frames after"},
		{"not signed", spoiled(func(f [][]byte) [][]byte { f[1] = nil; return f }), "not signed"},
		{"wrong signature", spoiled(func(f [][]byte) [][]byte { f[1] = bytes.Repeat([]byte("0"), 64); return f }), "signature is wrong"},
		{"half a signature", spoiled(func(f [][]byte) [][]byte { f[1] = f[1][:32]; return f }), "instead of 64"},
		{"long signature", spoiled(func(f [][]byte) [][]byte { f[1] = bytes.Repeat([]byte("0"), 1000); return f }), "instead of 64"},
		{"signature is not hexadecimal", spoiled(func(f [][]byte) [][]byte { f[1] = bytes.Repeat([]byte("z"), 64); return f }), "hexadecimal"},
		{"signature of another message", spoiled(func(f [][]byte) [][]byte { f[5] = []byte(`{"code":"x"}`); return f }), "signature is wrong"},
		{"parts swapped", spoiled(func(f [][]byte) [][]byte { f[2], f[5] = f[5], f[2]; return f }), "signature is wrong"},
		{"header is not JSON", signed("{msg_id", "{}", "{}", "{}"), "header: "},
		{"header is an array", signed("[]", "{}", "{}", "{}"), "header: not a JSON object"},
		{"header is null", signed("null", "{}", "{}", "{}"), "header: not a JSON object"},
		{"header is empty", signed("", "{}", "{}", "{}"), "header: not a JSON object"},
		{"header is not UTF-8", signed("{\"msg_id\":\"\xff\",\"msg_type\":\"x\"}", "{}", "{}", "{}"), "header: not UTF-8"},
		{"header without msg_id", signed(`{"msg_type":"execute_request"}`, "{}", "{}", "{}"), "no msg_id"},
		{"header with empty msg_id", signed(`{"msg_id":"","msg_type":"execute_request"}`, "{}", "{}", "{}"), "no msg_id"},
		{"msg_id is a number", signed(`{"msg_id":7,"msg_type":"execute_request"}`, "{}", "{}", "{}"), "msg_id must be a string"},
		{"header without msg_type", signed(`{"msg_id":"a"}`, "{}", "{}", "{}"), "no msg_type"},
		{"msg_type is null", signed(`{"msg_id":"b","msg_type":null}`, "{}", "{}", "{}"), "no msg_type"},
		{"subshell_id is a list", signed(`{"msg_id":"c","msg_type":"x","subshell_id":[]}`, "{}", "{}", "{}"), "subshell_id must be a string"},
		{"header of a megabyte", signed(header(`,"x":"`+strings.Repeat("x", 1<<20)+`"`), "{}", "{}", "{}"), "more than 65536"},
		{"deep header", signed(header(`,"x":`+deep), "{}", "{}", "{}"), "nested deeper"},
		{"parent header is not JSON", signed(header(""), "{", "{}", "{}"), "parent header: not JSON"},
		{"parent header is a string", signed(header(""), `"x"`, "{}", "{}"), "parent header: not a JSON object"},
		{"metadata is a list", signed(header(""), "{}", "[1]", "{}"), "metadata: not a JSON object"},
		{"metadata is not UTF-8", signed(header(""), "{}", "{\"\xc0\xaf\":1}", "{}"), "metadata: not UTF-8"},
		{"content is not JSON", signed(header(""), "{}", "{}", `{"code":"x"`), "not JSON"},
		{"content is a number", signed(header(""), "{}", "{}", `7`), "not a JSON object"},
		{"content is not UTF-8", signed(header(""), "{}", "{}", "{\"code\":\"\xed\xa0\x80\"}"), "not UTF-8"},
		{"content nests too deep", signed(header(""), "{}", "{}", `{"code":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+"}"), "not JSON"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, log := serverOn(t, local(), Limits{})
			requests := echoing(t, s)
			info := s.Connection()
			good := dial(t, info, Shell, "good")
			for _, ch := range []Channel{Shell, Control, Stdin} {
				bad := dial(t, info, ch, "bad")
				bad.send(row.make(bad)...)
				good.healthy()
				if ch != Stdin {
					bad.healthy() // after it was refused
				}
				log.await(t, ch.String()+": peer")
				log.await(t, row.want)
			}
			select {
			case m := <-requests:
				t.Errorf("it came through: %+v", m)
			default:
			}
		})
	}
}

// TestStubbornStranger keeps sending messages with a wrong signature, and is
// cut; a client that has shown the key may make mistakes.
func TestStubbornStranger(t *testing.T) {
	s, log := serverOn(t, local(), Limits{})
	echoing(t, s)
	for _, name := range []string{"stranger", "friend"} {
		c := dial(t, s.Connection(), Shell, name)
		if name == "friend" {
			c.healthy()
		}
		for range 4 * maxStrikes {
			if c.trySend(delimiter, []byte("signature"), []byte("{}"), []byte("{}"), []byte("{}"), []byte("{}")) != nil {
				break
			}
		}
		if name == "friend" {
			c.healthy()
		} else if _, err := c.tryRecv(patience); err == nil || os.IsTimeout(err) {
			t.Errorf("not cut: %v", err)
		}
	}
	log.await(t, "refused 5 messages")
}

func TestBadSubscriptions(t *testing.T) {
	s, log := serverOn(t, local(), Limits{})
	info := s.Connection()
	good := dial(t, info, IOPub, "")
	good.subscribe("")
	for _, frames := range [][][]byte{{{}}, {{2}}, {[]byte("hello")}, {{1}, {1}}} {
		bad := dial(t, info, IOPub, "")
		bad.send(frames...)
		bad.subscribe("") // which works after the refusal
	}
	log.await(t, "not a subscription")
	greedy := dial(t, info, IOPub, "")
	for i := range 5000 {
		if greedy.trySend([]byte(fmt.Sprintf("\x01topic %d", i))) != nil {
			break
		}
	}
	log.await(t, "too many subscriptions")
	heavy := dial(t, info, IOPub, "")
	heavy.trySend(append([]byte{1}, make([]byte, 1<<20)...))
	log.await(t, "more than 65536 bytes")
	s.Publish(nil, Status{ExecutionState: "idle"}, nil)
	if m := good.next(); m.kind() != "status" {
		t.Errorf("got %v", m)
	}
}

func TestReplayedMessages(t *testing.T) {
	s, log := serverOn(t, local(), Limits{})
	requests := echoing(t, s)
	c := dial(t, s.Connection(), Shell, "me")
	frames := c.sign(`{"msg_id":"once","msg_type":"execute_request"}`, "{}", "{}", `{"code":"rm -rf"}`)
	c.send(frames...)
	<-requests
	c.send(frames...)
	thief := dial(t, s.Connection(), Control, "thief") // has heard it on the way
	thief.send(frames...)
	log.await(t, "shell: peer")
	log.await(t, "control: peer")
	log.await(t, "replay")
	c.healthy()
	select {
	case m := <-requests:
		t.Errorf("the replay came through: %+v", m)
	default:
	}
}

func TestLargeAndManyRequests(t *testing.T) {
	s, log := serverOn(t, local(), Limits{})
	requests := echoing(t, s)
	c := dial(t, s.Connection(), Shell, "big")
	c.healthy()
	code := strings.Repeat("a", 100<<20)
	c.request("execute_request", `{"code":"`+code+`"}`)
	if m := <-requests; m.Content.(*ExecuteRequest).Code != code {
		t.Error("the cell of 100 MiB came through changed")
	}
	// Nobody asked for these.
	stdin := dial(t, s.Connection(), Stdin, "big")
	stdin.request("input_reply", `{"value":"x"}`)
	<-requests

	const many = 100_000
	sent := make(chan error, 1)
	go func() {
		for range many {
			if err := c.trySend(c.sign(fmt.Sprintf(`{"msg_id":"m%d","msg_type":"kernel_info_request"}`, serial.Add(1)), "{}", "{}", "{}")...); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for range many {
		if m := c.next(); m.kind() != "kernel_info_reply" {
			t.Fatalf("got %v", m)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	if len(log.all()) != 0 {
		t.Errorf("logged %q", log.all())
	}
}

func TestTooLargeForAStranger(t *testing.T) {
	s, log := serverOn(t, local(), Limits{Stranger: 4 << 20, Message: 16 << 20})
	requests := echoing(t, s)
	info := s.Connection()
	stranger := dial(t, info, Shell, "stranger")
	stranger.trySend(delimiter, make([]byte, 5<<20))
	log.await(t, "more than 4194304 bytes")
	friend := dial(t, info, Shell, "friend")
	friend.healthy()
	friend.request("comm_msg", `{"comm_id":"x"}`, make([]byte, 8<<20))
	<-requests
	friend.trySend(delimiter, make([]byte, 17<<20))
	log.await(t, "more than 16777216 bytes")

	// Many strangers together may not have more than two of them.
	for range 8 {
		c := dial(t, info, Shell, "")
		c.conn.Write(join(long(0, 4<<20-100), make([]byte, 4<<20-200)))
	}
	log.await(t, "too many bytes of unsigned messages")
	dial(t, info, Shell, "friend").healthy()
}

// TestVanishing connects, begins something and is gone, over and over.
func TestVanishing(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	requests := echoing(t, s)
	info := s.Connection()
	good := dial(t, info, Shell, "good")
	sub := dial(t, info, IOPub, "")
	sub.subscribe("")
	ok := join(greeting("NULL", false), ready(appendProperty(nil, "Socket-Type", "DEALER")))
	for i := range 200 {
		c := dialRaw(t, info, Channel(i%channels))
		c.Write(ok[:i*len(ok)/200])
		c.Close()
		mid := dial(t, info, Shell, fmt.Sprint("mid", i))
		mid.request("inspect_request", `{"code":"x"}`)
		mid.w.Write([]byte{flagMore, 200, 1, 2})
		mid.w.Flush()
		m := <-requests
		mid.conn.(*net.TCPConn).SetLinger(0) // a reset, not a farewell
		mid.conn.Close()
		if err := s.Reply(m, InspectReply{}, nil); err != nil {
			t.Error(err)
		}
		if err := s.Publish(m, Status{ExecutionState: "idle"}, nil); err != nil {
			t.Error(err)
		}
		if got := sub.next(); got.parent["msg_id"] != m.Header.MsgID {
			t.Errorf("got %v", got)
		}
		good.healthy()
	}
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
