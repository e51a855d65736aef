package compile

// The tests that Go makes at run time, with the place for the message: nil pointers,
// indexes, slice bounds, sizes. A test is left out where a dominating one has been made
// (SSA registers do not change), where the pointer is an address, and where the index is
// known to be in range.

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

// A check is a test that has been made: of index i of x, or of pointer x (i nil).
type check struct{ i, x ssa.Value }

// tested reports whether c has been tested in a block that dominates b; from now on it has.
func (f *function) tested(c check, b *ssa.BasicBlock) bool {
	for _, d := range f.tests[c] {
		if d.Dominates(b) {
			return true
		}
	}
	f.tests[c] = append(f.tests[c], b)
	return false
}

// notNil tests a pointer that is about to be followed.
func (f *function) notNil(v ssa.Value) {
	if neverNil(v) || f.block != nil && f.tested(check{nil, v}, f.block) {
		return
	}
	f.p("if %s == nil { guest.PanicNil(%d) }", f.val(v), f.place())
}

// neverNil reports whether v is an address.
func neverNil(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Global:
		return true // (of fields and elements the base has been tested)
	case *ssa.Phi:
		return phiNeverNil(v, map[*ssa.Phi]bool{})
	case *ssa.Call: // it has tested its argument
		b, ok := v.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "ssa:wrapnilchk"
	case *ssa.FreeVar:
		return v.Parent().Synthetic == "" // captured variables; a wrapper's captured receiver may be nil
	}
	return false
}

func phiNeverNil(p *ssa.Phi, seen map[*ssa.Phi]bool) bool {
	if seen[p] {
		return true
	}
	seen[p] = true
	for _, e := range p.Edges {
		if q, ok := e.(*ssa.Phi); ok {
			if !phiNeverNil(q, seen) {
				return false
			}
		} else if !neverNil(e) {
			return false
		}
	}
	return true
}

// index tests index i of something of length n (x, if that is a slice or a string) and gives its text.
func (f *function) index(i, x ssa.Value, n string, live bool) string {
	iv := f.val(i)
	t := f.ty(i.Type())
	_, isConst := i.(*ssa.Const)
	if isConst && t != "int" {
		iv, t = constant.ToInt(i.(*ssa.Const).Value).ExactString(), "int"
	}
	if t != "int" {
		iv = f.slotOf(iv, i.Type())
		switch t {
		case "uint64", "uint", "uintptr", "uint32":
			f.p("if uint64(%s) >= uint64(%s) { guest.PanicIndexU(%d, uint64(%s), %s) }", iv, n, f.place(), iv, n)
			return "int(" + iv + ")"
		}
		y := f.variable("int")
		f.p("%s = int(%s)", y, iv)
		iv = y
	}
	if isConst && isNumber(n) { // out of range of an array: yaegi rejects the text
		iv = f.slotOf("("+iv+")", types.Typ[types.Int])
	}
	if f.trust && live {
		return bare(iv)
	}
	var tests []string
	if !isConst {
		iv = f.slotOf(iv, types.Typ[types.Int])
	}
	if !nonNegative(i) {
		tests = append(tests, iv+" < 0")
	}
	if x == nil || f.block == nil || !below(i, x, f.block) {
		tests = append(tests, iv+" >= "+n)
	}
	if len(tests) > 0 {
		f.p("if %s { guest.PanicIndex(%d, %s, %s) }", strings.Join(tests, " || "), f.place(), iv, n)
	}
	return iv
}

// faults reports whether the interpreter itself will touch the element at address v: it is read, written or its address is kept.
func faults(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		if u, ok := r.(*ssa.UnOp); !ok || u.Op != token.MUL || len(*u.Referrers()) > 0 {
			return true
		}
	}
	return false
}

