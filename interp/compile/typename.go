package compile

// The names of types as reflect's String shows them.

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// typeName is what reflect's String shows for n: qualified by the package's name, with the arguments of a
// generic type by package path and without spaces. A type declared in a generic function has the
// function's arguments before its own.
func (b *builder) typeName(n *types.Named) string {
	s := ""
	if p := n.Obj().Pkg(); p != nil {
		s = p.Name() + "."
	}
	s += n.Obj().Name()
	var outer, own []string
	for _, a := range b.enclosingArgs(n) {
		outer = append(outer, b.linkName(a))
	}
	for a := range n.TypeArgs().Types() {
		own = append(own, b.linkName(a))
	}
	args := strings.Join(outer, ",")
	if len(own) > 0 {
		if args != "" {
			args += ";"
		}
		args += strings.Join(own, ",")
	}
	if args != "" {
		s += "[" + args + "]"
	}
	return s
}

// enclosingArgs are the type arguments of the function instance that n is declared in.
func (b *builder) enclosingArgs(n *types.Named) []types.Type {
	o := n.Obj()
	if o.Pkg() == nil || o.Parent() == o.Pkg().Scope() {
		return nil
	}
	for f := b.fn; f != nil; f = f.Parent() {
		g := f.Origin()
		if g != nil && g.Syntax() != nil && len(f.TypeArgs()) > 0 && g.Syntax().Pos() <= o.Pos() && o.Pos() < g.Syntax().End() {
			return f.TypeArgs()
		}
	}
	return nil
}

// linkName is how a type argument appears in the name of an instance: packages by path, no alias names,
// types declared in functions with their number in the package.
func (b *builder) linkName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		s := b.typeName(t)
		p := t.Obj().Pkg()
		if p == nil {
			return s
		}
		s = p.Path() + strings.TrimPrefix(s, p.Name())
		if t.Obj().Parent() != p.Scope() && b.cell.Local != nil {
			if k := b.cell.Local(t.Obj()); k > 0 {
				s += fmt.Sprintf("·%d", k)
			}
		}
		return s
	case *types.Basic:
		return reflect.Kind(basicKinds[t.Kind()]).String()
	case *types.Pointer:
		return "*" + b.linkName(t.Elem())
	case *types.Slice:
		return "[]" + b.linkName(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), b.linkName(t.Elem()))
	case *types.Map:
		return "map[" + b.linkName(t.Key()) + "]" + b.linkName(t.Elem())
	case *types.Chan:
		return []string{"chan ", "chan<- ", "<-chan "}[t.Dir()] + b.linkName(t.Elem())
	case *types.Signature:
		return "func" + b.linkSignature(t)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "interface {}"
		}
		var l []string
		for m := range t.Methods() {
			l = append(l, m.Name()+b.linkSignature(m.Signature()))
		}
		return "interface { " + strings.Join(l, "; ") + " }"
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct {}"
		}
		var l []string
		for k := range t.NumFields() {
			f := t.Field(k)
			s := b.linkName(f.Type())
			if !f.Embedded() {
				s = f.Name() + " " + s
			}
			if t.Tag(k) != "" {
				s += fmt.Sprintf(" %q", t.Tag(k))
			}
			l = append(l, s)
		}
		return "struct { " + strings.Join(l, "; ") + " }"
	}
	return t.String()
}

func (b *builder) linkSignature(t *types.Signature) string {
	list := func(ts []types.Type) string {
		var l []string
		for _, t := range ts {
			l = append(l, b.linkName(t))
		}
		if t.Variadic() && len(l) == t.Params().Len() && len(l) > 0 {
			l[len(l)-1] = "..." + strings.TrimPrefix(l[len(l)-1], "[]")
		}
		return strings.Join(l, ", ")
	}
	s := "(" + list(tuple(t.Params())) + ")"
	var rs []string
	for _, r := range tuple(t.Results()) {
		rs = append(rs, b.linkName(r))
	}
	switch len(rs) {
	case 0:
		return s
	case 1:
		return s + " " + rs[0]
	}
	return s + " (" + strings.Join(rs, ", ") + ")"
}
