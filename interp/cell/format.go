package cell

import (
	"go/format"
	"strings"
)

// Format formats a cell's Go as gofmt does. Magics stay as they are.
func Format(src string) (string, *Error) {
	var b strings.Builder
	for _, p := range Split(src, nil) {
		if p.Kind != Go {
			line := src[p.Off:]
			if p.Kind != CellMagic {
				line, _, _ = strings.Cut(line, "\n")
			}
			b.WriteString(strings.TrimRight(line, "\n") + "\n")
			continue
		}
		if err := CheckSyntax(p.Text); err != nil {
			return "", err
		}
		text := p.Text[p.Off:]
		segs := segments(text)
		decls := segs.declared()
		if !segs.stmts && len(segs.imports) == 0 || len(decls) == 0 {
			b.WriteString(formatted(text))
			continue
		}
		at := 0
		for _, d := range decls { // statements and declarations cannot be formatted together
			b.WriteString(formatted(text[at:d.from]))
			b.WriteString(formatted(text[d.from:d.to]))
			at = d.to
		}
		b.WriteString(formatted(text[at:]))
	}
	return b.String(), nil
}

// formatted formats a fragment; blank lines before it are kept, one at most.
func formatted(text string) string {
	body := strings.TrimLeft(text, "; \t\r\n")
	if strings.TrimSpace(body) == "" {
		if strings.Count(text, "\n") > 1 {
			return "\n"
		}
		return ""
	}
	lead := ""
	if strings.Count(text[:len(text)-len(body)], "\n") > 1 {
		lead = "\n"
	}
	out, err := format.Source([]byte(strings.TrimRight(body, " \t\r\n")))
	if err != nil {
		return text
	}
	tail := "\n"
	if strings.Count(text[len(strings.TrimRight(text, " \t\r\n")):], "\n") > 1 {
		tail = "\n\n"
	}
	return lead + string(out) + tail
}
