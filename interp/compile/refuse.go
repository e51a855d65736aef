package compile

// What cannot be run exactly is refused by name before anything of the cell runs.
// Every construct that can be refused is in the list below, and nothing else.

import (
	"fmt"
	"go/token"
)

// A Refused says which construct of a cell cannot be run exactly, and where it is.
type Refused struct {
	Construct string // one of Refusals
	Detail    string // what it is in this cell: a name or a type
	Pos       token.Position
	Stack     []byte // of a defect of this package, nil otherwise
}

func (r *Refused) Error() string {
	s := "not supported here: " + r.Construct
	if r.Detail != "" {
		s += " (" + r.Detail + ")"
	}
	if r.Pos.IsValid() {
		s = r.Pos.String() + ": " + s
	}
	return s
}

// construct is the name of something that is refused.
type construct string

const (
	noFunction    construct = "function of a package that is not available"
	noVariable    construct = "variable of a package that is not available"
	noType        construct = "type of a package that is not available"
	noPackage     construct = "package that is not available"
	noBody        construct = "function without a body"
	genericNative construct = "generic type or function of a compiled package"
	multiConvert  construct = "conversion between type parameters of several kinds"
	inexpressible construct = "constant that no literal expresses"
	unknown       construct = "instruction that the compiler does not know"
	internal      construct = "defect of the compiler"
)

// Refusals lists, in a fixed order, every construct that can be refused; the
// documentation's table is made from it.
func Refusals() []string {
	var r []string
	for _, c := range []construct{noPackage, noFunction, noVariable, noType, noBody, genericNative, multiConvert, inexpressible, unknown, internal} {
		r = append(r, string(c))
	}
	return r
}

// refuse ends the compilation of the cell.
func (b *builder) refuse(pos token.Pos, c construct, format string, args ...any) {
	panic(bailout{&Refused{Construct: string(c), Detail: fmt.Sprintf(format, args...), Pos: b.cell.Fset.Position(pos)}})
}

type bailout struct{ err *Refused }
