// Package forge makes real run-time types from a unit's type table: with
// names, methods, unexported and embedded fields, tags and comparison, laid out
// as the compiler and the linker of the running Go would. An interface value
// of a cell's type therefore is an ordinary Go interface value, and fmt,
// errors, json, reflect, sort and the runtime's own panic printer need no
// adapters.
//
// Every source type has two run-time forms of one memory layout:
//
//   - Out is exact. It is seen only inside interface values and in what is reachable from there.
//   - In is what core text declares: all fields exported, nothing embedded, no methods, because
//     yaegi works through reflect, which cannot set unexported fields.
//
// Since the layouts are equal at every depth, a value changes form when its
// type word is exchanged; pointers, slices, maps, channels and funcs keep their identity.
//
// A type to which a later cell adds a method gets a second version (Type.Replaces):
// values converted from then on have the new Out form, and every operation takes
// values of all versions for one type. Method signatures always name first versions, so
// that a method set made earlier still satisfies an interface made later.
//
// Types are never freed: values may exist anywhere. A named struct type with one
// method costs about 1.5 KB and two of 65,536 method slots of the process.
//
// The package depends on the descriptor layout of one Go minor version (abi.go) and on a few
// instructions for each architecture (slot_*.s). New refuses what it does not know, SelfTest
// shows that the layout is as expected.
package forge

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"gokernel/interp/unit"
)

// goVersion is the minor version whose descriptors abi.go mirrors.
const goVersion = "go1.26"

// World holds the types of one session. Add, Bind and Symbols are called by
// one goroutine at a time; operations that it made run anywhere, at any time.
type World struct {
	// Chan makes a channel statement of an op: what runs it on the address of its operands, a struct of type
	// operands. types are the channels' exact types, nil where the field's is. It must be set before a unit has such an op.
	Chan func(o unit.Op, types []reflect.Type, operands reflect.Type) (func(operands unsafe.Pointer), error)

	native     func(path, name string) reflect.Type
	types      map[unit.TypeID]*typ
	groups     map[string]*group
	groupCount int      // groups made so far
	words      sync.Map // Out type word -> *typ, for types that are more than a native one
	names      map[string]int32
	fields     map[fieldName]abiName
	blocks     map[blockShape]reflect.Type
	ops        map[reflect.Type]op
	stmts      map[reflect.Type]func(unsafe.Pointer)
	work       []func() error
	keep       []any // type words do not keep descriptors alive
	count      uint32
}

// typ is one entry of the type table.
type typ struct {
	unit.Type
	shape      reflect.Type // same size, pointers and kind, without names; nil until needed
	out, in    reflect.Type
	first      reflect.Type // out with first versions in place of later ones, for method signatures
	versioned  bool         // mentions a type with Replaces outside of named types
	group      *group
	valueTable []methodSlot // method table of T
	ptrTable   []methodSlot // method table of *T
}

// group is a source type: all its versions.
type group struct {
	id       int
	versions []*typ // oldest first
	multi    atomic.Bool
	latest   atomic.Pointer[typ]
	made     []*maker // conversions to interfaces, to be renewed with a new version
}

// New makes an empty World. native finds the type of a compiled package (path "net/http", name "Header"), or nil.
// The error is a plain sentence if this Go version or architecture is unknown.
func New(native func(path, name string) reflect.Type) (*World, error) {
	if err := supported(runtime.Version(), runtime.GOARCH); err != nil {
		return nil, err
	}
	return &World{
		native: native,
		types:  map[unit.TypeID]*typ{},
		groups: map[string]*group{},
		names:  map[string]int32{},
		fields: map[fieldName]abiName{},
		blocks: map[blockShape]reflect.Type{},
		ops:    map[reflect.Type]op{},
		stmts:  map[reflect.Type]func(unsafe.Pointer){},
	}, nil
}

func supported(version, arch string) error {
	switch {
	case slotStride == 0:
		return fmt.Errorf("cells cannot have their own types on %s: method entries exist for amd64 and arm64 only", arch)
	case version != goVersion && !strings.HasPrefix(version, goVersion+".") && !strings.HasPrefix(version, goVersion+"-") && !strings.HasPrefix(version, goVersion+"rc"):
		return fmt.Errorf("cells cannot have their own types: this program was built with %s, and only the type layout of %s is known", version, goVersion)
	}
	return nil
}

// Add forges new types. They may refer to each other and to earlier ones in any order.
// After an error none of them exists.
func (w *World) Add(ts []unit.Type) (err error) {
	for _, t := range ts {
		if t.ID == 0 || w.types[t.ID] != nil {
			err = fmt.Errorf("forge: type %d %q is there already", t.ID, t.Name)
			break
		}
		w.types[t.ID] = &typ{Type: t}
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("forge: %v", r)
		}
		if err != nil {
			w.work = nil
			for _, t := range ts {
				delete(w.types, t.ID)
			}
		}
	}()
	if err != nil {
		return err
	}
	for _, t := range ts {
		t := w.types[t.ID]
		w.form(t.ID, out)
		w.form(t.ID, in)
		if err := w.drain(); err != nil {
			return err
		}
	}
	for _, t := range ts { // only now: nothing can fail any more
		w.join(w.types[t.ID])
	}
	return nil
}

