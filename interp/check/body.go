package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"gokernel/interp/cell"
)

// body is the statements of a cell, or what initialises the variables of a cell
// that has none, and the variables that they declare at the top level.
type body struct {
	decl  *ast.FuncDecl
	vars  []string
	ident map[string]*ast.Ident // where each is declared
	at    map[string]int        // the value of the hidden counter when its declaration is complete
	value bool                  // the last expression is shown

	stmts   bool // declared by statements, not at package level
	flipped bool
	renamed map[string]types.Object // older variables that the statements mention besides a new one of that name
}

// newBody finds the variables that a cell declares. After each statement that
// declares, an assignment to a hidden variable is put in: after a panic it
// tells which variables exist.
func newBody(p *Program, c *cell.Cell) *body {
	b := &body{ident: map[string]*ast.Ident{}, at: map[string]int{}, value: true, renamed: map[string]types.Object{}}
	if c.Body == nil {
		for _, g := range c.Vars {
			zeroValues(g)
			for _, s := range g.Specs {
				for _, id := range s.(*ast.ValueSpec).Names {
					b.declare(id, 0)
				}
			}
		}
		return b
	}
	b.decl, b.stmts = c.Body, true
	b.decl.Name.Name = bodyName
	var out []ast.Stmt
	k := 0
	for _, st := range b.decl.Body.List {
		k++
		n := len(b.vars)
		in := st
		if l, ok := in.(*ast.LabeledStmt); ok {
			in = l.Stmt
		}
		switch x := in.(type) {
		case *ast.AssignStmt:
			if x.Tok == token.DEFINE {
				for _, l := range x.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						b.declare(id, k)
					}
				}
			}
		case *ast.DeclStmt:
			if g, ok := x.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
				zeroValues(g)
				for _, s := range g.Specs {
					for _, id := range s.(*ast.ValueSpec).Names {
						b.declare(id, k)
					}
				}
			}
		}
		out = append(out, st)
		if len(b.vars) > n {
			out = append(out, mark(st.End(), k))
		}
	}
	b.decl.Body.List = out
	return b
}

// bodyName is the name of the function of statements while it is checked: one that no cell can mention.
const bodyName = "main·"

func mark(pos token.Pos, k int) ast.Stmt {
	return &ast.AssignStmt{
		Lhs: []ast.Expr{&ast.Ident{NamePos: pos, Name: reachedName}}, TokPos: pos, Tok: token.ASSIGN,
		Rhs: []ast.Expr{&ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: fmt.Sprint(k)}},
	}
}

// newBodyNames are the variables that a cell declares, for a cell that is not checked any further.
func newBodyNames(c *cell.Cell) (names []string) {
	for _, g := range c.Vars {
		for _, s := range g.Specs {
			for _, id := range s.(*ast.ValueSpec).Names {
				names = append(names, id.Name)
			}
		}
	}
	if c.Body == nil {
		return
	}
	for _, st := range c.Body.Body.List {
		switch x := st.(type) {
		case *ast.AssignStmt:
			if x.Tok == token.DEFINE {
				for _, l := range x.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						names = append(names, id.Name)
					}
				}
			}
		case *ast.DeclStmt:
			if g, ok := x.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, s := range g.Specs {
					for _, id := range s.(*ast.ValueSpec).Names {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return
}

func (b *body) declare(id *ast.Ident, k int) {
	if id.Name == "_" || b.ident[id.Name] != nil {
		return
	}
	b.vars = append(b.vars, id.Name)
	b.ident[id.Name] = id
	b.at[id.Name] = k
}

// inStatements says that the variables are local ones to the first check.
func (b *body) inStatements() bool { return b.stmts && len(b.vars) > 0 }

// zeroValues writes `var x T` as `var x T = *new(T)`: the variable may live in an old slot.
func zeroValues(g *ast.GenDecl) {
	for _, s := range g.Specs {
		v := s.(*ast.ValueSpec)
		if len(v.Values) > 0 || v.Type == nil {
			continue
		}
		at := v.Type.Pos()
		for range v.Names {
			call := &ast.CallExpr{Fun: &ast.Ident{NamePos: at, Name: "new"}, Lparen: at, Args: []ast.Expr{v.Type}, Rparen: v.Type.End() - 1}
			v.Values = append(v.Values, &ast.StarExpr{Star: at, X: call})
		}
	}
}

// flip turns the top-level x := e and var x = e into x = e: the variables are the session's.
func (b *body) flip() {
	if b.flipped || !b.stmts {
		return
	}
	b.flipped = true
	var out []ast.Stmt
	for _, st := range b.decl.Body.List {
		in := st
		label, _ := st.(*ast.LabeledStmt)
		if label != nil {
			in = label.Stmt
		}
		switch x := in.(type) {
		case *ast.AssignStmt:
			if x.Tok == token.DEFINE {
				x.Tok = token.ASSIGN
			}
		case *ast.DeclStmt:
			for i, s := range x.Decl.(*ast.GenDecl).Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok {
					continue
				}
				a := &ast.AssignStmt{TokPos: v.Pos(), Tok: token.ASSIGN, Rhs: v.Values}
				for _, n := range v.Names {
					a.Lhs = append(a.Lhs, n)
				}
				if label != nil && i == 0 {
					label.Stmt = a
					out = append(out, label)
				} else {
					out = append(out, a)
				}
			}
			continue
		}
		out = append(out, st)
	}
	b.decl.Body.List = out
}

// rename gives older variables of the same name and another type a name of their own in the
// statements: in `x := fmt.Sprint(x)` the second x is not the first one.
func (b *body) rename(u *Unit) {
	if !b.stmts {
		return
	}
	ast.Inspect(b.decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || b.ident[id.Name] == nil {
			return true
		}
		old := u.info.Uses[id]
		if old != nil && old == u.p.scope[id.Name] && u.locals[id.Name] != nil && !types.Identical(old.Type(), u.locals[id.Name].Type()) {
			id.Name += "·"
			b.renamed[id.Name] = old
		}
		return true
	})
}

