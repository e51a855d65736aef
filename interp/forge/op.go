package forge

import (
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"gokernel/interp/unit"
)

// An op is a native unary operation: core text writes `*P.Op4(unsafe.Pointer(&x))`. P.Op4 is a
// named pointer type made for this operation alone; yaegi asks its conversion hook for the conversion to it,
// and runs what Hook returns directly, without reflect.Call. The result points to the operation's value
// and is read at once, before anything else runs.
type op func(src unsafe.Pointer) unsafe.Pointer

// Hook is yaegi's conversion hook (symbol "convert" of "github.com/traefik/yaegi/yaegi").
func (w *World) Hook(from, to reflect.Type) func(src, dest reflect.Value) {
	if do := w.stmts[to]; do != nil {
		return func(src, dest reflect.Value) { do(src.UnsafePointer()) }
	}
	if do := w.ops[to]; do != nil {
		return func(src, dest reflect.Value) {
			*(*unsafe.Pointer)(dest.Addr().UnsafePointer()) = do(src.UnsafePointer())
		}
	}
	switch {
	case from.Kind() == reflect.UnsafePointer && to.Kind() == reflect.Pointer:
		elem := to.Elem()
		return func(src, dest reflect.Value) { dest.Set(reflect.NewAt(elem, src.UnsafePointer())) }
	case from.Kind() == reflect.UnsafePointer && to.Kind() == reflect.UnsafePointer:
		return func(src, dest reflect.Value) { dest.SetPointer(src.UnsafePointer()) }
	}
	return nil
}

// operation makes an op of a unit and the type that stands for it in package P.
//
//	make    concrete value -> interface value that holds a copy
//	change  interface -> interface that it has the methods of; nil stays nil
//	as      interface -> value of concrete or interface type inside; a nil result pointer if it is of another type
//	must    as, but another type is a panic with Go's *runtime.TypeAssertionError
//	data    interface -> value inside, whose type was tested before
//	tag     interface -> number of its dynamic type among Cases (int), -1 for all others
//	cast    value -> the same memory as another type of equal layout
//	word    interface -> its data word (unsafe.Pointer)
//	chan    a struct with channels and values -> a channel statement runs on them; no result
//	method  interface -> the body of its method Method, a func of type To that takes the data word first; nil if the
//	        dynamic type is none of the session's
func (w *World) operation(o unit.Op) (reflect.Type, error) {
	var from, to *typ
	if o.Do != "cast" || o.From != 0 {
		if from = w.types[o.From]; from == nil {
			return nil, fmt.Errorf("forge: operation %s: type %d is not in the table", o.Name, o.From)
		}
	}
	if o.Do == "chan" {
		return w.chanOp(o, from)
	}
	elem := reflect.TypeFor[int]()
	if o.Do != "tag" {
		if to = w.types[o.To]; to == nil {
			return nil, fmt.Errorf("forge: operation %s: type %d is not in the table", o.Name, o.To)
		}
		elem = to.in
	}
	var do op
	switch o.Do {
	case "make":
		do = w.makeOp(from, to)
	case "change":
		do = w.toInterface(from, to, false, true)
	case "as", "must":
		if to.out.Kind() == reflect.Interface {
			do = w.toInterface(from, to, o.Do == "must", false)
		} else {
			do = w.toConcrete(from, to, o.Do == "must")
		}
	case "data":
		do = dataOp(raw(to.out).tflag&flagDirect != 0)
	case "word":
		do = dataOp(true)
	case "tag":
		do = w.tagOp(from, o.Cases)
	case "cast":
		do = func(p unsafe.Pointer) unsafe.Pointer { return p }
	case "method":
		do = w.methodOp(from, o.Method, o.MethodPkg)
	default:
		return nil, fmt.Errorf("forge: operation %s: unknown kind %q", o.Name, o.Do)
	}
	t := w.marker(o.Name, elem)
	w.ops[t] = do
	return t, nil
}

// marker makes a new named pointer type P.name to elem.
func (w *World) marker(name string, elem reflect.Type) reflect.Type {
	p, un, _, _ := w.block(reflect.Pointer, 0, 0)
	h := (*abiPointer)(p)
	w.header(&h.abiType, reflect.TypeFor[*int](), "P."+name, true)
	h.tflag |= flagUncommon
	un.pkgPath = w.nameOff("P")
	h.elem = raw(elem)
	return asType(&h.abiType)
}

