package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"gokernel/interp/symbols"
)

func isField(o types.Object) bool {
	v, ok := o.(*types.Var)
	return ok && v.IsField()
}

// makes says that the predeclared function gives what is wanted here: make and append.
func (c *collector) makes(name string) bool {
	switch under(c.want.value).(type) {
	case *types.Slice:
		return name == "append" || name == "make"
	case *types.Map, *types.Chan:
		return name == "make"
	}
	return c.want.fresh && name == "make"
}

func kindOf(o types.Object) string {
	switch o := o.(type) {
	case *types.PkgName:
		return "module"
	case *types.TypeName:
		return "type"
	case *types.Const, *types.Nil:
		return "constant"
	case *types.Func:
		if o.Signature().Recv() != nil {
			return "method"
		}
		return "function"
	case *types.Builtin:
		return "function"
	case *types.Var:
		if o.IsField() {
			return "field"
		}
	}
	return "variable"
}

// members adds what can be selected from an expression.
func (c *collector) members(sel *ast.SelectorExpr) {
	if id, ok := sel.X.(*ast.Ident); ok {
		if pn, ok := c.info.Uses[id].(*types.PkgName); ok {
			pkg := pn.Imported()
			for _, n := range pkg.Scope().Names() {
				if token.IsExported(n) {
					c.object(pkg.Scope().Lookup(n), classLocal, rank(pkg.Path(), n))
				}
			}
			return
		}
	}
	tv := c.info.Types[sel.X]
	if tv.Type == nil || tv.Type == types.Typ[types.Invalid] {
		return
	}
	t := tv.Type
	if tv.IsType() { // a method expression
		c.methods(t, t)
		c.methods(types.NewPointer(t), t)
		return
	}
	c.selectable(t)
}

// selectable adds the fields and methods of t, through pointers and embedding: the nearest first.
func (c *collector) selectable(t types.Type) {
	type level struct {
		t     types.Type
		depth int
	}
	seen := map[types.Type]bool{}
	queue := []level{{t, 0}}
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		u := types.Unalias(l.t)
		if ptr, ok := u.Underlying().(*types.Pointer); ok {
			u = types.Unalias(ptr.Elem())
		}
		if seen[u] || l.depth > 8 {
			continue
		}
		seen[u] = true
		if st, ok := u.Underlying().(*types.Struct); ok {
			for i := range st.NumFields() {
				f := st.Field(i)
				if f.Exported() || f.Pkg() == c.p.pkg {
					c.object(f, classLocal, l.depth*200+c.memberRank(t, f, i))
				}
				if f.Embedded() {
					queue = append(queue, level{f.Type(), l.depth + 1})
				}
			}
		}
	}
	c.methods(t, t)
	if _, isPtr := types.Unalias(t).Underlying().(*types.Pointer); !isPtr && !types.IsInterface(t) {
		c.methods(types.NewPointer(t), t)
	}
}

// memberRank orders fields and methods: those of session types as they are declared, fields first.
func (c *collector) memberRank(t types.Type, o types.Object, i int) int {
	if o.Pkg() != c.p.pkg {
		return memberPlace(namedOf(t), o.Name())
	}
	if _, ok := o.(*types.Func); ok {
		return 100 + i
	}
	return i
}

func (c *collector) methods(t, _ types.Type) {
	own := map[types.Object]int{} // in the order of their declarations
	if n := namedOf(t); n != nil && n.Obj().Pkg() == c.p.pkg {
		for i := range n.NumMethods() {
			own[n.Method(i)] = i
		}
	}
	ms := types.NewMethodSet(t)
	for i := range ms.Len() {
		m := ms.At(i).Obj()
		if m.Exported() || m.Pkg() == c.p.pkg {
			k, declared := own[m]
			if !declared {
				k = 50 + i
			}
			c.object(m, classLocal, c.memberRank(t, m, k))
		}
	}
}

// names adds what an identifier can be here.
func (c *collector) names() {
	c.locals()
	for n, o := range c.p.scope {
		if c.u.extra[n] == nil {
			c.object(o, classSession, 0)
		}
	}
	for _, o := range c.u.extra { // of cells that run, and of this one's statements
		if _, isVar := o.(*types.Var); isVar {
			c.object(o, classSession, 0)
		}
	}
	for _, dots := range [][]*types.Package{c.u.dots, c.p.dots} {
		for _, d := range dots {
			for _, n := range d.Scope().Names() {
				if token.IsExported(n) {
					c.object(d.Scope().Lookup(n), classSession, rank(d.Path(), n))
				}
			}
		}
	}
	for _, o := range c.u.imports {
		c.object(o, classPackage, 0)
	}
	for i, n := range universeOrder {
		if o := types.Universe.Lookup(n); o != nil {
			c.object(o, classBuiltin, i+5)
		}
	}
	if !c.want.active() || c.want.value == nil {
		for i, k := range keywords {
			class := classBuiltin
			if c.prefix == "" {
				class = classUnlikely
			}
			c.add(k, "keyword", "", class, i)
		}
	}
	for i, k := range []string{"func", "struct", "map", "chan", "interface"} {
		c.add(k, "keyword", "", classUnlikely, i)
	}
	c.packages()
}

// packages adds packages that need no import line.
func (c *collector) packages() {
	for n, path := range c.p.prelude {
		c.add(n, "module", "package "+path, classPackage, 0)
	}
	for i, path := range common {
		c.add(symbols.Name(path), "module", "package "+path, classPackage, i)
	}
	if c.prefix == "" {
		return
	}
	for _, path := range symbols.Paths() {
		c.add(symbols.Name(path), "module", "package "+path, classPackage, 100+10*strings.Count(path, "/"))
	}
}

// common are the packages that learners of concurrency use most.
var common = []string{"fmt", "time", "sync", "context", "strings", "errors", "os", "sync/atomic", "math/rand/v2", "runtime", "sort", "strconv", "slices", "math", "io", "log", "net/http"}

// locals adds what is declared around the cursor.
func (c *collector) locals() {
	var inner *types.Scope
	for _, s := range c.info.Scopes {
		if s.Contains(c.pos) && (inner == nil || inner.Contains(s.Pos()) && s.End()-s.Pos() <= inner.End()-inner.Pos()) {
			inner = s
		}
	}
	depth := 0
	for s := inner; s != nil && s != types.Universe; s = s.Parent() {
		for _, n := range s.Names() {
			o := s.Lookup(n)
			if s != c.p.pkg.Scope() {
				if _, seen := inner.LookupParent(n, c.pos); seen != o {
					continue // not declared yet: x in x := |
				}
			}
			if o.Name() == placeholder {
				continue
			}
			c.object(o, classLocal, depth*100-min(99, int(o.Pos())%100))
		}
		if s == c.p.pkg.Scope() {
			break // above it stand the session's names
		}
		depth++
	}
	for _, o := range c.info.Defs { // go/types has no scope for what it could not finish
		if v, ok := o.(*types.Var); ok && !v.IsField() && v.Pos() < c.pos && inner == nil {
			c.object(v, classLocal, 50)
		}
	}
	ns := c.p.pkg.Scope()
	for _, n := range ns.Names() {
		c.object(ns.Lookup(n), classLocal, 500)
	}
}
