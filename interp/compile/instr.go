package compile

// The switch over SSA instructions. Short ones are written here, the others in the
// file of their concern.

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// unusedMatters reports whether an instruction whose value nobody uses still does something.
func unusedMatters(in ssa.Instruction) bool {
	switch in.(type) {
	case *ssa.Call, *ssa.UnOp, *ssa.TypeAssert, *ssa.Select, *ssa.Next, *ssa.Lookup, *ssa.IndexAddr, *ssa.FieldAddr, *ssa.Slice,
		*ssa.BinOp, *ssa.Index, *ssa.MakeSlice, *ssa.SliceToArrayPointer, *ssa.MakeChan:
		return true
	}
	return false
}

// instr emits one instruction; next is the block that follows in the text.
func (f *function) instr(in ssa.Instruction, next *ssa.BasicBlock) {
	f.sawCall = nil
	if v, ok := in.(ssa.Value); ok && !unusedMatters(in) && len(*v.Referrers()) == 0 {
		f.settleOperands(in)
		return
	}
	switch in := in.(type) {
	case *ssa.Go, *ssa.Defer, *ssa.RunDefers, *ssa.Send, *ssa.Select, *ssa.Next, *ssa.Panic, *ssa.Range:
		f.flush()
	case *ssa.UnOp:
		if in.Op == token.ARROW {
			f.flush()
		}
	}
	switch in := in.(type) {
	case *ssa.DebugRef, *ssa.Phi:
	case *ssa.Alloc:
		f.alloc(in)
	case *ssa.BinOp:
		f.binop(in)
	case *ssa.UnOp:
		f.unop(in)
	case *ssa.ChangeType:
		f.changeType(in)
	case *ssa.MultiConvert:
		f.refuse(in.Pos(), multiConvert, "%v", in.Type())
	case *ssa.Convert:
		f.convert(in)
	case *ssa.ChangeInterface:
		x := f.slot(in.X)
		f.p("%s = *%s", f.reg(in), f.conversion(x, in.X.Type(), in.Type(), "change"))
	case *ssa.SliceToArrayPointer:
		f.sliceToArray(in)
	case *ssa.MakeInterface:
		f.makeInterface(in)
	case *ssa.MakeClosure:
		if f.startsOnly(in) {
			return
		}
		fn := in.Fn.(*ssa.Function)
		var as, ps []string
		float := false // the receiver of a method value: what a literal captures are pointers
		for _, b := range in.Bindings {
			as, ps = append(as, bare(f.val(b))), append(ps, f.ty(b.Type()))
			float = float || f.minusZeroIn(b)
		}
		for _, g := range f.builder.captures(fn) {
			ps = append(ps, f.ty(g.Type()))
		}
		as = append(as, f.captureArgs(fn)...)
		f.p("%s = %s", f.reg(in), f.made(f.name(fn), ps, f.ty(in.Type()), as, float))
	case *ssa.MakeMap:
		if u := in.Type().Underlying(); f.ty(u) != f.ty(in.Type()) {
			t := f.temp(f.ty(u))
			f.p("%s = make(%s)", t, f.ty(u))
			f.p("%s = %s", f.reg(in), f.cast(t, u, in.Type()))
			return
		}
		f.p("%s = make(%s)", f.reg(in), f.ty(in.Type()))
	case *ssa.MakeChan:
		f.makeChan(in)
	case *ssa.MakeSlice:
		f.makeSlice(in)
	case *ssa.Slice:
		f.slice(in)
	case *ssa.FieldAddr:
		f.fieldAddr(in)
	case *ssa.Field:
		if f.hiddenField(in.X.Type(), in.X.Type().Underlying().(*types.Struct).Field(in.Field)) {
			f.promoted[in] = in.X
			return
		}
		f.p("%s = %s.%s", f.reg(in), f.val(in.X), f.field(in.X.Type(), in.Field))
	case *ssa.IndexAddr:
		f.indexAddr(in)
	case *ssa.Index:
		x := f.val(in.X)
		n := f.lenOf(in.X, x)
		if a, ok := in.X.Type().Underlying().(*types.Array); ok {
			n = fmt.Sprint(a.Len())
		} else if !isVariable(x) {
			x = f.slotOf(x, in.X.Type())
			n = f.lenOf(in.X, x)
		}
		i := f.index(in.Index, in.X, n, len(*in.Referrers()) > 0)
		if len(*in.Referrers()) > 0 {
			f.p("%s = %s[%s]", f.reg(in), x, bare(i))
		}
	case *ssa.Lookup:
		f.lookup(in)
	case *ssa.MapUpdate:
		f.mapUpdate(in)
	case *ssa.Select:
		f.selects(in)
	case *ssa.Range:
		if _, ok := in.X.Type().Underlying().(*types.Map); ok {
			f.p("%s = guest.MapIter(%s)", f.reg(in), f.val(in.X))
		} else {
			f.p("%s = guest.StringIter(%s)", f.reg(in), f.val(in.X))
		}
	case *ssa.Next:
		f.next(in)
	case *ssa.TypeAssert:
		f.typeAssert(in)
	case *ssa.Extract:
		f.extract(in)
	case *ssa.Jump:
		f.jump(in.Block(), in.Block().Succs[0], next, "", 0)
	case *ssa.If:
		f.branch(in, next)
	case *ssa.Return:
		f.returns(in)
	case *ssa.RunDefers: // guest.Protect does
	case *ssa.Panic:
		f.panics(in)
	case *ssa.Go:
		if fn := f.startedLiteral(in); fn != nil {
			t := f.started(in, fn)
			f.p("guest.Go(%s, %d)", t, f.placeOf(f.startedName(&in.Call)))
			return
		}
		t, _ := f.callee(&in.Call)
		f.p("guest.Go(%s, %d)", t, f.placeOf(f.startedName(&in.Call)))
	case *ssa.Defer:
		f.defers(in)
	case *ssa.Send:
		f.send(in)
	case *ssa.Store:
		f.store(in)
	case *ssa.Call:
		f.call(in)
	default:
		f.refuse(in.Pos(), unknown, "%T", in)
	}
}

