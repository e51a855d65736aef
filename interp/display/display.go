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
	"io/fs"
	"sync/atomic"
)

//go:generate go run gokernel/interp/symbols/gen -package gokernel/interp/display -as gokernel/display -out symbols.go

// Path is the import path under which cells know this package.
const Path = "gokernel/display"

//go:embed data.go show.go bundle.go text.go table.go progress.go chart.go
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
