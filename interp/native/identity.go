package native

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A type that the session declares is another one in native code, with the same layout at every depth: memory of
// it passes by its address. Only interface values know their types, so conversions to interfaces take the type
// word of the session's own type (a Word), and what asks an interface value for such a type is answered by the
// worker (an Ask).

// Word is what an interface value of type To says about a value of type From.
type Word struct{ From, To types.Type }

// Ask is an interface type with a type that its values are asked for.
type Ask struct{ From, To types.Type }

// Passing is how a parameter or a result crosses between interpreted and native code.
type Passing int

// The ways of passing: as it is, by the address of its memory, or as the word that a function value is.
const (
	Direct Passing = iota
	ByAddress
	ByWord
)

func passing(t types.Type, session *types.Package) Passing {
	if !foreign(t, session) {
		return Direct
	}
	if _, ok := t.Underlying().(*types.Signature); ok {
		return ByWord
	}
	return ByAddress
}

// foreign tells whether the run-time type of t may be another one in native code than in the session.
func foreign(t types.Type, session *types.Package) bool {
	var seen []types.Type
	var look func(t types.Type) bool
	tuple := func(tu *types.Tuple) bool {
		for v := range tu.Variables() {
			if look(v.Type()) {
				return true
			}
		}
		return false
	}
	look = func(t types.Type) bool {
		t = types.Unalias(t)
		if slices.Contains(seen, t) {
			return false
		}
		seen = append(seen, t)
		switch t := t.(type) {
		case *types.Named:
			if t.Obj().Pkg() == session {
				return true
			}
			for a := range t.TypeArgs().Types() {
				if look(a) {
					return true
				}
			}
			return false
		case *types.Pointer:
			return look(t.Elem())
		case *types.Slice:
			return look(t.Elem())
		case *types.Array:
			return look(t.Elem())
		case *types.Chan:
			return look(t.Elem())
		case *types.Map:
			return look(t.Key()) || look(t.Elem())
		case *types.Signature:
			return t.Variadic() || tuple(t.Params()) || tuple(t.Results())
		case *types.Struct:
			return t.NumFields() > 0
		case *types.Interface:
			return t.NumMethods() > 0
		case *types.TypeParam:
			return true
		}
		return false
	}
	return look(t)
}

// generalOnly are the packages whose generic functions do not look at the types they are instantiated with.
var generalOnly = map[string]bool{"slices": true, "maps": true, "cmp": true, "sync": true, "sync/atomic": true, "iter": true}

// harmless are functions that look at an argument of type any only as memory.
var harmless = map[string]bool{"sort.Slice": true, "sort.SliceStable": true, "sort.SliceIsSorted": true}

// conversions finds where values of foreign types become interface values.
type conversions struct {
	info    *types.Info
	session *types.Package
	to      map[ast.Expr]types.Type // what is converted -> the interface
	asks    map[ast.Node]bool       // assertions and type switches that name types of the session
	bad     string                  // why it cannot be followed
	sigs    []*types.Signature      // of the functions around
}

func (t *translator) findConversions(n ast.Decl) {
	c := &conversions{info: t.f.Info, session: t.session, to: map[ast.Expr]types.Type{}, asks: map[ast.Node]bool{}}
	if fd, ok := n.(*ast.FuncDecl); ok {
		if f, ok := c.info.Defs[fd.Name].(*types.Func); ok {
			c.sigs = append(c.sigs, f.Signature())
		}
	}
	c.walk(n)
	if c.bad != "" {
		t.refuse("%s", c.bad)
	}
	t.converts, t.asks = c.to, c.asks
}

func (c *conversions) refuse(format string, args ...any) {
	if c.bad == "" {
		c.bad = fmt.Sprintf(format, args...)
	}
}

func (c *conversions) typ(e ast.Expr) types.Type {
	if e == nil {
		return nil
	}
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return nil
	}
	return c.info.TypeOf(e)
}

// value notes that e is used as a value of type to.
func (c *conversions) value(e ast.Expr, to types.Type) {
	if e == nil || to == nil {
		return
	}
	e = ast.Unparen(e)
	from := c.info.TypeOf(e)
	if from == nil {
		return
	}
	if tu, ok := from.(*types.Tuple); ok {
		if tu.Len() > 0 {
			from = tu.At(0).Type() // v, ok := m[k]
		}
	}
	if why := c.changes(from, to); why == "convert" {
		c.to[e] = to
	} else if why != "" {
		c.refuse("%s", why)
	}
}

