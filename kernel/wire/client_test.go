package wire

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"
)

// serial numbers the messages of all clients.
var serial atomic.Int64

// patience bounds every wait of a test that is expected to succeed.
const patience = 20 * time.Second

// testKey signs the messages of tests.
const testKey = "3f1c5f3e-key"

// serverOn starts a server for a test; what it logs is kept.
func serverOn(t testing.TB, info ConnectionInfo, limits Limits) (*Server, *logLines) {
	t.Helper()
	lines := new(logLines)
	s, err := Listen(info, Options{Logf: lines.logf, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Close(ctx)
	})
	return s, lines
}

// local is a connection file for a server on free local ports.
func local() ConnectionInfo {
	return ConnectionInfo{Transport: "tcp", IP: "127.0.0.1", Key: testKey, SignatureScheme: "hmac-sha256"}
}

// ipc is a connection file for a server in a folder of the test.
func ipc(t testing.TB) ConnectionInfo {
	return ConnectionInfo{
		Transport: "ipc", IP: filepath.Join(t.TempDir(), "k"), Key: testKey, SignatureScheme: "hmac-sha256",
		ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HBPort: 5,
	}
}

// withCurve adds a key pair to info.
func withCurve(t testing.TB, info ConnectionInfo) ConnectionInfo {
	t.Helper()
	public, secret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info.CurvePublicKey, info.CurveSecretKey = encodeZ85(public[:]), encodeZ85(secret[:])
	return info
}

func encodeZ85(b []byte) string {
	var s strings.Builder
	for i := 0; i < len(b); i += 4 {
		v := binary.BigEndian.Uint32(b[i:])
		for div := uint32(85 * 85 * 85 * 85); div > 0; div /= 85 {
			s.WriteByte(z85[v/div%85])
		}
	}
	return s.String()
}

// logLines is what a server logged.
type logLines struct {
	mu    sync.Mutex
	lines []string
	more  chan struct{}
}

func (l *logLines) logf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// await waits until a line holds text.
func (l *logLines) await(t testing.TB, text string) {
	t.Helper()
	timeout := time.After(patience)
	for {
		l.mu.Lock()
		for _, line := range l.lines {
			if strings.Contains(line, text) {
				l.mu.Unlock()
				return
			}
		}
		if l.more == nil {
			l.more = make(chan struct{})
		}
		more := l.more
		l.mu.Unlock()
		select {
		case <-more:
		case <-timeout:
			t.Fatalf("no line with %q in the log: %q", text, l.all())
		}
	}
}

