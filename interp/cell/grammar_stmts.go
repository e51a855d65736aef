package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// exprs reads expressions parted by commas.
func (g *grammar) exprs() shape {
	x := g.expr()
	if g.tok() != token.COMMA {
		return x
	}
	for g.got(token.COMMA) {
		g.expr()
	}
	return shape{kind: kList, from: x.from, to: g.end()}
}

func (g *grammar) expr() shape {
	return g.binary(g.unary(), 0)
}

func (g *grammar) binary(x shape, prec int) shape {
	for {
		op := g.tok()
		p := op.Precedence()
		if p <= prec {
			return x
		}
		g.next()
		y := g.binary(g.unary(), p)
		l := x
		x = shape{kind: kBinary, from: l.from, to: g.end(), name: op.String(), x: &l, y: &y}
	}
}

func (g *grammar) unary() shape {
	from := g.off()
	switch t := g.tok(); t {
	case token.MUL, token.ADD, token.SUB, token.NOT, token.XOR, token.TILDE, token.AND:
		g.next()
		x := g.unary()
		k := kValue
		switch t {
		case token.MUL:
			k = kStar
		case token.TILDE:
			k = kTilde
		}
		return shape{kind: k, from: from, to: g.end(), x: &x}
	case token.ARROW:
		g.next()
		x := g.unary()
		if x.kind == kChan {
			return shape{kind: kChan, from: from, to: g.end()}
		}
		return shape{kind: kValue, from: from, to: g.end()}
	}
	return g.primary(nil)
}

func (g *grammar) operand() shape {
	from := g.off()
	switch l := g.lex(); {
	case l.tok == token.IDENT:
		return g.name()
	case l.tok.IsLiteral():
		g.next()
		return shape{kind: kValue, from: from, to: g.end()}
	case l.tok == token.LPAREN:
		g.next()
		g.nest++
		x := g.expr()
		g.nest--
		g.want(token.RPAREN)
		x.from, x.to, x.paren = from, g.end(), true
		return x
	case l.tok == token.FUNC:
		g.next()
		g.signature("function type")
		if g.tok() == token.LBRACE {
			g.body()
			return shape{kind: kValue, from: from, to: g.end()}
		}
		return shape{kind: kType, from: from, to: g.end()}
	case l.tok == token.LBRACK, l.tok == token.CHAN, l.tok == token.MAP, l.tok == token.STRUCT, l.tok == token.INTERFACE:
		return g.typ()
	}
	g.unexpected(", expected expression")
	return shape{}
}

// primary reads an operand with its selectors, indices, calls and literals; x is the operand if it has been read.
func (g *grammar) primary(read *shape) shape {
	var x shape
	if read != nil {
		x = *read
	} else {
		x = g.operand()
	}
	for {
		switch g.tok() {
		case token.PERIOD:
			g.next()
			switch g.tok() {
			case token.IDENT:
				g.next()
				x = shape{kind: kSel, from: x.from, to: g.end()}
			case token.LPAREN:
				g.next()
				k := kValue
				if g.got(token.TYPE) {
					k = kGuard
				} else {
					g.typ()
				}
				g.want(token.RPAREN)
				x = shape{kind: k, from: x.from, to: g.end()}
			default:
				g.unexpected(", expected name or (")
			}
		case token.LBRACK:
			x = g.index(x)
		case token.LPAREN:
			g.next()
			n, only := 0, shape{}
			g.nest++
			g.list("argument list", token.COMMA, token.RPAREN, func() bool {
				only = g.expr()
				n++
				return g.got(token.ELLIPSIS)
			})
			g.nest--
			f := x
			x = shape{kind: kCall, from: f.from, to: g.end(), x: &f}
			if n == 1 {
				x.y = &only
			}
		case token.LBRACE:
			ok := false
			switch x.kind {
			case kName, kSel:
				ok = g.nest >= 0
			case kIndex:
				ok = g.nest >= 0
			case kLit:
				ok = true
			}
			if !ok {
				return x
			}
			if x.paren {
				g.stop(g.off(), "cannot parenthesize type in composite literal")
			}
			g.literal()
			x = shape{kind: kValue, from: x.from, to: g.end()}
		default:
			return x
		}
	}
}

// index reads x[i], x[T1, T2] and x[i:j:k].
func (g *grammar) index(x shape) shape {
	g.next()
	if g.tok() == token.RBRACK {
		g.unexpected(", expected operand")
	}
	if g.tok() != token.COLON {
		i, comma := g.typeList(false)
		if comma || g.tok() == token.RBRACK {
			g.want(token.RBRACK)
			k := kIndex
			if isValue(&x) || !comma && isValue(&i) {
				k = kValue
			}
			return shape{kind: k, from: x.from, to: g.end()}
		}
	}
	if !g.got(token.COLON) {
		g.unexpected(", expected comma, : or ]")
	}
	g.nest++
	middle := false
	if g.tok() != token.COLON && g.tok() != token.RBRACK {
		g.expr()
		middle = true
	}
	if g.tok() == token.COLON {
		if !middle {
			g.plain(g.off(), "middle index required in 3-index slice")
		}
		g.next()
		if g.tok() == token.RBRACK {
			g.plain(g.off(), "final index required in 3-index slice")
		}
		g.expr()
	}
	g.nest--
	g.want(token.RBRACK)
	return shape{kind: kValue, from: x.from, to: g.end()}
}

