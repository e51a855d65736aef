package guest

import (
	"reflect"
	"unique"
	"unsafe"
	"weak"
)

// UniqueHandle is unique.Make: equal values of one type have the same handle,
// the address of an interface value that lives as long as a handle does.
func UniqueHandle(v any) unsafe.Pointer {
	h := unique.Make(v)
	return *(*unsafe.Pointer)(unsafe.Pointer(&h))
}

// UniqueValue is (unique.Handle[T]).Value: the address of the value.
func UniqueValue(h unsafe.Pointer) unsafe.Pointer {
	w := (*[2]unsafe.Pointer)(h)
	switch reflect.TypeOf(*(*any)(h)).Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return unsafe.Pointer(&w[1]) // the data word is the value
	}
	return w[1]
}

// WeakMake is weak.Make; the handle is what weak.Pointer holds.
func WeakMake(p unsafe.Pointer) unsafe.Pointer {
	w := weak.Make((*byte)(p))
	return *(*unsafe.Pointer)(unsafe.Pointer(&w))
}

// WeakValue is (weak.Pointer[T]).Value.
func WeakValue(h unsafe.Pointer) unsafe.Pointer {
	return unsafe.Pointer((*(*weak.Pointer[byte])(unsafe.Pointer(&h))).Value())
}
