package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// typeExpr writes type t as syntax if it mentions a type that the cell itself declares (one
// of mine): the types of the first check are not those of the second. Parts that mention
// none get a hidden name in the scope.
func (u *Unit) typeExpr(t types.Type, mine map[types.Object]bool) (ast.Expr, bool) {
	if !mentionsAny(t, mine) {
		return nil, false
	}
	return u.typeSyntax(t, mine), true
}

func mentionsAny(t types.Type, objs map[types.Object]bool) bool {
	for o := range objs {
		if mentionsType(t, o, map[types.Type]bool{}) {
			return true
		}
	}
	return false
}

func (u *Unit) typeSyntax(t types.Type, mine map[types.Object]bool) ast.Expr {
	if !mentionsAny(t, mine) {
		n := fmt.Sprintf("type·%d", len(u.extra))
		u.extra[n] = types.NewTypeName(0, u.p.pkg, n, t)
		return &ast.Ident{Name: n}
	}
	rec := func(t types.Type) ast.Expr { return u.typeSyntax(t, mine) }
	fields := func(tt *types.Tuple, variadic bool) *ast.FieldList {
		l := &ast.FieldList{}
		for i := range tt.Len() {
			e := rec(tt.At(i).Type())
			if variadic && i == tt.Len()-1 {
				e = &ast.Ellipsis{Elt: rec(tt.At(i).Type().(*types.Slice).Elem())}
			}
			l.List = append(l.List, &ast.Field{Type: e})
		}
		return l
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		id := &ast.Ident{Name: t.Obj().Name()}
		if !mine[t.Obj()] { // only its arguments are the cell's
			if t.Obj().Pkg() != u.p.pkg {
				return u.foreignInstance(t, mine)
			}
		}
		switch n := t.TypeArgs().Len(); {
		case n == 1:
			return &ast.IndexExpr{X: id, Index: rec(t.TypeArgs().At(0))}
		case n > 1:
			x := &ast.IndexListExpr{X: id}
			for i := range n {
				x.Indices = append(x.Indices, rec(t.TypeArgs().At(i)))
			}
			return x
		}
		return id
	case *types.Pointer:
		return &ast.StarExpr{X: rec(t.Elem())}
	case *types.Slice:
		return &ast.ArrayType{Elt: rec(t.Elem())}
	case *types.Array:
		return &ast.ArrayType{Len: &ast.BasicLit{Kind: token.INT, Value: fmt.Sprint(t.Len())}, Elt: rec(t.Elem())}
	case *types.Map:
		return &ast.MapType{Key: rec(t.Key()), Value: rec(t.Elem())}
	case *types.Chan:
		dir := map[types.ChanDir]ast.ChanDir{types.SendRecv: ast.SEND | ast.RECV, types.SendOnly: ast.SEND, types.RecvOnly: ast.RECV}
		return &ast.ChanType{Dir: dir[t.Dir()], Value: &ast.ParenExpr{X: rec(t.Elem())}}
	case *types.Signature:
		return &ast.FuncType{Params: fields(t.Params(), t.Variadic()), Results: fields(t.Results(), false)}
	case *types.Struct:
		l := &ast.FieldList{}
		for i := range t.NumFields() {
			f := &ast.Field{Type: rec(t.Field(i).Type())}
			if !t.Field(i).Embedded() {
				f.Names = []*ast.Ident{{Name: t.Field(i).Name()}}
			}
			if t.Tag(i) != "" {
				f.Tag = &ast.BasicLit{Kind: token.STRING, Value: fmt.Sprintf("%q", t.Tag(i))}
			}
			l.List = append(l.List, f)
		}
		return &ast.StructType{Fields: l}
	case *types.Interface:
		l := &ast.FieldList{}
		for i := range t.NumMethods() {
			m := t.Method(i)
			l.List = append(l.List, &ast.Field{Names: []*ast.Ident{{Name: m.Name()}}, Type: rec(m.Type())})
		}
		return &ast.InterfaceType{Methods: l}
	}
	return &ast.Ident{Name: "_"}
}

// foreignInstance writes an instance of another package's generic type.
func (u *Unit) foreignInstance(t *types.Named, mine map[types.Object]bool) ast.Expr {
	n := fmt.Sprintf("pkg·%d", len(u.extra))
	u.extra[n] = types.NewPkgName(0, u.p.pkg, n, t.Obj().Pkg())
	sel := &ast.SelectorExpr{X: &ast.Ident{Name: n}, Sel: &ast.Ident{Name: t.Obj().Name()}}
	if t.TypeArgs().Len() == 1 {
		return &ast.IndexExpr{X: sel, Index: u.typeSyntax(t.TypeArgs().At(0), mine)}
	}
	x := &ast.IndexListExpr{X: sel}
	for i := range t.TypeArgs().Len() {
		x.Indices = append(x.Indices, u.typeSyntax(t.TypeArgs().At(i), mine))
	}
	return x
}

// mentionsType says that o's type is part of t.
func mentionsType(t types.Type, o types.Object, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	any := func(ts ...types.Type) bool {
		for _, x := range ts {
			if mentionsType(x, o, seen) {
				return true
			}
		}
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj() == o {
			return true
		}
		for i := range t.TypeArgs().Len() {
			if any(t.TypeArgs().At(i)) {
				return true
			}
		}
	case *types.Pointer:
		return any(t.Elem())
	case *types.Slice:
		return any(t.Elem())
	case *types.Array:
		return any(t.Elem())
	case *types.Chan:
		return any(t.Elem())
	case *types.Map:
		return any(t.Key(), t.Elem())
	case *types.Signature:
		for v := range t.Params().Variables() {
			if any(v.Type()) {
				return true
			}
		}
		for v := range t.Results().Variables() {
			if any(v.Type()) {
				return true
			}
		}
	case *types.Struct:
		for i := range t.NumFields() {
			if any(t.Field(i).Type()) {
				return true
			}
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			if any(t.Method(i).Type()) {
				return true
			}
		}
	}
	return false
}
