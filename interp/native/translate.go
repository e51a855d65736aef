package native

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Redirects maps the full name of a native function or method to the function of the worker's
// run time that stands for it; that one takes the place of the call first, then the receiver.
type Redirects map[string]string

// Module is the source of a plugin: one file for each declaration and one that binds the run time.
type Module struct {
	Files  map[string]string
	Roots  []Root   // the functions that interpreted code calls
	Needs  []string // functions of the run time that the host must offer
	Places []Place  // positions that run-time messages name; the code has their indexes
	Vars   []int    // session variables whose addresses it must be told, as numbers of the Program
	Copies []int    // declarations of the Program that are functions in it: a newer version of each can take over
	Asks   []Ask    // what it asks interface values for
	Words  []Word   // what its interface values say of types of the session
}

// Root is a function that interpreted code calls. Params are its receiver and its parameters; results pass by address
// all or none.
type Root struct {
	Name            string
	Params, Results []Passing
}

// Place is where an operation of a native function stands in its cell.
type Place struct {
	Cell, Line, Col int
	Func            string // the declaration it is part of
	What            string // the operand as written
}

// translator rewrites one declaration. Text stays on its lines, so that positions stay true.
type translator struct {
	f         *Function
	fset      *token.FileSet
	base      int               // offset of the declaration's text in its file
	needs     map[string]string // name in the run time -> Go type
	redirects Redirects
	places    *[]Place
	recursive bool
	bad       *Refusal
	session   *types.Package
	labelled  map[ast.Stmt]bool
	vars      map[types.Object]int    // session variables
	converts  map[ast.Expr]types.Type // values that become interface values with a word of the session's
	asks      map[ast.Node]bool       // what asks interface values for types of the session
	clauses   map[*ast.CaseClause]string
	words     *words
	names     aliases
	breaks    map[*ast.BranchStmt]string // what ends two loops that were one
	numbers   int                        // used in names
	late      int                        // number by which a newer version takes over, -1 if none can
}

// edit replaces text between two offsets of the declaration.
type edit struct {
	from, to int
	text     string
}

const stopTest = "if *gkS { gkStopHit() }; "

// stopHead makes the address of the flag a local variable, which loops test faster.
const stopHead = " gkS := gkStop; _ = gkS; "

func (t *translator) refuse(format string, args ...any) {
	if t.bad == nil {
		t.bad = &Refusal{t.f.Name, fmt.Sprintf(format, args...)}
	}
}

func (t *translator) off(p token.Pos) int { return t.fset.File(p).Offset(p) - t.base }

// text is the rewritten text of n.
func (t *translator) text(n ast.Node) string {
	if isNil(n) {
		return ""
	}
	if e, ok := n.(ast.Expr); ok {
		if to := t.converts[e]; to != nil {
			from := t.f.Info.TypeOf(e)
			if types.IsInterface(from) {
				return fmt.Sprintf("gkC%d(%s)", t.words.ask(from, to), t.bare(n))
			}
			return fmt.Sprintf("gkI%d(%s)", t.words.index(from, to), t.bare(n))
		}
	}
	return t.bare(n)
}

// bare is text without the conversion of n itself.
func (t *translator) bare(n ast.Node) string {
	if r, ok := t.rewrite(n); ok {
		return r
	}
	return t.span(n, n.Pos(), n.End())
}

func isNil(n ast.Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case ast.Expr:
		return n == nil
	}
	return false
}

