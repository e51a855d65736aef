package compile

// Types: the text of types in core text, which are the In forms (package unit), and what
// is to be known of each type to name it.

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// untyped gives the types of constants and of the blanks that ssa leaves in tuples.
var untyped = map[types.BasicKind]string{types.UntypedBool: "bool", types.UntypedString: "string", types.UntypedRune: "int32", types.UntypedInt: "int",
	types.UntypedFloat: "float64", types.UntypedComplex: "complex128", types.UntypedNil: "P.Any", types.Invalid: "P.Any", types.UnsafePointer: "unsafe.Pointer"}

// ty is the text of t's In form.
func (b *builder) ty(t types.Type) string {
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.Basic:
		if s, ok := untyped[t.Kind()]; ok {
			return s
		}
		switch t.Kind() {
		case types.Uint8:
			return "uint8"
		case types.Int32:
			return "int32"
		}
		return t.Name()
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return "error"
		}
		if s, ok := ssaType(t); ok {
			return s
		}
		if b.compiledType(t) {
			if !b.Compiler.natives.Has(t.Obj().Pkg().Path(), t.Obj().Name()) {
				return "P." + b.info(t).in // found by a variable
			}
			return b.importName(t.Obj().Pkg()) + "." + t.Obj().Name()
		}
		if in := b.info(t).in; in != "" {
			return "P." + in
		}
		return b.ty(t.Underlying())
	case *types.Pointer:
		return "*" + b.ty(t.Elem())
	case *types.Slice:
		return "[]" + b.ty(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), b.ty(t.Elem()))
	case *types.Map:
		return "map[" + b.ty(t.Key()) + "]" + b.ty(t.Elem())
	case *types.Chan:
		s := b.ty(t.Elem())
		if strings.HasPrefix(s, "chan ") || strings.HasPrefix(s, "<-chan ") || strings.HasPrefix(s, "chan<- ") {
			s = "(" + s + ")"
		}
		return []string{"chan ", "chan<- ", "<-chan "}[t.Dir()] + s
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "P.Any"
		}
		return "P." + b.info(t).in
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct{}"
		}
		return "P." + b.info(t).in
	case *types.Signature:
		return "func" + b.signature(t)
	case *types.Tuple:
		return "P.Any"
	}
	if t.String() == "iter" { // ssa's type of the iterators of Range
		return "*guest.Iter"
	}
	b.refuse(b.pos, unknown, "type %v", t)
	return ""
}

// ssaType is the text of the types that ssa makes for itself.
func ssaType(t types.Type) (string, bool) {
	n, ok := t.(*types.Named)
	if ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "$ssa" {
		if strings.Contains(strings.ToLower(n.Obj().Name()), "iter") {
			return "*guest.Iter", true
		}
		return "*guest.Frame", true
	}
	return "", false
}

// compiledType reports whether t is found by its symbol: it belongs to a native package and is not generic.
func (b *builder) compiledType(t *types.Named) bool {
	if t.Obj().Pkg() == nil {
		return true
	}
	if t.TypeArgs().Len() > 0 {
		if b.native(t.Obj().Pkg()) && !forgedGenerics[t.Obj().Pkg().Path()+"."+t.Obj().Name()] {
			if _, ok := t.Underlying().(*types.Signature); !ok { // iter.Seq and the like have no methods
				b.refuse(b.pos, genericNative, "type %v", t)
			}
		}
		return false
	}
	return b.native(t.Obj().Pkg()) && !(b.forging && !t.Obj().Exported())
}

// forgedGenerics are the generic types of native packages that are forged like the user's
// own, with methods from templates (template.go).
var forgedGenerics = map[string]bool{"sync/atomic.Pointer": true, "unique.Handle": true, "weak.Pointer": true, "database/sql.Null": true}

// signature is the text of a function type after "func". There are no variadic functions in core
// text: a variadic parameter is a slice.
func (b *builder) signature(t *types.Signature) string {
	var ps []string
	for p := range t.Params().Variables() {
		ps = append(ps, b.ty(p.Type()))
	}
	return "(" + strings.Join(ps, ", ") + ")" + b.results(t.Results())
}

