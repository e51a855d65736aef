package forge

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gokernel/interp/unit"
)

// Symbols makes what a unit's text mentions in package P: types under their In names, operations, constants
// and reflect.Types. The unit's types must have been added.
func (w *World) Symbols(u *unit.Unit) (_ map[string]reflect.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("forge: symbols of cell %d: %v", u.Cell, r)
		}
	}()
	sym := map[string]reflect.Value{"Any": reflect.Zero(reflect.TypeFor[*any]())}
	for _, t := range u.Types {
		if t.In != "" {
			sym[t.In] = reflect.Zero(reflect.PointerTo(w.at(t.ID).in))
		}
	}
	for _, o := range u.Ops {
		m, err := w.operation(o)
		if err != nil {
			return nil, err
		}
		sym[o.Name] = reflect.Zero(reflect.PointerTo(m))
	}
	for _, c := range u.Consts {
		v, err := w.constant(c)
		if err != nil {
			return nil, err
		}
		sym[c.Name] = v
	}
	for _, r := range u.RTypes {
		t := w.at(r.Type).out
		sym[r.Name] = reflect.ValueOf(&t).Elem()
	}
	return sym, nil
}

// constant is a variable of interface type that holds a constant.
func (w *World) constant(c unit.Const) (reflect.Value, error) {
	v := reflect.New(w.at(c.Type).out).Elem()
	bad := func(err error) error {
		return fmt.Errorf("forge: constant %s: %q is no %s: %w", c.Name, c.Value, v.Type(), err)
	}
	var err error
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(c.Value == "true")
	case reflect.String:
		v.SetString(c.Value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		if n, err = strconv.ParseInt(c.Value, 10, 64); err == nil {
			v.SetInt(n)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		var n uint64
		if n, err = strconv.ParseUint(c.Value, 10, 64); err == nil {
			v.SetUint(n)
		}
	case reflect.Float32, reflect.Float64:
		var x float64
		if x, err = strconv.ParseFloat(c.Value, v.Type().Bits()); err == nil {
			v.SetFloat(x)
		}
	case reflect.Complex64, reflect.Complex128:
		re, im, _ := strings.Cut(c.Value, " ")
		var x, y float64
		if x, err = strconv.ParseFloat(re, v.Type().Bits()/2); err == nil {
			if y, err = strconv.ParseFloat(im, v.Type().Bits()/2); err == nil {
				v.SetComplex(complex(x, y))
			}
		}
	default:
		if c.Value != "" { // a zero value otherwise: a typed nil
			err = fmt.Errorf("it is of kind %s", v.Kind())
		}
	}
	if err != nil {
		return reflect.Value{}, bad(err)
	}
	iv := reflect.New(w.at(c.Iface).out).Elem()
	iv.Set(v)
	return iv, nil
}