// span is the rewritten text of what n has between two positions.
func (t *translator) span(n ast.Node, from, to token.Pos) string {
	var edits []edit
	ast.Inspect(n, func(m ast.Node) bool {
		if m == nil || t.bad != nil {
			return false
		}
		if m != n {
			if e, ok := m.(ast.Expr); ok && t.converts[e] != nil {
				edits = append(edits, edit{t.off(m.Pos()), t.off(m.End()), t.text(m)})
				return false
			}
			if r, ok := t.rewrite(m); ok {
				edits = append(edits, edit{t.off(m.Pos()), t.off(m.End()), r})
				return false
			}
		}
		switch m := m.(type) {
		case *ast.LabeledStmt:
			t.labelled[m.Stmt] = true
		case *ast.ForStmt:
			edits = append(edits, edit{t.off(m.Body.Lbrace) + 1, t.off(m.Body.Lbrace) + 1, " " + stopTest})
		case *ast.RangeStmt:
			if t.short(m) {
				break
			}
			edits = append(edits, edit{t.off(m.Body.Lbrace) + 1, t.off(m.Body.Lbrace) + 1, " " + stopTest})
		case *ast.CaseClause:
			if c, ok := t.clauses[m]; ok {
				edits = append(edits, edit{t.off(m.Pos()), t.off(m.Colon) + 1, c})
			}
		case *ast.BranchStmt:
			if m.Tok == token.GOTO {
				t.refuse("has a goto")
			}
		case *ast.FuncDecl:
			if m.Body != nil {
				at := t.off(m.Body.Lbrace) + 1
				var ps []edit
				if t.late >= 0 {
					var head string
					head, ps = t.lateHead(m)
					edits = append(edits, ps...)
					edits = append(edits, edit{at, at, head})
				}
				if t.recursive {
					edits = append(edits, edit{at, at, " if *gkStop { gkStopHit() }; "})
				}
				if loops(m.Body) {
					edits = append(edits, edit{at, at, stopHead})
				}
			}
		case *ast.FuncLit:
			if loops(m.Body) {
				at := t.off(m.Body.Lbrace) + 1
				edits = append(edits, edit{at, at, stopHead})
			}
		}
		return true
	})
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	src := t.f.Text
	var b strings.Builder
	at, end := t.off(from), t.off(to)
	for _, e := range edits {
		if e.from < at || e.to > end {
			continue
		}
		b.WriteString(src[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.WriteString(src[at:end])
	return b.String()
}

// rewrite gives the text of nodes that native code must do otherwise.
func (t *translator) rewrite(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.SendStmt:
		el := t.elem(n.Chan)
		v := t.text(n.Value)
		if vt := t.f.Info.TypeOf(n.Value); vt != nil && !types.Identical(vt, el) {
			v = "(" + t.typeText(el) + ")(" + v + ")"
		}
		t.need("Send")
		return fmt.Sprintf("gkSend(%s, %s, %s)", t.at(n.Arrow, n.Chan), t.text(n.Chan), v), true
	case *ast.UnaryExpr:
		if n.Op != token.ARROW {
			return "", false
		}
		t.need("Recv")
		f := "gkRecv"
		if tv := t.f.Info.Types[n]; tv.Type != nil {
			if _, two := tv.Type.(*types.Tuple); two {
				f = "gkRecv2"
			}
		}
		return fmt.Sprintf("%s(%s, %s)", f, t.at(n.OpPos, n.X), t.text(n.X)), true
	case *ast.RangeStmt:
		if _, ok := under(t.f.Info.TypeOf(n.X)).(*types.Chan); ok {
			return t.rangeChan(n), true
		}
		if t.short(n) {
			return "", false
		}
		return t.strip(n)
	case *ast.ForStmt:
		return t.strip(n)
	case *ast.BranchStmt:
		if l := t.breaks[n]; l != "" {
			return "break " + l, true
		}
	case *ast.SelectStmt:
		return t.selectStmt(n), true
	case *ast.TypeAssertExpr:
		if t.asks[n] {
			return t.assertion(n), true
		}
	case *ast.TypeSwitchStmt:
		if t.asks[n] {
			return t.typeSwitch(n), true
		}
	case *ast.GoStmt:
		return t.goStmt(n), true
	case *ast.CallExpr:
		return t.call(n)
	case *ast.SelectorExpr:
		return t.selector(n)
	case *ast.Ident: // a variable of the session is read where it lives now, in literals too: see compile/capture.go
		if i, ok := t.vars[t.f.Info.Uses[n]]; ok {
			return fmt.Sprintf("(*gkV%d)", i), true
		}
		if b, ok := t.f.Info.Uses[n].(*types.Builtin); ok {
			switch b.Name() {
			case "close", "print", "println":
				t.refuse("uses %s as it cannot be followed", b.Name()) // call has taken the ordinary ones
			}
		}
	}
	return "", false
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

func (t *translator) elem(c ast.Expr) types.Type {
	if ch, ok := under(t.f.Info.TypeOf(c)).(*types.Chan); ok {
		return ch.Elem()
	}
	t.refuse("has a channel of a type parameter")
	return types.Typ[types.Int]
}

func (t *translator) typeText(x types.Type) string {
	return t.names.typeText(x, t.session)
}

// at is the text of the place of an operation at pos on the operands, which are none or one but for a select. Positions
// and words are those of interpreted code: a learner does not see which form of a function has run.
func (t *translator) at(pos token.Pos, operands ...ast.Expr) string {
	p := t.fset.Position(pos)
	pl := Place{Cell: t.f.Cell, Line: p.Line, Col: p.Column, Func: t.funcAt(pos)}
	for i, x := range operands {
		if i > 0 {
			pl.What += "\n"
		}
		pl.What += types.ExprString(x)
	}
	*t.places = append(*t.places, pl)
	return fmt.Sprintf("gkP[%d]", len(*t.places)-1)
}

// funcAt is the function at pos as Go's traces name it: f, (*T).m, f.func1, f.func1.2.
func (t *translator) funcAt(pos token.Pos) string {
	name := t.f.Name
	fd, ok := t.f.Node.(*ast.FuncDecl)
	if !ok {
		return name
	}
	if fd.Recv != nil && len(fd.Recv.List) == 1 {
		if _, ptr := ast.Unparen(fd.Recv.List[0].Type).(*ast.StarExpr); ptr {
			typ, m, _ := strings.Cut(name, ".")
			name = "(*" + typ + ")." + m
		}
	}
	sep := ".func"
	var inside ast.Node = fd
	for inside != nil {
		n := 0
		var next ast.Node
		ast.Inspect(inside, func(m ast.Node) bool {
			lit, ok := m.(*ast.FuncLit)
			if !ok || m == inside {
				return next == nil
			}
			n++
			if within(pos, lit) && next == nil {
				next = lit
				name += fmt.Sprintf("%s%d", sep, n)
			}
			return false
		})
		inside, sep = next, "."
	}
	return name
}

func (t *translator) need(name string) { t.needs[name] = "" }

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

// call rewrites calls of what the run time does itself.
func (t *translator) call(n *ast.CallExpr) (string, bool) {
	args := func(first ...string) string {
		for _, a := range n.Args {
			first = append(first, t.text(a))
		}
		s := strings.Join(first, ", ")
		if n.Ellipsis.IsValid() {
			s += "..."
		}
		return s
	}
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		b, ok := t.f.Info.Uses[fun].(*types.Builtin)
		if !ok {
			return "", false
		}
		switch b.Name() {
		case "close":
			t.need("Close")
			return fmt.Sprintf("gkClose(%s, %s)", t.at(n.Lparen), t.text(n.Args[0])), true
		case "print", "println":
			name := map[string]string{"print": "Print", "println": "Println"}[b.Name()]
			t.need(name)
			return "gk" + name + "(" + args() + ")", true
		}
	case *ast.SelectorExpr:
		f, ok := t.f.Info.Uses[fun.Sel].(*types.Func)
		if !ok {
			return "", false
		}
		to, ok := t.redirects[f.FullName()]
		if !ok {
			return "", false
		}
		typ := t.hostType(f)
		t.needs[to] = typ
		place := t.at(n.Lparen, fun.X)
		if f.Signature().Recv() == nil {
			return fmt.Sprintf("gk%s(%s)", to, args(place)), true
		}
		recv, ok := t.receiver(fun, f)
		if !ok {
			t.refuse("calls %s in a way that cannot be followed", f.Name())
			return "", true
		}
		return fmt.Sprintf("gk%s(%s)", to, args(place, recv)), true
	}
	return "", false
}

// receiver is the text of the receiver of a method call, with embedded fields written out and
// the address taken where the method has a pointer receiver.
func (t *translator) receiver(sel *ast.SelectorExpr, f *types.Func) (string, bool) {
	s := t.f.Info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return "", false
	}
	text, typ := t.text(sel.X), s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		st, ok := under(deref(typ)).(*types.Struct)
		if !ok {
			return "", false
		}
		text, typ = text+"."+st.Field(i).Name(), st.Field(i).Type()
	}
	_, ptr := types.Unalias(f.Signature().Recv().Type()).(*types.Pointer)
	if _, have := under(typ).(*types.Pointer); ptr && !have {
		text = "&" + text
	}
	return text, true
}

