package compile

// What things are called in core text. Declared functions, methods and variables are
// named by their types.Object, instances of generic functions and synthetic wrappers by
// a key, so that a later cell's ssa.Program, in which they are other values, finds them.

import (
	"fmt"
	"go/types"
	"sort"
	"strconv"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// session is what outlives a cell. Everything in it is changed through the journal.
type session struct {
	journal journal // of the unit that is not committed yet
	taken   journal // of the last committed one

	funcs    map[types.Object]string       // declared functions and methods
	keyed    map[string]string             // instances, wrappers, native functions used as values
	globals  map[types.Object]string       // variables: G1_x
	shared   map[types.Object]types.Object // variables that live in another's slot
	alias    map[types.Object]types.Object // method object -> function object with its body
	forwards map[types.Object]forward      // functions that can be replaced
	copies   map[types.Object][]nativeCopy // functions that native code has of its own
	natives  map[string]string             // native variables: "os.Args" -> N1_Args, which holds its address
	zeros    map[string]string             // type text -> variable that holds the zero value
	imports  map[string]string             // path -> name in the text
	inits    map[*types.Package]bool       // packages compiled from source whose variables have been initialised
	ops      map[string]string             // key -> P.Op1
	rtypes   map[unit.TypeID]string        // type -> P.R1

	identities typeutil.Map            // type -> int, the same for identical types, for ever
	types      typeutil.Map            // type -> *typeInfo
	made       typeutil.Map            // types that text converts to an interface
	implements map[string][]types.Type // method id -> made types that have the method

	next map[string]int // last number given, by kind of name; never given back
}

func newSession() session {
	return session{
		funcs: map[types.Object]string{}, keyed: map[string]string{}, globals: map[types.Object]string{}, shared: map[types.Object]types.Object{},
		alias: map[types.Object]types.Object{}, forwards: map[types.Object]forward{}, copies: map[types.Object][]nativeCopy{}, natives: map[string]string{}, zeros: map[string]string{},
		imports: map[string]string{guestPath: "guest", "prog": "P", "unsafe": "unsafe"}, inits: map[*types.Package]bool{}, ops: map[string]string{},
		rtypes: map[unit.TypeID]string{}, implements: map[string][]types.Type{}, next: map[string]int{},
	}
}

// guestPath is the package that core text calls for what the language needs at run time.
const guestPath = "gokernel/interp/guest"

// fresh is a name that no text has had: prefix, a number, and the user's name for readers.
func (s *session) fresh(prefix, name string) string {
	s.next[prefix]++
	n := prefix + strconv.Itoa(s.next[prefix])
	if name != "" {
		n += "_" + letters(name)
	}
	return n
}

// letters is s with everything replaced that cannot stand in an identifier.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}

// identity is a number that identical types share, also when their method sets change.
func (s *session) identity(t types.Type) int {
	t = types.Unalias(t)
	if n := s.identities.At(t); n != nil {
		return n.(int)
	}
	s.next["identity"]++
	setType(s, &s.identities, t, s.next["identity"])
	return s.next["identity"]
}

// native reports whether p is a compiled package.
func (b *builder) native(p *types.Package) bool { return p != nil && !b.cell.Own(p) }

// importName is the name of native package p in the text.
func (b *builder) importName(p *types.Package) string {
	if n, ok := b.imports[p.Path()]; ok {
		return n
	}
	if !b.Compiler.natives.Has(p.Path(), "") {
		b.refuse(b.pos, noPackage, "%s", p.Path())
	}
	n := "n_" + letters(p.Path())
	set(&b.session, b.imports, p.Path(), n)
	b.unit.Imports = append(b.unit.Imports, unit.Import{Name: n, Path: p.Path()})
	return n
}

// object is the object by which declared function fn is known in the session, nil if it has none of its own.
func (b *builder) object(fn *ssa.Function) types.Object {
	obj := fn.Object()
	if obj == nil || fn.Parent() != nil || len(fn.TypeArgs()) > 0 || fn.Synthetic != "" && !strings.HasPrefix(fn.Synthetic, "from type information") {
		return nil
	}
	if a := b.alias[obj]; a != nil {
		return a
	}
	return obj
}

// key identifies instances, wrappers and native functions across cells; "" for a function that only its cell knows.
func (b *builder) key(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return ""
	}
	switch {
	case len(fn.TypeArgs()) > 0:
		o := fn.Origin()
		if o == nil {
			return ""
		}
		k := fmt.Sprintf("inst %p %s", o.Object(), fn.Synthetic[:min(8, len(fn.Synthetic))])
		for _, t := range fn.TypeArgs() {
			k += fmt.Sprintf(" %d", b.identity(t))
		}
		return k
	case isWrapper(fn) && fn.Object() != nil:
		k := "wrap " + wrapperKind(fn) + " " + fn.Object().Id()
		if r := fn.Signature.Recv(); r != nil {
			k += fmt.Sprintf(" %d", b.identity(r.Type()))
		} else {
			k += fmt.Sprintf(" %d", b.identity(fn.Signature))
		}
		for _, v := range fn.FreeVars {
			k += fmt.Sprintf(" %d", b.identity(v.Type()))
		}
		return k
	case fn.Blocks == nil && fn.Object() != nil && b.native(fn.Object().Pkg()):
		return fmt.Sprintf("native %p", fn.Object())
	}
	return ""
}

