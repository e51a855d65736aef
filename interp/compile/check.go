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
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A check is a test that has been made: of index i+off of x, or of something of constant length n if x is nil; of index
// i+off not to be negative (x nil, n -1); of pointer x (i nil).
type check struct {
	i, x ssa.Value
	off  int64
	n    int64
}

// indexCheck is the check of index i of x or of something of length n.
func indexCheck(i, x ssa.Value, n int64) check {
	if a, ok := i.(*ssa.BinOp); ok && types.Identical(a.Type(), types.Typ[types.Int]) {
		if c, ok := smallConst(a.Y); ok {
			switch a.Op {
			case token.ADD:
				return check{i: a.X, x: x, off: c, n: n}
			case token.SUB:
				return check{i: a.X, x: x, off: -c, n: n}
			}
		}
	}
	return check{i: i, x: x, n: n}
}

// tested reports whether c has been tested in a block that dominates b; from now on it has.
func (f *function) tested(c check, b *ssa.BasicBlock) bool {
	if f.known(c, b) {
		return true
	}
	f.tests[c] = append(f.tests[c], b)
	return false
}

// known is tested, for a test that is not made now.
func (f *function) known(c check, b *ssa.BasicBlock) bool {
	for _, d := range f.tests[c] {
		if d.Dominates(b) {
			return true
		}
	}
	return false
}

// notNil tests a pointer that is about to be followed.
func (f *function) notNil(v ssa.Value) {
	if neverNil(v) || f.block != nil && f.tested(check{x: v}, f.block) {
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
	if !isConst {
		iv = f.slotOf(iv, types.Typ[types.Int])
	}
	fixed := int64(-1)
	if isNumber(n) {
		fixed, _ = strconv.ParseInt(n, 10, 64)
	}
	// two tests one after the other cost less than one with ||
	if f.block == nil || !nonNegativeAt(i, f.block) && !f.tested(indexCheck(i, nil, -1), f.block) {
		f.p("if %s < 0 { guest.PanicIndex(%d, %s, 0) }", iv, f.place(), iv) // the message has no length
	}
	if f.block == nil || (x == nil && fixed < 0 || !below(i, x, fixed, f.block)) && (x != nil || fixed < 0 || !f.tested(indexCheck(i, nil, fixed), f.block)) {
		f.p("if %s >= %s { guest.PanicIndex(%d, %s, %s) }", iv, n, f.place(), iv, n)
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
		if len(tests) > 0 && !inOrder("0", hi, capacity) {
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
