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

var notDeclared = regexp.MustCompile(`^label (\S+) not declared$`)

// word gives an error of go/types the compiler's words and place.
func (u *Unit) word(e types.Error) (token.Pos, string) {
	msg := e.Msg
	for _, b := range branchWords {
		if b.re.MatchString(msg) {
			return e.Pos, b.re.ReplaceAllString(msg, b.to)
		}
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
