// Package interp is a notebook's Go program: cells in, events out. It knows Go
// and nothing of Jupyter.
package interp

import (
	"context"

	"gokernel/interp/display"
)

// CellID names one execution of a cell in this process: every Execute gets its own.
type CellID int64

// A Sink receives what cells produce, in order for each cell. Calls may come
// after Execute has returned, from goroutines that the cell started; CellID
// says which cell that was. Its methods may block (back-pressure) and are
// never called concurrently for one cell.
type Sink interface {
	// Stream is text for "stdout" or "stderr"; it never ends inside a UTF-8 sequence that could still be completed.
	Stream(cell CellID, name string, text []byte)
	// Display shows d, or replaces what was shown under its ID.
	Display(cell CellID, d display.Data)
	// Clear empties the cell's output, at once or when the next output comes.
	Clear(cell CellID, wait bool)
	// Input asks the user who runs the cell. It returns io.EOF at end of input,
	// ErrNoInput if the front-end does not allow it, and ctx's error when interrupted.
	Input(ctx context.Context, cell CellID, prompt string, password bool) (string, error)
}

// Request is one execution.
type Request struct {
	ID     CellID
	Count  int    // execution count, as positions show it: "cell 3"
	Code   string // as typed, magics included
	Silent bool   // no value wanted
	Beside bool   // of a subshell: runs beside the main shell's cell where it can, see beside.go
}

// Result is how an execution ended.
type Result struct {
	Value *display.Data  // value of the last expression, nil for none
	Err   *Error         // nil if the cell ended well
	Pages []display.Data // for the front-end's pager (payload "page")
	Next  *NextInput     // text for the front-end's input (payload "set_next_input")
}

// NextInput is text for a cell: in place of the one that ran, or in a new one below it.
type NextInput struct {
	Text    string
	Replace bool
}

// Error is why a cell failed, ready to show.
type Error struct {
	Name      string   // short class: "compile error", "panic", "fatal error", "exit status 3", "interrupted", "timeout"
	Value     string   // one line (Go's own text)
	Traceback []string // lines with ANSI colours; what front-ends print

	plain []string // Traceback in English where it is in another language: hints go by it
}

func (e *Error) Error() string { return e.Name + ": " + e.Value }

// Completion answers "what can stand here"; Start and End are byte offsets of what the matches replace.
type Completion struct {
	Start, End int
	Matches    []Match
}

// Match is one completion. Kind is JupyterLab's: function, type, variable, field, method, module, keyword, constant, magic, path.
type Match struct {
	Text, Kind, Signature string
}

// Inspection answers "what is this"; nil MIME means nothing was found.
type Inspection struct {
	Found bool
	MIME  map[string]any // text/plain and text/markdown
}

// Completeness answers whether code can run as it stands.
type Completeness struct {
	Status string // complete, incomplete, invalid
	Indent string // for the next line, when incomplete
}

// Variable is a session variable for a variables view.
type Variable struct {
	Name, Type, Value string
	Ref               int // >0: has children, see Session.Children
	Len, Cap          int // channels, slices, maps
}
