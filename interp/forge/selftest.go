package forge

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"gokernel/interp/unit"
)

// SelfTest forges a type and looks at it with fmt, reflect, errors and a type assertion. Its
// error says what of the type layout is not as expected; then nothing may be forged. It takes
// well under a millisecond.
func SelfTest() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the run-time types of this Go version are not laid out as expected: %v", r)
		}
	}()
	w, err := New(func(string, string) reflect.Type { return nil })
	if err != nil {
		return err
	}
	if !entryWorks() {
		return errors.New("the code of method entries is not laid out as expected")
	}
	const (
		tInt, tString, tT, tPtr, tAny, tSig, tStringer = 1, 2, 3, 4, 5, 6, 7
	)
	err = w.Add([]unit.Type{
		{ID: tInt, Kind: unit.Kind(reflect.Int)},
		{ID: tString, Kind: unit.Kind(reflect.String)},
		{ID: tT, Kind: unit.Kind(reflect.Struct), Name: "main.T", PkgPath: "main", In: "T3",
			Fields:  []unit.Field{{Name: "a", PkgPath: "main", Type: tInt}, {Name: "B", Tag: `json:"b"`, Type: tString}, {Name: "next", PkgPath: "main", Type: tPtr}},
			Methods: []unit.Method{{Name: "String", Sig: tSig}}, PtrSet: []unit.Method{{Name: "String", Sig: tSig}}},
		{ID: tPtr, Kind: unit.Kind(reflect.Pointer), Elem: tT},
		{ID: tAny, Kind: unit.Kind(reflect.Interface)},
		{ID: tSig, Kind: unit.Kind(reflect.Func), Results: []unit.TypeID{tString}},
		{ID: tStringer, Kind: unit.Native, Native: "error"},
	})
	if err != nil {
		return err
	}
	sym, err := w.Symbols(&unit.Unit{Ops: []unit.Op{{Name: "Make", Do: "make", From: tT, To: tAny}, {Name: "Must", Do: "must", From: tAny, To: tInt}}})
	if err != nil {
		return err
	}
	type inside struct {
		A    int
		B    string
		Next unsafe.Pointer
	}
	word := func(p *inside) string { return p.B + "!" }
	value := func(v inside) string { return v.B + "?" }
	if err := w.Bind(unit.Bind{Type: tT, Name: "String"}, word, value); err != nil {
		return err
	}
	x := inside{7, "seven", nil}
	do := w.ops[sym["Make"].Type().Elem()]
	v := *(*any)(do(unsafe.Pointer(&x)))
	var wrong []string
	check := func(what, got, want string) {
		if got != want {
			wrong = append(wrong, fmt.Sprintf("%s is %q and not %q", what, got, want))
		}
	}
	check("%T", fmt.Sprintf("%T", v), "main.T")
	check("%v", fmt.Sprint(v), "seven!")
	check("%#v", fmt.Sprintf("%#v", v), `main.T{a:7, B:"seven", next:(*main.T)(nil)}`)
	rt := reflect.TypeOf(v)
	check("a field's tag", rt.Field(1).Tag.Get("json"), "b")
	check("the method's type", rt.Method(0).Type.String(), "func(main.T) string")
	check("a call by value", rt.Method(0).Func.Call([]reflect.Value{reflect.ValueOf(v)})[0].String(), "seven?")
	p := reflect.New(rt)
	p.Elem().Set(reflect.ValueOf(v))
	check("a pointer's method", fmt.Sprint(p.Interface()), "seven!")
	if m := map[any]int{v: 1}; m[*(*any)(do(unsafe.Pointer(&x)))] != 1 {
		wrong = append(wrong, "equal values are different map keys")
	}
	check("a failed assertion", func() (text string) {
		defer func() { text = fmt.Sprint(recover()) }()
		w.ops[sym["Must"].Type().Elem()](unsafe.Pointer(&v))
		return ""
	}(), "interface conversion: interface {} is main.T, not int")
	big := map[int]int{}
	for i := range 100 {
		big[i] = i
	}
	n := 0
	for it := Snapshot(reflect.ValueOf(big)).MapRange(); it.Next(); {
		n += int(it.Value().Int())
	}
	check("the sum of a map's snapshot", fmt.Sprint(n), "4950")
	if wrong != nil {
		return errors.New("the run-time types of this Go version are not laid out as expected: " + wrong[0])
	}
	return nil
}
