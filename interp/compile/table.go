package compile

// The type table: what package forge needs to know of each type to make its two run-time
// forms, which methods must be bound because values of the type can be seen through an
// interface, and new versions of types whose method sets have grown.

import (
	"cmp"
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"gokernel/interp/unit"
)

// A typeInfo is what the session knows of a type.
type typeInfo struct {
	t       types.Type
	id      unit.TypeID
	in      string   // name of the In form in package P, "" if it needs none
	methods []string // ids of the methods of T and then of *T, as the table has them
	outside bool     // values can be seen through an interface: its methods are bound
	parts   []types.Type
}

// id is the number of t in the type table.
func (b *builder) id(t types.Type) unit.TypeID { return b.info(t).id }

// info is what is known of t; a new type joins the table with all types that it consists of.
func (b *builder) info(t types.Type) *typeInfo {
	t = types.Unalias(t)
	if i, ok := b.types.At(t).(*typeInfo); ok {
		return i
	}
	b.next["type"]++
	i := &typeInfo{t: t, id: unit.TypeID(b.next["type"])}
	if b.needsIn(t) {
		name := ""
		if n, ok := t.(*types.Named); ok {
			name = n.Obj().Name()
		}
		i.in = b.fresh("T", name)
	}
	setType(&b.session, &b.types, t, i)
	b.describe(i, 0)
	return i
}

// needsIn reports whether the In form of t needs a name in package P. Structs: reflect, and so
// yaegi, cannot set unexported fields. Types that contain themselves: yaegi's own are not reliable.
func (b *builder) needsIn(t types.Type) bool {
	switch t := t.(type) {
	case *types.Named:
		if _, ok := ssaType(t); ok {
			return false
		}
		if b.compiledType(t) { // an unexported type is found by an exported variable of it
			return t.Obj().Pkg() != nil && !b.Compiler.natives.Has(t.Obj().Pkg().Path(), t.Obj().Name())
		}
		switch u := t.Underlying().(type) {
		case *types.Struct:
			return true
		case *types.Interface:
			return u.NumMethods() > 0
		}
		return selfRecursive(t)
	case *types.Interface:
		return t.NumMethods() > 0
	case *types.Struct:
		return t.NumFields() > 0
	}
	return false
}

// describe adds i's entry to the unit's table.
func (b *builder) describe(i *typeInfo, replaces unit.TypeID) {
	at := len(b.unit.Types)
	b.unit.Types = append(b.unit.Types, unit.Type{}) // its place, before its parts
	e := unit.Type{ID: i.id, In: i.in, Replaces: replaces}
	t := i.t
	if n, ok := t.(*types.Named); ok {
		if b.compiledType(n) {
			e.Kind = unit.Native
			e.Native = n.Obj().Name()
			if p := n.Obj().Pkg(); p != nil {
				e.Native = p.Path() + "." + e.Native
				if !b.Compiler.natives.Has(p.Path(), n.Obj().Name()) {
					v := b.variableOf(n)
					if v == "" {
						b.refuse(b.pos, noType, "%v", n)
					}
					e.Native = p.Path() + "." + v
				}
			}
			b.unit.Types[at] = e
			return
		}
		e.Name = b.typeName(n)
		e.PkgPath = n.Obj().Pkg().Path()
		e.Cell = b.cellOf(n.Obj().Pos())
	}
	part := func(t types.Type) unit.TypeID {
		i.parts = append(i.parts, t)
		return b.id(t)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		e.Kind = basicKinds[u.Kind()]
	case *types.Pointer:
		e.Kind, e.Elem = unit.Kind(reflect.Pointer), part(u.Elem())
	case *types.Slice:
		e.Kind, e.Elem = unit.Kind(reflect.Slice), part(u.Elem())
	case *types.Array:
		e.Kind, e.Elem, e.Len = unit.Kind(reflect.Array), part(u.Elem()), u.Len()
	case *types.Map:
		e.Kind, e.Key, e.Elem = unit.Kind(reflect.Map), part(u.Key()), part(u.Elem())
	case *types.Chan:
		e.Kind, e.Elem = unit.Kind(reflect.Chan), part(u.Elem())
		e.Dir = uint8([]reflect.ChanDir{reflect.BothDir, reflect.SendDir, reflect.RecvDir}[u.Dir()])
	case *types.Struct:
		e.Kind = unit.Kind(reflect.Struct)
		if n, ok := t.(*types.Named); ok && b.native(n.Obj().Pkg()) { // a generic type of a native package: its fields have hidden types
			was := b.forging
			b.forging = true
			defer func() { b.forging = was }()
		}
		for k := range u.NumFields() {
			f := u.Field(k)
			fd := unit.Field{Name: f.Name(), InName: fieldName(u, k), Tag: u.Tag(k), Type: part(f.Type()), Embedded: f.Embedded()}
			if !f.Exported() {
				fd.PkgPath = f.Pkg().Path()
				if e.PkgPath == "" {
					e.PkgPath = fd.PkgPath
				}
			}
			e.Fields = append(e.Fields, fd)
		}
	case *types.Signature:
		e.Kind, e.Variadic = unit.Kind(reflect.Func), u.Variadic()
		for _, p := range tuple(u.Params()) {
			e.Params = append(e.Params, b.id(p))
		}
		for _, r := range tuple(u.Results()) {
			e.Results = append(e.Results, b.id(r))
		}
	case *types.Interface:
		e.Kind = unit.Kind(reflect.Interface)
		for k := range u.NumMethods() {
			m := u.Method(k)
			e.Methods = append(e.Methods, unit.Method{Name: m.Name(), PkgPath: hiddenIn(m), Sig: b.id(plainSignature(m.Signature()))})
		}
	default:
		b.refuse(b.pos, unknown, "type %v", t)
	}
	if hasMethods(t) {
		e.Methods = b.methods(i, t)
		e.PtrSet = b.methods(i, types.NewPointer(t))
	}
	b.unit.Types[at] = e
}

