package check

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"strings"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

// Inspection is what is known about a name.
type Inspection struct {
	Name   string
	Kind   string // JupyterLab's word, see Candidate
	Decl   string // as Go would declare it
	Doc    string
	Source string     // of a session's declaration
	Cell   int        // that declares it, 0 for none
	Path   string     // import path of what is not the session's
	Var    *types.Var // a session variable: its value can be asked for
	Link   string     // documentation on the web
}

// Inspect says what stands at byte offset off of src; nil if nothing is known. Inside the parentheses of a call, where
// no name is, it is about the called function.
func (p *Program) Inspect(src string, off int) *Inspection {
	p.mu.Lock()
	defer p.mu.Unlock()
	off = min(max(off, 0), len(src))
	if w := wordAround(src, off); w != "" {
		if k, ok := keywordHelp[w]; ok && token.IsKeyword(w) {
			return &Inspection{Name: w, Kind: "keyword", Decl: w, Doc: k, Link: "https://go.dev/ref/spec#" + keywordAnchor[w]}
		}
	}
	for _, t := range []tolerant{{src, off}, {src[:off] + cell.Closers(src[:off]), off}} {
		if i := p.inspectIn(t, off); i != nil {
			return i
		}
	}
	return nil
}

func wordAround(src string, off int) string {
	letter := func(b byte) bool {
		return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
	}
	a, b := off, off
	for a > 0 && letter(src[a-1]) {
		a--
	}
	for b < len(src) && letter(src[b]) {
		b++
	}
	return src[a:b]
}

func (p *Program) inspectIn(t tolerant, off int) *Inspection {
	var x *partial
	at := token.NoPos
	// the cursor's position is known once the text is parsed: look for the node afterwards
	x = p.parsePartial(t, func(ast.Node) bool { return false })
	at = x.pos
	if !at.IsValid() {
		return nil
	}
	for _, f := range x.files {
		path := pathTo(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			return ok && id.Pos() <= at && at <= id.End() && id.Name != partialBody
		})
		if path != nil {
			return x.describe(path[len(path)-1].(*ast.Ident), path)
		}
	}
	// between the parentheses of a call: the function
	var call *ast.CallExpr
	for _, f := range x.files {
		ast.Inspect(f, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && c.Lparen < at && (at <= c.Rparen || !c.Rparen.IsValid()) {
				call = c
			}
			return true
		})
	}
	if call == nil {
		return nil
	}
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return x.describe(f, nil)
	case *ast.SelectorExpr:
		return x.describe(f.Sel, []ast.Node{f, f.Sel})
	}
	return nil
}

// describe tells what id is.
func (x *partial) describe(id *ast.Ident, path []ast.Node) *Inspection {
	p := x.p
	o := x.info.Uses[id]
	if o == nil {
		o = x.info.Defs[id]
	}
	if o == nil && len(path) > 1 {
		if sel, ok := path[len(path)-2].(*ast.SelectorExpr); ok && sel.Sel == id {
			if s := x.info.Selections[sel]; s != nil {
				o = s.Obj()
			}
		}
	}
	if o == nil {
		o = x.u.lookup(id.Name)
	}
	if o == nil {
		o = types.Universe.Lookup(id.Name)
	}
	if o == nil {
		if pn := p.importOnUse(id.Name, nil); pn != nil {
			o = pn
		}
	}
	if o == nil {
		return nil
	}
	i := &Inspection{Name: o.Name(), Kind: kindOf(o)}
	switch o := o.(type) {
	case *types.PkgName:
		path := o.Imported().Path()
		i.Decl, i.Path, i.Doc, i.Link = fmt.Sprintf("import %q", path), path, symbols.Doc(path, ""), link(path, "")
		return i
	case *types.Builtin:
		b := builtins[o.Name()]
		i.Decl, i.Doc, i.Link = "func "+o.Name()+strings.TrimPrefix(b.sig, "func"), b.doc, link("builtin", o.Name())
		return i
	case *types.Nil:
		i.Decl, i.Doc, i.Link = "nil", "The zero value of pointers, functions, interfaces, slices, channels and maps.", link("builtin", "nil")
		return i
	}
	i.Decl = types.ObjectString(o, p.qualify)
	if k, ok := o.(*types.Const); ok {
		i.Decl += " = " + k.Val().String()
	}
	if pkg := o.Pkg(); pkg != nil && pkg != p.pkg {
		name := symbolName(o, x.ownerOf(id, path))
		i.Path, i.Doc, i.Link = pkg.Path(), symbols.Doc(pkg.Path(), name), link(pkg.Path(), name)
	} else if pkg == nil {
		i.Doc, i.Link = universeDocs[o.Name()], link("builtin", o.Name())
	} else {
		p.describeOwn(i, o)
	}
	if v, ok := o.(*types.Var); ok && !v.IsField() {
		i.Decl = "var " + v.Name() + " " + types.TypeString(v.Type(), p.qualify)
		if p.scope[v.Name()] == o || p.running[v.Name()] == v {
			i.Var, i.Cell = v, p.homes[v.Name()]
		} else if s, ok := p.scope[v.Name()].(*types.Var); ok && types.Identical(s.Type(), v.Type()) { // typed as in an earlier run
			i.Var, i.Cell = s, p.homes[v.Name()]
		}
		if n := namedOf(v.Type()); n != nil && i.Doc == "" && n.Obj().Pkg() != nil && n.Obj().Pkg() != p.pkg {
			i.Doc = symbols.Doc(n.Obj().Pkg().Path(), n.Obj().Name())
		}
	}
	if tn, ok := o.(*types.TypeName); ok {
		i.Decl += x.methodList(tn)
	}
	return i
}

