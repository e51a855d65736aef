package compile

// Folding: a value that is used once, in its own block, is written where it is used and
// needs no variable; an address that is only loaded from and stored to becomes x.f or s[i].
// One operation for each temporary would cost up to five times as much.

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

func sameBlock(v ssa.Value, r ssa.Instruction) bool { return r.Block() == v.(ssa.Instruction).Block() }

// foldAddr reports whether address v is used only to load and store, in its own block.
func foldAddr(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		if !sameBlock(v, r) || !addressUse(v, r) {
			return false
		}
	}
	return true
}

func addressUse(v ssa.Value, r ssa.Instruction) bool {
	switch r := r.(type) {
	case *ssa.UnOp:
		return r.Op == token.MUL
	case *ssa.Store:
		return r.Addr == v && r.Val != v
	case *ssa.FieldAddr:
		return foldAddr(r)
	case *ssa.IndexAddr:
		return r.X == v && r.Index != v && foldAddr(r)
	case *ssa.DebugRef:
		return true
	}
	return false
}

// plainVariable reports whether local a can be a plain variable: its address never leaves loads and stores.
func (f *function) plainVariable(a *ssa.Alloc) bool {
	if a.Heap || f.hoisted[a] != "" {
		return false
	}
	for _, r := range *a.Referrers() {
		if !addressUse(a, r) {
			return false
		}
	}
	return true
}

// foldable reports whether v has a single use, in the same block, whose text mentions it once.
func (f *function) foldable(v ssa.Value) bool {
	rs := *v.Referrers()
	if len(rs) != 1 {
		return false
	}
	if ph, ok := rs[0].(*ssa.Phi); ok {
		b := v.(ssa.Instruction).Block()
		n := 0
		for k, e := range ph.Edges {
			if e == v {
				n++
				if ph.Block().Preds[k] != b {
					return false
				}
			}
		}
		_, basic := v.Type().Underlying().(*types.Basic)
		return n == 1 && basic
	}
	if !sameBlock(v, rs[0]) {
		return false
	}
	switch v.Type().Underlying().(type) {
	case *types.Basic, *types.Pointer, *types.Slice, *types.Interface:
	default:
		return false
	}
	switch r := rs[0].(type) {
	case *ssa.BinOp:
		if r.X == r.Y {
			return false
		}
		switch r.Op {
		case token.QUO, token.REM, token.SHL, token.SHR:
			return r.Y != v
		}
		return !isIface(r.X.Type())
	case *ssa.UnOp:
		return r.Op == token.NOT || r.Op == token.SUB || r.Op == token.XOR
	case *ssa.Convert, *ssa.If, *ssa.Return, *ssa.Panic:
		return true
	case *ssa.Store:
		return r.Val == v && r.Addr != v
	case *ssa.MapUpdate:
		return r.Value == v && r.Key != v
	case *ssa.IndexAddr: // without checks its text mentions them once
		if _, ok := r.X.Type().Underlying().(*types.Slice); !ok || !f.trust || (r.X == v) == (r.Index == v) || len(*r.Referrers()) != 1 {
			return false
		}
		for i, in := range r.Block().Instrs { // read at once, so that nothing can change in between
			if in == ssa.Instruction(r) {
				u, ok := r.Block().Instrs[i+1].(*ssa.UnOp)
				return ok && u.Op == token.MUL && u.X == ssa.Value(r) && len(*u.Referrers()) > 0
			}
		}
		return false
	case *ssa.Call:
		fn, ok := r.Call.Value.(*ssa.Function)
		if !ok || !f.interpreted(fn) {
			return false
		}
		n := 0
		for _, a := range r.Call.Args {
			if a == v {
				n++
			}
		}
		return n == 1
	}
	return false
}

// define gives v the value of an expression, now or where it is used. load says that the expression reads memory
// or may panic, so that it must not pass a side effect.
func (f *function) define(v ssa.Value, expr string, load bool) {
	if len(*v.Referrers()) == 0 {
		if strings.IndexByte(expr, '(') >= 0 { // it may hold a call or something that panics
			f.p("%s = %s", f.temp(f.ty(v.Type())), expr)
		}
		f.sawLoad = false
		return
	}
	call := f.sawCall
	f.sawCall = nil
	if load || f.sawLoad || call != nil {
		f.flushCall(nil)
	}
	if f.foldable(v) {
		f.pend[v] = expr
		if call != nil { // what holds a call waits no longer than the call itself
			f.pendCall = v
			f.faultAt[v] = f.faultAt[call]
			f.sawLoad = false
			return
		}
		f.pendLoad[v] = load || f.sawLoad
		f.pendList = append(f.pendList, v)
		f.sawLoad = false
		return
	}
	f.sawLoad = false
	f.assign("", f.reg(v), expr)
}

