package cell

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PartKind says what a part of a cell is.
type PartKind uint8

const (
	Go        PartKind = iota // Go source
	LineMagic                 // %name args
	CellMagic                 // %%name args, and the rest of the cell
	Shell                     // !command
	Help                      // name? or name??
)

// Part is a stretch of a cell that is handled on its own, in order.
type Part struct {
	Kind PartKind
	// Text of Go is the whole cell with everything that is not of this part
	// blanked, so that lines, columns and offsets are those of the cell.
	Text string
	Line int    // line of the cell on which it begins, from 1
	Off  int    // byte offset of its first character
	Name string // of magics, without percent signs; for Help the name asked about
	Args string // of magics: the rest of the line; for Shell the command
	Body string // of cell magics: the lines below
	More bool   // Help: asked with "??"
}

// Split parts a cell at its magics: lines that begin with % or ! or end with ?
// outside of strings, comments and brackets. known tells whether a name means
// something in the session: `!done` is Go if done is known, and a command if not.
func Split(src string, known func(string) bool) []Part {
	first := strings.TrimLeft(src, " \t\r\n")
	if strings.HasPrefix(first, "%%") {
		off := len(src) - len(first)
		line, body, _ := strings.Cut(first, "\n")
		p := Part{Kind: CellMagic, Off: off, Line: 1 + strings.Count(src[:off], "\n"), Body: body}
		p.Name, p.Args = nameAndArgs(line[2:])
		return []Part{p}
	}
	if !strings.ContainsAny(src, "%!?") {
		return []Part{{Kind: Go, Text: src, Line: 1}}
	}
	var parts []Part
	from, line := 0, 1 // the Go part that is being gathered
	flush := func(to, toLine int) {
		if strings.TrimSpace(src[from:to]) != "" {
			parts = append(parts, Part{Kind: Go, Text: keep(src, from, to), Line: line, Off: from})
		}
		from, line = to, toLine
	}
	s := state{}
	for at, n := 0, 1; at < len(src); n++ {
		end := len(src)
		if i := strings.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		text := strings.TrimRight(src[at:end], " \t\r\n")
		if s.start() {
			if p, ok := magic(text, known); ok {
				flush(at, n)
				p.Line, p.Off = n, at+len(text)-len(strings.TrimLeft(text, " \t"))
				parts = append(parts, p)
				from, line, at = end, n+1, end
				continue
			}
		}
		s.line(src[at:end])
		at = end
	}
	flush(len(src), 0)
	return parts
}

func keep(src string, from, to int) string {
	b := []byte(src)
	blank(b, 0, from)
	blank(b, to, len(b))
	return string(b)
}

// blank overwrites b[from:to] with spaces; newlines stay.
func blank(b []byte, from, to int) {
	for i := from; i < to; i++ {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
}

func nameAndArgs(s string) (name, args string) {
	s = strings.TrimSpace(s)
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// magic reads one line that begins a statement.
func magic(line string, known func(string) bool) (Part, bool) {
	t := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(t, "%"):
		p := Part{Kind: LineMagic}
		p.Name, p.Args = nameAndArgs(strings.TrimLeft(t, "%"))
		if strings.HasSuffix(t, "?") && p.Args == "" { // %time? asks about the magic
			return Part{Kind: Help, Name: strings.TrimRight(t, "?"), More: strings.HasSuffix(t, "??")}, true
		}
		return p, true
	case strings.HasPrefix(t, "!"):
		rest := strings.TrimLeft(t[1:], " \t!(*&")
		if n := identifier(rest); n != "" && known != nil && known(n) || strings.HasPrefix(t, "!=") {
			return Part{}, false
		}
		return Part{Kind: Shell, Args: strings.TrimSpace(t[1:])}, true
	case strings.HasSuffix(t, "?") && !strings.Contains(t, "//") && !strings.ContainsAny(t, "\"`'"):
		name := strings.TrimSpace(strings.TrimRight(t, "?"))
		if len(t)-len(strings.TrimRight(t, "?")) <= 2 && dotted(name) {
			return Part{Kind: Help, Name: name, More: strings.HasSuffix(t, "??")}, true
		}
	case strings.HasPrefix(t, "?"):
		name := strings.TrimSpace(strings.TrimLeft(t, "?"))
		if dotted(name) {
			return Part{Kind: Help, Name: name, More: strings.HasPrefix(t, "??")}, true
		}
	}
	return Part{}, false
}

// identifier is the Go identifier that s begins with.
func identifier(s string) string {
	for i, r := range s {
		if !(r == '_' || unicode.IsLetter(r) || i > 0 && unicode.IsDigit(r)) {
			return s[:i]
		}
	}
	return s
}

// dotted says that s is a name, or names joined by dots.
func dotted(s string) bool {
	if s == "" {
		return false
	}
	for p := range strings.SplitSeq(s, ".") {
		if r, _ := utf8.DecodeRuneInString(p); identifier(p) != p || p == "" || unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// state is where a line of Go leaves off.
type state struct {
	depth   int  // open brackets
	raw     bool // inside a raw string
	comment bool // inside a general comment
	open    bool // the last line ends with an operator or comma: the statement goes on
}

// start says that a statement may begin on the next line.
func (s *state) start() bool { return s.depth <= 0 && !s.raw && !s.comment && !s.open }

func (s *state) line(l string) {
	var last byte
	for i := 0; i < len(l); i++ {
		c := l[i]
		switch {
		case s.raw:
			if c == '`' {
				s.raw = false
				last = c
			}
			continue
		case s.comment:
			if c == '*' && i+1 < len(l) && l[i+1] == '/' {
				s.comment = false
				i++
			}
			continue
		}
		switch c {
		case '"', '\'':
			for i++; i < len(l) && l[i] != c && l[i] != '\n'; i++ {
				if l[i] == '\\' {
					i++
				}
			}
		case '`':
			s.raw = true
		case '/':
			if i+1 < len(l) && l[i+1] == '/' {
				i = len(l)
				continue
			}
			if i+1 < len(l) && l[i+1] == '*' {
				s.comment = true
				i++
				continue
			}
		case '(', '[', '{':
			s.depth++
		case ')', ']', '}':
			s.depth--
		case ' ', '\t', '\r', '\n':
			continue
		}
		last = c
	}
	switch last {
	case 0: // nothing on it: as the line before
	case '+', '-', '*', '/', '%', '&', '|', '^', '<', '>', '=', '!', ',', '.', ':':
		s.open = true
		t := strings.TrimRight(l, " \t\r\n")
		if strings.HasSuffix(t, "++") || strings.HasSuffix(t, "--") || strings.HasSuffix(t, ":") {
			s.open = false
		}
	default:
		s.open = false
	}
}

// Declares says whether src looks as if it declared a variable called name.
func Declares(src, name string) bool {
	ts := scan(src)
	for i, t := range ts {
		if t.tok != token.IDENT || t.lit != name {
			continue
		}
		if i > 0 && ts[i-1].tok == token.VAR {
			return true
		}
		for j := i + 1; j < len(ts); j++ { // name, other := ...
			switch ts[j].tok {
			case token.COMMA, token.IDENT:
				continue
			case token.DEFINE:
				return true
			}
			break
		}
	}
	return false
}

// HasDeclarations tells whether a cell declares functions, methods, types, constants or imports at its top level.
func HasDeclarations(src string) bool {
	segs := segments(src)
	return len(segs.decls)+len(segs.imports) > 0
}