// ownerOf is the named type that a field or method was selected from, nil if it is not known.
func (x *partial) ownerOf(id *ast.Ident, path []ast.Node) *types.Named {
	if len(path) < 2 {
		return nil
	}
	sel, ok := path[len(path)-2].(*ast.SelectorExpr)
	if !ok || sel.Sel != id {
		return nil
	}
	if t := x.info.TypeOf(sel.X); t != nil {
		return namedOf(t)
	}
	return nil
}

// symbolName is the name under which documentation lists o: "T.Method", "T.field".
func symbolName(o types.Object, owner *types.Named) string {
	switch v := o.(type) {
	case *types.Func:
		if r := v.Signature().Recv(); r != nil {
			if n := namedOf(r.Type()); n != nil {
				return n.Obj().Name() + "." + o.Name()
			}
			if owner != nil {
				return owner.Obj().Name() + "." + o.Name()
			}
		}
	case *types.Var:
		if v.IsField() && owner != nil {
			return owner.Obj().Name() + "." + o.Name()
		}
	}
	return o.Name()
}

func link(path, name string) string {
	if strings.HasPrefix(path, "gokernel") {
		return ""
	}
	l := "https://pkg.go.dev/" + path
	if name != "" {
		l += "#" + name
	}
	return l
}

// describeOwn adds what the session knows about one of its own declarations.
func (p *Program) describeOwn(i *Inspection, o types.Object) {
	key := o.Name()
	if f, ok := o.(*types.Func); ok {
		if r := f.Signature().Recv(); r != nil {
			if n := namedOf(r.Type()); n != nil {
				key = n.Obj().Name() + "." + key
			}
		}
	}
	d := p.decls[key]
	if d == nil {
		return
	}
	i.Cell = d.cell
	src := d.text
	if d.kind == typeDecl {
		src = "type " + src
	}
	if b, err := format.Source([]byte(src)); err == nil {
		src = string(b)
	}
	i.Source = src
	switch n := d.node.(type) {
	case *ast.FuncDecl:
		i.Doc = strings.TrimSpace(n.Doc.Text())
	case *ast.GenDecl:
		i.Doc = strings.TrimSpace(n.Doc.Text())
		for _, s := range n.Specs {
			if t, ok := s.(*ast.TypeSpec); ok && t.Doc != nil {
				i.Doc = strings.TrimSpace(t.Doc.Text())
			}
		}
	}
}

// methodList lists the methods of a type.
func (x *partial) methodList(tn *types.TypeName) string {
	t := tn.Type()
	if types.IsInterface(t) {
		return ""
	}
	ms := types.NewMethodSet(types.NewPointer(t))
	var b strings.Builder
	for k := range ms.Len() {
		f, ok := ms.At(k).Obj().(*types.Func)
		if !ok || !f.Exported() && f.Pkg() != x.p.pkg {
			continue
		}
		fmt.Fprintf(&b, "\n%s", types.ObjectString(f, x.p.qualify))
	}
	return b.String()
}
