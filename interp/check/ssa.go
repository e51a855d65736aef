package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"

	"golang.org/x/tools/go/ssa"
)

// Built is the go/ssa form of a unit: what the compiler is given.
type Built struct {
	Prog    *ssa.Program
	Funcs   []*ssa.Function // declared functions and methods, the dependents' too
	Init    *ssa.Function   // of a whole program: what initialises its variables and calls its init functions
	Body    *ssa.Function   // the statements, or what initialises the variables of declarations, or main; nil if there are none
	Forward map[types.Object]types.Object
	Alias   map[types.Object]types.Object
	Unread  map[token.Pos]bool
	Fresh   map[token.Pos]bool // positions of stores that declare a variable again: what runs already keeps the old one
	Shown   bool               // the last expression's value is shown
}

// Build makes an ssa.Program for this cell alone. Every package in it has just
// the members that are used: stubs for what has been compiled, and the whole
// syntax of what must be instantiated here. It must be called once, with the program's lock held.
func (u *Unit) Build() *Built {
	p, c := u.p, u.c
	u.body.flip()
	b := &builder{u: u, files: map[*types.Package]*ast.File{}, infos: map[*types.Package]*types.Info{p.pkg: u.info}, seen: map[types.Object]bool{}}
	built := &Built{Forward: map[types.Object]types.Object{}, Alias: map[types.Object]types.Object{}, Unread: map[token.Pos]bool{}, Fresh: map[token.Pos]bool{}}
	if c.Body == nil {
		u.initialiser()
	}
	if u.body.value && u.body.stmts {
		built.Shown = u.showLast()
	}
	u.declareAgain(built.Fresh)
	main := b.file(p.pkg)
	for _, d := range u.decls {
		var n ast.Decl = d.node
		if f := u.fnode[d]; f != nil {
			n = f
		}
		main.Decls = append(main.Decls, n)
	}
	main.Decls = append(main.Decls, u.vars...)
	for _, f := range c.Inits {
		main.Decls = append(main.Decls, f)
	}
	for _, d := range u.decls {
		for _, k := range d.keys {
			if o := u.declObj(d, k); o != nil {
				b.seen[o] = true
			}
		}
		if len(d.keys) == 0 && d.kind.function() {
			b.seen[u.codeObj(d)] = true
		}
	}
	for _, f := range c.Inits {
		b.seen[u.info.Defs[f.Name]] = true
	}
	for _, id := range u.vspec {
		b.seen[u.info.Defs[id]] = true
	}
	if u.body.decl != nil {
		main.Decls = append(main.Decls, u.body.decl)
		b.seen[u.renameBody()] = true
	}
	u.info.InitOrder = nil // the body does it
	for _, o := range b.used(u.info) {
		b.need(o)
	}
	for _, v := range u.body.vars {
		if l := u.locals[v]; l != nil {
			b.own(l)
		}
	}
	b.genericMethods()
	prog := ssa.NewProgram(p.fset, ssa.InstantiateGenerics|ssa.BuildSerially|ssa.BareInits)
	var pkgs []*ssa.Package
	for _, pkg := range b.order {
		b.initOrder(pkg)
		for id := range b.infos[pkg].Instances {
			if f, ok := b.infos[pkg].Uses[id].(*types.Func); ok {
				symbols.GiveScope(f)
			}
		}
		pkgs = append(pkgs, prog.CreatePackage(pkg, []*ast.File{b.files[pkg]}, b.infos[pkg], false))
	}
	for _, x := range pkgs {
		if x.Pkg == p.pkg {
			x.SetDebugMode(orderMatters(main.Decls, u.info))
		}
		x.Build()
	}
	built.Prog = prog
	for _, d := range u.decls {
		o, ok := u.codeObj(d).(*types.Func)
		if !ok || d.generic {
			continue
		}
		if f := prog.FuncValue(o); f != nil && f.Blocks != nil {
			built.Funcs = append(built.Funcs, f)
		}
		if m := u.mobj[d]; m != nil {
			built.Alias[m] = o
		}
		if len(d.keys) > 0 {
			if old := p.decls[d.keys[0]]; old != nil && old.code != nil && !old.generic && old.kind == d.kind && sameSignature(old.code, o) {
				built.Forward[o] = old.code
			}
		}
	}
	for _, f := range c.Inits {
		built.Funcs = append(built.Funcs, prog.FuncValue(u.info.Defs[f.Name].(*types.Func)))
	}
	if u.body.decl != nil {
		built.Body = prog.FuncValue(u.info.Defs[u.body.decl.Name].(*types.Func))
	}
	if u.main != nil {
		main := u.codeObj(u.main).(*types.Func)
		built.Init, built.Body = built.Body, prog.FuncValue(main)
		delete(built.Forward, main)
	}
	for _, f := range main.Decls {
		unread(f, built.Unread)
	}
	p.numberLocals(u.info)
	return built
}

