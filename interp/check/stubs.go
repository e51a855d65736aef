package check

// The parts of a cell's program that come from elsewhere: stubs for what has been compiled, and the
// whole syntax of what must be instantiated here.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"gokernel/interp/symbols"
)

// sourcePackage finds the syntax of functions of a package that is compiled from source.
type sourcePackage struct {
	src   *symbols.Source
	funcs map[types.Object]*ast.FuncDecl
	vars  map[types.Object]*ast.GenDecl
}

func (p *Program) sourceOf(pkg *types.Package) *sourcePackage {
	if s, ok := p.sources[pkg]; ok {
		return s
	}
	src := p.im.Source(pkg)
	if src == nil {
		if pkg.Complete() {
			p.sources[pkg] = nil
		}
		return nil
	}
	s := &sourcePackage{src: src, funcs: map[types.Object]*ast.FuncDecl{}, vars: map[types.Object]*ast.GenDecl{}}
	for _, f := range src.Files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				s.funcs[src.Info.Defs[d.Name]] = d
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					for _, spec := range d.Specs {
						for _, n := range spec.(*ast.ValueSpec).Names {
							s.vars[src.Info.Defs[n]] = d
						}
					}
				}
			}
		}
	}
	p.sources[pkg] = s
	return s
}

// builder gathers what a cell's program needs.
type builder struct {
	u     *Unit
	files map[*types.Package]*ast.File
	order []*types.Package
	infos map[*types.Package]*types.Info
	seen  map[types.Object]bool
}

func (b *builder) file(pkg *types.Package) *ast.File {
	f := b.files[pkg]
	if f == nil {
		f = &ast.File{Name: &ast.Ident{Name: pkg.Name()}}
		b.files[pkg] = f
		b.order = append(b.order, pkg)
		if b.infos[pkg] == nil {
			b.infos[pkg] = newInfo()
		}
	}
	return f
}

// used are the objects that info mentions, in the order of the text: what is compiled must not depend on the order of a map.
func (b *builder) used(info *types.Info) []types.Object {
	ids := make([]*ast.Ident, 0, len(info.Uses))
	for id := range info.Uses {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i].Pos() < ids[j].Pos() })
	os := make([]types.Object, len(ids))
	for i, id := range ids {
		os[i] = info.Uses[id]
	}
	return os
}

// own makes a variable of this cell a package-level one.
func (b *builder) own(v *types.Var) {
	if b.seen[v] {
		return
	}
	b.seen[v] = true
	b.global(v)
}

func (b *builder) global(v *types.Var) {
	f := b.file(v.Pkg())
	id := &ast.Ident{Name: v.Name()}
	b.infos[v.Pkg()].Defs[id] = v
	f.Decls = append(f.Decls, &ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{&ast.ValueSpec{Names: []*ast.Ident{id}}}})
}

// need brings o into the program.
func (b *builder) need(o types.Object) {
	u, p := b.u, b.u.p
	if f, ok := o.(*types.Func); ok {
		o = f.Origin()
	}
	if o == nil || o.Pkg() == nil || b.seen[o] {
		return
	}
	switch o := o.(type) {
	case *types.Var:
		if o.IsField() {
			return
		}
		if u.isCellVar(o) {
			b.own(o)
			return
		}
		if o.Parent() != o.Pkg().Scope() && p.scope[o.Name()] != types.Object(o) && u.extra[o.Name()] != types.Object(o) && !p.isGlobal(o) {
			return // a local variable
		}
		b.seen[o] = true
		b.global(o)
	case *types.Func:
		b.seen[o] = true
		b.needFunc(o)
	}
}