func wrapperKind(fn *ssa.Function) string {
	k, _, _ := strings.Cut(fn.Synthetic, " for ")
	return k
}

// isWrapper reports whether fn is one of ssa's method wrappers, thunks and bound methods:
// Go's traces and recover do not see them.
func isWrapper(fn *ssa.Function) bool {
	return strings.Contains(fn.Synthetic, "wrapper") || strings.HasPrefix(fn.Synthetic, "thunk")
}

// name is what text calls fn by; a function that has no name yet is queued to be emitted.
func (b *builder) name(fn *ssa.Function) string {
	if n, ok := b.names[fn]; ok {
		return n
	}
	obj := b.object(fn)
	if obj != nil && b.native(obj.Pkg()) {
		obj = nil
	}
	key := ""
	if obj != nil {
		if n, ok := b.funcs[obj]; ok {
			b.names[fn] = n
			return n
		}
	} else if key = b.key(fn); key != "" {
		if n, ok := b.keyed[key]; ok {
			b.names[fn] = n
			return n
		}
	}
	n := b.fresh("F", fn.Name())
	b.names[fn] = n
	switch {
	case b.statements(fn): // a cell's statements run once
		b.unit.Forget = append(b.unit.Forget, n)
	case obj != nil:
		set(&b.session, b.funcs, obj, n)
		b.unit.Keep = true
	case key != "":
		set(&b.session, b.keyed, key, n)
		b.unit.Keep = true
	default:
		b.unit.Forget = append(b.unit.Forget, n)
	}
	if fn.Blocks == nil {
		b.bodyless(n, fn)
	} else {
		b.todo = append(b.todo, fn)
	}
	return n
}

// global is the variable of a compiled package's g, or for a native one the variable that holds its address
// (yaegi freezes native variables that are read by name).
func (b *builder) global(g *ssa.Global) string {
	if b.native(g.Pkg.Pkg) {
		path := g.Pkg.Pkg.Path() + "." + g.Name()
		n, ok := b.session.natives[path]
		if !ok {
			if !b.Compiler.natives.Has(g.Pkg.Pkg.Path(), g.Name()) {
				b.refuse(b.pos, noVariable, "%s", path)
			}
			n = b.fresh("N", g.Name())
			set(&b.session, b.session.natives, path, n)
			b.declare(n, b.ty(g.Type()))
			b.initText = append(b.initText, fmt.Sprintf("%s = &%s.%s", n, b.importName(g.Pkg.Pkg), g.Name()))
		}
		return n
	}
	obj := g.Object()
	if obj == nil { // ssa's own, such as init$guard
		n, ok := b.guards[g]
		if !ok {
			n = b.fresh("G", g.Name())
			b.guards[g] = n
			b.declare(n, b.ty(g.Type().(*types.Pointer).Elem()))
		}
		return n
	}
	if n, ok := b.globals[obj]; ok {
		return n
	}
	if old := b.shared[obj]; old != nil {
		for b.shared[old] != nil {
			old = b.shared[old]
		}
		n, ok := b.globals[old]
		if !ok {
			n = b.newGlobal(old)
		}
		set(&b.session, b.globals, obj, n)
		return n
	}
	n := b.newGlobal(obj)
	if g.Pkg != b.pkg && !b.inits[g.Pkg.Pkg] { // a package compiled from source: its variables get their values when the text is loaded
		set(&b.session, b.inits, g.Pkg.Pkg, true)
		if init := g.Pkg.Func("init"); init != nil && init.Blocks != nil {
			b.unit.Init = append(b.unit.Init, b.name(init))
		}
	}
	return n
}

func (b *builder) newGlobal(obj types.Object) string {
	n := b.fresh("G", obj.Name())
	set(&b.session, b.globals, obj, n)
	b.declare(n, b.ty(obj.Type()))
	b.unit.Vars = append(b.unit.Vars, unit.Var{Slot: n, Name: obj.Name(), Type: b.id(obj.Type())})
	return n
}

// declare adds a package-level variable to the text.
func (b *builder) declare(name, typ string) {
	b.decls = append(b.decls, "var "+name+" "+typ)
	b.unit.Keep = true
}

// zero is a package variable that holds t's zero value and is never written.
func (b *builder) zero(t types.Type) string {
	s := b.ty(t)
	n, ok := b.zeros[s]
	if !ok {
		n = b.fresh("Z", "")
		set(&b.session, b.zeros, s, n)
		b.declare(n, s)
	}
	return n
}

// sorted gives the keys of m in order, so that text does not depend on map order.
func sorted[V any](m map[string]V) []string {
	ks := make([]string, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}
