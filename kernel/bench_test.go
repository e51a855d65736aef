package kernel

import (
	"fmt"
	"testing"
)

// BenchmarkExecute is the round trip of a cell that the session answers at
// once, over real sockets: what the kernel and the wire cost.
func BenchmarkExecute(b *testing.B) {
	c := serve(b, Options{Logf: func(string, ...any) {}}).connect("a")
	for _, bench := range []struct{ name, code string }{{"value", "value 2"}, {"print", "print a"}, {"error", "fail a b"}} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				r := c.execute(bench.code, content{"stop_on_error": false})
				c.reply(r)
				b.StopTimer()
				c.transcript(r)
				b.StartTimer()
			}
		})
	}
}

// BenchmarkQuestions is the round trip of what is answered beside a cell.
func BenchmarkQuestions(b *testing.B) {
	s := serve(b, Options{Logf: func(string, ...any) {}})
	c := s.connect("a")
	c.execute("wait end")
	for _, kind := range []string{"kernel_info_request", "complete_request", "is_complete_request"} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				r := c.request(kind, content{"code": "fmt.Pri", "cursor_pos": 7})
				c.reply(r)
				b.StopTimer()
				c.transcript(r)
				b.StartTimer()
			}
		})
	}
	s.session.open("end")
}

// BenchmarkLines is how long printed lines take to the last one's arrival.
func BenchmarkLines(b *testing.B) {
	const lines = 100_000
	c := serve(b, Options{Logf: func(string, ...any) {}}).connect("a")
	for b.Loop() {
		c.transcript(c.execute(fmt.Sprintf("lines %d", lines)))
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/100klines")
}
