package forge

import (
	"go/token"
	"reflect"
	"runtime"
	"unsafe"
)

// assertionError mirrors runtime.TypeAssertionError.
type assertionError struct {
	iface, concrete, asserted unsafe.Pointer
	missing                   string
}

// panicAssertion panics as x.(T) does: x has the interface type it and holds a value with type word dynamic (nil for none).
// For a failed assertion to an interface, compiled code leaves the static type out ("interface is nil, not main.I").
func panicAssertion(it reflect.Type, dynamic unsafe.Pointer, want reflect.Type, missing string) {
	e := &runtime.TypeAssertionError{}
	r := (*assertionError)(unsafe.Pointer(e))
	r.concrete, r.asserted, r.missing = dynamic, word(want), missing
	if want.Kind() != reflect.Interface {
		r.iface = word(it)
	}
	panic(e)
}

// missing is the first method in the interface's order that t does not have, or has with another signature.
func (w *World) missing(t, it reflect.Type) string {
	for i := range it.NumMethod() {
		m := it.Method(i)
		if !token.IsExported(m.Name) { // reflect does not show it: the type table knows
			if _, ok := w.methodOf(word(t), m.Name, m.PkgPath); !ok {
				return m.Name
			}
			continue
		}
		has, ok := t.MethodByName(m.Name)
		if !ok || methodType(t, has) != m.Type {
			return m.Name
		}
	}
	return ""
}

// methodType is a method's signature without its receiver.
func methodType(t reflect.Type, m reflect.Method) reflect.Type {
	if t.Kind() == reflect.Interface {
		return m.Type
	}
	return reflect.Zero(t).Method(m.Index).Type()
}
