package compile

// Calls of compiled packages: by name, by a redirection to package guest, or, where the
// package offers no callable body (generic functions, names behind linkname), by a template.

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// origin is the full name of fn, of its generic function if it is an instance.
func origin(fn *ssa.Function) string {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return fn.String()
}

// nativeCall is the text of a call of a native function or method; c is the call.
func (f *function) nativeCall(fn *ssa.Function, c *ssa.CallCommon, args []string) string {
	f.builder.pos = f.pos
	place := f.place()
	switch to := f.redirected(fn); {
	case to == "":
	case startsGoroutine[to]:
		place = f.placeOf(f.functionName(c.Args[len(c.Args)-1]))
	case fn.Signature.Recv() != nil:
		place = f.placeOf(f.operandAt(f.pos))
	}
	return f.callNative(fn, args, place)
}

// startsGoroutine are the redirected functions whose last argument runs on a goroutine of its own.
var startsGoroutine = map[string]bool{"WaitGroupGo": true, "AfterFunc": true, "ContextAfterFunc": true}

func (b *builder) callNative(fn *ssa.Function, args []string, place int) string {
	sig := fn.Signature
	if n := len(args); n > 0 && sig.Variadic() {
		last := args[n-1]
		args = append([]string{}, args[:n-1]...)
		if list, ok := strings.CutPrefix(last, listMark); ok {
			args = append(args, list)
		} else {
			args = append(args, last+"...")
		}
	}
	if to := b.redirected(fn); to != "" {
		return "guest." + to + "(" + strings.Join(append([]string{fmt.Sprint(place)}, args...), ", ") + ")"
	}
	if fn.Object() != nil && fn.Object().Pkg() != nil && fn.Object().Pkg().Path() == guestPath {
		return "guest." + fn.Name() + "(" + strings.Join(append([]string{fmt.Sprint(place)}, args...), ", ") + ")" // Show
	}
	if sig.Recv() != nil {
		x := args[0]
		if strings.HasPrefix(x, "*") || strings.HasPrefix(x, "&") {
			x = "(" + x + ")"
		}
		return x + "." + fn.Name() + "(" + strings.Join(args[1:], ", ") + ")"
	}
	switch {
	case len(fn.TypeArgs()) > 0:
		b.refuse(b.pos, genericNative, "function %s", origin(fn))
	case fn.Pkg == nil || !token.IsExported(fn.Name()):
		b.refuse(b.pos, noBody, "%s", fn)
	case !b.Compiler.natives.Has(fn.Pkg.Pkg.Path(), fn.Name()):
		b.refuse(b.pos, noFunction, "%s", fn)
	}
	return b.importName(fn.Pkg.Pkg) + "." + fn.Name() + "(" + strings.Join(args, ", ") + ")"
}

// bodyless writes the function called n for fn, which has no body in this program: a native function used as
// a value, or a template. A function of the session without a body was never emitted, which is refused.
func (b *builder) bodyless(n string, fn *ssa.Function) {
	sig := fn.Signature
	if fn.Name() == "init" && fn.Synthetic == "package initializer" {
		b.texts = append(b.texts, "func "+n+"() {}\n")
		return
	}
	var ps, as []string
	var all []types.Type
	if r := sig.Recv(); r != nil {
		all = append(all, r.Type())
	}
	all = append(all, tuple(sig.Params())...)
	for k, p := range all {
		ps = append(ps, fmt.Sprintf("a%d %s", k, b.ty(p)))
		as = append(as, fmt.Sprintf("a%d", k))
	}
	if t := templates[origin(fn)]; t != nil {
		body := t(b, fn)
		b.texts = append(b.texts, fmt.Sprintf("func %s(%s)%s {\n%s}\n", n, strings.Join(ps, ", "), b.results(sig.Results()), body))
		return
	}
	if o := fn.Object(); o == nil || !b.native(o.Pkg()) {
		b.refuse(b.pos, noBody, "%s", fn)
	}
	b.forwarder(n, ps, sig.Results(), b.callNative(fn, as, b.placeAt(b.pos, b.where(fn))), b.goName(fn))
}

// where is the function that a place belongs to.
func (b *builder) where(fn *ssa.Function) *ssa.Function {
	if b.fn != nil {
		return b.fn
	}
	return fn
}
