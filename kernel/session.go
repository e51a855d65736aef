package kernel

import (
	"context"

	"gokernel/interp"
	"gokernel/interp/display"
)

// A Session is the program of one notebook, as the kernel sees it. The kernel
// does not know which language it speaks. *interp.Session is the one that
// users get; tests have a scripted one.
//
// Everything but Execute may be called from any goroutine at any time, also
// while a cell runs, and should answer at once. Execute is called by one
// goroutine for each subshell (Request.Beside but for the main shell); a Session
// that cannot run a cell beside another one lets it wait until it is its turn or
// its ctx ends.
type Session interface {
	// Execute runs one cell. When it returns, everything that the cell itself
	// has printed or shown has gone to the Sink; what goroutines of the cell
	// produce may follow later. The end of ctx stops the cell; the session's
	// state stays.
	Execute(ctx context.Context, r interp.Request) interp.Result
	// OutOfTurn says whether code only looks at the program, so that it is
	// executed while another cell runs, on a goroutine of its own.
	OutOfTurn(code string) bool
	// Interrupt is called for every interrupt that comes while a cell runs,
	// after the cell's ctx was ended: it may do more for the second one.
	Interrupt()
	// Complete says what can stand at the byte offset cursor.
	Complete(code string, cursor int) interp.Completion
	// Inspect says what stands at the byte offset cursor; detail 1 asks for the source too.
	Inspect(ctx context.Context, code string, cursor, detail int) interp.Inspection
	// IsComplete says whether code can run as it stands.
	IsComplete(code string) interp.Completeness
	// Evaluate gives the value of an expression: for user_expressions, with the
	// cell they belong to, and for a variables view, with cell 0.
	Evaluate(ctx context.Context, id interp.CellID, expr string) (*display.Data, *interp.Error)
	// Variables lists the session's variables.
	Variables(ctx context.Context) ([]interp.Variable, error)
	// Children lists what is inside the variable with this Ref.
	Children(ctx context.Context, ref int) ([]interp.Variable, error)
	// Close ends the program and everything it started. It is called once, at
	// the end; a cell that still runs then is ended by it.
	Close() error
}

// A Host is what the kernel offers the Session it starts.
type Host interface {
	interp.Sink
	// History gives the inputs of this and earlier kernels, oldest first.
	History() []interp.HistoryEntry
	// Comms is where targets that front-ends can open are registered.
	Comms() *Comms
	// Logf is told what goes wrong inside.
	Logf(format string, args ...any)
}

// Start makes the session of a kernel. It is called once, in the background,
// when the sockets are bound already: what needs it waits, kernel_info does not.
type Start func(Host) (Session, error)