// settleOperands writes the pending operands of an instruction that is left out.
func (f *function) settleOperands(in ssa.Instruction) {
	for _, op := range in.Operands(nil) {
		if e, ok := f.pend[*op]; ok && f.pendCall != *op {
			delete(f.pend, *op)
			f.p("%s = %s", f.reg(*op), e)
		}
	}
}

// settleFaults writes the pending values that may panic.
func (f *function) settleFaults() {
	if len(f.faultAt) == 0 {
		return
	}
	for _, v := range f.pendList {
		e, ok := f.pend[v]
		if at, fault := f.faultAt[v]; ok && fault {
			delete(f.pend, v)
			f.faultPos = at
			f.line("\t" + f.reg(v) + " = " + e)
		}
	}
}

// flush settles the pending loads before something that may change memory.
func (f *function) flush() {
	for _, v := range f.pendList {
		if e, ok := f.pend[v]; ok && f.pendLoad[v] {
			delete(f.pend, v)
			f.p("%s = %s", f.reg(v), e)
		}
	}
	f.pendList = f.pendList[:0]
	for v := range f.pend { // what does not read memory still waits
		f.pendList = append(f.pendList, v)
	}
	f.sawLoad = false
}

// flushCall settles the pending call, unless it is keep.
func (f *function) flushCall(keep ssa.Value) {
	v := f.pendCall
	if v == nil || v == keep {
		return
	}
	left := f.pendLeft
	f.pendCall, f.pendLeft = left, nil
	f.flushCall(nil)
	if e, ok := f.pend[v]; ok {
		delete(f.pend, v)
		if at, ok := f.faultAt[v]; ok {
			f.faultPos = at
		}
		f.line("\t" + f.reg(v) + " = " + e)
	}
}

// lvalue is the variable, field or element that address v points to, if it has a text.
func (f *function) lvalue(v ssa.Value) (string, bool) {
	if s, ok := f.lvals[v]; ok {
		return s, true
	}
	if g, ok := v.(*ssa.Global); ok && !f.native(g.Pkg.Pkg) && f.captured[g] == "" {
		return f.global(g), true
	}
	return "", false
}

// opAssign are the operators that have an assignment form.
var opAssign = []string{"+", "-", "*", "&", "|", "^"}

// assign emits dst = src, as an operation on dst where that is what it is.
func (f *function) assign(indent, dst, src string) {
	src = bare(src)
	if dst == src {
		return
	}
	if op, ok := operation(dst, src); ok {
		f.p("%s%s", indent, op)
		return
	}
	f.p("%s%s = %s", indent, dst, src)
}

// operation is dst = src as an operation on dst, if it is one.
func operation(dst, src string) (string, bool) {
	rest, ok := strings.CutPrefix(src, dst+" ")
	if !ok {
		rest, ok = strings.CutPrefix(src, "("+dst+") ")
	}
	if ok {
		for _, op := range opAssign {
			if r, ok := strings.CutPrefix(rest, op+" "); ok && simple(r) {
				if r == "1" && isVariable(dst) && (op == "+" || op == "-") { // an int: other constants are converted
					return dst + op + op, true
				}
				return dst + " " + op + "= " + bare(r), true
			}
		}
	}
	return "", false
}

// val is the text of v as an operand.
func (f *function) val(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Const:
		return f.constant(v)
	case *ssa.Function:
		t := f.variable(f.funcText(v))
		if as := f.captureArgs(v); len(as) > 0 {
			f.p("%s = %s(%s)", t, f.name(v), strings.Join(as, ", "))
			return t
		}
		f.p("%s = %s", t, f.name(v))
		return t
	case *ssa.Global:
		if n := f.captured[v]; n != "" {
			return n
		}
		if f.native(v.Pkg.Pkg) {
			return f.global(v)
		}
		return "&" + f.global(v)
	case *ssa.Builtin:
		f.refuse(f.pos, unknown, "builtin %s as a value", v.Name())
	}
	if x, ok := f.promoted[v]; ok {
		return f.val(x)
	}
	if e, ok := f.pend[v]; ok {
		delete(f.pend, v)
		if f.pendLoad[v] {
			f.sawLoad = true
		}
		if p, ok := f.faultAt[v]; ok {
			f.faultPos = p
		}
		switch v {
		case f.pendLeft:
			f.pendLeft, f.sawCall = nil, v
		case f.pendCall:
			f.pendCall, f.sawCall = nil, v
		}
		if primary(e) {
			return e
		}
		return "(" + e + ")"
	}
	return f.reg(v)
}
