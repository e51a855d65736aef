package forge

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"gokernel/interp/unit"
)

// table builds type tables by hand.
type table struct {
	t    testing.TB
	w    *World
	next unit.TypeID
	unit unit.Unit
	sym  map[string]reflect.Value
}

func newTable(t testing.TB) *table {
	w, err := New(func(path, name string) reflect.Type {
		switch path + "." + name {
		case "time.Duration":
			return reflect.TypeFor[time.Duration]()
		case "fmt.Stringer":
			return reflect.TypeFor[fmt.Stringer]()
		case "sync.Mutex":
			return reflect.TypeFor[sync.Mutex]()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &table{t: t, w: w, sym: map[string]reflect.Value{}}
}

func (b *table) id() unit.TypeID { b.next++; return b.next }

func (b *table) add(x unit.Type) unit.TypeID {
	if x.ID == 0 {
		x.ID = b.id()
	}
	b.unit.Types = append(b.unit.Types, x)
	return x.ID
}

func (b *table) basic(k reflect.Kind) unit.TypeID { return b.add(unit.Type{Kind: unit.Kind(k)}) }

func (b *table) of(k reflect.Kind, elem unit.TypeID) unit.TypeID {
	return b.add(unit.Type{Kind: unit.Kind(k), Elem: elem})
}

func (b *table) sig(params []unit.TypeID, results ...unit.TypeID) unit.TypeID {
	return b.add(unit.Type{Kind: unit.Kind(reflect.Func), Params: params, Results: results})
}

func (b *table) native(name string) unit.TypeID {
	return b.add(unit.Type{Kind: unit.Native, Native: name})
}

func (b *table) op(name, do string, from, to unit.TypeID) {
	b.unit.Ops = append(b.unit.Ops, unit.Op{Name: name, Do: do, From: from, To: to})
}

// load adds what has been written down so far.
func (b *table) load() {
	b.t.Helper()
	if err := b.w.Add(b.unit.Types); err != nil {
		b.t.Fatal(err)
	}
	sym, err := b.w.Symbols(&b.unit)
	if err != nil {
		b.t.Fatal(err)
	}
	for n, v := range sym {
		b.sym[n] = v
	}
	b.unit = unit.Unit{}
}

// do runs an operation on the value at p.
func (b *table) do(name string, p any) unsafe.Pointer {
	return b.w.ops[b.sym[name].Type().Elem()](reflect.ValueOf(p).UnsafePointer())
}

// asAny converts the value at p to an interface with operation name.
func (b *table) asAny(name string, p any) any { return *(*any)(b.do(name, p)) }

func method(name string, sig unit.TypeID) unit.Method {
	if name[0] >= 'a' {
		return unit.Method{Name: name, PkgPath: "main", Sig: sig}
	}
	return unit.Method{Name: name, Sig: sig}
}

func field(name string, t unit.TypeID) unit.Field {
	if name[0] >= 'a' || name[0] == '_' {
		return unit.Field{Name: name, PkgPath: "main", Type: t}
	}
	return unit.Field{Name: name, Type: t}
}

func TestNames(t *testing.T) {
	b := newTable(t)
	i, s := b.basic(reflect.Int), b.basic(reflect.String)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	tt := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main.T", PkgPath: "main", In: "T1", Fields: []unit.Field{field("a", i), {Name: "B", Type: s, Tag: `json:"b,omitempty"`}}})
	pair := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main.Pair[int,main.T]", PkgPath: "main", In: "T2", Fields: []unit.Field{field("Key", i), field("Val", tt)}})
	my := b.add(unit.Type{Kind: unit.Kind(reflect.Int), Name: "main.My", PkgPath: "main"})
	myAny := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), Name: "main.Any", PkgPath: "main"})
	outer := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main.Outer", PkgPath: "main", In: "T3", Fields: []unit.Field{{Name: "T", Type: tt, Embedded: true}, field("x", myAny)}})
	anon := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), PkgPath: "main", Fields: []unit.Field{field("a", my), {Name: "B", Type: tt, Tag: "x"}}})
	plain := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Fields: []unit.Field{field("A", i)}})
	m := b.add(unit.Type{Kind: unit.Kind(reflect.Map), Key: my, Elem: b.of(reflect.Slice, pair)})
	ch := b.add(unit.Type{Kind: unit.Kind(reflect.Chan), Elem: tt, Dir: uint8(reflect.RecvDir)})
	vf := b.add(unit.Type{Kind: unit.Kind(reflect.Func), Params: []unit.TypeID{i, b.of(reflect.Slice, anyT)}, Results: []unit.TypeID{my}, Variadic: true})
	iface := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), PkgPath: "main", Methods: []unit.Method{method("b", b.sig(nil, tt)), method("A", b.sig([]unit.TypeID{my}))}})
	arr := b.add(unit.Type{Kind: unit.Kind(reflect.Array), Name: "main.Arr", PkgPath: "main", Elem: my, Len: 3})
	b.load()
	for _, c := range []struct {
		id      unit.TypeID
		out, in string
	}{
		{tt, "main.T", "main.T"},
		{pair, "main.Pair[int,main.T]", "main.Pair[int,main.T]"},
		{my, "main.My", "int"},
		{myAny, "main.Any", "interface {}"},
		{outer, "main.Outer", "main.Outer"},
		{anon, `struct { a main.My; B main.T "x" }`, `struct { X_a int; B main.T "x" }`},
		{plain, "struct { A int }", "struct { A int }"},
		{m, "map[main.My][]main.Pair[int,main.T]", "map[int][]main.Pair[int,main.T]"},
		{ch, "<-chan main.T", "<-chan main.T"},
		{vf, "func(int, ...interface {}) main.My", "func(int, []interface {}) int"},
		{iface, "interface { A(main.My); main.b() main.T }", "interface { A(main.My); main.b() main.T }"},
		{arr, "main.Arr", "[3]int"},
	} {
		if out, in := b.w.Out(c.id).String(), b.w.In(c.id).String(); out != c.out || in != c.in {
			t.Errorf("got %s and %s, want %s and %s", out, in, c.out, c.in)
		}
		if o, i := b.w.Out(c.id), b.w.In(c.id); o.Size() != i.Size() || o.Align() != i.Align() || o.Kind() != i.Kind() {
			t.Errorf("%s: the two forms are laid out differently", o)
		}
	}
	if b.w.Out(plain) != reflect.TypeFor[struct{ A int }]() {
		t.Error("an unnamed struct is another type than the compiled one")
	}
	o := b.w.Out(outer)
	if f, _ := o.FieldByName("B"); len(f.Index) != 2 || f.Tag.Get("json") != "b,omitempty" {
		t.Errorf("promoted field %+v", f)
	}
	if f := o.Field(0); !f.Anonymous || f.PkgPath != "" {
		t.Errorf("embedded field %+v", f)
	}
	if f := b.w.Out(tt).Field(0); f.IsExported() || f.PkgPath != "main" {
		t.Errorf("unexported field %+v", f)
	}
	if b.w.Out(tt).Name() != "T" || b.w.Out(tt).PkgPath() != "main" {
		t.Errorf("%s has name %q in %q", b.w.Out(tt), b.w.Out(tt).Name(), b.w.Out(tt).PkgPath())
	}
}

