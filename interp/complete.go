package interp

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"

	"gokernel/interp/check"
)

// Complete says what can stand at the byte offset cursor of code.
func (s *Session) Complete(code string, cursor int) Completion {
	cursor = min(max(cursor, 0), len(code))
	from := strings.LastIndexByte(code[:cursor], '\n') + 1
	line := code[from:cursor]
	if t := strings.TrimLeft(line, " \t"); strings.HasPrefix(t, "%") {
		if c, ok := s.completeMagic(code, from+len(line)-len(t), cursor); ok {
			return c
		}
	}
	src := code
	if strings.HasPrefix(strings.TrimLeft(code, " \t\r\n"), "%%") || strings.HasPrefix(strings.TrimLeft(line, " \t"), "%") {
		src = blankMagic(code, from)
	}
	start, end, found := cursor, cursor, []check.Candidate(nil)
	s.guarded("completing", func() { start, end, found = s.prog.Complete(src, cursor) })
	c := Completion{Start: start, End: end}
	for _, f := range found {
		c.Matches = append(c.Matches, Match{Text: f.Text, Kind: f.Kind, Signature: f.Signature})
	}
	return c
}

// blankMagic blanks the magics around the cursor: `%time f(|` completes as f( does.
func blankMagic(code string, from int) string {
	b := []byte(code)
	blankWord := func(at int) {
		for at < len(b) && (b[at] == ' ' || b[at] == '\t') {
			at++
		}
		if at >= len(b) || b[at] != '%' {
			return
		}
		for at < len(b) && b[at] != ' ' && b[at] != '\n' {
			b[at] = ' '
			at++
		}
	}
	if lead := len(code) - len(strings.TrimLeft(code, " \t\r\n")); strings.HasPrefix(code[lead:], "%%") {
		blankWord(lead)
	}
	blankWord(from)
	return string(b)
}

// completeMagic completes the name of a magic that begins at offset at.
func (s *Session) completeMagic(code string, at, cursor int) (Completion, bool) {
	typed := code[at:cursor]
	if strings.ContainsAny(typed, " \t") {
		name := strings.TrimLeft(strings.Fields(typed)[0], "%")
		m := s.magics.magics[name]
		if m != nil && (name == "time" || name == "timeit" || strings.HasPrefix(m.Args, "statement")) {
			return Completion{}, false
		}
		return Completion{Start: cursor, End: cursor}, m != nil
	}
	c := Completion{Start: at, End: cursor}
	for _, n := range s.magics.names() {
		m := s.magics.magics[n]
		first, _, _ := strings.Cut(m.Help, "\n")
		if n == "!" {
			continue
		}
		if text := "%" + n; m.Line && strings.HasPrefix(text, typed) {
			c.Matches = append(c.Matches, Match{Text: text, Kind: "magic", Signature: first})
		}
		if text := "%%" + n; m.Cell && strings.HasPrefix(text, typed) && strings.TrimSpace(code[:at]) == "" {
			c.Matches = append(c.Matches, Match{Text: text, Kind: "magic", Signature: first})
		}
	}
	return c, true
}

// Inspect says what stands at the byte offset cursor of code; detail 1 asks for the source too.
func (s *Session) Inspect(ctx context.Context, code string, cursor, detail int) Inspection {
	if name, ok := magicAt(code, cursor); ok {
		if m := s.magics.magics[name]; m != nil {
			return Inspection{Found: true, MIME: m.page().MIME}
		}
	}
	var i *check.Inspection
	s.guarded("inspecting", func() { i = s.prog.Inspect(code, cursor) })
	if i == nil {
		return Inspection{}
	}
	value := ""
	if i.Var != nil {
		value = s.valueOf(ctx, i)
	}
	return Inspection{Found: true, MIME: map[string]any{"text/plain": plain(i, value, detail), "text/markdown": markdown(i, value, detail)}}
}

// guarded calls f; a panic in it is logged: go/types is not made for every text that a user is about to type.
func (s *Session) guarded(doing string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			s.opts.Logf("%s: %v\n%s", doing, r, debug.Stack())
		}
	}()
	f()
}

// magicAt is the magic on whose name the cursor stands.
func magicAt(code string, cursor int) (string, bool) {
	cursor = min(max(cursor, 0), len(code))
	from := strings.LastIndexByte(code[:cursor], '\n') + 1
	line, _, _ := strings.Cut(code[from:], "\n")
	t := strings.TrimLeft(line, " \t")
	if !strings.HasPrefix(t, "%") {
		return "", false
	}
	name, _, _ := strings.Cut(strings.TrimLeft(t, "%"), " ")
	return name, cursor <= from+strings.Index(line, name)+len(name)
}

// valueOf is the value of a session variable as it is now, "" if it cannot be had.
func (s *Session) valueOf(ctx context.Context, i *check.Inspection) string {
	s.compiling.Lock()
	slot, ok := s.compiler.GlobalName(i.Var)
	s.compiling.Unlock()
	if !ok {
		return ""
	}
	vs, err := s.proc.Variables(ctx, []string{slot})
	if err != nil || len(vs) != 1 {
		return ""
	}
	return vs[0].Value
}

func plain(i *check.Inspection, value string, detail int) string {
	var b strings.Builder
	fmt.Fprintln(&b, i.Decl)
	if value != "" {
		fmt.Fprintf(&b, "\nValue: %s\n", value)
	}
	if i.Doc != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(i.Doc))
	}
	if i.Cell > 0 {
		fmt.Fprintf(&b, "\nDeclared in cell %d\n", i.Cell)
	}
	if detail > 0 && i.Source != "" {
		fmt.Fprintf(&b, "\n%s\n", i.Source)
	}
	if i.Link != "" {
		fmt.Fprintf(&b, "\n%s\n", i.Link)
	}
	return b.String()
}

func markdown(i *check.Inspection, value string, detail int) string {
	var b strings.Builder
	decl := i.Decl
	if detail > 0 && i.Source != "" {
		decl = i.Source
	}
	fmt.Fprintf(&b, "```go\n%s\n```\n", decl)
	if value != "" {
		fmt.Fprintf(&b, "\n**Value**\n\n```\n%s\n```\n", value)
	}
	if i.Doc != "" {
		fmt.Fprintf(&b, "\n%s\n", markdownDoc(i.Doc, i.Path))
	}
	if i.Cell > 0 {
		fmt.Fprintf(&b, "\nDeclared in cell %d\n", i.Cell)
	}
	if i.Link != "" {
		fmt.Fprintf(&b, "\n[%s](%s)\n", strings.TrimPrefix(i.Link, "https://"), i.Link)
	}
	return b.String()
}
