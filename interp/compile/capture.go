package compile

// Function literals in a cell's statements hold the session variables that they mention by
// pointer, as literals hold local variables: when a later cell, or the same cell run again,
// declares the variable again, what runs already keeps its own. Declared functions read the
// slot, so that they see the newest.

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// statements reports whether fn is a cell's statements; main of a whole program comes with an initialiser.
func (b *builder) statements(fn *ssa.Function) bool { return fn == b.cell.Body && b.cell.Init == nil }

// captures are the session variables that a function literal under the cell's statements, or a literal in it, mentions.
func (b *builder) captures(fn *ssa.Function) []*ssa.Global {
	if fn.Parent() == nil {
		return nil
	}
	root := fn
	for root.Parent() != nil {
		root = root.Parent()
	}
	if !b.statements(root) {
		return nil
	}
	if gs, ok := b.caught[fn]; ok {
		return gs
	}
	var gs []*ssa.Global
	var look func(fn *ssa.Function)
	look = func(fn *ssa.Function) {
		for _, blk := range fn.Blocks {
			for _, in := range blk.Instrs {
				for _, op := range in.Operands(nil) {
					g, ok := (*op).(*ssa.Global)
					if ok && g.Pkg == b.pkg && g.Object() != nil && !slices.Contains(gs, g) {
						gs = append(gs, g)
					}
				}
			}
		}
		for _, a := range fn.AnonFuncs {
			look(a)
		}
	}
	look(fn)
	b.caught[fn] = gs
	return gs
}

// captureArgs are the arguments of a literal's maker for its session variables.
func (f *function) captureArgs(fn *ssa.Function) []string {
	var as []string
	for _, g := range f.builder.captures(fn) {
		as = append(as, f.val(g))
	}
	return as
}

// storeFresh stores into a session variable that is declared again: it makes a new one, after the value is known.
func (f *function) storeFresh(in *ssa.Store, g *ssa.Global) {
	v := f.val(in.Val)
	if _, ok := in.Val.(*ssa.Const); !ok {
		v = f.slotOf(v, in.Val.Type())
	}
	f.flush()
	n := f.global(g)
	f.p("guest.Fresh(%q)", n)
	f.p("%s = %s", n, bare(v))
}
