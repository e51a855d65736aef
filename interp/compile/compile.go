// Package compile turns the functions of a checked cell, as golang.org/x/tools/go/ssa
// builds them, into core text: a small flat Go that yaegi runs exactly, with the
// tables that the text refers to (package unit).
//
// A [Compiler] lives as long as the session. It keeps the names of what earlier
// cells declared (functions by their types.Object, instances by key, types by
// identity), so that every cell can be an ssa.Program of its own in which earlier
// declarations are stubs without bodies. Compile is all or nothing: what it has
// learned is undone by [Compiler.Rollback] and kept by [Compiler.Commit].
//
// One file holds one concern. Names and places: names.go what things are called,
// place.go positions in messages, journal.go what a failed cell takes back. Types:
// types.go their text, table.go the type table and method bindings, typename.go their names.
// Functions: function.go makers of closures and protected bodies, block.go control flow and
// phis, loop.go small loops written out, instr.go the switch over instructions, fold.go
// what is written where it is used, slots.go the sharing of variables, forward.go late
// binding, capture.go session variables in literals. Values: expr.go constants and operators,
// check.go every test that Go makes at run time, bounds.go which of them are needless,
// builtin.go builtins, channel.go channels and select. Interfaces: iface.go conversions,
// typeswitch.go type switches, dispatch.go method calls. Calls: call.go calls and variadic
// lists, native.go compiled packages, redirect.go what package guest does instead,
// template.go bodies for generic functions of compiled packages, tier.go functions that
// have become native. refuse.go is the list of what is refused.
package compile

import (
	"go/token"
	"go/types"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// Natives tells which symbols of compiled packages core text may mention.
type Natives interface {
	// Has reports whether the package with import path pkg offers the exported
	// function, variable or type called name. With name "" it reports whether
	// the package exists at all.
	Has(pkg, name string) bool
}

// A Cell is what is compiled at once: the new and the re-emitted functions of one
// execution. All its SSA values belong to Prog, which is built with
// ssa.InstantiateGenerics|ssa.BareInits|ssa.BuildSerially.
type Cell struct {
	Number  int                           // execution count, as places show it
	Fset    *token.FileSet                // positions: line and column as typed
	Prog    *ssa.Program                  // this cell's program; earlier declarations are stubs without bodies
	Own     func(*types.Package) bool     // packages that are compiled to text (the session's, generic std packages from source), not native
	Funcs   []*ssa.Function               // declared functions and methods to emit, the re-emitted dependents too
	Init    *ssa.Function                 // package initialiser of a declaration-only cell or a whole program, nil if none
	Body    *ssa.Function                 // the statements, or main of a whole program; nil if none
	Forward map[types.Object]types.Object // new function object -> the one of the same signature that it replaces (late binding)
	Alias   map[types.Object]types.Object // method object -> function object that carries its body (methods declared in a later cell than their type, or redefined)
	Unread  map[token.Pos]bool            // positions of `*p` in `range *p` that does not look at p (p may be nil)
	Fresh   map[token.Pos]bool            // positions of stores to session variables that declare them again: they make a new variable
	Local   func(*types.TypeName) int     // number of a local type in source order, 1 for the first; nil: no local types
}

// A Compiler holds what lives as long as the session. It is not safe for
// concurrent use.
type Compiler struct {
	natives Natives
	trust   bool // no index checks
	atomic  bool // forward variables are read atomically
	session
}

// TrustIndex says whether text may leave index checks to the interpreter: its own faults must
// then be translated into Go's errors, which package guest can do only where its self-test passes.
// The default is false. It takes effect with the next Compile.
func (c *Compiler) TrustIndex(on bool) { c.trust = on }

// AtomicForwards says that text reads the variables of replaced functions atomically (guest.AtomicForwards):
// goroutines call what other cells replace. The default is false. It takes effect with the next Compile.
func (c *Compiler) AtomicForwards(on bool) { c.atomic = on }

// New returns the compiler of a new session.
func New(natives Natives) *Compiler { return &Compiler{natives: natives, session: newSession()} }

// Compile gives the unit of a cell. The error is a *[Refused] when the cell uses a
// construct that cannot be run exactly; the compiler's state is then what it was
// before. After a unit the caller must call Commit or Rollback before the next.
func (c *Compiler) Compile(cell Cell) (*unit.Unit, error) {
	c.Rollback() // a unit that was neither taken nor refused
	c.taken = nil
	b := newBuilder(c, cell)
	if err := b.build(); err != nil {
		c.Rollback()
		return nil, err
	}
	return b.unit, nil
}

// Commit keeps what the last unit declared: it is handed to the worker.
func (c *Compiler) Commit() { c.taken, c.journal = c.journal, nil }

// Rollback forgets what the last unit declared: the worker does not get it.
func (c *Compiler) Rollback() {
	c.journal.undo()
	c.journal = nil
}

// Retract forgets what the last committed unit declared, since the worker could not load it.
// It must be called before the next Compile.
func (c *Compiler) Retract() {
	c.Rollback()
	c.taken.undo()
	c.taken = nil
}

// GlobalName is the name, in core text, of the slot of session variable v, and
// whether it has one.
func (c *Compiler) GlobalName(v types.Object) (string, bool) {
	n, ok := c.globals[v]
	return n, ok
}

// Share makes variable object v live in the slot of old, which has the same type.
// If old has no slot yet, both get the one that the next text declares.
func (c *Compiler) Share(v, old types.Object) {
	for c.shared[old] != nil {
		old = c.shared[old]
	}
	if v == old {
		return
	}
	set(&c.session, c.shared, v, old)
	if n, ok := c.globals[old]; ok {
		set(&c.session, c.globals, v, n)
	}
}
