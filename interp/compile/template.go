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

// templates by the full name of the generic function. Generic functions of native packages
// that are not listed here are refused.
var templates = map[string]template{
	"maps.clone":                               fixed("\treturn guest.CloneMap(a0)\n"),
	"(*sync/atomic.Pointer[T]).Store":          fixed("\tguest.AtomicSwap(unsafe.Pointer(a0), unsafe.Pointer(a1))\n"),
	"(*sync/atomic.Pointer[T]).Load":           returns0("(%s)(guest.AtomicLoad(unsafe.Pointer(a0)))"),
	"(*sync/atomic.Pointer[T]).Swap":           returns0("(%s)(guest.AtomicSwap(unsafe.Pointer(a0), unsafe.Pointer(a1)))"),
	"(*sync/atomic.Pointer[T]).CompareAndSwap": fixed("\treturn guest.AtomicCAS(unsafe.Pointer(a0), unsafe.Pointer(a1), unsafe.Pointer(a2))\n"),
	"(weak.Pointer[T]).Value":                  returns0("(%s)(guest.WeakValue(a0.X_u))"),
	"(unique.Handle[T]).Value":                 uniqueValue,
	"weak.Make":                                weakMake,
	"unique.Make":                              uniqueMake,
	"sync.OnceValue":                           onceValues,
	"sync.OnceValues":                          onceValues,
	"iter.Pull":                                pull,
	"iter.Pull2":                               pull,
	"reflect.TypeFor":                          typeFor,
	"reflect.TypeAssert":                       typeAssert,
	"errors.AsType":                            asType,
	"math/rand/v2.N":                           randN,
	"runtime.AddCleanup":                       addCleanup,
	"hash/maphash.Comparable":                  boxed("guest.MaphashComparable(a0, %s)", 1),
	"hash/maphash.WriteComparable":             boxed("guest.MaphashWrite(a0, %s)", 1),
	"crypto/hkdf.Extract":                      hashed("HKDFExtract"),
	"crypto/hkdf.Expand":                       hashed("HKDFExpand"),
	"crypto/hkdf.Key":                          hashed("HKDFKey"),
	"crypto/pbkdf2.Key":                        hashed("PBKDF2Key"),
	"(*database/sql.Null[T]).Scan":             nullScan,
	"(database/sql.Null[T]).Value":             nullValue,
}

// fixed is a body that does not depend on types.
func fixed(body string) template { return func(*builder, *ssa.Function) string { return body } }

// returns0 is a body that returns an expression which mentions the type of the first result.
func returns0(expr string) template {
	return func(b *builder, fn *ssa.Function) string {
		return "\treturn " + fmt.Sprintf(expr, b.ty(fn.Signature.Results().At(0).Type())) + "\n"
	}
}

// boxed is a call with parameter k held in an interface.
func boxed(call string, k int) template {
	return func(b *builder, fn *ssa.Function) string {
		pre, x := b.boxParam(fn, k)
		ret := "return "
		if fn.Signature.Results().Len() == 0 {
			ret = ""
		}
		return pre + "\t" + ret + fmt.Sprintf(call, x) + "\n"
	}
}

// boxParam gives statements that hold parameter k in an interface, and the variable.
func (b *builder) boxParam(fn *ssa.Function, k int) (pre, x string) {
	t := fn.Signature.Params().At(k).Type()
	b.markMade(t)
	op := "make"
	if isIface(t) {
		op = "change"
	}
	return fmt.Sprintf("\tvar x P.Any\n\tx = *%s(unsafe.Pointer(&a%d))\n", b.convOp(t, anyType, op), k), "x"
}

// helper adds a function of the text that a template needs; traces show it as a part of goName.
func (b *builder) helper(name, goName, format string, args ...any) {
	b.texts = append(b.texts, fmt.Sprintf(format, args...))
	b.unit.Funcs = append(b.unit.Funcs, unit.Func{Text: name, Go: goName, Synthetic: true})
}

func weakMake(b *builder, fn *ssa.Function) string {
	r := b.ty(fn.Signature.Results().At(0).Type())
	return fmt.Sprintf("\tvar r %s\n\tr.X_u = guest.WeakMake(unsafe.Pointer(a0))\n\treturn r\n", r)
}

func uniqueMake(b *builder, fn *ssa.Function) string {
	pre, x := b.boxParam(fn, 0)
	return fmt.Sprintf("%s\tvar r %s\n\tr.X_value = (*%s)(guest.UniqueHandle(%s))\n\treturn r\n", pre, b.ty(fn.Signature.Results().At(0).Type()), b.ty(fn.TypeArgs()[0]), x)
}

