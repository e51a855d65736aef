package guest

import (
	"fmt"
	"reflect"
	"strconv"
	"unsafe"
)

// Pif marks an argument of print whose static type is an interface: it is shown as its two words.
type Pif struct{ x any }

// IfaceP makes a Pif.
func IfaceP(x any) Pif { return Pif{x} }

// Print is the builtin print: it writes to the cell's stderr.
func Print(xs ...any) {
	var b []byte
	for _, x := range xs {
		b = append(b, printed(x)...)
	}
	g := cur()
	g.cell.world.host.Write(g.cell, true, b)
}

// Println is the builtin println.
func Println(xs ...any) {
	var b []byte
	for i, x := range xs {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, printed(x)...)
	}
	g := cur()
	g.cell.world.host.Write(g.cell, true, append(b, '\n'))
}

// printed is x as the runtime's print shows it; floats are in their shortest form since Go 1.26.
func printed(x any) string {
	switch v := x.(type) {
	case Pif:
		w := *(*[2]uintptr)(unsafe.Pointer(&v.x))
		return fmt.Sprintf("(%#x,%#x)", w[0], w[1])
	case string:
		return v
	case nil:
		return "nil"
	}
	r := reflect.ValueOf(x)
	switch r.Kind() {
	case reflect.String:
		return r.String()
	case reflect.Bool:
		return strconv.FormatBool(r.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(r.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(r.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(r.Float(), 'g', -1, r.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(r.Complex(), 'g', -1, r.Type().Bits())
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", r.Len(), r.Cap(), r.Pointer())
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return fmt.Sprintf("%#x", r.Pointer())
	}
	return fmt.Sprint(x)
}
