package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"gokernel/interp/cell"
)

// TwinOfCall is the Twin of a single call that stands in cell number: that of function of the package at path with
// the string arg as its first argument. The other statements of the cell are left out.
func (p *Program) TwinOfCall(number int, text, path, function, arg string) (*Twin, error) {
	fset := token.NewFileSet()
	c, err := cell.Parse(fset, number, text)
	if err != nil {
		return nil, err
	}
	call := p.callOf(c, path, function, arg)
	if call == nil {
		return nil, fmt.Errorf("the cell has no call of %s with %q", function, arg)
	}
	from, _ := c.Offset(call.Pos())
	to, _ := c.Offset(call.End())
	b := []byte(text)
	for _, s := range statementsOf(c) {
		first, ok := c.Offset(s.Pos())
		last, known := c.Offset(s.End())
		if !ok || !known {
			return nil, fmt.Errorf("the cell's text has no place for %s", function)
		}
		for i := first; i < last; i++ {
			if (i < from || i >= to) && b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	t, diags := p.Twin(number, string(b))
	if len(diags) > 0 {
		return nil, fmt.Errorf("the call of %s by itself: %s", function, diags[0].Msg)
	}
	return t, nil
}

// statementsOf are the statements of a cell, and its package-level variables, which have initial values.
func statementsOf(c *cell.Cell) (all []ast.Node) {
	if c.Body != nil {
		for _, s := range c.Body.Body.List {
			all = append(all, s)
		}
	}
	for _, v := range c.Vars {
		all = append(all, v)
	}
	return all
}

func (p *Program) callOf(c *cell.Cell, path, function, arg string) (found *ast.CallExpr) {
	for _, s := range statementsOf(c) {
		ast.Inspect(s, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || found != nil || len(call.Args) == 0 {
				return found == nil
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != function {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			lit, isLit := call.Args[0].(*ast.BasicLit)
			if !ok || !isLit || lit.Kind != token.STRING || p.packageOf(c, pkg.Name, function) != path {
				return true
			}
			if value, err := strconv.Unquote(lit.Value); err == nil && value == arg {
				found = call
			}
			return true
		})
	}
	return found
}

// packageOf is the path of the package that a cell calls name.
func (p *Program) packageOf(c *cell.Cell, name, member string) string {
	for _, s := range c.Imports {
		path, _ := strconv.Unquote(s.Path.Value)
		if s.Name != nil && s.Name.Name == name || s.Name == nil && path[strings.LastIndexByte(path, '/')+1:] == name {
			return path
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if pkg, ok := p.scope[name].(*types.PkgName); ok {
		return pkg.Imported().Path()
	}
	return p.importPath(name, []string{member})
}