func (f *function) alloc(in *ssa.Alloc) {
	elem := in.Type().Underlying().(*types.Pointer).Elem()
	if h := f.hoisted[in]; h != "" {
		f.regs[in] = h
		return
	}
	if _, ok := f.spreadOf(in); ok {
		return
	}
	if f.plainVariable(in) {
		if p := spilled(in); p != nil { // the parameter itself is the variable
			f.lvals[in] = f.regs[p]
			return
		}
		if storedOnce(in) != nil { // the value itself is the variable, see store
			return
		}
		n := f.lvals[in]
		if n == "" {
			n = f.variable(f.ty(elem))
			f.lvals[in] = n
		}
		if in.Block().Index != 0 && !overwritten(in) { // a new variable each time round
			f.p("%s = %s", n, f.zero(elem))
		}
		return
	}
	f.p("%s = new(%s)", f.reg(in), f.ty(elem))
}

// spilled is the parameter that local a is made for, if nothing else uses it.
func spilled(a *ssa.Alloc) *ssa.Parameter {
	if a.Block().Index != 0 {
		return nil
	}
	for _, r := range *a.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == ssa.Value(a) {
			p, ok := st.Val.(*ssa.Parameter)
			if ok && len(*p.Referrers()) == 1 && st.Block() == a.Block() && types.Identical(p.Type(), a.Type().Underlying().(*types.Pointer).Elem()) {
				return p
			}
			return nil
		}
	}
	return nil
}

// overwritten reports whether the first thing done to local a is to store all of it.
func overwritten(a *ssa.Alloc) bool {
	seen := false
	for _, in := range a.Block().Instrs {
		if in == ssa.Instruction(a) {
			seen = true
			continue
		}
		if !seen {
			continue
		}
		for _, op := range in.Operands(nil) {
			if *op == ssa.Value(a) {
				st, ok := in.(*ssa.Store)
				return ok && st.Addr == ssa.Value(a)
			}
		}
	}
	return false
}

// storedOnce is the only store to plain local a, if it comes before everything that reads a or a part of it.
func storedOnce(a *ssa.Alloc) *ssa.Store {
	var st *ssa.Store
	for _, r := range *a.Referrers() {
		if s, ok := r.(*ssa.Store); ok {
			if st != nil {
				return nil
			}
			st = s
		}
	}
	if st == nil {
		return nil
	}
	if _, ok := st.Val.(*ssa.Const); ok {
		return nil
	}
	var reads func(v ssa.Value) bool
	reads = func(v ssa.Value) bool {
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Store:
				if r != st {
					return false
				}
				continue
			case *ssa.FieldAddr:
				if !reads(r) {
					return false
				}
			case *ssa.IndexAddr:
				if !reads(r) {
					return false
				}
			}
			if !after(st, r) {
				return false
			}
		}
		return true
	}
	if !reads(a) {
		return nil
	}
	return st
}

// after reports whether every way to instruction in leads through st.
func after(st *ssa.Store, in ssa.Instruction) bool {
	if st.Block() != in.Block() {
		return st.Block().Dominates(in.Block())
	}
	for _, i := range st.Block().Instrs {
		switch i {
		case ssa.Instruction(st):
			return true
		case in:
			return false
		}
	}
	return false
}

