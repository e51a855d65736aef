package guest

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// AtomicForwards: text must ask Newest for the function that replaces another. Elsewhere it reads the variable itself: on
// amd64 loads are not reordered, and what a func value points to is complete before it can be seen.
const AtomicForwards = raceEnabled || runtime.GOARCH != "amd64"

// Forward makes functions of earlier cells use a new definition: *x, a func
// variable that old bodies call, becomes *f; then *y, the bool that they test,
// becomes true. Old bodies read both without a lock, in the other
// order, so x is written first and a fence lies between. It is called by Init
// functions of a text. The race detector is not told of the write to y; what
// follows from having seen it is ordered by Newest.
//
//go:norace
func Forward(x, f, y unsafe.Pointer) {
	atomic.StorePointer((*unsafe.Pointer)(x), *(*unsafe.Pointer)(f))
	var fence atomic.Int32
	fence.Add(1)
	*(*bool)(y) = true
}

// Newest sets *to to the func that Forward has written to *x. The caller has seen that there is one,
// but a load that comes later in the text may have been done first: then x is nil for one more moment.
func Newest(to, x unsafe.Pointer) {
	for {
		if f := atomic.LoadPointer((*unsafe.Pointer)(x)); f != nil {
			*(*unsafe.Pointer)(to) = f
			return
		}
		runtime.Gosched()
	}
}
