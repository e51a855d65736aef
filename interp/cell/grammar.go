package cell

import (
	"fmt"
	"go/token"
	"strings"
)

// firstFault finds the first syntax error of a cell and says it in the words
// of the Go compiler ("syntax error: unexpected newline in argument list;
// possibly missing comma or )"), which are not those of go/parser. It reads the
// grammar as cmd/compile/internal/syntax does, since its messages follow from
// where its reading stops; nothing but the error is built. file says that
// the text is a whole file with a package clause. nil means that nothing is wrong.
func firstFault(src string, file bool) (found *fault) {
	if !strings.HasSuffix(src, "\n") {
		src += "\n" // a file ends with a newline: messages say "newline", not "EOF"
	}
	g := &grammar{src: src, ts: scan(src)}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *fault:
			found = r
		default:
			panic(r)
		}
	}()
	g.check()
	if file {
		g.file()
	} else {
		g.cell()
	}
	return nil
}

// grammar reads tokens and panics with a *fault at the first one that does not fit.
type grammar struct {
	src  string
	ts   []lexeme
	i    int
	nest int // >= 0: a brace after a name may begin a composite literal; -1 in the header of a statement
}

// shape is what must be known of an expression or simple statement to read on.
type shape struct {
	kind     kind
	from, to int    // its text
	name     string // a plain name; the operator of a binary expression or statement
	paren    bool
	x, y     *shape // operands of a binary expression; a call's function and only argument
}

type kind uint8

const (
	kNone   kind = iota
	kName        // x
	kSel         // x.y
	kIndex       // x[i]: a type instance or an element
	kLit         // array, slice, struct or map type: a brace begins a literal
	kType        // other type literals
	kChan        // a channel type
	kStar        // *x
	kTilde       // ~x
	kBinary      // x op y
	kCall        // f(x)
	kGuard       // x.(type)
	kValue       // anything that can only be a value
	kList        // more than one expression
	kExpr        // statement: an expression
	kAssign      // statement: =
	kDefine      // statement: :=
	kOther       // statement: op=, ++, send
	kRange       // statement: a range clause
)

func (g *grammar) tok() token.Token { return g.ts[g.i].tok }
func (g *grammar) lex() lexeme      { return g.ts[g.i] }
func (g *grammar) off() int         { return g.ts[g.i].off }

// end is the offset after the last token that was read.
func (g *grammar) end() int {
	if g.i == 0 {
		return 0
	}
	l := g.ts[g.i-1]
	if l.lit != "" && l.tok != token.SEMICOLON {
		return l.off + len(l.lit)
	}
	return l.off + len(l.tok.String())
}

func (g *grammar) next() {
	if g.tok() != token.EOF {
		g.i++
		g.check()
	}
}

// check stops at a token that is misspelt.
func (g *grammar) check() {
	if f := g.lex().fault; f != nil {
		panic(f)
	}
}

func (g *grammar) got(t token.Token) bool {
	if g.tok() == t {
		g.next()
		return true
	}
	return false
}

func (g *grammar) want(t token.Token) {
	if !g.got(t) {
		g.unexpected(", expected " + spell(t))
	}
}

// unexpected stops with a message about the token at hand.
func (g *grammar) unexpected(more string) {
	l := g.lex()
	g.stop(l.off, "unexpected "+describe(l)+more)
}

// stop stops with a message of its own.
func (g *grammar) stop(off int, msg string) {
	l := g.lex()
	end := l.tok == token.EOF || l.tok == token.SEMICOLON && l.lit != "semicolon" && g.i+1 < len(g.ts) && g.ts[g.i+1].tok == token.EOF
	panic(&fault{off: off, msg: "syntax error: " + msg, atEnd: end})
}

// plain stops with a message that the compiler gives without "syntax error: ".
func (g *grammar) plain(off int, msg string) { panic(&fault{off: off, msg: msg}) }

// list reads elements up to the closing token; one of them returns true if none may follow.
func (g *grammar) list(context string, sep, closing token.Token, element func() bool) {
	last := false
	for g.tok() != token.EOF && g.tok() != closing && !last {
		last = element()
		if !g.got(sep) && g.tok() != closing {
			g.unexpected(fmt.Sprintf(" in %s; possibly missing %s or %s", context, spell(sep), spell(closing)))
		}
	}
	g.want(closing)
}

