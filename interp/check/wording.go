package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// The messages of go/types are nearly those of the compiler, which checks with a
// twin of it (cmd/compile/internal/types2). What differs is mended here:
// the words about labels and branches, which the compiler checks while parsing, and the
// places of some errors about calls.

// branchWords are messages about branch statements: what go/types says, what the compiler says.
var branchWords = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`^break not in for, switch, or select statement$`), "break is not in a loop, switch, or select"},
	{regexp.MustCompile(`^continue not in for statement$`), "continue is not in a loop"},
	{regexp.MustCompile(`^label (\S+) declared and not used$`), "label $1 defined and not used"},
	{regexp.MustCompile(`^label (\S+) already declared$`), "label $1 already defined"},
	{regexp.MustCompile(`^fallthrough statement out of place$`), "fallthrough statement out of place"},
	{regexp.MustCompile(`^cannot fallthrough final case in switch$`), "cannot fallthrough final case in switch"},
}

var (
	overDecl     = regexp.MustCompile(`^goto (\S+) jumps over variable declaration at line (\d+)$`)
	intoBlock    = regexp.MustCompile(`^goto (\S+) jumps into block$`)
	invalidLabel = regexp.MustCompile(`^invalid (break|continue) label (\S+)$`)
)

// place is a position as messages write it.
func (u *Unit) place(pos token.Pos) string { return u.p.diagnostic(u.c, pos, "").Position() }

// jumpedOver is the first variable declared between the goto whose label stands at pos and that label, and where.
func (u *Unit) jumpedOver(pos token.Pos, label string) (name string, at token.Pos) {
	u.inspect(func(n ast.Node) bool {
		var list []ast.Stmt
		switch b := n.(type) {
		case *ast.BlockStmt:
			list = b.List
		case *ast.CaseClause:
			list = b.Body
		case *ast.CommClause:
			list = b.Body
		}
		for _, st := range list {
			if st.Pos() < pos {
				continue
			}
			if l, ok := st.(*ast.LabeledStmt); ok && l.Label.Name == label {
				return false
			}
			switch x := st.(type) {
			case *ast.AssignStmt:
				if id, ok := x.Lhs[0].(*ast.Ident); ok && x.Tok == token.DEFINE {
					name, at = id.Name, x.TokPos
				}
			case *ast.DeclStmt:
				if g, ok := x.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR && len(g.Specs) > 0 {
					id := g.Specs[0].(*ast.ValueSpec).Names[0]
					name, at = id.Name, id.Pos()
				}
			}
		}
		return true
	})
	return
}

// blockOf is where the block begins that holds the label.
func (u *Unit) blockOf(label string) (at token.Pos) {
	u.inspect(func(n ast.Node) bool {
		if b, ok := n.(*ast.BlockStmt); ok {
			for _, st := range b.List {
				if l, ok := st.(*ast.LabeledStmt); ok && l.Label.Name == label {
					at = b.Lbrace
				}
			}
		}
		return true
	})
	return
}

// encloses says that the branch whose label stands at pos is inside of the statement with that label, in the same function.
func (u *Unit) encloses(pos token.Pos, label string) (found bool) {
	u.inspect(func(n ast.Node) bool {
		l, ok := n.(*ast.LabeledStmt)
		if !ok || l.Label.Name != label || pos < l.Stmt.Pos() || pos >= l.Stmt.End() {
			return true
		}
		found = true
		ast.Inspect(l.Stmt, func(n ast.Node) bool { // a function literal between them parts them
			if f, ok := n.(*ast.FuncLit); ok && f.Pos() <= pos && pos < f.End() {
				found = false
			}
			return true
		})
		return true
	})
	return
}

var notDeclared = regexp.MustCompile(`^label (\S+) not declared$`)

