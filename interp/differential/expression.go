package differential

import (
	"fmt"
	"math"
	"strconv"
)

var bits = map[string]int{"int": 64, "int8": 8, "int16": 16, "int32": 32, "int64": 64, "uint": 64, "uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64, "uintptr": 64}

// constant gives a constant of a type, converted to it. Integers are not 0.
func (g *generator) constant(t string) string {
	u := under(t)
	switch {
	case isSigned(t):
		most := int64(math.MaxInt64 >> (64 - bits[u]))
		return fmt.Sprintf("%s(%d)", t, pick(g, []int64{1, -1, 2, 3, 7, -7, 13, most, most - 1, -most - 1, most / 3, -most / 3}))
	case isInt(t):
		most := uint64(math.MaxUint64 >> (64 - bits[u]))
		return fmt.Sprintf("%s(%d)", t, pick(g, []uint64{1, 2, 3, 7, 13, most, most - 1, most / 2, most/2 + 1, most / 3}))
	case isFloat(t):
		return fmt.Sprintf("%s(%s)", t, g.one("0", "1", "0.1", "-2.5", "1e10", "16777217", "3.25"))
	case isComplex(t):
		return fmt.Sprintf("%s(%s)", t, g.one("0", "1", "2i", "1-3i", "0.1+1e10i"))
	case u == "string":
		return fmt.Sprintf("%s(%s)", t, g.one(`""`, `"a"`, `"bc"`, `"\x00z"`, `"日本"`, `"\xffé"`))
	}
	return fmt.Sprintf("%s(%s)", t, g.one("true", "false"))
}

// leaf is an operand of type t that is no constant and cannot panic. A text is cut: loops double it time and again.
func (g *generator) leaf(t string) string {
	if g.vars[t] == nil { // the function has no variables of it
		return g.convert(t, pick(g, g.types), 1)
	}
	if under(t) == "string" {
		return "$short(" + g.place(t) + ")"
	}
	return g.place(t)
}

// place is a variable of type t, or a part of one.
func (g *generator) place(t string) string {
	v := pick(g, g.vars[t])
	base := g.base(t)
	switch g.r.Intn(9) {
	case 0:
		return "*p" + base
	case 1:
		return fmt.Sprintf("s%s[%d]", base, g.r.Intn(3))
	case 2:
		return fmt.Sprintf("a%s[%d]", base, g.r.Intn(3))
	case 3:
		return fmt.Sprintf("a%s[%s&1]", base, g.small())
	case 4:
		return fmt.Sprintf("m%s[%s]", base, g.one(`"a"`, `"b"`, "text"))
	case 5:
		return fmt.Sprintf("r%s.f", base)
	}
	return v
}

// base names the variables of a type: slice, array, pointer and so on begin with another letter.
func (g *generator) base(t string) string {
	for i, x := range g.types {
		if x == t {
			return strconv.Itoa(i)
		}
	}
	panic("no variables of type " + t)
}

// small is an integer operand for masks and counts, never negative.
func (g *generator) small() string {
	for _, t := range g.types {
		if isInt(t) && !isSigned(t) && g.chance(60) {
			return pick(g, g.vars[t])
		}
	}
	return "uint8(k)"
}

// convert gives an operand of another type converted to t.
func (g *generator) convert(t, from string, d int) string {
	switch {
	case isInt(t) && isInt(from), isFloat(t) && (isInt(from) || isFloat(from)), isComplex(t) && isComplex(from),
		under(t) == "bool" && under(from) == "bool", under(t) == "string" && under(from) == "string":
		return fmt.Sprintf("%s(%s)", t, g.expr(from, d-1))
	case isInt(t) && isFloat(from):
		return fmt.Sprintf("%s($in(%s))", t, g.expr(from, d-1))
	case isInt(t) && under(from) == "string":
		return fmt.Sprintf("%s(len(%s))", t, g.expr(from, d-1))
	case isFloat(t) && isComplex(from):
		return fmt.Sprintf("%s(%s(%s))", t, g.one("real", "imag"), g.expr(from, d-1))
	case isComplex(t) && isFloat(from):
		f := "float64"
		if under(t) == "complex64" {
			f = "float32"
		}
		return fmt.Sprintf("%s(complex(%s(%s), %s(%s)))", t, f, g.expr(from, d-1), f, g.expr(from, d-1))
	case under(t) == "string" && isInt(from):
		return fmt.Sprintf("%s(rune(%s))", t, g.expr(from, d-1))
	case under(t) == "string":
		return fmt.Sprintf("%s(fmt.Sprint(%s))", t, g.expr(from, d-1))
	case under(t) == "bool":
		return fmt.Sprintf("%s(%s %s %s)", t, g.expr(from, d-1), g.one("==", "!="), g.expr(from, d-1))
	case isInt(t) || isFloat(t):
		return fmt.Sprintf("%s(k)", t)
	}
	return fmt.Sprintf("%s(complex(float%d(k), 1))", t, map[string]int{"complex64": 32, "complex128": 64}[under(t)])
}

// expr is an expression of type t without side effects, never a constant one.
func (g *generator) expr(t string, d int) string {
	if d <= 0 || g.chance(15) {
		return g.leaf(t)
	}
	switch g.r.Intn(12) {
	case 0:
		return fmt.Sprintf("$id(%s)", g.expr(t, d-1))
	case 1, 2:
		return g.convert(t, pick(g, g.types), d)
	case 3:
		if x := g.taken(t, d); x != "" {
			return x
		}
	case 4:
		if !isComplex(t) && under(t) != "bool" {
			return fmt.Sprintf("%s(%s, %s)", g.one("min", "max", "$greatest"), g.expr(t, d-1), g.expr(t, d-1))
		}
	case 5:
		if isInt(t) || isFloat(t) {
			return fmt.Sprintf("$sum(%s, %s, %s)", g.expr(t, d-1), g.expr(t, d-1), g.constant(t))
		}
	}
	right := func() string {
		if g.chance(25) {
			return g.constant(t)
		}
		return g.expr(t, d-1)
	}
	switch {
	case isInt(t):
		switch g.r.Intn(8) {
		case 0:
			return fmt.Sprintf("(%s %s (%s | 1))", g.expr(t, d-1), g.one("/", "%"), g.expr(t, d-1))
		case 1:
			if g.mayPanic(40) {
				return fmt.Sprintf("(%s %s %s)", g.leaf(t), g.one("/", "%"), g.leaf(t))
			}
			return fmt.Sprintf("(%s %s %s)", g.expr(t, d-1), g.one("/", "%"), g.constant(t))
		case 2:
			count := g.small()
			if g.chance(30) {
				count = g.one("3", "1", "9", "64")
			} else if g.mayPanic(40) {
				count = "(k - 1)"
			}
			return fmt.Sprintf("(%s %s %s)", g.expr(t, d-1), g.one("<<", ">>"), count)
		case 3:
			return fmt.Sprintf("(%s%s)", g.one("-", "^", "+"), g.expr(t, d-1))
		}
		if g.chance(10) {
			return fmt.Sprintf("(%s %s %s)", g.constant(t), g.one("+", "-", "*", "&", "|", "^", "&^"), g.expr(t, d-1))
		}
		return fmt.Sprintf("(%s %s %s)", g.expr(t, d-1), g.one("+", "-", "*", "&", "|", "^", "&^"), right())
	case isFloat(t):
		if g.chance(15) {
			return fmt.Sprintf("(-%s)", g.expr(t, d-1))
		}
		if g.chance(20) {
			return fmt.Sprintf("(%s / %s)", g.expr(t, d-1), g.leaf(t))
		}
		return fmt.Sprintf("(%s %s %s)", g.expr(t, d-1), g.one("+", "-", "*"), right())
	case isComplex(t):
		if g.chance(15) {
			return fmt.Sprintf("(-%s)", g.expr(t, d-1))
		}
		return fmt.Sprintf("(%s %s %s)", g.expr(t, d-1), g.one("+", "-", "*"), right())
	case under(t) == "string":
		switch g.r.Intn(6) {
		case 0:
			return fmt.Sprintf("%s([]byte(%s))", t, g.expr(t, d-1))
		case 1:
			return fmt.Sprintf("%s([]rune(%s))", t, g.expr(t, d-1))
		case 2:
			if g.mayPanic(60) {
				return fmt.Sprintf("(%s)[%s:]", g.leaf(t), g.one("k", "len(text)", "1"))
			}
			return fmt.Sprintf("%s(strings.ToUpper(string(%s)))", t, g.expr(t, d-1))
		}
		return fmt.Sprintf("(%s + %s)", g.expr(t, d-1), right())
	}
	switch g.r.Intn(5) {
	case 0:
		return fmt.Sprintf("(!%s)", g.expr(t, d-1))
	case 1:
		return fmt.Sprintf("%s(%s %s %s)", t, g.expr(t, d-1), g.one("&&", "||", "==", "!="), g.expr(t, d-1))
	case 2:
		return fmt.Sprintf("%s(any(%s) == any(%s))", t, g.leaf(pick(g, g.types)), g.leaf(pick(g, g.types)))
	}
	return fmt.Sprintf("%s(%s)", t, g.compare(d))
}

// compare is an untyped comparison.
func (g *generator) compare(d int) string {
	t := pick(g, g.types)
	op := g.one("==", "!=", "<", "<=", ">", ">=")
	if isComplex(t) || under(t) == "bool" {
		op = g.one("==", "!=")
	}
	if g.chance(25) {
		return fmt.Sprintf("%s %s %s", g.expr(t, d-1), op, g.constant(t))
	}
	return fmt.Sprintf("%s %s %s", g.expr(t, d-1), op, g.expr(t, d-1))
}

// cond is a condition: an expression of type bool.
func (g *generator) cond(d int) string {
	switch g.r.Intn(6) {
	case 0:
		return fmt.Sprintf("%s && %s", g.compare(d), g.compare(d))
	case 1:
		return fmt.Sprintf("!(%s) || %s", g.compare(d), g.compare(d))
	case 2:
		return g.one("k > 0", "len(text) == k", "point.X < k", "shape != nil", "anything == nil")
	}
	return g.compare(d)
}

// taken is an operand that comes out of something bigger: an index that may be out of range,
// an assertion, a field through an embedded pointer, a method.
func (g *generator) taken(t string, d int) string {
	if g.vars[t] == nil {
		return ""
	}
	base := g.base(t)
	switch g.r.Intn(5) {
	case 0:
		if g.mayPanic(70) {
			i := g.one("k", "k+1", "k*2-1", "len(text)")
			return fmt.Sprintf("%s%s[%s]", g.one("s", "a"), base, i)
		}
	case 1:
		if g.mayPanic(70) {
			return fmt.Sprintf("anything.(%s)", t)
		}
	case 2:
		if t == "int" {
			if g.mayPanic(50) {
				return g.one("shape.Area(k)", "embed.v", "embed.next.v")
			}
			return g.one("point.X", "point.Area(k)", "embed.X", "len(text)", "cap(s0)", "embed.Area(2)")
		}
	case 3:
		if t == "uint8" && g.mayPanic(70) {
			return "text[k]"
		}
	}
	return ""
}
