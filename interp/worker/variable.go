package worker

import (
	"fmt"
	"reflect"
	"regexp"
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
	x := Variable{Name: name, Type: typeText(v.Type()), Len: -1, Cap: -1, Value: shortText(v)}
	if v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
		x.Type += " (" + typeText(v.Type()) + ")"
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		switch e := v.Elem(); e.Kind() {
		case reflect.Struct, reflect.Array, reflect.Slice, reflect.Map: // what it points to opens with it
			v = e
		}
	}
	open := false
	if _, plain := plainError(v); plain {
		return x
	}
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
		open = slices.ContainsFunc(reflect.VisibleFields(v.Type()), telling) && !new(shortTexter).known(v, 1)
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

// typeText is a type as the notebook's cells write it.
func typeText(t reflect.Type) string { return ownPackage.ReplaceAllString(t.String(), "") }

// ownPackage is the qualifier of the session's own types.
var ownPackage = regexp.MustCompile(`\bmain\.`)

// telling says whether a field says something: not those that pad a struct or keep vet from copies.
func telling(f reflect.StructField) bool { return f.Name != "_" && f.Type.Name() != "noCopy" }

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
	if t.known(v, levels) {
		return
	}
	nested := v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice || v.Kind() == reflect.Map || v.Kind() == reflect.Array || v.Kind() == reflect.Struct
	if nested && levels == 0 {
		t.b.WriteString("…")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if text, ok := plainError(v.Elem()); ok {
			t.b.WriteString(strconv.Quote(text))
			return
		}
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
		var fields []int
		for i := range v.NumField() {
			if telling(v.Type().Field(i)) {
				fields = append(fields, i)
			}
		}
		t.list("{", "}", len(fields), func(i int) {
			t.b.WriteString(v.Type().Field(fields[i]).Name + ":")
			t.value(v.Field(fields[i]), levels-1)
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

// plainError is the text of an error that errors.New or fmt.Errorf made; methods of other errors are the program's.
func plainError(v reflect.Value) (string, bool) {
	if v.Kind() != reflect.Struct || v.NumField() == 0 || v.Field(0).Kind() != reflect.String {
		return "", false
	}
	switch v.Type().String() {
	case "errors.errorString", "fmt.wrapError", "fmt.wrapErrors":
		return v.Field(0).String(), true
	}
	return "", false
}

// known shows types of packages sync, sync/atomic and time by what they mean and not by their fields.
func (t *shortTexter) known(v reflect.Value, levels int) bool {
	if v.Kind() == reflect.Int64 && v.Type() == reflect.TypeFor[time.Duration]() {
		t.b.WriteString(time.Duration(v.Int()).String())
		return true
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	if v.Type().PkgPath() == "sync/atomic" {
		return t.atomic(v, levels)
	}
	if !v.CanAddr() {
		return false
	}
	p := v.Addr().UnsafePointer()
	switch v.Type() {
	case reflect.TypeFor[sync.WaitGroup]():
		fmt.Fprintf(&t.b, "counter %d", int32(atomic.LoadUint64((*uint64)(unsafe.Add(p, waitGroupState)))>>32))
	case reflect.TypeFor[sync.Mutex]():
		t.lock(locked(p))
	case reflect.TypeFor[sync.RWMutex]():
		readers := atomic.LoadInt32((*int32)(unsafe.Add(p, rwMutexReaders)))
		if readers > 0 {
			fmt.Fprintf(&t.b, "read-locked %d×", readers)
		} else {
			t.lock(locked(p)) // its first field is the writers' Mutex
		}
	case reflect.TypeFor[sync.Once]():
		if v.FieldByName("done").FieldByName("v").Uint() != 0 {
			t.b.WriteString("done")
		} else {
			t.b.WriteString("not done")
		}
	case reflect.TypeFor[time.Time]():
		t.b.WriteString((*time.Time)(p).String())
	default:
		return false
	}
	return true
}

// locked reads a Mutex's bit; trying the lock would be seen by the program.
func locked(mutex unsafe.Pointer) bool { return atomic.LoadInt32((*int32)(mutex))&1 != 0 }

func (t *shortTexter) lock(locked bool) {
	if locked {
		t.b.WriteString("locked")
	} else {
		t.b.WriteString("unlocked")
	}
}

// atomic shows what a value of package sync/atomic holds.
func (t *shortTexter) atomic(v reflect.Value, levels int) bool {
	held := v.FieldByName("v")
	if !held.IsValid() {
		return false
	}
	switch {
	case v.Type().Name() == "Bool":
		t.b.WriteString(strconv.FormatBool(held.Uint() != 0))
	case held.Kind() == reflect.UnsafePointer: // a Pointer[T], which has a field [0]*T
		t.value(reflect.NewAt(v.Type().Field(0).Type.Elem().Elem(), held.UnsafePointer()), levels)
	default:
		t.value(held, levels)
	}
	return true
}

// rwMutexReaders is the offset of a RWMutex's count of readers, below 0 while it is locked for writing.
var rwMutexReaders = func() uintptr {
	f, _ := reflect.TypeFor[sync.RWMutex]().FieldByName("readerCount")
	return f.Offset
}()

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
			if f := v.Type().Field(i); telling(f) {
				l = append(l, r.describe(f.Name, v.Field(i)))
			}
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