func TestRecursion(t *testing.T) {
	b := newTable(t)
	i := b.basic(reflect.Int)
	node, tree, fn := b.id(), b.id(), b.id()
	pNode := b.of(reflect.Pointer, node)
	b.add(unit.Type{ID: node, Kind: unit.Kind(reflect.Struct), Name: "main.node", PkgPath: "main", In: "T1", Fields: []unit.Field{
		field("v", i), field("next", pNode), field("kids", b.of(reflect.Slice, node)), field("by", b.add(unit.Type{Kind: unit.Kind(reflect.Map), Key: pNode, Elem: node})), field("t", tree)}})
	b.add(unit.Type{ID: tree, Kind: unit.Kind(reflect.Map), Name: "main.Tree", PkgPath: "main", In: "T2", Key: i, Elem: tree})
	b.add(unit.Type{ID: fn, Kind: unit.Kind(reflect.Func), Name: "main.F", PkgPath: "main", In: "T3", Params: []unit.TypeID{fn}, Results: []unit.TypeID{fn}})
	b.load()
	for _, id := range []unit.TypeID{node, tree, fn} {
		for _, x := range []reflect.Type{b.w.Out(id), b.w.In(id)} {
			runtime.GC()
			v := reflect.New(x).Elem()
			_ = fmt.Sprintf("%+v", v)
			switch x.Kind() {
			case reflect.Map:
				v.Set(reflect.MakeMap(x))
				v.SetMapIndex(reflect.ValueOf(1), reflect.MakeMap(x))
				if x.Elem() != x {
					t.Errorf("%s has elements of type %s", x, x.Elem())
				}
			case reflect.Func:
				if x.In(0) != x || x.Out(0) != x {
					t.Errorf("%s is %s", x, reflect.FuncOf([]reflect.Type{x.In(0)}, []reflect.Type{x.Out(0)}, false))
				}
			}
		}
	}
	n := b.w.In(node)
	v := reflect.New(n)
	m := reflect.MakeMap(n.Field(3).Type)
	for range 100 {
		m.SetMapIndex(reflect.New(n), v.Elem())
	}
	v.Elem().Field(3).Set(m)
	runtime.GC()
	if m.Len() != 100 {
		t.Errorf("the map has %d entries", m.Len())
	}
}

