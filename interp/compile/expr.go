package compile

// Constants, operators, conversions between non-interface types, loads and stores: SSA's
// Const, BinOp, UnOp, Convert, ChangeType, Store become expressions and assignments.

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// constant is the text of a constant. It is converted to its type unless it is an int, a string or a bool:
// yaegi computes with untyped constants of other types in a wrong type.
func (f *function) constant(c *ssa.Const) string {
	t := c.Type()
	b, ok := t.Underlying().(*types.Basic)
	if c.Value == nil || !ok {
		return f.zero(t)
	}
	n := f.ty(t)
	switch {
	case n == "unsafe.Pointer":
		return "unsafe.Pointer(uintptr(" + constant.ToInt(c.Value).ExactString() + "))"
	case b.Info()&types.IsBoolean != 0:
		return strconv.FormatBool(constant.BoolVal(c.Value))
	case b.Info()&types.IsString != 0:
		return strconv.Quote(constant.StringVal(c.Value))
	case n == "int":
		return constant.ToInt(c.Value).ExactString()
	case b.Info()&types.IsInteger != 0:
		v := constant.ToInt(c.Value)
		if b.Info()&types.IsUnsigned != 0 && constant.Sign(v) < 0 { // a folded conversion: it wraps
			v = constant.MakeUint64(c.Uint64() & (1<<(8*sizes.Sizeof(b)-1)<<1 - 1))
		}
		return n + "(" + v.ExactString() + ")"
	case b.Kind() == types.Float32:
		x, _ := constant.Float32Val(c.Value)
		return n + "(" + floatText(f, float64(x), 32) + ")"
	case b.Info()&types.IsFloat != 0:
		x, _ := constant.Float64Val(c.Value)
		return n + "(" + floatText(f, x, 64) + ")"
	case b.Info()&types.IsComplex != 0:
		re, _ := constant.Float64Val(constant.Real(c.Value))
		im, _ := constant.Float64Val(constant.Imag(c.Value))
		g := "guest.C128"
		if b.Kind() == types.Complex64 {
			g = "guest.C64"
		}
		return fmt.Sprintf("%s(%s, %s)", g, floatText(f, re, 64), floatText(f, im, 64))
	}
	f.refuse(f.pos, inexpressible, "%v", c)
	return ""
}