func deref(t types.Type) types.Type {
	if p, ok := under(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// hostType is the Go type of the run time's function that stands for f: place, receiver, parameters.
func (t *translator) hostType(f *types.Func) string {
	ps := []string{"int"}
	sig := f.Signature()
	if r := sig.Recv(); r != nil {
		ps = append(ps, t.typeText(r.Type()))
	}
	for i := range sig.Params().Len() {
		s := t.typeText(sig.Params().At(i).Type())
		if sig.Variadic() && i == sig.Params().Len()-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		ps = append(ps, s)
	}
	var rs []string
	for v := range sig.Results().Variables() {
		rs = append(rs, t.typeText(v.Type()))
	}
	return "func(" + strings.Join(ps, ", ") + ") (" + strings.Join(rs, ", ") + ")"
}

// randDraw is the run time's function that rand.N, which is generic, draws with.
const randDraw = "RandV2Uint64N"

// printing are the functions that the worker has of its own, because they write to the cell of the goroutine that calls them.
var printing = map[string]bool{
	"fmt.Print": true, "fmt.Println": true, "fmt.Printf": true, "fmt.Fprint": true, "fmt.Fprintln": true, "fmt.Fprintf": true,
	"io.WriteString": true, "io.Copy": true,
}

// selector rewrites the standard streams, and refuses redirected functions that are used as values.
func (t *translator) selector(n *ast.SelectorExpr) (string, bool) {
	switch o := t.f.Info.Uses[n.Sel].(type) {
	case *types.Func:
		if o.Origin().FullName() == "math/rand/v2.N" && t.redirects["math/rand/v2.Uint64N"] != "" {
			t.needs[randDraw] = "func(int, uint64) uint64"
			return "gkRandN", true
		}
		if _, ok := t.redirects[o.FullName()]; ok {
			t.refuse("uses %s as a value", o.FullName())
		}
		if printing[o.FullName()] {
			name := strings.ReplaceAll(o.FullName(), ".", "_")
			t.needs[name] = strings.Replace(strings.Replace(t.hostType(o), "func(int, ", "func(", 1), "func(int)", "func()", 1)
			return "gk" + name, true
		}
	case *types.Var:
		if o.Pkg() != nil && o.Pkg().Path() == "os" && !o.IsField() {
			switch o.Name() {
			case "Stdin", "Stdout", "Stderr":
				t.needs[o.Name()] = "func() " + t.typeText(o.Type())
				return "gk" + o.Name() + "()", true
			case "Args":
				t.refuse("uses os.Args")
			}
		}
	}
	return "", false
}
