package check

import (
	"go/ast"
	"go/constant"
	"go/types"
)

func intConst(n int) types.TypeAndValue {
	return types.TypeAndValue{Type: types.Typ[types.Int], Value: constant.MakeInt64(int64(n))}
}

// Constant gives the value of a cell that is nothing but a constant expression of a basic type.
func (u *Unit) Constant() (constant.Value, types.Type, bool) {
	e := u.body.last()
	if e == nil || len(u.body.decl.Body.List) != 1 || len(u.decls) > 0 {
		return nil, nil, false
	}
	tv := u.info.Types[e]
	b, ok := tv.Type.(*types.Basic)
	if !ok || tv.Value == nil {
		return nil, nil, false
	}
	return tv.Value, b, true
}

// Variable gives the variable whose value a cell is, if it is nothing but its name.
func (u *Unit) Variable() (*types.Var, bool) {
	e := u.body.last()
	if e == nil || len(u.body.decl.Body.List) != 1 || len(u.decls) > 0 || !u.body.value {
		return nil, false
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil, false
	}
	v, ok := u.info.Uses[id].(*types.Var)
	return v, ok && v.Pkg() == u.p.pkg
}

// isCellVar says that v is a variable that the cell declares.
func (u *Unit) isCellVar(v *types.Var) bool { return u.locals[v.Name()] == v }

// isGlobal says that v was a session variable once; its slot is still there.
func (p *Program) isGlobal(v *types.Var) bool { return p.lost[v.Name()] == v || p.slots[v] }

// prepareFinal decides what the cell's variables will be in the session. `x := e` of an existing x of the same
// type is the same variable: functions, pointers and goroutines see the new value. With another type it is a new one.
func (u *Unit) prepareFinal() {
	p := u.p
	u.final = map[string]*types.Var{}
	for _, v := range u.body.vars {
		l := u.locals[v]
		if l == nil {
			continue
		}
		old, _ := p.scope[v].(*types.Var)
		if old == nil {
			old = p.lost[v]
		}
		switch {
		case old == l:
			u.final[v] = l
		case old != nil && types.Identical(old.Type(), l.Type()):
			u.Share[l] = old
			u.final[v] = old
		case l.Parent() == p.pkg.Scope() || u.extra[v] == l:
			u.final[v] = l
		default:
			x := types.NewVar(l.Pos(), p.pkg, v, l.Type())
			u.Share[x] = l
			u.final[v] = x
		}
		p.slots[u.final[v]] = true
	}
}
