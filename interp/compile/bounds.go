package compile

// What is known of indexes without looking: lower bounds, and that an index is below a
// length, from the conditions that dominate it.

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"

	"golang.org/x/tools/go/ssa"
)

// lower is a lower bound of v, math.MinInt64 if none is known. A counter that overflows is not foreseen: it
// faults in yaegi all the same.
func lower(v ssa.Value, seen map[ssa.Value]bool) int64 {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil {
			if k, ok := constant.Int64Val(constant.ToInt(v.Value)); ok {
				return k
			}
		}
	case *ssa.Phi:
		if seen[v] {
			return math.MaxInt64 // the cycle adds nothing below its start
		}
		seen[v] = true
		r := int64(math.MaxInt64)
		for _, e := range v.Edges {
			r = min(r, lower(e, seen))
		}
		delete(seen, v)
		if r < 0 && r != math.MinInt64 && !onlyGrows(v) {
			return math.MinInt64
		}
		return r
	case *ssa.BinOp:
		x, y := lower(v.X, seen), lower(v.Y, seen)
		switch v.Op {
		case token.ADD:
			switch {
			case x == math.MinInt64 || y == math.MinInt64:
				return math.MinInt64
			case x == math.MaxInt64 || y == math.MaxInt64:
				if x < 0 || y < 0 { // a counter that shrinks
					return math.MinInt64
				}
				return math.MaxInt64
			}
			return x + y
		case token.SUB:
			if c, ok := smallConst(v.Y); ok && wide(v) && x != math.MinInt64 && x != math.MaxInt64 {
				return x - c
			}
		case token.MUL, token.QUO, token.SHR:
			if x >= 0 && y >= 0 {
				return 0
			}
		case token.REM:
			if x >= 0 {
				return 0
			}
		case token.AND:
			if x >= 0 || y >= 0 {
				return 0
			}
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap" || b.Name() == "copy") {
			return 0
		}
	case *ssa.Convert:
		if b, ok := v.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 && sizes.Sizeof(b) < 8 {
			if to, ok := v.Type().Underlying().(*types.Basic); ok && sizes.Sizeof(to) > sizes.Sizeof(b) {
				return 0
			}
		}
	case *ssa.Extract:
		if n, ok := v.Tuple.(*ssa.Next); ok && n.IsString && v.Index == 1 {
			return 0
		}
	}
	return math.MinInt64
}

// onlyGrows reports whether p is itself plus a constant that is not negative along every way round the loop.
func onlyGrows(p *ssa.Phi) bool {
	for _, e := range p.Edges {
		switch e := e.(type) {
		case *ssa.Const:
		case *ssa.BinOp:
			k, ok := e.Y.(*ssa.Const)
			if e.Op != token.ADD || e.X != ssa.Value(p) || !ok || constant.Sign(k.Value) < 0 {
				return false
			}
		default:
			if e != ssa.Value(p) {
				return false
			}
		}
	}
	return true
}

func nonNegative(v ssa.Value) bool { return lower(v, map[ssa.Value]bool{}) >= 0 }

// nonNegativeAt reports whether i >= 0 is known at block b, also from dominating conditions.
func nonNegativeAt(i ssa.Value, b *ssa.BasicBlock) bool { return atLeast(i, 0, b) }

// atLeast reports whether i >= k is known at block b.
func atLeast(i ssa.Value, k int64, b *ssa.BasicBlock) bool {
	if l := lower(i, map[ssa.Value]bool{}); l >= k && l != math.MinInt64 {
		return true
	}
	if a, ok := i.(*ssa.BinOp); ok && wide(a) {
		c, isConst := smallConst(a.Y)
		switch {
		case a.Op == token.ADD && isConst && c >= 0 && atLeast(a.X, k-c, b):
			return true
		case a.Op == token.SUB && isConst && c >= 0 && atLeast(a.X, k+c, b):
			return true
		case a.Op == token.SUB && k <= 0 && atLeast(a.Y, 0, b): // x - y with 0 <= y <= x
			if dominated(b, func(x, y ssa.Value, _ token.Token) bool { return x == a.Y && y == a.X }) {
				return true
			}
		}
	}
	return dominated(b, func(x, y ssa.Value, op token.Token) bool { // constant <= i, constant < i
		c, ok := smallConst(x)
		return ok && y == i && (op == token.LEQ && c >= k || op == token.LSS && c >= k-1)
	})
}

// wide reports whether v is a signed number that does not wrap where indexes are added up.
func wide(v ssa.Value) bool {
	b, ok := v.Type().Underlying().(*types.Basic)
	return ok && (b.Kind() == types.Int || b.Kind() == types.Int64)
}

// smallConst is the value of a constant that no reasonable length exceeds.
func smallConst(v ssa.Value) (int64, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0, false
	}
	k, exact := constant.Int64Val(c.Value)
	return k, exact && k > -1<<40 && k < 1<<40
}

// dominated reports whether says holds for a condition x op y (op is LSS or LEQ) that is true whenever b is reached.
func dominated(b *ssa.BasicBlock, says func(x, y ssa.Value, op token.Token) bool) bool {
	for d := b; d != nil; d = d.Idom() {
		if p := d.Idom(); p != nil && len(d.Preds) == 1 && d.Preds[0] == p && edgeSays(p, d, says) {
			return true
		}
	}
	return false
}

