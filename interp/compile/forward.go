package compile

// Late binding: every version of a declared function begins with `if Y { return X(args) }`.
// X holds the newest version and is shared by all versions of one signature, Y is each
// version's own. Redefining sets X and then the Y of the version before, so that func
// values, closures, bound methods and goroutines use the new one at their next call.
// Also the stop flag, which works in the same way.

import (
	"fmt"
	"go/types"
	"sort"
	"strings"
)

// A forward names the variables by which a function can be replaced.
type forward struct {
	name, x, y, typ string
}

// forwardCheck declares the variables of a declared function and gives the statement that its body begins with.
func (f *function) forwardCheck(name string, params []string, results string) string {
	fn := f.ssa
	obj := f.object(fn)
	if obj == nil || fn == f.cell.Body || fn.Pkg != f.pkg || f.native(obj.Pkg()) || f.funcs[obj] != name {
		return ""
	}
	w := forward{name: name, y: f.fresh("Y", ""), typ: "func(" + strings.Join(typesOf(params), ", ") + ")" + results}
	if old, ok := f.forwards[f.cell.Forward[obj]]; ok && old.typ == w.typ {
		w.x = old.x
	} else {
		w.x = f.fresh("X", "")
		f.declare(w.x, w.typ)
	}
	f.declare(w.y, "bool")
	set(&f.session, f.forwards, obj, w)
	var as []string
	for _, p := range params {
		n, _, _ := strings.Cut(p, " ")
		as = append(as, n)
	}
	x, newest := w.x, ""
	if f.Compiler.atomic {
		x, newest = "x", fmt.Sprintf("\tvar x %s\n\tguest.Newest(unsafe.Pointer(&x), unsafe.Pointer(&%s))\n", w.typ, w.x)
	}
	call := x + "(" + strings.Join(as, ", ") + ")"
	switch {
	case fn.Signature.Results().Len() == 0:
		return fmt.Sprintf("\tif %s {\n%s\t%s\n\treturn\n\t}\n", w.y, newest, call)
	case newest != "":
		return fmt.Sprintf("\tif %s {\n%s\treturn %s\n\t}\n", w.y, newest, call)
	}
	return fmt.Sprintf("\tif %s { return %s }\n", w.y, call)
}

// forward makes the functions that this cell replaces lead to the new ones.
func (b *builder) forward() {
	type pair struct {
		old, new forward
		was      types.Object
	}
	var pairs []pair
	for n, o := range b.cell.Forward {
		fo, ok := b.forwards[o]
		fn, ok2 := b.forwards[n]
		if ok && ok2 && fo.x == fn.x && fo.y != fn.y {
			pairs = append(pairs, pair{fo, fn, o})
		}
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].new.name < pairs[j].new.name })
	for i, p := range pairs {
		b.initText = append(b.initText, fmt.Sprintf("var x%d %s\n\tx%d = %s\n\tguest.Forward(unsafe.Pointer(&%s), unsafe.Pointer(&x%d), unsafe.Pointer(&%s))", i, p.new.typ, i, p.new.name, p.new.x, i, p.old.y))
		b.outdate(p.was, p.new.name)
		b.unit.Forget = append(b.unit.Forget, p.old.name, p.old.y)
	}
}

// stopFlag is the variable that the host sets to stop loops.
func (b *builder) stopFlag() string {
	n, ok := b.keyed["stop"]
	if !ok {
		n = "stop"
		set(&b.session, b.keyed, "stop", n)
		b.declare(n, "bool")
		b.initText = append(b.initText, "guest.StopVar(&stop)")
	}
	return n
}
