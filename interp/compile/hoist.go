package compile

// What a loop reads anew each time round though it cannot change: lengths of slices and strings
// that are made outside of it, and rows, the slices a[i] of a slice of slices where neither a nor i
// changes and the loop runs no other code and stores nothing but basic values. Both are fetched on
// the way into the loop; the tests that Go makes stay where they are.

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A loop is a natural loop: what lies between a block and the jumps back to it.
type loop struct {
	head   *ssa.BasicBlock
	blocks map[*ssa.BasicBlock]bool
	quiet  bool // it runs no other code and stores nothing but basic values
	lens   []fetchedLen
	rows   []*ssa.UnOp // the loads that are done on the way in, one for each row
}

// A fetchedLen is a length that is fetched on the way into a loop.
type fetchedLen struct {
	x    ssa.Value
	name string
}

// contains reports whether v may be another value each time round.
func (l *loop) contains(v ssa.Value) bool {
	in, ok := v.(ssa.Instruction)
	return ok && l.blocks[in.Block()]
}

// findLoops finds the loops of the function, inner ones before those around them, and what is fetched before each.
func (f *function) findLoops() {
	byHead := map[*ssa.BasicBlock]*loop{}
	for _, b := range f.order {
		for _, h := range b.Succs {
			if h == f.order[0] || !h.Dominates(b) {
				continue
			}
			l := byHead[h]
			if l == nil {
				l = &loop{head: h, blocks: map[*ssa.BasicBlock]bool{h: true}}
				byHead[h] = l
			}
			l.add(b)
		}
	}
	for i := len(f.order) - 1; i >= 0; i-- {
		l := byHead[f.order[i]]
		if l == nil {
			continue
		}
		l.quiet = true
		for _, b := range f.order {
			for _, in := range b.Instrs {
				if l.blocks[b] && !quiet(in) {
					l.quiet = false
				}
			}
		}
		f.loops = append(f.loops, l)
	}
	f.findRows()
	if !f.trust {
		f.findLens()
	}
}

func (l *loop) add(b *ssa.BasicBlock) {
	if l.blocks[b] {
		return
	}
	l.blocks[b] = true
	for _, p := range b.Preds {
		l.add(p)
	}
}

// quiet reports whether in runs no other code and changes no slice in memory.
func quiet(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Phi, *ssa.If, *ssa.Jump, *ssa.Return, *ssa.Lookup, *ssa.Slice, *ssa.MakeInterface, *ssa.Panic, *ssa.TypeAssert:
		return true
	case *ssa.Store:
		b, ok := in.Val.Type().Underlying().(*types.Basic)
		return ok && b.Kind() != types.UnsafePointer
	}
	return harmless(in)
}

// findRows finds the loads that are done before the innermost loop around them.
func (f *function) findRows() {
	for _, l := range f.loops {
		if !l.quiet {
			continue
		}
		seen := map[rowKey]*ssa.UnOp{}
		for _, b := range f.order {
			if !l.blocks[b] {
				continue
			}
			for _, in := range b.Instrs {
				ld, ok := in.(*ssa.UnOp)
				if !ok || ld.Op != token.MUL || f.rowOf[ld] != nil || len(*ld.Referrers()) == 0 {
					continue
				}
				if _, ok := ld.Type().Underlying().(*types.Slice); !ok {
					continue
				}
				k, ok := f.row(l, ld.X)
				if !ok {
					continue
				}
				if seen[k] == nil {
					seen[k] = ld
					l.rows = append(l.rows, ld)
				}
				f.rowOf[ld] = seen[k]
			}
		}
	}
}

// A rowKey tells rows apart: a[i+off], or what pointer a leads to if i is nil.
type rowKey struct {
	a, i ssa.Value
	off  int64
}

// row is the row at addr, if l does not change where that is.
func (f *function) row(l *loop, addr ssa.Value) (rowKey, bool) {
	switch addr := addr.(type) {
	case *ssa.IndexAddr:
		c := indexCheck(addr.Index, nil, 0)
		_, isConst := c.i.(*ssa.Const) // each mention of one is a value of its own
		_, slice := addr.X.Type().Underlying().(*types.Slice)
		return rowKey{addr.X, c.i, c.off}, slice && !isConst && !l.contains(addr.X) && !l.contains(c.i) && f.ty(addr.Index.Type()) == "int" && f.spreads[addr.X] == nil
	case *ssa.Global:
		return rowKey{a: addr}, !f.native(addr.Pkg.Pkg) || f.captured[addr] != ""
	case *ssa.FreeVar:
		return rowKey{a: addr}, neverNil(addr)
	case *ssa.Alloc:
		return rowKey{a: addr}, !l.contains(addr) && !f.plainVariable(addr) && f.spreads[addr] == nil
	}
	return rowKey{}, false
}

// loaded is an earlier load of the slice that ld loads, from which every way leads here past nothing that could change
// it; nil if there is none: then ld is one from now on.
func (f *function) loaded(ld *ssa.UnOp) *ssa.UnOp {
	if _, ok := ld.Type().Underlying().(*types.Slice); !ok || f.block == nil || len(*ld.Referrers()) == 0 || f.foldable(ld) {
		return nil
	}
	k, ok := f.row(&loop{}, ld.X)
	if !ok {
		return nil
	}
	if earlier := f.slices[k]; earlier != nil {
		return earlier
	}
	f.slices[k] = ld
	return nil
}