// variableOf is an exported variable whose type is the unexported native type n (binary.BigEndian), "" if there is none.
func (b *builder) variableOf(n *types.Named) string {
	for _, name := range n.Obj().Pkg().Scope().Names() {
		v, ok := n.Obj().Pkg().Scope().Lookup(name).(*types.Var)
		if ok && v.Exported() && types.Identical(v.Type(), n) && b.Compiler.natives.Has(n.Obj().Pkg().Path(), name) {
			return name
		}
	}
	return ""
}

var basicKinds = map[types.BasicKind]unit.Kind{
	types.Bool: unit.Kind(reflect.Bool), types.Int: unit.Kind(reflect.Int), types.Int8: unit.Kind(reflect.Int8), types.Int16: unit.Kind(reflect.Int16),
	types.Int32: unit.Kind(reflect.Int32), types.Int64: unit.Kind(reflect.Int64), types.Uint: unit.Kind(reflect.Uint), types.Uint8: unit.Kind(reflect.Uint8),
	types.Uint16: unit.Kind(reflect.Uint16), types.Uint32: unit.Kind(reflect.Uint32), types.Uint64: unit.Kind(reflect.Uint64), types.Uintptr: unit.Kind(reflect.Uintptr),
	types.Float32: unit.Kind(reflect.Float32), types.Float64: unit.Kind(reflect.Float64), types.Complex64: unit.Kind(reflect.Complex64),
	types.Complex128: unit.Kind(reflect.Complex128), types.String: unit.Kind(reflect.String), types.UnsafePointer: unit.Kind(reflect.UnsafePointer),
	types.UntypedBool: unit.Kind(reflect.Bool), types.UntypedString: unit.Kind(reflect.String), types.UntypedInt: unit.Kind(reflect.Int),
	types.UntypedRune: unit.Kind(reflect.Int32), types.UntypedFloat: unit.Kind(reflect.Float64), types.UntypedComplex: unit.Kind(reflect.Complex128),
	types.UntypedNil: unit.Kind(reflect.UnsafePointer),
}

// hasMethods reports whether values or pointers to values of t, which is no interface, can have methods.
func hasMethods(t types.Type) bool {
	switch t := t.(type) {
	case *types.Named:
		_, ptr := t.Underlying().(*types.Pointer)
		return !ptr && !isIface(t)
	case *types.Struct:
		for f := range t.Fields() {
			if f.Embedded() {
				return true
			}
		}
	}
	return false
}

// plainSignature is s without receiver and without the names of parameters.
func plainSignature(s *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}

// hiddenIn is the path of the package that an unexported name belongs to, "" for an exported one.
func hiddenIn(o types.Object) string {
	if o.Exported() || o.Pkg() == nil {
		return ""
	}
	return o.Pkg().Path()
}

