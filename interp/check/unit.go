package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"gokernel/interp/cell"
)

// Unit is one checked cell together with the declarations of earlier cells that
// had to be checked again. It becomes part of the session with Commit and,
// after it has run, CommitVars; or it is dropped with Rollback.
type Unit struct {
	p     *Program
	c     *cell.Cell
	body  *body
	own   []*decl // the cell's declarations that are new or changed
	decls []*decl // own, then the dependents
	main  *decl   // func main of a whole program

	imports map[string]*types.PkgName
	dots    []*types.Package
	broken  map[*decl]string // dependents that no longer compile
	notes   []string

	hide  map[string]bool         // broken names
	extra map[string]types.Object // names for this check only
	// standsFor leads from objects of extra to those that they stand for under another name
	standsFor map[types.Object]types.Object
	vars      []ast.Decl // variables of the cell, declared with their types (second check)
	vspec     map[string]*ast.Ident
	sigsOnly  bool // signatures only, and the statements (first check of two)
	info      *types.Info
	errs      []Diagnostic
	locals    map[string]*types.Var
	fnode     map[*decl]*ast.FuncDecl // what is checked in place of a method
	mobj      map[*decl]*types.Func   // its method object
	undo      []func()
	lateErr   *Diagnostic
	keys      map[types.Object]string

	final map[string]*types.Var         // what the cell's variables will be in the session
	Share map[types.Object]types.Object // variables that live in the slot of an older one: tell the compiler before it compiles
}

// Options are how strict a check is.
type Options struct {
	Strict  bool // unused variables, imports are errors, as for the Go compiler
	NoValue bool // the last expression is evaluated, its value not wanted
}

// Check checks a cell. It gives diagnostics if the cell must not run; otherwise the
// unit must be committed or rolled back before the next one is checked.
func (p *Program) Check(c *cell.Cell, o Options) (*Unit, []Diagnostic) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keepText(c.Number, c.Text)
	u, errs := p.check(c, o)
	if len(errs) > 0 {
		p.rememberFailed(c)
	}
	return u, errs
}

func (p *Program) check(c *cell.Cell, o Options) (*Unit, []Diagnostic) {
	base := &Unit{p: p, c: c, imports: map[string]*types.PkgName{}}
	if d := base.readImports(); d != nil {
		return nil, []Diagnostic{*d}
	}
	if d := prepareInits(p, c); d != nil {
		return nil, []Diagnostic{*d}
	}
	if d := p.missingBody(c); d != nil {
		return nil, []Diagnostic{*d}
	}
	all := declsOf(c)
	if c.Main != nil {
		base.main = funcOf(c, c.Main)
	}
	base.own = p.skipSame(c, all)
	if base.main != nil {
		base.own = append(base.own, base.main)
	}
	base.body = newBody(p, c)
	if o.NoValue {
		base.body.value = false
	}
	changed := p.changedBy(base)
	known := map[string]types.Type{} // second check: types of the cell's variables
	mine := map[types.Object]bool{}  // types that the first check declared
	learn := func(u *Unit) {
		for _, v := range u.body.vars {
			if u.locals[v] != nil {
				known[v] = u.locals[v].Type()
			}
		}
		for _, d := range u.decls {
			if d.kind == typeDecl && len(d.keys) > 0 {
				mine[u.objOf(d, d.keys[0])] = true
			}
		}
	}
	var u *Unit
	for round := 0; ; round++ {
		again := p.dependents(base, changed)
		if round == 0 && base.body.inStatements() && (base.mentionsVars() || base.bringsBack(changed)) {
			first := base.attempt(again, nil, nil, true)
			first.run(o)
			if len(first.errs) > 0 {
				errs := first.explain()
				first.rollback()
				return nil, errs
			}
			learn(first)
			base.body.rename(first)
			first.rollback()
			base.body.flip()
			for _, v := range base.body.vars {
				if p.varChanged(v, known[v]) || p.lost[v] != nil {
					changed[v] = true
				}
			}
			again = p.dependents(base, changed)
		}
		u = base.settle(again, known, mine, o)
		if len(u.errs) > 0 {
			errs := u.explain()
			u.rollback()
			return nil, errs
		}
		if len(known) == 0 {
			more := false
			for _, v := range base.body.vars {
				// a lost variable that is declared again brings back the functions that mention it
				if l := u.locals[v]; l != nil && (p.varChanged(v, l.Type()) || p.lost[v] != nil) && len(p.users[v]) > 0 && !changed[v] {
					changed[v], more = true, true
				}
			}
			if more {
				if base.body.inStatements() {
					learn(u)
					base.body.rename(u)
					base.body.flip()
				}
				u.rollback()
				continue
			}
		}
		break
	}
	u.prepareFinal()
	return u, nil
}

