package guest

import (
	"sync/atomic"
	"unsafe"
)

// Forward makes functions of earlier cells use a new definition: *x, a func
// variable that old bodies call, becomes *f; then *y, the bool that they test,
// becomes true. Old bodies read both without synchronisation, in the other
// order, so x is written first and a fence lies between. It is called by Init
// functions of a text.
//
//go:norace
func Forward(x, f, y unsafe.Pointer) {
	*(*unsafe.Pointer)(x) = *(*unsafe.Pointer)(f)
	var fence atomic.Int32
	fence.Add(1)
	*(*bool)(y) = true
}