// inT is the memory of main.T in the tests below.
type inT struct {
	A int
	B string
}

// stringer declares main.T with a String method of the given kind, and a conversion to any.
func (b *table) stringer(name string, replaces unit.TypeID, methods, ptrMethods []string) (id unit.TypeID) {
	i, s := b.basic(reflect.Int), b.basic(reflect.String)
	sig := b.sig(nil, s)
	var ms, ps []unit.Method
	for _, m := range methods {
		ms, ps = append(ms, method(m, sig)), append(ps, method(m, sig))
	}
	for _, m := range ptrMethods {
		ps = append(ps, method(m, sig))
	}
	return b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: name, PkgPath: "main", In: "In" + name[5:], Fields: []unit.Field{field("a", i), field("B", s)}, Methods: ms, PtrSet: ps, Replaces: replaces})
}

func TestMethods(t *testing.T) {
	b := newTable(t)
	id := b.stringer("main.T", 0, []string{"String", "Error", "zz", "Another"}, []string{"Set", "inc"})
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	ptr := b.of(reflect.Pointer, id)
	b.op("Make", "make", id, anyT)
	b.op("MakeP", "make", ptr, anyT)
	b.load()
	for _, n := range []string{"String", "Error", "zz", "Another"} {
		pkg := ""
		if n == "zz" {
			pkg = "main"
		}
		if err := b.w.Bind(unit.Bind{Type: id, Name: n, PkgPath: pkg}, func(p *inT) string { return n + " of " + p.B }, func(v inT) string { return n + " by value of " + v.B }); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.w.Bind(unit.Bind{Type: id, Ptr: true, Name: "Set"}, func(p *inT) string { p.A++; return fmt.Sprint("set ", p.A) }, nil); err != nil {
		t.Fatal(err)
	}
	x := inT{1, "x"}
	v := b.asAny("Make", &x)
	if s := fmt.Sprint(v.(fmt.Stringer).String(), ", ", v.(error).Error()); s != "String of x, Error of x" {
		t.Error(s)
	}
	rt := reflect.TypeOf(v)
	var names []string
	for i := range rt.NumMethod() {
		names = append(names, rt.Method(i).Name)
	}
	if !sort.StringsAreSorted(names) || len(names) != 3 {
		t.Errorf("reflect shows the methods %v", names)
	}
	if s := rt.Method(2).Func.Call([]reflect.Value{reflect.ValueOf(v)})[0].String(); s != "String by value of x" {
		t.Error(s)
	}
	if s := reflect.ValueOf(v).Method(2).Call(nil)[0].String(); s != "String of x" {
		t.Error(s)
	}
	px := &x
	pv := b.asAny("MakeP", &px)
	if s := reflect.ValueOf(pv).MethodByName("Set").Call(nil)[0].String(); s != "set 2" || x.A != 2 {
		t.Error(s, x)
	}
	if _, ok := v.(interface{ Set() string }); ok {
		t.Error("a value has the methods of a pointer")
	}
	if pv.(fmt.Stringer).String() != "String of x" {
		t.Error("a pointer does not have the methods of its value")
	}
	var target interface{ Another() string }
	if !errors.As(fmt.Errorf("wrapped: %w", v.(error)), &target) || target.Another() != "Another of x" {
		t.Error("errors.As does not find it")
	}
	if s := fmt.Sprintf("%T %+v %#v", v, struct{ V any }{v}, []any{v}); s != `main.T {V:Error of x} []interface {}{main.T{a:1, B:"x"}}` {
		t.Error(s)
	}
	if j, err := json.Marshal(v); err != nil || string(j) != `{"B":"x"}` {
		t.Error(string(j), err)
	}
	if err := b.w.Bind(unit.Bind{Type: id, Name: "Nope"}, nil, nil); err == nil {
		t.Error("a method that is not there was bound")
	}
}

// TestPointerShaped: values that are an interface's data word themselves.
func TestPointerShaped(t *testing.T) {
	b := newTable(t)
	s := b.basic(reflect.String)
	sig := b.sig(nil, s)
	ms := []unit.Method{method("String", sig)}
	pi := b.of(reflect.Pointer, b.basic(reflect.Int))
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	fn := b.add(unit.Type{Kind: unit.Kind(reflect.Func), Name: "main.F", PkgPath: "main", Methods: ms, PtrSet: ms, Results: []unit.TypeID{s}})
	box := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main.Box", PkgPath: "main", In: "Box", Fields: []unit.Field{field("p", pi)}, Methods: ms, PtrSet: ms})
	b.op("MakeF", "make", fn, anyT)
	b.op("MakeB", "make", box, anyT)
	b.op("DataB", "data", anyT, box)
	b.load()
	if err := errors.Join(
		b.w.Bind(unit.Bind{Type: fn, Name: "String"}, func(f func() string) string { return "F:" + f() }, nil),
		b.w.Bind(unit.Bind{Type: fn, Ptr: true, Name: "String"}, func(f *func() string) string { return "*F:" + (*f)() }, nil),
		b.w.Bind(unit.Bind{Type: box, Name: "String"}, func(p *int) string { return fmt.Sprint("box ", *p) }, nil),
	); err != nil {
		t.Fatal(err)
	}
	f := func() string { return "called" }
	v := b.asAny("MakeF", &f)
	if s := v.(fmt.Stringer).String(); s != "F:called" {
		t.Error(s)
	}
	pv := reflect.New(reflect.TypeOf(v))
	pv.Elem().Set(reflect.ValueOf(v))
	if s := fmt.Sprint(pv.Interface()); s != "*F:called" {
		t.Error(s)
	}
	n := 7
	in := struct{ P *int }{&n}
	bv := b.asAny("MakeB", &in)
	if s := fmt.Sprint(bv); s != "box 7" {
		t.Error(s)
	}
	if p := (**int)(b.do("DataB", &bv)); *p != &n {
		t.Error("the value inside is another")
	}
}

func TestBlankFields(t *testing.T) {
	b := newTable(t)
	i := b.basic(reflect.Int)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	id := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main.T", PkgPath: "main", In: "T", Fields: []unit.Field{field("_", i), field("x", i), field("_", i)}})
	fn := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main.N", PkgPath: "main", In: "N", Fields: []unit.Field{field("_", b.sig(nil)), field("x", i)}})
	b.op("Make", "make", id, anyT)
	b.load()
	p, q := [3]int{1, 5, 2}, [3]int{3, 5, 4}
	x, y := b.asAny("Make", &p), b.asAny("Make", &q)
	if x != y {
		t.Error("blank fields count in a comparison")
	}
	seed := maphash.MakeSeed()
	if maphash.Comparable(seed, x) != maphash.Comparable(seed, y) {
		t.Error("blank fields count in a hash")
	}
	if m := map[any]int{x: 1}; m[y] != 1 {
		t.Error("equal values are different keys")
	}
	for _, rt := range []reflect.Type{b.w.Out(id), b.w.In(id)} {
		m := reflect.MakeMap(reflect.MapOf(rt, reflect.TypeFor[int]()))
		m.SetMapIndex(reflect.NewAt(rt, unsafe.Pointer(&p)).Elem(), reflect.ValueOf(1))
		if !m.MapIndex(reflect.NewAt(rt, unsafe.Pointer(&q)).Elem()).IsValid() {
			t.Errorf("equal values are different keys in a %s", m.Type())
		}
	}
	if b.w.Out(fn).Comparable() {
		t.Error("a struct with a blank func is comparable")
	}
}

func TestAssertions(t *testing.T) {
	b := newTable(t)
	id := b.stringer("main.T", 0, []string{"String"}, []string{"Set"})
	other := b.stringer("main.U", 0, nil, nil)
	i := b.basic(reflect.Int)
	s := b.basic(reflect.String)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	stringer := b.native("fmt.Stringer")
	setter := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), Name: "main.Setter", PkgPath: "main", In: "Setter", Methods: []unit.Method{method("Set", b.sig(nil, s)), method("String", b.sig(nil, s))}})
	wrong := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), Name: "main.Wrong", PkgPath: "main", In: "Wrong", Methods: []unit.Method{method("String", b.sig(nil, i))}})
	hidden := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), Name: "main.Hidden", PkgPath: "main", In: "Hidden", Methods: []unit.Method{method("secret", b.sig(nil))}})
	for _, o := range []struct {
		name, do string
		from, to unit.TypeID
	}{
		{"Make", "make", id, anyT}, {"MakeS", "make", id, stringer}, {"AsT", "as", anyT, id}, {"AsU", "as", anyT, other}, {"MustU", "must", anyT, other}, {"SMustU", "must", stringer, other},
		{"MustInt", "must", anyT, i}, {"AsS", "as", anyT, stringer}, {"MustSetter", "must", anyT, setter}, {"MustWrong", "must", anyT, wrong}, {"MustHidden", "must", anyT, hidden},
		{"Change", "change", stringer, anyT},
	} {
		b.op(o.name, o.do, o.from, o.to)
	}
	b.unit.Ops = append(b.unit.Ops, unit.Op{Name: "Tag", Do: "tag", From: anyT, Cases: []unit.Case{{Type: id, N: 3}, {Type: id, Ptr: true, N: 4}, {Type: i, N: 5}}})
	b.load()
	b.w.Bind(unit.Bind{Type: id, Name: "String"}, func(p *inT) string { return "T" + p.B }, func(v inT) string { return "T" + v.B })
	x := inT{1, "x"}
	v := b.asAny("Make", &x)
	var none any
	text := func(name string, p any) (s string) {
		defer func() {
			r := recover()
			if e, ok := r.(*runtime.TypeAssertionError); ok {
				s = e.Error()
				return
			}
			s = fmt.Sprintf("%T %v", r, r)
		}()
		b.do(name, p)
		return "no panic"
	}
	sv := *(*fmt.Stringer)(b.do("MakeS", &x))
	for _, c := range []struct {
		op   string
		p    any
		want string
	}{
		{"MustU", &v, "interface conversion: interface {} is main.T, not main.U"},
		{"MustInt", &v, "interface conversion: interface {} is main.T, not int"},
		{"MustU", &none, "interface conversion: interface {} is nil, not main.U"},
		{"SMustU", &sv, "interface conversion: fmt.Stringer is main.T, not main.U"},
		{"MustSetter", &v, "interface conversion: main.T is not main.Setter: missing method Set"},
		{"MustSetter", &none, "interface conversion: interface is nil, not main.Setter"},
		{"MustWrong", &v, "interface conversion: main.T is not main.Wrong: missing method String"},
		{"MustHidden", &v, "interface conversion: main.T is not main.Hidden: missing method secret"},
	} {
		if got := text(c.op, c.p); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.op, got, c.want)
		}
	}
	if p := (*inT)(b.do("AsT", &v)); p == nil || p.B != "x" {
		t.Error("the value is not found inside")
	}
	if b.do("AsU", &v) != nil || b.do("AsT", &none) != nil || b.do("AsS", &none) != nil {
		t.Error("a value of another type is found")
	}
	if p := (*fmt.Stringer)(b.do("AsS", &v)); p == nil || (*p).String() != "Tx" {
		t.Error("the interface is not found")
	}
	var nilS fmt.Stringer
	if p := (*any)(b.do("Change", &nilS)); *p != nil {
		t.Error("a nil interface does not stay nil")
	}
	tag := func(x any) int { return *(*int)(b.do("Tag", &x)) }
	if tag(v) != 3 || tag(reflect.New(reflect.TypeOf(v)).Interface()) != 4 || tag(1) != 5 || tag("s") != -1 || tag(nil) != -1 {
		t.Error(tag(v), tag(reflect.New(reflect.TypeOf(v)).Interface()), tag(1), tag("s"), tag(nil))
	}
}

