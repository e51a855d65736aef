package compile

// Calls: Call, Go and Defer of functions, closures, builtins and interface methods;
// variadic calls whose slice is made for the call only.

import (
	"fmt"
	"go/types"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// interpreted reports whether fn is called by a name of the text.
func (b *builder) interpreted(fn *ssa.Function) bool {
	if fn.Blocks != nil || templates[origin(fn)] != nil {
		return true
	}
	o := fn.Object()
	return o != nil && o.Pkg() != nil && !b.native(o.Pkg())
}

func (f *function) call(in *ssa.Call) {
	c := &in.Call
	if fn, ok := c.Value.(*ssa.Function); ok && fn.Name() == "init" && fn.Synthetic == "package initializer" && fn.Blocks == nil {
		return // of a native package
	}
	as := f.arguments(c)
	fun := ""
	switch c.Value.(type) {
	case *ssa.Function, *ssa.Builtin:
	default:
		fun = f.val(c.Value)
	}
	f.flush()
	keep := f.pendCall // the left operand of an operation whose right operand is this call
	if keep != nil {
		u, ok := (*keep.Referrers())[0].(*ssa.BinOp)
		if !ok || u.X != keep || u.Y != ssa.Value(in) || len(*in.Referrers()) != 1 || !f.foldable(in) {
			f.flushCall(nil)
			keep = nil
		}
	}
	f.emitCall(in, c, fun, as)
	if keep != nil && f.pendCall == ssa.Value(in) {
		f.pendLeft = keep
	}
}

// arguments are the texts of a call's operands. The last one of a variadic call may be a list (see spread).
func (f *function) arguments(c *ssa.CallCommon) []string {
	var as []string
	for i, a := range c.Args {
		if i == len(c.Args)-1 && c.Signature().Variadic() {
			if elems, ok := f.spreadOf(a); ok {
				as = append(as, f.spreadText(c, a, elems))
				continue
			}
		}
		as = append(as, bare(f.val(a)))
	}
	return as
}

// emitCall writes a call whose operands are texts; in is nil for calls in thunks.
func (f *function) emitCall(in *ssa.Call, c *ssa.CallCommon, fun string, as []string) {
	sig := c.Signature()
	n := sig.Results().Len()
	used := in != nil && len(*in.Referrers()) > 0
	direct, _ := c.Value.(*ssa.Function)
	named := direct != nil && f.interpreted(direct) && len(f.builder.captures(direct)) == 0
	minusZero := ""
	if named {
		minusZero = f.minusZero(c, as)
	}
	lhs, after := "", ""
	switch {
	case n == 1 && used && named && minusZero == "" && f.foldable(in):
		f.pend[in] = f.name(direct) + "(" + strings.Join(as, ", ") + ")"
		f.pendCall = in
		f.faultAt[in] = in.Pos()
		return
	case n == 1 && used:
		lhs = f.reg(in) + " = "
		if isFunc(sig.Results().At(0).Type()) && !named {
			// such a call replaces the variable's cell by an unaddressable value: a variable of its own, and a copy
			w := f.variable("own " + f.ty(sig.Results().At(0).Type()))
			after = lhs + w
			lhs = w + " = "
		}
	case n > 1 && used:
		lhs = strings.Join(f.elements(in), ", ") + " = "
	}
	defer func() {
		if after != "" {
			f.p("%s", after)
		}
	}()
	if c.IsInvoke() {
		f.invoke(c, fun, lhs, as)
		return
	}
	switch v := c.Value.(type) {
	case *ssa.Builtin:
		f.builtin(in, v, c, as)
	case *ssa.Function:
		if !named {
			if f.interpreted(v) { // a literal with captured session variables
				if fun == "" {
					fun = f.val(v)
				}
				f.p("%s%s(%s)", lhs, fun, strings.Join(as, ", "))
				return
			}
			f.p("%s%s", lhs, f.nativeCall(v, c, as))
			return
		}
		name := f.name(v)
		call := "(" + strings.Join(as, ", ") + ")"
		if minusZero == "" {
			f.p("%s%s%s", lhs, name, call)
			return
		}
		fv := f.temp(f.funcText(v))
		f.p("if %s {", minusZero)
		f.p("\t%s = %s", fv, name)
		f.p("\t%s%s%s", lhs, fv, call)
		f.p("} else {")
		f.p("\t%s%s%s", lhs, name, call)
		f.p("}")
	default:
		fun = f.slotOf(fun, c.Value.Type())
		if _, ok := c.Value.(*ssa.MakeClosure); !ok {
			f.p("if %s == nil { guest.PanicNil(%d) }", fun, f.place())
		}
		f.p("%s%s(%s)", lhs, fun, strings.Join(as, ", "))
	}
}

// minusZero is a condition that is true when an argument may be -0, which a direct call of an interpreted function
// would make +0; "" if none can be.
func (f *function) minusZero(c *ssa.CallCommon, as []string) string {
	var tests []string
	for i, a := range c.Args {
		if !f.minusZeroIn(a) {
			continue
		}
		as[i] = f.slotOf(as[i], a.Type())
		if t := f.zeroTest(as[i], a.Type()); t != "" {
			tests = append(tests, t)
		}
	}
	return strings.Join(tests, " || ")
}

// minusZeroIn reports whether v may be -0 or hold it.
func (f *function) minusZeroIn(v ssa.Value) bool {
	_, constant := v.(*ssa.Const)
	return !constant && isFloat(v.Type())
}

// callee is a function value of type func() to defer or to start, with operands evaluated now; thunk tells that a
// literal of ours lies between it and the function that is meant.
func (f *function) callee(c *ssa.CallCommon) (text string, thunk bool) {
	sig := c.Signature()
	if !c.IsInvoke() && sig.Params().Len() == 0 && sig.Results().Len() == 0 && sig.Recv() == nil {
		switch v := c.Value.(type) {
		case *ssa.Builtin:
		case *ssa.Function:
			if f.interpreted(v) {
				return f.val(v), false
			}
		default:
			return f.val(v), false
		}
	}
	return f.thunk(c), true
}

// startedName is the function that a go statement starts, as traces show it.
func (f *function) startedName(c *ssa.CallCommon) string { return f.functionName(c.Value) }

// functionName is function value v as traces show it, "" if it is not known which it is.
func (f *function) functionName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Function:
		return f.goName(v)
	case *ssa.MakeClosure:
		return f.goName(v.Fn.(*ssa.Function))
	}
	return ""
}