// methods is the table's method set of t. Unexported methods of native packages, promoted from embedded fields,
// cannot be called by anything outside their package and are left out.
func (b *builder) methods(i *typeInfo, t types.Type) []unit.Method {
	var r []unit.Method
	for s := range b.methodSet(t) {
		sig := plainSignature(s.Type().(*types.Signature))
		r = append(r, unit.Method{Name: s.Obj().Name(), PkgPath: hiddenIn(s.Obj()), Sig: b.id(sig)})
		i.methods = append(i.methods, s.Obj().Id()+types.TypeString(sig, nil))
	}
	return r
}

func (b *builder) methodSet(t types.Type) func(yield func(*types.Selection) bool) {
	ms := b.cell.Prog.MethodSets.MethodSet(t)
	return func(yield func(*types.Selection) bool) {
		for k := range ms.Len() {
			s := ms.At(k)
			if !s.Obj().Exported() && b.native(s.Obj().Pkg()) {
				continue
			}
			if !yield(s) {
				return
			}
		}
	}
}

// fieldName is the name that field k of t has inside.
func fieldName(t *types.Struct, k int) string {
	f := t.Field(k)
	switch {
	case f.Name() == "_":
		return fmt.Sprintf("B_%d", k)
	case f.Exported():
		return f.Name()
	}
	return "X_" + letters(f.Name())
}

// field is the name that field k of a value of type t has in the text.
func (b *builder) field(t types.Type, k int) string {
	st := t.Underlying().(*types.Struct)
	if n, ok := types.Unalias(t).(*types.Named); ok && b.compiledType(n) {
		return st.Field(k).Name()
	}
	return fieldName(st, k)
}

// ---- what is seen from outside

// outside notes that values of t can be seen through an interface: then native code can
// reach all that t consists of, and call its methods.
func (b *builder) outside(t types.Type) {
	i := b.info(t)
	if i.outside {
		return
	}
	i.outside = true
	b.journal = append(b.journal, func() { i.outside = false })
	if n, ok := i.t.(*types.Named); ok && b.compiledType(n) {
		return
	}
	for _, p := range i.parts {
		b.outside(p)
	}
	switch u := i.t.Underlying().(type) {
	case *types.Signature:
		for _, p := range append(tuple(u.Params()), tuple(u.Results())...) {
			b.outside(p)
		}
	case *types.Interface:
		for m := range u.Methods() {
			b.outside(plainSignature(m.Signature()))
		}
	}
	if hasMethods(i.t) && len(i.methods) > 0 {
		b.binds = append(b.binds, binding{i.t})
	}
}

// A binding is a type whose methods, and those of pointers to it, must be bound.
type binding struct{ t types.Type }

// bindMethods gives the methods of the queued types their bodies.
func (b *builder) bindMethods() {
	queue := b.binds
	b.binds = nil
	for _, q := range queue {
		for _, ptr := range []bool{false, true} {
			t := q.t
			if ptr {
				t = types.NewPointer(t)
			}
			for s := range b.methodSet(t) {
				b.bind(q.t, t, ptr, s)
			}
		}
	}
}

// bind binds one method: byValue takes the receiver as it is, byWord as an interface holds it.
func (b *builder) bind(elem, recv types.Type, ptr bool, s *types.Selection) {
	b.outside(plainSignature(s.Type().(*types.Signature)))
	fn := b.cell.Prog.MethodValue(s)
	if fn == nil {
		return // an interface's method
	}
	byValue := b.name(fn)
	byWord := byValue
	if !ptr && !pointerShaped(recv) {
		ms := b.cell.Prog.MethodSets.MethodSet(types.NewPointer(recv))
		if ps := ms.Lookup(s.Obj().Pkg(), s.Obj().Name()); ps != nil {
			byWord = b.name(b.cell.Prog.MethodValue(ps))
		}
	}
	bd := unit.Bind{Type: b.id(elem), Ptr: ptr, Name: s.Obj().Name(), PkgPath: hiddenIn(s.Obj()), Word: byWord, Value: byValue}
	b.unit.Binds = append(b.unit.Binds, bd)
	b.unit.Keep = true
}

