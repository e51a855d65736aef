package compile

// Bodies for functions whose own cannot be reached: generic functions and methods of
// packages that are otherwise native, and names that the runtime provides by linkname.

import (
	"fmt"
	"go/types"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// A template gives the body of fn, whose receiver and parameters are a0, a1 ...
type template func(b *builder, fn *ssa.Function) string

// templates by the full name of the generic function.
var templates map[string]template

func init() { // a literal would refer to itself through builder's methods
	templates = map[string]template{
		"maps.clone":      func(b *builder, fn *ssa.Function) string { return "\treturn guest.CloneMap(a0)\n" },
		"sync.OnceValue":  onceValues,
		"sync.OnceValues": onceValues,
		"reflect.TypeFor": typeFor,
		"(*sync/atomic.Pointer[T]).Load": func(b *builder, fn *ssa.Function) string {
			return "\treturn (" + b.ty(fn.Signature.Results().At(0).Type()) + ")(guest.AtomicLoad(unsafe.Pointer(a0)))\n"
		},
		"(*sync/atomic.Pointer[T]).Store": func(b *builder, fn *ssa.Function) string {
			return "\tguest.AtomicSwap(unsafe.Pointer(a0), unsafe.Pointer(a1))\n"
		},
		"(*sync/atomic.Pointer[T]).Swap": func(b *builder, fn *ssa.Function) string {
			return "\treturn (" + b.ty(fn.Signature.Results().At(0).Type()) + ")(guest.AtomicSwap(unsafe.Pointer(a0), unsafe.Pointer(a1)))\n"
		},
		"(*sync/atomic.Pointer[T]).CompareAndSwap": func(b *builder, fn *ssa.Function) string {
			return "\treturn guest.AtomicCAS(unsafe.Pointer(a0), unsafe.Pointer(a1), unsafe.Pointer(a2))\n"
		},
	}
}

// onceValues is sync.OnceFunc with cells for the results.
func onceValues(b *builder, fn *ssa.Function) string {
	ft := fn.Signature.Params().At(0).Type()
	n := b.fresh("K", "")
	var ps, ls, ts []string
	var decl, names strings.Builder
	for i, t := range tuple(ft.Underlying().(*types.Signature).Results()) {
		tt := b.ty(t)
		ps = append(ps, fmt.Sprintf("r%d *%s", i, tt))
		ls = append(ls, fmt.Sprintf("*r%d", i))
		ts = append(ts, tt)
		fmt.Fprintf(&decl, "\tvar r%d *%s\n\tr%d = new(%s)\n", i, tt, i, tt)
		fmt.Fprintf(&names, ", r%d", i)
	}
	res := " " + strings.Join(ts, ", ")
	if len(ts) > 1 {
		res = " (" + strings.Join(ts, ", ") + ")"
	}
	cells := strings.Join(ps, ", ")
	b.texts = append(b.texts,
		fmt.Sprintf("func %s(f %s, %s) func() {\n\treturn func() {\n\t\t%s = f()\n\t}\n}\n", n, b.ty(ft), cells, strings.Join(ls, ", ")),
		fmt.Sprintf("func %sg(o func(), %s) func()%s {\n\treturn func()%s {\n\t\to()\n\t\treturn %s\n\t}\n}\n", n, cells, res, res, strings.Join(ls, ", ")))
	b.unit.Funcs = append(b.unit.Funcs, unit.Func{Text: n, Go: "sync.OnceValue", Synthetic: true}, unit.Func{Text: n + "g", Go: "sync.OnceValue", Synthetic: true})
	return fmt.Sprintf("%s\tvar o func()\n\to = guest.OnceFunc(%s(a0%s))\n\treturn %sg(o%s)\n", decl.String(), n, names.String(), n, names.String())
}

func typeFor(b *builder, fn *ssa.Function) string {
	return "\treturn " + b.rtype(fn.TypeArgs()[0]) + "\n"
}

// rtype is a native variable that holds the reflect.Type of t.
func (b *builder) rtype(t types.Type) string {
	b.outside(t)
	id := b.id(t)
	if n, ok := b.rtypes[id]; ok {
		return n
	}
	n := b.fresh("R", "")
	set(&b.session, b.rtypes, id, "P."+n)
	b.unit.RTypes = append(b.unit.RTypes, unit.RType{Name: n, Type: id})
	return "P." + n
}
