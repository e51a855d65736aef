package worker

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// private is what this package reads and writes of yaegi v0.16.1 behind its exported face. It is all in
// this file, found by name and type when a worker starts, and tried out by its self-test. What is missing is done the
// public way: slower, with a race between declaring cells and running goroutines, and with memory that is never freed.
//
//   - frame.data holds all global variables. Execute replaces the slice when a text declares one, while goroutines
//     of earlier cells read it. Here it is long from the start and new variables are put in in place.
//   - universe.types are the types of the global variables, in the order of their slots.
//   - scopes["main"].sym are the names of the text: a function's node, a variable's slot.
//   - roots and scope.child hold every syntax tree for the debugger alone; cut, they are garbage.
//   - Execute runs a text's declarations on the frame of the globals, and writes to that frame what goroutines of earlier
//     cells read. A text that only declares, without initial values, needs none of that: genRun alone makes its functions run.
//   - node.anc links a function's tree to its file: a panic that passes an interpreted frame walks the whole tree of its
//     root for a position that nobody reads. Cut below the file, it walks one function.
type private struct {
	frame  unsafe.Pointer    // *frame of the globals
	data   *[]reflect.Value  // frame.data
	types  *[]reflect.Type   // universe.types
	roots  *[]unsafe.Pointer // Interpreter.roots
	scopes reflect.Value     // map[string]*scope
	binPkg interp.Exports    // native packages
	filled int               // slots of data that hold a variable
	scope  scopeLayout
	node   nodeLayout
	root   uintptr // offset of Program.root
}

type scopeLayout struct {
	child     uintptr // of scope
	sym       uintptr // of scope: map[string]*symbol
	symType   reflect.Type
	symNode   uintptr // of symbol
	symIndex  uintptr
	symGlobal uintptr
}

type nodeLayout struct {
	typ              reflect.Type
	anc, child, kind uintptr
}

// genFunctionWrapper makes a Go func of a function's node, as yaegi's Symbols does.
//
//go:linkname genFunctionWrapper github.com/traefik/yaegi/interp.genFunctionWrapper
func genFunctionWrapper(node unsafe.Pointer) func(frame unsafe.Pointer) reflect.Value

// genRun gives the functions of a tree their code.
//
//go:linkname genRun github.com/traefik/yaegi/interp.genRun
func genRun(root unsafe.Pointer) error

// globals is the length that frame.data gets at first.
const globals = 1 << 13

