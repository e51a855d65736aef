package guest

import (
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Clear is the builtin clear.
func Clear(x any) { reflect.ValueOf(x).Clear() }

// C64 and C128 make complex constants.
func C64(r, i float64) complex64 { return complex(float32(r), float32(i)) }

// C128 is C64 for complex128.
func C128(r, i float64) complex128 { return complex(r, i) }

// Fmin is min of floats: NaN and -0 as the builtin has them.
func Fmin(a, b float64) float64 { return min(a, b) }

// Fmax is max of floats.
func Fmax(a, b float64) float64 { return max(a, b) }

// FloatToInt32 is the machine's conversion, also of what does not fit.
func FloatToInt32(x float64) int32 { return int32(x) }

// CheckAppend raises the error of an append to a slice that gets longer than every int: elements have no size.
func CheckAppend(place, l, n int) {
	if l+n < 0 {
		at(place)
		panic(runtimeError("growslice: len out of range"))
	}
}

// SliceData is unsafe.SliceData and unsafe.StringData of the slice or string at p.
func SliceData(p unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(p) }

// UnsafeString is unsafe.String.
func UnsafeString(place int, p unsafe.Pointer, n int) string {
	if n < 0 || uintptr(n) > -uintptr(p) {
		at(place)
		panic(runtimeError("unsafe.String: len out of range"))
	}
	if p == nil && n > 0 {
		at(place)
		panic(runtimeError("unsafe.String: ptr is nil and len is not zero"))
	}
	return unsafe.String((*byte)(p), n)
}

// UnsafeAdd is unsafe.Add.
func UnsafeAdd(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Add(p, n) }

// UnsafeSlice is unsafe.Slice for elements of size bytes: the address of a slice header.
func UnsafeSlice(place int, p unsafe.Pointer, n int, size int) unsafe.Pointer {
	if n < 0 || size > 0 && uint64(n) > (1<<48)/uint64(size) || uintptr(n*size) > -uintptr(p) {
		at(place)
		panic(runtimeError("unsafe.Slice: len out of range"))
	}
	if p == nil && n > 0 {
		at(place)
		panic(runtimeError("unsafe.Slice: ptr is nil and len is not zero"))
	}
	return unsafe.Pointer(&struct {
		p    unsafe.Pointer
		l, c int
	}{p, n, n})
}

// OnceFunc is sync.OnceFunc.
func OnceFunc(f func()) func() { return sync.OnceFunc(f) }

// AtomicLoad, AtomicStore, AtomicSwap and AtomicCAS are what atomic.Pointer[T] is made of.
func AtomicLoad(p unsafe.Pointer) unsafe.Pointer { return atomic.LoadPointer((*unsafe.Pointer)(p)) }

// AtomicStore stores v.
func AtomicStore(p, v unsafe.Pointer) { atomic.StorePointer((*unsafe.Pointer)(p), v) }

// AtomicSwap stores v and returns what was there.
func AtomicSwap(p, v unsafe.Pointer) unsafe.Pointer {
	return atomic.SwapPointer((*unsafe.Pointer)(p), v)
}

// AtomicCAS stores v if old is there.
func AtomicCAS(p, old, v unsafe.Pointer) bool {
	return atomic.CompareAndSwapPointer((*unsafe.Pointer)(p), old, v)
}

// AddCleanup is runtime.AddCleanup of the object at p: f runs on a goroutine of its own, guarded like one that the cell started.
func AddCleanup(place int, p unsafe.Pointer, f func()) runtime.Cleanup {
	return runtime.AddCleanup((*byte)(p), func(f func()) { f() }, Guard(place, f))
}
