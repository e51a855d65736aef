package wire

import (
	"fmt"
	"testing"
)

// BenchmarkDecode is the door: signature, four dictionaries, content.
func BenchmarkDecode(b *testing.B) {
	s, _ := serverOn(b, local(), Limits{})
	c := &client{t: b, signer: s.signer, id: "bench", kind: "DEALER"}
	messages := make([][][]byte, b.N)
	for i := range messages {
		header := fmt.Sprintf(`{"msg_id":"8e3d2c2b-1f2a4f0a9f4b4b6f_%d","session":"8e3d2c2b-1f2a4f0a9f4b4b6f","username":"test","date":"2026-01-02T03:04:05.000000Z","msg_type":"execute_request","version":"5.3"}`, i)
		messages[i] = c.sign(header, "{}", `{"cellId":"abc","deletedCells":[],"recordTiming":true}`,
			`{"code":"fmt.Println(1+1)","silent":false,"store_history":true,"user_expressions":{},"allow_stdin":true,"stop_on_error":true}`)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, m := range messages {
		if _, err := s.decode(Shell, "bench", m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncode is a status message, from content to frames.
func BenchmarkEncode(b *testing.B) {
	s, _ := serverOn(b, local(), Limits{})
	parent := &Message{RawHeader: []byte(`{"msg_id":"8e3d2c2b-1f2a4f0a9f4b4b6f_1","session":"8e3d2c2b-1f2a4f0a9f4b4b6f","username":"test","date":"2026-01-02T03:04:05.000000Z","msg_type":"execute_request","version":"5.3"}`)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.encode([][]byte{[]byte("status")}, parent, Status{ExecutionState: "busy"}, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRoundTrip is a request and its reply over TCP, the client's side
// included.
func BenchmarkRoundTrip(b *testing.B) {
	s, _ := serverOn(b, local(), Limits{})
	echoing(b, s)
	c := dial(b, s.Connection(), Shell, "bench")
	for b.Loop() {
		c.request("kernel_info_request", "{}")
		c.recv()
	}
}

// BenchmarkHeartbeat is the same without messages: the cost of ZMTP alone.
func BenchmarkHeartbeat(b *testing.B) {
	s, _ := serverOn(b, local(), Limits{})
	echoing(b, s)
	c := dial(b, s.Connection(), Heartbeat, "bench")
	for b.Loop() {
		c.send([]byte{}, []byte("ping"))
		c.recv()
	}
}

// BenchmarkPublish is output of 200 bytes to one subscriber that reads.
func BenchmarkPublish(b *testing.B) {
	s, _ := serverOn(b, local(), Limits{})
	sub := dial(b, s.Connection(), IOPub, "")
	sub.subscribe("")
	done := make(chan error)
	b.ResetTimer()
	go func() {
		for range b.N {
			if _, err := sub.tryRecv(patience); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	text := fmt.Sprintf("%0200d", 1)
	for range b.N {
		if err := s.Publish(nil, Stream{Name: "stdout", Text: text}, nil); err != nil {
			b.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}
