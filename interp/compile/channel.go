package compile

// Channels: MakeChan, Send, receive and Select become calls of package guest, which makes
// them stoppable and visible.

import (
	"fmt"
	"go/types"
	"strings"

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

func (f *function) send(in *ssa.Send) {
	c := f.slot(in.Chan)
	v := f.sent(in.X, in.Chan)
	f.p("guest.Send(%d, %s, unsafe.Pointer(&%s))", f.channelPlace(in), c, v)
}

// sent is a variable that holds value x in the form of the channel's elements.
func (f *function) sent(x, c ssa.Value) string {
	v := f.slot(x)
	if e := c.Type().Underlying().(*types.Chan).Elem(); f.ty(e) != f.ty(x.Type()) {
		v = f.slotOf(f.cast(v, x.Type(), e), e)
	}
	return v
}

func (f *function) receive(in *ssa.UnOp) {
	c := f.slot(in.X)
	place := f.channelPlace(in)
	switch {
	case in.CommaOk && f.extracted(in, 0):
		f.p("%s = guest.Recv(%d, %s, unsafe.Pointer(&%s))", f.element(in, 1), place, c, f.element(in, 0))
	case in.CommaOk:
		f.p("%s = guest.Recv(%d, %s, nil)", f.element(in, 1), place, c)
	case len(*in.Referrers()) == 0:
		f.p("guest.Recv(%d, %s, nil)", place, c)
	default:
		f.p("guest.Recv(%d, %s, unsafe.Pointer(&%s))", place, c, f.reg(in))
	}
}

func (f *function) selects(in *ssa.Select) {
	var cs []string
	k := 2
	for _, s := range in.States {
		c := f.val(s.Chan)
		if s.Dir == types.SendOnly {
			cs = append(cs, fmt.Sprintf("guest.Case{Send: true, C: %s, P: unsafe.Pointer(&%s)}", c, f.sent(s.Send, s.Chan)))
			continue
		}
		p := "nil"
		if f.extracted(in, k) {
			p = "unsafe.Pointer(&" + f.element(in, k) + ")"
		}
		cs = append(cs, fmt.Sprintf("guest.Case{C: %s, P: %s}", c, p))
		k++
	}
	f.flush()
	f.p("%s, %s = guest.Select(%d, %v, []guest.Case{%s})", f.element(in, 0), f.element(in, 1), f.channelPlace(in), in.Blocking, strings.Join(cs, ", "))
}

// channelPlace is the place of a channel operation, with the operand as it was written.
func (f *function) channelPlace(in ssa.Instruction) int { return f.place() }
