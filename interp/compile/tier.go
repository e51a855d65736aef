package compile

// A session function that has been compiled natively takes over as a redefinition would:
// its forward leads to a function of the text that calls the native one. Everything that
// holds the function (callers, func values, goroutines) uses the native code at its next
// call; what is executing finishes the interpreted body.

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

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

// Crossing is how a parameter or a result passes to native code and back.
type Crossing int

// The ways: as it is, by its address, as the word that a function value is.
const (
	Direct Crossing = iota
	ByAddress
	ByWord
)

// Native is native code of the session, with what it must be told of the session.
type Native struct {
	Funcs      []NativeFunc
	Number     int // of a cell that declares one of them
	Own        func(*types.Package) bool
	File, Path string       // of the plugin, and the package as which its functions stand
	Places     []unit.Place // positions that the code names
	Vars       []*types.Var // session variables, by their number in the code
	Copies     []types.Object
	Asks       []Word // what values of interface type From are asked for
	Words      []Word
}

// NativeFunc is a function that has been compiled natively. Params are its receiver and its parameters; results pass by
// address all or none.
type NativeFunc struct {
	Func            *types.Func // as Own's code object
	Params, Results []Crossing
}

// Word is a type with an interface that native code makes of its values, or the other way round.
type Word struct{ From, To types.Type }

// A nativeCopy is where native code has a function of its own that must give way to a newer version.
type nativeCopy struct {
	pkg string // its name in the text
	n   int
}

// Native gives the unit that makes declared functions lead to their native form, which the worker gets from the
// plugin. The caller must call Commit or Rollback, as after Compile. It is an error if one of the functions has not
// been compiled in this session.
func (c *Compiler) Native(x Native) (u *unit.Unit, err error) {
	c.Rollback()
	c.taken = nil
	b := newBuilder(c, Cell{Number: x.Number, Fset: token.NewFileSet(), Own: x.Own})
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
	b.unit.Plugin = &unit.Plugin{File: x.File, Path: x.Path}
	for _, p := range x.Places {
		p.ID = b.newPlace()
		b.unit.Places = append(b.unit.Places, p)
		b.unit.Plugin.Places = append(b.unit.Plugin.Places, p.ID)
	}
	for _, v := range x.Vars {
		b.unit.Plugin.Vars = append(b.unit.Plugin.Vars, b.slot(v))
	}
	for _, q := range x.Asks {
		b.unit.Plugin.Asks = append(b.unit.Plugin.Asks, unit.Ask{From: b.id(q.From), To: b.id(q.To)})
	}
	for _, q := range x.Words {
		b.markMade(q.From)
		b.outside(q.From)
		b.unit.Plugin.Words = append(b.unit.Plugin.Words, unit.Word{Type: b.id(q.From), Iface: b.id(q.To)})
	}
	name := "n_" + letters(x.Path)
	b.unit.Imports = append(b.unit.Imports, unit.Import{Name: name, Path: x.Path})
	for i, o := range x.Copies {
		if _, ok := c.forwards[o]; ok {
			old := c.copies[o]
			set(&c.session, c.copies, o, append(old[:len(old):len(old)], nativeCopy{name, i}))
		}
	}
	b.initText = append(b.initText, name+".Late(-1, 0)") // the same code may have been an older version's
	for i, f := range x.Funcs {
		w, ok := c.forwards[f.Func]
		if !ok {
			c.Rollback()
			return nil, fmt.Errorf("cannot be replaced: %s has no forward", f.Func.Name())
		}
		n := b.nativeForwarder(f, fmt.Sprintf("%s.Entry%d", name, i))
		b.initText = append(b.initText, fmt.Sprintf("var x%d %s\n\tx%d = %s\n\tguest.Forward(unsafe.Pointer(&%s), unsafe.Pointer(&x%d), unsafe.Pointer(&%s))", i, w.typ, i, n, w.x, i, w.y))
	}
	b.render()
	b.unit.Keep = true
	return b.unit, nil
}

// nativeForwarder writes the function of the text that calls the native entry.
func (b *builder) nativeForwarder(x NativeFunc, entry string) string {
	sig := x.Func.Signature()
	var in []types.Type
	if r := sig.Recv(); r != nil {
		in = append(in, r.Type())
	}
	in = append(in, tuple(sig.Params())...)
	var ps, args, rs []string
	var pre strings.Builder
	for i, t := range in {
		ps = append(ps, fmt.Sprintf("a%d %s", i, b.ty(t)))
		a := fmt.Sprintf("a%d", i)
		if x.Params[i] == ByAddress {
			fmt.Fprintf(&pre, "\tvar p%d %s\n\tp%d = a%d\n", i, b.ty(t), i, i)
			a = fmt.Sprintf("unsafe.Pointer(&p%d)", i)
		}
		args = append(args, a)
	}
	assign := ""
	for i, t := range tuple(sig.Results()) {
		fmt.Fprintf(&pre, "\tvar r%d %s\n", i, b.ty(t))
		rs = append(rs, fmt.Sprintf("r%d", i))
		if x.Results[i] == ByAddress {
			args = append(args, fmt.Sprintf("unsafe.Pointer(&r%d)", i))
		} else {
			assign = " = "
		}
	}
	if assign != "" {
		assign = strings.Join(rs, ", ") + assign
	}
	n := b.fresh("N", x.Func.Name())
	b.texts = append(b.texts, fmt.Sprintf("func %s(%s)%s {\n%s\t%s%s(%s)\n\treturn %s\n}\n",
		n, strings.Join(ps, ", "), b.results(sig.Results()), pre.String(), assign, entry, strings.Join(args, ", "), strings.Join(rs, ", ")))
	b.unit.Funcs = append(b.unit.Funcs, unit.Func{Text: n, Go: "main." + x.Func.Name(), Synthetic: true})
	return n
}

// slot is the slot of session variable v, which is declared if it has none.
func (b *builder) slot(v types.Object) string {
	for b.shared[v] != nil {
		v = b.shared[v]
	}
	if n, ok := b.globals[v]; ok {
		return n
	}
	return b.newGlobal(v)
}

// outdate tells native code that has copies of old that function name is newer.
func (b *builder) outdate(old types.Object, name string) {
	for _, c := range b.copies[old] {
		b.initText = append(b.initText, fmt.Sprintf("%s.Late(%d, %s)", c.pkg, c.n, name))
	}
}
