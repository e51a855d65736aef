package compile

// The order of evaluation. Within a statement the language fixes the order of calls, receives and logical
// operators only; when a variable is read beside them is left to the implementation (spec, "Order of
// evaluation"). go/ssa reads it where it stands, the Go compiler after the calls of the statement, and so
// does a cell: f(&x) beside x shows the new value in both. What the Go compiler evaluates where it stands
// stays there: calls, receives, len and cap, slice expressions, make, most type assertions.
//
// The instructions of such a statement are told by the debug references that package check asks go/ssa for
// where it matters; they are removed here.

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// reorder brings the instructions of fn into the order of the Go compiler and removes its debug references.
func reorder(fn *ssa.Function) {
	var stmts map[token.Pos]int
	for _, b := range fn.Blocks {
		refs := false
		for _, in := range b.Instrs {
			if _, ok := in.(*ssa.DebugRef); ok {
				refs = true
				break
			}
		}
		if !refs {
			continue
		}
		if stmts == nil {
			stmts = statements(fn.Syntax())
		}
		reorderBlock(b, stmts)
	}
}

// statements numbers the statements of a function and gives the number for each position of an expression that
// belongs to one directly: the condition of a for statement does, its body has statements of its own.
func statements(syntax ast.Node) map[token.Pos]int {
	at := map[token.Pos]int{}
	n := 0
	var stack []int
	visit := func(x ast.Node) bool {
		if x == nil {
			stack = stack[:len(stack)-1]
			return false
		}
		cur := 0
		if len(stack) > 0 {
			cur = stack[len(stack)-1]
		}
		if _, ok := x.(ast.Stmt); ok {
			n++
			cur = n
		}
		switch x := x.(type) {
		case *ast.FuncLit:
			if ast.Node(x) != syntax { // another function
				at[x.Pos()] = cur
				return false
			}
		case *ast.CallExpr:
			at[x.Lparen] = cur
		case *ast.BinaryExpr:
			at[x.OpPos] = cur
		case *ast.IndexExpr:
			at[x.Lbrack] = cur
		case *ast.SliceExpr:
			at[x.Lbrack] = cur
		case *ast.CompositeLit:
			at[x.Lbrace] = cur
		case *ast.TypeAssertExpr:
			at[x.Lparen] = cur
		case *ast.AssignStmt:
			at[x.TokPos] = cur
		}
		if e, ok := x.(ast.Expr); ok {
			at[e.Pos()] = cur
		}
		stack = append(stack, cur)
		return true
	}
	if syntax != nil {
		ast.Inspect(syntax, visit)
	}
	return at
}

// A schedule is a block whose instructions are being put in order.
type schedule struct {
	out     []ssa.Instruction
	waiting []ssa.Instruction // in their old order
	waits   map[ssa.Instruction]bool
}

func reorderBlock(b *ssa.BasicBlock, at map[token.Pos]int) {
	ins, stmt := withoutRefs(b, at)
	last := make([]bool, len(ins)) // whether a call of the same statement follows
	calls := 0
	for i := len(ins) - 1; i >= 0; i-- {
		last[i] = stmt[i] != 0 && calls == stmt[i]
		if changesMemory(ins[i]) {
			calls = stmt[i]
		}
	}
	s := &schedule{out: make([]ssa.Instruction, 0, len(ins)), waits: map[ssa.Instruction]bool{}}
	now := 0
	for i, in := range ins {
		if stmt[i] != now {
			s.flush()
			now = stmt[i]
		}
		late := evaluatedLate(in)
		st, isStore := in.(*ssa.Store)
		switch {
		case last[i] && (late || isStore && literal(st.Addr) != nil):
			s.waiting = append(s.waiting, in)
			s.waits[in] = true
		case late, inPlace(in, last[i]):
			s.emit(in)
		default:
			s.flush()
			s.out = append(s.out, in)
		}
	}
	s.flush()
	b.Instrs = s.out
}

// withoutRefs gives the instructions of b that are no debug references, each with the number of its statement.
func withoutRefs(b *ssa.BasicBlock, at map[token.Pos]int) (ins []ssa.Instruction, stmt []int) {
	known := map[ssa.Value]int{}
	for _, in := range b.Instrs {
		ref, ok := in.(*ssa.DebugRef)
		if !ok {
			ins = append(ins, in)
			continue
		}
		if v, ok := ref.X.(ssa.Instruction); ok && v.Block() == b {
			if _, ok := known[ref.X]; !ok { // later ones are of variables that the value was assigned to
				known[ref.X] = at[ref.Expr.Pos()]
			}
		}
		if ref.X == nil {
			continue
		}
		if rs := ref.X.Referrers(); rs != nil {
			for k, r := range *rs {
				if r == in {
					*rs = append((*rs)[:k:k], (*rs)[k+1:]...)
					break
				}
			}
		}
	}
	stmt = make([]int, len(ins))
	next := 0
	for i := len(ins) - 1; i >= 0; i-- {
		if v, ok := ins[i].(ssa.Value); ok && known[v] != 0 {
			next = known[v]
		} else if n := at[ins[i].Pos()]; n != 0 {
			next = n
		}
		stmt[i] = next // others belong to what follows
	}
	return ins, stmt
}