// thunk writes a maker of a func() that makes the call with operands that are evaluated now.
func (f *function) thunk(c *ssa.CallCommon) string {
	name := f.fresh("K", "")
	f.unit.Forget = append(f.unit.Forget, name)
	var params, now, inner []string
	float := false
	add := func(v ssa.Value) string {
		n := fmt.Sprintf("a%d", len(params))
		params = append(params, n+" "+f.ty(v.Type()))
		now = append(now, bare(f.val(v)))
		float = float || f.minusZeroIn(v)
		return n
	}
	fun := ""
	switch {
	case c.IsInvoke():
		x := f.slotOf(f.val(c.Value), c.Value.Type())
		f.p("if %s == nil { guest.PanicNil(%d) }", x, f.place())
		params, now = append(params, "a0 "+f.ty(c.Value.Type())), append(now, x)
		fun = "a0"
	default:
		switch v := c.Value.(type) {
		case *ssa.Builtin:
		case *ssa.Function:
			if len(f.builder.captures(v)) > 0 {
				fun = add(v)
			}
		default:
			fun = add(c.Value)
		}
	}
	for _, a := range c.Args {
		inner = append(inner, add(a))
	}
	g := f.newFunction(f.ssa)
	g.pos = f.pos
	g.head = fmt.Sprintf("func %s(%s) func() {\n\treturn func() {\n", name, strings.Join(params, ", "))
	g.tail = "\t}\n}\n"
	g.emitCall(nil, c, fun, inner)
	f.builder.done = append(f.builder.done, g)
	f.unit.Funcs = append(f.unit.Funcs, unit.Func{Text: name, Go: f.goName(f.ssa), Synthetic: true})
	return f.made(name, typesOf(params), "func()", now, float)
}

// made calls name, a function of the text that returns a literal of type typ. Where a parameter of it has floating-point
// numbers the call is one through a variable: see minusZero.
func (f *function) made(name string, params []string, typ string, args []string, float bool) string {
	if !float {
		return name + "(" + strings.Join(args, ", ") + ")"
	}
	maker := f.temp("func(" + strings.Join(params, ", ") + ") " + typ)
	own := f.variable("own " + typ) // such a call replaces the variable's cell by an unaddressable value
	f.p("%s = %s", maker, name)
	f.p("%s = %s(%s)", own, maker, strings.Join(args, ", "))
	return own
}

func (f *function) defers(in *ssa.Defer) {
	fr := "fr"
	if in.DeferStack != nil {
		fr = f.val(in.DeferStack)
	}
	if b, ok := in.Call.Value.(*ssa.Builtin); ok && b.Name() == "recover" {
		f.p("guest.DeferRecover(%s)", fr)
		return
	}
	t, thunk := f.callee(&in.Call)
	if thunk {
		f.p("guest.DeferT(%s, %s)", fr, t)
	} else {
		f.p("guest.Defer(%s, %s)", fr, t)
	}
}