// isValue says that x cannot be a type.
func isValue(x *shape) bool {
	switch x.kind {
	case kValue, kCall, kGuard, kBinary:
		return true
	}
	return false
}

func (g *grammar) literal() {
	outer := g.nest
	g.nest = max(g.nest, 0) + 1
	g.want(token.LBRACE)
	element := func() {
		if g.tok() == token.LBRACE {
			g.literal()
			return
		}
		g.expr()
	}
	g.list("composite literal", token.COMMA, token.RBRACE, func() bool {
		element()
		if g.got(token.COLON) {
			element()
		}
		return false
	})
	g.nest = outer
}

// simple reads a simple statement; x is its left side if that has been read.
func (g *grammar) simple(x *shape, keyword token.Token) shape {
	if keyword == token.FOR && g.tok() == token.RANGE {
		return g.rangeClause(g.off())
	}
	var lhs shape
	if x != nil {
		lhs = *x
	} else {
		lhs = g.exprs()
	}
	as := func(k kind) shape { return shape{kind: k, from: lhs.from, to: g.end(), x: &lhs} }
	t := g.tok()
	if lhs.kind != kList && t != token.ASSIGN && t != token.DEFINE {
		switch {
		case t >= token.ADD_ASSIGN && t <= token.AND_NOT_ASSIGN:
			g.next()
			y := g.expr()
			s := as(kOther)
			s.y, s.name = &y, " "+t.String()+" "
			return s
		case t == token.INC || t == token.DEC:
			g.next()
			s := as(kOther)
			s.name = t.String()
			return s
		case t == token.ARROW:
			g.next()
			y := g.expr()
			s := as(kOther)
			s.y, s.name = &y, " <- "
			return s
		}
		s := as(kExpr)
		s.to = lhs.to
		return s
	}
	if t != token.ASSIGN && t != token.DEFINE {
		g.unexpected(", expected := or = or comma")
	}
	g.next()
	if keyword == token.FOR && g.tok() == token.RANGE {
		return g.rangeClause(lhs.from)
	}
	rhs := g.exprs()
	if rhs.kind == kGuard && keyword == token.SWITCH && t == token.DEFINE && lhs.kind == kName {
		return shape{kind: kExpr, from: lhs.from, to: g.end(), x: &rhs}
	}
	k := kAssign
	if t == token.DEFINE {
		k = kDefine
	}
	s := as(k)
	s.y, s.name = &rhs, " "+t.String()+" "
	return s
}

func (g *grammar) rangeClause(from int) shape {
	g.next()
	g.expr()
	return shape{kind: kRange, from: from, to: g.end()}
}

// header reads what stands between the keyword and the block of if, for and switch.
func (g *grammar) header(keyword token.Token) {
	g.want(keyword)
	if g.tok() == token.LBRACE {
		if keyword == token.IF {
			g.stop(g.off(), "missing condition in if statement")
		}
		return
	}
	outer := g.nest
	g.nest = -1
	defer func() { g.nest = outer }()
	var init, cond shape
	if g.tok() != token.SEMICOLON {
		if g.tok() == token.VAR {
			g.next()
			g.stop(g.off(), fmt.Sprintf("var declaration not allowed in %s initializer", keyword))
		}
		if init = g.simple(nil, keyword); init.kind == kRange {
			return
		}
	}
	semi := -1
	var semiLit string
	if g.tok() == token.LBRACE {
		cond = init
	} else {
		if g.tok() == token.SEMICOLON {
			semi, semiLit = g.off(), g.lex().lit
			g.next()
		} else {
			g.want(token.LBRACE)
		}
		switch {
		case keyword == token.FOR:
			if g.tok() != token.SEMICOLON {
				if g.tok() == token.LBRACE {
					g.unexpected(", expected for loop condition")
				}
				cond = g.simple(nil, 0)
			}
			g.want(token.SEMICOLON)
			if g.tok() != token.LBRACE {
				if post := g.simple(nil, 0); post.kind == kDefine {
					g.stop(g.opAt(post), "cannot declare in post statement of for loop")
				}
			}
		case g.tok() != token.LBRACE:
			cond = g.simple(nil, keyword)
		}
	}
	switch cond.kind {
	case kNone:
		if keyword == token.IF && semi >= 0 {
			if semiLit != "semicolon" {
				g.stop(semi, fmt.Sprintf("unexpected %s, expected { after if clause", semiLit))
			}
			g.stop(semi, "missing condition in if statement")
		}
	case kExpr:
	case kAssign:
		strong := func(s *shape) string {
			if s.kind == kBinary && !s.paren {
				return "(" + g.show(*s) + ")"
			}
			return g.show(*s)
		}
		g.stop(g.opAt(cond), fmt.Sprintf("cannot use assignment %s = %s as value", strong(cond.x), strong(cond.y)))
	default:
		text := g.show(*cond.x) + cond.name
		if cond.y != nil {
			text += g.show(*cond.y)
		}
		g.stop(g.opAt(cond), fmt.Sprintf("cannot use %s as value", text))
	}
}