// uniqueValue takes the value out of the interface that the handle is the address of.
func uniqueValue(b *builder, fn *ssa.Function) string {
	t := fn.Signature.Results().At(0).Type()
	pre := fmt.Sprintf("\tvar x P.Any\n\tx = guest.UniqueValue(%d, unsafe.Pointer(a0.X_value))\n", b.placeAt(b.pos, b.where(fn)))
	if b.ty(t) == "P.Any" {
		return pre + "\treturn x\n"
	}
	op := b.convOp(anyType, t, "as")
	return fmt.Sprintf("%s\tvar q %s\n\tq = %s(unsafe.Pointer(&x))\n\tif q == nil { return %s }\n\treturn *q\n", pre, op, op, b.zero(t))
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
	b.helper(n, origin(fn), "func %s(f %s, %s) func() {\n\treturn func() {\n\t\t%s = f()\n\t}\n}\n", n, b.ty(ft), cells, strings.Join(ls, ", "))
	b.helper(n+"g", origin(fn), "func %sg(o func(), %s) func()%s {\n\treturn func()%s {\n\t\to()\n\t\treturn %s\n\t}\n}\n", n, cells, res, res, strings.Join(ls, ", "))
	return fmt.Sprintf("%s\tvar f, o func()\n\tf = %s(a0%s)\n\to = guest.OnceFunc(f)\n\tvar g func()%s\n\tg = %sg(o%s)\n\treturn g\n", decl.String(), n, names.String(), res, n, names.String())
}

// pull is iter.Pull and Pull2 over guest.PullStart, which passes addresses of what is yielded.
func pull(b *builder, fn *ssa.Function) string {
	n := b.fresh("K", "")
	args := fn.TypeArgs()
	var ts, ps, sets, gets, zeros []string
	var fields []*types.Var
	for i, t := range args {
		ts = append(ts, b.ty(t))
		ps = append(ps, fmt.Sprintf("v%d %s", i, b.ty(t)))
		sets = append(sets, fmt.Sprintf("\t\tx.V%d = v%d\n", i, i))
		gets = append(gets, fmt.Sprintf("x.V%d", i))
		zeros = append(zeros, b.zero(t))
		fields = append(fields, types.NewField(0, nil, fmt.Sprintf("V%d", i), t, false))
	}
	box := b.ty(types.NewStruct(fields, nil))
	seq := b.ty(fn.Signature.Params().At(0).Type())
	next := "func() (" + strings.Join(ts, ", ") + ", bool)"
	yield := "func(" + strings.Join(ts, ", ") + ") bool"
	b.helper(n+"y", origin(fn), "func %sy(yield func(unsafe.Pointer) bool) %s {\n\treturn func(%s) bool {\n\t\tvar x *%s\n\t\tx = new(%s)\n%s\t\treturn yield(unsafe.Pointer(x))\n\t}\n}\n",
		n, yield, strings.Join(ps, ", "), box, box, strings.Join(sets, ""))
	b.helper(n, origin(fn), "func %s(seq %s) func(func(unsafe.Pointer) bool) {\n\treturn func(yield func(unsafe.Pointer) bool) {\n\t\tvar y %s\n\t\ty = %sy(yield)\n\t\tseq(y)\n\t}\n}\n", n, seq, yield, n)
	b.helper(n+"n", origin(fn), "func %sn(p *guest.Puller) %s {\n\treturn %s {\n\t\tvar q unsafe.Pointer\n\t\tvar x *%s\n\t\tq = p.Next()\n\t\tx = (*%s)(q)\n\t\tif x == nil { return %s, false }\n\t\treturn %s, true\n\t}\n}\n",
		n, next, next, box, box, strings.Join(zeros, ", "), strings.Join(gets, ", "))
	b.helper(n+"s", origin(fn), "func %ss(p *guest.Puller) func() {\n\treturn func() {\n\t\tp.Stop()\n\t}\n}\n", n)
	return fmt.Sprintf("\tvar p *guest.Puller\n\tvar body func(func(unsafe.Pointer) bool)\n\tvar next %s\n\tvar stop func()\n\tbody = %s(a0)\n\tp = guest.PullStart(%d, body)\n\tnext = %sn(p)\n\tstop = %ss(p)\n\treturn next, stop\n",
		next, n, b.placeAt(b.pos, b.where(fn)), n, n)
}

func typeFor(b *builder, fn *ssa.Function) string {
	return "\treturn " + b.rtype(fn.TypeArgs()[0]) + "\n"
}

