package compile_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// verify walks core text and returns one line for every form that is not in the list of
// forms that yaegi was shown to run exactly. What is listed here is the whole language of
// core text; anything else is a defect of the compiler, however innocent it looks.
func verify(text string) []string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "core", "package main;"+text, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	v := &verifier{fset: fset}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			v.variables(d)
		case *ast.FuncDecl:
			if d.Recv != nil || d.Type.TypeParams != nil {
				v.bad(d, "method or generic function")
			}
			v.signature(d.Type)
			v.function(d.Body, d.Type)
		}
	}
	return v.errs
}

type verifier struct {
	fset    *token.FileSet
	errs    []string
	labels  map[string]bool // of the function
	results int
}

func (v *verifier) bad(n ast.Node, format string, args ...any) {
	v.errs = append(v.errs, fmt.Sprintf("%s: %s", v.fset.Position(n.Pos()), fmt.Sprintf(format, args...)))
}

// variables: var x, y T and nothing else.
func (v *verifier) variables(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		v.bad(d, "declaration %s", d.Tok)
		return
	}
	for _, s := range d.Specs {
		vs := s.(*ast.ValueSpec)
		if vs.Type == nil || len(vs.Values) > 0 {
			v.bad(vs, "variable with a value or without a type")
			continue
		}
		v.typ(vs.Type)
	}
}

// signature: no named results (yaegi does not zero them), no variadic parameters.
func (v *verifier) signature(t *ast.FuncType) {
	for _, p := range t.Params.List {
		v.typ(p.Type)
	}
	if t.Results != nil {
		for _, r := range t.Results.List {
			if len(r.Names) > 0 {
				v.bad(r, "named result")
			}
			v.typ(r.Type)
		}
	}
}

func (v *verifier) typ(t ast.Expr) {
	switch t := t.(type) {
	case *ast.Ident:
	case *ast.SelectorExpr:
		if _, ok := t.X.(*ast.Ident); !ok {
			v.bad(t, "type %T", t.X)
		}
	case *ast.StarExpr:
		v.typ(t.X)
	case *ast.ArrayType:
		if t.Len != nil {
			if _, ok := t.Len.(*ast.BasicLit); !ok {
				v.bad(t, "array length")
			}
		}
		v.typ(t.Elt)
	case *ast.MapType:
		v.typ(t.Key)
		v.typ(t.Value)
	case *ast.ChanType:
		v.typ(t.Value)
	case *ast.FuncType:
		v.signature(t)
	case *ast.ParenExpr:
		v.typ(t.X)
	case *ast.StructType:
		if t.Fields.NumFields() > 0 {
			v.bad(t, "struct type with fields: they are native")
		}
	default:
		v.bad(t, "type %T", t)
	}
}

// function checks a body: its labels are used, its variables are declared before anything else.
func (v *verifier) function(body *ast.BlockStmt, t *ast.FuncType) {
	outer, outerResults := v.labels, v.results
	v.labels, v.results = map[string]bool{}, t.Results.NumFields()
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if n.Label != nil {
				v.labels[n.Label.Name] = true
			}
		}
		return true
	})
	v.block(body)
	v.labels, v.results = outer, outerResults
}

func (v *verifier) block(b *ast.BlockStmt) {
	for _, s := range b.List {
		v.stmt(s)
	}
}

func (v *verifier) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.DeclStmt:
		v.variables(s.Decl.(*ast.GenDecl))
	case *ast.LabeledStmt:
		// `L: ;`: two labels in a row crash yaegi, and `L: return` recurses for ever
		if _, ok := s.Stmt.(*ast.EmptyStmt); !ok {
			v.bad(s, "label on a %T", s.Stmt)
		}
		if !v.labels[s.Label.Name] {
			v.bad(s, "label %s is not used", s.Label.Name)
		}
	case *ast.BranchStmt:
		if s.Tok != token.GOTO {
			v.bad(s, "%s", s.Tok)
		}
	case *ast.ReturnStmt:
		if len(s.Results) == 0 && v.results > 0 {
			v.bad(s, "return without values")
		}
		for _, r := range s.Results {
			if f, ok := r.(*ast.FuncLit); ok { // a maker's literal
				v.signature(f.Type)
				v.function(f.Body, f.Type)
				continue
			}
			v.expr(r)
		}
	case *ast.ExprStmt:
		c, ok := s.X.(*ast.CallExpr)
		if !ok {
			v.bad(s, "statement %T", s.X)
			return
		}
		v.call(c)
	case *ast.AssignStmt:
		v.assign(s)
	case *ast.IfStmt:
		v.branch(s)
	case *ast.IncDecStmt: // of an int variable
		if _, ok := s.X.(*ast.Ident); !ok {
			v.bad(s, "%s of %T", s.Tok, s.X)
		}
	case *ast.EmptyStmt:
	default:
		v.bad(s, "statement %T", s)
	}
}