func (l *logLines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

// client is one socket of a front-end, written from the specifications of ZMTP
// and CurveZMQ and independent of the server's code where it can be.
type client struct {
	t      testing.TB
	conn   net.Conn
	r      *bufio.Reader
	w      *bufio.Writer
	kind   string
	signer *signer
	id     string

	// Of CURVE, nil without it.
	shared *[32]byte
	nonce  uint64

	prefix [][]byte // before the delimiter
}

// dialRaw opens a connection without a word.
func dialRaw(t testing.TB, info ConnectionInfo, ch Channel) net.Conn {
	t.Helper()
	network, address := info.address(ch)
	conn, err := net.DialTimeout(network, address, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// dial connects as the socket type that front-ends use for ch.
func dial(t testing.TB, info ConnectionInfo, ch Channel, id string) *client {
	t.Helper()
	c, err := tryDial(t, info, ch, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tryDial(t testing.TB, info ConnectionInfo, ch Channel, id string) (*client, error) {
	t.Helper()
	kind := "DEALER"
	switch ch {
	case IOPub:
		kind = "SUB"
	case Heartbeat:
		kind = "REQ"
	}
	return dialAs(t, info, ch, kind, id)
}

func dialAs(t testing.TB, info ConnectionInfo, ch Channel, kind, id string) (*client, error) {
	t.Helper()
	sign, err := newSigner(info.SignatureScheme, info.Key)
	if err != nil {
		t.Fatal(err)
	}
	conn := dialRaw(t, info, ch)
	c := &client{
		t: t, conn: conn, kind: kind, id: id, signer: sign,
		r: bufio.NewReaderSize(conn, 64<<10), w: bufio.NewWriterSize(conn, 64<<10),
	}
	conn.SetDeadline(time.Now().Add(patience))
	defer conn.SetDeadline(time.Time{})
	metadata := appendProperty(appendProperty(nil, "Socket-Type", kind), "Identity", id)
	if info.CurvePublicKey != "" {
		var key [32]byte
		if err := decodeZ85(key[:], info.CurvePublicKey); err != nil {
			t.Fatal(err)
		}
		return c, c.curveHandshake(&key, metadata)
	}
	conn.Write(greeting("NULL", false))
	g := make([]byte, 64)
	if _, err := c.fullRead(g); err != nil {
		return nil, err
	}
	conn.Write(appendCommand(nil, "READY", metadata))
	if _, _, err := c.frame(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *client) fullRead(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k, err := c.r.Read(p[n:])
		if err != nil {
			return n, err
		}
		n += k
	}
	return n, nil
}

// frame reads one frame as it is on the connection.
func (c *client) frame() (flags byte, body []byte, err error) {
	var h [9]byte
	if _, err := c.fullRead(h[:2]); err != nil {
		return 0, nil, err
	}
	size := uint64(h[1])
	if h[0]&2 != 0 {
		if _, err := c.fullRead(h[2:]); err != nil {
			return 0, nil, err
		}
		size = binary.BigEndian.Uint64(h[1:])
	}
	body = make([]byte, size)
	_, err = c.fullRead(body)
	return h[0], body, err
}

// curveHandshake follows RFC 26 from the client's side.
func (c *client) curveHandshake(server *[32]byte, metadata []byte) error {
	transient, transientSecret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	long, longSecret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	short := func() []byte {
		c.nonce++
		return binary.BigEndian.AppendUint64(nil, c.nonce)
	}
	g := greeting("CURVE", false)
	c.conn.Write(g)
	if _, err := c.fullRead(g); err != nil {
		return err
	}
	n := short()
	hello := append([]byte{1, 0}, make([]byte, 72)...)
	hello = append(append(hello, transient[:]...), n...)
	hello = box.Seal(hello, make([]byte, 64), curveNonce("CurveZMQHELLO---", n), server, transientSecret)
	c.conn.Write(appendCommand(nil, "HELLO", hello))

	_, body, err := c.frame()
	if err != nil {
		return err
	}
	name, welcome, err := splitCommand(body)
	if err != nil || name != "WELCOME" {
		return fmt.Errorf("got %q instead of WELCOME: %v", name, err)
	}
	plain, ok := box.Open(nil, welcome[16:], curveNonce("WELCOME-", welcome[:16]), server, transientSecret)
	if !ok || len(plain) != 128 {
		return errors.New("WELCOME is not from the server")
	}
	peer := [32]byte(plain[:32])
	c.shared = new([32]byte)
	box.Precompute(c.shared, &peer, transientSecret)
	vouchNonce := make([]byte, 16)
	rand.Read(vouchNonce)
	vouch := box.Seal(nil, append(append([]byte(nil), transient[:]...), server[:]...), curveNonce("VOUCH---", vouchNonce), &peer, longSecret)
	inner := append(append(append(append([]byte(nil), long[:]...), vouchNonce...), vouch...), metadata...)
	n = short()
	initiate := append(append([]byte(nil), plain[32:]...), n...)
	initiate = box.SealAfterPrecomputation(initiate, inner, curveNonce("CurveZMQINITIATE", n), c.shared)
	c.conn.Write(appendCommand(nil, "INITIATE", initiate))

	_, body, err = c.frame()
	if err != nil {
		return err
	}
	name, ready, err := splitCommand(body)
	if err != nil || name != "READY" {
		return fmt.Errorf("got %q instead of READY: %v", name, err)
	}
	if _, ok := box.OpenAfterPrecomputation(nil, ready[8:], curveNonce("CurveZMQREADY---", ready[:8]), c.shared); !ok {
		return errors.New("READY is not from the server")
	}
	return nil
}

// send sends one multipart message.
func (c *client) send(frames ...[]byte) {
	c.t.Helper()
	if err := c.trySend(frames...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) trySend(frames ...[]byte) error {
	for i, f := range frames {
		more := byte(0)
		if i < len(frames)-1 {
			more = 1
		}
		if c.shared != nil {
			f, more = c.seal(more, f), 0
		}
		c.w.Write(appendHeader(nil, more, len(f)))
		c.w.Write(f)
	}
	return c.w.Flush()
}

// seal is the body of the MESSAGE that carries one frame.
func (c *client) seal(more byte, frame []byte) []byte {
	c.nonce++
	n := binary.BigEndian.AppendUint64(nil, c.nonce)
	return box.SealAfterPrecomputation(append([]byte(messagePrefix), n...), append([]byte{more}, frame...), curveNonce("CurveZMQMESSAGEC", n), c.shared)
}

// recv receives one multipart message.
func (c *client) recv() [][]byte {
	c.t.Helper()
	frames, err := c.tryRecv(patience)
	if err != nil {
		c.t.Fatalf("receiving: %v", err)
	}
	return frames
}

func (c *client) tryRecv(within time.Duration) ([][]byte, error) {
	c.conn.SetReadDeadline(time.Now().Add(within))
	var frames [][]byte
	for {
		flags, body, err := c.frame()
		if err != nil {
			return frames, err
		}
		if c.shared != nil {
			body = bytes.TrimPrefix(body, []byte(messagePrefix))
			var ok bool
			body, ok = box.OpenAfterPrecomputation(nil, body[8:], curveNonce("CurveZMQMESSAGES", body[:8]), c.shared)
			if !ok {
				return nil, errors.New("message is not from the server")
			}
			flags, body = body[0], body[1:]
		}
		frames = append(frames, body)
		if flags&1 == 0 {
			return frames, nil
		}
	}
}

// received is a message from the kernel.
type received struct {
	topic   string
	header  map[string]any
	parent  map[string]any
	meta    map[string]any
	content map[string]any
	buffers [][]byte
	raw     [][]byte // the four dictionaries
}

func (r *received) kind() string { return r.header["msg_type"].(string) }

// parse checks and decodes a message from the kernel.
func (c *client) parse(frames [][]byte) (*received, error) {
	at := 0
	for at < len(frames) && !bytes.Equal(frames[at], delimiter) {
		at++
	}
	if len(frames)-at < 6 {
		return nil, fmt.Errorf("message of %d frames", len(frames))
	}
	parts := frames[at+1:]
	if c.signer == nil && len(parts[0]) != 0 {
		return nil, errors.New("signature without a key")
	}
	if err := c.signer.verify(parts[0], parts[1:5]...); err != nil {
		return nil, err
	}
	r := &received{buffers: parts[5:], raw: parts[1:5]}
	if at > 0 {
		r.topic = string(frames[0])
	}
	for i, v := range []*map[string]any{&r.header, &r.parent, &r.meta, &r.content} {
		if err := json.Unmarshal(parts[1+i], v); err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
	}
	return r, nil
}

// next receives and checks one message from the kernel.
func (c *client) next() *received {
	c.t.Helper()
	m, err := c.parse(c.recv())
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// request sends a signed message and returns its id.
func (c *client) request(msgType, content string, buffers ...[]byte) string {
	c.t.Helper()
	id := fmt.Sprintf("%s-%d", c.id, serial.Add(1))
	header := fmt.Sprintf(`{"msg_id":%q,"session":%q,"username":"test","date":"2026-01-02T03:04:05Z","msg_type":%q,"version":"5.3","extra":[1,"é"]}`, id, c.id, msgType)
	c.send(c.sign(header, "{}", "{}", content, buffers...)...)
	return id
}

// sign makes the frames of a message.
func (c *client) sign(header, parent, metadata, content string, buffers ...[]byte) [][]byte {
	parts := [][]byte{[]byte(header), []byte(parent), []byte(metadata), []byte(content)}
	frames := append([][]byte(nil), c.prefix...)
	if c.kind == "REQ" {
		frames = append(frames, []byte{})
	}
	frames = append(frames, delimiter, c.signer.sign(nil, parts...))
	return append(append(frames, parts...), buffers...)
}

// subscribe subscribes to topic and takes the welcome.
func (c *client) subscribe(topic string) {
	c.t.Helper()
	c.send(append([]byte{1}, topic...))
	m := c.next()
	if m.kind() != "iopub_welcome" || m.content["subscription"] != topic || len(m.parent) != 0 || m.topic != topic {
		c.t.Fatalf("got %v instead of the welcome for %q", m, topic)
	}
}

// echoing answers every kernel_info_request on shell and control until the
// server is closed, and hands everything else to others.
func echoing(t testing.TB, s *Server) (others <-chan *Message) {
	t.Helper()
	rest := make(chan *Message, 1024)
	var loops sync.WaitGroup
	for _, ch := range []Channel{Shell, Control, Stdin} {
		loops.Go(func() {
			for m := range s.Messages(ch) {
				if _, ok := m.Content.(*KernelInfoRequest); !ok {
					rest <- m
					continue
				}
				s.Reply(m, KernelInfoReply{ProtocolVersion: ProtocolVersion}, nil)
			}
		})
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Close(ctx)
		loops.Wait()
	})
	return rest
}

// healthy checks that a round trip on c works.
func (c *client) healthy() {
	c.t.Helper()
	id := c.request("kernel_info_request", "{}")
	m := c.next()
	if m.kind() != "kernel_info_reply" || m.parent["msg_id"] != id {
		c.t.Fatalf("asked with %s and got %v", id, m)
	}
}
