package interp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gokernel/interp/cell"
	"gokernel/interp/check"
	"gokernel/interp/display"
)

// Magic is a command that is no Go: %name, or %%name at the start of a cell.
type Magic struct {
	Name string // without the percent signs
	Line bool   // %name args
	Cell bool   // %%name args, then the rest of the cell
	Args string // how its arguments are shown: "[-n N] statement"
	Help string // first sentence: what it does; then the details

	// Looks says that the line magic only reads the session: in a subshell it does not wait for a cell that runs.
	Looks bool

	Run func(ctx context.Context, m *MagicCall) error
}

// MagicCall is one use of a magic.
type MagicCall struct {
	Session *Session
	Request Request // the execution it is part of
	Args    string  // the rest of the line
	Body    string  // of a cell magic: the lines below
	IsCell  bool    // used as a cell magic
	Line    int     // the line of the cell on which the magic stands, from 1
	Text    string  // the cell with everything before the arguments blanked: Go in it has the cell's positions
	Result  *Result // where values, pages and next inputs go
}

// Printf writes to the cell's standard output.
func (m *MagicCall) Printf(format string, args ...any) {
	m.Session.opts.Sink.Stream(m.Request.ID, "stdout", fmt.Appendf(nil, format, args...))
}

// Warnf writes to the cell's standard error.
func (m *MagicCall) Warnf(format string, args ...any) {
	m.Session.opts.Sink.Stream(m.Request.ID, "stderr", fmt.Appendf(nil, format, args...))
}

// RunGo runs Go text as a part of the cell; its positions are those of text.
func (m *MagicCall) RunGo(ctx context.Context, text string) {
	m.Session.runGo(ctx, execution{Request: m.Request, text: text}, m.Result)
}

// usageError says how a magic is used.
type usageError struct{ m *Magic }

func (e usageError) Error() string { return "usage: " + e.m.usage() }

func (m *Magic) usage() string {
	s := "%" + m.Name
	if !m.Line {
		s = "%%" + m.Name
	}
	if m.Args != "" {
		s += " " + m.Args
	}
	return s
}

// registry is the magics of a session by name.
type registry struct {
	magics map[string]*Magic
}

func newRegistry() *registry { return &registry{map[string]*Magic{}} }

func (r *registry) add(m Magic) { r.magics[m.Name] = &m }

// names are the magics' names, sorted.
func (r *registry) names() []string {
	var ns []string
	for n := range r.magics {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return ns
}

// nearest is the magic that is spelt most like name, "" if none is near.
func (r *registry) nearest(name string) string {
	best, at := 4, ""
	for _, n := range r.names() {
		d := check.Distance(strings.ToLower(name), n)
		if strings.HasPrefix(n, strings.ToLower(name)) && name != "" {
			d = min(d, 1)
		}
		if d < best && d < max(len(n), len(name)) {
			best, at = d, n
		}
	}
	return at
}

// runMagic runs a part of a cell that is a magic or a shell command.
func (s *Session) runMagic(ctx context.Context, r Request, p cell.Part, res *Result) {
	name := p.Name
	if p.Kind == cell.Shell {
		name = "!"
	}
	isCell := p.Kind == cell.CellMagic
	m := s.magics.magics[name]
	if m == nil || isCell && !m.Cell || !isCell && !m.Line {
		res.Err = s.unknownMagic(r.Count, p, m)
		return
	}
	call := &MagicCall{Session: s, Request: r, Args: p.Args, Body: p.Body, IsCell: isCell, Line: p.Line, Text: argumentText(r.Code, p), Result: res}
	err := m.Run(ctx, call)
	if err == nil || res.Err != nil {
		return
	}
	var e *Error
	if errors.As(err, &e) {
		res.Err = e
		return
	}
	if errors.Is(err, context.Canceled) {
		res.Err = &Error{Name: "interrupted", Value: "interrupted", Traceback: []string{red("interrupted")}}
		return
	}
	title := "%" + name
	if isCell {
		title = "%%" + name
	}
	if name == "!" {
		title = "command"
	}
	var usage usageError
	if errors.As(err, &usage) {
		err = usageError{m}
	}
	res.Err = &Error{Name: title, Value: err.Error(), Traceback: append([]string{red(title+": ") + err.Error()}, s.excerpt(r.Count, p.Line, 1, 1)...)}
}

// argumentText is the cell with everything blanked but the magic's arguments and body.
func argumentText(code string, p cell.Part) string {
	end := len(code)
	if p.Kind != cell.CellMagic {
		if i := strings.IndexByte(code[p.Off:], '\n'); i >= 0 {
			end = p.Off + i
		}
	}
	from := p.Off
	if i := strings.Index(code[p.Off:], p.Name); i >= 0 {
		from = p.Off + i + len(p.Name)
	}
	b := []byte(code)
	for i := range b {
		if (i < from || i >= end) && b[i] != '\n' {
			b[i] = ' '
		}
	}
	return string(b)
}

func (s *Session) unknownMagic(number int, p cell.Part, m *Magic) *Error {
	sign, what := "%", "line magic"
	if p.Kind == cell.CellMagic {
		sign, what = "%%", "cell magic"
	}
	msg := fmt.Sprintf("%s %s%s not found", what, sign, p.Name)
	switch n := s.magics.nearest(p.Name); {
	case m != nil && m.Cell:
		msg += fmt.Sprintf(" (but cell magic %%%%%s exists)", p.Name)
	case m != nil:
		msg += fmt.Sprintf(" (but line magic %%%s exists)", p.Name)
	case n != "":
		msg += fmt.Sprintf("; did you mean %s%s? %%lsmagic lists all", sign, n)
	default:
		msg += "; %lsmagic lists all"
	}
	return &Error{Name: "unknown magic", Value: msg, Traceback: append([]string{red(msg)}, s.excerpt(number, p.Line, 1+strings.Index(s.Source(number, p.Line), "%"), len(sign+p.Name))...)}
}

// help answers name? and name??.
func (s *Session) help(ctx context.Context, p cell.Part, res *Result) {
	if strings.HasPrefix(p.Name, "%") {
		name := strings.TrimLeft(p.Name, "%")
		if m := s.magics.magics[name]; m != nil {
			res.Pages = append(res.Pages, m.page())
			return
		}
		res.Err = s.unknownMagic(0, cell.Part{Name: name}, nil)
		return
	}
	detail := 0
	if p.More {
		detail = 1
	}
	i := s.Inspect(ctx, p.Name, len(p.Name), detail)
	if !i.Found {
		msg := fmt.Sprintf("%s: nothing is known by this name", p.Name)
		res.Err = &Error{Name: "not found", Value: msg, Traceback: []string{red(msg)}}
		return
	}
	res.Pages = append(res.Pages, display.Data{MIME: i.MIME})
}

// page is the help of a magic.
func (m *Magic) page() display.Data {
	var b strings.Builder
	if m.Line {
		fmt.Fprintf(&b, "%%%s %s\n", m.Name, m.Args)
	}
	if m.Cell {
		fmt.Fprintf(&b, "%%%%%s %s\n", m.Name, m.Args)
	}
	b.WriteString("\n" + m.Help + "\n")
	return display.Data{MIME: map[string]any{"text/plain": b.String()}}
}
