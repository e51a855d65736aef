package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// expected is what fits at the cursor.
type expected struct {
	value types.Type // a value of this type
	typ   bool       // a type
	call  bool       // something to call: after go and defer
	over  bool       // something to range over
	stmt  bool       // a statement: a call, most likely
	fun   bool       // parentheses follow: something to call, or a type
	fresh bool       // the value of a new variable
	count int        // a call with so many results; 0 if any will do
}

func (e expected) active() bool {
	return e.value != nil || e.typ || e.call || e.over || e.fun || e.count > 0
}

type fitness uint8

const (
	neutral fitness = iota
	fits
	calls  // calling it gives what fits
	misfit // cannot stand here
)

// fit says how well o stands here; t is its type.
func (e expected) fit(o types.Object, t types.Type) fitness {
	_, isType := o.(*types.TypeName)
	if _, isPkg := o.(*types.PkgName); isPkg {
		return neutral
	}
	if e.fun && !e.typ {
		sig, ok := under(t).(*types.Signature)
		_, builtin := o.(*types.Builtin)
		switch {
		case builtin || isType:
			return neutral
		case !ok:
			return misfit
		case e.count > 0 && sig.Results().Len() != e.count:
			return misfit
		case e.count > 1:
			return fits
		case e.value != nil && sig.Results().Len() > 0 && types.AssignableTo(sig.Results().At(0).Type(), e.value):
			return fits
		}
		return neutral
	}
	if e.count > 1 && !e.typ {
		if sig, ok := under(t).(*types.Signature); ok && !isType && sig.Results().Len() == e.count {
			return fits
		}
		return neutral
	}
	if e.value == nil && e.count == 1 && !e.typ && !e.call && !e.over {
		if sig, ok := under(t).(*types.Signature); ok && !isType && sig.Results().Len() != 1 {
			return misfit
		}
		return neutral
	}
	switch {
	case e.typ:
		if isType {
			return fits
		}
		return misfit
	case e.call:
		if _, ok := t.Underlying().(*types.Signature); ok && !isType {
			return fits
		}
		return neutral
	case e.over:
		if isType {
			return misfit
		}
		switch u := t.Underlying().(type) {
		case *types.Slice, *types.Map, *types.Chan, *types.Array:
			return fits
		case *types.Basic:
			if u.Info()&(types.IsString|types.IsInteger) != 0 {
				return neutral
			}
			return misfit
		case *types.Signature:
			return neutral
		}
		return misfit
	}
	if t == nil || t == types.Typ[types.Invalid] {
		return neutral
	}
	if isType {
		if types.Identical(t, e.value) {
			return neutral
		}
		return misfit
	}
	if types.AssignableTo(t, e.value) {
		if types.IsInterface(e.value) && e.value.Underlying().(*types.Interface).Empty() {
			return neutral // everything fits
		}
		return fits
	}
	if c, ok := o.(*types.Const); ok && c.Type() != nil {
		if b, ok := c.Type().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 && types.ConvertibleTo(t, e.value) {
			return neutral
		}
	}
	if sig, ok := t.Underlying().(*types.Signature); ok {
		if sig.Results().Len() > 0 && types.AssignableTo(sig.Results().At(0).Type(), e.value) {
			return calls
		}
		if _, isB := o.(*types.Builtin); isB {
			return neutral
		}
	}
	if _, ok := o.(*types.Builtin); ok {
		return neutral
	}
	return misfit
}

