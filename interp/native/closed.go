package native

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Function is a declaration of the session that may become native: a function, a type with
// its methods, or a group of constants that functions mention.
type Function struct {
	Name            string // as the session knows it: fib, Point, Point.Add
	Node            ast.Decl
	Info            *types.Info // what go/types said of Node
	Object          types.Object
	Text            string // of Node
	Cell, Line, Col int
}

// Refusal is why a function stays interpreted.
type Refusal struct {
	Name string
	Why  string
}

func (r *Refusal) Error() string { return r.Name + " " + r.Why }

// Lookup finds the declaration of a session object; methods gives those of a type. It knows nothing of variables.
type Lookup interface {
	Declaration(types.Object) *Function
	Methods(*types.TypeName) []*Function
}

// set is a closed set of declarations: what a function reaches, all of it able to be native.
type set struct {
	root    *Function
	all     []*Function // root first
	index   map[types.Object]*Function
	imports map[*Function]map[string]string // file-local names of packages
}

// close follows what f mentions. A function is closed when it reaches its parameters, locals, the standard
// library, constants, and closed functions and types, and its signature has no type of the session: such a
// type would be another one in native code.
func closure(f *Function, look Lookup) (*set, *Refusal) {
	fn, ok := f.Object.(*types.Func)
	if !ok {
		return nil, &Refusal{f.Name, "is not a function"}
	}
	sig := fn.Signature()
	if sig.Recv() != nil {
		return nil, &Refusal{f.Name, "is a method: its receiver is a value of the session"}
	}
	if sig.TypeParams().Len() > 0 {
		return nil, &Refusal{f.Name, "is generic"}
	}
	for v := range sig.Params().Variables() {
		if why := crossing(v.Type(), f.Object.Pkg(), nil); why != "" {
			return nil, &Refusal{f.Name, why}
		}
	}
	for v := range sig.Results().Variables() {
		if why := crossing(v.Type(), f.Object.Pkg(), nil); why != "" {
			return nil, &Refusal{f.Name, why}
		}
	}
	s := &set{root: f, index: map[types.Object]*Function{}, imports: map[*Function]map[string]string{}}
	if r := s.add(f, look); r != nil {
		return nil, r
	}
	return s, nil
}

// crossing tells why a value of type t cannot pass between interpreted and native code, "" if it can.
func crossing(t types.Type, session *types.Package, seen []types.Type) string {
	if slices.Contains(seen, t) {
		return ""
	}
	seen = append(seen, t)
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return ""
	case *types.Named:
		if t.Obj().Pkg() == session {
			return "takes or gives a value of the session's type " + t.Obj().Name()
		}
		for a := range t.TypeArgs().Types() {
			if why := crossing(a, session, seen); why != "" {
				return why
			}
		}
		return ""
	case *types.Pointer:
		return crossing(t.Elem(), session, seen)
	case *types.Slice:
		return crossing(t.Elem(), session, seen)
	case *types.Array:
		return crossing(t.Elem(), session, seen)
	case *types.Chan:
		return crossing(t.Elem(), session, seen)
	case *types.Map:
		if why := crossing(t.Key(), session, seen); why != "" {
			return why
		}
		return crossing(t.Elem(), session, seen)
	case *types.Signature:
		for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tu.Variables() {
				if why := crossing(v.Type(), session, seen); why != "" {
					return why
				}
			}
		}
		return ""
	case *types.Struct:
		if t.NumFields() == 0 {
			return ""
		}
		for f := range t.Fields() {
			if !f.Exported() || f.Embedded() {
				return "takes or gives a struct with unexported or embedded fields"
			}
			if why := crossing(f.Type(), session, seen); why != "" {
				return why
			}
		}
		return ""
	case *types.Interface:
		if t.NumMethods() == 0 {
			return ""
		}
		return "takes or gives an unnamed interface with methods"
	}
	return fmt.Sprintf("takes or gives a %s", t)
}

func (s *set) add(f *Function, look Lookup) *Refusal {
	if s.index[f.Object] != nil {
		return nil
	}
	for _, g := range s.all {
		if g.Node == f.Node { // another constant of the same group
			s.index[f.Object] = g
			return nil
		}
	}
	s.index[f.Object] = f
	s.all = append(s.all, f)
	s.imports[f] = map[string]string{}
	var bad *Refusal
	refuse := func(format string, args ...any) {
		if bad == nil {
			bad = &Refusal{s.root.Name, fmt.Sprintf(format, args...)}
			if f != s.root {
				bad.Why = "reaches " + f.Name + ", which " + bad.Why
			}
		}
	}
	session := f.Object.Pkg()
	ast.Inspect(f.Node, func(n ast.Node) bool {
		if bad != nil {
			return false
		}
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		o := f.Info.Uses[id]
		switch o := o.(type) {
		case *types.PkgName:
			p := o.Imported().Path()
			switch {
			case p == "unsafe":
				refuse("uses package unsafe")
			case strings.Contains(p, ".") || strings.HasPrefix(p, "gokernel/"):
				refuse("uses package %s, which is not in the standard library", p)
			case p == "os/signal" || p == "runtime" || p == "runtime/debug" || p == "testing" || p == "testing/synctest" || p == "reflect":
				refuse("uses package %s, which looks at the program it runs in", p)
			}
			s.imports[f][o.Name()] = p
		case *types.Var:
			if o.Parent() == session.Scope() || o.Pkg() == session && !o.IsField() && !within(o.Pos(), f.Node) {
				refuse("uses the session's variable %s", o.Name())
			}
		case *types.Func, *types.TypeName, *types.Const:
			if o.Pkg() != session || within(o.Pos(), f.Node) && o != f.Object {
				return true
			}
			if m, ok := o.(*types.Func); ok && m.Signature().Recv() != nil {
				return true // with its type
			}
			d := look.Declaration(origin(o))
			if d == nil {
				refuse("uses %s, which is not there any more", o.Name())
				return false
			}
			if r := s.add(d, look); r != nil {
				refuse("uses %s: %s", o.Name(), r.Why)
				return false
			}
			if tn, ok := o.(*types.TypeName); ok {
				for _, m := range look.Methods(tn) {
					if r := s.add(m, look); r != nil {
						bad = r
						return false
					}
				}
			}
		}
		return true
	})
	return bad
}

func origin(o types.Object) types.Object {
	if f, ok := o.(*types.Func); ok {
		return f.Origin()
	}
	return o
}

func within(p token.Pos, n ast.Node) bool { return n.Pos() <= p && p < n.End() }
