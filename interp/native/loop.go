package native

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// Loops test the stop flag. In a loop of a few instructions the test would be felt, so such loops run in stretches of
// so many turns with one test for each: innermost loops without calls that count up to something that they do not change.
const stretch = 1024

// strip gives the text of a loop that runs in stretches, false for a loop that tests at every turn.
func (t *translator) strip(n ast.Stmt) (string, bool) {
	if t.labelled[n] {
		return "", false
	}
	switch n := n.(type) {
	case *ast.ForStmt:
		return t.stripFor(n)
	case *ast.RangeStmt:
		return t.stripRange(n)
	}
	return "", false
}

func (t *translator) stripFor(n *ast.ForStmt) (string, bool) {
	init, ok := n.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 {
		return "", false
	}
	id, ok := init.Lhs[0].(*ast.Ident)
	if !ok || !t.isInt(id) {
		return "", false
	}
	i := t.f.Info.Defs[id]
	cond, ok := n.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.LSS || !t.isVar(cond.X, i) || !t.steady(cond.Y) {
		return "", false
	}
	post, ok := n.Post.(*ast.IncDecStmt)
	if !ok || post.Tok != token.INC || !t.isVar(post.X, i) || !t.plain(n.Body, i, t.mentioned(cond.Y)) {
		return "", false
	}
	return t.stretches(n.Body, fmt.Sprintf("for %s; %s; {", t.text(n.Init), t.text(n.Cond)), id.Name, t.text(cond.Y)), true
}

func (t *translator) stripRange(n *ast.RangeStmt) (string, bool) {
	if n.Tok == token.ASSIGN {
		return "", false
	}
	key, value := rangeVar(n.Key), rangeVar(n.Value)
	k := t.number()
	switch u := under(t.f.Info.TypeOf(n.X)).(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger == 0 {
			return "", false
		}
		var i types.Object
		typ := "int"
		if key != nil {
			i = t.f.Info.Defs[key]
			typ = t.typeText(i.Type())
		} else if u.Info()&types.IsUntyped == 0 {
			typ = t.typeText(t.f.Info.TypeOf(n.X))
		}
		if typ != "int" && typ != "int64" || !t.plain(n.Body, i, nil) {
			return "", false
		}
		name := fmt.Sprintf("gkN%d", k)
		if key != nil {
			name = key.Name
		}
		head := fmt.Sprintf("for %s, gkM%d := %s(0), %s(%s); %s < gkM%d; {", name, k, typ, typ, t.text(n.X), name, k)
		return t.stretches(n.Body, head, name, fmt.Sprintf("gkM%d", k)), true
	case *types.Slice:
		if !t.plain(n.Body, nil, nil) {
			return "", false
		}
		inner, first := fmt.Sprintf("gkJ%d", k), ""
		if key != nil {
			first = fmt.Sprintf("%s := gkB%d + gkJ%d; _ = %s; ", key.Name, k, k, key.Name)
		} else if inner = "_"; value == nil {
			inner = ""
		}
		switch {
		case value != nil:
			inner = fmt.Sprintf("%s, %s := ", inner, value.Name)
		case inner != "":
			inner += " := "
		}
		label, body := t.stripBody(n.Body)
		return fmt.Sprintf("%sfor gkB%d, gkR%d := 0, %s; gkB%d < len(gkR%d); gkB%d += %d { %sfor %srange gkR%d[gkB%d:gkMin(gkB%d+%d, len(gkR%d))] { %s%s}}",
			label, k, k, t.text(n.X), k, k, k, stretch, stopTest, inner, k, k, k, stretch, k, first, body), true
	}
	return "", false
}

// stretches is a counting loop with the head of the outer one, the variable that counts and its bound.
func (t *translator) stretches(b *ast.BlockStmt, head, i, bound string) string {
	k := t.number()
	label, body := t.stripBody(b)
	return fmt.Sprintf("%s%s %sgkE%d := %s; if gkE%d-%s > %d { gkE%d = %s + %d }; for ; %s < gkE%d; %s++ { %s}}",
		label, head, stopTest, k, bound, k, i, stretch, k, i, stretch, i, k, i, body)
}

