package guest

import (
	"fmt"
	"go/token"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Text is one compiled text as the interpreter holds it.
type Text struct {
	Program any             // *interp.Program
	Fset    *token.FileSet  // positions of its nodes
	Lines   []int32         // place of each line of the text, Lines[0] is line 1; 0 for none
	Funcs   map[string]Func // functions under their names in the text
}

// Func is a function of a text as traces show it.
type Func struct {
	Go        string // main.worker, main.(*T).M, main.main.func1
	Synthetic bool   // wrappers, makers, thunks: not in traces, not counted by recover
}

// texts knows the functions of all loaded texts by their start node.
type texts struct {
	ok     atomic.Bool // SelfTest passed
	probed atomic.Pointer[[]Activation]
	mu     sync.RWMutex
	fields *nodeFields
	funcs  map[uintptr]*textFunc
	swept  int
	slots  map[string]slot // by the code of a closure; see SelfTest
}

// nodeFields are the offsets of the interpreter's node fields.
type nodeFields struct {
	typ                                                     reflect.Type
	rval, tnext, fnext, anc, child, start, exec, pos, ident uintptr
	kind                                                    int // index of field kind
	level, findex                                           int
	frameAnc, frameRoot, frameData                          uintptr // of the interpreter's frame
	funcDecl, funcLit                                       uint64
}

// textFunc is one function or literal. It does not keep its node alive.
type textFunc struct {
	node  weak.Pointer[byte] // the declaration or literal
	start uintptr
	fn    Func
	lines []int32
	fset  *token.FileSet
	once  sync.Once
	nodes []nodeInfo // those with code, read at the first trace
}

type nodeInfo struct {
	at                       uintptr
	exec, code, tnext, fnext uintptr
	line                     int
}

// pointer makes an address that was read off a stack a pointer again: what it
// points at is live, since the stack holds it.
//
//go:nocheckptr
func pointer(u uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&u)) }

func fieldAt[T any](n unsafe.Pointer, off uintptr) T { return *(*T)(unsafe.Add(n, off)) }

// LoadText makes the functions of t known to traces, and cuts the declarations
// off the file they are in: unwinding a frame then costs a walk over one function
// and not over the whole text. It returns an error if the interpreter's nodes
// are not as this package knows them; the text runs all the same.
func (w *World) LoadText(t Text) error {
	ts := &w.texts
	ts.mu.Lock()
	defer ts.mu.Unlock()
	root := reflect.ValueOf(t.Program)
	if root.Kind() != reflect.Pointer || root.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("loading a text: %T is no program", t.Program)
	}
	rootNode := root.Elem().FieldByName("root")
	if ts.fields == nil {
		f, err := nodeFieldsOf(rootNode)
		if err != nil {
			return fmt.Errorf("loading a text: %w", err)
		}
		ts.fields = f
		ts.funcs = map[uintptr]*textFunc{}
	}
	f := ts.fields
	top := rootNode.UnsafePointer()
	for _, c := range fieldAt[[]unsafe.Pointer](top, f.child) {
		*(*unsafe.Pointer)(unsafe.Add(c, f.anc)) = nil
		ts.collect(c, "", &t)
	}
	if len(ts.funcs) > 2*ts.swept+64 {
		for k, fn := range ts.funcs {
			if fn.node.Value() == nil {
				delete(ts.funcs, k)
			}
		}
		ts.swept = len(ts.funcs)
	}
	return nil
}

