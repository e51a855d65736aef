package interp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"gokernel/interp/check"
	"gokernel/interp/native"
	"gokernel/interp/symbols"
)

// twinMagics run a cell as the compiled program it would be.
func twinMagics() []Magic {
	return []Magic{
		{
			Name: "go", Cell: true, Args: "[build flags] [arguments]",
			Help: "Run the cell as a compiled program, with the session's declarations, under the local Go toolchain.\n" +
				"Words that begin with - go to go build (until --), the rest to the program. Session variables that the cell uses\n" +
				"begin with the value that they have now where it can be written down, else with their zero value.\n" +
				"A program that mentions standard input gets the lines that you are asked for.",
			Run: func(ctx context.Context, m *MagicCall) error { return runTwin(ctx, m, false) },
		},
		{
			Name: "race", Cell: true, Args: "[build flags] [arguments]",
			Help: "Like %%go, with the race detector: its report names the lines of cells.",
			Run:  func(ctx context.Context, m *MagicCall) error { return runTwin(ctx, m, true) },
		},
	}
}

func runTwin(ctx context.Context, m *MagicCall, race bool) error {
	if !m.IsCell {
		return usageError{}
	}
	s := m.Session
	tc, err := native.Find(ctx)
	if err != nil {
		return err
	}
	t := s.newTwin(race)
	t.Flags, t.Args = splitFlags(m.Args)
	if err := s.fillTwin(ctx, m, t); err != nil {
		return err
	}
	out, errs := &streamWriter{m, "stdout"}, &streamWriter{m, "stderr"}
	var stdin io.Reader
	in, err := newTwinInput(ctx, m, t)
	if err != nil {
		return fmt.Errorf("making the program's standard input: %w", err)
	}
	if in != nil {
		defer in.close()
		stdin = in.read
	}
	end, err := tc.Run(ctx, t, stdin, out, errs)
	var build *native.BuildError
	switch {
	case errors.As(err, &build):
		return s.twinBuildError(m, build)
	case err != nil:
		return err
	case race && end == "exit status 66":
		return &Error{Name: "data race", Value: "the race detector found a data race", Traceback: []string{red("data race: ") + "the report above names both places"}}
	case end != "":
		return &Error{Name: end, Value: end, Traceback: []string{red(end)}}
	}
	return nil
}

// newTwin is a program that compiles as cells do and can import what they can.
func (s *Session) newTwin(race bool) *native.Twin {
	t := &native.Twin{Race: race, Dir: s.dir(), Importer: symbols.NewImporter(s.prog.Fset()), Sources: symbols.SourceFiles, Own: map[string]fs.FS{}}
	for _, p := range s.opts.Packages {
		if p.Whole != nil {
			t.Own[p.Path] = p.Whole
		}
	}
	return t
}

// bodyText is the cell with the magic's line blanked: Go in it has the cell's positions.
func (m *MagicCall) bodyText() string {
	lines := strings.SplitAfter(m.Request.Code, "\n")
	for i := range min(m.Line, len(lines)) {
		lines[i] = "\n"
	}
	return strings.Join(lines, "")
}

// splitFlags parts the words of the magic's line: flags of go build first.
func splitFlags(line string) (flags, args []string) {
	words := strings.Fields(line)
	for i, w := range words {
		if w == "--" {
			return flags, words[i+1:]
		}
		if !strings.HasPrefix(w, "-") {
			return flags, words[i:]
		}
		flags = append(flags, w)
	}
	return flags, nil
}

// fillTwin gives the twin what the cell needs of the session.
func (s *Session) fillTwin(ctx context.Context, m *MagicCall, t *native.Twin) error {
	if strings.HasPrefix(strings.TrimSpace(m.Body), "package ") {
		t.Program = m.Body
		t.Body = native.Decl{Cell: m.Request.Count, Line: m.Line + 1, Col: 1}
		return nil
	}
	p, diags := s.prog.Twin(m.Request.Count, m.bodyText())
	if len(diags) > 0 {
		return s.compileError(diags)
	}
	zero, err := s.carry(ctx, p, t, m.Request.Count)
	if err != nil {
		return err
	}
	if len(zero) > 0 {
		m.Warnf("note: %s cannot be carried over to a compiled program: zero there\n", strings.Join(zero, ", "))
	}
	return nil
}

// carry gives t what p gathered for cell number, with the values of variables. zero are those whose values cannot be
// written down.
func (s *Session) carry(ctx context.Context, p *check.Twin, t *native.Twin, number int) (zero []string, err error) {
	t.Imports = p.Imports
	for _, path := range p.Imports {
		if strings.HasPrefix(path, "gokernel/") && t.Own[path] == nil {
			return nil, fmt.Errorf("package %s belongs to the notebook: a compiled program has no notebook to show things in", path)
		}
	}
	for _, d := range p.Decls {
		t.Decls = append(t.Decls, native.Decl{Text: d.Text, Cell: d.Cell, Line: d.Line, Col: d.Col})
	}
	for _, v := range p.Vars {
		text := "var " + v.Name + " " + v.Type
		if v.Own || s.isZero(ctx, v.Name) {
			// the cell sets it, or it is as the declaration makes it: a WaitGroup or Mutex that nobody holds, a nil map
		} else if lit, ok := s.literal(ctx, v.Name); ok {
			text += " = " + lit
		} else {
			zero = append(zero, v.Name)
		}
		t.Decls = append(t.Decls, native.Decl{Text: text, Cell: v.Cell, Line: 1, Col: 1})
	}
	t.Body = native.Decl{Text: p.Body, Cell: number, Line: p.Line, Col: 1}
	return zero, nil
}

// isZero tells whether a session variable holds the zero value of its type.
func (s *Session) isZero(ctx context.Context, name string) bool {
	d, e := s.Evaluate(ctx, 0, "reflect.ValueOf(&"+name+").Elem().IsZero()")
	return e == nil && d != nil && d.MIME["text/plain"] == "true"
}

// literal is the value of a session variable as Go text, if it can be written down.
func (s *Session) literal(ctx context.Context, name string) (string, bool) {
	d, e := s.Evaluate(ctx, 0, "fmt.Sprintf(\"%#v\", "+name+")")
	if e != nil || d == nil {
		return "", false
	}
	text, _ := d.MIME["text/plain"].(string)
	if text == "" || strings.Contains(text, "0x") || strings.Contains(text, "(nil)") || len(text) > 1<<20 {
		return "", false
	}
	return strings.ReplaceAll(text, "main.", ""), true
}

func (s *Session) twinBuildError(m *MagicCall, b *native.BuildError) error {
	return &Error{Name: "build error", Value: firstLine(b.Text), Traceback: []string{red("build error"), b.Text}}
}

// streamWriter is the cell's standard output or error.
type streamWriter struct {
	m    *MagicCall
	name string
}

func (w *streamWriter) Write(b []byte) (int, error) {
	if len(b) > 0 {
		w.m.Session.opts.Sink.Stream(w.m.Request.ID, w.name, b)
	}
	return len(b), nil
}