var operators = []token.Token{token.ASSIGN, token.ADD_ASSIGN, token.SUB_ASSIGN, token.MUL_ASSIGN, token.AND_ASSIGN, token.OR_ASSIGN, token.XOR_ASSIGN}

func (v *verifier) assign(s *ast.AssignStmt) {
	if !slices.Contains(operators, s.Tok) {
		v.bad(s, "assignment %s", s.Tok)
	}
	for _, l := range s.Lhs {
		switch l.(type) {
		case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
			v.expr(l)
		default:
			v.bad(l, "assignment to %T", l)
		}
	}
	if len(s.Lhs) != len(s.Rhs) && len(s.Rhs) != 1 || len(s.Lhs) > 1 && len(s.Rhs) != 1 {
		v.bad(s, "parallel assignment")
	}
	for _, r := range s.Rhs {
		v.expr(r)
	}
	if len(s.Lhs) == 2 {
		switch s.Rhs[0].(type) {
		case *ast.CallExpr, *ast.IndexExpr: // v, ok = m[k]
		default:
			v.bad(s, "two values of %T", s.Rhs[0])
		}
	}
}

// branch: no statement before the condition, and never a conversion as the condition: yaegi takes it for true.
func (v *verifier) branch(s *ast.IfStmt) {
	if s.Init != nil {
		v.bad(s, "statement in an if")
	}
	switch c := s.Cond.(type) {
	case *ast.CallExpr:
		if id, ok := c.Fun.(*ast.Ident); ok && (id.Name == "bool" || strings.HasPrefix(id.Name, "T")) {
			v.bad(c, "conversion as a condition")
		}
		if _, ok := c.Fun.(*ast.ParenExpr); ok {
			v.bad(c, "conversion as a condition")
		}
	case *ast.ParenExpr:
		v.bad(c, "condition in parentheses")
	}
	v.expr(s.Cond)
	v.block(s.Body)
	switch e := s.Else.(type) {
	case nil:
	case *ast.BlockStmt:
		v.block(e)
	case *ast.IfStmt:
		v.branch(e)
	}
}

var binary = []token.Token{token.ADD, token.SUB, token.MUL, token.QUO, token.REM, token.AND, token.OR, token.XOR, token.SHL, token.SHR, token.AND_NOT,
	token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ, token.LAND, token.LOR}

