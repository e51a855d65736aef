package native

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// call rewrites calls of what the run time does itself.
func (t *translator) call(n *ast.CallExpr) (string, bool) {
	args := func(first ...string) string {
		for _, a := range n.Args {
			first = append(first, t.text(a))
		}
		s := strings.Join(first, ", ")
		if n.Ellipsis.IsValid() {
			s += "..."
		}
		return s
	}
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		b, ok := t.f.Info.Uses[fun].(*types.Builtin)
		if !ok {
			return "", false
		}
		switch b.Name() {
		case "close":
			t.need("Close")
			return fmt.Sprintf("gkClose(%s, %s)", t.at(n.Lparen), t.text(n.Args[0])), true
		case "print", "println":
			name := map[string]string{"print": "Print", "println": "Println"}[b.Name()]
			t.need(name)
			return "gk" + name + "(" + args() + ")", true
		}
	case *ast.SelectorExpr:
		f, ok := t.f.Info.Uses[fun.Sel].(*types.Func)
		if !ok {
			return "", false
		}
		to, ok := t.redirects[f.FullName()]
		if !ok {
			return "", false
		}
		typ := t.hostType(f)
		t.needs[to] = typ
		place := t.at(n.Lparen, fun.X)
		if f.Signature().Recv() == nil {
			return fmt.Sprintf("gk%s(%s)", to, args(place)), true
		}
		recv, ok := t.receiver(fun, f)
		if !ok {
			t.refuse("calls %s in a way that cannot be followed", f.Name())
			return "", true
		}
		return fmt.Sprintf("gk%s(%s)", to, args(place, recv)), true
	}
	return "", false
}

// receiver is the text of the receiver of a method call, with embedded fields written out and
// the address taken where the method has a pointer receiver.
func (t *translator) receiver(sel *ast.SelectorExpr, f *types.Func) (string, bool) {
	s := t.f.Info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return "", false
	}
	text, typ := t.text(sel.X), s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		st, ok := under(deref(typ)).(*types.Struct)
		if !ok {
			return "", false
		}
		text, typ = text+"."+st.Field(i).Name(), st.Field(i).Type()
	}
	_, ptr := types.Unalias(f.Signature().Recv().Type()).(*types.Pointer)
	if _, have := under(typ).(*types.Pointer); ptr && !have {
		text = "&" + text
	}
	return text, true
}

func deref(t types.Type) types.Type {
	if p, ok := under(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// hostType is the Go type of the run time's function that stands for f: place, receiver, parameters.
func (t *translator) hostType(f *types.Func) string {
	ps := []string{"int"}
	sig := f.Signature()
	if r := sig.Recv(); r != nil {
		ps = append(ps, t.typeText(r.Type()))
	}
	for i := range sig.Params().Len() {
		s := t.typeText(sig.Params().At(i).Type())
		if sig.Variadic() && i == sig.Params().Len()-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		ps = append(ps, s)
	}
	var rs []string
	for v := range sig.Results().Variables() {
		rs = append(rs, t.typeText(v.Type()))
	}
	return "func(" + strings.Join(ps, ", ") + ") (" + strings.Join(rs, ", ") + ")"
}

// randDraw is the run time's function that rand.N, which is generic, draws with.
const randDraw = "RandV2Uint64N"

// printing are the functions that the worker has of its own, because they write to the cell of the goroutine that calls them.
var printing = map[string]bool{
	"fmt.Print": true, "fmt.Println": true, "fmt.Printf": true, "fmt.Fprint": true, "fmt.Fprintln": true, "fmt.Fprintf": true,
	"io.WriteString": true, "io.Copy": true,
}

// selector rewrites the standard streams, and refuses redirected functions that are used as values.
func (t *translator) selector(n *ast.SelectorExpr) (string, bool) {
	switch o := t.f.Info.Uses[n.Sel].(type) {
	case *types.Func:
		if o.Origin().FullName() == "math/rand/v2.N" && t.redirects["math/rand/v2.Uint64N"] != "" {
			t.needs[randDraw] = "func(int, uint64) uint64"
			return "gkRandN", true
		}
		if _, ok := t.redirects[o.FullName()]; ok {
			t.refuse("uses %s as a value", o.FullName())
		}
		if printing[o.FullName()] {
			name := strings.ReplaceAll(o.FullName(), ".", "_")
			t.needs[name] = strings.Replace(strings.Replace(t.hostType(o), "func(int, ", "func(", 1), "func(int)", "func()", 1)
			return "gk" + name, true
		}
	case *types.Var:
		if o.Pkg() != nil && o.Pkg().Path() == "os" && !o.IsField() {
			switch o.Name() {
			case "Stdin", "Stdout", "Stderr":
				t.needs[o.Name()] = "func() " + t.typeText(o.Type())
				return "gk" + o.Name() + "()", true
			case "Args":
				t.refuse("uses os.Args")
			}
		}
	}
	return "", false
}
