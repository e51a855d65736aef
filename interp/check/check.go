// Package check knows the types of a session: one types.Package and one scope
// for all cells, checked cell by cell with go/types, and the go/ssa program of
// each cell. Diagnostics, completion and inspection answer from the same state.
//
// How it works (files in brackets):
//
//   - There is one *types.Package with one *types.Scope. Before each check the
//     scope gets a new, empty content (an exported struct may be assigned), above
//     which stands a scope with just those session names that the cell
//     mentions. So cost follows the cell and not the session, a failed cell
//     leaves nothing behind, and messages say T and not main.T. Names stand above
//     the package's scope because go/types expects syntax for every type name
//     inside it. [types.go]
//   - Statements are the body of a function. Its := and var are checked as local
//     variables, with Go's own errors; afterwards they become assignments to
//     package-level variables, in the syntax and in what go/ssa is told. [body.go]
//   - Every declaration is kept with its syntax and what it mentions. When
//     something it mentions changes, it is checked and compiled again together
//     with the cell that changed it. [decl.go, depend.go]
//   - Methods for types of earlier cells are checked as functions and added to
//     the type. [late.go]
//   - Each cell gets an ssa.Program of its own in which everything earlier is a
//     stub. [ssa.go, stubs.go]
//   - What is shown to the user is the Go compiler's text and place. [diag.go, wording.go]
//   - Text that is being typed is made into something that parses and is checked in
//     the same scope, with errors ignored. [partial.go; complete.go, candidates.go,
//     expect.go; inspect.go]
//
// Locking: everything of go/types is guarded by Program.mu, also what units
// hold, since reading lazily imported packages changes them. Exported methods of
// Program and Unit take the lock for as long as they run; Lock and Unlock are
// for a caller that compiles a unit. No method blocks on anything but the lock,
// so completion waits a few milliseconds at most while a cell is being compiled
// and not at all while it runs.
package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sync"

	"gokernel/interp/symbols"
)

// GuestPath is the package whose function Show takes the value of a cell's last expression.
const GuestPath = "gokernel/interp/guest"

// Reached is the name of the hidden variable that counts completed top-level declarations of a running cell.
const reachedName = "reached·"

// Program is the Go program that the cells of a session make up.
type Program struct {
	mu   sync.Mutex
	fset *token.FileSet
	im   *symbols.Importer
	pkg  *types.Package

	show    *types.Func
	reached *types.Var
	prelude map[string]string // names of packages that are known without an import line -> path

	scope   map[string]types.Object // what the session's names mean: types.PkgName for imports
	dots    []*types.Package        // dot imports
	decls   map[string]*decl        // by key
	users   map[string]map[*decl]bool
	gens    map[types.Object]*decl // generic functions, and methods of generic types
	lost    map[string]*types.Var  // variables lost in a restart: their slots are there
	muted   map[*decl]*muted       // methods that mention lost variables
	gone    map[string]gone        // names that are no more, or never came to be
	homes   map[string]int         // the cell that declares a variable or import
	slots   map[*types.Var]bool    // every variable that has had a slot
	running map[string]*types.Var  // variables of the cells that run
	texts   map[int]string         // source of cells, for diagnostics and traces
	sweepAt int                    // how many texts there may be before old ones are forgotten

	localNumber map[token.Pos]int // where local types are declared -> their numbers in source order
	sources     map[*types.Package]*sourcePackage

	// Reemit is how many callers of a redefined function are compiled again at most; more
	// reach the new one through the old one, at five times the cost of a call.
	Reemit int
}

// gone says what became of a name.
type gone struct {
	cell int
	why  string
}

// New makes an empty program. prelude are packages that cells know without an import line: name -> path.
func New(fset *token.FileSet, im *symbols.Importer, prelude map[string]string) *Program {
	p := &Program{fset: fset, im: im, prelude: prelude, Reemit: 20}
	p.pkg = types.NewPackage("main", "main")
	guest := types.NewPackage(GuestPath, "guest")
	values := types.NewSlice(types.Universe.Lookup("any").Type())
	p.show = types.NewFunc(0, guest, "Show", types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewParam(0, guest, "values", values)), nil, true))
	p.reached = types.NewVar(0, p.pkg, reachedName, types.Typ[types.Int])
	p.clear()
	return p
}

func (p *Program) clear() {
	p.scope = map[string]types.Object{reachedName: p.reached}
	p.dots = nil
	p.decls = map[string]*decl{}
	p.users = map[string]map[*decl]bool{}
	p.gens = map[types.Object]*decl{}
	p.lost = map[string]*types.Var{}
	p.muted = map[*decl]*muted{}
	p.homes = map[string]int{}
	p.running = map[string]*types.Var{}
	p.localNumber = map[token.Pos]int{}
	if p.gone == nil {
		p.gone = map[string]gone{}
		p.texts, p.sweepAt = map[int]string{}, 4000
		p.slots = map[*types.Var]bool{}
		p.sources = map[*types.Package]*sourcePackage{}
	}
}

