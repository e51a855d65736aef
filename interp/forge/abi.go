package forge

import (
	"reflect"
	"unsafe"
)

// This file mirrors internal/abi of Go 1.26 (type.go, map.go): what the compiler and the
// linker write for a type. Facts that the rest of the package rests on:
//
//   - A type descriptor is found by its address; two types are identical if their addresses are equal.
//     Type words in interfaces and in allocation headers do not keep a descriptor alive: World.keep does.
//   - NameOff, TypeOff and TextOff are offsets in a module's sections. For descriptors outside of every
//     module the runtime asks a table that reflect fills (addReflectOff): any address can be registered there.
//   - An uncommonType (package path, method table) follows the kind's own struct directly; in a func type the
//     parameter and result types follow the uncommonType. Moff, the method table's distance from it, is free.
//   - The method table is sorted: exported methods first, each group by name, then by package path.
//   - Ifn takes the receiver as an interface's data word, Tfn takes it by value.

type abiType struct {
	size, ptrBytes    uintptr
	hash              uint32
	tflag             uint8
	align, fieldAlign uint8
	kind              uint8
	equal             func(unsafe.Pointer, unsafe.Pointer) bool
	gcData            *byte
	str, ptrToThis    int32
}

const (
	flagUncommon  = 1 << 0
	flagExtraStar = 1 << 1
	flagNamed     = 1 << 2
	flagRegular   = 1 << 3 // equality and hash may treat a value as plain bytes
	flagOnDemand  = 1 << 4 // gcData points to a place for a mask that the runtime builds
	flagDirect    = 1 << 5 // the value itself is an interface's data word
)

type (
	abiUncommon struct {
		pkgPath        int32
		mcount, xcount uint16
		moff, _        uint32
	}
	abiMethod  struct{ name, mtyp, ifn, tfn int32 }
	abiImethod struct{ name, typ int32 }
	abiName    struct{ bytes *byte }
	abiField   struct {
		name   abiName
		typ    *abiType
		offset uintptr
	}
	abiStruct struct {
		abiType
		pkgPath abiName
		fields  []abiField
	}
	abiPointer struct {
		abiType
		elem *abiType
	}
	abiSlice struct {
		abiType
		elem *abiType
	}
	abiArray struct {
		abiType
		elem, slice *abiType
		len         uintptr
	}
	abiChan struct {
		abiType
		elem *abiType
		dir  int
	}
	abiFunc struct {
		abiType
		in, out uint16
	}
	abiInterface struct {
		abiType
		pkgPath abiName
		methods []abiImethod
	}
	abiMap struct {
		abiType
		key, elem, group              *abiType
		hasher                        func(unsafe.Pointer, uintptr) uintptr
		groupSize, slotSize, elemsOff uintptr
		flags                         uint32
	}
	// abiITab's first words; the table of functions follows.
	abiITab struct {
		inter, typ *abiType
		hash       uint32
		fun        [1]uintptr
	}
)

var headers = map[reflect.Kind]reflect.Type{
	reflect.Struct: reflect.TypeFor[abiStruct](), reflect.Pointer: reflect.TypeFor[abiPointer](), reflect.Func: reflect.TypeFor[abiFunc](),
	reflect.Slice: reflect.TypeFor[abiSlice](), reflect.Array: reflect.TypeFor[abiArray](), reflect.Chan: reflect.TypeFor[abiChan](),
	reflect.Map: reflect.TypeFor[abiMap](), reflect.Interface: reflect.TypeFor[abiInterface](),
}

// eface is an interface value without methods, or the two words of any other one.
type eface struct{ typ, data unsafe.Pointer }

// raw is t's descriptor.
func raw(t reflect.Type) *abiType { return (*abiType)((*eface)(unsafe.Pointer(&t)).data) }

// word is raw as an interface's type word.
func word(t reflect.Type) unsafe.Pointer { return (*eface)(unsafe.Pointer(&t)).data }

// asType is the reflect.Type of a descriptor: reflect's rtype is nothing but the descriptor.
func asType(t *abiType) reflect.Type {
	r := reflect.TypeFor[int]()
	(*eface)(unsafe.Pointer(&r)).data = unsafe.Pointer(t)
	return r
}

func typeAt(w unsafe.Pointer) reflect.Type { return asType((*abiType)(w)) }

// addReflectOff registers an address and returns the offset that stands for it. reflect keeps it
// reachable by linkname for packages that make types.
//
//go:linkname addReflectOff reflect.addReflectOff
//go:noescape
func addReflectOff(ptr unsafe.Pointer) int32

//go:linkname typedmemmove reflect.typedmemmove
func typedmemmove(t, dst, src unsafe.Pointer)

//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(t unsafe.Pointer) unsafe.Pointer