// TestVersions: a later cell adds a method to main.T.
func TestVersions(t *testing.T) {
	b := newTable(t)
	id := b.stringer("main.T", 0, nil, nil)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	stringer := b.native("fmt.Stringer")
	slice := b.of(reflect.Slice, id)
	s := b.basic(reflect.String)
	taker := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), Name: "main.Taker", PkgPath: "main", In: "Taker", Methods: []unit.Method{method("Take", b.sig([]unit.TypeID{id}, s))}})
	b.op("Make", "make", id, anyT)
	b.op("As", "as", anyT, id)
	b.op("AsSlice", "as", anyT, slice)
	b.op("MakeSlice", "make", slice, anyT)
	b.op("AsS", "as", anyT, stringer)
	b.op("AsTaker", "as", anyT, taker)
	b.unit.Ops = append(b.unit.Ops, unit.Op{Name: "Tag", Do: "tag", From: anyT, Cases: []unit.Case{{Type: id, N: 3}, {Type: id, Ptr: true, N: 4}}})
	b.load()
	x := inT{1, "x"}
	old := b.asAny("Make", &x)
	if b.do("AsS", &old) != nil {
		t.Fatal("it has String already")
	}
	oldPtr := reflect.New(reflect.TypeOf(old)).Interface()

	// The new version, and a type that takes it.
	id2 := b.stringer("main.T", id, []string{"String"}, nil)
	slice2 := b.of(reflect.Slice, id2)
	s2 := b.basic(reflect.String)
	user := b.add(unit.Type{Kind: unit.Kind(reflect.Int), Name: "main.User", PkgPath: "main", Methods: []unit.Method{method("Take", b.sig([]unit.TypeID{id2}, s2))}, PtrSet: []unit.Method{method("Take", b.sig([]unit.TypeID{id2}, s2))}})
	b.op("Make2", "make", id2, anyT)
	b.op("As2", "as", anyT, id2)
	b.op("MakeSlice2", "make", slice2, anyT)
	b.op("AsSlice2", "as", anyT, slice2)
	b.op("MakeUser", "make", user, anyT)
	b.load()
	if err := b.w.Bind(unit.Bind{Type: id2, Name: "String"}, func(p *inT) string { return "T" + p.B }, func(v inT) string { return "T" + v.B }); err != nil {
		t.Fatal(err)
	}
	if b.w.In(id2) != b.w.In(id) {
		t.Error("the text's form has changed")
	}
	now := b.asAny("Make", &x) // the old operation makes the new version
	if fmt.Sprint(now, b.asAny("Make2", &x)) != "Tx Tx" {
		t.Errorf("%v is printed without its String", now)
	}
	for _, v := range []any{old, now} {
		if b.do("As", &v) == nil || b.do("As2", &v) == nil {
			t.Errorf("a %T is not found", v)
		}
		if p := (*fmt.Stringer)(b.do("AsS", &v)); p == nil || (*p).String() != "Tx" {
			t.Errorf("a %T has no String", v)
		}
		if n := *(*int)(b.do("Tag", &v)); n != 3 {
			t.Errorf("the tag of a %T is %d", v, n)
		}
	}
	newPtr := reflect.New(reflect.TypeOf(now)).Interface()
	for _, v := range []any{oldPtr, newPtr} {
		if n := *(*int)(b.do("Tag", &v)); n != 4 {
			t.Errorf("the tag of a %T is %d", v, n)
		}
	}
	l := []inT{x}
	for _, mk := range []string{"MakeSlice", "MakeSlice2"} {
		v := b.asAny(mk, &l)
		if b.do("AsSlice", &v) == nil || b.do("AsSlice2", &v) == nil {
			t.Errorf("%s: a %T is not found", mk, v)
		}
		if fmt.Sprint(v) != "[Tx]" {
			t.Errorf("%s: %v", mk, v)
		}
	}
	one := 1
	u := b.asAny("MakeUser", &one)
	if b.do("AsTaker", &u) == nil {
		t.Error("a method with the new version in its signature is another method")
	}
}