// Lock excludes every other use of the program's types until Unlock; for a caller that reads types of a Unit.
func (p *Program) Lock() { p.mu.Lock() }

// Unlock ends what Lock began.
func (p *Program) Unlock() { p.mu.Unlock() }

// Reset forgets all names; number is the cell that asked for it.
func (p *Program) Reset(number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := range p.scope {
		p.gone[n] = gone{number, "was deleted by the reset in cell %d"}
	}
	p.clear()
}

// Text is the source of a cell, "" if it is not kept.
func (p *Program) Text(number int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.texts[number]
}

// keepText remembers a cell's source; old cells that declare nothing are forgotten.
func (p *Program) keepText(number int, text string) {
	p.texts[number] = text
	const most = 2000
	if len(p.texts) < p.sweepAt {
		return
	}
	declares := map[int]bool{}
	for _, d := range p.decls {
		declares[d.cell] = true
	}
	for n := range p.texts {
		if n < number-most && !declares[n] {
			delete(p.texts, n)
		}
	}
	p.sweepAt = 2*len(p.texts) + most // a sweep costs as much as there is: not each time
}

// ReachedVar is the variable that tells how many top-level declarations the running cell has completed.
func (p *Program) ReachedVar() types.Object { return p.reached }

// Knows says whether name means something in the session or to the language.
func (p *Program) Knows(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.scope[name] != nil || p.running[name] != nil || types.Universe.Lookup(name) != nil
}

// Declaring says whether a cell that runs is about to declare the variable.
func (p *Program) Declaring(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running[name] != nil
}

// Own tells the packages that are compiled to text from those that are native.
func (p *Program) Own(pkg *types.Package) bool {
	return pkg == p.pkg || pkg != nil && p.sourceOf(pkg) != nil
}

// Fset is where positions of all cells are found.
func (p *Program) Fset() *token.FileSet { return p.fset }

// VariableInfo is a session variable.
type VariableInfo struct {
	Name string
	Var  *types.Var
	Type string
	Cell int // that declared it
}

// Variables lists the session's variables by name, those of the running cell too.
func (p *Program) Variables() []VariableInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]*types.Var{}
	for n, o := range p.scope {
		if v, ok := o.(*types.Var); ok && v != p.reached {
			all[n] = v
		}
	}
	maps.Copy(all, p.running)
	var r []VariableInfo
	for _, n := range slices.Sorted(maps.Keys(all)) {
		r = append(r, VariableInfo{n, all[n], types.TypeString(all[n].Type(), p.qualify), p.homes[n]})
	}
	return r
}

// NameInfo is a session name of any kind.
type NameInfo struct {
	Name, Kind, Type string // kind: var, func, type, const, import
	Cell             int
}

// Names lists everything that the session's cells have declared, by name.
func (p *Program) Names() []NameInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	var r []NameInfo
	for _, n := range slices.Sorted(maps.Keys(p.scope)) {
		if n == reachedName {
			continue
		}
		i := NameInfo{Name: n, Cell: p.homes[n]}
		if d := p.decls[n]; d != nil {
			i.Cell = d.cell
		}
		switch o := p.scope[n].(type) {
		case *types.Var:
			i.Kind, i.Type = "var", types.TypeString(o.Type(), p.qualify)
		case *types.Func:
			i.Kind, i.Type = "func", types.TypeString(o.Type(), p.qualify)
		case *types.TypeName:
			i.Kind, i.Type = "type", types.TypeString(o.Type().Underlying(), p.qualify)
		case *types.Const:
			i.Kind, i.Type = "const", "= "+o.Val().String()
			if b, ok := o.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
				i.Type = types.TypeString(o.Type(), p.qualify) + " " + i.Type
			}
		case *types.PkgName:
			i.Kind, i.Type = "import", o.Imported().Path()
		}
		r = append(r, i)
	}
	return r
}

// qualify names packages as messages do: session types stand alone.
func (p *Program) qualify(pkg *types.Package) string {
	if pkg == p.pkg {
		return ""
	}
	return pkg.Name()
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
}

// importPath gives the package that cells mean by name without an import line, nil for
// none. sels are the names that are selected from it: of packages with one name, the first that has them all.
func (p *Program) importPath(name string, sels []string) string {
	if path := p.prelude[name]; path != "" {
		return path
	}
	paths := symbols.PathsOf(name)
	if len(paths) == 0 {
		return ""
	}
	for _, path := range paths {
		if len(paths) == 1 || len(sels) == 0 {
			return path
		}
		pkg, err := p.im.Import(path)
		if err != nil {
			continue
		}
		all := true
		for _, s := range sels {
			all = all && pkg.Scope().Lookup(s) != nil
		}
		if all {
			return path
		}
	}
	return paths[0]
}
