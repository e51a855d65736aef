package interp

import (
	"context"
	"errors"

	"gokernel/interp/display"
)

// ErrNoInput is what Sink.Input returns when the front-end cannot be asked.
var ErrNoInput = errors.New("the front-end does not support input requests")

// Options say what a Session works with; the zero value of a field stands for what its comment says.
type Options struct {
	// Sink receives what cells produce. Required.
	Sink Sink
	// Dir is the working directory of cells, "" for that of this process.
	Dir string
	// Command starts the process that runs cells: the arguments after this program's
	// own path; nil means {"worker"}.
	Command []string
	// History gives the inputs of earlier cells for %history, nil if none are kept.
	History func() []HistoryEntry
	// Magics are registered besides those of this package.
	Magics []Magic
	// Packages are import paths beyond the standard library that cells may import.
	Packages []string
	// Logf is told what goes wrong inside; nil discards it.
	Logf func(format string, args ...any)
}

// HistoryEntry is one input of this or an earlier session (0 is the running one, -1 the one before).
type HistoryEntry struct {
	Session, Count int
	Code           string
}

// NewSession starts the Go program of one notebook. The process that runs
// cells is started in the background; the first cell that needs it waits for it.
func NewSession(o Options) (*Session, error) {
	return nil, errors.New("not built yet")
}

// Session is the life of one notebook's Go program.
//
// Execute, Restart and Reset run one at a time (the caller's queue sees to
// that; a lock makes sure). Interrupt, Complete, Inspect, IsComplete,
// Variables, Children and Evaluate may be called from any goroutine at any
// time, also while a cell runs.
type Session struct{}

// Execute runs one cell and returns when it has ended; what it prints goes to
// the Sink. ctx's end interrupts it.
func (s *Session) Execute(ctx context.Context, r Request) Result { return Result{} }

// Interrupt stops the running cell; a second one while the first has not
// helped within a second restarts the process that runs cells.
func (s *Session) Interrupt() {}

// Restart gives the session a new process: declarations stay, variables are lost. It returns their names.
func (s *Session) Restart(ctx context.Context) (lost []string, err error) { return nil, nil }

// Reset forgets everything: names, declarations, the process.
func (s *Session) Reset(ctx context.Context) error { return nil }

// Complete says what can stand at the byte offset cursor of code.
func (s *Session) Complete(code string, cursor int) Completion { return Completion{} }

// Inspect says what stands at the byte offset cursor of code; detail 1 asks for the source too.
func (s *Session) Inspect(ctx context.Context, code string, cursor, detail int) Inspection {
	return Inspection{}
}

// IsComplete says whether code can run as it stands.
func (s *Session) IsComplete(code string) Completeness { return Completeness{} }

// Evaluate gives the value of one expression, without side effects on the session's names (user_expressions).
func (s *Session) Evaluate(ctx context.Context, id CellID, expr string) (*display.Data, *Error) {
	return nil, nil
}

// Variables lists the session's variables with their values as they are now.
func (s *Session) Variables(ctx context.Context) ([]Variable, error) { return nil, nil }

// Children lists what is inside the variable (field, element, entry) with reference ref.
func (s *Session) Children(ctx context.Context, ref int) ([]Variable, error) { return nil, nil }

// Close ends the process that runs cells and everything it started.
func (s *Session) Close() error { return nil }
