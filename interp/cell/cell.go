// Package cell knows the text of cells and nothing of types: it parts a cell
// into magics and Go, and Go into imports, declarations and statements, keeps
// positions exact, says whether a cell is complete, and words syntax errors as
// the Go compiler does.
package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// Cell is the Go of one cell, parsed.
//
// A cell is one of three things: statements with declarations between them
// (Body is not nil), declarations only (initialised in dependency order, as a
// package is), or a whole program with a package clause or a func main.
type Cell struct {
	Number  int
	Text    string
	Imports []*ast.ImportSpec
	Decls   []ast.Decl     // functions, methods, types and constants, in order
	Vars    []*ast.GenDecl // package-level variables: of a program, or of a cell without statements
	Inits   []*ast.FuncDecl
	Main    *ast.FuncDecl // of a program, nil if it has none
	Program bool          // a whole program: with a package clause, or declarations only and func main
	Body    *ast.FuncDecl // the statements as a function

	files []file
	wrap  Wrap
}

// Wrap is Go that stands around a cell's statements without being part of its text: positions stay the user's.
type Wrap struct{ Before, After string }

// file is a text given to go/parser: the cell's, with something before it.
type file struct {
	tok  *token.File
	skip int // bytes before the cell's text
}

// Error is a syntax error of a cell.
type Error struct {
	Off int    // byte offset in the cell's text
	Msg string // as the compiler words it
	// AtEnd says that the text ends too early: typing on could mend it.
	AtEnd bool
}

func (e *Error) Error() string { return e.Msg }

// FileName is what positions call cell n.
func FileName(n int) string { return fmt.Sprintf("cell %d", n) }

// BodyName is the name of the function that holds a cell's statements.
const BodyName = "main"

// Parse parses the Go text of cell number n; its positions go into fset.
// The error is a *Error.
func Parse(fset *token.FileSet, n int, text string) (*Cell, error) {
	return ParseIn(fset, n, text, Wrap{})
}

// ParseIn is Parse with w around the statements, which are then all that the text may hold.
func ParseIn(fset *token.FileSet, n int, text string, w Wrap) (*Cell, error) {
	c := &Cell{Number: n, Text: text, wrap: w}
	clause := hasPackageClause(text) && w == Wrap{}
	var err error
	if clause {
		err = c.program(fset)
	} else {
		err = c.notebook(fset)
	}
	if err != nil {
		return nil, c.fault(err, clause)
	}
	return c, nil
}

// CheckSyntax is the first syntax error of Go text, nil if there is none.
func CheckSyntax(text string) *Error {
	if f := firstFault(text, hasPackageClause(text)); f != nil {
		return &Error{Off: min(f.off, len(text)), Msg: f.msg, AtEnd: f.atEnd}
	}
	return nil
}

// IsExpression is nil if text is one expression, and what is wrong otherwise.
func IsExpression(text string) *Error {
	if _, err := parser.ParseExpr(text); err == nil {
		return nil
	}
	if e := CheckSyntax(text); e != nil {
		return e
	}
	return &Error{Msg: "syntax error: not an expression"}
}

func hasPackageClause(text string) bool {
	var sc scanner.Scanner
	if !strings.Contains(text, "package") {
		return false
	}
	f := token.NewFileSet().AddFile("", -1, len(text))
	sc.Init(f, []byte(text), nil, 0)
	_, t, _ := sc.Scan()
	return t == token.PACKAGE
}

// fault words an error of go/parser as the compiler would.
func (c *Cell) fault(err error, file bool) *Error {
	if f := firstFault(c.Text, file); f != nil {
		return &Error{Off: min(f.off, len(c.Text)), Msg: f.msg, AtEnd: f.atEnd}
	}
	if l, ok := err.(scanner.ErrorList); ok && len(l) > 0 {
		msg := "syntax error: " + l[0].Msg
		if l[0].Msg == "expected at most 2 expressions" { // the compiler sees it when it checks types
			msg = "range clause permits at most two iteration variables"
		}
		return &Error{Off: c.lineCol(l[0].Pos.Line, l[0].Pos.Column), Msg: msg}
	}
	return &Error{Msg: "syntax error: " + err.Error()}
}