// name reads an identifier.
func (g *grammar) name() shape {
	l := g.lex()
	if l.tok != token.IDENT {
		g.unexpected(", expected name")
	}
	g.next()
	return shape{kind: kName, from: l.off, to: l.off + len(l.lit), name: l.lit}
}

// cell reads declarations and statements in any order.
func (g *grammar) cell() {
	bare := false // the last item was a function without a body
	for g.tok() != token.EOF {
		decl := true
		wasBare := bare
		bare = false
		switch t := g.tok(); {
		case t == token.IMPORT:
			g.next()
			g.group(g.importSpec)
		case t == token.FUNC && declares(g.ts, g.i):
			g.next()
			bare = g.funcDecl()
		case t == token.PACKAGE:
			g.stop(g.off(), "package statement must be first")
		case t == token.LBRACE && wasBare:
			g.stop(g.off(), "unexpected semicolon or newline before {")
		default:
			decl = t == token.CONST || t == token.TYPE || t == token.VAR
			if !g.stmt() {
				g.unexpected("")
			}
		}
		if g.tok() == token.EOF || g.got(token.SEMICOLON) {
			continue
		}
		if decl {
			g.unexpected(" after top level declaration")
		}
		if g.tok() == token.RBRACE {
			g.unexpected("")
		}
		g.unexpected(" at end of statement")
	}
}

// file reads a whole source file.
func (g *grammar) file() {
	if !g.got(token.PACKAGE) {
		g.stop(g.off(), "package statement must be first")
	}
	g.name()
	g.want(token.SEMICOLON)
	prev, bare := token.IMPORT, false
	for g.tok() != token.EOF {
		if g.tok() == token.IMPORT && prev != token.IMPORT {
			g.stop(g.off(), "imports must appear before other declarations")
		}
		prev = g.tok()
		wasBare := bare
		bare = false
		switch g.tok() {
		case token.IMPORT:
			g.next()
			g.group(g.importSpec)
		case token.CONST:
			g.next()
			g.group(g.constSpec)
		case token.TYPE:
			g.next()
			g.group(g.typeSpec)
		case token.VAR:
			g.next()
			g.group(g.varSpec)
		case token.FUNC:
			g.next()
			bare = g.funcDecl()
		default:
			if g.tok() == token.LBRACE && wasBare {
				g.stop(g.off(), "unexpected semicolon or newline before {")
			}
			g.stop(g.off(), "non-declaration statement outside function body")
		}
		if g.tok() != token.EOF && !g.got(token.SEMICOLON) {
			g.unexpected(" after top level declaration")
		}
	}
}

// declares tells a function or method declaration at token i from an expression that begins with a function literal.
func declares(ts []lexeme, i int) bool {
	if i+1 >= len(ts) {
		return false
	}
	switch ts[i+1].tok {
	case token.IDENT:
		return true
	case token.LPAREN: // func (r T) name( is a method, func (a int) { a literal
		depth := 0
		for j := i + 1; j < len(ts); j++ {
			switch ts[j].tok {
			case token.LPAREN:
				depth++
			case token.RPAREN:
				if depth--; depth == 0 {
					return j+2 < len(ts) && ts[j+1].tok == token.IDENT && (ts[j+2].tok == token.LPAREN || ts[j+2].tok == token.LBRACK)
				}
			}
		}
	}
	return false
}

func (g *grammar) group(spec func()) {
	if g.got(token.LPAREN) {
		g.list("grouped declaration", token.SEMICOLON, token.RPAREN, func() bool { spec(); return false })
		return
	}
	spec()
}

func (g *grammar) importSpec() {
	switch g.tok() {
	case token.IDENT, token.PERIOD:
		g.next()
	}
	l := g.lex()
	if !l.tok.IsLiteral() || l.tok == token.IDENT {
		g.stop(l.off, "missing import path")
	}
	g.next()
	if l.tok != token.STRING {
		g.stop(l.off, "import path must be a string")
	}
}

func (g *grammar) names() {
	g.name()
	for g.got(token.COMMA) {
		g.name()
	}
}

// assign reads a "=" if there is one.
func (g *grammar) assign() bool {
	if g.tok() == token.DEFINE {
		g.unexpected(", expected =")
	}
	return g.got(token.ASSIGN)
}

