package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"gokernel/interp/check"
	"gokernel/interp/compile"
	"gokernel/interp/guest"
	"gokernel/interp/symbols"
	"gokernel/interp/worker"
)

// ErrNoInput is what Sink.Input returns when the front-end cannot be asked.
var ErrNoInput = errors.New("the front-end does not support input requests")

// Options say what a Session works with; the zero value of a field stands for what its comment says.
type Options struct {
	// Sink receives what cells produce. Required.
	Sink Sink
	// Dir is the working directory of cells, "" for that of this process.
	Dir string
	// Command is the process that runs cells, with its arguments; nil for this program with the argument "worker".
	Command []string
	// Env is the environment of that process, nil for this one's.
	Env []string
	// Memory limits what cells may use, in bytes; 0 for no limit.
	Memory int64
	// Native lets functions that can take long be compiled natively in the background, where a Go toolchain is there.
	Native bool
	// NativeFirst compiles what a cell's statements call before they run, however long that takes: for tests of native code.
	NativeFirst bool
	// History gives the inputs of earlier cells for %history, nil if none are kept.
	History func() []HistoryEntry
	// Magics are registered besides those of this package.
	Magics []Magic
	// Packages are offered to cells besides the standard library.
	Packages []Package
	// Logf is told what goes wrong inside; nil discards it.
	Logf func(format string, args ...any)
}

// Package is one that cells can import besides the standard library.
type Package struct {
	Path    string                   // import path
	Name    string                   // known to cells under this name without an import line; "" to ask for one
	Source  fs.FS                    // its Go files: declarations and doc comments
	Symbols map[string]reflect.Value // what core text can mention
	// Whole are all its files, for compiled programs that import it (%%go, %%race), nil if it works in a notebook only.
	Whole fs.FS
}

// HistoryEntry is one input of this or an earlier session (0 is the running one, -1 the one before).
type HistoryEntry struct {
	Session, Count int
	Code           string
}

// Session is the life of one notebook's Go program.
//
// Execute, Restart and Reset take turns; whoever waits for a turn stops waiting
// when its ctx ends. Interrupt, Complete, Inspect, IsComplete, Variables,
// Children and Evaluate may be called from any goroutine at any time, also while a cell runs.
//
// A Session's own goroutine is the one of its tier (see there); those of its worker.Process are ended by Close, too.
type Session struct {
	opts   Options
	prog   *check.Program
	magics *registry
	proc   *worker.Process
	turn   chan struct{} // holds a token while nobody has the turn

	// compiling guards everything that makes units: the compiler, the order in which units go to the worker.
	compiling sync.Mutex
	compiler  *compile.Compiler

	tier    *tier
	evals   atomic.Int64 // expressions that were evaluated by themselves: their executions have negative numbers
	strict  atomic.Bool  // unused variables and imports are errors
	timeout atomic.Int64 // time limit of a cell, nanoseconds, 0 for none

	mu       sync.Mutex     // guards what follows
	codes    map[int]string // cell number -> its text, magics included, for source lines
	running  map[CellID]int // cells that run -> their numbers
	newest   CellID
	asked    time.Time                // the first interrupt that has not been answered
	reborn   chan struct{}            // closed at the next Restarted
	restarts int                      // how many there were
	seen     int                      // how many of them cells have waited for
	lost     []string                 // variables that the last death of the process took
	captured map[CellID]*bytes.Buffer // output of rounds of a repeated cell
	hangul   bool                     // a cell holds Korean
	hints    string                   // set by %hints: off, en, ko, or "" for the language of the notebook
	said     map[string]bool          // hints about cells that ended well
	cwd      string                   // of cells and commands, "" for where the session began
	env      map[string]*string       // set by %env; nil for unset
}

