package forge

import (
	"cmp"
	"fmt"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"gokernel/interp/unit"
)

// form says which run-time form of a type is wanted.
type form uint8

const (
	out   form = iota
	in         // what core text declares
	first      // out, but with first versions of types
)

// form makes a type or finds it. A named type exists as soon as its header does; what it refers to is filled in by w.drain.
func (w *World) form(id unit.TypeID, f form) reflect.Type {
	t := w.at(id)
	if f == first && !w.mentionsVersion(t) {
		f = out
	}
	switch {
	case f == out && t.out != nil:
		return t.out
	case f == in && t.in != nil:
		return t.in
	case f == first && t.first != nil:
		return t.first
	}
	set := func(r reflect.Type) reflect.Type {
		switch f {
		case out:
			t.out = r
		case in:
			t.in = r
		case first:
			t.first = r
		}
		return r
	}
	k := reflect.Kind(t.Kind)
	if t.Kind == unit.Native {
		return set(w.nativeType(t))
	}
	if t.Replaces != 0 && (f != out || k == reflect.Interface) {
		// Core text goes on with the form it has; an interface type is the same in all versions.
		return set(w.form(t.Replaces, f))
	}
	if t.Name != "" {
		return w.named(t, f, set)
	}
	if b := basics[k]; b != nil {
		return set(b)
	}
	switch k {
	case reflect.Pointer:
		return set(reflect.PointerTo(w.form(t.Elem, f)))
	case reflect.Slice:
		return set(reflect.SliceOf(w.form(t.Elem, f)))
	case reflect.Array:
		return set(reflect.ArrayOf(int(t.Len), w.form(t.Elem, f)))
	case reflect.Map:
		return set(w.mapOf(t, f))
	case reflect.Chan:
		return set(reflect.ChanOf(reflect.ChanDir(t.Dir), w.form(t.Elem, f)))
	case reflect.Func:
		return set(w.funcOf(t, f))
	case reflect.Interface:
		if len(t.Methods) == 0 {
			return set(reflect.TypeFor[any]())
		}
		return w.interfaceType(t)
	case reflect.Struct:
		return w.structType(t, f, set)
	}
	panic(fmt.Sprintf("type %d has the unknown kind %d", t.ID, t.Kind))
}

// mentionsVersion tells whether t is a later version of a type or is composed of one without a name between.
func (w *World) mentionsVersion(t *typ) bool {
	if t.versioned {
		return true
	}
	if t.Kind == unit.Native {
		return false
	}
	if t.Name != "" {
		t.versioned = t.Replaces != 0
		return t.versioned
	}
	any := func(ids ...unit.TypeID) bool {
		return slices.ContainsFunc(ids, func(id unit.TypeID) bool { return id != 0 && w.mentionsVersion(w.at(id)) })
	}
	t.versioned = t.Replaces != 0 || any(t.Elem, t.Key) || any(t.Params...) || any(t.Results...)
	for _, f := range t.Fields {
		t.versioned = t.versioned || any(f.Type)
	}
	return t.versioned
}

// mapOf is reflect.MapOf; but the flags, which depend on the key, are taken from the key's shape, as its fields may not be filled in yet.
func (w *World) mapOf(t *typ, f form) reflect.Type {
	r := reflect.MapOf(w.form(t.Key, f), w.form(t.Elem, f))
	s := reflect.MapOf(w.shapeOf(t.Key), w.shapeOf(t.Elem))
	m, flags := (*abiMap)(unsafe.Pointer(raw(r))), (*abiMap)(unsafe.Pointer(raw(s))).flags
	if m.flags != flags { // compiled types are in read-only memory, and right
		m.flags = flags
	}
	return r
}

// funcOf: core text has no variadic functions, the last parameter is a slice there.
func (w *World) funcOf(t *typ, f form) reflect.Type {
	list := func(ids []unit.TypeID) []reflect.Type {
		ts := make([]reflect.Type, len(ids))
		for i, id := range ids {
			ts[i] = w.form(id, f)
		}
		return ts
	}
	return reflect.FuncOf(list(t.Params), list(t.Results), t.Variadic && f != in)
}

// A blockShape is what a descriptor is allocated as: header, uncommonType, types, methods.
type blockShape struct {
	header         reflect.Type
	types, methods int
}

// block allocates a descriptor with its tables as one object, with a right pointer map.
func (w *World) block(kind reflect.Kind, types, methods int) (unsafe.Pointer, *abiUncommon, []*abiType, []abiMethod) {
	header := headers[kind]
	if header == nil {
		header = reflect.TypeFor[abiType]()
	}
	room := 0 // few different shapes: tables grow by doubling
	for room < methods {
		room = max(1, 2*room)
	}
	key := blockShape{header, types, room}
	t := w.blocks[key]
	if t == nil {
		t = reflect.StructOf([]reflect.StructField{
			{Name: "Header", Type: header}, {Name: "Uncommon", Type: reflect.TypeFor[abiUncommon]()},
			{Name: "Types", Type: reflect.ArrayOf(types, reflect.TypeFor[*abiType]())},
			{Name: "Methods", Type: reflect.ArrayOf(room, reflect.TypeFor[abiMethod]())},
		})
		w.blocks[key] = t
	}
	p := reflect.New(t).UnsafePointer()
	w.keep = append(w.keep, p)
	u := (*abiUncommon)(unsafe.Add(p, t.Field(1).Offset))
	u.moff = uint32(t.Field(3).Offset - t.Field(1).Offset)
	var ts []*abiType
	var ms []abiMethod
	if types > 0 {
		ts = unsafe.Slice((**abiType)(unsafe.Add(p, t.Field(2).Offset)), types)
	}
	if methods > 0 {
		ms = unsafe.Slice((*abiMethod)(unsafe.Add(p, t.Field(3).Offset)), methods)
	}
	return p, u, ts, ms
}