// deferredOnly reports whether a function literal is only ever the callee of defer statements: then recover need not look at the stack.
func deferredOnly(fn *ssa.Function) bool {
	if fn.Parent() == nil {
		return false
	}
	seen := false
	for _, b := range fn.Parent().Blocks {
		for _, in := range b.Instrs {
			for _, op := range in.Operands(nil) {
				if *op != ssa.Value(fn) {
					continue
				}
				seen = true
				if mc, ok := in.(*ssa.MakeClosure); ok {
					for _, r := range *mc.Referrers() {
						if d, ok := r.(*ssa.Defer); !ok || d.Call.Value != ssa.Value(mc) || d.DeferStack != nil {
							return false
						}
					}
					continue
				}
				if d, ok := in.(*ssa.Defer); !ok || d.Call.Value != ssa.Value(fn) || d.DeferStack != nil {
					return false
				}
			}
		}
	}
	return seen
}

// ---- slices made for one variadic call

// A spread is the array that ssa makes for the last arguments of a variadic call: its elements need no array, they
// are written in the call.
type spread struct {
	alloc  *ssa.Alloc
	slice  *ssa.Slice
	elems  []ssa.Value
	native bool // the call is one of a native function
}

// findSpreads looks for arrays that are made, filled and sliced for one call in the same block.
func (f *function) findSpreads() {
	for _, b := range f.order {
		for _, in := range b.Instrs {
			a, ok := in.(*ssa.Alloc)
			if !ok || a.Comment != "varargs" {
				continue
			}
			if s := spreadFrom(a); s != nil {
				if f.spreads == nil {
					f.spreads = map[ssa.Value]*spread{}
				}
				f.spreads[s.alloc], f.spreads[s.slice] = s, s
				c := (*s.slice.Referrers())[0].(*ssa.Call)
				fn, ok := c.Call.Value.(*ssa.Function)
				s.native = ok && !f.interpreted(fn)
			}
		}
	}
}

func spreadFrom(a *ssa.Alloc) *spread {
	arr, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	if !ok || arr.Len() > 64 || isFunc(arr.Elem()) {
		return nil
	}
	if s, ok := arr.Elem().Underlying().(*types.Slice); ok && types.Identical(s.Elem(), arr.Elem()) {
		return nil // type S []S: append(s, s) means s... to yaegi
	}
	s := &spread{alloc: a, elems: make([]ssa.Value, arr.Len())}
	for _, r := range *a.Referrers() {
		if r.Block() != a.Block() {
			return nil
		}
		switch r := r.(type) {
		case *ssa.IndexAddr:
			k, ok := r.Index.(*ssa.Const)
			rs := *r.Referrers()
			if !ok || len(rs) != 1 {
				return nil
			}
			st, ok := rs[0].(*ssa.Store)
			if !ok || st.Addr != ssa.Value(r) || st.Block() != a.Block() || s.elems[k.Int64()] != nil {
				return nil
			}
			s.elems[k.Int64()] = st.Val
		case *ssa.Slice:
			if s.slice != nil || r.Low != nil || r.High != nil || r.Max != nil || len(*r.Referrers()) != 1 {
				return nil
			}
			c, ok := (*r.Referrers())[0].(*ssa.Call)
			if !ok || c.Block() != a.Block() || len(c.Call.Args) == 0 || c.Call.Args[len(c.Call.Args)-1] != ssa.Value(r) || !c.Call.Signature().Variadic() {
				return nil
			}
			for _, x := range c.Call.Args[:len(c.Call.Args)-1] {
				if x == ssa.Value(r) {
					return nil
				}
			}
			s.slice = r
		case *ssa.DebugRef:
		default:
			return nil
		}
	}
	if s.slice == nil {
		return nil
	}
	for _, e := range s.elems {
		if e == nil {
			return nil
		}
	}
	return s
}

// spreadOf is the list of values that stands for array or slice v.
func (f *function) spreadOf(v ssa.Value) ([]ssa.Value, bool) {
	if s := f.spreads[v]; s != nil {
		return s.elems, true
	}
	return nil, false
}

// spreadStore reports whether a store fills an array of a spread: its value is fetched at the call.
func (f *function) spreadStore(in *ssa.Store) bool {
	ia, ok := in.Addr.(*ssa.IndexAddr)
	return ok && f.spreads[ia.X] != nil
}

// spreadText is the last argument of a variadic call: the elements one by one for native functions and append,
// a literal for functions of the text.
func (f *function) spreadText(c *ssa.CallCommon, v ssa.Value, elems []ssa.Value) string {
	if b, ok := c.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(elems) > 1 {
		f.flush() // yaegi stores the first before it reads the second
	}
	var as []string
	for _, e := range elems {
		as = append(as, bare(f.val(e)))
	}
	list := strings.Join(as, ", ")
	switch fn := c.Value.(type) {
	case *ssa.Builtin:
		if fn.Name() == "append" {
			return listMark + list
		}
	case *ssa.Function:
		if !f.interpreted(fn) {
			return listMark + list
		}
	}
	t := f.ty(v.Type())
	if !strings.HasPrefix(t, "[]") {
		t = f.ty(v.Type().Underlying())
	}
	return t + "{" + list + "}"
}

// listMark begins an argument that is a list of arguments.
const listMark = "\x03"
