package compile

// Range over functions: go/ssa keeps the state of a loop in a variable (0 the body may be called,
// -1 it is running, -2 the loop is over, above 0 how the body was left) and panics with texts of its
// own when an iterator breaks the rules; the runtime's errors are told apart by that state.

import "golang.org/x/tools/go/ssa"

const (
	loopRunning = -1
	loopOver    = -2
)

// panics emits a panic statement, and those that go/ssa makes for loops over functions.
func (f *function) panics(in *ssa.Panic) {
	switch b := in.Block(); b.Comment {
	case "rangefunc.resume.busy": // the body has panicked, the iterator has not
		f.p("guest.PanicLostPanic(%d)", f.place())
	case "yield-invalid":
		state := b.Preds[0].Instrs[len(b.Preds[0].Instrs)-1].(*ssa.If).Cond.(*ssa.BinOp).X.(*ssa.UnOp)
		was, p := f.temp("int"), f.val(state.X)
		f.p("%s = *%s", was, p)
		f.p("*%s = %d", p, loopRunning) // an iterator that recovers this one loses a panic
		f.p("guest.PanicYield(%d, %s)", f.place(), was)
	default:
		f.p("guest.Throw(%d, %s)", f.place(), bare(f.val(in.X)))
	}
	f.p("panic(0)") // never reached; yaegi wants a result otherwise
}

// loopEnds notes in the state of a loop that has been left that it is over: from here on its body must not be called.
func (f *function) loopEnds(b *ssa.BasicBlock) {
	if b.Comment != "rangefunc.resume.exits" || len(b.Preds) == 0 {
		return
	}
	check, ok := b.Preds[0].Instrs[len(b.Preds[0].Instrs)-1].(*ssa.If)
	if !ok {
		return
	}
	cmp, ok := check.Cond.(*ssa.BinOp)
	if !ok {
		return
	}
	if state, ok := cmp.X.(*ssa.UnOp); ok {
		f.p("*%s = %d", f.val(state.X), loopOver)
	}
}