func (c *Cell) lineCol(line, col int) int {
	off := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(c.Text[off:], '\n')
		if i < 0 {
			return len(c.Text)
		}
		off += i + 1
	}
	return min(off+col-1, len(c.Text))
}

func (c *Cell) parse(fset *token.FileSet, before, text, after string) (*ast.File, error) {
	name := FileName(c.Number)
	var b strings.Builder
	b.WriteString(before)
	fmt.Fprintf(&b, "/*line %s:1:1*/", name)
	skip := b.Len()
	b.WriteString(text)
	b.WriteString(after)
	f, err := parser.ParseFile(fset, name, b.String(), parser.SkipObjectResolution|parser.ParseComments)
	if f != nil {
		if tf := fset.File(f.Pos()); tf != nil {
			c.files = append(c.files, file{tf, skip})
		}
	}
	return f, err
}

func (c *Cell) program(fset *token.FileSet) error {
	f, err := c.parse(fset, "", c.Text, "")
	if err != nil {
		return err
	}
	c.Program = true
	c.add(f)
	return nil
}

// notebook parses a cell without a package clause: its imports, its declarations and its
// statements as files of their own, each with the others blanked, so that they may stand in any order.
func (c *Cell) notebook(fset *token.FileSet) error {
	segs := segments(c.Text)
	if c.wrap != (Wrap{}) {
		segs = segmented{stmts: true}
	}
	if !segs.stmts { // declarations only: variables are declarations too
		segs.decls = append(segs.decls, segs.vars...)
		slices.SortFunc(segs.decls, func(a, b segment) int { return a.from - b.from })
	}
	rest := []byte(c.Text)
	for _, part := range [][]segment{segs.imports, segs.decls} {
		if len(part) == 0 {
			continue
		}
		f, err := c.parse(fset, "package main;", only(c.Text, part), "\n")
		if err != nil {
			return err
		}
		c.add(f)
		for _, g := range part {
			blank(rest, g.from, g.to)
			if g.to < len(rest) && rest[g.to] == ';' {
				rest[g.to] = ' '
			}
		}
	}
	if !segs.stmts {
		c.Program = c.Main != nil
		return nil
	}
	if c.Main != nil { // func main beside statements is an ordinary function
		c.Decls = append(c.Decls, c.Main)
		c.Main = nil
	}
	if strings.TrimSpace(string(rest)) == "" {
		return nil
	}
	f, err := c.parse(fset, "package main;func "+BodyName+"() {"+c.wrap.Before, string(rest), "\n"+c.wrap.After+"}\n")
	if err != nil {
		return err
	}
	if len(f.Decls) != 1 { // a stray brace has closed the function
		return fmt.Errorf("unexpected }")
	}
	c.Body = f.Decls[0].(*ast.FuncDecl)
	if len(c.Body.Body.List) == 0 {
		c.Body = nil
	}
	return nil
}

// only is text with everything outside of the segments blanked, but for the semicolon that parts two on one line.
func only(text string, segs []segment) string {
	b := []byte(text)
	at := 0
	for _, g := range segs {
		blank(b, at, g.from)
		at = g.to
	}
	blank(b, at, len(b))
	for _, g := range segs {
		if g.to < len(b) && text[g.to] == ';' {
			b[g.to] = ';'
		}
	}
	return string(b)
}