func (g *grammar) constSpec() {
	g.names()
	if t := g.tok(); t != token.EOF && t != token.SEMICOLON && t != token.RPAREN {
		g.typeOpt()
		if g.assign() {
			g.exprs()
		}
	}
}

func (g *grammar) varSpec() {
	g.names()
	if g.assign() {
		g.exprs()
		return
	}
	g.typ()
	if g.assign() {
		g.exprs()
	}
}

func (g *grammar) typeSpec() {
	g.name()
	found := true
	if g.tok() == token.LBRACK {
		found = g.bracketedType()
	} else {
		g.assign()
		found = g.typeOpt().kind != kNone
	}
	if !found {
		g.unexpected(" in type declaration")
	}
}

// bracketedType reads what follows the name in `type T [`: an array or slice type, or type parameters.
func (g *grammar) bracketedType() bool {
	g.next()
	switch g.tok() {
	case token.IDENT:
		x := g.name()
		if g.tok() != token.LBRACK {
			g.nest++
			x = g.binary(g.primary(&x), 0)
			g.nest--
		}
		p, bound := splitParam(x, g.tok() == token.COMMA)
		if p != nil && (bound != nil || g.tok() != token.RBRACK) {
			g.params(p, bound, token.RBRACK, true, false)
			g.assign()
			return g.typeOpt().kind != kNone
		}
		g.arrayType(&x)
	case token.RBRACK:
		g.next()
		g.typ()
	default:
		g.arrayType(nil)
	}
	return true
}

// splitParam reads `P *E` and `P (E)` as a type parameter with its bound, where that is what it must be.
func splitParam(x shape, force bool) (name, bound *shape) {
	switch x.kind {
	case kName:
		return &x, nil
	case kBinary:
		if x.x.kind == kName && x.name == "*" && (force || typeElem(x.y)) {
			return x.x, &shape{kind: kStar, from: x.y.from - 1, to: x.to}
		}
		if x.name == "|" {
			if n, l := splitParam(*x.x, force || typeElem(x.y)); n != nil && l != nil {
				return n, &shape{kind: kBinary, from: l.from, to: x.to, x: l, y: x.y}
			}
		}
	case kCall:
		if x.x != nil && x.x.kind == kName && x.y != nil && (force || typeElem(x.y)) {
			return x.x, x.y
		}
	}
	return nil, nil
}

// typeElem says that x can only be a type.
func typeElem(x *shape) bool {
	switch x.kind {
	case kLit, kType, kChan, kTilde:
		return true
	case kBinary:
		return typeElem(x.x) || typeElem(x.y)
	case kStar:
		return x.x != nil && typeElem(x.x)
	}
	return false
}

// funcDecl reads a function or method after "func"; it reports whether it has no body.
func (g *grammar) funcDecl() (bare bool) {
	context := ""
	if g.got(token.LPAREN) {
		context = "method"
		switch n := g.params(nil, nil, token.RPAREN, false, false); {
		case n == 0:
			g.plain(g.off(), "method has no receiver")
		case n > 1:
			g.plain(g.off(), "method has multiple receivers")
		}
	}
	if g.tok() != token.IDENT {
		if context != "" {
			g.unexpected(", expected name")
		}
		g.unexpected(", expected name or (")
	}
	g.next()
	g.signature(context)
	if g.tok() == token.LBRACE {
		g.body()
		return false
	}
	return true
}

func (g *grammar) body() {
	n := g.nest
	g.nest = 0
	g.block("")
	g.nest = n
}

// signature reads parameters and results; type parameters are refused where context says what cannot have them.
func (g *grammar) signature(context string) {
	at := g.off()
	if g.got(token.LBRACK) {
		if context != "" {
			g.stop(at, context+" must have no type parameters")
		}
		if g.tok() == token.RBRACK {
			g.stop(g.off(), "empty type parameter list")
		}
		g.params(nil, nil, token.RBRACK, true, false)
	}
	g.want(token.LPAREN)
	g.params(nil, nil, token.RPAREN, false, true)
	if g.got(token.LPAREN) {
		g.params(nil, nil, token.RPAREN, false, false)
		return
	}
	g.typeOpt()
}