// literals is how go/types writes a function literal; the compiler writes func() {…}.
var literals = regexp.MustCompile(`\((func\([^{}]*?) literal\)`)

// show writes an expression as the compiler does: one line, usual spacing, bodies of functions left out.
func (g *grammar) show(s shape) string {
	text := g.src[s.from:s.to]
	e, err := parser.ParseExpr("f(" + text + ")")
	if call, ok := e.(*ast.CallExpr); ok && err == nil {
		var parts []string
		for _, a := range call.Args {
			parts = append(parts, types.ExprString(a))
		}
		text := strings.ReplaceAll(strings.Join(parts, ", "), "((ast: <nil>))", "(type)")
		return literals.ReplaceAllString(text, "$1 {…}")
	}
	return strings.Join(strings.Fields(text), " ")
}

// opAt is where the compiler places a simple statement: at its operator.
func (g *grammar) opAt(s shape) int {
	if s.x == nil {
		return s.from
	}
	for i := s.x.to; i < s.to; i++ {
		if c := g.src[i]; c != ' ' && c != '\t' {
			return i
		}
	}
	return s.from
}

// block reads a block; context says after what, unless its brace is known to be there.
func (g *grammar) block(context string) {
	if !g.got(token.LBRACE) {
		g.unexpected(", expected { after " + context)
	}
	g.stmts()
	g.want(token.RBRACE)
}

func (g *grammar) stmts() {
	for {
		switch g.tok() {
		case token.EOF, token.RBRACE, token.CASE, token.DEFAULT:
			return
		}
		if !g.stmt() {
			return
		}
		if !g.got(token.SEMICOLON) && g.tok() != token.RBRACE {
			g.unexpected(" at end of statement")
		}
	}
}

// stmt reads a statement if there is one.
func (g *grammar) stmt() bool {
	switch t := g.tok(); t {
	case token.IDENT:
		lhs := g.exprs()
		if lhs.kind == kName && g.tok() == token.COLON {
			at := g.off()
			g.next()
			if g.tok() != token.RBRACE && !g.stmt() {
				g.stop(at, "missing statement after label")
			}
			return true
		}
		g.simple(&lhs, 0)
	case token.VAR:
		g.next()
		g.group(g.varSpec)
	case token.CONST:
		g.next()
		g.group(g.constSpec)
	case token.TYPE:
		g.next()
		g.group(g.typeSpec)
	case token.LBRACE:
		g.block("")
	case token.ADD, token.SUB, token.MUL, token.AND, token.XOR, token.NOT, token.TILDE,
		token.INT, token.FLOAT, token.IMAG, token.CHAR, token.STRING, token.FUNC, token.LPAREN,
		token.LBRACK, token.STRUCT, token.MAP, token.CHAN, token.INTERFACE, token.ARROW:
		if t == token.TILDE {
			return false
		}
		g.simple(nil, 0)
	case token.FOR:
		g.header(token.FOR)
		g.block("for clause")
	case token.SWITCH:
		g.header(token.SWITCH)
		if !g.got(token.LBRACE) {
			g.stop(g.off(), "missing { after switch clause")
		}
		g.clauses(func() { g.exprs() })
	case token.SELECT:
		g.next()
		if !g.got(token.LBRACE) {
			g.stop(g.off(), "missing { after select clause")
		}
		g.clauses(func() { g.simple(nil, 0) })
	case token.IF:
		g.ifStmt()
	case token.FALLTHROUGH:
		g.next()
	case token.BREAK, token.CONTINUE:
		g.next()
		g.got(token.IDENT)
	case token.GO, token.DEFER:
		g.next()
		switch x := g.primary(nil); {
		case x.paren && g.src[x.from] == '(':
			g.plain(x.from, fmt.Sprintf("expression in %s must not be parenthesized", t))
		case x.kind != kCall:
			g.plain(x.from, fmt.Sprintf("expression in %s must be function call", t))
		}
	case token.GOTO:
		g.next()
		g.name()
	case token.RETURN:
		g.next()
		if g.tok() != token.SEMICOLON && g.tok() != token.RBRACE {
			g.exprs()
		}
	case token.SEMICOLON:
	default:
		return false
	}
	return true
}

func (g *grammar) ifStmt() {
	g.header(token.IF)
	g.block("if clause")
	if !g.got(token.ELSE) {
		return
	}
	switch g.tok() {
	case token.IF:
		g.ifStmt()
	case token.LBRACE:
		g.block("")
	default:
		g.stop(g.off(), "else must be followed by if or statement block")
	}
}

// clauses reads the cases of a switch or select up to its closing brace.
func (g *grammar) clauses(head func()) {
	for g.tok() != token.EOF && g.tok() != token.RBRACE {
		switch g.tok() {
		case token.CASE:
			g.next()
			head()
		case token.DEFAULT:
			g.next()
		default:
			g.unexpected(", expected case or default or }")
		}
		g.want(token.COLON)
		g.stmts()
	}
	g.want(token.RBRACE)
}
