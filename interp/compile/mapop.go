package compile

// m[k] op= y: the lookup, the operation and the store that ssa makes of it become one
// statement again, which yaegi runs in two thirds of the time.

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// mapOp is the operation that lookup in begins, nil if there is none: its value is used once, by an operation whose
// value is stored under the same key at once, and nothing that lies between can change the map.
func mapOp(in *ssa.Lookup) (*ssa.BinOp, *ssa.MapUpdate) {
	if in.CommaOk || len(*in.Referrers()) != 1 {
		return nil, nil
	}
	op, ok := (*in.Referrers())[0].(*ssa.BinOp)
	if !ok || op.X != ssa.Value(in) || op.Y == ssa.Value(in) || len(*op.Referrers()) != 1 || op.Block() != in.Block() {
		return nil, nil
	}
	switch op.Op {
	case token.ADD, token.SUB, token.MUL, token.AND, token.OR, token.XOR:
	default:
		return nil, nil
	}
	store, ok := (*op.Referrers())[0].(*ssa.MapUpdate)
	if !ok || store.Value != ssa.Value(op) || store.Map != in.X || store.Key != in.Index || store.Block() != in.Block() {
		return nil, nil
	}
	m := in.X.Type().Underlying().(*types.Map)
	if b, ok := m.Elem().Underlying().(*types.Basic); !ok || b.Info()&(types.IsInteger|types.IsString) == 0 || !strict(m.Key()) || isFloat(m.Key()) {
		return nil, nil
	}
	between := false
	for _, i := range in.Block().Instrs {
		switch {
		case i == ssa.Instruction(in):
			between = true
		case i == ssa.Instruction(store):
			return op, store
		case between && !harmless(i):
			return nil, nil
		}
	}
	return nil, nil
}

// harmless reports whether an instruction neither runs other code nor changes a map.
func harmless(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.BinOp:
		return !isIface(in.X.Type())
	case *ssa.UnOp:
		return in.Op != token.ARROW
	case *ssa.Convert, *ssa.ChangeType, *ssa.FieldAddr, *ssa.Field, *ssa.IndexAddr, *ssa.Index, *ssa.Extract, *ssa.DebugRef:
		return true
	case *ssa.Call:
		b, ok := in.Call.Value.(*ssa.Builtin)
		return ok && (b.Name() == "len" || b.Name() == "cap")
	}
	return false
}
