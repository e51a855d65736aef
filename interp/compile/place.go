package compile

// Places: the numbers by which text names source positions in messages, and what the
// statement there works on as the user wrote it (`results` in `results <- x`).

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// A placeKey is what makes two places of a cell the same.
type placeKey struct {
	pos token.Pos
	fn  *ssa.Function
}

// placeAt is the number of a position in fn; 0 if it lies in no cell (wrappers, packages compiled from source).
func (b *builder) placeAt(pos token.Pos, fn *ssa.Function) int {
	if !pos.IsValid() {
		return 0
	}
	k := placeKey{pos, fn}
	if n, ok := b.places[k]; ok {
		return n
	}
	p := b.cell.Fset.Position(pos)
	cell := 0
	if _, err := fmt.Sscanf(p.Filename, "cell %d", &cell); err != nil {
		b.places[k] = 0
		return 0
	}
	n := b.newPlace()
	b.places[k] = n
	b.unit.Places = append(b.unit.Places, unit.Place{ID: n, Cell: cell, Line: p.Line, Col: p.Column, Func: b.goName(fn)})
	return n
}

// newPlace is a number that no place of the session has.
func (b *builder) newPlace() int {
	b.next["place"]++
	return b.next["place"]
}

// place is the number of the place of the instruction being emitted.
func (f *function) place() int { return f.placeAt(f.pos, f.ssa) }

// placeOf is place, for a statement that works on what.
func (f *function) placeOf(what string) int {
	n := f.place()
	if n == 0 || what == "" {
		return n
	}
	for i := len(f.unit.Places) - 1; i >= 0; i-- {
		if p := &f.unit.Places[i]; p.ID == n {
			p.What = what
			break
		}
	}
	return n
}

// cellOf is the number of the cell that an object is declared in.
func (b *builder) cellOf(pos token.Pos) int {
	n := 0
	if _, err := fmt.Sscanf(b.cell.Fset.Position(pos).Filename, "cell %d", &n); err == nil {
		return n
	}
	return b.cell.Number
}

// operandAt is what the channel statement or the call at pos works on, as the user wrote it: the channel,
// one line for each case of a select, the receiver of a method call.
func (f *function) operandAt(pos token.Pos) string {
	root := syntaxOf(f.ssa)
	if root == nil {
		return ""
	}
	ops, ok := f.written[root]
	if !ok {
		ops = operandsIn(root)
		f.written[root] = ops
	}
	return ops[pos]
}

// syntaxOf is the syntax of the declared function that fn is or lies in, nil if it has none.
func syntaxOf(fn *ssa.Function) ast.Node {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return fn.Syntax()
}

// operandsIn finds the operands of all channel statements and method calls in a function's syntax.
func operandsIn(root ast.Node) map[token.Pos]string {
	r := map[token.Pos]string{}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SendStmt:
			r[n.Arrow] = types.ExprString(n.Chan)
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				r[n.OpPos] = types.ExprString(n.X)
			}
		case *ast.RangeStmt:
			r[n.For] = types.ExprString(n.X)
		case *ast.SelectStmt:
			var cases []string
			for _, c := range n.Body.List {
				if s := commOperand(c.(*ast.CommClause).Comm); s != "" {
					cases = append(cases, s)
				}
			}
			r[n.Select] = strings.Join(cases, "\n")
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				r[n.Lparen] = types.ExprString(s.X)
			}
		}
		return true
	})
	return r
}

// commOperand is the channel of a select's case, "" for default.
func commOperand(s ast.Stmt) string {
	var x ast.Expr
	switch s := s.(type) {
	case *ast.SendStmt:
		return types.ExprString(s.Chan)
	case *ast.ExprStmt:
		x = s.X
	case *ast.AssignStmt:
		x = s.Rhs[0]
	}
	if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok {
		return types.ExprString(u.X)
	}
	return ""
}

// goName is the name of fn in Go's traces: main.worker, main.(*T).M, main.main.func1.
func (b *builder) goName(fn *ssa.Function) string {
	if fn == b.cell.Body {
		return "main.main"
	}
	if p := fn.Parent(); p != nil {
		return b.literalName(fn, p)
	}
	name, _, _ := strings.Cut(fn.Name(), "[")
	pkg := "main"
	if o := fn.Object(); o != nil && o.Pkg() != nil {
		pkg = o.Pkg().Path()
	}
	if r := fn.Signature.Recv(); r != nil {
		if t, star, ok := receiver(r.Type()); ok {
			tn := t.Obj().Name()
			if t.TypeArgs().Len() > 0 {
				tn += "[...]"
			}
			if star {
				tn = "(*" + tn + ")"
			}
			return pkg + "." + tn + "." + name
		}
	}
	if len(fn.TypeArgs()) > 0 {
		name += "[...]"
	}
	return pkg + "." + name
}

// literalName: function literals are numbered; the bodies of range-over-func loops have a series of their own.
func (b *builder) literalName(fn, p *ssa.Function) string {
	ranges := fn.Synthetic == "range-over-func yield"
	n := 0
	for _, a := range p.AnonFuncs {
		if (a.Synthetic == "range-over-func yield") == ranges {
			n++
		}
		if a == fn {
			break
		}
	}
	switch {
	case ranges:
		return fmt.Sprintf("%s-range%d", b.goName(p), n)
	case p.Parent() != nil:
		return fmt.Sprintf("%s.%d", b.goName(p), n)
	}
	return fmt.Sprintf("%s.func%d", b.goName(p), n)
}

// receiver is the named type of a receiver, and whether it is a pointer to it.
func receiver(t types.Type) (*types.Named, bool, bool) {
	t, star := types.Unalias(t), false
	if p, ok := t.(*types.Pointer); ok {
		t, star = types.Unalias(p.Elem()), true
	}
	n, ok := t.(*types.Named)
	return n, star, ok
}
