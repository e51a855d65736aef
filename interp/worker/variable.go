package worker

import (
	"fmt"
	"reflect"
	"strconv"
	"sync"
)

// references are the values that a variables view has been shown and may open: they live until the next list.
type references struct {
	mu   sync.Mutex
	vals map[int]reflect.Value
	next int
}

// variables lists session variables by their slots.
func (c *child) variables(slots []string) []Variable {
	c.refs.mu.Lock()
	defer c.refs.mu.Unlock()
	c.refs.vals = map[int]reflect.Value{}
	c.eng.mu.Lock()
	vs := make([]reflect.Value, len(slots))
	names := make([]string, len(slots))
	for i, s := range slots {
		vs[i], _ = c.eng.variable(s)
		names[i] = c.eng.vars[s].Name
	}
	c.eng.mu.Unlock()
	var l []Variable
	for i, v := range vs {
		if v.IsValid() {
			l = append(l, c.refs.describe(names[i], v))
		}
	}
	return l
}

const maxChildren = 1000

// describe shows a value without running any of the program's own methods, since cells may be running.
func (r *references) describe(name string, v reflect.Value) Variable {
	x := Variable{Name: name, Type: v.Type().String(), Len: -1, Cap: -1}
	if v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
		x.Type += " (" + v.Type().String() + ")"
	}
	open := false
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32,
		reflect.Uint64, reflect.Uintptr, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		x.Value = basicText(v)
	case reflect.String:
		s := v.String()
		x.Len = len(s)
		if len(s) > 200 {
			s = s[:200] + "…"
		}
		x.Value = strconv.Quote(s)
	case reflect.Slice:
		x.Len, x.Cap = v.Len(), v.Cap()
		x.Value = fmt.Sprintf("len %d, cap %d", x.Len, x.Cap)
		open = x.Len > 0
		if v.IsNil() {
			x.Value = "nil"
		}
	case reflect.Array:
		x.Len = v.Len()
		x.Value = fmt.Sprintf("len %d", x.Len)
		open = x.Len > 0
	case reflect.Map:
		x.Len = v.Len()
		x.Value = fmt.Sprintf("len %d", x.Len)
		open = x.Len > 0
		if v.IsNil() {
			x.Value = "nil"
		}
	case reflect.Chan:
		x.Len, x.Cap = v.Len(), v.Cap()
		x.Value = fmt.Sprintf("len %d, cap %d", x.Len, x.Cap)
		if v.IsNil() {
			x.Value = "nil"
		}
	case reflect.Struct:
		x.Value = fmt.Sprintf("%d fields", v.NumField())
		open = v.NumField() > 0
	case reflect.Pointer:
		if v.IsNil() {
			x.Value = "nil"
		} else {
			x.Value = fmt.Sprintf("%#x", v.Pointer())
			open = true
		}
	case reflect.Func:
		x.Value = "func"
		if v.IsNil() {
			x.Value = "nil"
		}
	case reflect.Interface:
		x.Value = "nil"
	default:
		x.Value = v.Kind().String()
	}
	if open {
		r.next++
		r.vals[r.next] = v
		x.Ref = r.next
	}
	return x
}

func basicText(v reflect.Value) string {
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	}
	return strconv.FormatBool(v.Bool())
}

// children lists what is inside a value that was listed before.
func (r *references) children(ref int) ([]Variable, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.vals[ref]
	if !ok {
		return nil, fmt.Errorf("the variables have been listed anew: there is no reference %d any more", ref)
	}
	var l []Variable
	switch v.Kind() {
	case reflect.Pointer:
		l = append(l, r.describe("*", v.Elem()))
	case reflect.Struct:
		for i := range v.NumField() {
			l = append(l, r.describe(v.Type().Field(i).Name, v.Field(i)))
		}
	case reflect.Slice, reflect.Array:
		for i := range min(v.Len(), maxChildren) {
			l = append(l, r.describe("["+strconv.Itoa(i)+"]", v.Index(i)))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next() && len(l) < maxChildren; {
			k := r.describe("", it.Key())
			l = append(l, r.describe("["+k.Value+"]", it.Value()))
		}
	}
	return l, nil
}