func (v *verifier) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Ident, *ast.BasicLit:
	case *ast.ParenExpr:
		v.expr(e.X)
	case *ast.SelectorExpr:
		v.expr(e.X)
	case *ast.StarExpr:
		v.expr(e.X)
	case *ast.BinaryExpr:
		if !slices.Contains(binary, e.Op) {
			v.bad(e, "operator %s", e.Op)
		}
		if e.Op == token.SHL || e.Op == token.SHR { // an untyped-looking count is rejected by yaegi
			switch y := e.Y.(type) {
			case *ast.BasicLit:
			case *ast.CallExpr:
				if id, ok := y.Fun.(*ast.Ident); !ok || id.Name != "uint64" {
					v.bad(y, "shift count")
				}
			default:
				v.bad(y, "shift count %T", y)
			}
			if _, ok := e.X.(*ast.BasicLit); ok {
				v.bad(e, "shift of a constant")
			}
		}
		v.expr(e.X)
		v.expr(e.Y)
	case *ast.UnaryExpr:
		switch e.Op {
		case token.NOT, token.SUB, token.XOR:
			v.expr(e.X)
		case token.AND:
			switch x := e.X.(type) {
			case *ast.Ident, *ast.SelectorExpr:
				v.expr(x)
			case *ast.IndexExpr:
				v.expr(x)
			default:
				v.bad(e, "address of %T", e.X)
			}
		default:
			v.bad(e, "operator %s", e.Op)
		}
	case *ast.IndexExpr:
		v.expr(e.X)
		v.expr(e.Index)
	case *ast.SliceExpr:
		v.expr(e.X)
		for _, x := range []ast.Expr{e.Low, e.High, e.Max} {
			if x != nil {
				v.expr(x)
			}
		}
		if lo, ok := e.Low.(*ast.BasicLit); ok {
			if hi, ok := e.High.(*ast.BasicLit); ok && len(lo.Value) >= len(hi.Value) {
				v.bad(e, "constant bounds that may be out of order")
			}
		}
	case *ast.CallExpr:
		v.call(e)
	case *ast.CompositeLit:
		switch t := e.Type.(type) {
		case *ast.ArrayType: // the list of a variadic call
			if t.Len != nil {
				v.bad(e, "array literal")
			}
			v.typ(t)
			for _, x := range e.Elts {
				if c, ok := x.(*ast.CompositeLit); ok {
					v.selectCase(c)
					continue
				}
				v.expr(x)
			}
		default:
			v.bad(e, "literal of %T", e.Type)
		}
	default:
		v.bad(e, "expression %T", e)
	}
}

// selectCase: guest.Case{Send: true, C: c, P: p}.
func (v *verifier) selectCase(c *ast.CompositeLit) {
	s, ok := c.Type.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "Case" {
		v.bad(c, "literal")
		return
	}
	for _, e := range c.Elts {
		v.expr(e.(*ast.KeyValueExpr).Value)
	}
}

func (v *verifier) call(c *ast.CallExpr) {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		if f.Name == "panic" { // only to end a function that guest.Throw has left
			if l, ok := c.Args[0].(*ast.BasicLit); !ok || l.Value != "0" {
				v.bad(c, "panic")
			}
			return
		}
		if f.Name == "make" || f.Name == "new" {
			v.typ(c.Args[0])
			for _, a := range c.Args[1:] {
				v.expr(a)
			}
			return
		}
		switch f.Name {
		case "min", "max", "clear", "recover", "print", "println", "close":
			v.bad(c, "builtin %s", f.Name)
		}
	case *ast.SelectorExpr:
		v.expr(f.X)
		if id, ok := f.X.(*ast.Ident); ok && id.Name == "guest" && f.Sel.Name == "Protect" {
			lit, ok := c.Args[0].(*ast.FuncLit)
			if !ok {
				v.bad(c, "guest.Protect of no literal")
				return
			}
			v.function(lit.Body, lit.Type)
			return
		}
	case *ast.ParenExpr: // a conversion
		v.typ(f.X)
	case *ast.ArrayType, *ast.MapType, *ast.ChanType:
		v.typ(f)
	default:
		v.bad(c, "call of %T", f)
	}
	for _, a := range c.Args {
		v.expr(a)
	}
}

func TestVerifierRejects(t *testing.T) {
	for _, text := range []string{
		"func f() (r int) { return 1 }",
		"func f(a ...int) { }",
		"func f() int { L: return 1; goto L }",
		"func f() { for { } }",
		"func f() { x := 1 }",
		"func f() { var x int = 1 }",
		"func f() { go f() }",
		"func f() { defer f() }",
		"func f() { v, w = w, v }",
		"func f() { v = <-c }",
		"func f() { v = i.(int) }",
		"func f() { if (a) { } }",
		"func f() { if bool(a) { } }",
		"func f() { v = func() {} }",
		"func f() { v = T{1} }",
		"func f() { p = &T{} }",
		"func f() { v = 1 << n }",
		"func f() { panic(v) }",
		"func f() { v = min(a, b) }",
		"func f() { L: ; }",
		"type T int",
	} {
		if verify(text) == nil {
			t.Errorf("no complaint about %s", text)
		}
	}
}