// NewSession starts the Go program of one notebook. The process that runs
// cells is started in the background; the first cell that needs it waits for it.
func NewSession(o Options) (*Session, error) {
	if o.Sink == nil {
		return nil, errors.New("starting a session: no sink")
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	fset := token.NewFileSet()
	im := symbols.NewImporter(fset)
	prelude := map[string]string{}
	for _, p := range o.Packages {
		if p.Symbols != nil {
			symbols.Add(p.Path, p.Symbols)
		}
		if p.Source != nil {
			im.AddSource(p.Path, p.Source)
		}
		if p.Name != "" {
			prelude[p.Name] = p.Path
		}
	}
	s := &Session{
		opts: o, prog: check.New(fset, im, prelude), compiler: newCompiler(o), turn: make(chan struct{}, 1),
		codes: map[int]string{}, running: map[CellID]int{}, reborn: make(chan struct{}),
	}
	s.turn <- struct{}{}
	s.tier = newTier(s)
	s.tier.off = !o.Native
	s.magics = newRegistry()
	for _, group := range [][]Magic{nameMagics(), processMagics(), timeMagics(), fileMagics(), shellMagics(), textMagics(), hintMagics(),
		goroutineMagics(), limitMagics(), clockMagics(), twinMagics(), manyMagics(), tierMagics(), traceMagics(), o.Magics} {
		for _, m := range group {
			s.magics.add(m)
		}
	}
	var err error
	s.proc, err = worker.Start(worker.Options{Command: o.Command, Dir: o.Dir, Env: o.Env, Memory: o.Memory, Events: events{s}, Answer: s.answer, Logf: o.Logf})
	if err != nil {
		return nil, fmt.Errorf("starting the process that runs cells: %w", err)
	}
	return s, nil
}

// newCompiler is the compiler of a new session.
func newCompiler(o Options) *compile.Compiler {
	c := compile.New(newNatives())
	c.AtomicForwards(guest.AtomicForwards || len(o.Command) > 0) // another program may have been built with the race detector
	return c
}

// natives tells the compiler which symbols of compiled packages there are.
type natives struct{ guest map[string]reflect.Value }

func newNatives() natives {
	for path, table := range guest.Symbols() {
		if strings.HasPrefix(path, check.GuestPath) {
			return natives{table}
		}
	}
	return natives{}
}

func (n natives) Has(pkg, name string) bool {
	if pkg == check.GuestPath {
		_, ok := n.guest[name]
		return ok || name == ""
	}
	if name == "" {
		return len(symbols.Package(pkg)) > 0
	}
	return symbols.Has(pkg, name)
}

// take waits for the turn.
func (s *Session) take(ctx context.Context) error {
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Session) give() { s.turn <- struct{}{} }

// Interrupt is asked for while a cell runs, after the end of its ctx: it stops the
// running cells. A second one, a second or more after the first, while the cell
// still runs restarts the process that runs cells.
func (s *Session) Interrupt() {
	s.mu.Lock()
	ids := slices.Collect(maps.Keys(s.running))
	again := len(ids) > 0 && !s.asked.IsZero() && time.Since(s.asked) > time.Second
	if len(ids) > 0 && s.asked.IsZero() {
		s.asked = time.Now()
	}
	s.mu.Unlock()
	for _, id := range ids {
		s.proc.Interrupt(int64(id))
	}
	if again {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := s.restart(ctx); err != nil {
			s.opts.Logf("restarting after an interrupt: %v", err)
		}
	}
}

// Restart gives the session a new process: declarations stay, variables are lost. It returns their names.
func (s *Session) Restart(ctx context.Context) (lost []string, err error) {
	if err := s.take(ctx); err != nil {
		return nil, err
	}
	defer s.give()
	return s.restart(ctx)
}

func (s *Session) restart(ctx context.Context) ([]string, error) {
	if err := s.proc.Restart(ctx); err != nil {
		return nil, fmt.Errorf("restarting the process that runs cells: %w", err)
	}
	return s.prog.Lose(), nil
}

// Reset forgets everything: names, declarations, the process.
func (s *Session) Reset(ctx context.Context) error {
	if err := s.take(ctx); err != nil {
		return err
	}
	defer s.give()
	return s.reset(ctx, 0)
}

func (s *Session) reset(ctx context.Context, number int) error {
	s.compiling.Lock()
	defer s.compiling.Unlock()
	if err := s.proc.Reset(ctx); err != nil {
		return fmt.Errorf("starting a new process for cells: %w", err)
	}
	s.prog.Reset(number)
	s.tier.forget()
	s.compiler = newCompiler(s.opts)
	return nil
}

// Close ends the process that runs cells and everything it started.
func (s *Session) Close() error {
	s.tier.close()
	return s.proc.Close()
}

// Worker is the process that runs cells, for magics of other rooms.
func (s *Session) Worker() *worker.Process { return s.proc }

// Sink is where output goes, for magics of other rooms.
func (s *Session) Sink() Sink { return s.opts.Sink }

// SetTimeLimit sets how long a cell may run; 0 lifts the limit.
func (s *Session) SetTimeLimit(d time.Duration) { s.timeout.Store(int64(d)) }

// SetStrict makes unused variables and imports of a cell errors, as they are for the Go compiler.
func (s *Session) SetStrict(on bool) { s.strict.Store(on) }

// Source is a line of a cell's text, "" if there is none.
func (s *Session) Source(number, line int) string {
	s.mu.Lock()
	code := s.codes[number]
	s.mu.Unlock()
	lines := strings.Split(code, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[line-1], "\r")
}

// remember keeps a cell's text for the source lines of messages.
func (s *Session) remember(number int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[number] = code
	s.hangul = s.hangul || strings.ContainsFunc(code, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	delete(s.codes, number-5000) // older cells are hardly named any more
}

func (s *Session) begin(id CellID, number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[id] = number
	if id > 0 {
		s.newest = id
	}
}

func (s *Session) end(id CellID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, id)
	s.asked = time.Time{}
}

// workingDir is where cells run at the start.
func (s *Session) workingDir() string {
	if s.opts.Dir != "" {
		return s.opts.Dir
	}
	d, err := os.Getwd()
	if err != nil {
		return "."
	}
	return d
}
