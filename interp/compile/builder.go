package compile

// One unit in the making: the order in which functions are emitted, the fixpoint over
// what they need (instances, wrappers, methods of types that reach interfaces), and the
// text that comes of it.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"runtime/debug"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

type builder struct {
	*Compiler
	cell Cell
	unit *unit.Unit
	pkg  *ssa.Package // of the session

	names    map[*ssa.Function]string
	guards   map[*ssa.Global]string
	todo     []*ssa.Function
	done     []*function // emitted, not yet rendered
	decls    []string    // variables
	texts    []string    // functions that were written directly
	initText []string    // statements of this unit's own Init function
	binds    []binding   // types whose methods must be bound
	consts   map[string]string
	places   map[placeKey]int
	written  map[ast.Node]map[token.Pos]string // operands as written, by function
	sites    []*site
	caught   map[*ssa.Function][]*ssa.Global // what literals capture
	bound    map[*ssa.Function]bool          // literals that are made with their arguments: see startedLiteral
	forging  bool                            // describing a generic type of a native package
	fn       *ssa.Function                   // being emitted
	pos      token.Pos                       // of the instruction being emitted
}

func newBuilder(c *Compiler, cell Cell) *builder {
	return &builder{Compiler: c, cell: cell, unit: &unit.Unit{Cell: cell.Number}, names: map[*ssa.Function]string{}, guards: map[*ssa.Global]string{},
		consts: map[string]string{}, caught: map[*ssa.Function][]*ssa.Global{}, bound: map[*ssa.Function]bool{}, places: map[placeKey]int{}, written: map[ast.Node]map[token.Pos]string{}}
}

// build fills b.unit.
func (b *builder) build() (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bailout:
			err = r.err
		default: // a defect here must not end the kernel
			err = &Refused{Construct: string(internal), Detail: fmt.Sprint(r), Pos: b.cell.Fset.Position(b.pos), Stack: debug.Stack()}
		}
	}()
	for m, f := range b.cell.Alias {
		set(&b.session, b.alias, m, f)
	}
	for _, fn := range []*ssa.Function{b.cell.Body, b.cell.Init} {
		if fn != nil && fn.Pkg != nil {
			b.pkg = fn.Pkg
		}
	}
	for _, fn := range b.cell.Funcs {
		if b.pkg == nil {
			b.pkg = fn.Pkg
		}
	}
	b.revise()
	for _, fn := range b.cell.Funcs {
		b.pos = fn.Pos()
		b.name(fn)
	}
	for _, fn := range []*ssa.Function{b.cell.Init, b.cell.Body} {
		if fn != nil {
			b.unit.Run = append(b.unit.Run, b.name(fn))
		}
	}
	for len(b.todo) > 0 || len(b.binds) > 0 {
		for len(b.todo) > 0 {
			fn := b.todo[0]
			b.todo = b.todo[1:]
			b.function(fn)
		}
		b.bindMethods()
		b.moreArms()
	}
	b.forward()
	b.render()
	return nil
}

// render writes the text: variables, then functions, with the place of each line.
func (b *builder) render() {
	for _, f := range b.done {
		f.finish()
	}
	if len(b.initText) > 0 {
		n := b.fresh("I", "")
		b.texts = append(b.texts, fmt.Sprintf("func %s() {\n\t%s\n}\n", n, strings.Join(b.initText, "\n\t")))
		b.unit.Init = append([]string{n}, b.unit.Init...)
		b.unit.Forget = append(b.unit.Forget, n)
		b.unit.Funcs = append(b.unit.Funcs, unit.Func{Text: n, Go: n, Synthetic: true})
	}
	var t strings.Builder
	line := func(s string, place int32) {
		for l := range strings.Lines(s) {
			t.WriteString(l)
			b.unit.Lines = append(b.unit.Lines, place)
		}
	}
	for _, d := range b.decls {
		line(d+"\n", 0)
	}
	for _, f := range b.done {
		line(f.head, 0)
		for _, l := range f.lines {
			line(l.text+"\n", int32(l.place))
		}
		line(f.tail, 0)
	}
	for _, s := range b.texts {
		line(s, 0)
	}
	b.unit.Text = t.String()
}

// tuple is the list of a tuple's types.
func tuple(t *types.Tuple) []types.Type {
	var r []types.Type
	for v := range t.Variables() {
		r = append(r, v.Type())
	}
	return r
}
