package compile

// Builtins, those of package unsafe and those that ssa adds.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// builtin emits a call of a builtin; in is nil in thunks.
func (f *function) builtin(in *ssa.Call, b *ssa.Builtin, c *ssa.CallCommon, as []string) {
	used := in != nil && len(*in.Referrers()) > 0
	set := func(s string) {
		if used {
			f.p("%s = %s", f.reg(in), s)
		} else {
			f.p("%s", s)
		}
	}
	at := func(i int) types.Type { return c.Args[i].Type() }
	elem := func(t types.Type) types.Type {
		switch u := t.Underlying().(type) {
		case *types.Slice:
			return u.Elem()
		case *types.Pointer:
			return u.Elem()
		}
		return nil
	}
	switch b.Name() {
	case "append":
		f.appends(in, c, as)
	case "copy":
		if used {
			set(fmt.Sprintf("copy(%s, %s)", as[0], f.alike(as[1], at(1), at(0))))
		} else {
			f.p("copy(%s, %s)", as[0], f.alike(as[1], at(1), at(0)))
		}
	case "len", "cap":
		if !used {
			f.discard(c, as)
			return
		}
		u := at(0).Underlying()
		if p, ok := u.(*types.Pointer); ok {
			u = p.Elem().Underlying()
		}
		if a, ok := u.(*types.Array); ok {
			set(fmt.Sprint(a.Len()))
			return
		}
		f.define(in, b.Name()+"("+as[0]+")", true)
	case "delete":
		f.p("delete(%s, %s)", f.under(as[0], at(0)), as[1])
	case "clear":
		f.p("guest.Clear(%s)", as[0])
	case "close":
		f.p("guest.Close(%d, %s)", f.place(), as[0])
	case "panic":
		f.p("guest.Throw(%d, %s)", f.place(), as[0])
	case "recover":
		call := "guest.Recover()"
		if deferredOnly(f.ssa) && in != nil {
			call = "guest.RecoverD()"
		}
		set(call)
	case "print", "println":
		var xs []string
		for i, a := range as {
			if isIface(at(i)) {
				a = "guest.IfaceP(" + a + ")"
			}
			xs = append(xs, a)
		}
		f.p("guest.%s(%s)", map[string]string{"print": "Print", "println": "Println"}[b.Name()], strings.Join(xs, ", "))
	case "min", "max":
		f.minMax(in, b.Name(), at(0), as, used)
	case "real", "imag", "complex", "SliceData", "StringData", "Add", "Sizeof", "Alignof", "Offsetof":
		if used {
			f.pure(in, b, c, as)
		} else {
			f.discard(c, as)
		}
	case "ssa:wrapnilchk":
		f.p("if %s == nil { guest.PanicWrap(%d, %q) }", as[0], f.place(), f.wrapText())
		if used {
			f.assign("", f.reg(in), as[0])
		}
	case "ssa:deferstack":
		set("fr")
	case "String":
		set(fmt.Sprintf("guest.UnsafeString(%d, unsafe.Pointer(%s), int(%s))", f.place(), as[0], as[1]))
	case "Slice":
		e := elem(at(0))
		call := fmt.Sprintf("guest.UnsafeSlice(%d, unsafe.Pointer(%s), int(%s), %d)", f.place(), as[0], as[1], sizes.Sizeof(e))
		if !used {
			f.p("%s", call)
			return
		}
		set(fmt.Sprintf("*(*[]%s)(%s)", f.ty(e), call))
	default:
		f.refuse(f.pos, unknown, "builtin %s", b.Name())
	}
}

// wrapText is what the runtime says when a value method is called through a nil pointer.
func (f *function) wrapText() string {
	n, _, ok := receiver(f.ssa.Params[0].Type()) // of a method or a thunk
	if !ok || f.ssa.Object() == nil {
		return ""
	}
	t := n.Obj().Name()
	return fmt.Sprintf("value method %s.%s.%s called using nil *%s pointer", n.Obj().Pkg().Path(), t, f.ssa.Object().Name(), t)
}

// discard evaluates operands that may hold a call or something that panics.
func (f *function) discard(c *ssa.CallCommon, as []string) {
	for i, a := range as {
		if strings.IndexByte(a, '(') >= 0 {
			f.p("%s = %s", f.temp(f.ty(c.Args[i].Type())), a)
		}
	}
}

