package compile

// Type switches: several tests of one interface value for concrete types become one look
// at its type word (an operation "tag") and comparisons of the number it gives.

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// A typeSwitch is a group of tests of one value; the first dominates the others.
type typeSwitch struct {
	first *ssa.TypeAssert
	cases []types.Type
	tag   string // the variable with the number, "" until the first test is emitted
	addr  string // the variable with the address of the value, like tag
}

// findTypeSwitches groups the comma-ok assertions of the function's blocks.
func (f *function) findTypeSwitches() {
	byValue := map[ssa.Value][]*ssa.TypeAssert{}
	var order []ssa.Value
	for _, b := range f.order {
		for _, in := range b.Instrs {
			ta, ok := in.(*ssa.TypeAssert)
			if !ok || !ta.CommaOk || isIface(ta.AssertedType) {
				continue
			}
			if _, reg := ta.X.(ssa.Instruction); !reg {
				if _, param := ta.X.(*ssa.Parameter); !param {
					continue
				}
			}
			if byValue[ta.X] == nil {
				order = append(order, ta.X)
			}
			byValue[ta.X] = append(byValue[ta.X], ta)
		}
	}
	for _, x := range order {
		tests := byValue[x]
		if len(tests) < 2 {
			continue
		}
		s := &typeSwitch{first: tests[0]}
		var in []*ssa.TypeAssert
		for _, t := range tests {
			if t.Block() == s.first.Block() || s.first.Block().Dominates(t.Block()) {
				in = append(in, t)
			}
		}
		if len(in) < 2 {
			continue
		}
		for _, t := range in {
			if f.switches == nil {
				f.switches = map[*ssa.TypeAssert]*typeSwitch{}
			}
			f.switches[t] = s
			if s.number(t.AssertedType) < 0 {
				s.cases = append(s.cases, t.AssertedType)
			}
		}
	}
}

func (s *typeSwitch) number(t types.Type) int {
	for i, c := range s.cases {
		if types.Identical(c, t) {
			return i
		}
	}
	return -1
}

// switchTest emits a test that belongs to a group.
func (f *function) switchTest(s *typeSwitch, in *ssa.TypeAssert) {
	from := in.X.Type()
	x := f.slot(in.X)
	f.flush()
	if s.tag == "" {
		o := unit.Op{Do: "tag", From: f.id(from), To: f.id(types.Typ[types.Int])}
		f.outside(from)
		key := ""
		for i, t := range s.cases {
			c := f.tagCase(t, i)
			o.Cases = append(o.Cases, c)
			key += fmt.Sprintf(" %d %v", c.Type, c.Ptr)
		}
		s.tag, s.addr = f.variable("int"), f.variable("unsafe.Pointer")
		f.keep(x)
		f.p("%s = unsafe.Pointer(&%s)", s.addr, x)
		f.p("%s = *%s(%s)", s.tag, f.op(o, key), s.addr)
	}
	test := fmt.Sprintf("%s == %d", s.tag, s.number(in.AssertedType))
	f.tagTests[in] = test
	if !f.extracted(in, 0) {
		return
	}
	v := f.element(in, 0)
	get := fmt.Sprintf("%s = *%s(%s)", v, f.convOp(from, in.AssertedType, "data"), s.addr)
	if b := f.onlyIn(in); b != nil { // fetched where it is needed
		f.fetched[in] = true
		f.atStart[b] = append(f.atStart[b], fetch{"\t" + get, f.pos})
		return
	}
	f.p("if %s { %s } else { %s = %s }", test, get, v, f.zero(in.AssertedType))
}

// keep gives variable x a slot of its own: its address lives longer than its name is seen.
func (f *function) keep(x string) {
	eachToken(x, func(n int) {
		if !strings.HasPrefix(f.vars[n].typ, "own ") {
			f.vars[n].typ = "own " + f.vars[n].typ
		}
	})
}

// pointer is a pointer to interface value v, which is in variable x.
func (f *function) pointer(v ssa.Value, x string) string {
	rs := v.Referrers()
	if rs == nil { // a constant nil
		return "unsafe.Pointer(&" + x + ")"
	}
	for _, r := range *rs {
		if t, ok := r.(*ssa.TypeAssert); ok && t.X == v {
			if s := f.switches[t]; s != nil && s.addr != "" && s.first.Block().Dominates(f.block) {
				return s.addr
			}
		}
	}
	return "unsafe.Pointer(&" + x + ")"
}

// A fetch is a statement that waits for the beginning of a block.
type fetch struct {
	text string
	pos  token.Pos
}

// onlyIn is the block, entered only when the test succeeds, that dominates all uses of the value; nil if there is none.
func (f *function) onlyIn(in *ssa.TypeAssert) *ssa.BasicBlock {
	iff, ok := in.Block().Instrs[len(in.Block().Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cond, ok := iff.Cond.(*ssa.Extract)
	if !ok || cond.Tuple != ssa.Value(in) || cond.Index != 1 {
		return nil
	}
	yes := in.Block().Succs[0]
	if len(yes.Preds) != 1 || yes == in.Block().Succs[1] {
		return nil
	}
	for _, r := range *in.Referrers() {
		ex, ok := r.(*ssa.Extract)
		if !ok || ex.Index != 0 {
			continue
		}
		for _, u := range *ex.Referrers() {
			if ph, ok := u.(*ssa.Phi); ok {
				for k, e := range ph.Edges {
					if e == ssa.Value(ex) && !yes.Dominates(ph.Block().Preds[k]) {
						return nil
					}
				}
				continue
			}
			if !yes.Dominates(u.Block()) {
				return nil
			}
		}
	}
	return yes
}

// tagCase is the case of a tag operation for type t.
func (b *builder) tagCase(t types.Type, n int) unit.Case {
	b.outside(t)
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		if e := types.Unalias(p.Elem()); hasMethods(e) {
			if nt, ok := e.(*types.Named); !ok || !b.compiledType(nt) {
				return unit.Case{Type: b.id(e), Ptr: true, N: n}
			}
		}
	}
	return unit.Case{Type: b.id(t), N: n}
}
