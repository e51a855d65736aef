package forge

import (
	"fmt"
	"reflect"
	"strconv"
	"unsafe"

	"gokernel/interp/unit"
)

var basics = map[reflect.Kind]reflect.Type{
	reflect.Bool: reflect.TypeFor[bool](), reflect.String: reflect.TypeFor[string](), reflect.UnsafePointer: reflect.TypeFor[unsafe.Pointer](),
	reflect.Int: reflect.TypeFor[int](), reflect.Int8: reflect.TypeFor[int8](), reflect.Int16: reflect.TypeFor[int16](), reflect.Int32: reflect.TypeFor[int32](), reflect.Int64: reflect.TypeFor[int64](),
	reflect.Uint: reflect.TypeFor[uint](), reflect.Uint8: reflect.TypeFor[uint8](), reflect.Uint16: reflect.TypeFor[uint16](), reflect.Uint32: reflect.TypeFor[uint32](), reflect.Uint64: reflect.TypeFor[uint64](), reflect.Uintptr: reflect.TypeFor[uintptr](),
	reflect.Float32: reflect.TypeFor[float32](), reflect.Float64: reflect.TypeFor[float64](), reflect.Complex64: reflect.TypeFor[complex64](), reflect.Complex128: reflect.TypeFor[complex128](),
}

var simpleShapes = map[reflect.Kind]reflect.Type{
	reflect.Pointer: reflect.TypeFor[*int](), reflect.Slice: reflect.TypeFor[[]int](), reflect.Map: reflect.TypeFor[map[int]int](),
	reflect.Chan: reflect.TypeFor[chan int](), reflect.Func: reflect.TypeFor[func()](),
}

// shapeOf is a type of the same size, alignment, pointer map, comparability and kind without any
// names. It looks only into what a value holds directly, so it ends for every type.
func (w *World) shapeOf(id unit.TypeID) reflect.Type {
	t := w.at(id)
	if t.shape == nil {
		t.shape = w.makeShape(t)
	}
	return t.shape
}

func (w *World) makeShape(t *typ) reflect.Type {
	if t.Kind == unit.Native {
		return w.nativeType(t)
	}
	k := reflect.Kind(t.Kind)
	if b := basics[k]; b != nil {
		return b
	}
	if s := simpleShapes[k]; s != nil {
		return s
	}
	switch k {
	case reflect.Interface:
		if len(t.Methods) == 0 {
			return reflect.TypeFor[any]()
		}
		return reflect.TypeFor[error]()
	case reflect.Array:
		return reflect.ArrayOf(int(t.Len), w.shapeOf(t.Elem))
	case reflect.Struct:
		fs := make([]reflect.StructField, len(t.Fields))
		for i, f := range t.Fields {
			fs[i] = reflect.StructField{Name: "F" + strconv.Itoa(i), Type: w.shapeOf(f.Type)}
			if f.Name == "_" { // not plain memory for the hash
				fs[i].Name, fs[i].PkgPath = "_", "p"
			}
		}
		return reflect.StructOf(fs)
	}
	panic(fmt.Sprintf("type %d has the unknown kind %d", t.ID, t.Kind))
}

// nativeType finds a type of a compiled package, or a predeclared one.
func (w *World) nativeType(t *typ) reflect.Type {
	switch t.Native {
	case "error":
		return reflect.TypeFor[error]()
	case "any", "comparable":
		return reflect.TypeFor[any]()
	case "unsafe.Pointer":
		return reflect.TypeFor[unsafe.Pointer]()
	}
	for i := len(t.Native) - 1; i >= 0; i-- {
		if t.Native[i] == '.' {
			if r := w.native(t.Native[:i], t.Native[i+1:]); r != nil {
				return r
			}
			break
		}
	}
	panic("there is no compiled type " + t.Native)
}

// skipBlanks makes Go's comparison of a struct with fields named _: they do not count (reflect.StructOf's counts them).
func skipBlanks(t *typ, shape reflect.Type, equal func(p, q unsafe.Pointer) bool) func(p, q unsafe.Pointer) bool {
	var fs []abiField
	for i, f := range t.Fields {
		if f.Name != "_" {
			fs = append(fs, abiField{typ: raw(shape.Field(i).Type), offset: shape.Field(i).Offset})
		}
	}
	if len(fs) == len(t.Fields) {
		return equal
	}
	return func(p, q unsafe.Pointer) bool {
		for _, f := range fs {
			if !f.typ.equal(unsafe.Add(p, f.offset), unsafe.Add(q, f.offset)) {
				return false
			}
		}
		return true
	}
}
