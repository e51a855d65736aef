package interp

import (
	"go/constant"
	"go/types"
)

// constantValue is the Go value of a constant, of the type it has when it is used: 1+1 is an int.
func constantValue(v constant.Value, t types.Type) any {
	b, ok := types.Default(t).(*types.Basic)
	if !ok {
		return v.ExactString()
	}
	i, exact := constant.Int64Val(constant.ToInt(v))
	if b.Info()&types.IsInteger != 0 && b.Info()&types.IsUnsigned == 0 && !exact {
		return v.ExactString() // 1 << 100: no int, but a constant all the same
	}
	u, _ := constant.Uint64Val(constant.ToInt(v))
	f, _ := constant.Float64Val(constant.ToFloat(v))
	switch b.Kind() {
	case types.Bool:
		return constant.BoolVal(v)
	case types.String:
		return constant.StringVal(v)
	case types.Int:
		return int(i)
	case types.Int8:
		return int8(i)
	case types.Int16:
		return int16(i)
	case types.Int32:
		return int32(i)
	case types.Int64:
		return i
	case types.Uint:
		return uint(u)
	case types.Uint8:
		return uint8(u)
	case types.Uint16:
		return uint16(u)
	case types.Uint32:
		return uint32(u)
	case types.Uint64:
		return u
	case types.Uintptr:
		return uintptr(u)
	case types.Float32:
		f32, _ := constant.Float32Val(constant.ToFloat(v))
		return f32
	case types.Float64:
		return f
	case types.Complex64, types.Complex128:
		c := constant.ToComplex(v)
		re, _ := constant.Float64Val(constant.Real(c))
		im, _ := constant.Float64Val(constant.Imag(c))
		if b.Kind() == types.Complex64 {
			return complex(float32(re), float32(im))
		}
		return complex(re, im)
	}
	return v.ExactString()
}