// edgeSays reports whether says holds for the condition that is true when control goes from block p to d.
func edgeSays(p, d *ssa.BasicBlock, says func(x, y ssa.Value, op token.Token) bool) bool {
	iff, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || p.Succs[0] == p.Succs[1] {
		return false
	}
	c, ok := iff.Cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	if t, ok := c.X.Type().Underlying().(*types.Basic); !ok || t.Info()&types.IsInteger == 0 || t.Info()&types.IsUnsigned != 0 {
		return false
	}
	op := c.Op
	if p.Succs[1] == d { // the condition is false
		not, ok := map[token.Token]token.Token{token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR}[op]
		if !ok {
			return false
		}
		op = not
	}
	switch op {
	case token.LSS, token.LEQ:
		return says(c.X, c.Y, op)
	case token.GTR:
		return says(c.Y, c.X, token.LSS)
	case token.GEQ:
		return says(c.Y, c.X, token.LEQ)
	}
	return false
}

// below reports whether i is known at block b to be less than the length of x, or than n if x is nil.
func below(i, x ssa.Value, n int64, b *ssa.BasicBlock) bool {
	l := length{x, n}
	if n < 0 && x != nil {
		l.n = constLen(x)
	}
	return l.above(i, 0, b, map[induction]bool{})
}

// constLen is the length of a slice that is made with a constant one, -1 if x is not such a slice.
func constLen(x ssa.Value) int64 {
	s, ok := x.(*ssa.Slice)
	if !ok || s.Low != nil {
		return -1
	}
	p, ok := s.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return -1
	}
	n := p.Elem().Underlying().(*types.Array).Len()
	if s.High == nil {
		return n
	}
	if h, ok := smallConst(s.High); ok && h >= 0 && h <= n {
		return h
	}
	return -1
}

// A length is len(x) of a slice or string x, or the number n if that is not negative.
type length struct {
	x ssa.Value
	n int64
}

// limit gives k if v <= len(x) - k is known.
func (l length) limit(v ssa.Value) (int64, bool) {
	if c, ok := smallConst(v); ok && l.n >= 0 {
		return l.n - c, true
	}
	if m, ok := l.x.(*ssa.MakeSlice); ok && types.Identical(m.Len.Type(), types.Typ[types.Int]) {
		if v == m.Len {
			return 0, true
		}
		if a, ok := m.Len.(*ssa.BinOp); ok && a.Op == token.ADD && v == a.X {
			if c, ok := smallConst(a.Y); ok {
				return c, true
			}
		}
	}
	switch v := v.(type) {
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		return 0, ok && l.x != nil && b.Name() == "len" && v.Call.Args[0] == l.x
	case *ssa.BinOp:
		if v.Op != token.SUB {
			return 0, false
		}
		k, ok := l.limit(v.X)
		if !ok {
			return 0, false
		}
		if c, ok := smallConst(v.Y); ok {
			return k + c, true
		}
		return k, nonNegative(v.Y)
	}
	return 0, false
}

// An induction is a claim about a phi that is being proved: if it holds for the values that come in, it holds.
type induction struct {
	phi   *ssa.Phi
	slack int64
}

// above reports whether i + slack < len(x) is known at block b.
func (l length) above(i ssa.Value, slack int64, b *ssa.BasicBlock, seen map[induction]bool) bool {
	says := func(i ssa.Value) func(x, y ssa.Value, op token.Token) bool {
		return func(x, y ssa.Value, op token.Token) bool {
			if x != i {
				cx, ok1 := smallConst(x)
				ci, ok2 := smallConst(i)
				if !ok1 || !ok2 || cx != ci {
					return false
				}
			}
			k, ok := l.limit(y)
			return ok && (op == token.LSS && k >= slack || op == token.LEQ && k > slack)
		}
	}
	if dominated(b, says(i)) {
		return true
	}
	switch i := i.(type) {
	case *ssa.BinOp:
		c, isConst := smallConst(i.Y)
		switch {
		case i.Op == token.REM: // it is below its divisor, which is not 0
			k, ok := l.limit(i.Y)
			return ok && k >= slack && (isConst && c > 0 || !isConst && k == 0)
		case i.Op == token.AND:
			k, ok := l.limit(i.Y)
			return isConst && c >= 0 && ok && k > slack
		case !wide(i):
			return false
		case i.Op == token.SUB && !isConst:
			return nonNegativeAt(i.Y, b) && nonNegativeAt(i.X, b) && l.above(i.X, slack, b, seen)
		case !isConst || c < 0:
			return false
		}
		switch i.Op {
		case token.ADD:
			return l.above(i.X, slack+c, b, seen)
		case token.SUB:
			return (lower(i.X, map[ssa.Value]bool{}) > math.MinInt64 || nonNegativeAt(i.X, b)) && l.above(i.X, slack-c, b, seen)
		}
	case *ssa.Phi:
		if !i.Block().Dominates(b) {
			return false
		}
		n := induction{i, slack}
		for m := range seen { // or more is being proved
			if m.phi == i && m.slack >= slack {
				return true
			}
		}
		seen[n] = true
		for k, e := range i.Edges { // what comes in is below on every way
			p := i.Block().Preds[k]
			if !edgeSays(p, i.Block(), says(e)) && !l.above(e, slack, p, seen) {
				return false
			}
		}
		return true
	}
	return false
}
