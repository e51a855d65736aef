package guest

import (
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

// UniqueValue is (unique.Handle[T]).Value, in an interface.
func UniqueValue(place int, h unsafe.Pointer) any {
	if h == nil { // the zero handle
		PanicNil(place)
	}
	return *(*any)(h)
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