func (b *builder) needFunc(o *types.Func) {
	u, p := b.u, b.u.p
	if u.keys[o] != "" {
		return
	}
	if s := p.sourceOf(o.Pkg()); s != nil {
		if fd := s.funcs[o]; fd != nil {
			b.infos[o.Pkg()] = s.src.Info
			f := b.file(o.Pkg())
			f.Decls = append(f.Decls, fd)
			ast.Inspect(fd, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					b.needSource(s, s.src.Info.Uses[id])
				}
				return true
			})
			return
		}
	}
	if d := p.gens[o]; d != nil {
		f := b.file(o.Pkg())
		copyInfo(u.info, d.info, d.node)
		f.Decls = append(f.Decls, d.node)
		for _, x := range b.used(d.info) {
			b.need(x)
		}
		return
	}
	if o.Type().(*types.Signature).Recv() == nil {
		f := b.file(o.Pkg())
		id := &ast.Ident{Name: o.Name()}
		b.infos[o.Pkg()].Defs[id] = o
		f.Decls = append(f.Decls, &ast.FuncDecl{Name: id, Type: &ast.FuncType{Params: &ast.FieldList{}}})
	}
}

// needSource brings in what a function of a package from source mentions, the package's variables with their values.
func (b *builder) needSource(s *sourcePackage, o types.Object) {
	if v, ok := o.(*types.Var); ok && !b.seen[v] && v.Pkg() == s.src.Types && v.Parent() == v.Pkg().Scope() {
		if g := s.vars[v]; g != nil {
			for _, spec := range g.Specs {
				for _, n := range spec.(*ast.ValueSpec).Names {
					b.seen[s.src.Info.Defs[n]] = true
				}
			}
			b.infos[v.Pkg()] = s.src.Info
			f := b.file(v.Pkg())
			f.Decls = append(f.Decls, g)
			ast.Inspect(g, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					b.needSource(s, s.src.Info.Uses[id])
				}
				return true
			})
			return
		}
	}
	if tn, ok := o.(*types.TypeName); ok && tn.Pkg() == s.src.Types { // values of it may get into interfaces
		if n, ok := tn.Type().(*types.Named); ok && n.TypeParams().Len() == 0 {
			for m := range n.Methods() {
				b.need(m)
			}
		}
		return
	}
	b.need(o)
}

// initOrder leaves in the information about a package from source the variables that this program declares.
func (b *builder) initOrder(pkg *types.Package) {
	if b.u.p.sourceOf(pkg) == nil {
		return
	}
	info := *b.infos[pkg]
	info.InitOrder = nil
	for _, in := range b.infos[pkg].InitOrder {
		if !slices.ContainsFunc(in.Lhs, func(v *types.Var) bool { return !b.seen[v] }) {
			info.InitOrder = append(info.InitOrder, in)
		}
	}
	b.infos[pkg] = &info
}

// genericMethods brings in the methods of the generic types that the cell's values have: boxed, they may be called.
func (b *builder) genericMethods() {
	p := b.u.p
	seen := map[types.Type]bool{}
	var walk func(types.Type)
	walk = func(t types.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		switch t := types.Unalias(t).(type) {
		case *types.Named:
			own := t.Obj().Pkg() == p.pkg || t.Obj().Pkg() != nil && p.sourceOf(t.Obj().Pkg()) != nil
			if own && (t.TypeArgs().Len() > 0 || t.Obj().Pkg() != p.pkg) {
				o := t.Origin()
				for i := range o.NumMethods() {
					b.need(o.Method(i))
				}
			}
			for i := range t.TypeArgs().Len() {
				walk(t.TypeArgs().At(i))
			}
			if own {
				walk(t.Underlying())
			}
		case *types.Pointer:
			walk(t.Elem())
		case *types.Slice:
			walk(t.Elem())
		case *types.Array:
			walk(t.Elem())
		case *types.Map:
			walk(t.Key())
			walk(t.Elem())
		case *types.Chan:
			walk(t.Elem())
		case *types.Struct:
			for i := range t.NumFields() {
				walk(t.Field(i).Type())
			}
		case *types.Signature:
			for v := range t.Params().Variables() {
				walk(v.Type())
			}
			for v := range t.Results().Variables() {
				walk(v.Type())
			}
		}
	}
	n := len(b.order)
	for {
		for _, tv := range b.u.info.Types {
			walk(tv.Type)
		}
		if len(b.order) == n {
			return
		}
		n = len(b.order)
	}
}