func (b *builder) results(t *types.Tuple) string {
	var rs []string
	for _, r := range tuple(t) {
		rs = append(rs, b.ty(r))
	}
	switch len(rs) {
	case 0:
		return ""
	case 1:
		return " " + rs[0]
	}
	return " (" + strings.Join(rs, ", ") + ")"
}

// funcText is the type text of a function; a receiver is the first parameter.
func (b *builder) funcText(fn *ssa.Function) string {
	var ps []string
	if r := fn.Signature.Recv(); r != nil {
		ps = append(ps, b.ty(r.Type()))
	}
	for _, p := range tuple(fn.Signature.Params()) {
		ps = append(ps, b.ty(p))
	}
	return "func(" + strings.Join(ps, ", ") + ")" + b.results(fn.Signature.Results())
}

// same reports whether values of t look the same outside and inside: In(T) == Out(T).
func (b *builder) same(t types.Type) bool {
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if t.Obj().Pkg() == nil || b.compiledType(t) {
			return true
		}
		it, ok := t.Underlying().(*types.Interface)
		return ok && it.NumMethods() > 0
	case *types.Pointer:
		return b.same(t.Elem())
	case *types.Slice:
		return b.same(t.Elem())
	case *types.Array:
		return b.same(t.Elem())
	case *types.Chan:
		return b.same(t.Elem())
	case *types.Map:
		return b.same(t.Key()) && b.same(t.Elem())
	case *types.Interface:
		return true
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() || f.Embedded() || !b.same(f.Type()) {
				return false
			}
		}
		return true
	case *types.Signature:
		return !t.Variadic() && b.sameTuple(t.Params()) && b.sameTuple(t.Results())
	}
	return false
}

func (b *builder) sameTuple(t *types.Tuple) bool {
	for v := range t.Variables() {
		if !b.same(v.Type()) {
			return false
		}
	}
	return true
}

// selfRecursive reports whether n, which is neither a struct nor an interface, contains itself
// without a struct between: type tree map[string]tree.
func selfRecursive(n *types.Named) bool {
	seen := map[types.Type]bool{}
	var walk func(t types.Type) bool
	walk = func(t types.Type) bool {
		switch t := types.Unalias(t).(type) {
		case *types.Named:
			if len(seen) > 0 && types.Identical(t, n) {
				return true
			}
			if seen[t] || t.Obj().Pkg() == nil {
				return false
			}
			seen[t] = true
			switch t.Underlying().(type) {
			case *types.Struct, *types.Interface:
				return false
			}
			return walk(t.Underlying())
		case *types.Pointer:
			return walk(t.Elem())
		case *types.Slice:
			return walk(t.Elem())
		case *types.Array:
			return walk(t.Elem())
		case *types.Chan:
			return walk(t.Elem())
		case *types.Map:
			return walk(t.Key()) || walk(t.Elem())
		case *types.Signature:
			for _, p := range append(tuple(t.Params()), tuple(t.Results())...) {
				if walk(p) {
					return true
				}
			}
		}
		return false
	}
	return walk(n)
}

// isIface reports whether t is an interface type.
func isIface(t types.Type) bool { _, ok := t.Underlying().(*types.Interface); return ok }

// isFunc reports whether t is a function type.
func isFunc(t types.Type) bool { _, ok := t.Underlying().(*types.Signature); return ok }

// isFloat reports whether -0 is a value of t or of a part of it that is held in place.
func isFloat(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex) != 0
	case *types.Array:
		return u.Len() > 0 && isFloat(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if isFloat(f.Type()) {
				return true
			}
		}
	}
	return false
}

// strict reports whether comparing or hashing values of t cannot panic.
func strict(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return false
	case *types.Array:
		return strict(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if !strict(f.Type()) {
				return false
			}
		}
	}
	return true
}