// findPrivate finds the fields, or says which is not there.
func findPrivate(in *interp.Interpreter) (*private, error) {
	v := reflect.ValueOf(in).Elem()
	p := &private{}
	var err error
	if v := reflect.TypeFor[reflect.Value](); v.NumField() < 2 || v.Field(1).Name != "ptr" || v.Field(1).Offset != unsafe.Sizeof(uintptr(0)) {
		return nil, errors.New("reflect.Value: its pointer is not its second word")
	}
	field := func(t reflect.Type, name string, want reflect.Type) reflect.StructField {
		f, ok := t.FieldByName(name)
		if err == nil && (!ok || want != nil && f.Type != want) {
			err = fmt.Errorf("yaegi: %s has no field %s of the known type", t, name)
		}
		return f
	}
	pointee := func(t reflect.Type, what string) reflect.Type {
		if t == nil || t.Kind() != reflect.Pointer {
			if err == nil {
				err = fmt.Errorf("yaegi: %s is no pointer", what)
			}
			return reflect.TypeFor[struct{}]()
		}
		return t.Elem()
	}
	at := func(f reflect.StructField) unsafe.Pointer {
		return unsafe.Add(v.Addr().UnsafePointer(), f.Offset)
	}
	it := v.Type()
	frame := field(it, "frame", nil)
	frameT := pointee(frame.Type, "frame")
	data := field(frameT, "data", reflect.TypeFor[[]reflect.Value]())
	universe := field(it, "universe", nil)
	scopeT := pointee(universe.Type, "universe")
	types := field(scopeT, "types", reflect.TypeFor[[]reflect.Type]())
	roots := field(it, "roots", nil)
	scopes := field(it, "scopes", reflect.MapOf(reflect.TypeFor[string](), reflect.PointerTo(scopeT)))
	binPkg := field(it, "binPkg", reflect.TypeFor[interp.Exports]())
	sym := field(scopeT, "sym", nil)
	child := field(scopeT, "child", reflect.SliceOf(reflect.PointerTo(scopeT)))
	if err == nil && (sym.Type.Kind() != reflect.Map || sym.Type.Key().Kind() != reflect.String) {
		err = errors.New("yaegi: scope.sym is no map of names")
	}
	if err != nil {
		return nil, err
	}
	symbolT := pointee(sym.Type.Elem(), "symbol")
	symNode := field(symbolT, "node", nil)
	symIndex := field(symbolT, "index", reflect.TypeFor[int]())
	symGlobal := field(symbolT, "global", reflect.TypeFor[bool]())
	nodeT := pointee(symNode.Type, "symbol.node")
	root := field(reflect.TypeFor[interp.Program](), "root", reflect.PointerTo(nodeT))
	anc := field(nodeT, "anc", reflect.PointerTo(nodeT))
	children := field(nodeT, "child", reflect.SliceOf(reflect.PointerTo(nodeT)))
	kind := field(nodeT, "kind", nil)
	if err == nil && roots.Type != reflect.SliceOf(reflect.PointerTo(nodeT)) {
		err = errors.New("yaegi: Interpreter.roots is no list of nodes")
	}
	if err != nil {
		return nil, err
	}
	p.frame = *(*unsafe.Pointer)(at(frame))
	p.data = (*[]reflect.Value)(unsafe.Add(p.frame, data.Offset))
	p.types = (*[]reflect.Type)(unsafe.Add(*(*unsafe.Pointer)(at(universe)), types.Offset))
	p.roots = (*[]unsafe.Pointer)(at(roots))
	p.scopes = reflect.NewAt(scopes.Type, at(scopes)).Elem()
	p.binPkg = *(*interp.Exports)(at(binPkg))
	p.root = root.Offset
	p.scope = scopeLayout{child.Offset, sym.Offset, sym.Type, symNode.Offset, symIndex.Offset, symGlobal.Offset}
	p.node = nodeLayout{nodeT, anc.Offset, children.Offset, kind.Offset}
	return p, nil
}

// execute makes a compiled text's functions and variables ready; onText is called before they can run.
func (p *private) execute(prog *interp.Program, onText func()) error {
	p.prepare(prog)
	onText()
	if err := genRun(p.rootOf(prog)); err != nil {
		return err
	}
	p.cut()
	return nil
}

func (p *private) prepare(prog *interp.Program) {
	root := p.rootOf(prog)
	for _, c := range *(*[]unsafe.Pointer)(unsafe.Add(root, p.node.child)) {
		*(*unsafe.Pointer)(unsafe.Add(c, p.node.anc)) = nil
	}
	types := *p.types
	if p.filled == 0 {
		p.filled = len(*p.data)
	}
	if n := len(types); n > len(*p.data) || len(*p.data) < globals {
		p.lengthen(max(globals, 2*n))
	}
	for ; p.filled < len(types); p.filled++ {
		(*p.data)[p.filled] = reflect.New(types[p.filled]).Elem()
	}
}

// lengthen gives the globals a longer slice of the same variables. Running code reads the slice without a lock, and none of
// the slots that are new: it may see the old array or the new one, with the old length or the new one.
//
//go:norace
func (p *private) lengthen(n int) {
	long := make([]reflect.Value, n)
	copy(long, (*p.data)[:p.filled])
	var fence atomic.Int32
	fence.Add(1) // the array is complete before it can be seen
	slice := (*struct {
		array    unsafe.Pointer
		len, cap int
	})(unsafe.Pointer(p.data))
	slice.array = unsafe.Pointer(&long[0])
	fence.Add(1)
	slice.len, slice.cap = n, n
}

func (p *private) rootOf(prog *interp.Program) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(prog), p.root))
}

// cut lets go of what yaegi keeps for its debugger.
func (p *private) cut() {
	*p.roots = nil
	for it := p.scopes.MapRange(); it.Next(); {
		*(*[]unsafe.Pointer)(unsafe.Add(it.Value().UnsafePointer(), p.scope.child)) = nil
	}
}

// symbols is the table of the text's names.
func (p *private) symbols() reflect.Value {
	s := p.scopes.MapIndex(reflect.ValueOf("main"))
	if !s.IsValid() {
		return reflect.Value{}
	}
	return reflect.NewAt(p.scope.symType, unsafe.Add(s.UnsafePointer(), p.scope.sym)).Elem()
}

