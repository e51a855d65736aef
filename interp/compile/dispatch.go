package compile

// Calls of interface methods. A call becomes a test of the type word followed by direct calls
// of the types that text is known to convert to an interface; every other type is reached by
// the native call x.M(), or where that is impossible by the bodies that forged types carry.

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// A site is one call of an interface method; its text is made when all types of the unit are known.
type site struct {
	f      *function
	iface  types.Type
	method *types.Func
	x      string // variable that holds the interface value
	lhs    string // "v1, v2 = " or ""
	args   []string
	float  []bool // arguments that -0 may hide in
	place  int
	arms   []arm
	seen   int // how many implementing types have been looked at
}

// An arm is a type that a site calls directly.
type arm struct {
	recv types.Type
	fn   *ssa.Function
}

// maxArms bounds the text of a site; further types take the way of unknown ones.
const maxArms = 12

// callable reports whether native code can call m by reflection: it is exported and its signature is the same outside and inside.
func (b *builder) callable(m *types.Func) bool {
	sig := m.Signature()
	return m.Exported() && b.sameTuple(sig.Params()) && b.sameTuple(sig.Results())
}

// invoke adds a site.
func (f *function) invoke(c *ssa.CallCommon, x, lhs string, args []string) {
	f.flushCall(nil)
	s := &site{f: f, iface: c.Value.Type(), method: c.Method, x: f.slotOf(x, c.Value.Type()), lhs: lhs, place: f.place()}
	f.outside(s.iface)
	f.devirtualized(c)
	for i, a := range args { // evaluated once
		if !isVariable(a) && strings.ContainsAny(a, "([*") {
			a = f.slotOf(a, c.Args[i].Type())
		}
		fl := i < len(c.Args) && f.minusZeroIn(c.Args[i])
		if fl {
			a = f.slotOf(a, c.Args[i].Type())
		}
		s.args = append(s.args, a)
		s.float = append(s.float, fl)
	}
	f.sites = append(f.sites, s)
	f.lines = append(f.lines, line{site: s})
}

// devirtualized: where the dynamic type is plain to see, the compiler calls its method directly, and a value method
// called through a nil pointer is a nil dereference; elsewhere the method's wrapper says more.
func (f *function) devirtualized(c *ssa.CallCommon) {
	mi, ok := c.Value.(*ssa.MakeInterface)
	if !ok {
		return
	}
	if _, ok := mi.X.Type().Underlying().(*types.Pointer); !ok {
		return
	}
	sel := f.cell.Prog.MethodSets.MethodSet(mi.X.Type()).Lookup(c.Method.Pkg(), c.Method.Name())
	if sel == nil || len(sel.Index()) != 1 {
		return
	}
	if _, star, _ := receiver(sel.Obj().(*types.Func).Signature().Recv().Type()); star {
		return
	}
	if _, known := f.regs[mi.X]; known || isNil(mi.X) {
		f.p("if %s == nil { guest.PanicNil(%d) }", f.val(mi.X), f.place())
	}
}

// moreArms gives the sites the types that have been converted to interfaces since the last call.
func (b *builder) moreArms() {
	for _, s := range b.sites {
		it := s.iface.Underlying().(*types.Interface)
		all := b.implements[s.method.Id()]
		fresh := all[s.seen:]
		if len(fresh) > maxArms { // the newest
			fresh = fresh[len(fresh)-maxArms:]
		}
		s.seen = len(all)
		for _, t := range fresh {
			if len(s.arms) >= maxArms || !types.Implements(t, it) {
				continue
			}
			sel := b.cell.Prog.MethodSets.MethodSet(t).Lookup(s.method.Pkg(), s.method.Name())
			if sel == nil {
				continue
			}
			fn := b.cell.Prog.MethodValue(sel)
			if fn == nil || !b.interpreted(fn) {
				continue
			}
			b.name(fn)
			s.arms = append(s.arms, arm{t, fn})
		}
	}
}

