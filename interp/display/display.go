// Package display is what cells use to show more than text: HTML, images,
// tables, charts, progress. Cells know it without an import line, or as
// "gokernel/display".
//
// A Data is one MIME bundle on its way to the front-end. The process that runs
// cells says where bundles go with Bind; until then showing prints why nothing
// is shown, it never panics.
package display

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
)

//go:generate go run gokernel/interp/symbols/gen -package gokernel/interp/display -as gokernel/display -out symbols.go

// Path is the import path under which cells know this package.
const Path = "gokernel/display"

//go:embed data.go show.go bundle.go text.go table.go progress.go chart.go compat.go
var source embed.FS

// Source are the files whose declarations cells may use; what stands in others is for the host.
func Source() fs.FS { return source }

// A Publisher takes what cells show, in the order of the calls of one
// goroutine. Its methods are called from any goroutine and may block while the
// front-end cannot keep up.
type Publisher interface {
	Publish(Data) error
	Clear(wait bool) error
	// Input asks the front-end's user; password hides what is typed.
	Input(prompt string, password bool) (string, error)
}

var bound atomic.Pointer[Publisher]

// Bind says where bundles go. It is called once, by the process that runs cells.
func Bind(p Publisher) { bound.Store(&p) }

// A Prompter is a Publisher that can set the prompt of the next read of os.Stdin.
type Prompter interface {
	NextPrompt(prompt string, password bool)
}

// RequestInput sets the prompt under which the cell's next read of os.Stdin asks the user.
func RequestInput(prompt string, password bool) error {
	p, err := publisher()
	if err != nil {
		return err
	}
	if q, ok := p.(Prompter); ok {
		q.NextPrompt(prompt, password)
		return nil
	}
	_, err = fmt.Print(prompt)
	return err
}

// known holds the display IDs under which something has been shown.
var known sync.Map

// Known tells whether something has been shown under id.
func Known(id string) bool {
	_, ok := known.Load(id)
	return ok
}

// Counts is a bar for each label with how often it came, as the host shows it.
func Counts(title string, labels []string, counts []int) Data {
	n := make([]float64, len(counts))
	for i, c := range counts {
		n[i] = float64(c)
	}
	return Data{MIME: barsOf(title, labels, n)}
}