// lower is a lower bound of v, math.MinInt64 if none is known. A counter that overflows is not foreseen: it
// faults in yaegi all the same.
func lower(v ssa.Value, seen map[ssa.Value]bool) int64 {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil {
			if k, ok := constant.Int64Val(constant.ToInt(v.Value)); ok {
				return k
			}
		}
	case *ssa.Phi:
		if seen[v] {
			return math.MaxInt64 // the cycle adds nothing below its start
		}
		seen[v] = true
		r := int64(math.MaxInt64)
		for _, e := range v.Edges {
			r = min(r, lower(e, seen))
		}
		delete(seen, v)
		if r < 0 && r != math.MinInt64 && !onlyGrows(v) {
			return math.MinInt64
		}
		return r
	case *ssa.BinOp:
		x, y := lower(v.X, seen), lower(v.Y, seen)
		switch v.Op {
		case token.ADD:
			switch {
			case x == math.MinInt64 || y == math.MinInt64:
				return math.MinInt64
			case x == math.MaxInt64 || y == math.MaxInt64:
				if x < 0 || y < 0 { // a counter that shrinks
					return math.MinInt64
				}
				return math.MaxInt64
			}
			return x + y
		case token.MUL, token.QUO, token.SHR:
			if x >= 0 && y >= 0 {
				return 0
			}
		case token.REM:
			if x >= 0 {
				return 0
			}
		case token.AND:
			if x >= 0 || y >= 0 {
				return 0
			}
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap" || b.Name() == "copy") {
			return 0
		}
	case *ssa.Convert:
		if b, ok := v.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 && sizes.Sizeof(b) < 8 {
			if to, ok := v.Type().Underlying().(*types.Basic); ok && sizes.Sizeof(to) > sizes.Sizeof(b) {
				return 0
			}
		}
	case *ssa.Extract:
		if n, ok := v.Tuple.(*ssa.Next); ok && n.IsString && v.Index == 1 {
			return 0
		}
	}
	return math.MinInt64
}

// onlyGrows reports whether p is itself plus a constant that is not negative along every way round the loop.
func onlyGrows(p *ssa.Phi) bool {
	for _, e := range p.Edges {
		switch e := e.(type) {
		case *ssa.Const:
		case *ssa.BinOp:
			k, ok := e.Y.(*ssa.Const)
			if e.Op != token.ADD || e.X != ssa.Value(p) || !ok || constant.Sign(k.Value) < 0 {
				return false
			}
		default:
			if e != ssa.Value(p) {
				return false
			}
		}
	}
	return true
}

func nonNegative(v ssa.Value) bool { return lower(v, map[ssa.Value]bool{}) >= 0 }

// below reports whether i < len(x) is known at block b, from dominating conditions.
func below(i, x ssa.Value, b *ssa.BasicBlock) bool {
	return lengthOf(x).above(i, b, map[*ssa.Phi]bool{})
}

// A length is what is known of the length of a slice or string: the values that are equal to it.
type length struct {
	x    ssa.Value // whose len() it is
	n    ssa.Value // what it was made with, nil if not known
	less ssa.Value // n minus one, nil if not known
}

func lengthOf(x ssa.Value) length {
	l := length{x: x}
	if m, ok := x.(*ssa.MakeSlice); ok && types.Identical(m.Len.Type(), types.Typ[types.Int]) {
		l.n = m.Len
		if b, ok := m.Len.(*ssa.BinOp); ok && b.Op == token.ADD {
			if c, ok := b.Y.(*ssa.Const); ok && c.Int64() == 1 {
				l.less = b.X
			}
		}
	}
	return l
}

// is reports whether v is the length.
func (l length) is(v ssa.Value) bool {
	if l.n != nil && v == l.n {
		return true
	}
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := c.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "len" && c.Call.Args[0] == l.x
}

// above reports whether i < l is known at block b.
func (l length) above(i ssa.Value, b *ssa.BasicBlock, seen map[*ssa.Phi]bool) bool {
	for d := b; d != nil; d = d.Idom() {
		if p := d.Idom(); p != nil && len(d.Preds) == 1 && d.Preds[0] == p && l.says(p, d, i) {
			return true
		}
	}
	ph, ok := i.(*ssa.Phi)
	if !ok || seen[ph] || !ph.Block().Dominates(b) {
		return false
	}
	seen[ph] = true
	for k, e := range ph.Edges { // what comes in is below on every way
		p := ph.Block().Preds[k]
		if !l.says(p, ph.Block(), e) && !l.above(e, p, seen) {
			return false
		}
	}
	return true
}

