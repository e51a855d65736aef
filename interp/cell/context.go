package cell

import (
	"go/token"
	"slices"
	"strings"
)

// Where says what stands around an offset.
type Where uint8

const (
	InCode Where = iota
	InString
	InComment
	InImport // in the path of an import declaration
)

// ContextAt says what byte offset off of src is in.
func ContextAt(src string, off int) Where {
	var last lexeme
	imports, group := false, false
	for _, t := range scan(src[:off]) {
		switch t.tok {
		case token.EOF:
			if c := openComment(src[:off], last); c {
				return InComment
			}
			return InCode
		case token.IMPORT:
			imports = true
		case token.LPAREN:
			group = imports
		case token.RPAREN:
			imports, group = false, false
		case token.SEMICOLON:
			if t.lit != "EOF" && !group {
				imports = false
			}
		}
		if t.tok == token.STRING || t.tok == token.CHAR {
			closed := t.fault == nil && len(t.lit) > 1 && t.lit[len(t.lit)-1] == t.lit[0]
			if !closed && t.off+len(t.lit) >= off {
				if imports && t.tok == token.STRING {
					return InImport
				}
				return InString
			}
		}
		if t.tok != token.SEMICOLON {
			last = t
		}
	}
	return InCode
}

// openComment says that src ends inside a comment; last is its last token.
func openComment(src string, last lexeme) bool {
	from := last.off + len(last.lit)
	if last.lit == "" {
		from = last.off + len(last.tok.String())
	}
	if last.tok == token.ILLEGAL && last.lit == "" {
		from = 0
	}
	if from > len(src) {
		return false
	}
	rest := src[from:]
	for {
		i := strings.IndexByte(rest, '/')
		if i < 0 || i+1 >= len(rest) {
			return false
		}
		switch rest[i+1] {
		case '/':
			j := strings.IndexByte(rest[i:], '\n')
			if j < 0 {
				return true
			}
			rest = rest[i+j:]
		case '*':
			j := strings.Index(rest[i+2:], "*/")
			if j < 0 {
				return true
			}
			rest = rest[i+2+j+2:]
		default:
			rest = rest[i+1:]
		}
	}
}

// Closers closes the brackets that are open at the end of src, innermost first.
func Closers(src string) string {
	var open []byte
	for _, t := range scan(src) {
		switch t.tok {
		case token.LPAREN:
			open = append(open, ')')
		case token.LBRACK:
			open = append(open, ']')
		case token.LBRACE:
			open = append(open, '}')
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	var b strings.Builder
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == '}' {
			b.WriteByte('\n')
		}
		b.WriteByte(open[i])
	}
	return b.String()
}

// Halves parts a cell's text into its declarations and its statements, each with the
// other blanked; inDecl tells in which of them offset at stands. A half with nothing in it is "".
func Halves(src string, at int) (decls, stmts string, inDecl bool) {
	if hasPackageClause(src) {
		return src, "", true
	}
	segs := segments(src)
	declared := append(slices.Clone(segs.imports), segs.decls...)
	slices.SortFunc(declared, func(a, b segment) int { return a.from - b.from })
	if len(declared) == 0 {
		return "", src, false
	}
	st := []byte(src)
	for _, s := range declared {
		blank(st, s.from, s.to)
		inDecl = inDecl || at >= s.from && at < s.to
	}
	decls = only(src, declared)
	if strings.TrimSpace(string(st)) == "" {
		return decls, "", inDecl
	}
	return decls, string(st), inDecl
}
