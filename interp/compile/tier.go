package compile

// A session function that has been compiled natively takes over as a redefinition would:
// its forward leads to a function of the text that calls the native one. Everything that
// holds the function (callers, func values, goroutines) uses the native code at its next
// call; what is executing finishes the interpreted body.

import (
	"fmt"
	"go/token"
	"go/types"

	"gokernel/interp/unit"
)

// Redirects maps native functions and methods by their full name to the functions of the
// worker's run time that stand for them, each with a place before its own parameters: what
// natively compiled functions of the session must call too.
func Redirects() map[string]string {
	m := make(map[string]string, len(redirects))
	for k, v := range redirects {
		m[k] = v
	}
	return m
}

// Native gives the unit that makes declared function fn lead to the function called entry of the
// native package at path, which the worker gets from the plugin in file; places are the positions that the
// plugin's code names; own is as in Cell. The caller must call Commit or Rollback, as after Compile. It is an error if fn has not
// been compiled in this session.
func (c *Compiler) Native(number int, own func(*types.Package) bool, fn *types.Func, file, path, entry string, places []unit.Place) (u *unit.Unit, err error) {
	c.Rollback()
	c.taken = nil
	w, ok := c.forwards[fn]
	if !ok {
		return nil, fmt.Errorf("function %s cannot be replaced: it has no forward", fn.Name())
	}
	b := newBuilder(c, Cell{Number: number, Fset: token.NewFileSet(), Own: own})
	defer func() {
		if r := recover(); r != nil {
			bail, ok := r.(bailout)
			if !ok {
				panic(r)
			}
			c.Rollback()
			u, err = nil, bail.err
		}
	}()
	sig := fn.Signature()
	name := "n_" + letters(path)
	b.unit.Imports = append(b.unit.Imports, unit.Import{Name: name, Path: path})
	b.unit.Plugin = &unit.Plugin{File: file, Path: path}
	for _, p := range places {
		b.next["place"]++
		p.ID = b.next["place"]
		b.unit.Places = append(b.unit.Places, p)
		b.unit.Plugin.Places = append(b.unit.Plugin.Places, p.ID)
	}
	var args string
	var ps []string
	for i, t := range tuple(sig.Params()) {
		ps = append(ps, fmt.Sprintf("a%d %s", i, b.ty(t)))
		if i > 0 {
			args += ", "
		}
		args += fmt.Sprintf("a%d", i)
	}
	if sig.Variadic() {
		args += "..."
	}
	n := b.fresh("N", fn.Name())
	b.forwarder(n, ps, sig.Results(), fmt.Sprintf("%s.%s(%s)", name, entry, args), "main."+fn.Name())
	b.initText = append(b.initText, fmt.Sprintf("var x0 %s\n\tx0 = %s\n\tguest.Forward(unsafe.Pointer(&%s), unsafe.Pointer(&x0), unsafe.Pointer(&%s))", w.typ, n, w.x, w.y))
	b.render()
	b.unit.Keep = true
	return b.unit, nil
}
