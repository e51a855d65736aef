package interp

import (
	"go/doc/comment"
	"strings"
)

// markdownDoc writes a Go doc comment as Markdown; links to names go to pkg.go.dev.
func markdownDoc(text, path string) string {
	var p comment.Parser
	p.LookupSym = func(_, _ string) bool { return true }
	d := p.Parse(text)
	pr := comment.Printer{HeadingLevel: 4, DocLinkURL: func(l *comment.DocLink) string {
		to := l.ImportPath
		if to == "" {
			to = path
		}
		name := l.Name
		if l.Recv != "" {
			name = l.Recv + "." + l.Name
		}
		return "https://pkg.go.dev/" + to + "#" + name
	}, HeadingID: func(*comment.Heading) string { return "" }}
	return strings.TrimSpace(string(pr.Markdown(d)))
}
