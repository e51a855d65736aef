package compile

// Channels: Send, receive and Select become one native operation of package P each, on a
// struct of operands that every activation has for itself: a.C0 = c; a.V0 = v; q = P.Op7(a).
// Package guest makes them stoppable and visible. MakeChan stays make.

import (
	"fmt"
	"go/types"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

func (f *function) makeChan(in *ssa.MakeChan) {
	n := f.val(in.Size)
	elem := in.Type().Underlying().(*types.Chan).Elem()
	limit := (1<<48 - 96) / max(1, sizes.Sizeof(elem))
	if k, ok := in.Size.(*ssa.Const); !ok || k.Int64() < 0 || k.Int64() > limit {
		t := f.temp("int")
		f.p("%s = int(%s)", t, f.slotOf(n, in.Size.Type()))
		f.p("if %s < 0 || %s > %d { guest.PanicMakeChan(%d) }", t, t, limit, f.place())
		n = t
	}
	both := types.NewChan(types.SendRecv, elem) // yaegi makes channels of both directions only
	if f.ty(both) == f.ty(in.Type()) {
		f.p("%s = make(%s, %s)", f.reg(in), f.ty(both), n)
		return
	}
	t := f.temp(f.ty(both))
	f.p("%s = make(%s, %s)", t, f.ty(both), n)
	f.p("%s = %s", f.reg(in), f.cast(t, both, in.Type()))
}

// A chanStmt is a channel statement being put together: the fields of its operands and what the operation is told.
type chanStmt struct {
	f      *function
	op     unit.Op
	fields []*types.Var
	chans  []string // texts of the channels
	values []string // texts of the values to send, "" for a receive
}

func (f *function) newChanStmt(what string) *chanStmt {
	return &chanStmt{f: f, op: unit.Op{Do: "chan", Place: f.placeOf(what)}}
}

func (s *chanStmt) field(name string, t types.Type) {
	s.fields = append(s.fields, types.NewField(0, nil, name, t, false))
}

// add adds a case. value is nil for a receive; wanted says that the value received is used.
func (s *chanStmt) add(c, value ssa.Value, wanted bool) {
	ct := c.Type()
	elem := ct.Underlying().(*types.Chan).Elem()
	k := len(s.chans)
	s.field(fmt.Sprintf("C%d", k), ct)
	s.chans = append(s.chans, bare(s.f.val(c)))
	v := ""
	if value != nil {
		v = s.f.val(value)
		if s.f.ty(elem) != s.f.ty(value.Type()) {
			v = s.f.cast(v, value.Type(), elem)
		}
		v = bare(v)
	}
	s.values = append(s.values, v)
	if value != nil || wanted {
		s.field(fmt.Sprintf("V%d", k), elem)
	}
	s.f.outside(elem) // traces show what is sent
	s.op.Chans = append(s.op.Chans, unit.ChanCase{Send: value != nil, Type: s.f.id(ct)})
}

// emit writes the statement and gives the variable of its struct.
func (s *chanStmt) emit() string {
	f := s.f
	st := types.NewStruct(s.fields, nil)
	s.op.From = f.id(st)
	a, ok := f.operands[f.ty(st)]
	if !ok {
		a = f.variable("own *" + f.ty(st))
		f.operands[f.ty(st)] = a
	}
	for k, c := range s.chans {
		f.p("%s.C%d = %s", a, k, c)
		if s.values[k] != "" {
			f.p("%s.V%d = %s", a, k, s.values[k])
		}
	}
	n := f.chanOp(s.op)
	f.p("%s = %s(%s)", f.variable(n), n, a)
	return a
}

// chanOp gives the operation a name; each place has its own.
func (b *builder) chanOp(o unit.Op) string {
	o.Name = b.fresh("Op", "")
	b.unit.Ops = append(b.unit.Ops, o)
	b.unit.Forget = append(b.unit.Forget, "P."+o.Name)
	return "P." + o.Name
}

func (f *function) send(in *ssa.Send) {
	s := f.newChanStmt(f.operandAt(in.Pos()))
	s.add(in.Chan, in.X, false)
	s.emit()
}

func (f *function) receive(in *ssa.UnOp) {
	s := f.newChanStmt(f.operandAt(in.Pos()))
	if !in.CommaOk {
		wanted := len(*in.Referrers()) > 0
		s.add(in.X, nil, wanted)
		a := s.emit()
		if wanted {
			f.define(in, a+".V0", true)
		}
		return
	}
	value, ok := f.extracted(in, 0), f.extracted(in, 1)
	s.add(in.X, nil, value)
	if ok {
		s.field("Ok", types.Typ[types.Bool])
	}
	a := s.emit()
	if value {
		f.p("%s = %s.V0", f.element(in, 0), a)
	}
	if ok {
		f.p("%s = %s.Ok", f.element(in, 1), a)
	}
}

func (f *function) selects(in *ssa.Select) {
	what := f.operandAt(in.Pos())
	if len(in.States) == 0 && in.Blocking { // select {}
		f.p("guest.Select(%d, true, []guest.Case{})", f.placeOf(what))
		return
	}
	s := f.newChanStmt(what)
	s.op.Select, s.op.Blocking = true, in.Blocking
	k := 2
	for _, st := range in.States {
		if st.Dir == types.SendOnly {
			s.add(st.Chan, st.Send, false)
			continue
		}
		s.add(st.Chan, nil, f.extracted(in, k))
		k++
	}
	s.field("N", types.Typ[types.Int])
	if f.extracted(in, 1) {
		s.field("Ok", types.Typ[types.Bool])
	}
	a := s.emit()
	f.p("%s = %s.N", f.element(in, 0), a)
	if f.extracted(in, 1) {
		f.p("%s = %s.Ok", f.element(in, 1), a)
	}
	k = 2
	for i, st := range in.States {
		if st.Dir == types.SendOnly {
			continue
		}
		if f.extracted(in, k) {
			f.p("%s = %s.V%d", f.element(in, k), a, i)
		}
		k++
	}
}

// makeOperands are the statements that make the structs of the function's channel statements.
func (f *function) makeOperands() string {
	var b strings.Builder
	for _, t := range sorted(f.operands) {
		fmt.Fprintf(&b, "\t%s = new(%s)\n", f.operands[t], t)
	}
	return b.String()
}