// sameSignature says that a call of one can go to the other. Both are code objects; a method that is compiled as
// such is compared with its receiver first.
func sameSignature(a, b types.Object) bool {
	flat := func(o types.Object) *types.Signature {
		s, _ := o.Type().(*types.Signature)
		if s == nil || s.Recv() == nil {
			return s
		}
		vs := []*types.Var{s.Recv()}
		for v := range s.Params().Variables() {
			vs = append(vs, v)
		}
		return types.NewSignatureType(nil, nil, nil, types.NewTuple(vs...), s.Results(), s.Variadic())
	}
	x, y := flat(a), flat(b)
	return x != nil && y != nil && types.Identical(x, y)
}

// renameBody gives the function of statements the name main, as traces show it: it is checked under a
// name that cells cannot mention.
func (u *Unit) renameBody() types.Object {
	id := u.body.decl.Name
	sig := types.NewSignatureType(nil, nil, nil, nil, nil, false)
	fn := types.NewFunc(id.Pos(), u.p.pkg, cell.BodyName, sig)
	u.info.Defs[id] = fn
	return fn
}

// initialiser makes the body of a cell without statements: its variables in the order of
// their dependencies (spec, "Package initialization"), and its init functions.
func (u *Unit) initialiser() {
	c := u.c
	if len(c.Vars) == 0 && len(c.Inits) == 0 && u.main == nil {
		return
	}
	body := &ast.BlockStmt{}
	use := func(pos token.Pos, o types.Object) *ast.Ident {
		id := &ast.Ident{NamePos: pos, Name: o.Name()}
		u.info.Uses[id] = o
		return id
	}
	for k, in := range u.info.InitOrder {
		pos := in.Rhs.Pos()
		a := &ast.AssignStmt{TokPos: pos, Tok: token.ASSIGN, Rhs: []ast.Expr{in.Rhs}}
		named := false
		for _, v := range in.Lhs {
			if v.Name() == "_" {
				a.Lhs = append(a.Lhs, &ast.Ident{NamePos: pos, Name: "_"})
				continue
			}
			named = true
			a.Lhs = append(a.Lhs, use(v.Pos(), v))
			u.body.at[v.Name()] = k + 1
		}
		body.List = append(body.List, a)
		if named {
			lit := &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: fmt.Sprint(k + 1)}
			u.info.Types[lit] = intConst(k + 1)
			body.List = append(body.List, &ast.AssignStmt{Lhs: []ast.Expr{use(pos, u.p.reached)}, TokPos: pos, Tok: token.ASSIGN, Rhs: []ast.Expr{lit}})
		}
	}
	call := func(name *ast.Ident) {
		fn := u.info.Defs[name]
		f := use(name.Pos(), fn)
		u.info.Types[f] = types.TypeAndValue{Type: fn.Type()}
		x := &ast.CallExpr{Fun: f, Lparen: name.Pos(), Rparen: name.Pos()}
		u.info.Types[x] = types.TypeAndValue{Type: types.NewTuple()}
		body.List = append(body.List, &ast.ExprStmt{X: x})
	}
	for _, f := range c.Inits {
		call(f.Name)
	}
	pos := c.Pos(0)
	u.body.decl = &ast.FuncDecl{Name: &ast.Ident{NamePos: pos, Name: bodyName}, Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}}, Body: body}
	u.info.FileVersions = map[*ast.File]string{}
}