// expand writes the lines of a site.
func (s *site) expand() []line {
	f := s.f
	f.lines = nil
	sig := s.method.Signature()
	put := func(format string, args ...any) {
		f.lines = append(f.lines, line{text: fmt.Sprintf(format, args...), place: s.place})
	}
	unknown := func(indent string) {
		args := strings.Join(s.args, ", ")
		if to := f.redirectedMethod(s.method); to != "" {
			put("%s%sguest.%s(%s)", indent, s.lhs, to, strings.Join(append([]string{fmt.Sprint(s.place), s.x}, s.args...), ", "))
			return
		}
		if f.callable(s.method) {
			if sig.Variadic() {
				args += "..."
			}
			put("%s%s%s.%s(%s)", indent, s.lhs, s.x, s.method.Name(), args)
			return
		}
		// by the body that the dynamic type carries, which takes the data word
		ps := []*types.Var{types.NewParam(0, nil, "", types.Typ[types.UnsafePointer])}
		for _, p := range tuple(sig.Params()) {
			ps = append(ps, types.NewParam(0, nil, "", p))
		}
		ft := types.NewSignatureType(nil, nil, nil, types.NewTuple(ps...), sig.Results(), false)
		body := f.op(unit.Op{Do: "method", From: f.id(s.iface), To: f.id(ft), Method: s.method.Name(), MethodPkg: hiddenIn(s.method)}, "")
		word := f.op(unit.Op{Do: "word", From: f.id(s.iface), To: f.id(types.Typ[types.UnsafePointer])}, "")
		fv := f.variable(f.ty(ft))
		put("%s%s = *%s(unsafe.Pointer(&%s))", indent, fv, body, s.x)
		call := fmt.Sprintf("%s%s(%s)", s.lhs, fv, strings.Join(append([]string{fmt.Sprintf("*%s(unsafe.Pointer(&%s))", word, s.x)}, s.args...), ", "))
		if n, ok := types.Unalias(s.iface).(*types.Named); ok && s.method.Exported() && !sig.Variadic() && f.compiledType(n) {
			// A compiled type has no such body: reflect.Type's methods whose results are iter.Seq.
			put("%sif %s == nil {", indent, fv)
			put("%s\t%s%s.%s(%s)", indent, s.lhs, s.x, s.method.Name(), args)
			put("%s} else {", indent)
			put("%s\t%s", indent, call)
			put("%s}", indent)
			return
		}
		put("%s%s", indent, call)
	}
	direct := func(a arm, recv string) {
		name := f.name(a.fn)
		var test []string
		if isFloat(a.recv) {
			r := f.variable(f.ty(a.recv))
			put("\t\t%s = %s", r, recv)
			recv = r
			if t := f.zeroTest(r, a.recv); t != "" {
				test = append(test, t)
			}
		}
		for i, fl := range s.float {
			if !fl {
				continue
			}
			if t := f.zeroTest(s.args[i], sig.Params().At(i).Type()); t != "" {
				test = append(test, t)
			}
		}
		call := "(" + strings.Join(append([]string{recv}, s.args...), ", ") + ")"
		if len(test) > 0 {
			fv := f.variable(f.funcText(a.fn))
			put("\t\tif %s {", strings.Join(test, " || "))
			put("\t\t%s = %s", fv, name)
			put("\t\t%s%s%s", s.lhs, fv, call)
			put("\t\t} else {")
			put("\t\t%s%s%s", s.lhs, name, call)
			put("\t\t}")
			return
		}
		put("\t\t%s%s%s", s.lhs, name, call)
	}
	switch len(s.arms) {
	case 0:
		put("\tif %s == nil { guest.PanicNil(%d) }", s.x, s.place)
		unknown("\t")
	case 1:
		a := s.arms[0]
		op := f.convOp(s.iface, a.recv, "as")
		q := f.variable(op)
		put("\t%s = %s(unsafe.Pointer(&%s))", q, op, s.x)
		put("\tif %s != nil {", q)
		direct(a, "*"+q)
		put("\t} else if %s == nil { guest.PanicNil(%d) } else {", s.x, s.place)
		unknown("\t\t")
		put("\t}")
	default:
		o := unit.Op{Do: "tag", From: f.id(s.iface), To: f.id(types.Typ[types.Int]), Method: s.method.Name(), MethodPkg: hiddenIn(s.method)}
		key := ""
		for i, a := range s.arms {
			c := f.tagCase(a.recv, i)
			o.Cases = append(o.Cases, c)
			key += fmt.Sprintf(" %d %v", c.Type, c.Ptr)
		}
		tag := f.op(o, key)
		px, k := f.variable("unsafe.Pointer"), f.variable("int")
		put("\t%s = unsafe.Pointer(&%s)", px, s.x)
		put("\t%s = *%s(%s)", k, tag, px)
		open := "\tif"
		for i, a := range s.arms {
			put("%s %s == %d {", open, k, i)
			direct(a, fmt.Sprintf("*%s(%s)", f.convOp(s.iface, a.recv, "data"), px))
			open = "\t} else if"
		}
		put("%s %s == nil { guest.PanicNil(%d) } else {", open, s.x, s.place)
		unknown("\t\t")
		put("\t}")
	}
	return slices.Clone(f.lines)
}

// zeroTest is a condition that is true when variable x of type t, which has floating-point numbers in it, may be -0,
// which a direct call of an interpreted function would make +0; "" if no test can see them.
func (b *builder) zeroTest(x string, t types.Type) string {
	if strict(t) && types.Comparable(t) {
		if u, ok := t.Underlying().(*types.Basic); !ok || u.Info()&(types.IsFloat|types.IsComplex) == 0 {
			return x + " == " + b.zero(t)
		}
	}
	for { // all of it is 0 only if its first number is
		switch u := t.Underlying().(type) {
		case *types.Array:
			x, t = x+"[0]", u.Elem()
			continue
		case *types.Struct:
			for k := range u.NumFields() {
				ft := u.Field(k).Type()
				if !isFloat(ft) {
					continue
				}
				if b.hiddenField(t, u.Field(k)) {
					return ""
				}
				x, t = x+"."+b.field(t, k), ft
				break
			}
			continue
		}
		return x + " == 0"
	}
}