// add sorts the declarations of a parsed file.
func (c *Cell) add(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			switch {
			case d.Recv == nil && d.Name.Name == "init":
				c.Inits = append(c.Inits, d)
			case d.Recv == nil && d.Name.Name == "main" && d.Type.Params.NumFields() == 0 && d.Type.Results.NumFields() == 0 && d.Type.TypeParams == nil && d.Body != nil:
				c.Main = d
			default:
				c.Decls = append(c.Decls, d)
			}
		case *ast.GenDecl:
			switch d.Tok {
			case token.IMPORT:
				for _, s := range d.Specs {
					c.Imports = append(c.Imports, s.(*ast.ImportSpec))
				}
			case token.VAR:
				c.Vars = append(c.Vars, d)
			default:
				c.Decls = append(c.Decls, d)
			}
		}
	}
}

// Offset is where pos stands in the cell's text; false if it is not of this cell.
func (c *Cell) Offset(pos token.Pos) (int, bool) {
	for _, f := range c.files {
		if b := token.Pos(f.tok.Base()); pos >= b && int(pos-b) <= f.tok.Size() {
			return min(max(int(pos-b)-f.skip, 0), len(c.Text)), true
		}
	}
	return 0, false
}

// Pos is the position of offset off in the cell's statements (or in its
// declarations, if it has none), for tools that ask go/types by position.
func (c *Cell) Pos(off int) token.Pos {
	if len(c.files) == 0 {
		return token.NoPos
	}
	f := c.files[len(c.files)-1]
	return token.Pos(f.tok.Base() + f.skip + off)
}

// Slice is the cell's text between two positions.
func (c *Cell) Slice(from, to token.Pos) string {
	a, ok := c.Offset(from)
	b, ok2 := c.Offset(to)
	if !ok || !ok2 || a > b {
		return ""
	}
	return c.Text[a:b]
}

// Forget takes the cell's files out of fset: nothing will ask for its positions.
func (c *Cell) Forget(fset *token.FileSet) {
	for _, f := range c.files {
		fset.RemoveFile(f.tok)
	}
}

// segment is a declaration's stretch of text.
type segment struct{ from, to int }

// segmented is a cell's text in stretches: imports; functions, types and constants; variables. stmts tells
// whether there is anything else.
type segmented struct {
	imports, decls, vars []segment
	stmts                bool
}

// declared are the stretches that are not statements, in the order of the text; variables only where there are no statements.
func (s segmented) declared() []segment {
	all := append(slices.Clone(s.imports), s.decls...)
	if !s.stmts {
		all = append(all, s.vars...)
	}
	slices.SortFunc(all, func(a, b segment) int { return a.from - b.from })
	return all
}

// segments finds the declarations between the statements of a cell.
func segments(src string) (r segmented) {
	ts := scan(src)
	depth, from := 0, -1
	var kind token.Token
	start := true
	for i, t := range ts {
		if start && depth == 0 && from < 0 {
			switch t.tok {
			case token.IMPORT, token.TYPE, token.CONST, token.VAR:
				from, kind = t.off, t.tok
			case token.FUNC:
				if declares(ts, i) {
					from, kind = t.off, t.tok
				}
			}
			if from < 0 && t.tok != token.SEMICOLON && t.tok != token.EOF {
				r.stmts = true
			}
		}
		start = false
		switch t.tok {
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		case token.SEMICOLON, token.EOF:
			if depth > 0 && t.tok != token.EOF {
				continue
			}
			start, depth = true, 0
			if from < 0 {
				continue
			}
			s := segment{withComment(src, from), min(t.off, len(src))}
			switch kind {
			case token.IMPORT:
				r.imports = append(r.imports, s)
			case token.VAR:
				r.vars = append(r.vars, s)
			default:
				r.decls = append(r.decls, s)
			}
			from = -1
		}
	}
	return
}

// withComment is where the comment lines directly above offset from begin, from if there are none.
func withComment(src string, from int) int {
	for {
		line := strings.LastIndexByte(src[:from], '\n') // ends the line above
		if line < 0 || strings.TrimSpace(src[line+1:from]) != "" {
			return from
		}
		above := strings.LastIndexByte(src[:line], '\n') + 1
		if !strings.HasPrefix(strings.TrimLeft(src[above:line], " \t"), "//") {
			return from
		}
		from = above
	}
}
