package check

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"gokernel/interp/symbols"
)

// readImports makes the names that the cell's import declarations bring.
func (u *Unit) readImports() *Diagnostic {
	p := u.p
	for _, s := range u.c.Imports {
		fail := func(msg string) *Diagnostic {
			d := p.diagnostic(u.c, s.Path.Pos(), msg)
			return &d
		}
		path, err := strconv.Unquote(s.Path.Value)
		if err != nil || path == "" {
			return fail("invalid import path: " + s.Path.Value)
		}
		if path == "C" {
			return fail(`import "C" is not possible in a cell: there is no C compiler behind it`)
		}
		if path != "unsafe" && !p.im.Offers(path) {
			return fail(unknownPackage(path))
		}
		pkg, err := p.im.Import(path)
		if err != nil {
			return fail(unknownPackage(path))
		}
		name := pkg.Name()
		if s.Name != nil {
			name = s.Name.Name
		}
		switch name {
		case "_":
		case ".":
			u.dots = append(u.dots, pkg)
		case "init":
			return fail("cannot import package as init - init must be a func")
		default:
			if was := u.imports[name]; was != nil && was.Imported() != pkg {
				return fail(fmt.Sprintf("%s redeclared in this block", name))
			}
			u.imports[name] = types.NewPkgName(s.Pos(), p.pkg, name, pkg)
		}
	}
	return nil
}

// unknownPackage is what the go command says about an import that it cannot find.
func unknownPackage(path string) string {
	if symbols.LeftOut(path) {
		return "package " + path + " is not available in cells"
	}
	if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
		return "no required module provides package " + path + "; cells can import the standard library and golang.org/x/sync"
	}
	if strings.HasPrefix(path, "internal/") || strings.Contains(path, "/internal/") {
		return "use of internal package " + path + " not allowed"
	}
	return "package " + path + " is not in std"
}
