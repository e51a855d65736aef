package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"sort"
	"strings"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

// Diagnostic is an error of the type checker.
type Diagnostic struct {
	Cell      int // whose text Line and Column are of
	Line, Col int // from 1; Col counts bytes, as the Go compiler's does
	Off, End  int // byte offsets in the cell's text of what is marked
	Msg       string
	Note      string // what else there is to say, "" for nothing
}

// Position is "cell 3:2:5".
func (d Diagnostic) Position() string {
	return fmt.Sprintf("%s:%d:%d", cell.FileName(d.Cell), d.Line, d.Col)
}

func (d Diagnostic) String() string { return d.Position() + ": " + d.Msg }

// diagnostic places msg at pos, which is of cell c or of an earlier one.
func (p *Program) diagnostic(c *cell.Cell, pos token.Pos, msg string) Diagnostic {
	if off, ok := c.Offset(pos); ok {
		return atOffset(c, off, msg)
	}
	q := p.fset.Position(pos)
	d := Diagnostic{Line: q.Line, Col: q.Column, Msg: msg, Off: -1}
	_, _ = fmt.Sscanf(q.Filename, "cell %d", &d.Cell) // a position without a cell stays 0
	return d
}

func atOffset(c *cell.Cell, off int, msg string) Diagnostic {
	return Diagnostic{Cell: c.Number, Line: 1 + strings.Count(c.Text[:off], "\n"), Col: off - strings.LastIndexByte(c.Text[:off], '\n'), Off: off, End: off + wordAt(c.Text[off:]), Msg: msg}
}

// wordAt is the length of the token that s begins with, to be marked.
func wordAt(s string) int {
	i := strings.IndexFunc(s, func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80)
	})
	switch {
	case i < 0:
		return len(s)
	case i == 0 && s != "" && s[0] != '\n':
		return 1
	}
	return i
}

// Syntax is the diagnostic of a syntax error.
func Syntax(number int, text string, err *cell.Error) Diagnostic {
	return atOffset(&cell.Cell{Number: number, Text: text}, err.Off, err.Msg)
}

// collect keeps the errors that are errors in a notebook too, in the order of the text.
func (u *Unit) collect(errs []types.Error, o Options) {
	p := u.p
	last := u.body.last()
	for i, e := range errs {
		unused := strings.HasPrefix(e.Msg, "declared and not used: ")
		if unused && !(o.Strict && u.strictly(e)) {
			continue
		}
		if strings.HasPrefix(e.Msg, "\t") && len(u.errs) > 0 && i > 0 { // belongs to the one before
			last := &u.errs[len(u.errs)-1]
			if strings.HasSuffix(last.Msg, " already defined") {
				last.Msg += " at " + u.place(e.Pos)
			} else {
				last.Msg += u.other(e)
			}
			continue
		}
		if last != nil && e.Pos >= last.Pos() && e.Pos < last.End() && strings.HasSuffix(e.Msg, "is not used") {
			continue
		}
		pos, msg := u.word(e)
		u.errs = append(u.errs, p.diagnostic(u.c, pos, renameHidden(msg)))
	}
	if u.lateErr != nil {
		u.errs = []Diagnostic{*u.lateErr}
	}
	u.errs = slices.DeleteFunc(u.errs, func(d Diagnostic) bool { // a branch that may not go there uses the label all the same
		label, unused := strings.CutSuffix(strings.TrimPrefix(d.Msg, "label "), " defined and not used")
		return unused && slices.ContainsFunc(u.errs, func(x Diagnostic) bool {
			return x.Msg == "invalid continue label "+label || x.Msg == "invalid break label "+label
		})
	})
	if o.Strict && !u.sigsOnly {
		u.unusedImports()
	}
	sort.SliceStable(u.errs, func(i, j int) bool {
		a, b := u.errs[i], u.errs[j]
		if (a.Cell == u.c.Number) != (b.Cell == u.c.Number) {
			return a.Cell == u.c.Number
		}
		if a.Cell != b.Cell {
			return a.Cell < b.Cell
		}
		return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
	})
	u.errs = slices.CompactFunc(u.errs, func(a, b Diagnostic) bool {
		return a.Cell == b.Cell && a.Line == b.Line && a.Col == b.Col && (a.Msg == b.Msg || strings.HasPrefix(b.Msg, "cannot use generic type "))
	})
}

// strictly says whether an unused variable counts in strict mode: what only functions of the
// same cell mention has been checked without their bodies.
func (u *Unit) strictly(e types.Error) bool {
	if off, ok := u.c.Offset(e.Pos); !ok || off >= len(u.c.Text) {
		return false // of an earlier cell
	}
	name := strings.TrimPrefix(e.Msg, "declared and not used: ")
	if !u.sigsOnly {
		return true
	}
	found := false
	for _, d := range u.own {
		ast.Inspect(d.node, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				found = true
			}
			return !found
		})
	}
	return !found
}

