package forge

import (
	"reflect"
	"unsafe"
)

// mapHeader mirrors internal/runtime/maps.Map of Go 1.26.
type mapHeader struct {
	used                              uint64
	seed                              uintptr
	dirPtr                            unsafe.Pointer
	dirLen                            int
	globalDepth, globalShift, writing uint8
	tombstonePossible                 bool
	clearSeq                          uint64
}

// Snapshot is a map value that shares m's entries and can be ranged over while the program writes to m:
// ranging over m itself would end the process with "concurrent map iteration and map write". What is seen
// of an entry that is just being written is undefined, so the caller must be ready for a fault
// (debug.SetPanicOnFault). The snapshot must not be written to.
//
//go:norace
func Snapshot(m reflect.Value) reflect.Value {
	if m.IsNil() {
		return m
	}
	h := *(*mapHeader)(m.UnsafePointer())
	h.writing = 0
	p := unsafe.Pointer(&h)
	return reflect.NewAt(m.Type(), unsafe.Pointer(&p)).Elem()
}
