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
	Index           int // among the declarations of its Program
}

// Refusal is why a function stays interpreted.
type Refusal struct {
	Name string
	Why  string
}

func (r *Refusal) Error() string { return r.Name + " " + r.Why }

// Lookup finds the declaration of a session object; Methods gives those of a type, Variable the number of a
// variable of the session.
type Lookup interface {
	Declaration(types.Object) *Function
	Methods(*types.TypeName) []*Function
	Variable(types.Object) (n int, ok bool)
}

// set is a closed set of declarations: what a function reaches, all of it able to be native.
type set struct {
	root    *Function   // that is being added, for messages
	roots   []*Function // what interpreted code calls
	all     []*Function
	index   map[types.Object]*Function
	imports map[*Function]map[string]string // file-local names of packages
	vars    map[types.Object]int            // session variables, by their number
}

// closure follows what f mentions: its parameters, locals, the standard library, constants, variables of the
// session, and functions and types that reach no more than that.
func closure(roots []*Function, look Lookup) (*set, *Refusal) {
	s := &set{roots: roots, index: map[types.Object]*Function{}, imports: map[*Function]map[string]string{}, vars: map[types.Object]int{}}
	for _, f := range roots {
		if r := s.enter(f, look); r != nil {
			return nil, r
		}
	}
	return s, nil
}

// enter adds a root.
func (s *set) enter(f *Function, look Lookup) *Refusal {
	fn, ok := f.Object.(*types.Func)
	if !ok {
		return &Refusal{f.Name, "is not a function"}
	}
	sig := fn.Signature()
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
		return &Refusal{f.Name, "is generic: its instances are compiled with the functions that use them"}
	}
	for v := range sig.Results().Variables() {
		if passing(v.Type(), f.Object.Pkg()) == ByWord {
			return &Refusal{f.Name, "gives a function whose type has a type of the session"}
		}
	}
	s.root = f
	return s.add(f, look)
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
	follow := func(o types.Object) {
		d := look.Declaration(origin(o))
		if d == nil {
			refuse("uses %s, which is not there any more", o.Name())
			return
		}
		if r := s.add(d, look); r != nil {
			refuse("uses %s: %s", o.Name(), r.Why)
			return
		}
		if tn, ok := o.(*types.TypeName); ok {
			for _, m := range look.Methods(tn) {
				if r := s.add(m, look); r != nil {
					bad = r
					return
				}
			}
		}
	}
	ast.Inspect(f.Node, func(n ast.Node) bool {
		if bad != nil {
			return false
		}
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if o := f.Info.Uses[sel.Sel]; o != nil && o.Pkg() != nil && o.Pkg().Path() == "runtime" && o.Parent() == o.Pkg().Scope() && !ofRuntime[o.Name()] {
				refuse("uses runtime.%s, which looks at the program it runs in", o.Name())
			}
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
			case p == "os/signal" || p == "runtime/debug" || p == "testing" || p == "testing/synctest" || p == "reflect":
				refuse("uses package %s, which looks at the program it runs in", p)
			}
			s.imports[f][o.Name()] = p
		case *types.Var:
			if o.Parent() != session.Scope() && (o.Pkg() != session || o.IsField() || within(o.Pos(), f.Node)) {
				break
			}
			if _, known := s.vars[o]; !known {
				if _, there := look.Variable(o); !there {
					refuse("uses the session's variable %s", o.Name())
					break
				}
				s.vars[o] = len(s.vars)
				for _, tn := range sessionTypes(o.Type(), session) {
					follow(tn)
				}
			}
		case *types.Func, *types.TypeName, *types.Const:
			if o.Pkg() != session || within(o.Pos(), f.Node) && o != f.Object {
				return true
			}
			if m, ok := o.(*types.Func); ok && m.Signature().Recv() != nil {
				return true // with its type
			}
			follow(o)
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

// ofRuntime is what of package runtime does the same in native code, or is redirected.
var ofRuntime = map[string]bool{
	"Gosched": true, "GOMAXPROCS": true, "NumGoroutine": true, "Goexit": true, "NumCPU": true, "GC": true, "KeepAlive": true,
	"GOOS": true, "GOARCH": true, "Version": true, "Compiler": true, "ReadMemStats": true, "MemStats": true, "Error": true,
}

// sessionTypes are the types of the session that the text of t names.
func sessionTypes(t types.Type, session *types.Package) (names []*types.TypeName) {
	var seen []types.Type
	var look func(t types.Type)
	look = func(t types.Type) {
		t = types.Unalias(t)
		if slices.Contains(seen, t) {
			return
		}
		seen = append(seen, t)
		switch t := t.(type) {
		case *types.Named:
			if t.Obj().Pkg() == session {
				names = append(names, t.Origin().Obj())
			}
			for a := range t.TypeArgs().Types() {
				look(a)
			}
		case *types.Pointer:
			look(t.Elem())
		case *types.Slice:
			look(t.Elem())
		case *types.Array:
			look(t.Elem())
		case *types.Chan:
			look(t.Elem())
		case *types.Map:
			look(t.Key())
			look(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				look(f.Type())
			}
		case *types.Interface:
			for m := range t.Methods() {
				look(m.Signature())
			}
		case *types.Signature:
			for v := range t.Params().Variables() {
				look(v.Type())
			}
			for v := range t.Results().Variables() {
				look(v.Type())
			}
		}
	}
	look(t)
	return names
}

func within(p token.Pos, n ast.Node) bool { return n.Pos() <= p && p < n.End() }
