package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// eventually waits until cond holds.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// flood publishes count numbered lines of 1,000 bytes.
func flood(s *Server, count int) error {
	pad := strings.Repeat("x", 1000)
	for i := range count {
		if err := s.Publish(nil, Stream{Name: "stdout", Text: fmt.Sprintf("%d %s", i, pad)}, nil); err != nil {
			return err
		}
	}
	return nil
}

// drain reads the lines of flood.
func (c *client) drain(count int) {
	c.t.Helper()
	for i := range count {
		if m := c.next(); m.kind() != "stream" || !strings.HasPrefix(m.content["text"].(string), fmt.Sprint(i, " ")) {
			c.t.Fatalf("line %d is %.60v", i, m.content)
		}
	}
}

func TestStalledSubscribersHoldUpNobody(t *testing.T) {
	const count = 20_000
	s, log := serverOn(t, local(), Limits{Queue: 1 << 20, Grace: 50 * time.Millisecond})
	echoing(t, s)
	info := s.Connection()
	for range 16 {
		dial(t, info, IOPub, "").subscribe("")
	}
	good := dial(t, info, IOPub, "")
	good.subscribe("")
	done := make(chan error, 1)
	go func() { done <- flood(s, count) }()
	good.drain(count)
	if err := <-done; err != nil {
		t.Error(err)
	}
	log.await(t, "hold up the output")
	dial(t, info, Shell, "shell").healthy()
}

func TestPausedReaderLosesNothing(t *testing.T) {
	const count = 20_000
	s, log := serverOn(t, local(), Limits{Queue: 1 << 20, Grace: time.Millisecond})
	sub := dial(t, s.Connection(), IOPub, "")
	sub.subscribe("")
	done := make(chan error, 1)
	go func() { done <- flood(s, count) }()
	eventually(t, "the output is held back", func() bool { return s.iopub.waiters.Load() > 0 })

	// What is not output passes: an interrupt must get through.
	start := time.Now()
	if err := s.Publish(nil, Status{ExecutionState: "busy"}, nil); err != nil || time.Since(start) > time.Second {
		t.Errorf("status: %v after %v", err, time.Since(start))
	}
	seen := 0
	for lines := 0; lines < count; {
		switch m := sub.next(); m.kind() {
		case "stream":
			if !strings.HasPrefix(m.content["text"].(string), fmt.Sprint(lines, " ")) {
				t.Fatalf("line %d is %.60v", lines, m.content)
			}
			lines++
		case "status":
			seen++
		}
	}
	if err := <-done; err != nil || seen != 1 || len(log.all()) != 0 {
		t.Errorf("%v, %d status, log %q", err, seen, log.all())
	}
}

func TestReaderThatStallsAloneIsCutAndComesBack(t *testing.T) {
	s, log := serverOn(t, local(), Limits{Queue: 1 << 20, Stall: 200 * time.Millisecond})
	sub := dial(t, s.Connection(), IOPub, "")
	sub.subscribe("")
	start := time.Now()
	if err := flood(s, 20_000); err != nil {
		t.Error(err)
	}
	if d := time.Since(start); d < 200*time.Millisecond {
		t.Errorf("it was cut after %v", d)
	}
	log.await(t, "hold up the output")
	again := dial(t, s.Connection(), IOPub, "")
	again.subscribe("")
	s.Publish(nil, Status{ExecutionState: "idle"}, nil)
	if m := again.next(); m.kind() != "status" {
		t.Errorf("got %v", m)
	}
}

func TestSlowReaderIsWaitedFor(t *testing.T) {
	const count = 20_000
	s, log := serverOn(t, local(), Limits{Queue: 256 << 10, Grace: 2 * time.Second})
	info := s.Connection()
	slow, quick := dial(t, info, IOPub, ""), dial(t, info, IOPub, "")
	slow.subscribe("")
	quick.subscribe("")
	done := make(chan error, 1)
	go func() { done <- flood(s, count) }()
	read := make(chan struct{})
	go func() {
		defer close(read)
		quick.drain(count)
	}()
	for i := range count {
		if m := slow.next(); !strings.HasPrefix(m.content["text"].(string), fmt.Sprint(i, " ")) {
			t.Fatalf("line %d is %.60v", i, m.content)
		}
		if i%50 == 0 {
			time.Sleep(10 * time.Millisecond) // this is what slow means
		}
	}
	<-read
	if err := <-done; err != nil || len(log.all()) != 0 {
		t.Errorf("%v, log %q", err, log.all())
	}
}

// TestCrawlingReaderIsCut takes a little all the time, so that it never stalls.
func TestCrawlingReaderIsCut(t *testing.T) {
	const count = 20_000
	s, log := serverOn(t, local(), Limits{Queue: 256 << 10, Grace: 100 * time.Millisecond})
	info := s.Connection()
	crawling, quick := dial(t, info, IOPub, ""), dial(t, info, IOPub, "")
	crawling.subscribe("")
	quick.subscribe("")
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for b := make([]byte, 100); ; {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond): // this is what crawling means
				crawling.conn.Read(b)
			}
		}
	}()
	done := make(chan error, 1)
	go func() { done <- flood(s, count) }()
	quick.drain(count)
	close(stop)
	<-stopped
	if err := <-done; err != nil {
		t.Error(err)
	}
	log.await(t, "hold up the output")
}

