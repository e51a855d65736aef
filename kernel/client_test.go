package kernel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
	"go.uber.org/goleak"

	"gokernel/kernel/wire"
)

const testKey = "a key of a test"

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// A server is a kernel that runs on ports of its own, with its scripted session.
type server struct {
	t       testing.TB
	info    wire.ConnectionInfo
	session *script
	stop    context.CancelFunc
	started chan struct{} // closed when the session has its host
	ended   chan struct{}
	clients []*client
}

// serve starts a kernel for the time of the test and checks at the end that
// nothing of it is left.
func serve(t testing.TB, opts Options) *server {
	t.Helper()
	return serveAfter(t, opts, func() error { return nil })
}

// serveAfter is serve with a session that starts when begin returns.
func serveAfter(t testing.TB, opts Options, begin func() error) *server {
	t.Helper()
	if opts.Logf == nil {
		opts.Logf = t.Logf
	}
	before := goleak.IgnoreCurrent() // the runner of benchmarks
	w, err := wire.Listen(wire.ConnectionInfo{
		Transport: "tcp", IP: "127.0.0.1", Key: testKey, SignatureScheme: "hmac-sha256",
	}, wire.Options{Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &server{
		t: t, info: w.Connection(), stop: stop, started: make(chan struct{}), ended: make(chan struct{}),
		session: &script{t: t, gates: map[string]chan struct{}{}},
	}
	go func() {
		defer close(s.ended)
		err := Serve(ctx, w, func(h Host) (Session, error) {
			if err := begin(); err != nil {
				return nil, err
			}
			s.session.host = h
			close(s.started)
			return s.session, nil
		}, opts)
		if err != nil {
			t.Errorf("serving: %v", err)
		}
	}()
	t.Cleanup(func() {
		stop()
		s.waitEnd()
		s.session.background.Wait()
		for _, c := range s.clients {
			c.close()
		}
		goleak.VerifyNone(t, before)
	})
	return s
}

// host is what the kernel offers the session.
func (s *server) host() Host {
	<-s.started
	return s.session.host
}

// waitEnd waits until the kernel has ended.
func (s *server) waitEnd() {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatal("the kernel does not end")
	}
}

// A client is one of a kernel's front-ends. Its methods wait for what they
// expect and fail the test when it does not come.
type client struct {
	t       testing.TB
	session string
	conns   map[wire.Channel]*zmq4.Conn
	inbox   map[wire.Channel]chan message
	early   map[wire.Channel][]message // came before they were asked for
	sent    int
	subID   string // subshell of the requests that are sent
}

// message is what a client receives.
type message struct {
	Type     string
	ID       string
	Parent   string // the raw parent header
	Metadata map[string]any
	Content  map[string]any
	Buffers  []string
	Session  string
	Topic    string
	At       time.Time
}

// sent is a request.
type sent struct {
	id, kind, header string // header is what was sent, to the byte
	channel          wire.Channel
}

// connect makes a client and waits for its welcome.
func (s *server) connect(session string) *client {
	s.t.Helper()
	c := &client{
		t: s.t, session: session,
		conns: map[wire.Channel]*zmq4.Conn{}, inbox: map[wire.Channel]chan message{}, early: map[wire.Channel][]message{},
	}
	for ch, kind := range map[wire.Channel]zmq4.SocketType{
		wire.Shell: zmq4.Dealer, wire.Control: zmq4.Dealer, wire.Stdin: zmq4.Dealer, wire.IOPub: zmq4.Sub,
	} {
		raw, err := net.Dial("tcp", net.JoinHostPort(s.info.IP, strconv.Itoa(s.info.Port(ch))))
		if err != nil {
			s.t.Fatal(err)
		}
		conn, err := zmq4.Open(raw, null.Security(), kind, zmq4.SocketIdentity(session), false, nil)
		if err != nil {
			s.t.Fatalf("connecting to %v: %v", ch, err)
		}
		c.conns[ch], c.inbox[ch] = conn, make(chan message, 1<<18)
		go read(c.t, ch, c.conns[ch], c.inbox[ch])
	}
	if err := c.conns[wire.IOPub].SendMsg(zmq4.NewMsg([]byte{1})); err != nil {
		s.t.Fatal(err)
	}
	if m := c.next(wire.IOPub, func(message) bool { return true }); m.Type != "iopub_welcome" {
		s.t.Fatalf("the first message on iopub is %s", m.Type)
	}
	s.clients = append(s.clients, c)
	return c
}

func (c *client) close() {
	for _, conn := range c.conns {
		conn.Close()
	}
	for _, in := range c.inbox {
		for range in { // until its reader has ended
		}
	}
}

// read is the goroutine of one socket; closing the connection ends it.
func read(t testing.TB, ch wire.Channel, conn *zmq4.Conn, inbox chan<- message) {
	defer close(inbox)
	for {
		msg, err := conn.RecvMsg()
		if err != nil {
			return
		}
		m, err := parse(msg.Frames)
		if err != nil {
			t.Errorf("%v: %v", ch, err)
			return
		}
		inbox <- m
	}
}

// parse checks the signature and decodes a message.
func parse(frames [][]byte) (m message, err error) {
	m.At = time.Now()
	i := slices.IndexFunc(frames, func(f []byte) bool { return string(f) == "<IDS|MSG>" })
	if i < 0 || len(frames) < i+6 {
		return m, fmt.Errorf("%q is no message", frames)
	}
	if i > 0 {
		m.Topic = string(frames[0])
	}
	if want := sign(frames[i+2 : i+6]); want != string(frames[i+1]) {
		return m, fmt.Errorf("the signature is %s, not %s", frames[i+1], want)
	}
	var header wire.Header
	for into, frame := range map[any][]byte{&header: frames[i+2], &m.Metadata: frames[i+4], &m.Content: frames[i+5]} {
		if err := json.Unmarshal(frame, into); err != nil {
			return m, fmt.Errorf("decoding %s: %w", frame, err)
		}
	}
	if header.Version != wire.ProtocolVersion || header.Date == "" || header.MsgID == "" {
		return m, fmt.Errorf("the header %s is not whole", frames[i+2])
	}
	m.Type, m.ID, m.Session, m.Parent = header.MsgType, header.MsgID, header.Session, string(frames[i+3])
	for _, b := range frames[i+6:] {
		m.Buffers = append(m.Buffers, string(b))
	}
	return m, nil
}

func sign(frames [][]byte) string {
	mac := hmac.New(sha256.New, []byte(testKey))
	for _, f := range frames {
		mac.Write(f)
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// send sends a message, with buffers and, for answers, a parent header.
func (c *client) send(ch wire.Channel, kind string, content any, parent string, buffers ...string) sent {
	c.t.Helper()
	c.sent++
	header := map[string]any{
		"msg_id": fmt.Sprintf("%s-%d", c.session, c.sent), "session": c.session, "username": "tester",
		"date": time.Now().UTC().Format(time.RFC3339Nano), "msg_type": kind, "version": "5.5",
		"more": []int{c.sent, 1, 2}, // fields that the kernel does not know come back, too
	}
	if c.subID != "" {
		header["subshell_id"] = c.subID
	}
	rawHeader, err := json.MarshalIndent(header, "", "  ")
	if err != nil {
		c.t.Fatal(err)
	}
	rawContent, err := json.Marshal(content)
	if err != nil {
		c.t.Fatal(err)
	}
	if parent == "" {
		parent = "{}"
	}
	signed := [][]byte{rawHeader, []byte(parent), []byte("{}"), rawContent}
	frames := append([][]byte{[]byte("<IDS|MSG>"), []byte(sign(signed))}, signed...)
	for _, b := range buffers {
		frames = append(frames, []byte(b))
	}
	if err := c.conns[ch].SendMsg(zmq4.NewMsgFrom(frames...)); err != nil {
		c.t.Fatalf("sending %s: %v", kind, err)
	}
	return sent{header["msg_id"].(string), kind, string(rawHeader), ch}
}

type content map[string]any

// request sends a request on shell.
func (c *client) request(kind string, of content) sent {
	c.t.Helper()
	return c.send(wire.Shell, kind, of, "")
}

// control sends a request on control.
func (c *client) control(kind string, of content) sent {
	c.t.Helper()
	return c.send(wire.Control, kind, of, "")
}

// execute sends an execute_request; with are fields that differ from what JupyterLab sends.
func (c *client) execute(code string, with ...content) sent {
	c.t.Helper()
	req := content{
		"code": code, "silent": false, "store_history": true, "user_expressions": content{},
		"allow_stdin": true, "stop_on_error": true,
	}
	for _, w := range with {
		maps.Copy(req, w)
	}
	return c.request("execute_request", req)
}

// next gives the next message of a channel that is wanted; others wait until they are.
func (c *client) next(ch wire.Channel, wanted func(message) bool) message {
	c.t.Helper()
	for i, m := range c.early[ch] {
		if wanted(m) {
			c.early[ch] = slices.Delete(c.early[ch], i, i+1)
			return m
		}
	}
	timeout := time.After(patience)
	for {
		select {
		case m, ok := <-c.inbox[ch]:
			if !ok {
				c.t.Fatalf("%s: %v was closed", c.session, ch)
			}
			if wanted(m) {
				return m
			}
			c.early[ch] = append(c.early[ch], m)
		case <-timeout:
			var early []string
			for _, m := range c.early[ch] {
				early = append(early, m.Type)
			}
			c.t.Fatalf("%s: what was expected on %v did not come; there were %v", c.session, ch, early)
		}
	}
}

// reply waits for the reply to a request.
func (c *client) reply(to sent) message {
	c.t.Helper()
	m := c.next(to.channel, func(m message) bool { return m.Parent == to.header })
	if want := strings.TrimSuffix(to.kind, "request") + "reply"; m.Type != want {
		c.t.Errorf("%s is answered with %s", to.kind, m.Type)
	}
	return m
}

// iopub waits for the next message that a request has caused.
func (c *client) iopub(of sent) message {
	c.t.Helper()
	return c.next(wire.IOPub, func(m message) bool { return m.Parent == of.header })
}

// transcript is what a request causes on iopub, a line for each message, up to idle.
func (c *client) transcript(of sent) string {
	c.t.Helper()
	var lines []string
	for {
		line := c.iopub(of).String()
		lines = append(lines, line)
		if line == "idle" {
			return strings.Join(lines, "\n")
		}
	}
}

// expect checks the transcript of a request.
func (c *client) expect(of sent, want ...string) {
	c.t.Helper()
	if got := c.transcript(of); got != strings.Join(want, "\n") {
		c.t.Errorf("%s:\n%s\nwant:\n%s", of.kind, got, strings.Join(want, "\n"))
	}
}

// expectReply checks the content of the reply to a request, as JSON with sorted keys.
func (c *client) expectReply(to sent, want string) message {
	c.t.Helper()
	m := c.reply(to)
	if got := jsonText(m.Content); got != want {
		c.t.Errorf("%s is answered with\n%s\nwant\n%s", to.kind, got, want)
	}
	return m
}

// run executes code and checks that it ends well, with this transcript between input and idle.
func (c *client) run(code string, want ...string) message {
	c.t.Helper()
	req := c.execute(code)
	reply := c.reply(req)
	if reply.Content["status"] != "ok" {
		c.t.Fatalf("%q ends with %v", code, reply.Content)
	}
	all := append([]string{"busy", fmt.Sprintf("input [%v] %s", reply.Content["execution_count"], code)}, want...)
	c.expect(req, append(all, "idle")...)
	return reply
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text))
}

// String is the message as transcripts show it.
func (m message) String() string {
	c := m.Content
	plain := func() any {
		data, _ := c["data"].(map[string]any)
		return data["text/plain"]
	}
	id := func() any {
		transient, _ := c["transient"].(map[string]any)
		return transient["display_id"]
	}
	switch m.Type {
	case "status":
		return c["execution_state"].(string)
	case "execute_input":
		return fmt.Sprintf("input [%v] %v", c["execution_count"], c["code"])
	case "execute_result":
		return fmt.Sprintf("result [%v] %v", c["execution_count"], plain())
	case "stream":
		return fmt.Sprintf("%v %q", c["name"], c["text"])
	case "error":
		return fmt.Sprintf("error %v: %v", c["ename"], c["evalue"])
	case "display_data":
		return fmt.Sprintf("show %v %v", id(), plain())
	case "update_display_data":
		return fmt.Sprintf("update %v %v", id(), plain())
	case "clear_output":
		return fmt.Sprintf("clear %v", c["wait"])
	}
	text := m.Type + " " + jsonText(c)
	if len(m.Buffers) > 0 {
		text += fmt.Sprintf(" %q", m.Buffers)
	}
	return text
}