// chanOp makes a channel statement's marker: a type of kind unsafe.Pointer, to which yaegi lets any pointer be converted.
func (w *World) chanOp(o unit.Op, operands *typ) (reflect.Type, error) {
	if w.Chan == nil {
		return nil, fmt.Errorf("forge: operation %s: nobody runs channel operations", o.Name)
	}
	types := make([]reflect.Type, len(o.Chans))
	for i, c := range o.Chans {
		if c.Type != 0 {
			types[i] = w.at(c.Type).out
		}
	}
	do, err := w.Chan(o, types, operands.in)
	if err != nil {
		return nil, fmt.Errorf("forge: operation %s: %w", o.Name, err)
	}
	p, un, _, _ := w.block(reflect.UnsafePointer, 0, 0)
	h := (*abiType)(p)
	w.header(h, reflect.TypeFor[unsafe.Pointer](), "P."+o.Name, true)
	h.tflag |= flagUncommon
	un.pkgPath = w.nameOff("P")
	t := asType(h)
	w.stmts[t] = do
	return t, nil
}

func isEmpty(it reflect.Type) bool { return it.NumMethod() == 0 }

// tabFor is the first word of a value of interface type it that holds a t.
func tabFor(it, t reflect.Type) unsafe.Pointer {
	if isEmpty(it) {
		return word(t)
	}
	v := reflect.New(it)
	v.Elem().Set(reflect.Zero(t))
	return (*eface)(v.UnsafePointer()).typ
}

// typeWord is the dynamic type of the interface value at src, nil for a nil interface.
func typeWord(src unsafe.Pointer, empty bool) unsafe.Pointer {
	w := (*eface)(src).typ
	if w != nil && !empty {
		w = unsafe.Pointer((*abiITab)(w).typ)
	}
	return w
}

// maker converts a type to an interface type; a new version of the type renews it.
type maker struct {
	it  reflect.Type
	now atomic.Pointer[made]
}

type made struct {
	typ, tab unsafe.Pointer
	size     uintptr
	direct   bool
}

func (m *maker) renew(t *typ) {
	if !t.out.Implements(m.it) { // a method was redefined: text that was made for the interface keeps the version that has it
		return
	}
	m.now.Store(&made{word(t.out), tabFor(m.it, t.out), t.out.Size(), raw(t.out).tflag&flagDirect != 0})
}

var zeroSized [16]byte

func (w *World) makeOp(from, to *typ) op {
	m := &maker{it: to.out}
	g := from.group
	for _, v := range g.versions { // the newest one that has the interface's methods
		m.renew(v)
	}
	if m.now.Load() == nil {
		panic(fmt.Sprintf("%s does not implement %s", from.out, to.out))
	}
	g.made = append(g.made, m)
	return func(src unsafe.Pointer) unsafe.Pointer {
		n := m.now.Load()
		e := &eface{typ: n.tab}
		switch {
		case n.direct:
			e.data = *(*unsafe.Pointer)(src)
		case n.size == 0:
			e.data = unsafe.Pointer(&zeroSized)
		default:
			e.data = unsafeNew(n.typ)
			typedmemmove(n.typ, e.data, src)
		}
		return unsafe.Pointer(e)
	}
}

func dataOp(direct bool) op {
	if direct {
		return func(src unsafe.Pointer) unsafe.Pointer { return unsafe.Pointer(&(*eface)(src).data) }
	}
	return func(src unsafe.Pointer) unsafe.Pointer { return (*eface)(src).data }
}

// is tells whether a type word is some version of the source type of t.
func (w *World) is(dynamic unsafe.Pointer, t *typ) bool {
	if !t.group.multi.Load() || dynamic == nil {
		return false
	}
	f := w.forged(dynamic)
	return f != nil && f.group == t.group
}

func (w *World) toConcrete(from, to *typ, must bool) op {
	want := word(to.out)
	empty := isEmpty(from.out)
	direct := raw(to.out).tflag&flagDirect != 0
	return func(src unsafe.Pointer) unsafe.Pointer {
		dynamic := typeWord(src, empty)
		if dynamic != want && !w.is(dynamic, to) {
			if must {
				panicAssertion(from.out, dynamic, to.out, "")
			}
			return nil
		}
		e := (*eface)(src)
		if direct {
			return unsafe.Pointer(&e.data)
		}
		return e.data
	}
}