// declareAgain marks where the body declares variables that the session has already (or comes to
// twice, by goto): these stores make new variables, so that goroutines, closures and pointers of an
// earlier run keep theirs. The value must be complete before the store: go/ssa would build composite
// literals in the old variable, part by part, so they are hidden in conversions.
func (u *Unit) declareAgain(fresh map[token.Pos]bool) {
	if u.body.decl == nil {
		return
	}
	twice := false
	for _, st := range u.body.decl.Body.List {
		_, label := st.(*ast.LabeledStmt)
		twice = twice || label
	}
	for _, v := range u.body.vars {
		if l := u.locals[v]; l != nil && (twice || u.Share[l] != nil || u.final[v] == u.p.scope[v] && u.final[v] != nil) {
			fresh[u.body.ident[v].Pos()] = true
		}
	}
	for _, st := range u.body.decl.Body.List {
		if l, ok := st.(*ast.LabeledStmt); ok {
			st = l.Stmt
		}
		a, ok := st.(*ast.AssignStmt)
		if !ok {
			continue
		}
		declares := false
		for _, l := range a.Lhs {
			declares = declares || fresh[l.Pos()]
		}
		for i, r := range a.Rhs {
			lit, ok := ast.Unparen(r).(*ast.CompositeLit)
			if !declares || !ok || lit.Type == nil || !u.info.Types[lit.Type].IsType() {
				continue
			}
			conv := &ast.CallExpr{Fun: lit.Type, Lparen: lit.Pos(), Args: []ast.Expr{lit}, Rparen: lit.End()}
			u.info.Types[conv] = u.info.Types[lit]
			a.Rhs[i] = conv
		}
	}
}

// showLast rewrites the last expression to a call that shows its value.
func (u *Unit) showLast() bool {
	e := u.body.last()
	if e == nil {
		return false
	}
	tv := u.info.Types[e]
	tuple, isTuple := tv.Type.(*types.Tuple)
	if tv.Type == nil || tv.IsVoid() || isTuple && tuple.Len() == 0 || tv.IsBuiltin() || tv.IsType() || u.prints(e) {
		return false
	}
	id := &ast.Ident{NamePos: e.Pos(), Name: "Show"}
	call := &ast.CallExpr{Fun: id, Lparen: e.Pos(), Args: []ast.Expr{e}, Rparen: e.End()}
	u.info.Uses[id] = u.p.show
	u.info.Types[id] = types.TypeAndValue{Type: u.p.show.Type()}
	u.info.Types[call] = types.TypeAndValue{Type: types.NewTuple()}
	u.body.decl.Body.List[len(u.body.decl.Body.List)-1] = &ast.ExprStmt{X: call}
	return true
}

// prints says that e is a call of fmt.Print, Println, Printf or Fprint*: nobody wants to see its results.
func (u *Unit) prints(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		id = f.Sel
	case *ast.Ident: // a dot import
		id = f
	default:
		return false
	}
	f := u.info.Uses[id]
	return f != nil && f.Pkg() != nil && f.Pkg().Path() == "fmt" && (strings.HasPrefix(f.Name(), "Print") || strings.HasPrefix(f.Name(), "Fprint"))
}

// unread marks `range *p` that does not look at what p points to: go/ssa loads it.
func unread(n ast.Node, at map[token.Pos]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		r, ok := n.(*ast.RangeStmt)
		if !ok || r.Value != nil {
			return true
		}
		if st, ok := ast.Unparen(r.X).(*ast.StarExpr); ok {
			at[st.Pos()] = true
			ast.Inspect(st, func(n ast.Node) bool {
				if _, ok := n.(*ast.CallExpr); ok { // then it does
					delete(at, st.Pos())
				}
				return true
			})
		}
		return true
	})
}

// numberLocals numbers the local types of a cell in source order, after those of earlier cells.
func (p *Program) numberLocals(info *types.Info) {
	var at []token.Pos
	for _, o := range info.Defs {
		t, ok := o.(*types.TypeName)
		if !ok || t.Pkg() != p.pkg || t.Parent() == nil || t.Parent() == p.pkg.Scope() || p.localNumber[t.Pos()] != 0 {
			continue
		}
		if _, isParam := t.Type().(*types.TypeParam); !isParam {
			at = append(at, t.Pos())
		}
	}
	slices.Sort(at)
	for _, pos := range at {
		p.localNumber[pos] = len(p.localNumber) + 1
	}
}

// Local is the number of a local type in source order, 1 for the first; 0 for types that are not local.
// It goes by position: go/ssa makes new objects for the local types of generic instances.
func (p *Program) Local(t *types.TypeName) int { return p.localNumber[t.Pos()] }
