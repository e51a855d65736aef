package guest

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"
)

// Run-time errors. Each is raised by really doing the operation that fails, on
// values without memory of their own, so that type and text are those of
// compiled code (runtime.boundsError, runtime.errorString ...).

// runtimeError is for texts that the runtime builds from values it cannot be handed.
type runtimeError string

func (e runtimeError) Error() string { return "runtime error: " + string(e) }
func (e runtimeError) RuntimeError() {}

var _ runtime.Error = runtimeError("")

// at notes the place of the fault that follows, or that may follow: then the
// caller ends it with passed.
func at(place int) {
	if place != 0 {
		g := cur()
		g.thrown, g.trav, g.fault = place, nil, nil
	}
}

// passed forgets the place of an operation that did not fail.
func passed() { cur().thrown = 0 }

// never returns n; the compiler cannot know, so the faults below are not its errors.
//
//go:noinline
func never(n int) int { return n }

// PanicNil raises the fault of a nil pointer, func or interface.
func PanicNil(place int) { at(place); var p *int; *p = 1 }

// PanicIndex raises the error of x[i] with length n.
func PanicIndex(place, i, n int) { at(place); _ = make([]struct{}, n)[i] }

// PanicIndexU is PanicIndex for an index of an unsigned type.
func PanicIndexU(place int, i uint64, n int) { at(place); _ = make([]struct{}, n)[i] }

// PanicDivide raises the error of a division by zero.
func PanicDivide(place int) { at(place); _ = 1 / never(0) }

// PanicShift raises the error of a shift by a negative count.
func PanicShift(place int) { at(place); _ = 1 << never(-1) }

// PanicNilMap raises the error of an assignment to an entry of a nil map.
func PanicNilMap(place int) { at(place); nilMap()[1] = 1 }

//go:noinline
func nilMap() map[int]int { return nil }

// PanicMakeChan raises the error of make(chan T, n) with n out of range.
func PanicMakeChan(place int) { at(place); _ = make(chan int, never(-1)) }

// CheckMake raises the error of make([]T, l, c) if it is one; limit is the
// greatest possible capacity for T's size.
func CheckMake(place, l, c, limit int) {
	if l < 0 || l > limit {
		at(place)
		_ = make([]int, never(-1))
	}
	if c < l || c > limit {
		at(place)
		_ = make([]int, never(1), never(0))
	}
}

// Kinds of operands of CheckSlice.
const (
	OfSlice  = 0 // bounds count to the capacity
	OfArray  = 1 // bounds count to the length
	OfString = 2
)

// CheckSlice raises the error of x[lo:hi] if it is one; c is the capacity of a
// slice, the length of an array or string.
func CheckSlice(place, lo, hi, c, kind int) {
	if lo >= 0 && lo <= hi && hi <= c {
		return
	}
	at(place)
	if kind != OfSlice { // with length, as of a string
		_ = lengthOnly(c)[lo:hi]
	}
	_ = make([]struct{}, c)[lo:hi]
}

// CheckSlice3 raises the error of x[lo:hi:max] if it is one.
func CheckSlice3(place, lo, hi, max, c, kind int) {
	if lo >= 0 && lo <= hi && hi <= max && max <= c {
		return
	}
	at(place)
	if kind == OfArray && max > c {
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [::%d] with length %d", max, c)))
	}
	_ = make([]struct{}, c)[lo:hi:max]
}

// CheckSliceU raises the error of x[lo:hi] if a bound of an unsigned type is above every int: how says which
// bounds are unsigned (1 lo, 2 hi) and, times 8, of what kind x is. Other errors are left to CheckSlice.
func CheckSliceU(place, lo, hi, c, how int) {
	kind := how >> 3
	switch {
	case how&2 != 0 && hi < 0:
		at(place)
		if kind != OfSlice {
			_ = lengthOnly(c)[:uint64(hi)]
		}
		_ = make([]struct{}, c)[:uint64(hi)]
	case how&1 != 0 && lo < 0 && hi >= 0 && hi <= c:
		at(place)
		if kind != OfSlice {
			_ = lengthOnly(c)[uint64(lo):hi]
		}
		_ = make([]struct{}, c)[uint64(lo):hi]
	}
}