func TestMethodOp(t *testing.T) {
	b := newTable(t)
	id := b.stringer("main.T", 0, []string{"secret"}, nil)
	s := b.basic(reflect.String)
	up := b.basic(reflect.UnsafePointer)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	iface := b.add(unit.Type{Kind: unit.Kind(reflect.Interface), Name: "main.I", PkgPath: "main", In: "I", Methods: []unit.Method{method("secret", b.sig(nil, s))}})
	sig := b.sig([]unit.TypeID{up}, s)
	b.op("Make", "make", id, iface)
	b.op("Word", "word", iface, up)
	b.unit.Ops = append(b.unit.Ops, unit.Op{Name: "Method", Do: "method", From: iface, To: sig, Method: "secret", MethodPkg: "main"}, unit.Op{Name: "None", Do: "method", From: anyT, To: sig, Method: "secret", MethodPkg: "main"})
	b.load()
	b.w.Bind(unit.Bind{Type: id, Name: "secret", PkgPath: "main"}, func(p *inT) string { return "secret of " + p.B }, func(v inT) string { return "" })
	x := inT{1, "x"}
	iv := *(*[2]unsafe.Pointer)(b.do("Make", &x))
	f := *(*func(unsafe.Pointer) string)(b.do("Method", &iv))
	if got := f(*(*unsafe.Pointer)(b.do("Word", &iv))); got != "secret of x" {
		t.Error(got)
	}
	var one any = 1
	if f := *(*func(unsafe.Pointer) string)(b.do("None", &one)); f != nil {
		t.Error("an int has the method")
	}
}

