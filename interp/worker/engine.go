package worker

import (
	"fmt"
	"path"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"gokernel/interp/forge"
	"gokernel/interp/guest"
	"gokernel/interp/unit"

	"github.com/traefik/yaegi/interp"
	yunsafe "github.com/traefik/yaegi/stdlib/unsafe"
)

// engine is one yaegi interpreter that is fed with units. load, function and variable are called by one goroutine
// at a time (mu); what they return runs anywhere.
type engine struct {
	mu         sync.Mutex
	in         *interp.Interpreter
	forge      *forge.World
	private    *private // nil: the public way
	lacks      error    // why private is nil
	natives    func(path string) map[string]reflect.Value
	loaded     map[string]bool     // native packages that yaegi has been given
	vars       map[string]unit.Var // session variables by slot
	guestFuncs map[string]bool     // what texts mention without its package
	onText     func(*interp.Program, *unit.Unit)

	followers map[string]map[follower]func(unsafe.Pointer) // by slot: who is told where its variable lives
}

// newEngine makes an interpreter. natives gives the symbols of a native package by import path, nil if there is none;
// unwound is told each time that a panic leaves an interpreted frame.
func newEngine(natives func(path string) map[string]reflect.Value, unwound func()) (*engine, error) {
	e := &engine{natives: natives, loaded: map[string]bool{}, vars: map[string]unit.Var{}}
	var err error
	e.forge, err = forge.New(e.nativeType)
	if err != nil {
		return nil, err
	}
	e.in = interp.New(interp.Options{Unrestricted: true, Stderr: unwindHook(unwound)})
	if err := e.in.Use(interp.Exports{"github.com/traefik/yaegi/yaegi": {"convert": reflect.ValueOf(e.forge.Hook)}}); err != nil {
		return nil, err
	}
	if err := e.use("P", "P", map[string]reflect.Value{"Any": reflect.Zero(reflect.TypeFor[*any]())}); err != nil {
		return nil, err
	}
	if err := e.in.Use(yunsafe.Symbols); err != nil { // after ours: the first hook that answers counts
		return nil, err
	}
	if err := e.use("gokernel/interp/guest", "guest", natives("gokernel/interp/guest")); err != nil {
		return nil, err
	}
	e.guestFuncs = plainFuncs(natives("gokernel/interp/guest"))
	if e.private, e.lacks = findPrivate(e.in); e.lacks == nil {
		if err := e.selfTest(); err != nil {
			e.private, e.lacks = nil, err
		}
	}
	if err := e.execute("package main\nimport P \"P\"\nimport guest \"gokernel/interp/guest\"\nimport \"unsafe\"\n"+plainNames("gokernel/interp/guest"), nil); err != nil {
		return nil, err
	}
	return e, nil
}

// unwindHook is yaegi's Stderr: it gets a line for each interpreted frame that a panic leaves.
type unwindHook func()

func (h unwindHook) Write(b []byte) (int, error) { h(); return len(b), nil }

// use gives yaegi a native package. The doubled slash keeps Use from seeing a standard library in it: it would put its own
// fmt, log and os in place and compile its generic packages.
func (e *engine) use(importPath, name string, syms map[string]reflect.Value) error {
	return e.in.Use(interp.Exports{importPath + "//" + name: syms})
}

func (e *engine) nativeType(importPath, name string) reflect.Type {
	v, ok := e.natives(importPath)[name]
	if ok && v.CanAddr() { // a variable stands for its type, which is unexported
		return v.Type()
	}
	if !ok || v.Kind() != reflect.Pointer {
		return nil
	}
	return v.Type().Elem()
}

// execute compiles a text that only declares, variables without initial values, and makes it ready.
func (e *engine) execute(text string, u *unit.Unit) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaegi: %v", r)
		}
	}()
	prog, err := e.in.Compile(text)
	if err != nil {
		return fmt.Errorf("yaegi: %w", err)
	}
	onText := func() {
		if u != nil && e.onText != nil {
			e.onText(prog, u)
		}
	}
	if e.private != nil {
		err = e.private.execute(prog, onText)
	} else {
		onText()
		_, err = e.in.Execute(prog)
	}
	if err != nil {
		return fmt.Errorf("yaegi: %w", err)
	}
	return nil
}

// probe loads the text of guest's self-test of traces, and gives its function GuestProbe.
func (e *engine) probe(text string, t *guest.Text) (func(int) int, error) {
	u := &unit.Unit{Lines: t.Lines}
	for name, f := range t.Funcs {
		u.Funcs = append(u.Funcs, unit.Func{Text: name, Go: f.Go, Synthetic: f.Synthetic})
	}
	if err := e.execute("package main; "+text, u); err != nil {
		return nil, err
	}
	v, err := e.function("GuestProbe")
	if err != nil {
		return nil, err
	}
	f, ok := v.Interface().(func(int) int)
	if !ok {
		return nil, fmt.Errorf("GuestProbe is a %s", v.Type())
	}
	e.forget([]string{"GuestProbe", "GuestProbeB", "GuestProbeC"})
	return f, nil
}

