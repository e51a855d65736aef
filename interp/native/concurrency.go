package native

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

func (t *translator) rangeChan(n *ast.RangeStmt) string {
	t.need("Recv")
	var b strings.Builder
	fmt.Fprintf(&b, "for gkc := %s; ; { ", t.text(n.X))
	v, rest := "_", ""
	if n.Key != nil {
		if n.Tok == token.DEFINE {
			v = t.text(n.Key)
			if v != "_" {
				rest = "_ = " + v + "; "
			}
		} else {
			v, rest = "gkv", t.text(n.Key)+" = gkv; "
		}
	}
	fmt.Fprintf(&b, "%s, gkok := gkRecv2(%s, gkc); if !gkok { break }; %s%s", v, t.at(n.For, n.X), rest, stopTest)
	b.WriteString(t.span(n.Body, n.Body.Lbrace+1, n.Body.Rbrace+1))
	return b.String()
}

func (t *translator) selectStmt(n *ast.SelectStmt) string {
	if t.labelled[n] {
		t.refuse("has a select with a label")
		return ""
	}
	t.need("Select")
	var cases, body strings.Builder
	k, blocking := 0, true
	var channels []ast.Expr
	prev := n.Body.Lbrace + 1
	for _, c := range n.Body.List {
		c := c.(*ast.CommClause)
		body.WriteString(strings.Repeat("\n", t.line(c.Pos())-t.line(prev))) // what follows stays on its line
		prev = c.Colon
		head, test := "", fmt.Sprintf("case %d:", k)
		switch s := c.Comm.(type) {
		case nil:
			blocking, test = false, "default:"
			k--
		case *ast.SendStmt:
			el := t.elem(s.Chan)
			channels = append(channels, s.Chan)
			fmt.Fprintf(&cases, "gkCase{true, %s, gkPtr[%s](%s)}, ", t.text(s.Chan), t.typeText(el), t.text(s.Value))
		case *ast.ExprStmt:
			u := ast.Unparen(s.X).(*ast.UnaryExpr)
			channels = append(channels, u.X)
			fmt.Fprintf(&cases, "gkCase{C: %s}, ", t.text(u.X))
		case *ast.AssignStmt:
			u := ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr)
			if t.converts[u] != nil {
				t.refuse("has a select that makes an interface of what it receives")
			}
			el := t.typeText(t.elem(u.X))
			channels = append(channels, u.X)
			fmt.Fprintf(&cases, "gkCase{C: %s, P: unsafe.Pointer(new(%s))}, ", t.text(u.X), el)
			got := fmt.Sprintf("*(*%s)(gkp[%d])", el, k)
			head = " " + t.text(s.Lhs[0]) + " " + s.Tok.String() + " " + got + ";"
			if len(s.Lhs) == 2 {
				head = " " + t.text(s.Lhs[0]) + ", " + t.text(s.Lhs[1]) + " " + s.Tok.String() + " " + got + ", gkok;"
			}
			if s.Tok == token.DEFINE {
				for _, l := range s.Lhs {
					if id := t.text(l); id != "_" {
						head += " _ = " + id + ";"
					}
				}
			}
		}
		body.WriteString(test + head + " ")
		k++
		for _, st := range c.Body {
			body.WriteString(strings.Repeat("\n", max(0, t.line(st.Pos())-t.line(prev))))
			if t.labelled[st] {
				t.refuse("has a label inside a select")
			}
			if r, ok := t.rewrite(st); ok {
				body.WriteString(r)
			} else {
				body.WriteString(t.text(st))
			}
			body.WriteString("; ")
			prev = st.End()
		}
	}
	body.WriteString(strings.Repeat("\n", max(0, t.line(n.Body.Rbrace)-t.line(prev))))
	return fmt.Sprintf("switch gki, gkok, gkp := gkSelect(%s, %v, %s); gki { %s}; ", t.at(n.Select, channels...), blocking, strings.TrimSuffix(cases.String(), ", "), "case -2: _, _ = gkok, gkp; "+body.String())
}

func (t *translator) line(p token.Pos) int { return t.fset.File(p).Line(p) }

func (t *translator) goStmt(n *ast.GoStmt) string {
	t.need("Go")
	place := t.at(n.Go)
	call := n.Call
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && len(call.Args) == 0 && lit.Type.Results == nil {
		return fmt.Sprintf("gkGo(%s, %s)", t.bare(lit), place)
	}
	if _, special := t.call(call); special {
		t.refuse("starts %s as a goroutine", t.f.Text[t.off(call.Fun.Pos()):t.off(call.Fun.End())])
		return ""
	}
	if tv := t.f.Info.Types[call.Fun]; tv.IsBuiltin() || tv.IsType() {
		t.refuse("starts a built-in function as a goroutine")
		return ""
	}
	var names, vals, args []string
	bind := func(e ast.Expr) string {
		tv := t.f.Info.Types[e]
		if tv.Value != nil || tv.IsNil() {
			return t.text(e)
		}
		name := fmt.Sprintf("gka%d", len(names))
		names, vals = append(names, name), append(vals, t.text(e))
		return name
	}
	fun := bind(call.Fun)
	for _, a := range call.Args {
		args = append(args, bind(a))
	}
	if call.Ellipsis.IsValid() {
		args[len(args)-1] += "..."
	}
	if len(vals) == 0 {
		return fmt.Sprintf("gkGo(func() { %s(%s) }, %s)", fun, strings.Join(args, ", "), place)
	}
	return fmt.Sprintf("{ %s := %s; gkGo(func() { %s(%s) }, %s) }", strings.Join(names, ", "), strings.Join(vals, ", "), fun, strings.Join(args, ", "), place)
}