// changes tells whether a value of type from becomes an interface value that must be made with care ("convert"), "" if not,
// or why that is not possible.
func (c *conversions) changes(from, to types.Type) string {
	if from == nil || to == nil {
		return ""
	}
	if _, ok := types.Unalias(to).(*types.TypeParam); ok {
		return ""
	}
	iface, ok := to.Underlying().(*types.Interface)
	if !ok || types.Identical(from, to) {
		return ""
	}
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return ""
	}
	if _, ok := types.Unalias(from).(*types.TypeParam); ok {
		return "makes an interface of a value whose type is a parameter"
	}
	if types.IsInterface(from) && (iface.NumMethods() == 0 || !foreign(to, c.session)) {
		return ""
	}
	if !foreign(from, c.session) && !foreign(to, c.session) {
		return ""
	}
	if hasParam(from) || hasParam(to) {
		return "makes an interface of a value whose type depends on a parameter"
	}
	return "convert"
}

func (c *conversions) name(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == c.session {
			return ""
		}
		return p.Name()
	})
}

// hasParam tells whether a type parameter is part of t's text.
func hasParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if hasParam(a) {
				return true
			}
		}
	case *types.Pointer:
		return hasParam(t.Elem())
	case *types.Slice:
		return hasParam(t.Elem())
	case *types.Array:
		return hasParam(t.Elem())
	case *types.Chan:
		return hasParam(t.Elem())
	case *types.Map:
		return hasParam(t.Key()) || hasParam(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if hasParam(f.Type()) {
				return true
			}
		}
	case *types.Signature:
		for v := range t.Params().Variables() {
			if hasParam(v.Type()) {
				return true
			}
		}
		for v := range t.Results().Variables() {
			if hasParam(v.Type()) {
				return true
			}
		}
	}
	return false
}

// tuple checks the values of one call or two-valued expression against what takes them: they cannot be converted one by one.
func (c *conversions) tuple(e ast.Expr, to func(i int) types.Type) bool {
	tu, ok := c.info.TypeOf(e).(*types.Tuple)
	if !ok {
		return false
	}
	for i := range tu.Len() {
		if c.changes(tu.At(i).Type(), to(i)) != "" {
			c.refuse("makes an interface of one of several results")
		}
	}
	return true
}

func (c *conversions) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if c.bad != "" {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			sig, _ := c.info.TypeOf(n).(*types.Signature)
			c.sigs = append(c.sigs, sig)
			c.walk(n.Body)
			c.sigs = c.sigs[:len(c.sigs)-1]
			return false
		case *ast.CallExpr:
			c.call(n)
		case *ast.AssignStmt:
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
				break
			}
			if len(n.Rhs) == 1 && len(n.Lhs) > 1 {
				c.tuple(n.Rhs[0], func(i int) types.Type { return c.typ(n.Lhs[i]) })
				break
			}
			for i, l := range n.Lhs {
				c.value(n.Rhs[i], c.typ(l))
			}
		case *ast.ValueSpec:
			if n.Type == nil {
				break
			}
			to := c.info.TypeOf(n.Type)
			if len(n.Values) == 1 && len(n.Names) > 1 {
				c.tuple(n.Values[0], func(int) types.Type { return to })
				break
			}
			for _, v := range n.Values {
				c.value(v, to)
			}
		case *ast.ReturnStmt:
			sig := c.sigs[len(c.sigs)-1]
			if sig == nil || len(n.Results) == 0 {
				break
			}
			if len(n.Results) == 1 && sig.Results().Len() > 1 {
				c.tuple(n.Results[0], func(i int) types.Type { return sig.Results().At(i).Type() })
				break
			}
			for i, r := range n.Results {
				c.value(r, sig.Results().At(i).Type())
			}
		case *ast.CompositeLit:
			c.literal(n)
		case *ast.SendStmt:
			if ch, ok := under(c.info.TypeOf(n.Chan)).(*types.Chan); ok {
				c.value(n.Value, ch.Elem())
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				c.compared(n.X, n.Y)
			}
		case *ast.IndexExpr:
			if m, ok := under(c.info.TypeOf(n.X)).(*types.Map); ok {
				c.value(n.Index, m.Key())
			}
			c.instance(n.X)
		case *ast.SwitchStmt:
			if n.Tag == nil {
				break
			}
			for _, s := range n.Body.List {
				for _, e := range s.(*ast.CaseClause).List {
					c.compared(n.Tag, e)
				}
			}
		case *ast.RangeStmt:
			c.ranged(n)
		case *ast.TypeAssertExpr:
			if n.Type != nil && c.asksForeign(n.Type) {
				c.asks[n] = true
			}
		case *ast.TypeSwitchStmt:
			for _, s := range n.Body.List {
				for _, e := range s.(*ast.CaseClause).List {
					if c.asksForeign(e) {
						c.asks[n] = true
					}
				}
			}
		case *ast.Ident:
			c.instance(n)
		}
		return true
	})
}

