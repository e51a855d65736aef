package cell

import (
	"go/token"
	"strings"
)

// Completeness says whether code can run as it stands: "complete",
// "incomplete" with the indent for the next line, or "invalid".
func Completeness(code string) (status, indent string) {
	for _, p := range Split(code, func(string) bool { return false }) {
		if p.Kind == CellMagic { // its body ends with an empty line, as in IPython
			if p.Body == "" || !strings.HasSuffix(p.Body, "\n\n") && !strings.HasSuffix(p.Body, "\n") {
				return "incomplete", ""
			}
			return "complete", ""
		}
		if p.Kind != Go {
			continue
		}
		f := firstFault(p.Text, hasPackageClause(p.Text))
		switch {
		case f == nil:
		case f.atEnd:
			return "incomplete", Indent(p.Text)
		default:
			return "invalid", ""
		}
	}
	return "complete", ""
}

// Indent is one tab for each bracket of src that is open at its end: as gofmt
// indents, also below a case clause (the brace of a switch adds nothing else).
func Indent(src string) string {
	depth := 0
	for _, t := range scan(src) {
		switch t.tok {
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth = max(depth-1, 0)
		}
	}
	return strings.Repeat("\t", min(depth, 40))
}