// forwarder writes a function whose body is one call.
func (b *builder) forwarder(name string, params []string, results *types.Tuple, call, goName string) {
	var s strings.Builder
	fmt.Fprintf(&s, "func %s(%s)%s {\n", name, strings.Join(params, ", "), b.results(results))
	switch results.Len() {
	case 0:
		fmt.Fprintf(&s, "\t%s\n", call)
	case 1:
		fmt.Fprintf(&s, "\treturn %s\n", call)
	default:
		var ls []string
		for k, t := range tuple(results) {
			fmt.Fprintf(&s, "\tvar r%d %s\n", k, b.ty(t))
			ls = append(ls, fmt.Sprintf("r%d", k))
		}
		fmt.Fprintf(&s, "\t%s = %s\n\treturn %s\n", strings.Join(ls, ", "), call, strings.Join(ls, ", "))
	}
	s.WriteString("}\n")
	b.texts = append(b.texts, s.String())
	b.unit.Funcs = append(b.unit.Funcs, unit.Func{Text: name, Go: goName, Synthetic: true})
}

// pointerShaped reports whether an interface holds values of t in its data word.
func pointerShaped(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		return u.NumFields() == 1 && pointerShaped(u.Field(0).Type())
	case *types.Array:
		return u.Len() == 1 && pointerShaped(u.Elem())
	}
	return false
}

// ---- new versions

// revise looks for types of earlier cells whose method sets this cell has changed: they, and the types
// that consist of them, get a new entry in the table. Values of the old one stay values of the type.
func (b *builder) revise() {
	if len(b.cell.Alias) == 0 {
		return
	}
	changed := map[*typeInfo]bool{}
	b.types.Iterate(func(_ types.Type, v any) {
		i := v.(*typeInfo)
		if !hasMethods(i.t) {
			return
		}
		if n, ok := i.t.(*types.Named); ok && b.compiledType(n) {
			return
		}
		var now []string
		for _, t := range []types.Type{i.t, types.NewPointer(i.t)} {
			for s := range b.methodSet(t) {
				now = append(now, s.Obj().Id()+types.TypeString(plainSignature(s.Type().(*types.Signature)), nil))
			}
		}
		if strings.Join(now, ";") != strings.Join(i.methods, ";") {
			changed[i] = true
		}
	})
	redefined := map[types.Object]bool{} // named types with a method whose body is new
	for m := range b.cell.Alias {
		if r := m.Type().(*types.Signature).Recv(); r != nil {
			if n, _, ok := receiver(r.Type()); ok {
				redefined[n.Obj()] = true
			}
		}
	}
	for more := true; more; { // what consists of a changed type
		more = false
		b.types.Iterate(func(_ types.Type, v any) {
			i := v.(*typeInfo)
			for _, p := range i.parts {
				if pi, ok := b.types.At(types.Unalias(p)).(*typeInfo); ok && changed[pi] && !changed[i] {
					changed[i] = true
					more = true
				}
			}
		})
	}
	var again []types.Type
	b.types.Iterate(func(t types.Type, v any) {
		i := v.(*typeInfo)
		n, named := i.t.(*types.Named)
		if changed[i] || named && redefined[n.Obj()] {
			again = append(again, i.t)
		}
	})
	old := map[types.Type]*typeInfo{}
	for _, t := range again {
		i := b.types.At(t).(*typeInfo)
		old[t] = i
		if changed[i] {
			n := &typeInfo{t: t, in: i.in}
			b.next["type"]++
			n.id = unit.TypeID(b.next["type"])
			setType(&b.session, &b.types, t, n)
		}
	}
	// all are described before the methods of any are bound: that of a pointer binds those of what it points to
	slices.SortFunc(again, func(x, y types.Type) int { return cmp.Compare(old[x].id, old[y].id) })
	for _, t := range again {
		if i := b.types.At(t).(*typeInfo); i != old[t] {
			b.describe(i, old[t].id)
		}
	}
	for _, t := range again {
		i := b.types.At(t).(*typeInfo)
		// the wrappers of redefined methods call the old ones: new ones are made
		if n, ok := t.(*types.Named); ok && redefined[n.Obj()] {
			for _, r := range []types.Type{t, types.NewPointer(t)} {
				for s := range b.methodSet(r) {
					drop(&b.session, b.keyed, fmt.Sprintf("wrap wrapper %s %d", s.Obj().Id(), b.identity(r)))
				}
			}
		}
		if old[t].outside {
			if i == old[t] {
				b.binds = append(b.binds, binding{t})
			} else {
				b.outside(t)
			}
		}
	}
}