// attempt is a fresh unit for one check of the cell.
func (b *Unit) attempt(again []*decl, known map[string]types.Type, mine map[types.Object]bool, sigsOnly bool) *Unit {
	u := &Unit{
		p: b.p, c: b.c, body: b.body, own: b.own, main: b.main, imports: b.imports, dots: b.dots, sigsOnly: sigsOnly,
		hide: map[string]bool{}, extra: map[string]types.Object{}, vspec: map[string]*ast.Ident{}, locals: map[string]*types.Var{},
		fnode: map[*decl]*ast.FuncDecl{}, mobj: map[*decl]*types.Func{}, keys: map[types.Object]string{}, Share: map[types.Object]types.Object{},
		standsFor: map[types.Object]types.Object{},
	}
	u.decls = append(slices.Clone(b.own), again...)
	for n, o := range b.body.renamed {
		x := standIn(o, n)
		u.extra[n], u.standsFor[x] = x, o
	}
	for v, t := range known {
		u.declareKnown(v, t, mine)
	}
	return u
}

// standIn is an object that means what o does and can be found under another name: a scope knows an object by its own.
func standIn(o types.Object, name string) types.Object {
	switch o := o.(type) {
	case *types.Const:
		return types.NewConst(o.Pos(), o.Pkg(), name, o.Type(), o.Val())
	case *types.Func:
		return types.NewFunc(o.Pos(), o.Pkg(), name, o.Signature())
	case *types.TypeName:
		return types.NewTypeName(o.Pos(), o.Pkg(), name, o.Type())
	case *types.PkgName:
		return types.NewPkgName(o.Pos(), o.Pkg(), name, o.Imported())
	}
	return types.NewVar(o.Pos(), o.Pkg(), name, o.Type())
}

func (u *Unit) rollback() {
	for i := len(u.undo) - 1; i >= 0; i-- {
		u.undo[i]()
	}
	u.undo = nil
}

// Rollback drops the unit: the session is as it was before.
func (u *Unit) Rollback() {
	u.p.mu.Lock()
	defer u.p.mu.Unlock()
	u.rollback()
}

// run checks the unit's files.
func (u *Unit) run(o Options) {
	p, c := u.p, u.c
	declared := map[string]bool{}
	ownTypes := map[string]bool{}
	for _, d := range u.decls {
		for _, k := range d.keys {
			declared[k] = true
		}
		if d.kind == typeDecl && len(d.keys) > 0 {
			ownTypes[d.keys[0]] = true
		}
	}
	var late []*decl
	f := &ast.File{Name: &ast.Ident{Name: "main"}}
	for _, d := range u.decls {
		f.Decls = append(f.Decls, u.nodeOf(d, ownTypes, &late))
	}
	for v := range u.vspec {
		declared[v] = true
	}
	f.Decls = append(f.Decls, u.vars...)
	for _, d := range c.Vars {
		for _, s := range d.Specs {
			for _, n := range s.(*ast.ValueSpec).Names {
				declared[n.Name] = true
			}
		}
		f.Decls = append(f.Decls, d)
	}
	for _, d := range c.Inits {
		f.Decls = append(f.Decls, d)
	}
	if len(late) > 0 {
		u.addLate(late, declared)
	}
	var files []*ast.File
	if len(f.Decls) > 0 {
		files = append(files, f)
	}
	if u.body.decl != nil {
		files = append(files, &ast.File{Name: &ast.Ident{Name: "main"}, Decls: []ast.Decl{u.body.decl}})
	}
	var errs []types.Error
	u.info, errs = p.types(u, files, declared)
	for id, o := range u.info.Uses {
		if old := u.standsFor[o]; old != nil {
			u.info.Uses[id] = old
		}
	}
	u.collect(errs, o)
	for v, id := range u.vspec {
		if o, ok := u.info.Defs[id].(*types.Var); ok {
			u.locals[v], u.extra[v], u.keys[o] = o, o, v
		}
	}
	for _, v := range u.body.vars {
		if u.locals[v] == nil {
			if o, ok := u.info.Defs[u.body.ident[v]].(*types.Var); ok {
				u.locals[v] = o
			}
		}
	}
	for _, d := range u.decls {
		for _, k := range d.keys {
			if o := u.objOf(d, k); o != nil {
				u.keys[o] = k
			}
		}
	}
}

