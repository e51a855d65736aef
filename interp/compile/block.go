package compile

// Control flow: blocks become labels and gotos in reverse postorder, phis become
// copies at the ends of the predecessors, back edges test whether the cell is stopped.

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// body emits the blocks. In reverse postorder every value is defined in the text before its uses and a first
// successor often just follows.
func (f *function) body(blocks []*ssa.BasicBlock) {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock)
	walk = func(b *ssa.BasicBlock) {
		if seen[b] {
			return
		}
		seen[b] = true
		for _, s := range slices.Backward(b.Succs) {
			walk(s)
		}
		f.order = append(f.order, b)
	}
	walk(blocks[0])
	slices.Reverse(f.order)
	f.findSpreads()
	f.findTypeSwitches()
	f.findLoops()
	texts := make([][]line, len(f.order))
	for i, b := range f.order {
		f.lines = nil
		var next *ssa.BasicBlock
		if i+1 < len(f.order) {
			next = f.order[i+1]
		}
		f.block = b
		f.startSlices(b)
		for _, s := range f.atStart[b] {
			f.pos = s.pos
			f.line(s.text)
		}
		f.loopEnds(b)
		for _, in := range b.Instrs {
			if p := in.Pos(); p.IsValid() {
				f.pos = p
				f.builder.pos = p
			}
			f.instr(in, next)
			if !quiet(in) {
				clear(f.slices)
			}
		}
		f.slicesAt[b] = f.slices
		texts[i] = f.lines
	}
	f.unroll(texts)
	f.lines = nil
	for i, b := range f.order {
		if f.used[b.Index] {
			f.lines = append(f.lines, line{text: fmt.Sprintf("L%d: ;", b.Index)})
		}
		f.lines = append(f.lines, texts[i]...)
	}
}

// jump goes from a block to its k-th successor edge to the block to; next is the block that follows in the text.
func (f *function) jump(from, to, next *ssa.BasicBlock, indent string, k int) {
	f.phis(from, to, indent, k)
	f.enter(from, to, indent)
	if f.backEdge(from, to) {
		f.p("%sif %s { guest.StopHit() }", indent, f.stopFlag())
	}
	if to != next {
		f.used[to.Index] = true
		f.p("%sgoto L%d", indent, to.Index)
	}
}

// backEdge reports whether the jump goes up in the text: only such jumps can loop.
func (f *function) backEdge(from, to *ssa.BasicBlock) bool {
	return slices.Index(f.order, to) <= slices.Index(f.order, from)
}

// phis emits the copies of the k-th edge between two blocks.
func (f *function) phis(from, to *ssa.BasicBlock, indent string, k int) {
	idx := -1
	for i, p := range to.Preds {
		if p == from {
			idx = i
			if k--; k < 0 {
				break
			}
		}
	}
	type move struct{ dst, src, typ string }
	var todo []move
	for _, in := range to.Instrs {
		ph, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		if ph.Edges[idx] == ssa.Value(ph) {
			continue
		}
		todo = append(todo, move{f.reg(ph), f.val(ph.Edges[idx]), f.ty(ph.Type())})
	}
	for len(todo) > 0 {
		done := false
		for k, c := range todo { // one whose destination nobody else reads
			free := true
			for m, o := range todo {
				if m != k && mentions(o.src, c.dst) {
					free = false
				}
			}
			if free {
				f.assign(indent, c.dst, c.src)
				todo = append(todo[:k:k], todo[k+1:]...)
				done = true
				break
			}
		}
		if !done { // a cycle: save one value
			t := f.variable(todo[0].typ)
			f.p("%s%s = %s", indent, t, todo[0].src)
			todo[0].src = t
		}
	}
}

// inverse gives the comparison that is true when the operator's is not; not for floats (NaN).
var inverse = map[token.Token]string{token.LSS: " >= ", token.GTR: " <= ", token.LEQ: " > ", token.GEQ: " < ", token.EQL: " != ", token.NEQ: " == "}

// branch emits an If.
func (f *function) branch(in *ssa.If, next *ssa.BasicBlock) {
	b := in.Block()
	second := 0
	if b.Succs[0] == b.Succs[1] { // then two edges lead to the block
		second = 1
	}
	cond := bare(f.val(in.Cond))
	switch in.Cond.(type) {
	case *ssa.Convert, *ssa.ChangeType: // yaegi takes a bare conversion as a condition for true
		cond = f.slotOf(cond, in.Cond.Type())
	case *ssa.Const:
		if cond != "true" && cond != "false" {
			cond = f.slotOf(cond, in.Cond.Type())
		}
	}
	if b.Succs[0] == next {
		if not, ok := negation(in.Cond, cond); ok {
			f.p("if %s {", not)
			f.jump(b, b.Succs[1], nil, "\t", second)
			f.p("}")
			f.jump(b, b.Succs[0], next, "", 0)
			return
		}
	}
	f.p("if %s {", cond)
	f.jump(b, b.Succs[0], nil, "\t", 0)
	f.p("}")
	f.jump(b, b.Succs[1], next, "", second)
}

// negation is the text of the opposite of condition v, whose text is cond.
func negation(v ssa.Value, cond string) (string, bool) {
	bo, ok := v.(*ssa.BinOp)
	if !ok {
		if isVariable(cond) {
			return "!" + cond, true
		}
		if _, test := v.(*ssa.Extract); test {
			if x, ok := strings.CutSuffix(cond, " != nil"); ok { // a type assertion
				return x + " == nil", true
			}
		}
		if x, n, ok := strings.Cut(cond, " == "); ok && isVariable(x) && isNumber(n) && isIdent(n) { // a type test
			return x + " != " + n, true
		}
		return "", false
	}
	neg, ok := inverse[bo.Op]
	if !ok {
		return "", false
	}
	if bt, basic := bo.X.Type().Underlying().(*types.Basic); bo.Op != token.EQL && bo.Op != token.NEQ && (!basic || bt.Info()&(types.IsInteger|types.IsString) == 0) {
		return "", false // not for floats: NaN
	}
	if isVariable(cond) {
		return "!" + cond, true
	}
	op := " " + bo.Op.String() + " "
	at := strings.Index(cond, op)
	if at <= 0 || strings.Count(cond, op) != 1 || strings.IndexByte(cond, '"') >= 0 {
		return "", false
	}
	return cond[:at] + neg + cond[at+len(op):], true
}
