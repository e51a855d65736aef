package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// orderMatters reports whether declarations hold a statement that reads a variable, or an element, beside a
// later call or receive: then the compiler must know which instructions belong to one statement.
func orderMatters(decls []ast.Decl, info *types.Info) bool {
	o := &evaluation{info: info}
	for _, d := range decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				o.operands(append(n.Lhs[:len(n.Lhs):len(n.Lhs)], n.Rhs...))
			case *ast.ReturnStmt:
				o.operands(n.Results)
			case *ast.SendStmt:
				o.operands([]ast.Expr{n.Chan, n.Value})
			case *ast.BinaryExpr:
				o.operands([]ast.Expr{n.X, n.Y})
			case *ast.CallExpr:
				o.operands(append([]ast.Expr{n.Fun}, n.Args...))
			case *ast.CompositeLit:
				o.operands(n.Elts)
			case *ast.KeyValueExpr:
				o.operands([]ast.Expr{n.Key, n.Value})
			case *ast.IndexExpr:
				o.operands([]ast.Expr{n.X, n.Index})
			case *ast.SliceExpr:
				o.operands([]ast.Expr{n.X, n.Low, n.High, n.Max})
			}
			return !o.matters
		})
	}
	return o.matters
}

// An evaluation looks at lists of operands.
type evaluation struct {
	info    *types.Info
	matters bool
}

// operands notes whether one of es reads something and a later one calls.
func (o *evaluation) operands(es []ast.Expr) {
	reads := false
	for _, e := range es {
		if e == nil {
			continue
		}
		r, calls := o.look(e)
		if reads && calls {
			o.matters = true
			return
		}
		reads = reads || r
	}
}

// look reports whether evaluating e reads variables outside the calls in it, and whether it calls or receives.
func (o *evaluation) look(e ast.Expr) (reads, calls bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			_, v := o.info.Uses[n].(*types.Var)
			reads = reads || v
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				calls = true
				return false
			}
		case *ast.CallExpr:
			switch f := o.info.Types[n.Fun]; {
			case f.IsType():
				return true
			case f.IsBuiltin():
				switch f, _ := ast.Unparen(n.Fun).(*ast.Ident); {
				case f == nil || f.Name == "append" || f.Name == "copy":
					calls = true
				}
				return true
			}
			calls = true
			return false
		}
		return true
	})
	return reads, calls
}