func floatText(f *function, x float64, bits int) string {
	if math.IsInf(x, 0) {
		f.refuse(f.pos, inexpressible, "%v", x)
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

func isNil(v ssa.Value) bool { c, ok := v.(*ssa.Const); return ok && c.Value == nil }

// comparesToNil reports whether == with the constant nil of type t is a test for nil (and not a comparison with a zero struct).
func comparesToNil(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return false
	}
	return true
}

func (f *function) binop(in *ssa.BinOp) {
	if f.mapOps[in] { // see mapOp
		return
	}
	x, y := f.val(in.X), f.val(in.Y)
	u := in.X.Type().Underlying()
	switch in.Op {
	case token.EQL, token.NEQ:
		if isNil(in.Y) && comparesToNil(u) {
			f.define(in, fmt.Sprintf("%s %s nil", x, in.Op), false)
			return
		}
		if isNil(in.X) && comparesToNil(u) && isIface(in.X.Type()) == isIface(in.Y.Type()) {
			f.define(in, fmt.Sprintf("%s %s nil", y, in.Op), false)
			return
		}
		if f.ty(in.X.Type()) != f.ty(in.Y.Type()) {
			x, y = f.comparable(x, y, in.X.Type(), in.Y.Type())
		}
		switch u.(type) {
		case *types.Interface, *types.Struct, *types.Array: // may panic, and yaegi needs variables
			f.flush()
			f.p("%s = %s %s %s", f.reg(in), x, in.Op, y)
			return
		}
	case token.QUO, token.REM:
		if b, ok := u.(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
			c, isConst := in.Y.(*ssa.Const)
			if !isConst || constant.Sign(c.Value) == 0 {
				if isConst {
					y = f.slotOf(y, in.Y.Type())
				}
				if len(*in.Referrers()) == 0 {
					f.p("%s = %s %s %s", f.temp(f.ty(in.Type())), x, in.Op, y)
					return
				}
				f.faultAt[in] = in.Pos()
				f.define(in, fmt.Sprintf("%s %s %s", x, in.Op, y), true) // may panic: not past a side effect
				return
			}
		}
	case token.SHL, token.SHR:
		f.shift(in, x, y)
		return
	}
	f.define(in, fmt.Sprintf("%s %s %s", x, in.Op, y), false)
}

// comparable gives two operands of == one type in the text: chan int == <-chan int, I == any.
func (f *function) comparable(x, y string, xt, yt types.Type) (string, string) {
	if isIface(xt) && isIface(yt) {
		widen := func(s string, t types.Type) string {
			if f.ty(t) == "P.Any" {
				return s
			}
			s = f.slotOf(s, t)
			v := f.variable("P.Any")
			f.p("%s = *%s", v, f.conversion(s, t, anyType, "change"))
			return v
		}
		return widen(x, xt), widen(y, yt)
	}
	return x, f.slotOf(f.cast(y, yt, xt), xt)
}

var anyType = types.Universe.Lookup("any").Type()

// shift: yaegi takes a negative count for a very large one, and rejects untyped-looking counts.
func (f *function) shift(in *ssa.BinOp, x, y string) {
	if c, ok := in.Y.(*ssa.Const); ok {
		n, _ := constant.Uint64Val(constant.ToInt(c.Value))
		if _, ok := in.X.(*ssa.Const); ok {
			x = f.slotOf(x, in.X.Type())
		}
		f.define(in, fmt.Sprintf("%s %s %d", x, in.Op, min(n, 1000)), false)
		return
	}
	if _, ok := in.X.(*ssa.Const); ok {
		x = f.slotOf(x, in.X.Type())
	}
	y = f.slotOf(y, in.Y.Type())
	if in.Y.Type().Underlying().(*types.Basic).Info()&types.IsUnsigned == 0 && !nonNegative(in.Y) {
		f.p("if %s < 0 { guest.PanicShift(%d) }", y, f.place())
	}
	f.define(in, fmt.Sprintf("%s %s uint64(%s)", x, in.Op, y), false)
}

func (f *function) unop(in *ssa.UnOp) {
	switch in.Op {
	case token.MUL:
		f.load(in)
	case token.ARROW:
		f.receive(in)
	default:
		x := f.val(in.X)
		if _, ok := in.X.(*ssa.Const); ok {
			x = f.slotOf(x, in.X.Type())
		}
		f.define(in, fmt.Sprintf("%s%s", in.Op, x), false)
	}
}

func (f *function) load(in *ssa.UnOp) {
	if r := f.rowOf[in]; r != nil { // it is there already
		f.regs[in], f.sameAs[in] = f.reg(r), r
		return
	}
	if x, ok := f.promoted[in.X]; ok {
		f.promoted[in] = x
		return
	}
	if ld := f.loaded(in); ld != nil {
		f.regs[in], f.sameAs[in] = f.reg(ld), ld
		return
	}
	if l, ok := f.lvalue(in.X); ok {
		if ia, ok := in.X.(*ssa.IndexAddr); ok && f.trust {
			f.faultAt[in] = ia.Pos()
		}
		f.define(in, l, !f.unchanged(in.X))
		return
	}
	if g, ok := in.X.(*ssa.Global); ok && f.captured[g] == "" { // a native variable
		if r := f.redirectVariable(g); r != "" {
			f.define(in, r, true)
			return
		}
		f.define(in, "*"+f.global(g), true)
		return
	}
	if len(*in.Referrers()) == 0 {
		if !f.cell.Unread[in.Pos()] {
			f.notNil(in.X)
		}
		return
	}
	f.notNil(in.X)
	f.define(in, "*"+f.val(in.X), true)
}

// unchanged reports whether addr lies in a local variable that is a plain one and is stored to once: nothing can change
// what a load of it gives.
func (f *function) unchanged(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
			continue
		case *ssa.Alloc:
			return f.plainVariable(a) && storedOnce(a) != nil
		}
		return false
	}
}

func (f *function) store(in *ssa.Store) {
	if f.spreadStore(in) {
		return
	}
	if g, ok := in.Addr.(*ssa.Global); ok && f.cell.Fresh[in.Pos()] {
		f.storeFresh(in, g)
		return
	}
	if a, ok := in.Addr.(*ssa.Alloc); ok && f.regs[a] == "" && f.lvals[a] == "" && f.plainVariable(a) && storedOnce(a) == in {
		f.lvals[a] = f.slotOf(f.val(in.Val), in.Val.Type())
		f.sawLoad = false
		return
	}
	if l, ok := f.lvalue(in.Addr); ok {
		v := f.val(in.Val)
		f.flush()
		f.assign("", l, v)
		return
	}
	if c, ok := in.Addr.(*ssa.Global); !ok || c == nil {
		f.notNil(in.Addr)
	}
	a, v := f.val(in.Addr), f.val(in.Val)
	f.flush()
	if isVariable(a) {
		f.assign("", "*"+a, v)
		return
	}
	f.p("*%s = %s", a, bare(v))
}

func (f *function) convert(in *ssa.Convert) {
	from, to := in.X.Type().Underlying(), in.Type().Underlying()
	x := f.val(in.X)
	if f.ty(in.X.Type()) == f.ty(in.Type()) {
		f.define(in, x, false)
		return
	}
	_, isConst := in.X.(*ssa.Const)
	if isConst { // the conversion wraps; yaegi's of a constant is rejected
		x = f.slotOf(x, in.X.Type())
	}
	switch {
	case f.text(from) && f.text(to): // []byte(string) and the like, of named element types
		if f.elementText(from) != f.elementText(to) {
			x = f.plainText(x, in.X.Type())
			if u, ok := to.(*types.Slice); ok {
				plain := types.NewSlice(u.Elem().Underlying())
				f.define(in, f.cast(fmt.Sprintf("[]%s(%s)", f.ty(u.Elem().Underlying()), bare(x)), plain, in.Type()), true)
				return
			}
		}
		f.define(in, fmt.Sprintf("%s(%s)", paren(f.ty(in.Type())), bare(x)), true)
		return
	}
	if f.narrow(in, x) {
		return
	}
	f.define(in, fmt.Sprintf("%s(%s)", paren(f.ty(in.Type())), bare(x)), false)
}