func TestClientThatReadsNoReplies(t *testing.T) {
	const queue = 256 << 10
	s, _ := serverOn(t, local(), Limits{Queue: queue})
	echoing(t, s)
	info := s.Connection()
	good := dial(t, info, Shell, "good")
	deaf := dial(t, info, Shell, "deaf")
	go func() {
		for { // until it is cut off at the end of the test
			if deaf.trySend(deaf.sign(fmt.Sprintf(`{"msg_id":"deaf%d","msg_type":"kernel_info_request"}`, serial.Add(1)), "{}", "{}", "{}")...) != nil {
				return
			}
		}
	}()
	eventually(t, "its queue is full", func() bool { p := s.sockets[Shell].find("deaf"); return p != nil && p.out.size() >= queue })
	for range 100 {
		good.healthy()
	}
	if size := s.sockets[Shell].find("deaf").out.size(); size > 2*queue {
		t.Errorf("%d bytes wait for a client that does not read", size)
	}
}

func TestHeartbeatAndPingOfADeafPeer(t *testing.T) {
	const queue = 256 << 10
	s, _ := serverOn(t, local(), Limits{Queue: queue})
	echoing(t, s)
	info := s.Connection()
	for _, deaf := range []*client{dial(t, info, Heartbeat, "deaf"), dial(t, info, Control, "deaf")} {
		frame := join([]byte{flagMore, 0}, long(0, 4096), make([]byte, 4096))
		if deaf.kind == "DEALER" {
			frame = bytes.Repeat(appendCommand(nil, "PING", []byte("\x00\x0016 bytes context")), 1000)
		}
		go func() {
			for {
				if _, err := deaf.conn.Write(frame); err != nil {
					return
				}
			}
		}()
	}
	for _, ch := range []Channel{Heartbeat, Control} {
		eventually(t, "its queue is full", func() bool {
			p := s.sockets[ch].find("deaf")
			return p != nil && p.out.size() >= queue && p.out.size() < 2*queue
		})
	}
	dial(t, info, Control, "good").healthy()
	hb := dial(t, info, Heartbeat, "good")
	hb.send([]byte{}, []byte("x"))
	hb.recv()
}

func TestPingIsAnswered(t *testing.T) {
	transports(t, func(t *testing.T, info ConnectionInfo) {
		if info.CurvePublicKey != "" {
			return // the client of these tests encrypts messages only
		}
		s, _ := serverOn(t, info, Limits{})
		c := dial(t, s.Connection(), Shell, "p")
		c.conn.Write(appendCommand(nil, "PING", []byte("\x00\x09context")))
		flags, body, err := c.frame()
		if err != nil || flags != flagCommand || string(body) != "\x04PONGcontext" {
			t.Errorf("got %d %q %v", flags, body, err)
		}
	})
}

func TestSilentConnections(t *testing.T) {
	s, log := serverOn(t, local(), Limits{Handshake: 500 * time.Millisecond})
	echoing(t, s)
	info := s.Connection()
	for ch := range Channel(channels) {
		for range maxPending + 10 {
			dialRaw(t, info, ch)
		}
	}
	shell, sub := dial(t, info, Shell, "good"), dial(t, info, IOPub, "")
	shell.healthy()
	sub.subscribe("")
	log.await(t, "timeout") // and in the end they are cut
	shell.healthy()
}

func TestPeerThatStopsInTheMiddleIsCut(t *testing.T) {
	s, log := serverOn(t, local(), Limits{Stall: 100 * time.Millisecond})
	echoing(t, s)
	info := s.Connection()
	c := dial(t, info, Shell, "half")
	c.conn.Write([]byte{flagMore, 3, 'a'})
	log.await(t, "timeout")
	idle := dial(t, info, Shell, "idle")
	part := dial(t, info, Shell, "part")
	part.conn.Write([]byte{flagMore, 1, 'a'})
	eventually(t, "it is gone", func() bool { return s.sockets[Shell].find("part") == nil })
	idle.healthy() // silence between messages is no stall
}

func TestPeerThatNeverReadsIsAbandoned(t *testing.T) {
	s, log := serverOn(t, local(), Limits{Abandon: 200 * time.Millisecond})
	sub := dial(t, s.Connection(), IOPub, "")
	sub.subscribe("")
	if err := flood(s, 8_000); err != nil { // less than a full queue
		t.Fatal(err)
	}
	log.await(t, "has read nothing for 200ms")
}

func TestPeersAreCounted(t *testing.T) {
	s, log := serverOn(t, local(), Limits{Peers: 3})
	echoing(t, s)
	info := s.Connection()
	var all []*client
	for i := range 3 {
		c := dial(t, info, Shell, fmt.Sprint(i))
		c.healthy()
		all = append(all, c)
	}
	if _, err := tryDial(t, info, Shell, "four"); err == nil {
		t.Error("a fourth peer was accepted")
	}
	log.await(t, "there are 3 already")
	all[0].conn.Close()
	eventually(t, "there is room again", func() bool { _, err := tryDial(t, info, Shell, "four"); return err == nil })
	all[1].healthy()
}

func TestCloseDoesNotWaitForTheStalled(t *testing.T) {
	// The queue is larger than what the system may buffer for a connection.
	s, _ := serverOn(t, local(), Limits{Queue: 16 << 20, Parting: 200 * time.Millisecond})
	info := s.Connection()
	for range 8 {
		dial(t, info, IOPub, "").subscribe("")
	}
	good := dial(t, info, IOPub, "")
	good.subscribe("")
	done := make(chan error, 1)
	go func() { done <- flood(s, 50_000) }()
	eventually(t, "the output is held back", func() bool { return s.iopub.waiters.Load() > 0 })
	start := time.Now()
	err := s.Close(context.Background())
	if err == nil || !strings.Contains(err.Error(), "9 clients") {
		t.Errorf("closing with nine clients that do not read: %v", err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("closing took %v", d)
	}
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("the cell that printed got %v", err)
	}
}

func TestCloseObeysItsContext(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{Parting: time.Hour})
	dial(t, s.Connection(), IOPub, "").subscribe("")
	if err := flood(s, 12_000); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := s.Close(ctx); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}