// CheckSlice3U is CheckSliceU for x[lo:hi:max], max being 4 among the unsigned bounds.
func CheckSlice3U(place, lo, hi, max, c, how int) {
	unsigned, kind := how&7, how>>3
	if kind == OfArray && unsigned&4 != 0 && max < 0 {
		at(place)
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [::%d] with length %d", uint64(max), c)))
	}
	switch {
	case unsigned&4 != 0 && max < 0:
		at(place)
		_ = make([]struct{}, c)[lo:hi:uint64(max)]
	case unsigned&2 != 0 && hi < 0 && max >= 0 && max <= c:
		at(place)
		_ = make([]struct{}, c)[lo:uint64(hi):max]
	case unsigned&1 != 0 && lo < 0 && hi >= 0 && hi <= max && max <= c:
		at(place)
		_ = make([]struct{}, c)[uint64(lo):hi:max]
	}
}

// lengthOnly is a string of n bytes that must not be read.
func lengthOnly(n int) string {
	h := struct {
		p *byte
		n int
	}{new(byte), n}
	return *(*string)(unsafe.Pointer(&h))
}

// PanicWrap raises the runtime's error of a value method that is called through a nil pointer: text is what it says.
func PanicWrap(place int, text string) {
	at(place)
	v := trap(func() { var c chan int; close(c) }) // the runtime's plainError, whatever it is called
	(*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] = unsafe.Pointer(&text)
	panic(v)
}

// SliceToArray returns the slice at p as a pointer to an array of n elements.
func SliceToArray(place int, p unsafe.Pointer, n int) unsafe.Pointer {
	h := (*struct {
		p    unsafe.Pointer
		l, c int
	})(p)
	if h.l < n {
		at(place)
		panic(convertError(h.l, n))
	}
	return h.p
}

// convertError is the runtime's own error of a slice that is too short for an array: one of a real conversion with
// the lengths of this one in it.
func convertError(have, want int) any {
	e := trap(func() { _ = [1]struct{}(make([]struct{}, never(0))) })
	v := reflect.New(reflect.TypeOf(e))
	v.Elem().Set(reflect.ValueOf(e))
	if t := v.Elem().Type(); t.Kind() != reflect.Struct || t.NumField() < 2 || t.Field(0).Type.Kind() != reflect.Int64 || t.Field(1).Type.Kind() != reflect.Int {
		return runtimeError(fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %d", have, want))
	}
	*(*int64)(v.UnsafePointer()) = int64(want)
	*(*int)(unsafe.Add(v.UnsafePointer(), v.Elem().Type().Field(1).Offset)) = have
	return v.Elem().Interface()
}

// Hashable panics as an assignment m[k] = v does if k cannot be a key.
func Hashable(place int, k any) {
	at(place)
	map[any]struct{}{}[k] = struct{}{}
	passed()
}

// trap returns what f panics with.
func trap(f func()) (r any) {
	defer func() { r = recover() }()
	f()
	return nil
}

// translate turns a panic of the interpreter's own into Go's run-time error.
func translate(v any) any {
	switch e := v.(type) {
	case reflect.Value: // the interpreter's builtin panic
		if e.IsValid() && e.CanInterface() {
			return e.Interface()
		}
	case *reflect.ValueError:
		return trap(func() { PanicNil(0) })
	case string:
		if strings.HasPrefix(e, "reflect: call of nil") || strings.HasPrefix(e, "reflect.Value.Call: call of nil") || e == "reflect: Method on nil interface value" {
			return trap(func() { PanicNil(0) })
		}
	}
	return v
}

// translateAt is translate with the operands, which are still in the frame of the activation.
func translateAt(v any, at Activation) any {
	s, _ := v.(string)
	ops := at.operands()
	num := func(i int) int {
		if i < len(ops) && ops[i].IsValid() && ops[i].CanInt() {
			return int(ops[i].Int())
		}
		return 0
	}
	switch {
	case strings.HasSuffix(s, "index out of range") && len(ops) == 2:
		a := ops[0]
		if a.Kind() == reflect.Pointer {
			a = a.Elem()
		}
		return trap(func() { PanicIndex(0, num(1), a.Len()) })
	case s == "reflect.MakeSlice: negative len":
		return trap(func() { _ = make([]int, never(-1)) })
	case s == "reflect.MakeSlice: len > cap":
		return trap(func() { _ = make([]int, never(2), never(1)) })
	}
	return translate(v)
}
