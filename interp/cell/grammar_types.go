package cell

import "go/token"

// typ reads a type that must be there.
func (g *grammar) typ() shape {
	t := g.typeOpt()
	if t.kind == kNone {
		g.unexpected(", expected type")
	}
	return t
}

// typeOpt reads a type if there is one.
func (g *grammar) typeOpt() shape {
	from := g.off()
	as := func(k kind) shape { return shape{kind: k, from: from, to: g.end()} }
	switch g.tok() {
	case token.MUL:
		g.next()
		x := g.typ()
		s := as(kStar)
		s.x = &x
		return s
	case token.ARROW:
		g.next()
		g.want(token.CHAN)
		g.chanElem()
		return as(kChan)
	case token.FUNC:
		g.next()
		g.signature("function type")
		return as(kType)
	case token.LBRACK:
		g.next()
		if g.got(token.RBRACK) {
			g.typ()
		} else {
			g.arrayType(nil)
		}
		return as(kLit)
	case token.CHAN:
		g.next()
		g.got(token.ARROW)
		g.chanElem()
		return as(kChan)
	case token.MAP:
		g.next()
		g.want(token.LBRACK)
		g.typ()
		g.want(token.RBRACK)
		g.typ()
		return as(kLit)
	case token.STRUCT:
		g.next()
		g.want(token.LBRACE)
		g.list("struct type", token.SEMICOLON, token.RBRACE, func() bool { g.field(); return false })
		return as(kLit)
	case token.INTERFACE:
		g.next()
		g.want(token.LBRACE)
		g.list("interface type", token.SEMICOLON, token.RBRACE, func() bool { g.element(); return false })
		return as(kType)
	case token.IDENT:
		return g.qualified(nil)
	case token.LPAREN:
		g.next()
		t := g.typ()
		g.want(token.RPAREN)
		t.from, t.to = from, g.end()
		return t
	}
	return shape{}
}

func (g *grammar) chanElem() {
	if g.typeOpt().kind == kNone {
		g.stop(g.off(), "missing channel element type")
	}
}

// arrayType reads the rest of an array type after "[", or after its length.
func (g *grammar) arrayType(length *shape) {
	if length == nil && !g.got(token.ELLIPSIS) {
		g.nest++
		g.expr()
		g.nest--
	}
	if g.tok() == token.COMMA {
		g.stop(g.off(), "unexpected comma; expected ]")
	}
	g.want(token.RBRACK)
	g.typ()
}

// qualified reads a type's name with its package and type arguments; n is the name if it has been read.
func (g *grammar) qualified(n *shape) shape {
	var x shape
	switch {
	case n != nil:
		x = *n
	default:
		x = g.name()
	}
	if g.got(token.PERIOD) {
		g.name()
		x.kind = kSel
		x.to = g.end()
	}
	if g.tok() == token.LBRACK {
		g.next()
		if g.tok() == token.RBRACK {
			g.unexpected(", expected type argument list")
		}
		g.typeList(true)
		g.want(token.RBRACK)
		x.kind = kIndex
		x.to = g.end()
	}
	return x
}

// typeList reads types parted by commas; if not strict, the first may be an expression.
func (g *grammar) typeList(strict bool) (first shape, comma bool) {
	g.nest++
	if strict {
		first = g.typ()
	} else {
		first = g.expr()
	}
	for g.got(token.COMMA) {
		comma = true
		if g.typeOpt().kind == kNone {
			break
		}
	}
	g.nest--
	return
}

// arrayOrArgs reads what follows a name at "[": an array or slice type (true), or type arguments (false).
func (g *grammar) arrayOrArgs() bool {
	g.want(token.LBRACK)
	if g.got(token.RBRACK) {
		g.typ()
		return true
	}
	_, comma := g.typeList(false)
	g.want(token.RBRACK)
	return !comma && g.typeOpt().kind != kNone
}

func (g *grammar) tag() {
	if l := g.lex(); l.tok.IsLiteral() && l.tok != token.IDENT {
		g.next()
	}
}

// field reads a field declaration of a struct.
func (g *grammar) field() {
	switch g.tok() {
	case token.IDENT:
		n := g.name()
		l := g.lex()
		if l.tok == token.PERIOD || l.tok == token.SEMICOLON || l.tok == token.RBRACE || l.tok.IsLiteral() && l.tok != token.IDENT {
			g.qualified(&n)
			break
		}
		single := true
		for g.got(token.COMMA) {
			g.name()
			single = false
		}
		if single && g.tok() == token.LBRACK {
			g.arrayOrArgs()
			break
		}
		g.typ()
	case token.MUL:
		g.next()
		if g.tok() == token.LPAREN {
			g.stop(g.off(), "cannot parenthesize embedded type")
		}
		g.qualified(nil)
	case token.LPAREN:
		g.stop(g.off(), "cannot parenthesize embedded type")
	default:
		g.unexpected(", expected field name or embedded type")
	}
	g.tag()
}