// says reports whether going from block p to d means i < l.
func (l length) says(p, d *ssa.BasicBlock, i ssa.Value) bool {
	iff, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || p.Succs[0] != d || p.Succs[1] == d {
		return false
	}
	c, ok := iff.Cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	x, y, op := c.X, c.Y, c.Op
	switch op {
	case token.GTR:
		x, y, op = y, x, token.LSS
	case token.GEQ:
		x, y, op = y, x, token.LEQ
	}
	same := x == i
	if cx, ok := x.(*ssa.Const); ok && !same {
		ci, ok := i.(*ssa.Const)
		same = ok && cx.Value != nil && ci.Value != nil && cx.Int64() == ci.Int64()
	}
	return same && (op == token.LSS && l.is(y) || op == token.LEQ && l.less != nil && y == l.less)
}

// Kinds of what is sliced, for the message of guest.CheckSlice.
const (
	sliceSlice  = 0 // bounds are against the capacity
	sliceArray  = 1
	sliceString = 2
)

func (f *function) slice(in *ssa.Slice) {
	if _, ok := f.spreadOf(in); ok {
		return
	}
	x := f.val(in.X)
	lo, hi, capacity, kind := "0", "", "", sliceSlice
	switch u := in.X.Type().Underlying().(type) {
	case *types.Pointer:
		f.notNil(in.X)
		capacity = fmt.Sprint(u.Elem().Underlying().(*types.Array).Len())
		hi, kind = capacity, sliceArray
		x = strings.TrimPrefix(x, "&")
		if in.Low == nil && in.High == nil && in.Max == nil {
			f.p("%s = %s[:]", f.reg(in), x)
			return
		}
	case *types.Basic:
		x = f.slotOf(x, in.X.Type())
		hi, kind = "len("+x+")", sliceString
		capacity = hi
	default:
		x = f.slotOf(x, in.X.Type())
		hi, capacity = "len("+x+")", "cap("+x+")"
	}
	unsigned := 0 // bounds of unsigned types, whose messages show them so: 1 low, 2 high, 4 max
	asInt := func(v ssa.Value, bit int) string {
		s := f.val(v)
		if c, ok := v.(*ssa.Const); ok {
			return constant.ToInt(c.Value).ExactString()
		}
		t := f.ty(v.Type())
		if t == "int" {
			return f.slotOf(s, v.Type())
		}
		if t == "uint64" || t == "uint" || t == "uintptr" {
			unsigned |= bit
		}
		y := f.variable("int")
		f.p("%s = int(%s)", y, s)
		return y
	}
	if in.Low != nil {
		lo = asInt(in.Low, 1)
	}
	if in.High != nil {
		hi = asInt(in.High, 2)
	}
	inVariable := func(s string) string { // yaegi rejects constant bounds that are out of order
		t := f.temp("int")
		f.p("%s = %s", t, s)
		return t
	}
	f.flush()
	used := len(*in.Referrers()) > 0
	if in.Max != nil {
		m := asInt(in.Max, 4)
		if unsigned != 0 {
			f.p("guest.CheckSlice3U(%d, %s, %s, %s, %s, %d)", f.place(), lo, hi, m, capacity, unsigned|kind<<3)
		}
		f.p("guest.CheckSlice3(%d, %s, %s, %s, %s, %d)", f.place(), lo, hi, m, capacity, kind)
		if used {
			f.p("%s = %s[%s:%s:%s]", f.reg(in), x, lo, hi, inVariable(m))
		}
		return
	}
	var tests []string
	if in.High != nil {
		if !isNumber(hi) && !nonNegative(in.High) {
			tests = append(tests, hi+" < 0")
		}
		tests = append(tests, hi+" > "+capacity)
	}
	if in.Low != nil {
		if !isNumber(lo) && !nonNegative(in.Low) {
			tests = append(tests, lo+" < 0")
		}
		if lo != "0" {
			tests = append(tests, lo+" > "+hi)
		}
	}
	if unsigned != 0 {
		f.p("guest.CheckSliceU(%d, %s, %s, %s, %d)", f.place(), lo, hi, capacity, unsigned|kind<<3)
	}
	if a, ok := in.X.(*ssa.Alloc); ok && a.Comment == "makeslice" { // make([]T, hi, constant)
		limit := (1<<48 - 1) / max(1, sizes.Sizeof(in.Type().Underlying().(*types.Slice).Elem()))
		if len(tests) > 0 {
			f.p("if %s { guest.CheckMake(%d, %s, %s, %d) }", strings.Join(tests, " || "), f.place(), hi, capacity, limit)
		}
		tests = nil
	}
	if inOrder(lo, hi, capacity) {
		tests = nil
	}
	if len(tests) > 0 {
		f.p("if %s { guest.CheckSlice(%d, %s, %s, %s, %d) }", strings.Join(tests, " || "), f.place(), lo, hi, capacity, kind)
	}
	if used {
		if in.Low == nil {
			lo = ""
		}
		if in.High == nil {
			hi = ""
		}
		switch { // yaegi rejects constant bounds that are out of order or, of an array, out of range
		case isNumber(hi) && (kind == sliceArray || isNumber(lo) && len(lo) >= len(hi)):
			hi = inVariable(hi)
		case kind == sliceArray && isNumber(lo) && lo != "0":
			lo = inVariable(lo)
		}
		f.p("%s = %s[%s:%s]", f.reg(in), x, lo, hi)
	}
}