func TestConstants(t *testing.T) {
	b := newTable(t)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	my := b.add(unit.Type{Kind: unit.Kind(reflect.Float32), Name: "main.My", PkgPath: "main"})
	for i, c := range []struct {
		t     unit.TypeID
		value string
	}{{my, "0.1"}, {b.basic(reflect.Bool), "true"}, {b.basic(reflect.String), "a\x00b"}, {b.basic(reflect.Uint64), "18446744073709551615"}, {b.basic(reflect.Complex128), "1 -2"}, {b.native("time.Duration"), "1500000000"}} {
		b.unit.Consts = append(b.unit.Consts, unit.Const{Name: fmt.Sprint("C", i), Type: c.t, Iface: anyT, Value: c.value})
	}
	b.load()
	var got []string
	for i := range 6 {
		got = append(got, fmt.Sprintf("%T %[1]v", b.sym[fmt.Sprint("C", i)].Interface()))
	}
	want := "main.My 0.1|bool true|string a\x00b|uint64 18446744073709551615|complex128 (1-2i)|time.Duration 1.5s"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}

func TestBadTables(t *testing.T) {
	for name, ts := range map[string][]unit.Type{
		"unknown element": {{ID: 1, Kind: unit.Kind(reflect.Slice), Elem: 9}},
		"unknown kind":    {{ID: 1, Kind: 77}},
		"unknown native":  {{ID: 1, Kind: unit.Native, Native: "no/such.Type"}},
		"number twice":    {{ID: 1, Kind: unit.Kind(reflect.Int)}, {ID: 1, Kind: unit.Kind(reflect.Int)}},
		"no number":       {{Kind: unit.Kind(reflect.Int)}},
		"a key":           {{ID: 1, Kind: unit.Kind(reflect.Slice), Elem: 2}, {ID: 2, Kind: unit.Kind(reflect.Int)}, {ID: 3, Kind: unit.Kind(reflect.Map), Key: 1, Elem: 2}},
	} {
		b := newTable(t)
		if err := b.w.Add(ts); err == nil {
			t.Errorf("%s: no error", name)
		}
		if b.w.Out(1) != nil {
			t.Errorf("%s: a type is left behind", name)
		}
		if err := b.w.Add([]unit.Type{{ID: 1, Kind: unit.Kind(reflect.Int)}}); err != nil {
			t.Errorf("%s: nothing can be added any more: %v", name, err)
		}
	}
}