// header fills h with the layout of shape and the string str.
func (w *World) header(h *abiType, shape reflect.Type, str string, named bool) {
	*h = *raw(shape)
	h.tflag &= flagRegular | flagOnDemand | flagDirect
	if named {
		h.tflag |= flagNamed
	}
	h.ptrToThis = 0
	h.str = w.nameOff(str)
	w.count++
	h.hash = 0x9e3779b9*w.count ^ fnv(str)
}

func fnv(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func (w *World) named(t *typ, f form, set func(reflect.Type) reflect.Type) reflect.Type {
	switch k := reflect.Kind(t.Kind); {
	case k == reflect.Struct:
		return w.structType(t, f, set)
	case k == reflect.Interface && (f == out || len(t.Methods) > 0):
		return w.interfaceType(t)
	case k == reflect.Interface:
		return set(reflect.TypeFor[any]())
	case f == in && t.Type.In == "": // inside, celsius is float64 and intSlice is []int
		u := typ{Type: t.Type}
		u.Name, u.Replaces = "", 0
		return set(w.unnamed(&u, f))
	}
	shape := w.shapeOf(t.ID)
	types := len(t.Params) + len(t.Results)
	var ms []unit.Method
	if f == out {
		ms = sortMethods(t.Methods)
	}
	p, un, ts, table := w.block(shape.Kind(), types, len(ms))
	h := (*abiType)(p)
	w.header(h, shape, t.Name, true)
	h.tflag |= flagUncommon
	un.pkgPath = w.nameOff(t.PkgPath)
	r := set(asType(h))
	if f == out {
		if err := w.methodTable(t, un, table, ms, false); err != nil {
			panic(err)
		}
		w.pointer(t, h)
	}
	w.work = append(w.work, func() error {
		u := typ{Type: t.Type}
		u.Name, u.Replaces = "", 0
		switch shape.Kind() {
		case reflect.Pointer:
			(*abiPointer)(p).elem = raw(w.form(t.Elem, f))
		case reflect.Slice:
			(*abiSlice)(p).elem = raw(w.form(t.Elem, f))
		case reflect.Array:
			a := (*abiArray)(p)
			a.elem, a.len = raw(w.form(t.Elem, f)), uintptr(t.Len)
			a.slice = raw(reflect.SliceOf(asType(a.elem)))
		case reflect.Chan:
			c := (*abiChan)(p)
			c.elem, c.dir = raw(w.form(t.Elem, f)), int(t.Dir)
		case reflect.Map:
			m, common := (*abiMap)(p), *h
			*m = *(*abiMap)(unsafe.Pointer(raw(w.mapOf(&u, f))))
			m.abiType = common
		case reflect.Func:
			fn, like := (*abiFunc)(p), (*abiFunc)(unsafe.Pointer(raw(w.funcOf(&u, f))))
			fn.in, fn.out = like.in, like.out
			for i, id := range append(slices.Clone(t.Params), t.Results...) {
				ts[i] = raw(w.form(id, f))
			}
		}
		return nil
	})
	return r
}

// unnamed makes the form of a type that is in no table.
func (w *World) unnamed(u *typ, f form) reflect.Type {
	id := u.ID
	was := w.types[id]
	w.types[id] = u
	defer func() { w.types[id] = was }()
	return w.form(id, f)
}

// pointer forges *T beside T, with the methods that only pointers have.
func (w *World) pointer(t *typ, elem *abiType) {
	ms := sortMethods(t.PtrSet)
	p, un, _, table := w.block(reflect.Pointer, 0, len(ms))
	h := (*abiPointer)(p)
	w.header(&h.abiType, reflect.TypeFor[*int](), "*"+asType(elem).String(), false)
	h.elem = elem
	if len(ms) > 0 {
		h.tflag |= flagUncommon
		if err := w.methodTable(t, un, table, ms, true); err != nil {
			panic(err)
		}
	}
	elem.ptrToThis = addReflectOff(unsafe.Pointer(h))
}

// interfaceType makes an interface with methods (or a named one without): the same inside and outside.
func (w *World) interfaceType(t *typ) reflect.Type {
	ms := sortMethods(t.Methods)
	p, un, _, _ := w.block(reflect.Interface, 0, 0)
	h := (*abiInterface)(p)
	fill := func() []string {
		h.methods = make([]abiImethod, len(ms))
		l := make([]string, len(ms))
		for i, m := range ms {
			sig := w.form(m.Sig, first)
			h.methods[i] = abiImethod{w.methodName(m.Name, m.PkgPath), addReflectOff(unsafe.Pointer(raw(sig)))}
			l[i] = strings.TrimPrefix(sig.String(), "func")
			if token.IsExported(m.Name) {
				l[i] = m.Name + l[i]
			} else {
				l[i] = m.PkgPath[strings.LastIndexByte(m.PkgPath, '/')+1:] + "." + m.Name + l[i]
			}
		}
		return l
	}
	shape := w.shapeOf(t.ID)
	if t.Name == "" {
		w.header(&h.abiType, shape, "interface { "+strings.Join(fill(), "; ")+" }", false)
	} else {
		w.header(&h.abiType, shape, t.Name, true)
		h.tflag |= flagUncommon
		un.pkgPath = w.nameOff(t.PkgPath)
		w.work = append(w.work, func() error { fill(); return nil })
	}
	if t.PkgPath != "" {
		h.pkgPath = w.makeName(fieldName{name: t.PkgPath})
	}
	r := asType(&h.abiType)
	t.out, t.first = r, r
	if len(t.Methods) > 0 {
		t.in = r
	}
	return r
}

func (w *World) structType(t *typ, f form, set func(reflect.Type) reflect.Type) reflect.Type {
	str := t.Name
	if str == "" { // the fields first: without a name it cannot contain itself
		var done reflect.Type
		if done, str = w.plainStruct(t, f); done != nil {
			return set(done)
		}
	}
	var ms []unit.Method
	if f == out {
		ms = sortMethods(t.Methods)
	}
	p, un, _, table := w.block(reflect.Struct, 0, len(ms))
	h := (*abiStruct)(p)
	shape := w.shapeOf(t.ID)
	w.header(&h.abiType, shape, str, t.Name != "")
	h.tflag |= flagUncommon
	if t.Name != "" {
		un.pkgPath = w.nameOff(t.PkgPath)
	}
	r := set(asType(&h.abiType))
	for _, fd := range t.Fields { // a struct type without unexported fields is of no package: it converts to its underlying type
		if fd.PkgPath != "" {
			h.pkgPath = w.makeName(fieldName{name: fd.PkgPath})
			break
		}
	}
	if h.equal != nil {
		h.equal = skipBlanks(t, shape, h.equal)
	}
	h.fields = make([]abiField, len(t.Fields))
	for i, fd := range t.Fields {
		n := fieldName{name: fd.Name, tag: fd.Tag, exported: token.IsExported(fd.Name), embedded: fd.Embedded}
		if f == in && fd.Name != "_" { // a field named _ is left out of hashes inside, too
			n = fieldName{name: inName(fd), tag: fd.Tag, exported: true}
		}
		h.fields[i] = abiField{w.makeName(n), raw(shape.Field(i).Type), shape.Field(i).Offset}
	}
	if f == out {
		if err := w.methodTable(t, un, table, ms, false); err != nil {
			panic(err)
		}
		w.pointer(t, &h.abiType)
	}
	w.work = append(w.work, func() error {
		for i, fd := range t.Fields {
			h.fields[i].typ = raw(w.form(fd.Type, f))
		}
		return nil
	})
	return r
}

// plainStruct is reflect.StructOf for an unnamed struct that needs no forging (so that it is the same type as a
// compiled one written alike), else the string of the type.
func (w *World) plainStruct(t *typ, f form) (reflect.Type, string) {
	plain := true
	fs := make([]reflect.StructField, len(t.Fields))
	l := make([]string, len(t.Fields))
	for i, fd := range t.Fields {
		name, ft := fd.Name, w.form(fd.Type, f)
		switch {
		case name == "_":
			plain = false
		case f == in:
			name = inName(fd)
		case !token.IsExported(name) || fd.Embedded:
			plain = false
		}
		fs[i] = reflect.StructField{Name: name, Type: ft, Tag: reflect.StructTag(fd.Tag)}
		l[i] = name + " " + ft.String()
		if f != in && fd.Embedded {
			l[i] = ft.String()
		}
		if fd.Tag != "" {
			l[i] += fmt.Sprintf(" %q", fd.Tag)
		}
	}
	if plain {
		return reflect.StructOf(fs), ""
	}
	return nil, "struct { " + strings.Join(l, "; ") + " }"
}

// inName is a field's name in the In form.
func inName(f unit.Field) string {
	switch {
	case f.InName != "":
		return f.InName
	case token.IsExported(f.Name):
		return f.Name
	}
	return "X_" + f.Name
}

// sortMethods gives the order of a method table: exported ones first, each group by name, then by package.
func sortMethods(ms []unit.Method) []unit.Method {
	ms = slices.Clone(ms)
	slices.SortStableFunc(ms, func(a, b unit.Method) int {
		switch x, y := token.IsExported(a.Name), token.IsExported(b.Name); {
		case x != y && x:
			return -1
		case x != y:
			return 1
		case a.Name != b.Name:
			return cmp.Compare(a.Name, b.Name)
		case x:
			return 0
		}
		return cmp.Compare(a.PkgPath, b.PkgPath)
	})
	return ms
}
