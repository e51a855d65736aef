package cell

import (
	"fmt"
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"
)

// lexeme is one token of a cell's text; fault is what is wrong with its spelling.
type lexeme struct {
	tok   token.Token
	off   int
	lit   string
	fault *fault
}

// fault is a syntax error at a byte offset.
type fault struct {
	off   int
	msg   string
	atEnd bool // the text ends too early: more of it could mend this
}

// scan gives the tokens of src; the last one is EOF. Semicolons carry what
// stands in the text: "semicolon", "newline" or "EOF", as the compiler calls them.
func scan(src string) []lexeme {
	var sc scanner.Scanner
	var pending *fault
	f := token.NewFileSet().AddFile("", -1, len(src))
	sc.Init(f, []byte(src), func(p token.Position, msg string) {
		if pending == nil {
			pending = spelling(src, p.Offset, msg)
		}
	}, 0)
	ts := make([]lexeme, 0, len(src)/3+8)
	for {
		p, t, lit := sc.Scan()
		l := lexeme{tok: t, off: f.Offset(p), lit: lit, fault: pending}
		pending = nil
		if t == token.SEMICOLON {
			switch {
			case lit == ";":
				l.lit = "semicolon"
			case l.off >= len(src):
				l.lit = "EOF"
			default:
				l.lit = "newline"
			}
		}
		ts = append(ts, l)
		if t == token.EOF {
			return ts
		}
	}
}

// spelling says what go/scanner found wrong in the words of the compiler's
// scanner, and at its place (cmd/compile/internal/syntax: errors inside
// literals are reported where reading stopped).
func spelling(src string, off int, msg string) *fault {
	lineEnd := func() int {
		if i := strings.IndexByte(src[off:], '\n'); i >= 0 {
			return off + i
		}
		return len(src)
	}
	at := func(p int, m string, atEnd bool) *fault { return &fault{off: p, msg: m, atEnd: atEnd} }
	switch {
	case msg == "string literal not terminated":
		if e := lineEnd(); e < len(src) {
			return at(e, "newline in string", false)
		}
		return at(off, "string not terminated", false)
	case msg == "raw string literal not terminated":
		return at(off, "string not terminated", true)
	case msg == "comment not terminated":
		return at(off, msg, true)
	case msg == "rune literal not terminated":
		if e := lineEnd(); e < len(src) {
			return at(e, "newline in rune literal", false)
		}
		return at(off, msg, false)
	case msg == "illegal rune literal":
		if strings.HasPrefix(src[off:], "''") {
			return at(off+1, "empty rune literal or unescaped '", false)
		}
		return at(off, "more than one character in rune literal", false)
	case strings.HasPrefix(msg, "illegal character ") && strings.HasSuffix(msg, " in escape sequence"):
		r, _ := utf8.DecodeRuneInString(src[off:])
		base := "octal"
		if b := src[:off][strings.LastIndexByte(src[:off], '\\')+1:]; b != "" && strings.IndexByte("xuU", b[0]) >= 0 {
			base = "hexadecimal"
		}
		return at(off, fmt.Sprintf("invalid character %q in %s escape", r, base), false)
	case strings.HasPrefix(msg, "illegal character "):
		return at(off, "invalid character "+strings.TrimPrefix(msg, "illegal character "), false)
	case strings.HasPrefix(msg, "curly quotation mark "):
		r, _ := utf8.DecodeRuneInString(src[off:])
		return at(off, fmt.Sprintf("invalid character %#U in identifier", r), false)
	case msg == "unknown escape sequence":
		return at(off, "unknown escape", false)
	case strings.HasPrefix(msg, "illegal UTF-8 encoding"):
		return at(off, "invalid UTF-8 encoding", false)
	case msg == "illegal character NUL":
		return at(off, "invalid NUL character", false)
	}
	return at(off, msg, false)
}

// describe names a token as the compiler's messages do.
func describe(l lexeme) string {
	switch {
	case l.tok == token.IDENT:
		return "name " + l.lit
	case l.tok.IsLiteral():
		return "literal " + l.lit
	case l.tok == token.SEMICOLON:
		return l.lit
	}
	return spell(l.tok)
}

// spell names a kind of token that is expected.
func spell(t token.Token) string {
	switch {
	case t == token.COMMA:
		return "comma"
	case t == token.SEMICOLON:
		return "semicolon or newline"
	case t.IsKeyword():
		return "keyword " + t.String()
	case t == token.IDENT:
		return "name"
	}
	return t.String()
}