// unusedImports reports the cell's imports that it does not use.
func (u *Unit) unusedImports() {
	used := map[*types.Package]bool{}
	for id, o := range u.info.Uses {
		if pn, ok := o.(*types.PkgName); ok {
			used[pn.Imported()] = true
		} else if o.Pkg() != nil && slices.Contains(u.dots, o.Pkg()) && o.Parent() == o.Pkg().Scope() {
			used[o.Pkg()] = true
		}
		_ = id
	}
	for _, s := range u.c.Imports {
		if s.Name != nil && s.Name.Name == "_" {
			continue
		}
		path := strings.Trim(s.Path.Value, "\"`")
		pkg, err := u.p.im.Import(path)
		if err != nil || used[pkg] {
			continue
		}
		msg := fmt.Sprintf("%q imported and not used", path)
		name := pkg.Name()
		if s.Name != nil && s.Name.Name != "." {
			name = s.Name.Name
		}
		if elem := path[strings.LastIndexByte(path, '/')+1:]; name != elem {
			msg = fmt.Sprintf("%q imported as %s and not used", path, name)
		}
		u.errs = append(u.errs, u.p.diagnostic(u.c, s.Pos(), msg))
	}
}

var hidden = regexp.MustCompile(`(\w)·\d*`)

// renameHidden takes the marks of names made for the check alone out of a message.
func renameHidden(msg string) string {
	if !strings.Contains(msg, "·") {
		return msg
	}
	return hidden.ReplaceAllString(msg, "$1")
}

var undefined = regexp.MustCompile(`^undefined: (\w+)$`)

// explain adds to the unit's errors what the session knows about names that are missing.
func (u *Unit) explain() []Diagnostic {
	for i, e := range u.errs {
		m := undefined.FindStringSubmatch(e.Msg)
		if m == nil {
			continue
		}
		name := m[1]
		d := u.p.decls[name]
		switch {
		case d != nil && u.broken[d] != "" && d.broken == "":
			u.errs[i].Msg = fmt.Sprintf("%s of %s would not compile any more: %s", name, cell.FileName(d.cell), u.broken[d])
		case d != nil && d.lost:
			u.errs[i].Note = lostText(name, d, d.broken)
		case d != nil && d.broken != "":
			u.errs[i].Msg = fmt.Sprintf("%s of %s does not compile any more: %s", name, cell.FileName(d.cell), d.broken)
		default:
			u.errs[i].Note = u.whereabouts(name, e)
		}
	}
	return u.errs
}

// whereabouts says what became of an undefined name.
func (u *Unit) whereabouts(name string, e Diagnostic) string {
	if id := u.body.ident[name]; id != nil && e.Cell == u.c.Number {
		if off, ok := u.c.Offset(id.Pos()); ok && off > e.Off {
			return fmt.Sprintf("%s is declared later in this cell, on line %d", name, 1+strings.Count(u.c.Text[:off], "\n"))
		}
	}
	if g, ok := u.p.gone[name]; ok && g.cell != u.c.Number {
		return name + " " + fmt.Sprintf(g.why, g.cell)
	}
	if paths := symbols.PathsOf(name); len(paths) > 0 {
		return ""
	}
	if n := u.nearest(name); n != "" {
		return "did you mean " + n + "?"
	}
	return ""
}

// nearest is the known name that is spelt most like name, "" if none is near.
func (u *Unit) nearest(name string) string {
	best, at := 3, ""
	low := strings.ToLower(name)
	try := func(n string) {
		if d := len(n) - len(name); len(n) < 2 || len(name) < 2 || d > 2 || d < -2 || strings.Contains(n, "·") {
			return
		}
		l := strings.ToLower(n)
		if l[0] != low[0] && l[len(l)-1] != low[len(low)-1] { // a slip leaves the first or the last letter
			return
		}
		if d := Distance(l, low); d < best && d*3 <= len(name)+1 {
			best, at = d, n
		} else if d == best && at != "" && n < at {
			at = n
		}
	}
	if len(u.p.scope) < 1500 { // looking at more would be felt
		for n := range u.p.scope {
			try(n)
		}
	}
	for _, n := range types.Universe.Names() {
		try(n)
	}
	for n := range u.body.ident {
		try(n)
	}
	if at == name {
		return ""
	}
	return at
}

// Distance counts the single-letter edits (insert, delete, replace, swap of neighbours) between two words.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(y)]
}

// errIn is the first error inside n, "" if there is none.
func (u *Unit) errIn(n ast.Node) string {
	q, end := u.p.fset.Position(n.Pos()), u.p.fset.Position(n.End())
	for _, e := range u.errs {
		if fmt.Sprintf("cell %d", e.Cell) != q.Filename {
			continue
		}
		after := e.Line > q.Line || e.Line == q.Line && e.Col >= q.Column
		before := e.Line < end.Line || e.Line == end.Line && e.Col < end.Column
		if after && before {
			return e.String()
		}
	}
	return ""
}