func (f *function) lookup(in *ssa.Lookup) {
	if op, store := mapOp(in); op != nil { // all of it is emitted by the store
		f.flushCall(nil)
		f.mapOps[op] = true
		f.mapStores[store] = op
		return
	}
	k := f.val(in.Index)
	used := len(*in.Referrers()) > 0
	x := f.under(f.val(in.X), in.X.Type())
	mapKey := in.X.Type().Underlying().(*types.Map).Key()
	if !strict(mapKey) { // a lookup may panic; yaegi's text is Go's
		f.flush()
	}
	if in.CommaOk {
		f.p("%s, %s = %s[%s]", f.element(in, 0), f.element(in, 1), x, bare(k))
		if f.extracted(in, 0) { // yaegi leaves the old value
			f.p("if !%s { %s = %s }", f.element(in, 1), f.element(in, 0), f.zero(in.Type().(*types.Tuple).At(0).Type()))
		}
		return
	}
	if used {
		f.p("%s = %s[%s]", f.reg(in), x, bare(k))
	} else if !strict(mapKey) {
		f.p("%s = %s[%s]", f.temp(f.ty(in.Type())), x, bare(k))
	}
}

// extracted reports whether element k of tuple v is used.
func (f *function) extracted(v ssa.Value, k int) bool {
	for _, r := range *v.Referrers() {
		if x, ok := r.(*ssa.Extract); ok && x.Index == k && len(*x.Referrers()) > 0 {
			return true
		}
	}
	return false
}

func (f *function) mapUpdate(in *ssa.MapUpdate) {
	m := f.under(f.val(in.Map), in.Map.Type())
	if _, ok := in.Map.(*ssa.MakeMap); !ok || !strict(in.Map.Type().Underlying().(*types.Map).Key()) {
		f.flushCall(nil) // a call is made before the map and the key are looked at
	}
	op := f.mapStores[in]
	val := ""
	if op != nil {
		val = bare(f.val(op.Y))
	} else {
		val = bare(f.val(in.Value))
	}
	k := f.val(in.Key)
	f.flush()
	if _, ok := in.Map.(*ssa.MakeMap); !ok {
		m = f.slotOf(m, in.Map.Type())
		f.p("if %s == nil { guest.PanicNilMap(%d) }", m, f.place())
	}
	f.hashable(in.Map, in.Key, k)
	if op != nil {
		f.p("%s[%s] %s= %s", m, bare(k), op.Op, val)
		return
	}
	f.p("%s[%s] = %s", m, bare(k), val)
}

// hashable: storing under a key that cannot be hashed panics as an assignment does (yaegi reads first).
func (f *function) hashable(m, key ssa.Value, k string) {
	if mi, ok := key.(*ssa.MakeInterface); ok && strict(mi.X.Type()) && types.Comparable(mi.X.Type()) {
		return
	}
	t := m.Type().Underlying().(*types.Map).Key()
	if strict(t) {
		return
	}
	if !isIface(t) {
		s := f.slotOf(k, t)
		a := f.variable("P.Any")
		f.p("%s = *%s", a, f.conversion(s, t, anyType, "make"))
		k = a
	}
	f.p("guest.Hashable(%d, %s)", f.place(), k)
}

func (f *function) next(in *ssa.Next) {
	it := f.val(in.Iter)
	f.p("%s = %s.Next()", f.element(in, 0), it)
	if in.IsString {
		f.p("%s = %s.I", f.element(in, 1), it)
		f.p("%s = %s.R", f.element(in, 2), it)
		return
	}
	m := in.Iter.(*ssa.Range).X.Type().Underlying().(*types.Map)
	tt := in.Type().(*types.Tuple)
	var ls []string
	for i, t := range []types.Type{m.Key(), m.Elem()} {
		if b, ok := tt.At(i + 1).Type().(*types.Basic); ok && b.Kind() == types.Invalid {
			continue
		}
		ls = append(ls, fmt.Sprintf("\t\t%s = *(*%s)(%s.%s)", f.element(in, i+1), f.ty(t), it, []string{"K", "V"}[i]))
	}
	if len(ls) > 0 {
		f.p("if %s {", f.element(in, 0))
		for _, l := range ls {
			f.line(l)
		}
		f.p("}")
	}
}

func (f *function) extract(in *ssa.Extract) {
	if test, ok := f.tagTests[in.Tuple]; ok && in.Index == 1 {
		f.define(in, test, false)
		return
	}
	f.regs[in] = f.element(in.Tuple, in.Index)
	if in.Index == 0 && f.fetched[in.Tuple] {
		return
	}
	for _, r := range *in.Referrers() {
		if _, phi := r.(*ssa.Phi); phi || r.Block() != in.Tuple.(ssa.Instruction).Block() {
			// the tuple may be overwritten in a loop before this value is used: copy
			n := f.variable(f.ty(in.Type()))
			f.regs[in] = n
			f.p("%s = %s", n, f.element(in.Tuple, in.Index))
			return
		}
	}
}

func (f *function) returns(in *ssa.Return) {
	var rs []string
	for _, r := range in.Results {
		rs = append(rs, bare(f.val(r)))
	}
	if f.protected {
		for i, r := range rs {
			if f.cells[i] != "" {
				f.p("*%s = %s", f.cells[i], r)
			}
		}
		f.p("return")
		return
	}
	f.p("return %s", strings.Join(rs, ", "))
}
