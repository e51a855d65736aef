package check

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// types runs go/types on files in the session's package. The package's scope is
// empty before; above it stand the session's names that the files mention.
//
// The package's *Scope must stay the same pointer for all cells (go/types
// compares it with Object.Parent when it looks for endless instantiation), and
// the session's names must not be inside it (it would look for their syntax).
func (p *Program) types(u *Unit, files []*ast.File, declared map[string]bool) (*types.Info, []types.Error) {
	p.openScope(u, files, declared)
	info := newInfo()
	var errs []types.Error
	conf := types.Config{Importer: p.im, GoVersion: goVersion, Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			errs = append(errs, e)
		}
	}}
	_ = types.NewChecker(&conf, p.fset, p.pkg, info).Files(files) // errors went to conf.Error
	return info, errs
}

// openScope gives the package's scope a new content, and the names that files mention a place above it.
func (p *Program) openScope(u *Unit, files []*ast.File, declared map[string]bool) {
	above := types.NewScope(types.Universe, 0, 0, "session")
	*p.pkg.Scope() = *types.NewScope(above, 0, 0, "package main")
	var imports []*types.Package
	insert := func(o types.Object) {
		if pn, ok := o.(*types.PkgName); ok {
			imports = append(imports, pn.Imported())
		}
		above.Insert(o)
	}
	var sels map[string][]string // what is selected from names that nothing declares
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if id, ok := n.X.(*ast.Ident); ok {
					if sels == nil {
						sels = map[string][]string{}
					}
					sels[id.Name] = append(sels[id.Name], n.Sel.Name)
				}
			case *ast.Ident:
				if declared[n.Name] || above.Lookup(n.Name) != nil {
					return true
				}
				if o := u.lookup(n.Name); o != nil {
					insert(o)
				}
			}
			return true
		})
	}
	for name, s := range sels {
		if declared[name] || above.Lookup(name) != nil || u.hide[name] {
			continue
		}
		if o := p.importOnUse(name, s); o != nil {
			insert(o)
		}
	}
	slices.SortFunc(imports, func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
	p.pkg.SetImports(slices.Compact(imports)) // messages write a package's path where two have its name
}

// goVersion is the language version of cells.
const goVersion = "go1.26"

// lookup finds a session name: the unit's own names for this check, the cell's imports, the session's names, dot imports.
func (u *Unit) lookup(name string) types.Object {
	if u.hide[name] {
		return nil
	}
	if o := u.extra[name]; o != nil {
		return o
	}
	if o := u.imports[name]; o != nil {
		return o
	}
	if o := u.p.scope[name]; o != nil {
		return o
	}
	if ast.IsExported(name) {
		for _, dots := range [][]*types.Package{u.dots, u.p.dots} {
			for _, d := range dots {
				if o := d.Scope().Lookup(name); o != nil {
					return o
				}
			}
		}
	}
	return nil
}

// importOnUse gives the package that a cell means by name without an import line.
func (p *Program) importOnUse(name string, sels []string) *types.PkgName {
	if name == "unsafe" {
		return types.NewPkgName(0, p.pkg, name, types.Unsafe)
	}
	path := p.importPath(name, sels)
	if path == "" {
		return nil
	}
	pkg, err := p.im.Import(path)
	if err != nil {
		return nil
	}
	return types.NewPkgName(0, p.pkg, name, pkg)
}
