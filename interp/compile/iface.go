package compile

// Interface values: MakeInterface, TypeAssert and ChangeInterface become native operations of
// package P that exchange type words; constants in interfaces become constants of package P.

import (
	"fmt"
	"go/constant"
	"go/types"
	"strconv"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// conversion is a native conversion from or to an interface type: the address of the result.
func (f *function) conversion(x string, from, to types.Type, do string) string {
	return fmt.Sprintf("%s(unsafe.Pointer(&%s))", f.convOp(from, to, do), x)
}

// convOp is the operation for a conversion between types from and to, one of which is an interface.
func (b *builder) convOp(from, to types.Type, do string) string {
	b.ty(from)
	b.ty(to)
	b.outside(from)
	b.outside(to)
	return b.op(unit.Op{Do: do, From: b.id(from), To: b.id(to)}, "")
}

// op gives the name of a native operation, the same for equal ones.
func (b *builder) op(o unit.Op, extra string) string {
	key := fmt.Sprintf("%s %d %d %s.%s %s", o.Do, o.From, o.To, o.MethodPkg, o.Method, extra)
	if n, ok := b.ops[key]; ok {
		return n
	}
	o.Name = b.fresh("Op", "")
	b.unit.Ops = append(b.unit.Ops, o)
	set(&b.session, b.ops, key, "P."+o.Name)
	return "P." + o.Name
}

// made notes that text converts values of t to an interface: calls of interface methods get an arm for it.
func (b *builder) markMade(t types.Type) {
	t = types.Unalias(t)
	if b.made.At(t) != nil || isIface(t) {
		return
	}
	setType(&b.session, &b.made, t, true)
	for s := range b.methodSet(t) {
		id := s.Obj().Id()
		set(&b.session, b.implements, id, append(b.implements[id][:len(b.implements[id]):len(b.implements[id])], t))
	}
}

func (f *function) makeInterface(in *ssa.MakeInterface) {
	t := in.X.Type()
	direct := f.ty(in.Type()) == "P.Any" && f.nativeArgument(in) // a native call makes the interface itself
	if c, ok := in.X.(*ssa.Const); ok && c.Value != nil {
		if b, ok := t.Underlying().(*types.Basic); ok && b.Kind() != types.UnsafePointer {
			if b == t && direct && (b.Kind() == types.String || b.Kind() == types.Int || b.Kind() == types.Bool || b.Kind() == types.Float64) {
				f.define(in, f.constant(c), false)
				return
			}
			f.define(in, f.interfaceConst(c, in.Type()), false)
			return
		}
	}
	f.markMade(t)
	f.outside(t)
	if f.ty(in.Type()) == "P.Any" && f.same(t) && !isFunc(t) {
		if direct {
			f.define(in, bare(f.val(in.X)), false)
			return
		}
		f.p("%s = %s", f.reg(in), bare(f.val(in.X)))
		return
	}
	x := f.slot(in.X)
	f.flush()
	f.define(in, "*"+f.conversion(x, t, in.Type(), "make"), true)
}

// nativeArgument reports whether v is only an element of the list of a variadic call of a native function.
func (f *function) nativeArgument(v *ssa.MakeInterface) bool {
	rs := *v.Referrers()
	if len(rs) != 1 {
		return false
	}
	st, ok := rs[0].(*ssa.Store)
	if !ok || st.Val != ssa.Value(v) {
		return false
	}
	ia, ok := st.Addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	s := f.spreads[ia.X]
	return s != nil && s.native
}

// interfaceConst is a native variable, which yaegi freezes, that holds constant c in an interface of type it.
func (b *builder) interfaceConst(c *ssa.Const, it types.Type) string {
	b.markMade(c.Type())
	b.outside(c.Type())
	b.outside(it)
	text := ""
	switch k := c.Type().Underlying().(*types.Basic); {
	case k.Info()&types.IsBoolean != 0:
		text = strconv.FormatBool(constant.BoolVal(c.Value))
	case k.Info()&types.IsString != 0:
		text = constant.StringVal(c.Value)
	case k.Info()&types.IsInteger != 0:
		text = constant.ToInt(c.Value).ExactString()
		if k.Info()&types.IsUnsigned != 0 && constant.Sign(c.Value) < 0 {
			text = strconv.FormatUint(c.Uint64()&(1<<(8*sizes.Sizeof(k)-1)<<1-1), 10)
		}
	case k.Kind() == types.Float32:
		x, _ := constant.Float32Val(c.Value)
		text = strconv.FormatFloat(float64(x), 'g', -1, 32)
	case k.Info()&types.IsFloat != 0:
		x, _ := constant.Float64Val(c.Value)
		text = strconv.FormatFloat(x, 'g', -1, 64)
	default:
		re, _ := constant.Float64Val(constant.Real(c.Value))
		im, _ := constant.Float64Val(constant.Imag(c.Value))
		text = strconv.FormatFloat(re, 'g', -1, 64) + " " + strconv.FormatFloat(im, 'g', -1, 64)
	}
	key := fmt.Sprintf("%d %d %s", b.id(c.Type()), b.id(it), text)
	if n, ok := b.consts[key]; ok {
		return n
	}
	n := b.fresh("C", "")
	b.consts[key] = "P." + n
	b.unit.Consts = append(b.unit.Consts, unit.Const{Name: n, Type: b.id(c.Type()), Iface: b.id(it), Value: text})
	b.unit.Forget = append(b.unit.Forget, "P."+n)
	return "P." + n
}

// decides reports whether all that becomes of the success of in is the condition that ends its block, and nothing
// lies between that could change the value.
func (f *function) decides(in *ssa.TypeAssert) bool {
	b := in.Block()
	iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	after := false
	for _, i := range b.Instrs {
		switch i := i.(type) {
		case *ssa.TypeAssert:
			if after {
				return false
			}
			after = i == in
		case *ssa.Extract:
			if i.Tuple == ssa.Value(in) && i.Index == 1 {
				if rs := *i.Referrers(); len(rs) != 1 || rs[0] != ssa.Instruction(iff) {
					return false
				}
			}
		case *ssa.If, *ssa.DebugRef:
		default:
			if after {
				return false
			}
		}
	}
	return true
}

func (f *function) typeAssert(in *ssa.TypeAssert) {
	to, from := in.AssertedType, in.X.Type()
	if !in.CommaOk && isIface(to) && types.Identical(to, from) { // x.Method as a value: a test for nil
		x := f.slotOf(f.val(in.X), from)
		f.p("if %s == nil { guest.PanicNil(%d) }", x, f.place())
		f.p("%s = %s", f.reg(in), x)
		return
	}
	if s := f.switches[in]; s != nil {
		f.switchTest(s, in)
		return
	}
	x := f.slot(in.X)
	f.flush()
	if !in.CommaOk {
		e := f.conversion(x, from, to, "must")
		if len(*in.Referrers()) == 0 {
			f.p("%s = %s", f.temp(f.convOp(from, to, "must")), e)
			return
		}
		f.p("%s = *%s", f.reg(in), e)
		return
	}
	e := fmt.Sprintf("%s(%s)", f.convOp(from, to, "as"), f.pointer(in.X, x))
	if !f.extracted(in, 0) {
		if f.decides(in) {
			f.tagTests[in] = e + " != nil"
			return
		}
		f.p("%s = %s != nil", f.element(in, 1), e)
		return
	}
	if b := f.onlyIn(in); b != nil && f.decides(in) { // the value is fetched where it is needed
		q := f.variable(f.convOp(from, to, "as"))
		v := f.element(in, 0)
		f.p("%s = %s", q, e)
		f.tagTests[in] = q + " != nil"
		f.fetched[in] = true
		f.atStart[b] = append(f.atStart[b], fetch{fmt.Sprintf("\t%s = *%s", v, q), f.pos})
		return
	}
	q := f.temp(f.convOp(from, to, "as"))
	v, ok := f.element(in, 0), f.element(in, 1)
	f.p("%s = %s", q, e)
	if !f.extracted(in, 1) {
		f.p("if %s != nil { %s = *%s } else { %s = %s }", q, v, q, v, f.zero(to))
		return
	}
	f.p("%s = %s != nil", ok, q)
	f.p("if %s { %s = *%s } else { %s = %s }", ok, v, q, v, f.zero(to))
}