func (p *private) symbol(name string) unsafe.Pointer {
	syms := p.symbols()
	if !syms.IsValid() {
		return nil
	}
	s := syms.MapIndex(reflect.ValueOf(name))
	if !s.IsValid() {
		return nil
	}
	return s.UnsafePointer()
}

// imported tells whether a text has imported a package under that name: yaegi keeps it under the name of the file, which is
// the same for all texts, and refuses a second import.
func (p *private) imported(name string) bool {
	return p.symbol(name+"/"+interp.DefaultSourceName) != nil
}

// function is a function of the text as a Go func.
func (p *private) function(name string) (reflect.Value, bool) {
	s := p.symbol(name)
	if s == nil {
		return reflect.Value{}, false
	}
	node := *(*unsafe.Pointer)(unsafe.Add(s, p.scope.symNode))
	if node == nil {
		return reflect.Value{}, false
	}
	return genFunctionWrapper(node)(p.frame), true
}

// settle computes the type of a function of the text. yaegi does so when the function is first used as a value, by any goroutine
// and without a lock.
func (p *private) settle(name string) {
	if s := p.symbol(name); s != nil {
		if node := *(*unsafe.Pointer)(unsafe.Add(s, p.scope.symNode)); node != nil {
			genFunctionWrapper(node)
		}
	}
}

// variable is a global variable of the text, settable.
func (p *private) variable(name string) (reflect.Value, bool) {
	s := p.symbol(name)
	if s == nil {
		return reflect.Value{}, false
	}
	i := *(*int)(unsafe.Add(s, p.scope.symIndex))
	if i < 0 || i >= p.filled || !*(*bool)(unsafe.Add(s, p.scope.symGlobal)) {
		return reflect.Value{}, false
	}
	return (*p.data)[i], true
}

// renew gives a global variable new storage: who took its address before keeps the old one. Running code reads the
// slot without a lock; only the word that changes is written, so it sees the old variable or the new one.
//
//go:norace
func (p *private) renew(name string) bool {
	v, ok := p.variable(name)
	if !ok {
		return false
	}
	i := *(*int)(unsafe.Add(p.symbol(name), p.scope.symIndex))
	fresh := reflect.New(v.Type()).Elem()
	slot := (*struct {
		typ unsafe.Pointer
		ptr unsafe.Pointer
	})(unsafe.Pointer(&(*p.data)[i]))
	slot.ptr = fresh.Addr().UnsafePointer()
	return true
}

// forget removes names that no later text mentions; what runs is bound to nodes, not names. "P.C1" is a symbol of package P.
func (p *private) forget(names []string) {
	syms := p.symbols()
	for _, n := range names {
		if len(n) > 2 && n[:2] == "P." {
			delete(p.binPkg["P"], n[2:])
			if n = n[2:]; !plainType(n) { // it has no alias
				continue
			}
		}
		if syms.IsValid() {
			syms.SetMapIndex(reflect.ValueOf(n), reflect.Value{})
		}
	}
}

// selfTest runs a text with a variable and a function the private way.
func (e *engine) selfTest() error {
	if e.private == nil {
		return e.lacks
	}
	if err := e.execute("package main\nvar selfV int\nfunc selfF(a int) int { selfV = a; return a + 1 }\n", nil); err != nil {
		return err
	}
	f, ok := e.private.function("selfF")
	if !ok {
		return errors.New("yaegi: a function is not found by its name")
	}
	g, ok := f.Interface().(func(int) int)
	if !ok || g(41) != 42 {
		return errors.New("yaegi: a function found by its name does not run")
	}
	v, ok := e.private.variable("selfV")
	if !ok || v.Interface() != 41 {
		return errors.New("yaegi: a variable is not found by its name")
	}
	if !e.private.renew("selfV") || v.Interface() != 41 {
		return errors.New("yaegi: giving a variable new storage changes the old one")
	}
	if g(7); v.Interface() != 41 {
		return errors.New("yaegi: a variable with new storage is still the old one")
	}
	if v, _ := e.private.variable("selfV"); v.Interface() != 7 {
		return errors.New("yaegi: a variable with new storage is not found")
	}
	e.private.forget([]string{"selfV", "selfF"})
	return nil
}