// changesMemory reports whether in is evaluated in order and what waits may look different after it.
func changesMemory(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Call:
		b, ok := in.Call.Value.(*ssa.Builtin)
		if !ok {
			return true
		}
		switch b.Name() {
		case "append", "copy", "clear", "delete", "close", "recover":
			return true
		}
	case *ssa.UnOp:
		return in.Op == token.ARROW
	}
	return false
}

// evaluatedLate reports whether the Go compiler evaluates in after the calls of its statement, where nothing needs it before.
func evaluatedLate(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeInterface:
		return true
	case *ssa.UnOp:
		return in.Op != token.ARROW && !copiedFirst(in)
	case *ssa.Field, *ssa.Index, *ssa.BinOp, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.Extract, *ssa.SliceToArrayPointer, *ssa.MakeClosure:
		return !copiedFirst(in.(ssa.Value))
	case *ssa.Lookup:
		return !in.CommaOk && !copiedFirst(in)
	case *ssa.Convert:
		_, slice := in.Type().Underlying().(*types.Slice)
		return !slice && !copiedFirst(in)
	case *ssa.Slice:
		return literal(in.X) != nil
	}
	return false
}

// copiedFirst reports whether v is copied where it stands because an interface will hold it: for most types that
// are no single word the runtime wants an address, and v has none.
func copiedFirst(v ssa.Value) bool {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		if a := literal(u.X); a == nil || a.Heap { // a variable
			return false
		}
	}
	for _, r := range *v.Referrers() {
		if _, ok := r.(*ssa.MakeInterface); ok {
			return boxedByAddress(v.Type())
		}
	}
	return false
}

// boxedByAddress reports whether the runtime copies values of t into interfaces by their address.
func boxedByAddress(t types.Type) bool {
	if pointerShaped(t) {
		return false
	}
	switch sizes.Sizeof(t) {
	case 2, 4, 8:
		if sizes.Alignof(t) == sizes.Sizeof(t) {
			return false
		}
	}
	for {
		switch u := t.Underlying().(type) {
		case *types.Struct:
			if u.NumFields() != 1 {
				return true
			}
			t = u.Field(0).Type()
			continue
		case *types.Array:
			if u.Len() != 1 {
				return true
			}
			t = u.Elem()
			continue
		case *types.Slice:
			return false
		case *types.Basic:
			return u.Info()&types.IsString == 0
		}
		return true
	}
}

// inPlace reports whether in is evaluated where it stands and leaves alone what waits.
func inPlace(in ssa.Instruction, callFollows bool) bool {
	switch in := in.(type) {
	case *ssa.Call, *ssa.Phi, *ssa.Alloc, *ssa.Slice, *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan, *ssa.TypeAssert, *ssa.Lookup:
		return true
	case *ssa.MapUpdate: // of a literal: assignments have no call after them
		return callFollows
	case *ssa.UnOp, *ssa.Convert:
		return true
	case ssa.Value:
		return copiedFirst(in)
	}
	return false
}

// literal is the memory of the composite literal or argument list that address v lies in, nil if it is other memory.
func literal(v ssa.Value) *ssa.Alloc {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return literal(v.X)
	case *ssa.IndexAddr:
		return literal(v.X)
	case *ssa.Alloc:
		switch v.Comment {
		case "complit", "slicelit", "varargs":
			return v
		}
	}
	return nil
}

// emit gives in its place now, after what it needs.
func (s *schedule) emit(in ssa.Instruction) {
	if len(s.waits) > 0 {
		s.need(in)
	}
	s.out = append(s.out, in)
}

// need emits what waits and in needs: its operands, and the elements of literals that it reads.
func (s *schedule) need(in ssa.Instruction) {
	_, isStore := in.(*ssa.Store)
	for k, op := range in.Operands(nil) {
		if *op == nil {
			continue
		}
		if d, ok := (*op).(ssa.Instruction); ok && s.waits[d] {
			s.release(d)
		}
		switch in.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr:
			continue // an address of an element is no use of the others
		}
		if isStore && k == 0 {
			continue
		}
		if a := literal(*op); a != nil {
			for _, w := range append([]ssa.Instruction{}, s.waiting...) {
				if st, ok := w.(*ssa.Store); ok && s.waits[w] && literal(st.Addr) == a {
					s.release(w)
				}
			}
		}
	}
}

// release emits an instruction that waits.
func (s *schedule) release(in ssa.Instruction) {
	delete(s.waits, in)
	s.need(in)
	s.out = append(s.out, in)
}

// flush emits everything that waits.
func (s *schedule) flush() {
	for _, in := range s.waiting {
		if s.waits[in] {
			s.release(in)
		}
	}
	s.waiting = s.waiting[:0]
}