// nodeOf is the syntax that is checked for d: its own, or a function in place of a method for
// a type of an earlier cell, or what is left without bodies.
func (u *Unit) nodeOf(d *decl, ownTypes map[string]bool, late *[]*decl) ast.Decl {
	fd, ok := d.node.(*ast.FuncDecl)
	if !ok {
		return d.node
	}
	if d.kind == methodDecl && len(d.keys) > 0 {
		b, _ := base(d.keys[0])
		if _, isType := u.p.scope[b].(*types.TypeName); isType && !ownTypes[b] && !d.generic {
			*late = append(*late, d)
			t := *fd.Type
			t.Params = &ast.FieldList{Opening: fd.Recv.Opening, List: append(receiverParam(fd.Recv.List[0]), fd.Type.Params.List...)}
			fd = &ast.FuncDecl{Name: &ast.Ident{NamePos: fd.Name.Pos(), Name: d.keys[0]}, Type: &t, Body: fd.Body}
		}
	}
	u.fnode[d] = fd
	if !u.sigsOnly {
		return fd
	}
	g := *fd
	if g.Body = nil; g.Type.TypeParams != nil || d.generic { // go/types wants a body for these
		at := fd.Pos()
		if fd.Body != nil {
			at = fd.Body.Lbrace
		}
		call := &ast.CallExpr{Fun: &ast.Ident{NamePos: at, Name: "panic"}, Args: []ast.Expr{&ast.BasicLit{ValuePos: at, Kind: token.INT, Value: "0"}}}
		g.Body = &ast.BlockStmt{Lbrace: at, Rbrace: at, List: []ast.Stmt{&ast.ExprStmt{X: call}}}
	}
	return &g
}

func receiverParam(f *ast.Field) []*ast.Field {
	if len(f.Names) == 0 {
		return []*ast.Field{{Names: []*ast.Ident{{NamePos: f.Pos(), Name: "_"}}, Type: f.Type}}
	}
	return []*ast.Field{f}
}

// objOf is the object that d declares for key k.
func (u *Unit) objOf(d *decl, k string) types.Object {
	if o := u.mobj[d]; o != nil {
		return o
	}
	return u.declObj(d, k)
}

func (u *Unit) declObj(d *decl, k string) types.Object {
	switch n := d.node.(type) {
	case *ast.FuncDecl:
		return u.info.Defs[u.fnode[d].Name]
	case *ast.GenDecl:
		for _, s := range n.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				return u.info.Defs[s.Name]
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.Name == k {
						return u.info.Defs[id]
					}
				}
			}
		}
	}
	return nil
}

// codeObj is the function object whose body is compiled for d.
func (u *Unit) codeObj(d *decl) types.Object {
	if !d.kind.function() {
		return nil
	}
	return u.info.Defs[u.fnode[d].Name]
}

// keyOf is the session name that o stands for, "" if none.
func (u *Unit) keyOf(o types.Object) string {
	p := u.p
	if f, ok := o.(*types.Func); ok {
		o = f.Origin()
	}
	if k := u.keys[o]; k != "" {
		return k
	}
	if _, ok := o.(*types.PkgName); !ok && o.Pkg() != p.pkg {
		return ""
	}
	switch o := o.(type) {
	case *types.Func:
		if r := o.Type().(*types.Signature).Recv(); r != nil {
			if n := namedOf(r.Type()); n != nil {
				return n.Obj().Name() + "." + o.Name()
			}
			return ""
		}
		if p.scope[o.Name()] == types.Object(o) {
			return o.Name()
		}
	case *types.Var:
		if p.scope[o.Name()] == types.Object(o) || u.extra[o.Name()] == types.Object(o) || o.Parent() == p.pkg.Scope() {
			return o.Name()
		}
	default:
		if p.scope[o.Name()] == o {
			return o.Name()
		}
	}
	return ""
}

// namedOf is the named type behind t or *t.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// settle checks the cell with the dependents; those that do not compile are taken out one after the other.
func (b *Unit) settle(again []*decl, known map[string]types.Type, mine map[types.Object]bool, o Options) *Unit {
	broken := map[*decl]string{}
	for {
		u := b.attempt(again, known, mine, false)
		u.broken = broken
		for d := range broken {
			for _, k := range d.keys {
				u.hide[k] = true
			}
		}
		u.run(o)
		var keep []*decl
		bad := false
		for _, d := range again {
			if m := u.errIn(d.node); m != "" && broken[d] == "" {
				broken[d] = m
				bad = true
				continue
			}
			keep = append(keep, d)
		}
		if !bad {
			return u
		}
		u.rollback()
		again = keep
	}
}
