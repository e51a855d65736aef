package worker

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
	"unsafe"

	"gokernel/interp/forge"
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

const (
	maxChildren = 1000
	maxValue    = 200 // bytes of a value's short form
	maxLevels   = 3
)

// describe shows a value without running any of the program's own methods, since cells may be running.
func (r *references) describe(name string, v reflect.Value) Variable {
	x := Variable{Name: name, Type: v.Type().String(), Len: -1, Cap: -1, Value: shortText(v)}
	if v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
		x.Type += " (" + v.Type().String() + ")"
	}
	open := false
	switch v.Kind() {
	case reflect.String:
		x.Len = v.Len()
	case reflect.Slice:
		x.Len, x.Cap = v.Len(), v.Cap()
		open = x.Len > 0
	case reflect.Array, reflect.Map:
		x.Len = v.Len()
		open = x.Len > 0
	case reflect.Chan:
		x.Len, x.Cap = v.Len(), v.Cap()
	case reflect.Struct:
		open = v.NumField() > 0
	case reflect.Pointer:
		open = !v.IsNil()
	}
	if open {
		r.next++
		r.vals[r.next] = v
		x.Ref = r.next
	}
	return x
}

// shortText is a value on one line: what %v shows, with field names, strings in quotes, and what a channel or a
// WaitGroup holds.
func shortText(v reflect.Value) string {
	t := shortTexter{}
	t.value(v, maxLevels)
	s := t.b.String()
	if len(s) > maxValue {
		n := maxValue
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "…"
	}
	return s
}

type shortTexter struct{ b strings.Builder }

// full tells that more would not be shown.
func (t *shortTexter) full() bool { return t.b.Len() > maxValue }

func (t *shortTexter) list(open, end string, n int, item func(i int)) {
	t.b.WriteString(open)
	for i := range n {
		if t.full() {
			break
		}
		if i > 0 {
			t.b.WriteByte(' ')
		}
		item(i)
	}
	t.b.WriteString(end)
}

func (t *shortTexter) value(v reflect.Value, levels int) {
	switch v.Kind() {
	case reflect.Invalid:
		t.b.WriteString("nil")
		return
	case reflect.String:
		s := v.String()
		if len(s) > maxValue {
			s = s[:maxValue]
		}
		t.b.WriteString(strconv.Quote(s))
		return
	case reflect.Interface:
		t.value(v.Elem(), levels)
		return
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			t.b.WriteString("nil")
			return
		}
	}
	if t.known(v) {
		return
	}
	nested := v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice || v.Kind() == reflect.Map || v.Kind() == reflect.Array || v.Kind() == reflect.Struct
	if nested && levels == 0 {
		t.b.WriteString("…")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if e := v.Elem(); e.Kind() == reflect.Struct || e.Kind() == reflect.Slice || e.Kind() == reflect.Array || e.Kind() == reflect.Map {
			t.b.WriteByte('&')
			t.value(e, levels-1)
			return
		}
		fmt.Fprintf(&t.b, "%#x", v.Pointer())
	case reflect.Slice, reflect.Array:
		t.list("[", "]", v.Len(), func(i int) { t.value(v.Index(i), levels-1) })
	case reflect.Map:
		type entry struct{ k, v string }
		var es []entry
		for it := forge.Snapshot(v).MapRange(); it.Next() && len(es) < maxChildren; {
			var k, e shortTexter
			k.value(it.Key(), levels-1)
			e.value(it.Value(), levels-1)
			es = append(es, entry{k.b.String(), e.b.String()})
		}
		slices.SortFunc(es, func(a, b entry) int { return strings.Compare(a.k, b.k) })
		t.list("map[", "]", len(es), func(i int) { t.b.WriteString(es[i].k + ":" + es[i].v) })
	case reflect.Struct:
		t.list("{", "}", v.NumField(), func(i int) {
			t.b.WriteString(v.Type().Field(i).Name + ":")
			t.value(v.Field(i), levels-1)
		})
	case reflect.Chan:
		fmt.Fprintf(&t.b, "%d of %d", v.Len(), v.Cap())
	case reflect.Func:
		t.b.WriteString("func")
	case reflect.UnsafePointer:
		fmt.Fprintf(&t.b, "%#x", v.Pointer())
	default:
		t.b.WriteString(basicText(v))
	}
}

// known shows types of package sync and time by what they mean and not by their fields.
func (t *shortTexter) known(v reflect.Value) bool {
	if v.Kind() != reflect.Struct || !v.CanAddr() {
		return false
	}
	p := v.Addr().UnsafePointer()
	switch v.Type() {
	case reflect.TypeFor[sync.WaitGroup]():
		fmt.Fprintf(&t.b, "counter %d", int32(atomic.LoadUint64((*uint64)(unsafe.Add(p, waitGroupState)))>>32))
	case reflect.TypeFor[sync.Mutex]():
		if atomic.LoadInt32((*int32)(p))&1 == 0 { // the lock's bit; trying it would be seen by the program
			t.b.WriteString("unlocked")
		} else {
			t.b.WriteString("locked")
		}
	case reflect.TypeFor[time.Time]():
		t.b.WriteString((*time.Time)(p).String())
	default:
		return false
	}
	return true
}

// waitGroupState is the offset of a WaitGroup's state word, whose upper half is the counter.
var waitGroupState = func() uintptr {
	f, _ := reflect.TypeFor[sync.WaitGroup]().FieldByName("state")
	return f.Offset
}()

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
		for it := forge.Snapshot(v).MapRange(); it.Next() && len(l) < maxChildren; {
			k := r.describe("", it.Key())
			l = append(l, r.describe("["+k.Value+"]", it.Value()))
		}
	}
	return l, nil
}