func nodeFieldsOf(root reflect.Value) (*nodeFields, error) {
	if root.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("the interpreter's program has no field root")
	}
	f := &nodeFields{typ: root.Type().Elem()}
	if f.typ.Kind() != reflect.Struct {
		return nil, fmt.Errorf("the interpreter's node is a %s", f.typ.Kind())
	}
	for _, x := range []struct {
		name string
		off  *uintptr
		kind reflect.Kind
	}{
		{"rval", &f.rval, reflect.Struct}, {"tnext", &f.tnext, reflect.Pointer}, {"fnext", &f.fnext, reflect.Pointer},
		{"anc", &f.anc, reflect.Pointer}, {"child", &f.child, reflect.Slice}, {"start", &f.start, reflect.Pointer},
		{"exec", &f.exec, reflect.Func}, {"pos", &f.pos, reflect.Int}, {"ident", &f.ident, reflect.String},
	} {
		sf, ok := f.typ.FieldByName(x.name)
		if !ok || sf.Type.Kind() != x.kind {
			return nil, fmt.Errorf("the interpreter's node has no field %s of kind %s", x.name, x.kind)
		}
		*x.off = sf.Offset
	}
	for name, i := range map[string]*int{"kind": &f.kind, "level": &f.level, "findex": &f.findex} {
		sf, ok := f.typ.FieldByName(name)
		if !ok {
			return nil, fmt.Errorf("the interpreter's node has no field %s", name)
		}
		*i = sf.Index[0]
	}
	in, ok := f.typ.FieldByName("interp")
	if !ok || in.Type.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("the interpreter's node has no field interp")
	}
	fr, ok := in.Type.Elem().FieldByName("frame")
	if !ok || fr.Type.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("the interpreter has no field frame")
	}
	for name, off := range map[string]*uintptr{"anc": &f.frameAnc, "root": &f.frameRoot, "data": &f.frameData} {
		sf, ok := fr.Type.Elem().FieldByName(name)
		if !ok {
			return nil, fmt.Errorf("the interpreter's frame has no field %s", name)
		}
		*off = sf.Offset
	}
	k := reflect.New(f.typ.Field(f.kind).Type).Elem()
	for i := range uint64(200) {
		if k.Kind() != reflect.Uint {
			break
		}
		k.SetUint(i)
		switch s, _ := k.Interface().(fmt.Stringer); {
		case s == nil:
		default:
			switch name(s) {
			case "funcDecl":
				f.funcDecl = i
			case "funcLit":
				f.funcLit = i
			}
		}
	}
	if f.funcDecl == 0 || f.funcLit == 0 {
		return nil, fmt.Errorf("the interpreter's node kinds have other names")
	}
	return f, nil
}

// name is s.String(), "" where it panics (numbers that are no kind).
func name(s fmt.Stringer) (n string) {
	defer func() { _ = recover() }()
	return s.String()
}

func (f *nodeFields) isFunc(n unsafe.Pointer) bool {
	k := reflect.NewAt(f.typ, n).Elem().Field(f.kind).Uint()
	return k == f.funcDecl || k == f.funcLit
}

// collect notes the functions and literals under n.
func (ts *texts) collect(n unsafe.Pointer, outer string, t *Text) {
	f := ts.fields
	ch := fieldAt[[]unsafe.Pointer](n, f.child)
	if len(ch) == 4 && ch[3] != nil && f.isFunc(n) { // receiver, name, type, body
		if id := fieldAt[string](ch[1], f.ident); id != "" && outer == "" {
			outer = id
		} else {
			outer += ".func"
		}
		fn, ok := t.Funcs[outer]
		if !ok {
			fn = Func{Go: outer}
			if i := strings.Index(outer, ".func"); i > 0 {
				if o, ok := t.Funcs[outer[:i]]; ok {
					fn = o // a literal shows as the function it was made from
				}
			}
		}
		start := uintptr(fieldAt[unsafe.Pointer](ch[3], f.start))
		ts.funcs[start] = &textFunc{node: weak.Make((*byte)(n)), start: start, fn: fn, lines: t.Lines, fset: t.Fset}
	}
	for _, c := range ch {
		if c != nil {
			ts.collect(c, outer, t)
		}
	}
}

// read lists the function's own nodes that have code.
func (fn *textFunc) read(f *nodeFields) {
	fn.once.Do(func() {
		top := fn.node.Value()
		if top == nil {
			return
		}
		var walk func(n unsafe.Pointer)
		walk = func(n unsafe.Pointer) {
			ch := fieldAt[[]unsafe.Pointer](n, f.child)
			if e := fieldAt[uintptr](n, f.exec); e != 0 {
				ni := nodeInfo{at: uintptr(n), exec: e, code: *(*uintptr)(*(*unsafe.Pointer)(unsafe.Add(n, f.exec))),
					line: fn.fset.Position(fieldAt[token.Pos](n, f.pos)).Line}
				if t := fieldAt[unsafe.Pointer](n, f.tnext); t != nil {
					ni.tnext = fieldAt[uintptr](t, f.exec)
				}
				if t := fieldAt[unsafe.Pointer](n, f.fnext); t != nil {
					ni.fnext = fieldAt[uintptr](t, f.exec)
				}
				fn.nodes = append(fn.nodes, ni)
			}
			for _, c := range ch {
				if c != nil && !(len(fieldAt[[]unsafe.Pointer](c, f.child)) == 4 && f.isFunc(c)) {
					walk(c)
				}
			}
		}
		walk(unsafe.Pointer(top))
	})
}
