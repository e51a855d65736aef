package guest

import (
	"fmt"
	"go/token"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// The calls that led to a place cost nothing while a program runs: they are
// read off the stack when a trace is wanted. runtime.Stack prints the arguments
// of the interpreter's runCfg, the start node and the frame of each activation;
// which node runs is told by the code of the closure above it and by the words
// that lie on that stretch of the stack. Only fields found by name are read;
// SelfTest proves the whole on the running Go and interpreter, and without it
// traces have the place that the text passed in, and no callers.

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

// Activation is one call on a goroutine's stack.
type Activation struct {
	Func      string // as Go's traces show it
	Synthetic bool
	place     int   // where it is
	native    Place // where it is, if it is compiled
	node      unsafe.Pointer
	frame     uintptr
	code      string
	nodes     *nodeFields
	stretch   stretch
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

// backtrace returns the calls of this goroutine that are the user's, innermost
// first: those that the interpreter makes and those of functions of cells that run
// as native code.
func (w *World) backtrace() []Activation {
	var read []Activation
	if w.texts.ok.Load() {
		read = w.texts.read()
	}
	var pcs [512]uintptr
	fs := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	var all []Activation
	native, next := false, 0
	for {
		f, more := fs.Next()
		if strings.HasSuffix(f.Function, "/interp.runCfg") {
			if next < len(read) {
				all = append(all, read[next])
			}
			next++
		} else if p, ok := nativePlace(f); ok {
			native = true
			all = append(all, Activation{Func: p.Func, native: p})
		}
		if !more {
			break
		}
	}
	if !native {
		return read
	}
	return all
}

// nativePlace is the place of a compiled function of a cell: its file is called
// "cell 3" by line directives, and its package stands for main.
func nativePlace(f runtime.Frame) (p Place, ok bool) {
	file := f.File[strings.LastIndexAny(f.File, `/\\`)+1:]
	num, ok := strings.CutPrefix(file, "cell ")
	if !ok {
		return p, false
	}
	n, err := strconv.Atoi(num)
	if err != nil {
		return p, false
	}
	fn := f.Function[strings.LastIndexByte(f.Function, '/')+1:]
	if _, rest, ok := strings.Cut(fn, "."); ok {
		fn = rest
	}
	return Place{Cell: n, Line: f.Line, Func: "main." + fn}, true
}

// read is backtrace without the question whether the self-test has passed.
//
//go:nocheckptr
//go:norace
func (ts *texts) read() (out []Activation) {
	// A wrong guess about the stack must not end the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	acts, callees := activations()
	if len(acts) == 0 {
		return nil
	}
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	f := ts.fields
	if f == nil {
		return nil
	}
	fns := make([]*textFunc, len(acts))
	execs := map[uintptr]*textFunc{}
	idx := make(map[uintptr]int, len(acts))
	for i, a := range acts {
		if fn := ts.funcs[^a.node]; fn != nil && fn.node.Value() != nil {
			fn.read(f)
			fns[i] = fn
			for _, n := range fn.nodes {
				execs[^n.exec] = fn
			}
		}
		idx[a.frame] = i
	}
	end := make([]uintptr, len(acts)) // stack offset of each activation's argument slots
	hits := make([]hit, 0, maxHits)
	growStack() // it must not move while it is read
	var mark uintptr
	sp := uintptr(unsafe.Pointer(&mark))
	// A panic that passes through leaves copies of the arguments below them: the
	// last ones count.
	top := stackTop(sp)
	for o := uintptr(0); sp+o < top; o += unsafe.Sizeof(o) {
		word := *(*uintptr)(pointer(sp + o))
		if i, ok := idx[^word]; ok && o >= 8 && *(*uintptr)(pointer(sp + o - 8)) == ^acts[i].node {
			end[i] = o
		} else if fn := execs[^word]; fn != nil && len(hits) < maxHits {
			hits = append(hits, hit{o, ^word, fn})
		}
	}
	out = make([]Activation, len(acts))
	k := 0
	for i, a := range acts {
		s := stretch{fn: fns[i], callee: callees[i]}
		for ; k < len(hits) && hits[k].at < end[i]; k++ {
			if hits[k].fn == s.fn {
				s.hits = append(s.hits, hit{end[i] - hits[k].at, hits[k].exec, s.fn})
			}
		}
		if s.fn == nil {
			continue
		}
		out[i] = Activation{Func: s.fn.fn.Go, Synthetic: s.fn.fn.Synthetic, nodes: f, stretch: s}
		if n := ts.running(&s); n != nil {
			out[i].node, out[i].frame, out[i].code = pointer(n.at), ^a.frame, callees[i]
			if n.line > 0 && n.line <= len(s.fn.lines) {
				out[i].place = int(s.fn.lines[n.line-1])
			}
		}
	}
	return out
}

// maxHits bounds what is kept of one stack.
const maxHits = 1 << 11

// growStack makes room on the stack, so that what is called next does not move it.
//
//go:noinline
func growStack() {
	var room [16 << 10]byte
	runtime.KeepAlive(&room)
}

// stretch is the part of the stack that belongs to one activation.
type stretch struct {
	fn     *textFunc
	callee string // the code of the closure that runs
	hits   []hit  // addresses of the function's closures that lie there, innermost first
}

// slot is where closures of one kind keep an address while they run.
type slot struct {
	at   uintptr // counted down from the end of the stretch
	next bool    // it is the successor's, not the closure's own
}

// hit is a word of the stack that is the address of a node's closure.
type hit struct {
	at   uintptr // counted down from the end of the stretch
	exec uintptr // complemented: the scan must not find what it has found
	fn   *textFunc
}

// running is the node that runs: its closure has the callee's code, and keeps
// its own address in the slot that SelfTest has found for that code. Where the
// slot is not known, the innermost word that fits is taken, the node's own or,
// since it is captured, its successor's.
func (ts *texts) running(s *stretch) *nodeInfo {
	slot, known := ts.slots[s.callee]
	var best *nodeInfo
	score := 0
	for i := range s.fn.nodes {
		n := &s.fn.nodes[i]
		if runtime.FuncForPC(n.code).Name() != s.callee {
			continue
		}
		sc := 1
		for k, h := range s.hits {
			switch {
			case known && h.at == slot.at && (^h.exec == n.exec && !slot.next || ^h.exec == n.tnext && slot.next):
				sc = 1 << 30
			case ^h.exec == n.exec:
				sc = max(sc, 1<<20-k)
			case ^h.exec == n.tnext || ^h.exec == n.fnext:
				sc = max(sc, 1<<10-k)
			}
		}
		if sc > score {
			best, score = n, sc
		}
	}
	return best
}

// activation is what runtime.Stack tells of one runCfg, complemented: the scan
// of the stack must not find these copies.
type activation struct{ node, frame uintptr }

// activations parses the running goroutine's trace.
func activations() (acts []activation, callees []string) {
	buf := make([]byte, 1<<14)
	for {
		n := runtime.Stack(buf, false)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 4*len(buf))
	}
	s := string(buf)
	const run = "interp.runCfg(0x"
	for {
		i := strings.Index(s, run)
		if i < 0 {
			return acts, callees
		}
		// The frame that runCfg called: the closure of the node that runs.
		callee := ""
		if l := strings.LastIndex(s[:i], "\n\t"); l >= 0 {
			callee = s[strings.LastIndex(s[:l], "\n")+1 : l]
			callee, _, _ = strings.Cut(callee, "(0x")
		}
		callees = append(callees, callee)
		s = s[i+len(run)-2:]
		a, rest, _ := strings.Cut(s, ", ")
		b, _, _ := strings.Cut(rest, ", ")
		n, _ := strconv.ParseUint(strings.TrimSuffix(a, "?"), 0, 64)
		f, _ := strconv.ParseUint(strings.TrimSuffix(b, "?"), 0, 64)
		acts = append(acts, activation{^uintptr(n), ^uintptr(f)})
	}
}

// operands returns the values of the children of the node that runs, read from
// its activation's frame: a fault can be told exactly although the interpreter's
// panic does not carry index and length.
//
//go:nocheckptr
func (a Activation) operands() (vs []reflect.Value) {
	f := a.nodes
	if a.node == nil || f == nil {
		return nil
	}
	for _, c := range fieldAt[[]unsafe.Pointer](a.node, f.child) {
		cn := reflect.NewAt(f.typ, c).Elem()
		if rv := *(*reflect.Value)(unsafe.Add(c, f.rval)); rv.IsValid() {
			vs = append(vs, rv)
			continue
		}
		fr := pointer(a.frame)
		level := int(cn.Field(f.level).Int())
		for ; level > 0; level-- {
			fr = fieldAt[unsafe.Pointer](fr, f.frameAnc)
		}
		if level < 0 {
			fr = fieldAt[unsafe.Pointer](fr, f.frameRoot)
		}
		data := fieldAt[[]reflect.Value](fr, f.frameData)
		if i := int(cn.Field(f.findex).Int()); i >= 0 && i < len(data) {
			vs = append(vs, data[i])
		} else {
			vs = append(vs, reflect.Value{})
		}
	}
	return vs
}