// pure emits a builtin that has no effect but its value, which is used.
func (f *function) pure(in *ssa.Call, b *ssa.Builtin, c *ssa.CallCommon, as []string) {
	t := c.Args[0].Type()
	e := ""
	switch b.Name() {
	case "real", "imag":
		e = b.Name() + "(" + as[0] + ")"
	case "complex":
		e = "complex(" + as[0] + ", " + as[1] + ")"
	case "SliceData":
		e = fmt.Sprintf("(*%s)(guest.SliceData(unsafe.Pointer(&%s)))", f.ty(t.Underlying().(*types.Slice).Elem()), f.slotOf(as[0], t))
	case "StringData":
		e = fmt.Sprintf("(*uint8)(guest.SliceData(unsafe.Pointer(&%s)))", f.slotOf(as[0], t))
	case "Add":
		e = fmt.Sprintf("guest.UnsafeAdd(%s, int(%s))", as[0], as[1])
	case "Sizeof":
		e = fmt.Sprintf("uintptr(%d)", sizes.Sizeof(t))
	case "Alignof":
		e = fmt.Sprintf("uintptr(%d)", sizes.Alignof(t))
	case "Offsetof":
		e = fmt.Sprintf("uintptr(%d)", f.offset(c.Args[0]))
	}
	f.p("%s = %s", f.reg(in), e)
}

// alike is slice x of type from as one of type to, where they differ only in name.
func (f *function) alike(x string, from, to types.Type) string {
	if f.ty(from) == f.ty(to) {
		return x
	}
	if _, ok := from.Underlying().(*types.Slice); !ok {
		return x
	}
	return f.slotOf(f.cast(x, from, to), to)
}

func (f *function) appends(in *ssa.Call, c *ssa.CallCommon, as []string) {
	if in == nil {
		return // go and defer discard no append
	}
	if len(as) == 1 || isNil(c.Args[1]) {
		f.p("%s = %s", f.reg(in), as[0])
		return
	}
	list, isList := strings.CutPrefix(as[1], listMark)
	if s, ok := in.Type().Underlying().(*types.Slice); ok && sizes.Sizeof(s.Elem()) == 0 { // no memory that runs out first
		as[0] = f.slotOf(as[0], in.Type())
		n := ""
		if isList {
			n = fmt.Sprint(c.Args[1].(*ssa.Slice).X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len())
		} else {
			as[1] = f.slotOf(as[1], c.Args[1].Type())
			n = "len(" + as[1] + ")"
		}
		f.p("guest.CheckAppend(%d, len(%s), %s)", f.place(), as[0], n)
	}
	if isList {
		f.assignCall(in, fmt.Sprintf("append(%s, %s)", as[0], list))
		return
	}
	f.assignCall(in, fmt.Sprintf("append(%s, %s...)", as[0], f.alike(as[1], c.Args[1].Type(), c.Args[0].Type())))
}

func (f *function) assignCall(in *ssa.Call, s string) { f.p("%s = %s", f.reg(in), s) }

func (f *function) minMax(in *ssa.Call, name string, t types.Type, as []string, used bool) {
	v := f.variable(f.ty(t))
	f.p("%s = %s", v, as[0])
	op := "<"
	if name == "max" {
		op = ">"
	}
	for _, a := range as[1:] {
		if t.Underlying().(*types.Basic).Info()&types.IsFloat != 0 {
			f.p("%s = %s(guest.F%s(float64(%s), float64(%s)))", v, f.ty(t), name, v, a)
			continue
		}
		a = f.slotOf(a, t)
		f.p("if %s %s %s { %s = %s }", a, op, v, v, a)
	}
	if used {
		f.p("%s = %s", f.reg(in), v)
	}
}

// offset is the offset of the field that v was read from in the struct that was selected from. The way
// through embedded structs carries the position of the whole selector expression.
func (f *function) offset(v ssa.Value) int64 {
	if u, ok := v.(*ssa.UnOp); ok {
		v = u.X
	}
	var sum int64
	start := f.selectorAt(v.Pos())
	for first := true; first || v.Pos() == start; first = false {
		var x ssa.Value
		var st types.Type
		var k int
		switch v := v.(type) {
		case *ssa.FieldAddr:
			x, k, st = v.X, v.Field, v.X.Type().Underlying().(*types.Pointer).Elem()
		case *ssa.Field:
			x, k, st = v.X, v.Field, v.X.Type()
		default:
			return sum
		}
		var fields []*types.Var
		for fd := range st.Underlying().(*types.Struct).Fields() {
			fields = append(fields, fd)
		}
		sum += sizes.Offsetsof(fields)[k]
		v = x
	}
	return sum
}

// selectorAt is the start of the selector expression whose field name is at pos.
func (f *function) selectorAt(pos token.Pos) token.Pos {
	start := token.NoPos
	if root := syntaxOf(f.ssa); root != nil {
		ast.Inspect(root, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Pos() == pos {
				start = s.Pos()
			}
			return true
		})
	}
	return start
}
