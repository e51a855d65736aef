package interp

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestWhileRunning: everything but Execute answers while a cell runs, and at once.
func TestWhileRunning(t *testing.T) {
	s, _ := start(t, Options{})
	run := func(n int, code string) Result {
		return s.Execute(t.Context(), Request{ID: CellID(n), Count: n, Code: code})
	}
	if r := run(1, "type P struct{ X int }\np := P{41}\nn := 41\nfunc f(a int) int { return a + p.X }"); r.Err != nil {
		t.Fatal(r.Err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan Result)
	go func() {
		ended <- s.Execute(ctx, Request{ID: 2, Count: 2, Code: "fresh := P{1}\nfor { fresh.X++ }"})
	}()
	running := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.running) > 0
	}
	for !running() {
		time.Sleep(time.Millisecond) // nothing tells when a cell has begun
	}
	within := func(what string, limit time.Duration, f func()) {
		t.Helper()
		var d time.Duration
		for range 5 { // a busy machine slows single answers down
			t0 := time.Now()
			f()
			if d = time.Since(t0); d <= limit {
				return
			}
		}
		t.Errorf("%s took %v while a cell runs", what, d)
	}
	within("completion", 200*time.Millisecond, func() {
		if c := s.Complete("p.", 2); len(c.Matches) == 0 || c.Matches[0].Text != "X" {
			t.Errorf("completion: %+v", c)
		}
		if c := s.Complete("fres", 4); len(c.Matches) == 0 || c.Matches[0].Text != "fresh" {
			t.Errorf("completion of a variable of the running cell: %+v", c)
		}
	})
	within("inspection", 500*time.Millisecond, func() {
		if i := s.Inspect(t.Context(), "n", 1, 0); !i.Found || !strings.Contains(i.MIME["text/plain"].(string), "41") {
			t.Errorf("inspection: %+v", i)
		}
	})
	within("is_complete", 50*time.Millisecond, func() {
		if c := s.IsComplete("for {"); c.Status != "incomplete" {
			t.Errorf("is_complete: %+v", c)
		}
	})
	within("variables", 500*time.Millisecond, func() {
		vs, err := s.Variables(t.Context())
		if err != nil || len(vs) == 0 {
			t.Errorf("variables: %v %v", vs, err)
		}
	})
	within("evaluation", time.Second, func() {
		d, e := s.Evaluate(t.Context(), 0, "f(1)")
		if e != nil || d == nil || d.MIME["text/plain"] != "42" {
			t.Errorf("evaluation: %v %v", d, e)
		}
	})
	if _, e := s.Evaluate(t.Context(), 0, "nope"); e == nil || !strings.Contains(e.Value, "undefined: nope") {
		t.Errorf("evaluation of an undefined name: %v", e)
	}
	stop()
	s.Interrupt()
	select {
	case r := <-ended:
		if r.Err == nil || r.Err.Name != "interrupted" {
			t.Errorf("the cell ended with %v", r.Err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the cell does not end")
	}
	if r := run(3, "p.X"); r.Err != nil || r.Value.MIME["text/plain"] != "41" {
		t.Errorf("after the interrupt: %+v", r)
	}
}

// TestEndedContext: a cell whose ctx has ended does not run.
func TestEndedContext(t *testing.T) {
	s, rec := start(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := s.Execute(ctx, Request{ID: 1, Count: 1, Code: `fmt.Println("ran")`})
	if r.Err == nil || r.Err.Name != "interrupted" || rec.take() != "" {
		t.Errorf("%+v", r.Err)
	}
}

// TestShellInterrupt: an interrupt ends a command with what it has started.
func TestShellInterrupt(t *testing.T) {
	s, _ := start(t, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	t0 := time.Now()
	r := s.Execute(ctx, Request{ID: 1, Count: 1, Code: "!sleep 60 & sleep 60"})
	if r.Err == nil || r.Err.Name != "interrupted" || time.Since(t0) > 5*time.Second {
		t.Errorf("%v after %v", r.Err, time.Since(t0))
	}
}

// TestTimeLimit: SetTimeLimit ends cells that run too long.
func TestTimeLimit(t *testing.T) {
	s, _ := start(t, Options{})
	s.SetTimeLimit(100 * time.Millisecond)
	r := s.Execute(t.Context(), Request{ID: 1, Count: 1, Code: "for {}"})
	if r.Err == nil || r.Err.Name != "timeout" {
		t.Errorf("%+v", r.Err)
	}
	if r := s.Execute(t.Context(), Request{ID: 2, Count: 2, Code: "1+1"}); r.Err != nil {
		t.Error(r.Err)
	}
}

// TestHistoryMagic: %history shows what the kernel keeps.
func TestHistoryMagic(t *testing.T) {
	s, rec := start(t, Options{History: func() []HistoryEntry {
		return []HistoryEntry{{-1, 1, "old := 1"}, {0, 1, "a := 1"}, {0, 2, "b := a\nb"}, {0, 3, "c := 3"}}
	}})
	for _, row := range []struct{ code, want string }{
		{"%history", "a := 1\nb := a\nb\nc := 3\n"},
		{"%history -n 2-3", "2: b := a\n   b\n3: c := 3\n"},
		{"%history -l 1", "c := 3\n"},
		{"%history -g old*1", "old := 1\n"},
		{"%history ~1/1", "old := 1\n"},
	} {
		r := s.Execute(t.Context(), Request{ID: 1, Count: 4, Code: row.code})
		if got := rec.take(); got != row.want || r.Err != nil {
			t.Errorf("%s: %q %v, want %q", row.code, got, r.Err, row.want)
		}
	}
}