// text reports whether u is a string or a slice of bytes or runes.
func (f *function) text(u types.Type) bool {
	switch u := u.(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		e, ok := u.Elem().Underlying().(*types.Basic)
		return ok && (e.Kind() == types.Uint8 || e.Kind() == types.Int32)
	}
	return false
}

// elementText is the text of u's element type, that of its underlying type if u is a string.
func (f *function) elementText(u types.Type) string {
	if s, ok := u.(*types.Slice); ok {
		return f.ty(s.Elem())
	}
	return ""
}

// plainText is x, a slice of a named byte or rune type, as a slice of bytes or runes.
func (f *function) plainText(x string, t types.Type) string {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return f.cast(x, t, types.NewSlice(s.Elem().Underlying()))
	}
	return x
}

// cast gives x, of type from, as a value of the equally laid out type to.
func (f *function) cast(x string, from, to types.Type) string {
	if f.ty(from) == f.ty(to) {
		return x
	}
	return fmt.Sprintf("*(*%s)(unsafe.Pointer(&%s))", f.ty(to), f.slotOf(x, from))
}

// under gives x as a value of its underlying type where the text of its type is a name (self-recursive types):
// yaegi makes channels and maps only of types it can see through.
func (f *function) under(x string, t types.Type) string {
	u := t.Underlying()
	if f.ty(u) == f.ty(t) {
		return x
	}
	return f.slotOf(f.cast(x, t, u), u)
}

func (f *function) changeType(in *ssa.ChangeType) {
	x := f.val(in.X)
	if f.ty(in.X.Type()) == f.ty(in.Type()) {
		if isIdent(x) && !isNumber(x) {
			f.assign("", f.reg(in), x)
			return
		}
	}
	f.p("%s = %s", f.reg(in), bare(f.cast(x, in.X.Type(), in.Type())))
}

func (f *function) fieldAddr(in *ssa.FieldAddr) {
	base, isVar := f.lvalue(in.X)
	if len(*in.Referrers()) == 0 {
		if !isVar {
			f.notNil(in.X)
		}
		return
	}
	if !isVar {
		f.notNil(in.X)
		base = f.val(in.X)
		if strings.ContainsAny(base[:1], "&*") {
			base = "(" + base + ")"
		}
	}
	t := in.X.Type().Underlying().(*types.Pointer).Elem()
	if fd := t.Underlying().(*types.Struct).Field(in.Field); fd.Name() == "_" { // what is stored there is never read
		f.lvals[in] = f.variable(f.ty(fd.Type()))
		return
	} else if f.hiddenField(t, fd) { // its promoted methods are called on the struct itself
		f.promoted[in] = in.X
		return
	}
	sel := base + "." + f.field(t, in.Field)
	if foldAddr(in) {
		f.lvals[in] = sel
		return
	}
	f.p("%s = &%s", f.reg(in), sel)
}

// hiddenField reports whether fd is an unexported field of a native struct: text cannot name it.
func (b *builder) hiddenField(t types.Type, fd *types.Var) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && !fd.Exported() && b.compiledType(n)
}

func (f *function) indexAddr(in *ssa.IndexAddr) {
	if _, ok := f.spreadOf(in.X); ok {
		return
	}
	var sel string
	switch u := in.X.Type().Underlying().(type) {
	case *types.Slice:
		x := f.val(in.X)
		live := faults(in)
		if !f.trust || !live {
			x = f.slotOf(x, in.X.Type())
		}
		i := ""
		if f.ty(in.Index.Type()) == "int" && f.tested(indexCheck(in.Index, f.first(in.X), 0), in.Block()) {
			i = f.val(in.Index)
		} else {
			i = f.index(in.Index, in.X, f.lenOf(in.X, x), live)
		}
		sel = x + "[" + bare(i) + "]"
	case *types.Pointer:
		n := u.Elem().Underlying().(*types.Array).Len()
		base, isVar := f.lvalue(in.X)
		if !isVar {
			f.notNil(in.X)
			base = "(*" + f.val(in.X) + ")"
		}
		i := ""
		if c, ok := in.Index.(*ssa.Const); ok && c.Int64() >= 0 && c.Int64() < n {
			i = fmt.Sprint(c.Int64())
		} else {
			i = f.index(in.Index, nil, fmt.Sprint(n), faults(in))
		}
		sel = base + "[" + bare(i) + "]"
	}
	if len(*in.Referrers()) == 0 {
		return
	}
	if foldAddr(in) {
		f.lvals[in] = sel
		return
	}
	f.p("%s = &%s", f.reg(in), sel)
}

// sizes are those of all 64-bit platforms that gc supports.
var sizes = types.SizesFor("gc", "amd64")
