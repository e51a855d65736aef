package worker

import (
	"fmt"
	"plugin"
	"reflect"
	"strings"
	"unsafe"

	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

// openPlugin loads native code of the session and offers its functions as the package at p.Path. The code gets the run
// time that it must obey (channels, goroutines, locks, the clock, the stop flag) through its function GkBind.
// A plugin is never unloaded: Go cannot.
func (c *child) openPlugin(p *unit.Plugin) error {
	if c.names[p.Path] != nil {
		return nil
	}
	lib, err := plugin.Open(p.File)
	if err != nil {
		return fmt.Errorf("loading a compiled function: %w", err)
	}
	b, err := lookup[func(func(string) any)](lib, "GkBind")
	if err != nil {
		return err
	}
	e, err := lookup[func() []reflect.Value](lib, "GkEntries")
	if err != nil {
		return err
	}
	late, err := lookup[func(int, any)](lib, "GkLate")
	if err != nil {
		return err
	}
	if err := bindPlugin(b, func(name string) any {
		if name == "Places" {
			return p.Places
		}
		return c.runtime(name)
	}); err != nil {
		return err
	}
	c.names[p.Path] = map[string]reflect.Value{"Late": reflect.ValueOf(late)}
	for i, f := range e() {
		c.names[p.Path][fmt.Sprint("Entry", i)] = f
	}
	return nil
}

// lookup finds a function of a plugin.
func lookup[F any](lib *plugin.Plugin, name string) (f F, err error) {
	s, err := lib.Lookup(name)
	if err != nil {
		return f, fmt.Errorf("loading a compiled function: %w", err)
	}
	f, ok := s.(F)
	if !ok {
		return f, fmt.Errorf("loading a compiled function: %s is a %T", name, s)
	}
	return f, nil
}

// tellPlugin gives native code the addresses of the session's variables, now and whenever one is declared anew, and
// what its interface values say. The text of its unit has been loaded. The engine's lock is held.
func (c *child) tellPlugin(p *unit.Plugin) error {
	if len(p.Vars)+len(p.Words)+len(p.Asks) == 0 {
		return nil
	}
	lib, err := plugin.Open(p.File)
	if err != nil {
		return fmt.Errorf("loading a compiled function: %w", err)
	}
	place, err := lookup[func(int, unsafe.Pointer)](lib, "GkVar")
	if err != nil {
		return err
	}
	for i, slot := range p.Vars {
		if err := c.eng.follow(follower{p.Path, i}, slot, func(at unsafe.Pointer) { place(i, at) }); err != nil {
			return err
		}
	}
	ask, err := lookup[func(int, bool, func(unsafe.Pointer) unsafe.Pointer)](lib, "GkAsk")
	if err != nil {
		return err
	}
	for i, a := range p.Asks {
		for _, must := range []bool{false, true} {
			f, err := c.eng.forge.Assertion(a.From, a.To, must)
			if err != nil {
				return fmt.Errorf("loading a compiled function: %w", err)
			}
			ask(i, must, f)
		}
	}
	word, err := lookup[func(int, unsafe.Pointer)](lib, "GkWord")
	if err != nil {
		return err
	}
	for i, w := range p.Words {
		at, err := c.eng.word(w)
		if err != nil {
			return err
		}
		word(i, at)
	}
	return nil
}

// bindPlugin turns the panic of a plugin that wants what there is not into an error.
func bindPlugin(bind func(func(string) any), host func(string) any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("loading a compiled function: %v", r)
		}
	}()
	bind(host)
	return nil
}

// runtime is what native code of the session may ask for by name; nil if there is no such thing.
func (c *child) runtime(name string) any {
	switch name {
	case "StopFlag":
		return c.world.StopFlag()
	case "Traced":
		return &c.traced
	case "StopHit":
		return guest.StopHit
	case "Select":
		return func(place int, blocking bool, send []bool, chans []any, ptrs []unsafe.Pointer) (int, bool) {
			cases := make([]guest.Case, len(chans))
			for i := range chans {
				cases[i] = guest.Case{Send: send[i], C: chans[i], P: ptrs[i]}
			}
			return guest.Select(place, blocking, cases)
		}
	}
	pkg := "gokernel/interp/guest"
	if p, rest, ok := strings.Cut(name, "_"); ok { // fmt_Println: the worker's own
		pkg, name = p, rest
	}
	if v, ok := c.symbols(pkg)[name]; ok && v.Kind() == reflect.Func {
		return v.Interface()
	}
	return nil
}

// follower is a variable of a plugin that holds the address of a session variable.
type follower struct {
	path string
	n    int
}

// follow calls tell with the address of a session variable, now and each time that it gets new storage.
func (e *engine) follow(who follower, slot string, tell func(unsafe.Pointer)) error {
	if e.private == nil {
		return fmt.Errorf("compiled functions cannot follow session variables here: %w", e.lacks)
	}
	v, ok := e.private.variable(slot)
	if !ok || !v.CanAddr() {
		return fmt.Errorf("there is no session variable %s", slot)
	}
	for _, fs := range e.followers { // it may have followed another one
		delete(fs, who)
	}
	if e.followers == nil {
		e.followers = map[string]map[follower]func(unsafe.Pointer){}
	}
	if e.followers[slot] == nil {
		e.followers[slot] = map[follower]func(unsafe.Pointer){}
	}
	e.followers[slot][who] = tell
	tell(v.Addr().UnsafePointer())
	return nil
}

// word is the first word of an interface value: its type's address, or the method table of an interface with methods.
func (e *engine) word(w unit.Word) (unsafe.Pointer, error) {
	t, i := e.forge.Out(w.Type), e.forge.Out(w.Iface)
	if t == nil || i == nil || i.Kind() != reflect.Interface {
		return nil, fmt.Errorf("a compiled function makes an interface value of a type that is not known")
	}
	v := reflect.New(i)
	v.Elem().Set(reflect.Zero(e.forge.Latest(t)))
	return *(*unsafe.Pointer)(v.UnsafePointer()), nil
}
