package forge

import (
	"fmt"
	"reflect"
	"unsafe"

	"gokernel/interp/unit"
)

// methodSlot is one method of a method table.
type methodSlot struct {
	name, pkg string
	sig       unit.TypeID
	word      int // slot of the body that takes the receiver as an interface's data word
	value     int // slot of the body that takes the receiver by value; word if that is the same
}

func findMethod(table []methodSlot, name, pkg string) *methodSlot {
	for i := range table {
		if m := &table[i]; m.name == name && (m.pkg == pkg || pkg == "" || m.pkg == "") {
			return m
		}
	}
	return nil
}

// direct tells whether a value of t itself is an interface's data word.
func (w *World) direct(t *typ) bool { return raw(w.shapeOf(t.ID)).tflag&flagDirect != 0 }

// methodTable gives methods their slots and, when all types of the batch have headers, fills the table.
//
// A value method takes two slots for T and *T together: the body that takes the data word
// of a T in an interface, a pointer to it, is also the body of the *T method. If T itself is
// the data word, T's method takes one slot for both ways, and *T's takes one of its own.
func (w *World) methodTable(t *typ, un *abiUncommon, table []abiMethod, ms []unit.Method, ptr bool) error {
	slots := make([]methodSlot, len(ms))
	direct := w.direct(t)
	exported := 0
	for i, m := range ms {
		s := methodSlot{name: m.Name, pkg: m.PkgPath, sig: m.Sig}
		n := 1
		if !ptr && !direct {
			n = 2
		}
		if of := findMethod(t.valueTable, m.Name, m.PkgPath); ptr && !direct && of != nil {
			s.word, s.value = of.word, of.word
		} else {
			first, err := newSlots(n)
			if err != nil {
				return err
			}
			s.word, s.value = first, first+n-1
		}
		slots[i] = s
		if isExported(m) {
			exported++
		}
	}
	if ptr {
		t.ptrTable = slots
	} else {
		t.valueTable = slots
	}
	w.inherit(t, slots, ptr)
	un.mcount, un.xcount = uint16(len(ms)), uint16(exported)
	w.work = append(w.work, func() error {
		for i, s := range slots {
			table[i] = abiMethod{
				name: w.methodName(s.name, s.pkg),
				mtyp: addReflectOff(unsafe.Pointer(raw(w.form(s.sig, first)))),
				ifn:  addReflectOff(codeAt(s.word)),
				tfn:  addReflectOff(codeAt(s.value)),
			}
		}
		return nil
	})
	return nil
}

func isExported(m unit.Method) bool { return m.PkgPath == "" }

// codeAt is the entry of a slot as a pointer: it points into code, never into the heap.
func codeAt(slot int) unsafe.Pointer {
	pc := entry(slot)
	return *(*unsafe.Pointer)(unsafe.Pointer(&pc))
}

// inherit lets a new version of a type begin with the bodies of the one it replaces.
func (w *World) inherit(t *typ, table []methodSlot, ptr bool) {
	if t.Replaces == 0 {
		return
	}
	was := w.at(t.Replaces)
	old := was.valueTable
	if ptr {
		old = was.ptrTable
	}
	for _, s := range table {
		if o := findMethod(old, s.name, s.pkg); o != nil {
			slots[s.word], slots[s.value] = slotFunc(o.word), slotFunc(o.value)
		}
	}
}

// Bind gives a method its body. byWord is a func whose first parameter is the receiver as an interface's
// data word holds it (a pointer to the value, or the value if it is pointer-shaped), byValue one that takes it by value
// (nil for methods of *T and of pointer-shaped types, where both are the same). Binding again replaces the body for
// calls that start from then on.
func (w *World) Bind(b unit.Bind, byWord, byValue any) error {
	t := w.types[b.Type]
	if t == nil {
		return fmt.Errorf("forge: binding %s to type %d, which is not in the table", b.Name, b.Type)
	}
	table := t.valueTable
	if b.Ptr {
		table = t.ptrTable
	}
	m := findMethod(table, b.Name, b.PkgPath)
	if m == nil {
		return fmt.Errorf("forge: %s has no method %s to bind", t.out, b.Name)
	}
	if byWord != nil {
		setSlot(m.word, byWord)
	}
	if m.value != m.word {
		if byValue == nil {
			return fmt.Errorf("forge: method %s of %s has no body that takes its receiver by value", b.Name, t.out)
		}
		setSlot(m.value, byValue)
	}
	return nil
}

// methodOf finds the body of a method for a dynamic type: what takes the data word.
func (w *World) methodOf(dynamic unsafe.Pointer, name, pkg string) (fn unsafe.Pointer, ok bool) {
	var m *methodSlot
	if f := w.forged(dynamic); f != nil {
		m = findMethod(f.valueTable, name, pkg)
	}
	if t := typeAt(dynamic); m == nil && t.Kind() == reflect.Pointer && t.Name() == "" {
		if f := w.forged(word(t.Elem())); f != nil {
			m = findMethod(f.ptrTable, name, pkg)
		}
	}
	if m == nil {
		return nil, false
	}
	return slotFunc(m.word), true
}
