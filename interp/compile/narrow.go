package compile

// Conversions of floats to integers of 32 bits or fewer. The compiler makes them by way of a 32-bit
// integer, the interpreter by way of a 64-bit one: the same for values that fit into 32 bits, and
// another one for the others, which the language leaves to the machine.

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// narrow emits such a conversion of x; not ok if in is another one.
func (f *function) narrow(in *ssa.Convert, x string) bool {
	from, ok := in.X.Type().Underlying().(*types.Basic)
	if !ok || from.Info()&types.IsFloat == 0 {
		return false
	}
	to, ok := in.Type().Underlying().(*types.Basic)
	if !ok {
		return false
	}
	switch to.Kind() {
	case types.Int8, types.Int16, types.Int32, types.Uint8, types.Uint16:
	default:
		return false
	}
	x = f.slotOf(x, in.X.Type())
	v, t, ft := f.reg(in), f.ty(in.Type()), f.ty(in.X.Type())
	f.p("%s = %s(%s)", v, t, x)
	f.p("if %s < %s(-2147483648) || %s >= %s(2147483648) || %s != %s { %s = %s(guest.FloatToInt32(float64(%s))) }", x, ft, x, ft, x, x, v, t, x)
	return true
}