// word gives an error of go/types the compiler's words and place.
func (u *Unit) word(e types.Error) (token.Pos, string) {
	msg := e.Msg
	for _, b := range branchWords {
		if b.re.MatchString(msg) {
			return e.Pos, b.re.ReplaceAllString(msg, b.to)
		}
	}
	if m := overDecl.FindStringSubmatch(msg); m != nil {
		if name, at := u.jumpedOver(e.Pos, m[1]); name != "" {
			return e.Pos, fmt.Sprintf("goto %s jumps over declaration of %s at %s", m[1], name, u.place(at))
		}
	}
	if m := intoBlock.FindStringSubmatch(msg); m != nil {
		if at := u.blockOf(m[1]); at.IsValid() {
			return e.Pos, msg + " starting at " + u.place(at)
		}
	}
	if m := invalidLabel.FindStringSubmatch(msg); m != nil && !u.encloses(e.Pos, m[2]) {
		return e.Pos, m[1] + " label not defined: " + m[2]
	}
	if m := notDeclared.FindStringSubmatch(msg); m != nil {
		switch b := u.branchAt(e.Pos); {
		case b != nil && b.Tok == token.BREAK:
			return e.Pos, "break label not defined: " + m[1]
		case b != nil && b.Tok == token.CONTINUE:
			return e.Pos, "continue label not defined: " + m[1]
		}
		return e.Pos, "label " + m[1] + " not defined"
	}
	switch {
	case strings.HasPrefix(msg, "invalid operation: cannot send to "):
		pos := e.Pos
		u.inspect(func(n ast.Node) bool {
			if s, ok := n.(*ast.SendStmt); ok && s.Arrow == e.Pos {
				pos = s.Pos()
			}
			return true
		})
		return pos, msg
	case strings.HasPrefix(msg, "not enough arguments in call to "):
		if c := u.callAt(func(c *ast.CallExpr) bool { return c.Rparen == e.Pos }); c != nil {
			if n := len(c.Args); n > 0 {
				return c.Args[n-1].Pos(), msg
			}
			return c.Pos(), msg
		}
	case strings.HasPrefix(msg, "invalid operation: not enough arguments for ") || strings.HasPrefix(msg, "invalid operation: too many arguments for "):
		if c := u.callAt(func(c *ast.CallExpr) bool { return c.Pos() <= e.Pos && e.Pos <= c.Rparen }); c != nil {
			return c.Pos(), msg
		}
	case strings.Contains(msg, " does not satisfy ") || strings.HasPrefix(msg, "in call to ") && strings.Contains(msg, "cannot infer"):
		if c := u.callAt(func(c *ast.CallExpr) bool {
			return c.Fun.Pos() == e.Pos || c.Fun.End() == e.Pos+token.Pos(nameLen(c.Fun))
		}); c != nil {
			if _, ok := ast.Unparen(c.Fun).(*ast.IndexExpr); !ok {
				return c.Lparen, msg
			}
		}
	}
	return e.Pos, msg
}

func nameLen(e ast.Expr) int {
	switch x := e.(type) {
	case *ast.Ident:
		return len(x.Name)
	case *ast.SelectorExpr:
		return len(x.Sel.Name)
	}
	return -1
}

// callAt is the innermost call of the unit that ok accepts, nil if there is none.
func (u *Unit) callAt(ok func(*ast.CallExpr) bool) (found *ast.CallExpr) {
	u.inspect(func(n ast.Node) bool {
		if c, isCall := n.(*ast.CallExpr); isCall && ok(c) {
			found = c
		}
		return true
	})
	return
}

// branchAt is the branch statement whose label stands at pos.
func (u *Unit) branchAt(pos token.Pos) (found *ast.BranchStmt) {
	u.inspect(func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Label != nil && b.Label.Pos() == pos {
			found = b
		}
		return true
	})
	return
}

// inspect goes through all syntax of the unit.
func (u *Unit) inspect(f func(ast.Node) bool) {
	for _, d := range u.decls {
		ast.Inspect(d.node, f)
	}
	for _, d := range u.c.Vars {
		ast.Inspect(d, f)
	}
	for _, d := range u.c.Inits {
		ast.Inspect(d, f)
	}
	if u.body.decl != nil {
		ast.Inspect(u.body.decl, f)
	}
}

// other places a secondary line of a message: where the other declaration is.
func (u *Unit) other(e types.Error) string {
	d := u.p.diagnostic(u.c, e.Pos, "")
	return fmt.Sprintf("\n\t%s: %s", d.Position(), strings.TrimPrefix(e.Msg, "\t"))
}
