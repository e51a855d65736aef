package guest

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// Crash is an uncaught panic as Go's runtime reports it. It is plain data.
type Crash struct {
	Text      string // panic: boom, with the chain of panics; more lines possible, no newline at the end
	Fatal     bool   // Text is a fatal error (a panic while printing a panic value)
	Goroutine int64  // as shown: goroutine 7 [running]
	Frames    []Call // innermost first; only the place of the panic where callers are not known
	CreatedBy string // main.main, sync.(*WaitGroup).Go; "" for a cell's main goroutine
	Creator   int64  // goroutine that started it, 0 if that is not told
	Spawn     Place  // of the go statement
}

// Call is one function of a trace.
type Call struct {
	Func  string // main.worker, main.(*T).M
	Place Place
}

// String is the whole report: Go's text, with the cells' lines for files.
func (k *Crash) String() string {
	var b strings.Builder
	b.WriteString(k.Text)
	fmt.Fprintf(&b, "\n\ngoroutine %d [running]:\n", k.Goroutine)
	writeCalls(&b, k.Frames)
	if k.CreatedBy != "" {
		fmt.Fprintf(&b, "created by %s", k.CreatedBy)
		if k.Creator != 0 {
			fmt.Fprintf(&b, " in goroutine %d", k.Creator)
		}
		if k.Spawn.Line != 0 {
			fmt.Fprintf(&b, " in %s", k.Spawn.Position())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func writeCalls(b *strings.Builder, calls []Call) {
	for _, f := range calls {
		fmt.Fprintf(b, "%s(...)\n\t%s\n", f.Func, f.Place.Position())
	}
}

// Position is the place as messages name it: cell 3 line 5.
func (p Place) Position() string {
	if p.Line == 0 {
		return "place unknown"
	}
	return fmt.Sprintf("cell %d line %d", p.Cell, p.Line)
}

// crashOf describes p, which nobody recovered; it runs on top of the panicking stack.
func (g *G) crashOf(p *Panic) *Crash {
	w := g.cell.world
	text, fatal := p.describe()
	k := &Crash{Text: text, Fatal: fatal, Goroutine: g.number(), Spawn: w.Place(g.place)}
	if p.trace == nil {
		p.trace = w.backtrace()
	}
	k.Frames = w.calls(p.trace)
	if pl := w.Place(p.Place); pl.Line != 0 { // the text said where it raised it
		switch {
		case len(k.Frames) == 0:
			k.Frames = []Call{{pl.Func, pl}}
		default:
			k.Frames[0].Place = pl
		}
	}
	k.CreatedBy = g.createdBy()
	if k.CreatedBy != "time.goFunc" {
		k.Creator = g.parentNumber()
	}
	return k
}

// createdBy is the function that started g, as traces say it.
func (g *G) createdBy() string {
	switch {
	case g == g.cell.main:
		return ""
	case g.creator != "":
		return g.creator
	}
	return g.cell.world.Place(g.place).Func
}

// number is g's number as shown: a cell's main goroutine is 1, as a compiled
// program's; the others count through the session.
func (g *G) number() int64 {
	if g == g.cell.main {
		return 1
	}
	return g.id
}

// parentNumber is the number of the goroutine that started g.
func (g *G) parentNumber() int64 {
	if m := g.cell.main; m != nil && m.id == g.parent {
		return 1
	}
	return g.parent
}

// calls are the activations that a trace shows.
func (w *World) calls(as []Activation) []Call {
	var cs []Call
	for _, a := range as {
		if !a.Synthetic && a.Func != "" {
			p := a.native
			if p.Line == 0 {
				p = w.Place(a.place)
			}
			if p.Line == 0 && len(cs) > 0 && cs[len(cs)-1].Func == a.Func {
				continue // one call in two activations: a body with deferred calls, a native function behind its name
			}
			cs = append(cs, Call{a.Func, p})
		}
	}
	return cs
}

// describe is the message of an uncaught panic: preprintpanics and printpanics
// of runtime/panic.go (Go 1.26). fatal: printing a value panicked.
func (p *Panic) describe() (s string, fatal bool) {
	defer func() {
		const text = "fatal error: panic while printing panic value: "
		switch r := recover().(type) {
		case nil:
		case string:
			s, fatal = text+r, true
		default:
			s, fatal = text+"type "+reflect.TypeOf(r).String(), true
		}
	}()
	for q := p; q != nil; q = q.Link {
		q.text = q.Val
		if q.Link != nil && same(q.Link.Val, q.Val) {
			q.Link.again = true
			continue
		}
		switch v := q.Val.(type) {
		case error:
			q.text = v.Error()
		case interface{ String() string }:
			q.text = v.String()
		}
	}
	var b strings.Builder
	p.print(&b)
	s = strings.TrimSuffix(b.String(), "\n")
	if isNilFault(p) {
		s += "\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]"
	}
	return s, false
}

// isNilFault: the newest panic is a fault of the hardware in compiled code.
func isNilFault(p *Panic) bool {
	e, ok := p.Val.(interface{ RuntimeError() })
	return ok && fmt.Sprint(e) == "runtime error: invalid memory address or nil pointer dereference"
}

// print is printpanics: oldest first.
func (p *Panic) print(b *strings.Builder) {
	if p.Link != nil {
		p.Link.print(b)
		if p.Link.again {
			return
		}
		b.WriteByte('\t')
	}
	b.WriteString("panic: ")
	b.WriteString(panicValue(p.text))
	if p.Recovered && p.again {
		b.WriteString(" [recovered, repanicked]")
	} else if p.Recovered {
		b.WriteString(" [recovered]")
	}
	b.WriteByte('\n')
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n\t") }

// panicValue is printpanicval and printanycustomtype of runtime/error.go.
func panicValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return indent(v)
	}
	r := reflect.ValueOf(v)
	t := r.Type()
	switch k := r.Kind(); {
	case k == reflect.String:
		return t.String() + `("` + indent(r.String()) + `")`
	case k >= reflect.Bool && k <= reflect.Float64:
		if t.PkgPath() == "" {
			return printed(v)
		}
		return t.String() + "(" + printed(v) + ")"
	case k == reflect.Complex64 || k == reflect.Complex128:
		if t.PkgPath() == "" {
			return printed(v)
		}
		return t.String() + printed(v)
	case k == reflect.Pointer || k == reflect.Func || k == reflect.Map || k == reflect.Chan || k == reflect.UnsafePointer:
		return fmt.Sprintf("(%s) %#x", t, r.Pointer())
	}
	return fmt.Sprintf("(%s) %#x", t, (*[2]uintptr)(unsafe.Pointer(&v))[1])
}
