package interp

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"gokernel/interp/native"
	"gokernel/interp/worker"
)

// betweenLines is how long a program may take from one line of input to its end before it is thought to want another one.
const betweenLines = 100 * time.Millisecond

// twinInput is the standard input of a compiled program: a pipe into which goes what the user answers. It is nil for
// a program that does not mention standard input: nobody is asked then.
//
// Nobody can see whether another process waits for input. So the user is asked for the first line when the
// program starts, and for each further one when the program has taken the one before; the end of the program
// withdraws the question. Its goroutine ends with close.
type twinInput struct {
	read   *os.File // of the program
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// readsInput tells whether the program mentions standard input.
func readsInput(t *native.Twin) bool {
	mentions := func(text string) bool { return strings.Contains(text, "Stdin") || strings.Contains(text, "Scan") }
	if mentions(t.Program) || mentions(t.Body.Text) {
		return true
	}
	for _, d := range t.Decls {
		if mentions(d.Text) {
			return true
		}
	}
	return false
}

// newTwinInput gives the program of m its standard input.
func newTwinInput(ctx context.Context, m *MagicCall, t *native.Twin) (*twinInput, error) {
	if !readsInput(t) {
		return nil, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	in := &twinInput{read: r, cancel: cancel}
	started := make(chan struct{})
	t.Started = func() { close(started) }
	in.ended.Go(func() {
		defer w.Close()
		select {
		case <-started:
		case <-ctx.Done():
		}
		for ctx.Err() == nil {
			line, err := m.Session.opts.Sink.Input(ctx, m.Request.ID, "", false)
			if errors.Is(err, ErrNoInput) {
				m.Warnf("note: the front-end cannot be asked: the program's standard input is empty\n")
			}
			if err != nil {
				return
			}
			if _, err := w.WriteString(line + "\n"); err != nil {
				return
			}
			for more := true; more && ctx.Err() == nil; {
				more = worker.Unread(r)
				select {
				case <-time.After(betweenLines): // also when it has taken the line: it may be its last one
				case <-ctx.Done():
				}
			}
		}
	})
	return in, nil
}

// close withdraws the question that is open, and returns when nothing of the input is left.
func (in *twinInput) close() {
	in.cancel()
	in.read.Close() // a writer that waits for room ends
	in.ended.Wait()
}
