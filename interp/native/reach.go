package native

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Program is what some functions of the session reach, as text.
type Program struct {
	Names   []string // the functions: "f", "T.m"
	Imports map[string]string
	Decls   []Decl
	Vars    []Var // session variables that it uses
}

// Var is a variable of the session; Type is its type as text.
type Var struct{ Name, Type string }

// Compile checks p and translates its functions, see Translate. imports gives packages to the checker; it is used by one
// call at a time.
func (p *Program) Compile(imports types.Importer, redirects Redirects) (*Module, map[string]*Refusal) {
	refuse := func(why string) (*Module, map[string]*Refusal) {
		r := map[string]*Refusal{}
		for _, n := range p.Names {
			r[n] = &Refusal{n, why}
		}
		return nil, r
	}
	s := &sources{fset: token.NewFileSet(), funcs: map[types.Object]*Function{}, vars: map[types.Object]int{}}
	var specs strings.Builder
	for n, path := range p.Imports {
		fmt.Fprintf(&specs, "import %s %q;", n, path)
	}
	var files []*ast.File
	for _, d := range p.Decls {
		f, err := parser.ParseFile(s.fset, "", fmt.Sprintf("package main;%s/*line %s:%d:%d*/%s\n", specs.String(), fileName(d.Cell), d.Line, max(d.Col, 1), d.Text), parser.SkipObjectResolution)
		if err != nil {
			return refuse("cannot be read: " + err.Error())
		}
		files = append(files, f)
	}
	for _, v := range p.Vars {
		f, err := parser.ParseFile(s.fset, "", fmt.Sprintf("package main;%s var %s %s\n", specs.String(), v.Name, v.Type), parser.SkipObjectResolution)
		if err != nil {
			return refuse("uses the session's variable " + v.Name + ", whose type has no name any more")
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}}
	bad := ""
	conf := types.Config{Importer: imports, Error: func(err error) {
		e, ok := err.(types.Error)
		switch {
		case bad != "" || !ok || strings.HasSuffix(e.Msg, "imported and not used") || strings.Contains(e.Msg, "imported as"):
		case strings.HasPrefix(e.Msg, "declared and not used"):
			bad = "has a variable without a use, which the Go compiler refuses: " + strings.TrimPrefix(e.Msg, "declared and not used: ")
		case strings.HasPrefix(e.Msg, "undefined: "):
			bad = "uses the session's variable " + strings.TrimPrefix(e.Msg, "undefined: ")
		default:
			bad = "cannot be compiled by itself: " + e.Msg
		}
	}}
	pkg, _ := conf.Check("main", s.fset, files, info) // what matters of its errors is in bad
	if bad != "" {
		return refuse(bad)
	}
	for i, v := range p.Vars {
		s.vars[pkg.Scope().Lookup(v.Name)] = i
	}
	roots := make([]*Function, len(p.Names))
	for i, f := range files[:len(p.Decls)] {
		d := f.Decls[len(f.Decls)-1]
		for _, id := range declared(d) {
			o := info.Defs[id]
			if o == nil {
				continue
			}
			x := &Function{Name: id.Name, Node: d, Info: info, Object: o, Text: p.Decls[i].Text, Cell: p.Decls[i].Cell, Line: p.Decls[i].Line, Col: max(p.Decls[i].Col, 1), Index: i}
			if r := recvName(o); r != "" {
				x.Name = r + "." + id.Name
			}
			if _, ok := o.(*types.Func); ok {
				if k := slices.Index(p.Names, x.Name); k >= 0 {
					roots[k] = x
				}
			}
			s.funcs[o] = x
		}
	}
	if slices.Contains(roots, nil) {
		return refuse("is not there any more")
	}
	return Translate(s.fset, roots, s, redirects)
}

// declared are the names that a declaration introduces.
func declared(d ast.Decl) (ids []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{d.Name}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				ids = append(ids, s.Name)
			case *ast.ValueSpec:
				ids = append(ids, s.Names...)
			}
		}
	}
	return ids
}

// recvName is the name of the type that a method belongs to, "" for anything else.
func recvName(o types.Object) string {
	f, ok := o.(*types.Func)
	if !ok || f.Signature().Recv() == nil {
		return ""
	}
	if n, ok := types.Unalias(deref(f.Signature().Recv().Type())).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// sources is the declarations of one Program.
type sources struct {
	fset  *token.FileSet
	funcs map[types.Object]*Function
	vars  map[types.Object]int
}

// Variable is the number of a session variable.
func (s *sources) Variable(o types.Object) (int, bool) {
	n, ok := s.vars[o]
	return n, ok
}

// Declaration finds the declaration of o.
func (s *sources) Declaration(o types.Object) *Function { return s.funcs[o] }

// Methods finds those of a type, in the order of their names.
func (s *sources) Methods(tn *types.TypeName) (ms []*Function) {
	for o, f := range s.funcs {
		if recvName(o) == tn.Name() {
			ms = append(ms, f)
		}
	}
	slices.SortFunc(ms, func(a, b *Function) int { return strings.Compare(a.Name, b.Name) })
	return ms
}
