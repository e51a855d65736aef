package check

import (
	"go/ast"
	"go/types"
	"reflect"
)

// addLate gives types of earlier cells their new methods before bodies are
// checked: the methods' signatures are checked as functions with the receiver
// as first parameter, then the method is added to the named type, or the method object of that
// name gets the new signature. Values keep their type; old variables and boxed values have the method.
func (u *Unit) addLate(late []*decl, declared map[string]bool) {
	p := u.p
	f := &ast.File{Name: &ast.Ident{Name: "main"}}
	for _, d := range u.decls { // the signatures may mention the cell's types and constants
		if !d.kind.function() {
			f.Decls = append(f.Decls, d.node)
		}
	}
	for _, d := range late {
		g := *u.fnode[d]
		g.Body = nil
		f.Decls = append(f.Decls, &g)
	}
	info, errs := p.types(u, []*ast.File{f}, declared)
	if len(errs) > 0 {
		return // the check of the whole reports it
	}
	for _, d := range late {
		fn, ok := info.Defs[u.fnode[d].Name].(*types.Func)
		if !ok {
			continue
		}
		sig := fn.Type().(*types.Signature)
		recv := sig.Params().At(0)
		named := namedOf(recv.Type())
		name := d.node.(*ast.FuncDecl).Name
		if named == nil || named.Obj().Pkg() != p.pkg {
			base := recv.Type()
			if ptr, ok := types.Unalias(base).(*types.Pointer); ok {
				base = ptr.Elem()
			}
			e := p.diagnostic(u.c, recv.Pos(), "cannot define new methods on non-local type "+types.TypeString(base, p.qualify))
			u.lateErr = &e
			continue
		}
		switch under := named.Underlying().(type) {
		case *types.Pointer, *types.Interface:
			e := p.diagnostic(u.c, recv.Pos(), "invalid receiver type "+types.TypeString(named, p.qualify)+" (pointer or interface type)")
			u.lateErr = &e
			continue
		case *types.Struct:
			for i := range under.NumFields() {
				if under.Field(i).Name() == name.Name {
					e := p.diagnostic(u.c, name.Pos(), "field and method with the same name "+name.Name)
					u.lateErr = &e
				}
			}
		}
		var params []*types.Var
		for i := 1; i < sig.Params().Len(); i++ {
			params = append(params, sig.Params().At(i))
		}
		receiver := types.NewParam(recv.Pos(), p.pkg, recv.Name(), recv.Type())
		m := types.NewFunc(fn.Pos(), p.pkg, name.Name, types.NewSignatureType(receiver, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()))
		u.mobj[d] = u.setMethod(named, m)
	}
}

// setMethod adds m to named, or gives the method of that name m's signature; rollback undoes it.
func (u *Unit) setMethod(named *types.Named, m *types.Func) *types.Func {
	for i := range named.NumMethods() {
		old := named.Method(i)
		if old.Name() != m.Name() {
			continue
		}
		if !types.Identical(old.Type(), m.Type()) || hasPtrRecv(old) != hasPtrRecv(m) {
			saved := *old
			u.undo = append(u.undo, func() { *old = saved })
			*old = *m
		}
		return old
	}
	saved := new(types.Named)
	assign(saved, named)
	u.undo = append(u.undo, func() { assign(named, saved) })
	named.AddMethod(m)
	return m
}

func hasPtrRecv(m *types.Func) bool {
	_, ok := types.Unalias(m.Type().(*types.Signature).Recv().Type()).(*types.Pointer)
	return ok
}

// assign copies a types.Named, which holds a lock that nobody else has: the program's lock is held.
func assign(dst, src *types.Named) {
	reflect.ValueOf(dst).Elem().Set(reflect.ValueOf(src).Elem())
}