// element reads a method or an embedded element of an interface.
func (g *grammar) element() {
	if g.tok() != token.IDENT {
		g.union(false)
		return
	}
	n := g.name()
	switch at := g.off(); g.tok() {
	case token.LPAREN:
		g.signature("interface method")
		return
	case token.LBRACK:
		g.next()
		if g.tok() == token.RBRACK {
			at := g.off()
			g.next()
			if g.tok() == token.LPAREN {
				g.plain(at, "empty type parameter list")
			}
			g.plain(at, "empty type argument list")
		}
		named := g.paramNames(token.RBRACK)
		if named {
			g.signature("interface method")
			g.plain(at, "interface method must have no type parameters")
		}
	default:
		g.qualified(&n)
	}
	g.union(true)
}

// union reads terms parted by "|"; first says that one has been read.
func (g *grammar) union(first bool) {
	if !first {
		g.term()
	}
	for g.got(token.OR) {
		g.term()
	}
}

func (g *grammar) term() {
	if g.got(token.TILDE) {
		g.typ()
		return
	}
	if g.typeOpt().kind == kNone {
		g.unexpected(", expected ~ term or type")
	}
}

// param is one entry of a parameter list while it is not known what names mean.
type param struct {
	name, typ bool
	at        int // of its name
	typeAt    int
	dots      int // offset of "...", -1 for none
}

// param1 reads one entry; n is its name if that has been read.
func (g *grammar) param1(n *shape, closing token.Token) param {
	sets := closing == token.RBRACK // type sets may stand in a type parameter list
	p := param{at: g.off(), typeAt: g.off(), dots: -1}
	if n != nil {
		p.at, p.typeAt = n.from, n.from
	} else if sets && g.tok() == token.TILDE {
		g.union(false)
		p.typ = true
		return p
	}
	if n != nil || g.tok() == token.IDENT {
		if n == nil {
			x := g.name()
			n = &x
		}
		switch {
		case g.tok() == token.LBRACK:
			p.typ = true
			p.name = g.arrayOrArgs()
			if sets && g.tok() == token.OR {
				g.union(true)
			}
			return p
		case g.tok() == token.PERIOD:
			g.qualified(n)
			p.typ = true
			if sets && g.tok() == token.OR {
				g.union(true)
			}
			return p
		case sets && g.tok() == token.OR:
			p.typ = true
			g.union(true)
			return p
		}
		p.name = true
	}
	p.typeAt = g.off()
	if g.tok() == token.ELLIPSIS {
		p.dots = g.off()
		g.next()
		if g.typeOpt().kind == kNone {
			g.stop(g.off(), "... is missing type")
		}
		p.typ = true
		return p
	}
	if sets && g.tok() == token.TILDE {
		g.union(false)
		p.typ = true
		return p
	}
	if g.tok() == token.FUNC { // the compiler places a function type at its parameters
		p.typeAt = g.ts[g.i+1].off
	}
	if g.typeOpt().kind != kNone {
		p.typ = true
		if sets && g.tok() == token.OR {
			g.union(true)
		}
	}
	if !p.name && !p.typ {
		g.unexpected(", expected " + spell(closing))
	}
	return p
}

// params reads a parameter list after its opening token and gives its length. name and bound are
// the first entry, if it has been read.
func (g *grammar) params(name, bound *shape, closing token.Token, mustName, dots bool) int {
	var list []param
	if name != nil && bound != nil {
		list = append(list, param{name: true, typ: true, at: name.from, typeAt: bound.from, dots: -1})
		if g.tok() == closing {
			g.next()
			return 1
		}
		if !g.got(token.COMMA) {
			g.unexpected(" in parameter list; possibly missing comma or " + spell(closing))
		}
		name = nil
	}
	named, typed := 0, 0
	g.list("parameter list", token.COMMA, closing, func() bool {
		p := g.param1(name, closing)
		name = nil
		list = append(list, p)
		return false
	})
	end := g.ts[g.i-1].off
	for _, p := range list {
		if p.name && p.typ {
			named++
		}
		if p.typ {
			typed++
		}
	}
	if len(list) > 0 && named != len(list) && (named > 0 || mustName) {
		at, have := -1, false
		for i := len(list) - 1; i >= 0; i-- {
			switch p := list[i]; {
			case p.typ:
				have = true
				if !p.name {
					at = p.typeAt
				}
			case !have:
				at = p.at
			}
		}
		if at >= 0 {
			msg := "missing parameter name"
			switch {
			case named == typed && mustName:
				at, msg = end, "missing type constraint"
			case named == typed:
				at, msg = end, "missing parameter type"
			case mustName:
				msg = "missing type parameter name"
				if len(list) == 1 {
					msg += " or invalid array length"
				}
			}
			g.stop(at, msg)
		}
	}
	for i := len(list) - 2; i >= 0 && named > 0; i-- { // `a, b ...T` gives a the type of b
		if !list[i].typ {
			list[i].dots = list[i+1].dots
		}
	}
	for i, p := range list {
		if p.dots >= 0 && (!dots || i+1 < len(list)) {
			if dots {
				g.plain(p.dots, "can only use ... with final parameter")
			}
			g.plain(p.dots, "invalid use of ...")
		}
	}
	return len(list)
}

// paramNames reads a bracketed list in an interface and tells whether its first entry has a name and a type.
func (g *grammar) paramNames(closing token.Token) bool {
	first, named := true, false
	g.list("parameter list", token.COMMA, closing, func() bool {
		p := g.param1(nil, closing)
		if first {
			named, first = p.name && p.typ, false
		}
		return false
	})
	return named
}