// load makes what a unit declares: types, operations, text, method bodies. Its functions are not run.
func (e *engine) load(u *unit.Unit) (err error) {
	if err := e.forge.Add(u.Types); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			e.forge.Remove(u.Types)
		}
	}()
	syms, err := e.forge.Symbols(u)
	if err != nil {
		return err
	}
	if err := e.use("P", "P", syms); err != nil {
		return err
	}
	plainly := aliases(syms) // later texts mention them, also those of a unit that has no text any more
	if u.Text != "" || len(u.Imports) > 0 || plainly != "" {
		var b strings.Builder
		b.WriteString("package main; ")
		for _, im := range u.Imports {
			if err := e.importPackage(im.Path); err != nil {
				return err
			}
			if e.private == nil || !e.private.imported(im.Name) { // by a text that could not be loaded in the end
				fmt.Fprintf(&b, "import %s %q; ", im.Name, im.Path)
			}
		}
		b.WriteString(plainly)
		b.WriteString(plain(u.Text, e.guestFuncs))
		if err := e.execute(b.String(), u); err != nil {
			return err
		}
		if e.private != nil {
			for _, f := range u.Funcs {
				e.private.settle(f.Text)
			}
		}
	}
	for _, v := range u.Vars {
		e.vars[v.Slot] = v
	}
	for _, b := range u.Binds {
		if err := e.bind(b); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine) importPackage(p string) error {
	if e.loaded[p] {
		return nil
	}
	syms := e.natives(p)
	if syms == nil {
		return fmt.Errorf("there is no package %s in this worker", p)
	}
	e.loaded[p] = true
	return e.use(p, path.Base(p), syms)
}

// bind gives a forged method the functions of the text that are its body.
func (e *engine) bind(b unit.Bind) error {
	var word, value any
	for _, f := range []struct {
		name string
		to   *any
	}{{b.Word, &word}, {b.Value, &value}} {
		if f.name == "" {
			continue
		}
		fn, err := e.function(f.name)
		if err != nil {
			return fmt.Errorf("binding method %s: %w", b.Name, err)
		}
		*f.to = fn.Interface()
	}
	return e.forge.Bind(b, word, value)
}

// function is a function of the text as a Go func.
func (e *engine) function(name string) (reflect.Value, error) {
	if e.private != nil {
		if f, ok := e.private.function(name); ok {
			return f, nil
		}
	}
	v, err := e.in.Eval(name)
	if err != nil {
		return v, fmt.Errorf("yaegi: function %s: %w", name, err)
	}
	return v, nil
}

// variable is a session variable in its exact form: readable without loss, not copied.
func (e *engine) variable(slot string) (reflect.Value, error) {
	var v reflect.Value
	if e.private != nil {
		v, _ = e.private.variable(slot)
	}
	if !v.IsValid() {
		p, err := e.in.Eval("&" + slot)
		if err != nil {
			return v, fmt.Errorf("yaegi: variable %s: %w", slot, err)
		}
		v = p.Elem()
	}
	d, ok := e.vars[slot]
	if !ok {
		return v, nil
	}
	t := e.forge.Out(d.Type)
	if t == nil || t.Size() != v.Type().Size() {
		return v, fmt.Errorf("variable %s has a type that is not known", d.Name)
	}
	return reflect.NewAt(e.forge.Latest(t), v.Addr().UnsafePointer()).Elem(), nil
}

// renew gives a variable of the text new storage, zero. Without access to yaegi's slots the old storage is zeroed instead.
func (e *engine) renew(slot string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.private != nil && e.private.renew(slot) {
		if v, ok := e.private.variable(slot); ok {
			for _, tell := range e.followers[slot] {
				tell(v.Addr().UnsafePointer())
			}
		}
		return
	}
	if p, err := e.in.Eval("&" + slot); err == nil {
		p.Elem().SetZero()
	}
}

// forget lets go of names that no later text mentions.
func (e *engine) forget(names []string) {
	if e.private != nil && len(names) > 0 {
		e.private.forget(names)
	}
}

// functions are functions of the text that take nothing and give nothing.
func (e *engine) functions(names []string) ([]func(), error) {
	fs := make([]func(), len(names))
	for i, n := range names {
		v, err := e.function(n)
		if err != nil {
			return nil, err
		}
		f, ok := v.Interface().(func())
		if !ok {
			return nil, fmt.Errorf("%s is a %s and not a func()", n, v.Type())
		}
		fs[i] = f
	}
	return fs, nil
}