// toInterface finds the dynamic type's first word for the interface type to once for each dynamic type.
// A value of an early version of a type is given the version that has the methods.
func (w *World) toInterface(from, to *typ, must, keepNil bool) op {
	empty := isEmpty(from.out)
	var tabs sync.Map // dynamic type word -> first word of the result, nil if it does not have the methods
	return func(src unsafe.Pointer) unsafe.Pointer {
		dynamic := typeWord(src, empty)
		if dynamic == nil {
			switch {
			case keepNil:
				return unsafe.Pointer(&eface{})
			case must:
				panicAssertion(from.out, nil, to.out, "")
			}
			return nil
		}
		var tab unsafe.Pointer
		if v, ok := tabs.Load(dynamic); ok {
			tab = v.(unsafe.Pointer)
		} else {
			tab = w.tabOfVersions(dynamic, to.out)
			f := w.forged(dynamic)
			if tab != nil || f == nil { // a method may still come
				tabs.Store(dynamic, tab)
			}
		}
		if tab == nil {
			if must {
				panicAssertion(from.out, dynamic, to.out, w.missing(typeAt(dynamic), to.out))
			}
			return nil
		}
		return unsafe.Pointer(&eface{tab, (*eface)(src).data})
	}
}

func (w *World) tabOfVersions(dynamic unsafe.Pointer, it reflect.Type) unsafe.Pointer {
	t := typeAt(dynamic)
	if latest := w.Latest(t); latest != t && latest.Implements(it) {
		return tabFor(it, latest)
	}
	if t.Implements(it) {
		return tabFor(it, t)
	}
	return nil
}

// tags is a table of numbers by type word, replaced as a whole.
type tags struct {
	words   []unsafe.Pointer
	numbers []*int
}

var noCase = -1

func (w *World) tagOp(from *typ, cases []unit.Case) op {
	empty := isEmpty(from.out)
	var t tags
	number := map[*group]*int{}
	var groups []*group
	for _, c := range cases {
		of := w.at(c.Type)
		if c.Ptr {
			of = w.forged(word(reflect.PointerTo(of.out)))
		}
		n := new(int)
		*n = c.N
		number[of.group] = n
		groups = append(groups, of.group)
		for _, v := range of.group.versions {
			t.words, t.numbers = append(t.words, word(v.out)), append(t.numbers, n)
		}
	}
	var index map[unsafe.Pointer]*int
	if len(t.words) > 8 {
		index = make(map[unsafe.Pointer]*int, len(t.words))
		for i, p := range t.words {
			index[p] = t.numbers[i]
		}
	}
	return func(src unsafe.Pointer) unsafe.Pointer {
		dynamic := typeWord(src, empty)
		if dynamic == nil {
			return unsafe.Pointer(&noCase)
		}
		if index != nil {
			if n := index[dynamic]; n != nil {
				return unsafe.Pointer(n)
			}
		} else {
			for i, p := range t.words {
				if p == dynamic {
					return unsafe.Pointer(t.numbers[i])
				}
			}
		}
		for _, g := range groups {
			if !g.multi.Load() {
				continue
			}
			if f := w.forged(dynamic); f != nil && number[f.group] != nil { // a version made after this text
				return unsafe.Pointer(number[f.group])
			}
			break
		}
		return unsafe.Pointer(&noCase)
	}
}

// methodOp finds the body of a method for whatever is inside: it takes the data word as its first argument. For a nil
// interface and for types that are not in the table it is nil: their methods can be called natively.
func (w *World) methodOp(from *typ, name, pkg string) op {
	empty := isEmpty(from.out)
	return func(src unsafe.Pointer) unsafe.Pointer {
		fn := new(unsafe.Pointer)
		if dynamic := typeWord(src, empty); dynamic != nil {
			*fn, _ = w.methodOf(dynamic, name, pkg)
		}
		return unsafe.Pointer(fn)
	}
}

// Assertion asks the interface value of type from at src for the type to: it gives the address of the answer, or if
// the value is not of that type nil or, with must, Go's panic.
func (w *World) Assertion(from, to unit.TypeID, must bool) (ask func(src unsafe.Pointer) unsafe.Pointer, err error) {
	f, t := w.types[from], w.types[to]
	if f == nil || t == nil || f.out == nil || t.out == nil || f.out.Kind() != reflect.Interface {
		return nil, fmt.Errorf("types %d and %d are not in the table", from, to)
	}
	if t.out.Kind() == reflect.Interface {
		return w.toInterface(f, t, must, false), nil
	}
	return w.toConcrete(f, t, must), nil
}
