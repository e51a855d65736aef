// Package program compiles whole Go programs to units: what tests, benchmarks and the
// conformance run use to put a file of package main through the compiler.
package program

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"runtime"
	"sort"

	"gokernel/interp/compile"
	"gokernel/interp/guest"
	"gokernel/interp/symbols"
	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// Compile gives the unit of a program in one file. Errors are those of the parser, the
// checker (the first one) or a *compile.Refused.
func Compile(src []byte) (*unit.Unit, error) { return compileWith(src, false) }

// CompileTrusting is Compile without index checks (compile.Compiler.TrustIndex).
func CompileTrusting(src []byte) (*unit.Unit, error) { return compileWith(src, true) }

func compileWith(src []byte, trust bool) (*unit.Unit, error) {
	p, err := Load("cell 1", src)
	if err != nil {
		return nil, err
	}
	c := compile.New(Natives{})
	c.TrustIndex(trust)
	u, err := c.Compile(p.Cell())
	if err != nil {
		return nil, err
	}
	c.Commit()
	return u, nil
}

// Natives are the symbols of the worker.
type Natives struct{}

// Has implements compile.Natives.
func (Natives) Has(path, name string) bool {
	if path == "gokernel/interp/guest" {
		_, ok := guest.Symbols()["gokernel/interp/guest/guest"][name]
		return ok
	}
	if name == "" {
		return symbols.Package(path) != nil
	}
	return symbols.Has(path, name)
}

// A Program is a checked program and its SSA form.
type Program struct {
	Fset   *token.FileSet
	File   *ast.File
	Info   *types.Info
	Pkg    *types.Package
	Main   *ssa.Package
	own    map[*types.Package]bool
	locals map[token.Pos]int
	unread map[token.Pos]bool
}

// Load parses, checks and builds a program whose file is called name in positions.
func Load(name string, src []byte) (*Program, error) {
	p := &Program{Fset: token.NewFileSet(), own: map[*types.Package]bool{}}
	var err error
	p.File, err = parser.ParseFile(p.Fset, name, src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("parsing: %w", err)
	}
	p.Info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{}}
	imp := symbols.NewImporter(p.Fset)
	conf := types.Config{Importer: imp, Sizes: types.SizesFor("gc", runtime.GOARCH), GoVersion: "go1.26"}
	p.Pkg, err = conf.Check("main", p.Fset, []*ast.File{p.File}, p.Info)
	if err != nil {
		return nil, fmt.Errorf("checking: %w", err)
	}
	prog := ssa.NewProgram(p.Fset, ssa.InstantiateGenerics|ssa.BareInits|ssa.BuildSerially)
	done := map[*types.Package]bool{}
	var create func(ps []*types.Package)
	create = func(ps []*types.Package) {
		for _, t := range ps {
			if done[t] {
				continue
			}
			done[t] = true
			create(t.Imports())
			if s := imp.Source(t); s != nil {
				prog.CreatePackage(t, s.Files, s.Info, true)
				p.own[t] = true
			} else {
				prog.CreatePackage(t, nil, nil, true)
			}
		}
	}
	create(p.Pkg.Imports())
	p.own[p.Pkg] = true
	p.Main = prog.CreatePackage(p.Pkg, []*ast.File{p.File}, p.Info, false)
	p.Main.SetDebugMode(true) // for the order of evaluation
	prog.Build()
	p.numberLocals()
	p.unread = Unread(p.File)
	return p, nil
}

// Cell is the program as one cell: its initialiser, then main.
func (p *Program) Cell() compile.Cell {
	return compile.Cell{
		Number: 1, Fset: p.Fset, Prog: p.Main.Prog, Funcs: p.functions(),
		Own:  func(t *types.Package) bool { return p.own[t] },
		Init: p.Main.Func("init"), Body: p.Main.Func("main"),
		Unread: p.unread,
		Local:  func(t *types.TypeName) int { return p.locals[t.Pos()] },
	}
}

// functions are the declared functions and methods, in source order, also those that nothing calls: a later cell may.
func (p *Program) functions() []*ssa.Function {
	var fs []*ssa.Function
	for _, d := range p.File.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Name.Name == "_" || fd.Name.Name == "init" || fd.Name.Name == "main" && fd.Recv == nil {
			continue
		}
		o, ok := p.Info.Defs[fd.Name].(*types.Func)
		if !ok || o.Signature().TypeParams().Len() > 0 || o.Signature().RecvTypeParams().Len() > 0 {
			continue
		}
		if f := p.Main.Prog.FuncValue(o); f != nil {
			fs = append(fs, f)
		}
	}
	return fs
}

// numberLocals numbers the types that are declared in functions, in source order.
func (p *Program) numberLocals() {
	var at []token.Pos
	for _, o := range p.Info.Defs {
		tn, ok := o.(*types.TypeName)
		if !ok || tn.IsAlias() || tn.Parent() == nil || tn.Parent() == tn.Pkg().Scope() {
			continue
		}
		if _, ok := tn.Type().(*types.Named); ok {
			at = append(at, tn.Pos())
		}
	}
	sort.Slice(at, func(i, j int) bool { return at[i] < at[j] })
	p.locals = map[token.Pos]int{}
	for i, pos := range at {
		p.locals[pos] = i + 1
	}
}

// Unread finds `range *p` without a value, which does not look at *p although its SSA form loads it.
func Unread(f *ast.File) map[token.Pos]bool {
	r := map[token.Pos]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		rs, ok := n.(*ast.RangeStmt)
		if !ok || rs.Value != nil {
			return true
		}
		star, ok := ast.Unparen(rs.X).(*ast.StarExpr)
		if !ok {
			return true
		}
		r[star.Pos()] = true
		ast.Inspect(star, func(n ast.Node) bool {
			if _, ok := n.(*ast.CallExpr); ok { // then it does
				delete(r, star.Pos())
			}
			return true
		})
		return true
	})
	return r
}