// first is the first of the loads that give what v gives.
func (f *function) first(v ssa.Value) ssa.Value {
	if ld := f.sameAs[v]; ld != nil {
		return ld
	}
	return v
}

// startSlices begins what loaded knows with what is known at the end of the only block that leads here.
func (f *function) startSlices(b *ssa.BasicBlock) {
	f.slices = map[rowKey]*ssa.UnOp{}
	if len(b.Preds) == 1 {
		for k, ld := range f.slicesAt[b.Preds[0]] {
			f.slices[k] = ld
		}
	}
}

// findLens finds the lengths that index checks in loops compare with.
func (f *function) findLens() {
	for _, b := range f.order {
		for _, in := range b.Instrs {
			var x, i ssa.Value
			switch in := in.(type) {
			case *ssa.IndexAddr:
				x, i = in.X, in.Index
			case *ssa.Index:
				x, i = in.X, in.Index
			}
			if x == nil || f.spreads[x] != nil {
				continue
			}
			switch u := x.Type().Underlying().(type) {
			case *types.Slice:
			case *types.Basic:
				if u.Info()&types.IsString == 0 {
					continue
				}
			default:
				continue
			}
			if below(i, x, -1, b) {
				continue
			}
			if l := f.outermost(x, b); l != nil && f.fetchedLen(l, x) == "" {
				l.lens = append(l.lens, fetchedLen{x, f.variable("int")})
			}
		}
	}
}

// outermost is the outermost loop around b in which x does not change, nil if there is none. A row does not
// change in the loop that it is fetched before.
func (f *function) outermost(x ssa.Value, b *ssa.BasicBlock) *loop {
	if _, ok := x.(*ssa.Const); ok {
		return nil
	}
	var out *loop
	for _, l := range f.loops {
		if l.blocks[b] && (!l.contains(x) || l.fetches(f.rowOf[x])) {
			out = l
		}
	}
	return out
}

// sum is the text of x + k.
func sum(x string, k int64) string {
	if k < 0 {
		return fmt.Sprintf("%s - %d", x, -k)
	}
	return fmt.Sprintf("%s + %d", x, k)
}

func (l *loop) fetches(row *ssa.UnOp) bool {
	for _, r := range l.rows {
		if r == row {
			return true
		}
	}
	return false
}

// fetchedLen is the variable that the length of x is fetched into before l.
func (f *function) fetchedLen(l *loop, x ssa.Value) string {
	if r := f.rowOf[x]; r != nil {
		x = r
	}
	for _, n := range l.lens {
		y := n.x
		if r := f.rowOf[y]; r != nil {
			y = r
		}
		if y == x {
			return n.name
		}
	}
	return ""
}

// lenOf is the length of x, whose text is given, where the instruction being emitted stands.
func (f *function) lenOf(x ssa.Value, text string) string {
	if f.block != nil && !f.trust {
		if l := f.outermost(x, f.block); l != nil {
			if n := f.fetchedLen(l, x); n != "" {
				return n
			}
		}
	}
	return "len(" + text + ")"
}

// enter emits what is fetched on the way from a block into the loop that begins at to.
func (f *function) enter(from, to *ssa.BasicBlock, indent string) {
	for _, l := range f.loops {
		if l.head != to || l.blocks[from] {
			continue
		}
		length := func(x ssa.Value, indent string) {
			if n := f.fetchedLen(l, x); n != "" {
				f.p("%s%s = len(%s)", indent, n, f.reg(x))
			}
		}
		for _, n := range l.lens {
			if f.rowOf[n.x] == nil || !l.fetches(f.rowOf[n.x]) {
				f.p("%s%s = len(%s)", indent, n.name, f.val(n.x))
			}
		}
		for _, ld := range l.rows {
			ia, ok := ld.X.(*ssa.IndexAddr)
			if !ok {
				src, ok := f.lvalue(ld.X)
				if !ok {
					src = "*" + f.val(ld.X)
				}
				f.p("%s%s = %s", indent, f.reg(ld), src)
				length(ld, indent)
				continue
			}
			a, i := f.val(ia.X), ""
			if c := indexCheck(ia.Index, nil, 0); c.i == ia.Index {
				i = f.val(c.i)
			} else {
				i = f.variable("int")
				f.p("%s%s = %s", indent, i, sum(f.val(c.i), c.off))
			}
			in := indent
			guard := func(format string, args ...any) {
				f.p("%sif %s {", in, fmt.Sprintf(format, args...))
				in += "\t"
			}
			if !nonNegativeAt(ia.Index, from) {
				guard("%s >= 0", i)
			}
			if !below(ia.Index, ia.X, -1, from) {
				n := f.fetchedLen(l, ia.X)
				if n == "" {
					n = "len(" + a + ")"
				}
				guard("%s < %s", i, n)
			}
			f.p("%s%s = %s[%s]", in, f.reg(ld), a, i)
			length(ld, in)
			for in != indent {
				in = in[:len(in)-1]
				f.p("%s}", in)
			}
		}
	}
}