// rtype is a native variable that holds the reflect.Type of t.
func (b *builder) rtype(t types.Type) string {
	b.ty(t)
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

// typeAssert is reflect.TypeAssert: v.Interface().(T).
func typeAssert(b *builder, fn *ssa.Function) string {
	t := fn.TypeArgs()[0]
	op := b.convOp(anyType, t, "as")
	return fmt.Sprintf("\tvar x P.Any\n\tvar q %s\n\tx = a0.Interface()\n\tq = %s(unsafe.Pointer(&x))\n\tif q == nil { return %s, false }\n\treturn *q, true\n", op, op, b.zero(t))
}

// asType is errors.AsType: errors.As with a new variable.
func asType(b *builder, fn *ssa.Function) string {
	t := fn.TypeArgs()[0]
	pt := types.NewPointer(t)
	b.markMade(pt)
	pkg := fn.Object().Pkg()
	return fmt.Sprintf("\tvar p *%s\n\tvar x P.Any\n\tvar ok bool\n\tp = new(%s)\n\tx = *%s(unsafe.Pointer(&p))\n\tok = %s.As(a0, x)\n\treturn *p, ok\n",
		b.ty(t), b.ty(t), b.convOp(pt, anyType, "make"), b.importName(pkg))
}

// randN is rand.N: a number of any integer type below n.
func randN(b *builder, fn *ssa.Function) string {
	t := b.ty(fn.TypeArgs()[0])
	return fmt.Sprintf("\tif a0 <= %s(0) { guest.Throw(%d, \"invalid argument to N\") }\n\treturn %s(guest.RandV2Uint64N(0, uint64(a0)))\n", t, b.placeAt(b.pos, b.where(fn)), t)
}

// hashed is a call of a function of package guest whose first parameter makes hashes of the interface type that
// the type parameter's constraint is.
func hashed(to string) template {
	return func(b *builder, fn *ssa.Function) string {
		from, hash := fn.TypeArgs()[0], fn.Origin().TypeParams().At(0).Constraint()
		var as []string
		for k := range fn.Signature.Params().Len() {
			as = append(as, fmt.Sprintf("a%d", k))
		}
		pre := ""
		if !types.Identical(from, hash) {
			op := "change"
			if !isIface(from) {
				op = "make"
				b.markMade(from)
				b.outside(from)
			}
			n := b.fresh("K", "")
			made := "func() " + b.ty(hash)
			b.helper(n, origin(fn), "func %s(f func() %s) %s {\n\treturn func() %s {\n\t\tvar x %s\n\t\tx = f()\n\t\treturn *%s(unsafe.Pointer(&x))\n\t}\n}\n",
				n, b.ty(from), made, b.ty(hash), b.ty(from), b.convOp(from, hash, op))
			pre = fmt.Sprintf("\tvar h %s\n\th = %s(a0)\n", made, n)
			as[0] = "h"
		}
		return fmt.Sprintf("%s\tvar r []uint8\n\tvar err error\n\tr, err = guest.%s(%s)\n\treturn r, err\n", pre, to, strings.Join(as, ", "))
	}
}

// nullScan is sql.Null's Scan over the conversion that Rows.Scan makes.
func nullScan(b *builder, fn *ssa.Function) string {
	t := fn.Signature.Recv().Type().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(0).Type()
	pt := types.NewPointer(t)
	b.markMade(pt)
	b.outside(pt)
	return fmt.Sprintf("\tif a0 == nil { guest.PanicNil(%d) }\n\tvar z %s\n\tif a1 == nil { (*a0).V = z; (*a0).Valid = false; return nil }\n\tvar p %s\n\tvar x P.Any\n\t(*a0).Valid = true\n\tp = &(*a0).V\n\tx = *%s(unsafe.Pointer(&p))\n\treturn guest.SQLAssign(x, a1)\n",
		b.placeAt(b.pos, b.where(fn)), b.ty(t), b.ty(pt), b.convOp(pt, anyType, "make"))
}

// nullValue is sql.Null's Value.
func nullValue(b *builder, fn *ssa.Function) string {
	t := fn.Signature.Recv().Type().Underlying().(*types.Struct).Field(0).Type()
	op := "change"
	if !isIface(t) {
		op = "make"
		b.markMade(t)
		b.outside(t)
	}
	return fmt.Sprintf("\tvar v %s\n\tvar x P.Any\n\tvar r %s\n\tvar err error\n\tif !a0.Valid { return nil, nil }\n\tv = a0.V\n\tx = *%s(unsafe.Pointer(&v))\n\tr, err = guest.SQLValue(x)\n\treturn r, err\n",
		b.ty(t), b.ty(fn.Signature.Results().At(0).Type()), b.convOp(t, anyType, op))
}

// addCleanup is runtime.AddCleanup with the call of the cleanup made into a function.
func addCleanup(b *builder, fn *ssa.Function) string {
	n := b.fresh("K", "")
	ft, at := b.ty(fn.Signature.Params().At(1).Type()), b.ty(fn.Signature.Params().At(2).Type())
	b.helper(n, origin(fn), "func %s(f %s, arg %s) func() {\n\treturn func() {\n\t\tf(arg)\n\t}\n}\n", n, ft, at)
	return fmt.Sprintf("\tvar f func()\n\tf = %s(a1, a2)\n\treturn guest.AddCleanup(%d, unsafe.Pointer(a0), f)\n", n, b.placeAt(b.pos, b.where(fn)))
}
