package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"gokernel/interp/cell"
)

// decl is a declaration without state: a function, a method, a type or a group
// of constants. It is kept with its syntax, so that it can be checked and compiled again when
// something that it mentions changes.
type decl struct {
	keys    []string // names it declares: "f", "T", "T.M", or the constants of the group; none for blank ones
	kind    declKind
	node    ast.Decl // one type, one group of constants, one function
	text    string
	sig     string // text of a function's signature
	cell    int
	generic bool // a generic function or type, or a method of a generic type

	objs    []types.Object          // by key
	code    types.Object            // the function object that was compiled for it
	deps    map[string]types.Object // session names it mentions -> what they were
	sigDeps map[string]bool         // those in a function's signature
	info    *types.Info             // of a generic one: what go/ssa needs in later cells
	broken  string                  // why it does not compile any more
	lost    bool                    // broken names a variable that it mentions and that was lost
}

type declKind uint8

const (
	funcDecl declKind = iota
	methodDecl
	typeDecl
	constDecl
)

func (k declKind) function() bool { return k == funcDecl || k == methodDecl }

func (d *decl) title() string { return strings.Join(d.keys, ", ") }

// declsOf sorts out a cell's declarations.
func declsOf(c *cell.Cell) (ds []*decl) {
	for _, n := range c.Decls {
		switch n := n.(type) {
		case *ast.FuncDecl:
			ds = append(ds, funcOf(c, n))
		case *ast.GenDecl:
			if n.Tok == token.TYPE {
				for _, s := range n.Specs {
					s := s.(*ast.TypeSpec)
					d := &decl{kind: typeDecl, cell: c.Number, text: c.Slice(s.Pos(), s.End()), generic: s.TypeParams != nil}
					d.node = &ast.GenDecl{Doc: n.Doc, TokPos: s.Pos(), Tok: token.TYPE, Specs: []ast.Spec{s}}
					d.name(s.Name.Name)
					ds = append(ds, d)
				}
				continue
			}
			d := &decl{kind: constDecl, node: n, cell: c.Number, text: c.Slice(n.Pos(), n.End())}
			for _, s := range n.Specs {
				for _, id := range s.(*ast.ValueSpec).Names {
					d.name(id.Name)
				}
			}
			ds = append(ds, d)
		}
	}
	return
}

func (d *decl) name(n string) {
	if n != "_" {
		d.keys = append(d.keys, n)
	}
}

func funcOf(c *cell.Cell, n *ast.FuncDecl) *decl {
	d := &decl{kind: funcDecl, node: n, cell: c.Number, text: c.Slice(n.Pos(), n.End()), generic: n.Type.TypeParams != nil}
	d.sig = d.text
	if n.Body != nil {
		d.sig = c.Slice(n.Pos(), n.Body.Lbrace)
	}
	name := n.Name.Name
	if n.Recv != nil && len(n.Recv.List) == 1 {
		d.kind = methodDecl
		base, generic := receiver(n)
		d.generic = generic
		if name != "_" {
			name = base + "." + name
		}
	}
	d.name(name)
	return d
}

// receiver is the name of the type that a method belongs to, and whether it has type parameters.
func receiver(d *ast.FuncDecl) (base string, generic bool) {
	t := ast.Unparen(d.Recv.List[0].Type)
	if st, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(st.X)
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t, generic = x.X, true
	case *ast.IndexListExpr:
		t, generic = x.X, true
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name, generic
	}
	return "?", generic
}

// base is the type name of a method's key "T.M".
func base(key string) (string, bool) {
	b, _, ok := strings.Cut(key, ".")
	return b, ok
}

// register records d with its objects and what it mentions.
func (p *Program) register(d *decl, u *Unit) {
	if len(d.keys) == 0 {
		return
	}
	old := p.decls[d.keys[0]]
	mute := p.registered(d)
	if !mute {
		d.broken, d.lost = "", false
	}
	d.objs = d.objs[:0]
	for _, k := range d.keys {
		o := u.objOf(d, k)
		d.objs = append(d.objs, o)
		if d.kind != methodDecl {
			p.replaceType(k, o, old, u)
			p.scope[k] = o
			delete(p.gone, k)
			delete(p.lost, k)
		}
		p.decls[k] = d
	}
	d.code = u.codeObj(d)
	if !mute {
		p.mentions(old, d, u)
	}
	if d.generic {
		if d.kind.function() {
			d.info = newInfo()
			copyInfo(d.info, u.info, d.node)
			u.finally(d.info)
			p.gens[d.objs[0]] = d
		}
	}
}

// finally makes info name the session's variables in place of those that stood for them while the cell was checked.
func (u *Unit) finally(info *types.Info) {
	for id, o := range info.Uses {
		if v, ok := o.(*types.Var); ok && u.isCellVar(v) && u.final[v.Name()] != nil {
			info.Uses[id] = u.final[v.Name()]
		}
	}
}

// replaceType renames the type that is replaced, so that messages can tell the two apart.
func (p *Program) replaceType(k string, now types.Object, old *decl, u *Unit) {
	was, ok := p.scope[k].(*types.TypeName)
	if _, isType := now.(*types.TypeName); !ok || !isType || was == now || old == nil {
		return
	}
	p.noteStale(k, was, u)
	renamed := types.NewTypeName(was.Pos(), p.pkg, was.Name()+" ("+cell.FileName(old.cell)+")", was.Type())
	p.pkg.Scope().Insert(renamed) // sets the parent
	*was = *renamed
}

// mentions notes which session names d mentions, in place of what its old version did.
func (p *Program) mentions(old, d *decl, u *Unit) {
	for k := range d.deps {
		delete(p.users[k], d)
	}
	if old != nil && old != d {
		for k := range old.deps {
			delete(p.users[k], old)
		}
	}
	d.deps, d.sigDeps = map[string]types.Object{}, map[string]bool{}
	walk := func(n ast.Node, sig bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			o := u.info.Uses[id]
			if o == nil {
				return true
			}
			k := u.keyOf(o)
			if k == "" {
				return true
			}
			d.deps[k] = o
			if p.users[k] == nil {
				p.users[k] = map[*decl]bool{}
			}
			p.users[k][d] = true
			if sig {
				d.sigDeps[k] = true
			}
			return true
		})
	}
	walk(d.node, false)
	if fd, ok := d.node.(*ast.FuncDecl); ok {
		walk(fd.Type, true)
		if fd.Recv != nil {
			walk(fd.Recv, true)
		}
	}
}

// copyInfo copies what is known about the nodes below n.
func copyInfo(dst, src *types.Info, n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		if e, ok := n.(ast.Expr); ok {
			if tv, ok := src.Types[e]; ok {
				dst.Types[e] = tv
			}
		}
		if o, ok := src.Implicits[n]; ok {
			dst.Implicits[n] = o
		}
		switch n := n.(type) {
		case *ast.Ident:
			if o, ok := src.Defs[n]; ok {
				dst.Defs[n] = o
			}
			if o, ok := src.Uses[n]; ok {
				dst.Uses[n] = o
			}
			if i, ok := src.Instances[n]; ok {
				dst.Instances[n] = i
			}
		case *ast.SelectorExpr:
			if x, ok := src.Selections[n]; ok {
				dst.Selections[n] = x
			}
		}
		return true
	})
}
