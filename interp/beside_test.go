package interp

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestBeside: in a subshell, what declares nothing runs while a cell does; what declares waits for its turn.
func TestBeside(t *testing.T) {
	for _, long := range []struct{ name, code string }{
		{"a loop", "fresh := P{1}\nfor { fresh.X++ }"},
		{"a sleep", "fresh := P{1}\ntime.Sleep(time.Hour)\nfresh.X++"},
		{"a channel", "go func() { for { time.Sleep(time.Second) } }()\nfresh := P{1}\n<-gate\nfresh.X++"},
	} {
		t.Run(long.name, func(t *testing.T) {
			s, rec := start(t, Options{})
			run := func(n int, code string) Result {
				return s.Execute(t.Context(), Request{ID: CellID(n), Count: n, Code: code})
			}
			beside := func(ctx context.Context, n int, code string) Result {
				return s.Execute(ctx, Request{ID: CellID(n), Count: n, Code: code, Beside: true})
			}
			if r := run(1, "type P struct{ X int }\np := P{41}\nn := 41\ngate := make(chan int)\nfunc f(a int) int { n++; return a + p.X }"); r.Err != nil {
				t.Fatal(r.Err)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan Result, 1)
			go func() { ended <- s.Execute(ctx, Request{ID: 2, Count: 2, Code: long.code}) }()
			for !s.prog.Declaring("fresh") {
				time.Sleep(time.Millisecond) // nothing tells when a cell has begun
			}
			rec.take()
			for _, row := range []struct{ code, want, printed string }{
				{"f(1)", "42", ""},
				{"n", "42", ""},
				{"1 + 1", "2", ""},
				{"n = 7\nfor i := range 3 { n += i }\nn", "10", ""},
				{"func() int { k := 3; return k * n }()", "30", ""},
				{`fmt.Println("from a subshell", n)`, "", "from a subshell 10\n"},
				{"p.X", "41", ""},
			} {
				r := beside(t.Context(), 3, row.code)
				got := ""
				if r.Value != nil && row.want != "" {
					got, _ = r.Value.MIME["text/plain"].(string)
				}
				if printed := rec.take(); r.Err != nil || got != row.want || row.printed != "" && !strings.Contains(printed, "from a subshell 10") {
					t.Errorf("%s: %q %v, printed %q", row.code, got, r.Err, printed)
				}
			}
			for code, want := range map[string]string{"%who": "func f(a int) int", "%goroutines": "", "%vars": "", "%lsmagic": "%who", "%who n": "var n int"} {
				if r := beside(t.Context(), 4, code); r.Err != nil || !strings.Contains(rec.take(), want) {
					t.Errorf("%s: %v", code, r.Err)
				}
			}
			if r := beside(t.Context(), 5, "f?"); r.Err != nil || len(r.Pages) != 1 {
				t.Errorf("f?: %+v", r)
			}
			if r := beside(t.Context(), 5, "nope + 1"); r.Err == nil || !strings.Contains(r.Err.Value, "undefined: nope") {
				t.Errorf("a mistake: %+v", r.Err)
			}
			if r := beside(t.Context(), 5, `panic("alone")`); r.Err == nil || !strings.Contains(r.Err.Value, "alone") {
				t.Errorf("a panic: %+v", r.Err)
			}
			// An endless one is stopped by itself.
			one, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if r := beside(one, 6, "for {}"); r.Err == nil || r.Err.Name != "interrupted" {
				t.Errorf("an endless one: %+v", r.Err)
			}
			cancel()
			// These wait.
			for _, code := range []string{"later := 5", "func g() {}", "import \"os/user\"", "fresh.X", "%reset", "1+1\n%who"} {
				one, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				if r := beside(one, 7, code); r.Err == nil || r.Err.Value != "interrupted before it began" {
					t.Errorf("%q does not wait: %+v", code, r)
				}
				cancel()
			}
			declared := make(chan Result, 1)
			go func() { declared <- beside(t.Context(), 8, "later := fresh.X + 5\nlater") }()
			stop()
			s.Interrupt()
			if r := <-ended; r.Err == nil || r.Err.Name != "interrupted" {
				t.Errorf("the long cell ended with %+v", r.Err)
			}
			if r := <-declared; r.Err != nil || r.Value == nil {
				t.Errorf("the declaration after it: %+v", r)
			}
			if r := beside(t.Context(), 9, "func g() int { return later }\ng() > 5"); r.Err != nil || r.Value.MIME["text/plain"] != "true" {
				t.Errorf("with nothing beside it: %+v", r)
			}
			if r := run(10, "n"); r.Err != nil || r.Value.MIME["text/plain"] != "10" {
				t.Errorf("afterwards: %+v", r)
			}
		})
	}
}
