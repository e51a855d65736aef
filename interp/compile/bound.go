package compile

// Literals that one go statement calls with arguments (go func(i int) { ... }(i)): their maker takes the
// arguments too, and what it returns is started as it is. A thunk around them would be a second
// literal to make and to call.

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// startedLiteral is the literal that in starts and that nothing else uses, nil if it starts something else or has no parameters.
func (f *function) startedLiteral(in *ssa.Go) *ssa.Function {
	var fn *ssa.Function
	switch v := in.Call.Value.(type) {
	case *ssa.Function:
		fn = v
	case *ssa.MakeClosure:
		if len(*v.Referrers()) == 1 {
			fn = v.Fn.(*ssa.Function)
		}
	}
	if fn == nil || fn.Parent() != f.ssa || fn.Synthetic != "" || fn.Blocks == nil || len(fn.Params) == 0 || fn.Signature.Results().Len() > 0 {
		return nil
	}
	uses := 0
	for _, b := range f.ssa.Blocks {
		for _, i := range b.Instrs {
			for _, op := range i.Operands(nil) {
				if *op == ssa.Value(fn) {
					uses++
				}
			}
		}
	}
	if uses != 1 {
		return nil
	}
	return fn
}

// startsOnly reports whether a closure is made for a go statement that will make it itself.
func (f *function) startsOnly(mc *ssa.MakeClosure) bool {
	rs := *mc.Referrers()
	if len(rs) != 1 {
		return false
	}
	g, ok := rs[0].(*ssa.Go)
	return ok && g.Call.Value == ssa.Value(mc) && f.startedLiteral(g) != nil
}

// started makes the literal of a go statement with what it captures and its arguments.
func (f *function) started(in *ssa.Go, fn *ssa.Function) string {
	f.bound[fn] = true
	var as, ps []string
	float := false
	add := func(v ssa.Value) {
		as, ps = append(as, bare(f.val(v))), append(ps, f.ty(v.Type()))
		float = float || f.minusZeroIn(v)
	}
	if mc, ok := in.Call.Value.(*ssa.MakeClosure); ok {
		for _, b := range mc.Bindings {
			add(b)
		}
	}
	for _, g := range f.builder.captures(fn) {
		ps = append(ps, f.ty(g.Type()))
	}
	as = append(as, f.captureArgs(fn)...)
	for _, a := range in.Call.Args {
		add(a)
	}
	return f.made(f.name(fn), ps, "func()", as, float)
}

// boundMaker is the head and the tail of such a literal.
func boundMaker(name string, free, params []string, open, end string) (head, tail string) {
	return "func " + name + "(" + strings.Join(append(free, params...), ", ") + ") func() {\n\treturn func() {\n" + open, end + "\t}\n}\n"
}
