package interp

import "context"

// Magic is a command that is no Go: %name, or %%name at the start of a cell.
type Magic struct {
	Name string // without the percent signs
	Line bool   // %name args
	Cell bool   // %%name args, then the rest of the cell
	Args string // how its arguments are shown: "[-n N] statement"
	Help string // first sentence: what it does; then the details
	Run  func(ctx context.Context, m *MagicCall) error
}

// MagicCall is one use of a magic.
type MagicCall struct {
	Session *Session
	Cell    CellID
	Count   int
	Args    string  // the rest of the line
	Body    string  // of a cell magic: the lines below
	Line    int     // the line of the cell on which the magic stands, from 1
	Result  *Result // where values, pages and next inputs go
}