// inOrder reports whether lo <= hi <= capacity, all being constants.
func inOrder(lo, hi, capacity string) bool {
	l, err1 := strconv.Atoi(lo)
	h, err2 := strconv.Atoi(hi)
	c, err3 := strconv.Atoi(capacity)
	return err1 == nil && err2 == nil && err3 == nil && l <= h && h <= c
}

func (f *function) makeSlice(in *ssa.MakeSlice) {
	l, c := f.val(in.Len), f.val(in.Cap)
	asInt := func(v ssa.Value, s string) string {
		if f.ty(v.Type()) == "int" {
			if _, ok := v.(*ssa.Const); ok {
				return s
			}
			return f.slotOf(s, v.Type())
		}
		t := f.variable("int")
		f.p("%s = int(%s)", t, f.slotOf(s, v.Type()))
		return t
	}
	f.flush()
	limit := (1<<48 - 1) / max(1, sizes.Sizeof(in.Type().Underlying().(*types.Slice).Elem()))
	k, isConst := in.Len.(*ssa.Const)
	switch {
	case in.Len == in.Cap && isConst && k.Int64() >= 0 && k.Int64() <= limit:
		l = constant.ToInt(k.Value).ExactString()
		f.p("%s = make(%s, %s)", f.reg(in), f.ty(in.Type()), l)
		return
	case in.Len == in.Cap:
		l = asInt(in.Len, l)
		if isConst {
			t := f.temp("int")
			f.p("%s = %s", t, l)
			l = t
		}
		c = l
		f.p("if %s < 0 || %s > %d { guest.CheckMake(%d, %s, %s, %d) }", l, l, limit, f.place(), l, c, limit)
		f.p("%s = make(%s, %s)", f.reg(in), f.ty(in.Type()), l)
		return
	}
	l, c = asInt(in.Len, l), asInt(in.Cap, c)
	f.p("if %s < 0 || %s > %s || %s > %d { guest.CheckMake(%d, %s, %s, %d) }", l, l, c, c, limit, f.place(), l, c, limit)
	f.p("%s = make(%s, %s, %s)", f.reg(in), f.ty(in.Type()), l, c)
}

func (f *function) sliceToArray(in *ssa.SliceToArrayPointer) {
	n := in.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
	x := f.slot(in.X)
	f.flush()
	call := fmt.Sprintf("guest.SliceToArray(%d, unsafe.Pointer(&%s), %d)", f.place(), x, n)
	if len(*in.Referrers()) == 0 {
		f.p("%s", call)
		return
	}
	f.p("%s = (%s)(%s)", f.reg(in), f.ty(in.Type()), call)
}