func TestSupported(t *testing.T) {
	for v, ok := range map[string]bool{"go1.26": true, "go1.26.8": true, "go1.26-devel": true, "go1.26rc1": true, "go1.27": false, "go1.2": false, "go1.260": false} {
		if err := supported(v, "amd64"); (err == nil) != ok {
			t.Errorf("%s: %v", v, err)
		}
	}
}

// TestManyTypes is a long session: types, conversions and calls under a busy collector, from several goroutines.
func TestManyTypes(t *testing.T) {
	n := 3000
	if testing.Short() {
		n = 300
	}
	b := newTable(t)
	s := b.basic(reflect.String)
	anyT := b.add(unit.Type{Kind: unit.Kind(reflect.Interface)})
	sig := b.sig(nil, s)
	b.load()
	slots := taken.Load()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for i := range n {
		ms := []unit.Method{method("String", sig)}
		name := fmt.Sprintf("T%d", i)
		id := b.add(unit.Type{Kind: unit.Kind(reflect.Struct), Name: "main." + name, PkgPath: "main", In: name, Fields: []unit.Field{field("A", s), field("b", s)}, Methods: ms, PtrSet: ms})
		b.op("Make"+name, "make", id, anyT)
		b.load()
		if err := b.w.Bind(unit.Bind{Type: id, Name: "String"}, func(p *[2]string) string { return p[0] + name }, func(v [2]string) string { return v[0] }); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			do := b.w.ops[b.sym["Make"+name].Type().Elem()]
			wg.Go(func() {
				for range 20 {
					x := [2]string{"hi ", ""}
					if s := fmt.Sprint(*(*any)(do(unsafe.Pointer(&x)))); s != "hi "+name {
						t.Error(s)
					}
				}
			})
		}
	}
	wg.Wait()
	if got := taken.Load() - slots; got != int64(2*n) {
		t.Errorf("%d types with a value method take %d slots", n, got)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("%d bytes for each type", (after.HeapAlloc-before.HeapAlloc)/uint64(n))
}