// last is the expression whose value the cell has, nil for none.
func (b *body) last() ast.Expr {
	if b.decl == nil || len(b.decl.Body.List) == 0 {
		return nil
	}
	if x, ok := b.decl.Body.List[len(b.decl.Body.List)-1].(*ast.ExprStmt); ok {
		return x.X
	}
	return nil
}

// mentionsVars says that a declaration of the cell mentions a variable that its statements declare:
// then two checks are needed, since the variables' types must be known before function bodies are checked.
func (u *Unit) mentionsVars() bool {
	found := false
	for _, d := range u.own {
		ast.Inspect(d.node, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && u.body.ident[id.Name] != nil {
				found = true
			}
			return !found
		})
	}
	return found
}

// declareKnown declares a variable for the second check, with the type that the first has found.
func (u *Unit) declareKnown(v string, t types.Type, mine map[types.Object]bool) {
	if e, ok := u.typeExpr(t, mine); ok { // it mentions types that this check declares anew
		id := &ast.Ident{NamePos: u.body.ident[v].Pos(), Name: v}
		u.vspec[v] = id
		u.vars = append(u.vars, &ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{&ast.ValueSpec{Names: []*ast.Ident{id}, Type: e}}})
		return
	}
	if o, ok := u.p.scope[v].(*types.Var); ok && types.Identical(o.Type(), t) {
		u.locals[v] = o
	} else {
		u.locals[v] = types.NewVar(u.body.ident[v].Pos(), u.p.pkg, v, t)
	}
	u.extra[v] = u.locals[v]
}

// varChanged says that the session knows v with another type, or as something else.
func (p *Program) varChanged(v string, t types.Type) bool {
	o := p.scope[v]
	if o == nil {
		return false
	}
	if _, ok := o.(*types.Var); !ok {
		return true
	}
	return !types.Identical(o.Type(), t)
}

// prepareInits makes init functions ordinary ones that the cell's body calls.
func prepareInits(p *Program, c *cell.Cell) *Diagnostic {
	for i, f := range c.Inits {
		at := func(pos token.Pos, msg string) *Diagnostic {
			d := p.diagnostic(c, pos, msg)
			return &d
		}
		switch {
		case f.Type.TypeParams != nil:
			return at(f.Type.TypeParams.Pos(), "func init must have no type parameters")
		case f.Type.Params.NumFields() > 0 || f.Type.Results.NumFields() > 0:
			return at(f.Name.Pos(), "func init must have no arguments and no return values")
		case f.Body == nil:
			return at(f.Name.Pos(), "func init must have a body")
		}
		f.Name.Name = fmt.Sprintf("init·%d", i)
	}
	return nil
}

// missingBody reports a function without a body: go/types takes it for one written in assembly.
func (p *Program) missingBody(c *cell.Cell) *Diagnostic {
	for _, d := range c.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body != nil {
			continue
		}
		if e := cell.CheckSyntax(c.Text); e != nil { // its brace stands on the next line
			d := Syntax(c.Number, c.Text, e)
			return &d
		}
		d := p.diagnostic(c, f.Name.Pos(), "missing function body")
		return &d
	}
	return nil
}
