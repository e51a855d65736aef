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

// openPlugin loads native code of the session and offers its entry as the package at p.Path. The code gets the run
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
	bind, err := lib.Lookup("GkBind")
	if err != nil {
		return fmt.Errorf("loading a compiled function: %w", err)
	}
	entry, err := lib.Lookup("GkEntry")
	if err != nil {
		return fmt.Errorf("loading a compiled function: %w", err)
	}
	b, ok := bind.(func(func(string) any))
	e, ok2 := entry.(func() reflect.Value)
	if !ok || !ok2 {
		return fmt.Errorf("loading a compiled function: %s is not one", p.File)
	}
	if err := bindPlugin(b, func(name string) any {
		if name == "Places" {
			return p.Places
		}
		return c.runtime(name)
	}); err != nil {
		return err
	}
	c.names[p.Path] = map[string]reflect.Value{"Entry": e()}
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
