package interp

import (
	"context"
	"go/ast"
	"maps"
	"slices"

	"gokernel/interp/cell"
	"gokernel/interp/check"
	"gokernel/interp/unit"
)

// worthCompiling are the functions and methods of a cell that can take long: they loop, or mention others of the cell.
func worthCompiling(c *cell.Cell) (worth []string) {
	names := map[string]bool{}
	var funcs []*ast.FuncDecl
	for _, d := range c.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil && check.FuncKey(fd) != "" {
			names[fd.Name.Name] = true
			funcs = append(funcs, fd)
		}
	}
	for _, fd := range funcs {
		long := false
		ast.Inspect(fd.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				long = true
			case *ast.Ident:
				long = long || names[n.Name]
			}
			return !long
		})
		if long {
			worth = append(worth, check.FuncKey(fd))
		}
	}
	return worth
}

// called are the functions and methods that a cell's statements may call directly, as Reach knows them.
func called(c *cell.Cell) (names []string) {
	seen := map[string]bool{}
	add := func(n string) {
		if !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	for _, fd := range append([]*ast.FuncDecl{c.Body, c.Main}, c.Inits...) {
		if fd == nil {
			continue
		}
		ast.Inspect(fd.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				add(id.Name)
			}
			return true
		})
	}
	for _, d := range c.Decls { // methods, whatever they are called on
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil && seen[fd.Name.Name] {
			if k := check.FuncKey(fd); k != "" {
				add(k)
			}
		}
	}
	return names
}

// nativeFirst loads a prepared cell, waits until what it calls is native as far as it can be, and leaves the statements to be run.
func (s *Session) nativeFirst(ctx context.Context, p *prepared) *Error {
	run := *p.code
	code := *p.code
	code.Run, code.Forget = nil, nil
	code.Keep = true
	if err := s.proc.Load(ctx, &code); err != nil {
		p.release()
		s.retract(p)
		return internalError(err.Error())
	}
	p.release()
	p.release = func() {}
	p.code = &unit.Unit{Cell: run.Cell, Run: run.Run, Forget: run.Forget}
	seen := map[string]bool{}
	for level := p.calls; len(level) > 0; {
		var names []string
		reached := map[string][]check.TwinDecl{}
		for _, n := range level {
			if reach, _ := s.prog.Reach(n); reach != nil && !seen[n] {
				seen[n] = true
				names, reached[n] = append(names, n), reach.Decls
			}
		}
		failed, err := s.tier.await(ctx, names)
		if err != nil {
			return internalError(err.Error())
		}
		level = nil
		for _, n := range slices.Sorted(maps.Keys(failed)) {
			s.opts.Logf("%s stays interpreted: it %s", n, failed[n])
			for _, d := range reached[n] {
				if d.Code != nil {
					level = append(level, d.Key)
				}
			}
		}
	}
	return nil
}
