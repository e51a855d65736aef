package guest

import (
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// Iter ranges over a map (K and V are the addresses of copies) or a string (I, R).
type Iter struct {
	K, V unsafe.Pointer
	I    int
	R    int32
	m    *reflect.MapIter
	k, v reflect.Value
	s    string
	n    int
}

// MapIter starts a range over m, a map of any type.
func MapIter(m any) *Iter {
	v := reflect.ValueOf(m)
	if !v.IsValid() || v.IsNil() {
		return &Iter{}
	}
	k, e := reflect.New(v.Type().Key()), reflect.New(v.Type().Elem())
	return &Iter{m: v.MapRange(), k: k.Elem(), v: e.Elem(), K: k.UnsafePointer(), V: e.UnsafePointer()}
}

// StringIter starts a range over s.
func StringIter(s string) *Iter { return &Iter{s: s} }

// Next advances; it returns false at the end.
func (i *Iter) Next() bool {
	if i.m != nil {
		if !i.m.Next() {
			return false
		}
		i.k.SetIterKey(i.m)
		i.v.SetIterValue(i.m)
		return true
	}
	if i.n >= len(i.s) {
		return false
	}
	r, w := utf8.DecodeRuneInString(i.s[i.n:])
	i.I, i.R = i.n, r
	i.n += w
	return true
}