// expect finds out what fits at the end of path.
func (c *collector) expect(path []ast.Node) {
	at := path[len(path)-1]
	for i := len(path) - 2; i >= 0; i-- {
		switch n := path[i].(type) {
		case *ast.ParenExpr:
			at = n
			continue
		case *ast.SelectorExpr:
			return
		case *ast.CallExpr:
			if n.Fun == at {
				c.want.fun = true
				if i > 0 {
					switch path[i-1].(type) {
					case *ast.GoStmt, *ast.DeferStmt:
						c.want.call = true
						return
					}
				}
				at = n
				continue
			}
			c.argument(n, at)
			return
		case *ast.ExprStmt:
			c.want.stmt = true
			return
		case *ast.AssignStmt:
			c.want.fresh = n.Tok == token.DEFINE && slices.Contains(n.Rhs, ast.Expr(at.(ast.Expr)))
			if len(n.Rhs) == 1 && n.Rhs[0] == at {
				c.want.count = len(n.Lhs)
			}
			for k, r := range n.Rhs {
				if r == at && len(n.Lhs) == len(n.Rhs) && n.Tok != token.DEFINE {
					c.want.value = c.info.TypeOf(n.Lhs[k])
				}
			}
			return
		case *ast.ValueSpec:
			if n.Type == at {
				c.want.typ = true
			} else if n.Type != nil {
				c.want.value = c.info.TypeOf(n.Type)
			} else if len(n.Values) == 1 {
				c.want.count = len(n.Names)
			}
			return
		case *ast.ReturnStmt:
			c.result(path[:i], n, at)
			return
		case *ast.BinaryExpr:
			other := n.X
			if other == at {
				other = n.Y
			}
			if b, ok := c.info.TypeOf(other).(*types.Basic); ok && b.Info()&types.IsUntyped != 0 && n.Op != token.EQL && n.Op != token.NEQ && n.Op != token.LSS && n.Op != token.GTR {
				at = n // 20 * time.Millisecond: what the whole must be
				continue
			}
			if t := c.info.TypeOf(other); t != nil && t != types.Typ[types.Invalid] && n.Op != token.SHL && n.Op != token.SHR {
				c.want.value = types.Default(t)
				if c.want.value == types.Typ[types.UntypedNil] {
					c.want.value = nil
				}
			}
			return
		case *ast.SendStmt:
			if n.Value == at {
				if ch, ok := under(c.info.TypeOf(n.Chan)).(*types.Chan); ok {
					c.want.value = ch.Elem()
				}
			}
			return
		case *ast.UnaryExpr:
			at = n
			if n.Op == token.NOT {
				c.want.value = types.Typ[types.Bool]
			}
			return
		case *ast.IndexExpr:
			if n.Index == at {
				switch t := under(c.info.TypeOf(n.X)).(type) {
				case *types.Map:
					c.want.value = t.Key()
				case *types.Slice, *types.Array:
					c.want.value = types.Typ[types.Int]
				}
			}
			return
		case *ast.KeyValueExpr:
			if n.Value == at {
				c.keyed(path[:i], n)
			}
			return
		case *ast.CompositeLit:
			if n.Type == at {
				c.want.typ = true
				return
			}
			switch t := under(c.info.TypeOf(n)).(type) {
			case *types.Slice:
				c.want.value = t.Elem()
			case *types.Array:
				c.want.value = t.Elem()
			case *types.Map:
				c.want.value = t.Key()
			}
			return
		case *ast.IfStmt:
			if n.Cond == at {
				c.want.value = types.Typ[types.Bool]
			}
			return
		case *ast.ForStmt:
			if n.Cond == at {
				c.want.value = types.Typ[types.Bool]
			}
			return
		case *ast.RangeStmt:
			c.want.over = n.X == at
			return
		case *ast.GoStmt, *ast.DeferStmt:
			c.want.call = true
			return
		case *ast.CaseClause:
			for j := i - 1; j >= 0; j-- {
				if sw, ok := path[j].(*ast.SwitchStmt); ok && sw.Tag != nil {
					c.want.value = c.info.TypeOf(sw.Tag)
					return
				}
				if _, ok := path[j].(*ast.TypeSwitchStmt); ok {
					c.want.typ = true
					return
				}
			}
			return
		case *ast.Field, *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.TypeAssertExpr, *ast.TypeSpec, *ast.Ellipsis:
			c.want.typ = true
			return
		case *ast.StarExpr:
			at = n
			continue
		default:
			return
		}
	}
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// argument: what a call wants in at's place.
func (c *collector) argument(call *ast.CallExpr, at ast.Node) {
	i := -1
	for k, a := range call.Args {
		if a == at {
			i = k
		}
	}
	if i < 0 {
		return
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, ok := c.info.Uses[id].(*types.Builtin); ok {
			c.builtinArgument(id.Name, i, call)
			return
		}
	}
	t := c.info.TypeOf(call.Fun)
	sig, ok := under(t).(*types.Signature)
	if !ok || sig.Params().Len() == 0 {
		return
	}
	n := sig.Params().Len()
	switch {
	case sig.Variadic() && i >= n-1:
		c.want.value = sig.Params().At(n - 1).Type().(*types.Slice).Elem()
	case i < n:
		c.want.value = sig.Params().At(i).Type()
	}
	if _, ok := c.want.value.(*types.TypeParam); ok {
		c.want.value = nil
	}
	if len(call.Args) > 1 || sig.Params().Len() == 1 && !sig.Variadic() {
		c.want.count = 1 // the only argument of f(g()) may have more results
	}
}

func (c *collector) builtinArgument(name string, i int, call *ast.CallExpr) {
	switch name {
	case "make", "new":
		c.want.typ = i == 0
		if i > 0 {
			c.want.value = types.Typ[types.Int]
		}
	case "len", "cap", "close", "delete", "clear", "copy":
		c.want.over = i == 0
	case "append":
		if i == 0 {
			c.want.over = true
		} else if s, ok := under(c.info.TypeOf(call.Args[0])).(*types.Slice); ok {
			c.want.value = s.Elem()
		}
	}
}

// result: what the function around a return statement wants.
func (c *collector) result(path []ast.Node, r *ast.ReturnStmt, at ast.Node) {
	i := 0
	for k, x := range r.Results {
		if x == at {
			i = k
		}
	}
	for j := len(path) - 1; j >= 0; j-- {
		var sig *types.Signature
		switch f := path[j].(type) {
		case *ast.FuncLit:
			sig, _ = c.info.TypeOf(f).(*types.Signature)
		case *ast.FuncDecl:
			if o := c.info.Defs[f.Name]; o != nil {
				sig, _ = o.Type().(*types.Signature)
			}
		default:
			continue
		}
		if sig != nil && i < sig.Results().Len() {
			c.want.value = sig.Results().At(i).Type()
		}
		return
	}
}

// keyed: what stands after `field:` or `key:` in a literal.
func (c *collector) keyed(path []ast.Node, kv *ast.KeyValueExpr) {
	lit, ok := path[len(path)-1].(*ast.CompositeLit)
	if !ok {
		return
	}
	switch t := under(c.info.TypeOf(lit)).(type) {
	case *types.Map:
		c.want.value = t.Elem()
	case *types.Slice:
		c.want.value = t.Elem()
	case *types.Array:
		c.want.value = t.Elem()
	case *types.Struct:
		id, ok := kv.Key.(*ast.Ident)
		for i := 0; ok && i < t.NumFields(); i++ {
			if t.Field(i).Name() == id.Name {
				c.want.value = t.Field(i).Type()
			}
		}
	}
}

// fields adds the fields of a struct literal that it does not set yet.
func (c *collector) fields(parent ast.Node, id *ast.Ident) {
	lit, ok := parent.(*ast.CompositeLit)
	if !ok {
		if kv, isKV := parent.(*ast.KeyValueExpr); isKV && kv.Key == id && len(c.path) > 2 {
			lit, ok = c.path[len(c.path)-3].(*ast.CompositeLit)
		}
	}
	if !ok || lit == nil || lit.Type == id {
		return
	}
	t := under(c.info.TypeOf(lit))
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem().Underlying()
	}
	st, ok := t.(*types.Struct)
	if !ok {
		return
	}
	set := map[string]bool{}
	positional := false
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok {
				set[k.Name] = true
			}
		} else if e != id {
			positional = true
		}
	}
	if positional {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if !set[f.Name()] && (f.Exported() || f.Pkg() == c.p.pkg) {
			c.add(f.Name(), "field", types.TypeString(f.Type(), c.p.qualify), classFits, i)
		}
	}
}

// defines says that the identifier is a new name that the user makes up.
func (c *collector) defines(parent ast.Node, id *ast.Ident) bool {
	switch n := parent.(type) {
	case *ast.FuncDecl:
		return n.Name == id
	case *ast.TypeSpec:
		return n.Name == id
	case *ast.ValueSpec:
		for _, x := range n.Names {
			if x == id {
				return true
			}
		}
	case *ast.Field:
		for _, x := range n.Names {
			if x == id {
				return true
			}
		}
	case *ast.LabeledStmt:
		return n.Label == id
	case *ast.BranchStmt:
		return n.Label == id
	}
	return false
}

// keywords in the order in which they are likely to begin something.
var keywords = strings.Fields("for if go func var return select switch case defer break continue else range type struct default const import interface map chan goto fallthrough package")

// universeOrder are the predeclared names, the likeliest first.
var universeOrder = strings.Fields("len make append nil true false string int error close panic cap any byte bool float64 new copy delete print println recover min max clear rune int64 iota uint int32 uint64 uint8 float32 uint32 int8 int16 uint16 uintptr complex complex64 complex128 real imag comparable")