func (c *conversions) call(n *ast.CallExpr) {
	tv := c.info.Types[n.Fun]
	if tv.IsType() {
		if len(n.Args) == 1 {
			c.value(n.Args[0], tv.Type)
		}
		return
	}
	if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && tv.IsBuiltin() {
		switch id.Name {
		case "append":
			if s, ok := under(c.info.TypeOf(n.Args[0])).(*types.Slice); ok && !n.Ellipsis.IsValid() {
				for _, a := range n.Args[1:] {
					c.value(a, s.Elem())
				}
			}
		case "panic":
			c.value(n.Args[0], types.NewInterfaceType(nil, nil))
		case "delete":
			if m, ok := under(c.info.TypeOf(n.Args[0])).(*types.Map); ok {
				c.value(n.Args[1], m.Key())
			}
		}
		return
	}
	sig, ok := under(tv.Type).(*types.Signature)
	if !ok {
		return
	}
	if s, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
		if f, ok := c.info.Uses[s.Sel].(*types.Func); ok && harmless[f.FullName()] {
			return
		}
	}
	at := func(i int) types.Type {
		if sig.Variadic() && i >= sig.Params().Len()-1 {
			last := sig.Params().At(sig.Params().Len() - 1).Type()
			if n.Ellipsis.IsValid() {
				return last
			}
			if s, ok := last.Underlying().(*types.Slice); ok {
				return s.Elem()
			}
			return last
		}
		if i < sig.Params().Len() {
			return sig.Params().At(i).Type()
		}
		return nil
	}
	if len(n.Args) == 1 && c.tuple(n.Args[0], at) {
		return
	}
	for i, a := range n.Args {
		c.value(a, at(i))
	}
}

func (c *conversions) literal(n *ast.CompositeLit) {
	t := c.info.TypeOf(n)
	if t == nil {
		return
	}
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok { // an elided &T
		u = p.Elem().Underlying()
	}
	for i, e := range n.Elts {
		kv, _ := e.(*ast.KeyValueExpr)
		v := e
		if kv != nil {
			v = kv.Value
		}
		switch u := u.(type) {
		case *types.Struct:
			if kv == nil {
				c.value(v, u.Field(i).Type())
			} else if id, ok := kv.Key.(*ast.Ident); ok {
				for f := range u.Fields() {
					if f.Name() == id.Name {
						c.value(v, f.Type())
					}
				}
			}
		case *types.Slice:
			c.value(v, u.Elem())
		case *types.Array:
			c.value(v, u.Elem())
		case *types.Map:
			c.value(v, u.Elem())
			if kv != nil {
				c.value(kv.Key, u.Key())
			}
		}
	}
}

func (c *conversions) compared(x, y ast.Expr) {
	tx, ty := c.info.TypeOf(x), c.info.TypeOf(y)
	if tx == nil || ty == nil || types.IsInterface(tx) == types.IsInterface(ty) {
		return
	}
	if types.IsInterface(tx) {
		c.value(y, tx)
	} else {
		c.value(x, ty)
	}
}

func (c *conversions) ranged(n *ast.RangeStmt) {
	if n.Tok != token.ASSIGN {
		return
	}
	for _, e := range []ast.Expr{n.Key, n.Value} {
		if t := c.typ(e); t != nil && types.IsInterface(t) {
			c.refuse("ranges over values into a variable of an interface type")
		}
	}
}

// asksForeign tells whether the type that an interface value is asked for is the session's.
func (c *conversions) asksForeign(e ast.Expr) bool {
	t := c.info.TypeOf(e)
	if t == nil || !foreign(t, c.session) {
		return false
	}
	if hasParam(t) {
		c.refuse("asks an interface value for a type that depends on a parameter")
	}
	return true
}

// instance looks at the type arguments that a generic function of a compiled package gets.
func (c *conversions) instance(e ast.Expr) {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return
	}
	in, ok := c.info.Instances[id]
	if !ok {
		return
	}
	o := c.info.Uses[id]
	if o == nil || o.Pkg() == nil || o.Pkg() == c.session || generalOnly[o.Pkg().Path()] || strings.HasPrefix(o.Pkg().Path(), "container/") {
		return
	}
	for a := range in.TypeArgs.Types() {
		if foreign(a, c.session) {
			c.refuse("uses %s.%s with the type %s of the session", o.Pkg().Name(), o.Name(), c.name(a))
		}
	}
}
