package interp

import (
	"context"
	"go/scanner"
	"go/token"

	"gokernel/interp/cell"
)

// Cells of a subshell run beside the one that has the turn as far as that is sound: those that declare nothing and
// name nothing that the running cell is about to declare, and magics that only look. They run as goroutines of an
// earlier cell do, and see what the running cell has stored by then. All others wait for their turn: two cells
// that declare at once would have no order.

// errDeclares says that a cell cannot run beside another one.
var errDeclares = &Error{Name: "internal error", Value: "the cell declares something: it has to wait for its turn"}

// turn is what an execution holds of the session's turn.
type turn struct {
	s    *Session
	held bool
}

// wait takes the turn.
func (t *turn) wait(ctx context.Context) error {
	if err := t.s.take(ctx); err != nil {
		return err
	}
	t.held = true
	return nil
}

func (t *turn) give() {
	if t.held {
		t.s.give()
	}
}

// takeOrBeside takes the turn for a cell, unless it needs none. Of a cell that gets it at once,
// and of one that cannot do without, r.Beside is no longer set.
func (s *Session) takeOrBeside(ctx context.Context, r *Request) (*turn, error) {
	t := &turn{s: s}
	if s.OutOfTurn(r.Code) {
		return t, nil
	}
	if r.Beside && s.fitsBeside(r.Code) {
		select {
		case <-s.turn:
			t.held, r.Beside = true, false
		default:
		}
		return t, nil
	}
	r.Beside = false
	return t, t.wait(ctx)
}

// fitsBeside says whether code may be tried beside a running cell; prepare has the last word on Go.
func (s *Session) fitsBeside(code string) bool {
	parts := cell.Split(code, func(name string) bool { return s.prog.Knows(name) || cell.Declares(code, name) })
	if len(parts) != 1 {
		return false
	}
	switch p := parts[0]; p.Kind {
	case cell.Help:
		return true
	case cell.LineMagic:
		m := s.magics.magics[p.Name]
		return m == nil || m.Looks
	case cell.Go:
		return true
	}
	return false
}

// namesRunning says whether Go text has a name that a running cell is going to declare. Whatever has the name now, a
// cell that waits for its turn finds the new one.
func (s *Session) namesRunning(text string) bool {
	var sc scanner.Scanner
	src := []byte(text)
	sc.Init(token.NewFileSet().AddFile("", -1, len(src)), src, nil, 0)
	for {
		switch _, tok, name := sc.Scan(); {
		case tok == token.EOF:
			return false
		case tok == token.IDENT && s.prog.Declaring(name):
			return true
		}
	}
}