// stripBody is the text of a loop's body up to its brace; a break of it ends the outer loop, whose label is needed then.
func (t *translator) stripBody(b *ast.BlockStmt) (label, text string) {
	name := fmt.Sprintf("gkL%d", t.number())
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SwitchStmt, *ast.TypeSwitchStmt:
			return false // a break there is the switch's
		case *ast.BranchStmt:
			if n.Tok == token.BREAK {
				t.breaks[n] = name
				label = name + ": "
			}
		}
		return true
	})
	return label, t.span(b, b.Lbrace+1, b.Rbrace)
}

// number is one that no other name of the declaration has.
func (t *translator) number() int {
	t.numbers++
	return t.numbers
}

func rangeVar(e ast.Expr) *ast.Ident {
	id, ok := e.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	return id
}

func (t *translator) isVar(e ast.Expr, o types.Object) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && o != nil && t.f.Info.Uses[id] == o
}

func (t *translator) isInt(id *ast.Ident) bool {
	o := t.f.Info.Defs[id]
	return o != nil && (types.Identical(o.Type(), types.Typ[types.Int]) || types.Identical(o.Type(), types.Typ[types.Int64]))
}

// steady tells whether a bound is a constant, a local variable, or the length of one, that no literal and no
// pointer can change.
func (t *translator) steady(e ast.Expr) bool {
	e = ast.Unparen(e)
	if t.f.Info.Types[e].Value != nil {
		return true
	}
	if c, ok := e.(*ast.CallExpr); ok && len(c.Args) == 1 {
		if id, ok := ast.Unparen(c.Fun).(*ast.Ident); !ok || id.Name != "len" || !t.f.Info.Types[c.Fun].IsBuiltin() {
			return false
		}
		e = ast.Unparen(c.Args[0])
		if _, ok := under(t.f.Info.TypeOf(e)).(*types.Map); ok {
			return false
		}
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	o, ok := t.f.Info.Uses[id].(*types.Var)
	if !ok || o.Parent() == t.session.Scope() {
		return false
	}
	free := true
	ast.Inspect(t.f.Node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			if n.Op == token.AND && t.isVar(n.X, o) {
				free = false
			}
		case *ast.FuncLit:
			ast.Inspect(n, func(m ast.Node) bool {
				if id, ok := m.(*ast.Ident); ok && t.f.Info.Uses[id] == o {
					free = false
				}
				return free
			})
		}
		return free
	})
	return free
}

// mentioned is the variable of a steady bound, nil for a constant.
func (t *translator) mentioned(e ast.Expr) (o types.Object) {
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := t.f.Info.Uses[id].(*types.Var); ok {
				o = v
			}
		}
		return true
	})
	return o
}

// plain tells whether a body has nothing that takes long, and changes neither of two variables.
func (t *translator) plain(b *ast.BlockStmt, vars ...types.Object) bool {
	ok := true
	changed := func(e ast.Expr) {
		for _, o := range vars {
			if t.isVar(e, o) {
				ok = false
			}
		}
	}
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt, *ast.LabeledStmt:
			ok = false
		case *ast.BranchStmt:
			ok = ok && n.Label == nil && n.Tok != token.GOTO
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				ok = false
			} else if n.Op == token.AND {
				changed(n.X)
			}
		case *ast.CallExpr:
			if tv := t.f.Info.Types[n.Fun]; !tv.IsType() && !tv.IsBuiltin() {
				ok = false
			} else if id, is := ast.Unparen(n.Fun).(*ast.Ident); is && tv.IsBuiltin() && strings.Contains(" close print println ", " "+id.Name+" ") {
				ok = false
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				changed(l)
			}
		case *ast.IncDecStmt:
			changed(n.X)
		}
		return ok
	})
	return ok
}

// short tells whether a plain loop ends so soon that it need not test the flag.
func (t *translator) short(n ast.Stmt) bool {
	r, ok := n.(*ast.RangeStmt)
	if !ok {
		return false
	}
	small := func(n int64) bool { return n <= stretch }
	if v := t.f.Info.Types[r.X].Value; v != nil && v.Kind() == constant.Int {
		k, exact := constant.Int64Val(v)
		return exact && small(k) && t.plain(r.Body)
	}
	if a, ok := under(t.f.Info.TypeOf(r.X)).(*types.Array); ok {
		return small(a.Len()) && t.plain(r.Body)
	}
	return false
}
