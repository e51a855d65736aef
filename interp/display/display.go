// Package display is what cells use to show more than text: HTML, images,
// tables, charts, progress. Cells know it without an import line, or as
// "gokernel/display".
//
// A Data is one MIME bundle on its way to the front-end. The process that runs
// cells says where bundles go with Bind; until then showing is an error that
// is reported to the caller, never a panic.
package display

import (
	"sync/atomic"
)

// Data is a MIME bundle: the content of display_data, update_display_data or
// execute_result (Jupyter messaging spec 5.5, "Display data").
// Text kinds (text/*, image/svg+xml, application/javascript) are strings, JSON kinds
// are values that encoding/json can write, binary kinds are base64 strings.
type Data struct {
	MIME     map[string]any `json:"data"`
	Metadata map[string]any `json:"metadata,omitempty"`
	ID       string         `json:"display_id,omitempty"` // display_id, "" for none
	Update   bool           `json:"update,omitempty"`     // replaces what was shown under ID
}

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