// Remove takes back types that were just added, because what came with them could not be loaded: their numbers may be given
// again. No value of them may exist.
func (w *World) Remove(ts []unit.Type) {
	for _, x := range ts {
		t := w.types[x.ID]
		if t == nil {
			continue
		}
		delete(w.types, x.ID)
		if g := t.group; g != nil && len(g.versions) > 0 && g.versions[len(g.versions)-1] == t {
			g.versions = g.versions[:len(g.versions)-1]
			if n := len(g.versions); n > 0 {
				g.latest.Store(g.versions[n-1])
				for _, m := range g.made {
					m.renew(g.versions[n-1])
				}
			}
			w.words.CompareAndDelete(word(t.out), t)
		}
		if g := t.group; g != nil && len(g.versions) == 0 {
			for k, have := range w.groups {
				if have == g {
					delete(w.groups, k)
					break
				}
			}
		}
	}
}

func (w *World) drain() error {
	for len(w.work) > 0 {
		f := w.work[0]
		w.work = w.work[1:]
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// Out is the exact form of a type, nil if there is none of that number.
func (w *World) Out(id unit.TypeID) reflect.Type {
	if t := w.types[id]; t != nil {
		return t.out
	}
	return nil
}

// In is the form that core text declares, nil if there is none of that number.
func (w *World) In(id unit.TypeID) reflect.Type {
	if t := w.types[id]; t != nil {
		return t.in
	}
	return nil
}

// Latest is the newest version of an Out form: what a value converted now would have.
func (w *World) Latest(t reflect.Type) reflect.Type {
	if f := w.forged(word(t)); f != nil {
		return f.group.latest.Load().out
	}
	return t
}

func (w *World) at(id unit.TypeID) *typ {
	t := w.types[id]
	if t == nil {
		panic(fmt.Sprintf("type %d is not in the table", id))
	}
	return t
}

// forged is the entry of an Out type word, nil for types that have no versions.
func (w *World) forged(word unsafe.Pointer) *typ {
	if v, ok := w.words.Load(word); ok {
		return v.(*typ)
	}
	return nil
}

// join puts a finished type into its group, and the pointer type to a named one into the pointer's, even if the
// table does not list it.
func (w *World) join(t *typ) {
	w.joinGroup(t)
	if t.Name != "" && t.Kind != unit.Kind(reflect.Interface) {
		w.joinGroup(&typ{
			Type: unit.Type{ID: -t.ID, Kind: unit.Kind(reflect.Pointer), Elem: t.ID},
			out:  reflect.PointerTo(t.out), in: reflect.PointerTo(t.in), shape: reflect.TypeFor[*int](),
		})
	}
}

func (w *World) joinGroup(t *typ) {
	g := w.groupOf(t)
	if n := len(g.versions); n > 0 && g.versions[n-1].out == t.out {
		return // an alias: the same source type under a second number
	}
	g.versions = append(g.versions, t)
	w.words.Store(word(t.out), t)
	g.latest.Store(t)
	if len(g.versions) > 1 {
		g.multi.Store(true)
		for _, m := range g.made {
			m.renew(t)
		}
	}
}

// groupOf finds or makes the group of t. Unnamed types belong together if they are written
// alike, with types of the same groups inside.
func (w *World) groupOf(t *typ) *group {
	if t.group != nil {
		return t.group
	}
	if t.Replaces != 0 {
		t.group = w.groupOf(w.at(t.Replaces))
		return t.group
	}
	key := w.groupKey(t)
	g := w.groups[key]
	if g == nil {
		w.groupCount++
		g = &group{id: w.groupCount}
		w.groups[key] = g
	}
	t.group = g
	return g
}

func (w *World) groupKey(t *typ) string {
	var b strings.Builder
	of := func(id unit.TypeID) { fmt.Fprintf(&b, " %d", w.groupOf(w.at(id)).id) }
	switch {
	case t.Kind == unit.Native:
		return "native " + t.Native
	case t.Name != "":
		return fmt.Sprintf("named %d", t.ID)
	}
	fmt.Fprintf(&b, "%d %d %d %v", t.Kind, t.Len, t.Dir, t.Variadic)
	switch reflect.Kind(t.Kind) {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		of(t.Elem)
	case reflect.Map:
		of(t.Key)
		of(t.Elem)
	case reflect.Func:
		for _, p := range t.Params {
			of(p)
		}
		b.WriteString(" :")
		for _, p := range t.Results {
			of(p)
		}
	case reflect.Struct:
		for _, f := range t.Fields {
			fmt.Fprintf(&b, " %q %q %q %v", f.Name, f.PkgPath, f.Tag, f.Embedded)
			of(f.Type)
		}
	case reflect.Interface:
		for _, m := range t.Methods {
			fmt.Fprintf(&b, " %q %q", m.Name, m.PkgPath)
			of(m.Sig)
		}
	}
	return b.String()
}
