// Package worker runs compiled cells in a process of their own. It holds both
// ends of the pipe: Process, the supervisor in the kernel process, and Serve,
// the run loop of the child, which holds yaegi, the forged types and the
// user's goroutines and nothing else that runs.
//
// The child is the same program started with the verb "worker". It is told
// units (package unit), never source. Go's fatal errors (concurrent map
// writes, stack overflow, out of memory) end the process they happen in:
// then the cell that ran ends with Go's own text, the process group is
// killed, a new child is started and the kept units are loaded again.
//
// Goroutines in the kernel process, all started by Start or by a restart and
// ended by Close or by the child's death: one that reads frames, two that
// read the child's standard output and error, one that waits for the child's
// end, one for each input request that is open.
package worker

import (
	"context"
	"errors"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

// ErrClosed is what every method returns after Close.
var ErrClosed = errors.New("the worker is closed")

// Events takes what cells produce. A cell is named by the ID that Run was
// given; 0 is the worker itself. Methods are called in order for each cell, also
// after Run has returned (goroutines go on), never concurrently except Input,
// and may block: then the program that prints blocks (back-pressure).
type Events interface {
	// Stream is text for "stdout" or "stderr"; it ends inside a UTF-8 sequence only if the program leaves it so.
	Stream(cell int64, name string, text []byte)
	// Display shows d, or replaces what was shown under its ID.
	Display(cell int64, d display.Data)
	// Clear empties the cell's output, at once or with the next output.
	Clear(cell int64, wait bool)
	// Input asks the user. It returns io.EOF at the end of input; any other error is handed to the program.
	// It runs in a goroutine of its own and returns when ctx ends.
	Input(ctx context.Context, cell int64, prompt string, password bool) (string, error)
	// Report is what happened in a cell besides its end: a panic of a background goroutine, a notice.
	Report(cell int64, r Report)
	// Restarted says that the child died (outside of Restart and Reset) and another one stands with
	// the kept units loaded again: all variables are lost. err is not nil if that failed.
	Restarted(d Death, err error)
}

// Options say how the child is started.
type Options struct {
	Command []string // program and arguments; nil: this executable with the argument "worker"
	Dir     string   // working directory, "" for that of this process
	Env     []string // environment (GOMAXPROCS, GOGC, GODEBUG ...), nil for that of this process
	Memory  int64    // limit in bytes for what the program may use, 0 for none
	Flow    Flow     // bounds of what a cell may print
	Events  Events   // required
	// Answer answers what a package of the child asks (see Asker) while a cell runs; ctx ends with an interrupt of the
	// cell. It runs in a goroutine of its own.
	Answer func(ctx context.Context, cell int64, what string, args []string) (string, error)
	Logf   func(format string, args ...any)
}

// Cell is one execution.
type Cell struct {
	ID     int64      // unique in the session
	Number int        // execution count, as positions show it: "cell 3"
	Unit   *unit.Unit // loaded first, nil if nothing is new
	Slot   string     // if not "": the variable whose value is the cell's value (a bare `x`); needs no Run functions
	Ints   []string   // int variables to read when the cell has ended, see Outcome.Ints
	Silent bool       // no value wanted

	Whole bool          // a whole program: its goroutines end when its main function returns
	Fast  bool          // virtual time: the clock jumps when every goroutine of the cell waits for it
	Trace bool          // record what the cell's goroutines do
	Seed  uint64        // of what the cell draws from the shared sources of math/rand, 0 for those sources
	Limit time.Duration // stops the cell after that time, 0 for none

	// Loaded, if not nil, is called once when the unit has been loaded (before or while its Run functions run): the next
	// unit may be sent then. It is not called if the unit cannot be loaded. It must not block.
	Loaded func()
}

// Outcome is how a cell ended.
type Outcome struct {
	// End is how its goroutines ended. After a death its Kind is guest.Stopped if the
	// death was asked for (Restart, Reset, Close), and meaningless otherwise: look at Died first.
	End    guest.Outcome
	Died   *Death           // the process ended while the cell ran
	Failed string           // the unit could not be loaded: a defect of this program; nothing has run
	Value  *display.Data    // value of the last expression, nil for none
	Loaded bool             // the unit was loaded: what it declares is there
	Ints   []int            // values of Cell.Ints
	Trace  *guest.Recording // of a traced cell
	Exec   Execution        // of a traced cell: where its goroutines ran
}

// ReportKind is what a Report tells.
type ReportKind uint8

const (
	Crashed ReportKind = iota // a goroutine that outlived its cell panicked: Crash
	Exited                    // a goroutine that outlived its cell called os.Exit: Code; the goroutines of that cell are gone
	Waiting                   // the cell waits for what cannot come any more, while unrelated goroutines live: Deadlock
)

// Report is what happens in a cell besides its end.
type Report struct {
	Kind     ReportKind
	Crash    *guest.Crash
	Code     int
	Deadlock *guest.Deadlock
}

// Death is why the child ended.
type Death struct {
	Text   string // Go's fatal error as the child wrote it, or what the system said
	Trace  string // the goroutines that Go listed below it, the interpreter's own frames
	Cell   int64  // the cell that ran or ran last, 0 for none
	Status string // exit status or signal
}

// Variable is one variable, field, element or entry for a variables view.
type Variable struct {
	Name, Type, Value string
	Ref               int // >0: has children, see Process.Children
	Len, Cap          int // slices, maps, channels, strings; -1 if it has none
}

// Usage is what the child uses.
type Usage struct {
	RSS        int64 // bytes resident
	Heap       int64 // bytes in use by Go objects
	CPU        int64 // nanoseconds
	Goroutines int
	GOMAXPROCS int
	Limit      int64 // memory limit in bytes, 0 for none
}

// Process is a child with its supervisor. Its methods may be called from any goroutine.
type Process struct{ sup *supervisor }

// Start starts a child and returns at once; the first Run waits until it stands.
func Start(o Options) (*Process, error) {
	s, err := startSupervisor(o)
	if err != nil {
		return nil, err
	}
	return &Process{s}, nil
}

// Ready waits until the child stands and says what it lacks: nil, or an error with a plain sentence
// (unknown Go version, failed self-test).
func (p *Process) Ready(ctx context.Context) error { return p.sup.ready(ctx) }

// Lacks says in plain sentences what the child does a lesser way than it could on a system and with a yaegi that it
// knows; for `doctor`.
func (p *Process) Lacks(ctx context.Context) ([]string, error) {
	l, err := p.sup.standing(ctx)
	if err != nil {
		return nil, err
	}
	return l.lesser, nil
}

// Run loads the cell's unit and runs it; it returns when the cell's own goroutine has ended
// and all that it printed has been delivered to Events. ctx's end interrupts the cell. The error
// is not nil only if there is no worker to run it (closed, cannot be started).
func (p *Process) Run(ctx context.Context, c Cell) (Outcome, error) { return p.sup.run(ctx, c) }

// Load loads a unit outside of any cell (its Init functions run, its Run functions do not).
func (p *Process) Load(ctx context.Context, u *unit.Unit) error { return p.sup.load(ctx, u) }

// Interrupt stops a cell: loops end at their next turn, blocked operations at once, deferred calls run.
// An interrupt of a cell that does not run does nothing.
func (p *Process) Interrupt(cell int64) { p.sup.interrupt(cell) }

// Restart kills the child, starts another one and loads the kept units again. Running cells end as Interrupted.
func (p *Process) Restart(ctx context.Context) error { return p.sup.restart(ctx, true) }

// Reset is Restart that forgets the kept units.
func (p *Process) Reset(ctx context.Context) error { return p.sup.restart(ctx, false) }

// Kept gives the units that a restart would load, oldest first.
func (p *Process) Kept() []*unit.Unit { return p.sup.keptUnits() }

// Goroutines gives the live goroutines of one cell, or of all cells for 0. It is answered while cells run.
func (p *Process) Goroutines(ctx context.Context, cell int64) ([]guest.GoroutineState, error) {
	return p.sup.goroutines(ctx, cell)
}

// Variables gives session variables by their slots (names in the text), as they are now. It is answered while cells run.
func (p *Process) Variables(ctx context.Context, slots []string) ([]Variable, error) {
	return p.sup.variables(ctx, slots)
}

// Children gives what is inside the variable with reference ref of the last Variables call.
func (p *Process) Children(ctx context.Context, ref int) ([]Variable, error) {
	return p.sup.children(ctx, ref)
}

// Usage says what the child uses.
func (p *Process) Usage(ctx context.Context) (Usage, error) { return p.sup.usage(ctx) }

// Setenv sets a variable in the child and in those started later; "" unsets it. GOMAXPROCS, GOGC, GOMEMLIMIT
// take effect at once; restart says that the variable is read at the start of a process only.
func (p *Process) Setenv(ctx context.Context, name, value string) (restart bool, err error) {
	return p.sup.setenv(ctx, name, value)
}

// Chdir changes the working directory of the child and of those started later.
func (p *Process) Chdir(ctx context.Context, dir string) error { return p.sup.chdir(ctx, dir) }

// SetMemory sets the memory limit in bytes, 0 for none, now and for later children.
func (p *Process) SetMemory(ctx context.Context, limit int64) error {
	return p.sup.setMemory(ctx, limit)
}

// Pid is the child's process number, 0 if there is none.
func (p *Process) Pid() int { return p.sup.pid() }

// Close kills the child with everything it started, and waits for it.
func (p *Process) Close() error { return p.sup.close() }
