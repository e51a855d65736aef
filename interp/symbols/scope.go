package symbols

import (
	"go/types"
	"reflect"
	"unsafe"
)

// GiveScope gives a generic function that was read from export data an empty scope. Only the type
// checker sets one, and go/ssa asks the scope of each generic function that it instantiates
// whether the types of its parameters are declared in it: without one it fails for iter.Pull,
// reflect.TypeAssert, maphash.Comparable and all others that have a parameter of a named type.
func GiveScope(f *types.Func) {
	if f.Signature().TypeParams().Len() == 0 || f.Scope() != nil {
		return
	}
	field := reflect.ValueOf(f.Signature()).Elem().FieldByName("scope")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*types.Scope]() {
		return // another go/types: nothing to give, nothing is worse than before
	}
	*(**types.Scope)(unsafe.Pointer(field.UnsafeAddr())) = types.NewScope(nil, 0, 0, f.Name())
}
