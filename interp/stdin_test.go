package interp

import (
	"context"
	"testing"
	"time"
)

// asker is a Sink whose first questions nobody answers.
type asker struct {
	*recorder
	unanswered int
	asked      chan struct{}
}

func (a *asker) Input(ctx context.Context, id CellID, prompt string, password bool) (string, error) {
	if a.unanswered--; a.unanswered >= 0 {
		a.asked <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	}
	return a.recorder.Input(ctx, id, prompt, password)
}

// TestInterruptedInput: a read of standard input ends at once when its cell is
// interrupted, and the next cell can read.
func TestInterruptedInput(t *testing.T) {
	for _, read := range []string{
		"var s string\nfmt.Scan(&s)",
		"fmt.Scanln()",
		"sc := bufio.NewScanner(os.Stdin)\nfor sc.Scan() {\n}",
		"for {\n\tbufio.NewReader(os.Stdin).ReadString('\\n')\n}",
		"io.ReadAll(os.Stdin)",
	} {
		a := &asker{recorder: &recorder{inputs: []string{"hello"}}, unanswered: 1, asked: make(chan struct{}, 1)}
		s, err := NewSession(Options{Sink: a, Logf: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
		ctx, interrupt := context.WithCancel(t.Context())
		ended := make(chan Result)
		go func() { ended <- s.Execute(ctx, Request{ID: 1, Count: 1, Code: read}) }()
		<-a.asked
		at := time.Now()
		interrupt()
		s.Interrupt()
		res := <-ended
		if res.Err == nil || res.Err.Name != "interrupted" || len(res.Err.Traceback) > 1 || time.Since(at) > time.Second {
			t.Errorf("%s\nends after %v with\n%s", read, time.Since(at), show(res))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		res = s.Execute(ctx, Request{ID: 2, Count: 2, Code: "var line string\nfmt.Scanln(&line)\nline"})
		cancel()
		if res.Value == nil || res.Value.MIME["text/plain"] != "hello" {
			t.Errorf("after %s\nthe next cell reads\n%s", read, show(res))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
