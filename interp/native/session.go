package native

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// What ties native code to a living session: variables are reached through an address that the worker keeps up
// to date, functions give way to newer versions, interface values carry the session's types.

// aliases are the names under which all files of a module import packages for types that no text names.
type aliases map[string]string

// typeText is t as text of the module.
func (a aliases) typeText(t types.Type, session *types.Package) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == session {
			return ""
		}
		n := "gki_" + strings.Map(func(r rune) rune {
			if r == '/' || r == '.' || r == '-' {
				return '_'
			}
			return r
		}, p.Path())
		a[n] = p.Path()
		return n
	})
}

// imports are the import lines that text needs.
func (a aliases) imports(text string) string {
	var lines []string
	for n, path := range a {
		if strings.Contains(text, n+".") {
			lines = append(lines, fmt.Sprintf("import %s %q\n", n, path))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// words are the conversions to interfaces of a module, and what it asks them for.
type words struct {
	list []Word
	asks []Ask
	tags []string // functions that tell the clause of a type switch
}

func (w *words) ask(from, to types.Type) int {
	for i, x := range w.asks {
		if types.Identical(x.From, from) && types.Identical(x.To, to) {
			return i
		}
	}
	w.asks = append(w.asks, Ask{from, to})
	return len(w.asks) - 1
}

func (w *words) index(from, to types.Type) int {
	for i, x := range w.list {
		if types.Identical(x.From, from) && types.Identical(x.To, to) {
			return i
		}
	}
	w.list = append(w.list, Word{from, to})
	return len(w.list) - 1
}

// loops tells whether a body has a loop of its own, outside of function literals.
func loops(b *ast.BlockStmt) (yes bool) {
	ast.Inspect(b, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			yes = true
		}
		return !yes
	})
	return yes
}

// assertion asks an interface value for a type of the session.
func (t *translator) assertion(n *ast.TypeAssertExpr) string {
	from := t.f.Info.TypeOf(n.X)
	if hasParam(from) {
		t.refuse("asks a value for a type that depends on a parameter")
		return ""
	}
	k := t.words.ask(from, t.f.Info.TypeOf(n.Type))
	if _, two := t.f.Info.Types[n].Type.(*types.Tuple); two {
		return fmt.Sprintf("gkAOk%d(%s)", k, t.text(n.X))
	}
	return fmt.Sprintf("gkA%d(%s)", k, t.text(n.X))
}

// typeSwitch is a switch on the number of the first type that the value has. Lines stay where they are.
func (t *translator) typeSwitch(n *ast.TypeSwitchStmt) string {
	var x ast.Expr
	var v *ast.Ident
	switch a := n.Assign.(type) {
	case *ast.ExprStmt:
		x = ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x = ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
		v, _ = a.Lhs[0].(*ast.Ident)
	}
	from := t.f.Info.TypeOf(x)
	if n.Init != nil || hasParam(from) {
		t.refuse("has a type switch with a statement before it or on a parameter's type")
		return ""
	}
	k := t.number()
	tag := fmt.Sprintf("gkTag%d", len(t.words.tags))
	var tests strings.Builder
	number := 0
	for _, s := range n.Body.List {
		c := s.(*ast.CaseClause)
		value := fmt.Sprintf("gkX%d", k)
		var ns []string
		for _, e := range c.List {
			to := t.f.Info.TypeOf(e)
			b, basic := to.(*types.Basic)
			test := ""
			switch {
			case basic && b.Kind() == types.UntypedNil:
				test = "x == nil"
			case foreign(to, t.session):
				q := t.words.ask(from, to)
				test = fmt.Sprintf("_, ok := gkAOk%d(x); ok", q)
				if len(c.List) == 1 {
					value = fmt.Sprintf("gkA%d(gkX%d)", q, k)
				}
			default:
				test = fmt.Sprintf("_, ok := x.(%s); ok", t.typeText(to))
				if len(c.List) == 1 {
					value = fmt.Sprintf("gkX%d.(%s)", k, t.typeText(to))
				}
			}
			fmt.Fprintf(&tests, "\tif %s {\n\t\treturn %d\n\t}\n", test, number)
			ns = append(ns, fmt.Sprint(number))
			number++
		}
		head := "default:"
		if len(ns) > 0 {
			head = "case " + strings.Join(ns, ", ") + ":"
		}
		if v != nil && v.Name != "_" {
			head += fmt.Sprintf(" %s := %s; _ = %s;", v.Name, value, v.Name)
		}
		t.clauses[c] = head
	}
	t.words.tags = append(t.words.tags, fmt.Sprintf("func %s(x %s) int {\n%s\treturn -1\n}\n", tag, t.typeText(from), tests.String()))
	return fmt.Sprintf("switch gkX%d := %s; %s(gkX%d) {", k, t.text(x), tag, k) + t.span(n.Body, n.Body.Lbrace+1, n.Body.Rbrace+1)
}

// lateHead is what a function begins with: if there is a newer version, that one runs. The edits give names
// to parameters that have none.
func (t *translator) lateHead(fd *ast.FuncDecl) (string, []edit) {
	var args []string
	var edits []edit
	field := func(f *ast.Field) {
		at := t.off(f.Type.Pos())
		if len(f.Names) == 0 {
			n := fmt.Sprintf("gkp%d", len(args))
			args = append(args, n)
			edits = append(edits, edit{at, at, n + " "})
		}
		for _, id := range f.Names {
			n := id.Name
			if n == "_" {
				n = fmt.Sprintf("gkp%d", len(args))
				edits = append(edits, edit{t.off(id.Pos()), t.off(id.End()), n})
			}
			args = append(args, n)
		}
	}
	if fd.Recv != nil {
		for _, f := range fd.Recv.List {
			field(f)
		}
	}
	for _, f := range fd.Type.Params.List {
		field(f)
	}
	call := fmt.Sprintf("gkLate%d(%s)", t.late, strings.Join(args, ", "))
	if fd.Type.Results.NumFields() > 0 {
		return fmt.Sprintf(" if gkLate%d != nil { return %s }; ", t.late, call), edits
	}
	return fmt.Sprintf(" if gkLate%d != nil { %s; return }; ", t.late, call), edits
}

// flat is the type of f's newer versions: the receiver is the first parameter, a variadic one is a slice.
func flat(f *types.Func) *types.Signature {
	var ps []*types.Var
	sig := f.Signature()
	if r := sig.Recv(); r != nil {
		ps = append(ps, types.NewParam(0, nil, "", r.Type()))
	}
	for p := range sig.Params().Variables() {
		ps = append(ps, types.NewParam(0, nil, "", p.Type()))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(ps...), sig.Results(), false)
}

// generic tells whether f has no one compiled form.
func generic(f *types.Func) bool {
	return f.Signature().TypeParams().Len() > 0 || f.Signature().RecvTypeParams().Len() > 0
}

// sessionFile is the part of a module that the worker calls: the entry, and what keeps it in step with the session.
func (m *Module) sessionFile(s *set, late []*types.Func, w *words, names aliases) string {
	session := s.roots[0].Object.Pkg()
	text := func(t types.Type) string { return names.typeText(t, session) }
	var b strings.Builder
	vars := make([]*types.Var, len(s.vars))
	for o, i := range s.vars {
		vars[i] = o.(*types.Var)
	}
	fmt.Fprintf(&b, "func GkVar(i int, p unsafe.Pointer) {\n\tswitch i {\n")
	for i, v := range vars {
		fmt.Fprintf(&b, "\tcase %d:\n\t\tgkV%d = (*%s)(p)\n", i, i, text(v.Type()))
	}
	fmt.Fprintf(&b, "\t}\n}\n\n")
	for i, v := range vars {
		fmt.Fprintf(&b, "var gkV%d *%s\n", i, text(v.Type()))
	}
	fmt.Fprintf(&b, "\nfunc GkLate(i int, f any) {\n\tp := gkData(f)\n\t_ = p\n\tswitch i {\n\tcase -1: // this is the newest version again\n")
	for i := range late {
		fmt.Fprintf(&b, "\t\tgkLate%d = nil\n", i)
	}
	for i, f := range late {
		fmt.Fprintf(&b, "\tcase %d:\n\t\tgkLate%d = *(*%s)(unsafe.Pointer(&p))\n", i, i, text(flat(f)))
	}
	fmt.Fprintf(&b, "\t}\n}\n\n")
	for i, f := range late {
		fmt.Fprintf(&b, "var gkLate%d %s\n", i, text(flat(f)))
	}
	fmt.Fprintf(&b, "\nfunc gkData(x any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1] }\n")
	fmt.Fprintf(&b, "\nfunc GkWord(i int, p unsafe.Pointer) { gkW[i] = p }\n\nvar gkW [%d]unsafe.Pointer\n", len(w.list))
	for i, x := range w.list {
		data := "unsafe.Pointer(&v)"
		if pointerShaped(x.From) {
			data = "*(*unsafe.Pointer)(unsafe.Pointer(&v))"
		}
		to := text(x.To)
		fmt.Fprintf(&b, "\nfunc gkI%d(v %s) (i %s) {\n\t*(*[2]unsafe.Pointer)(unsafe.Pointer(&i)) = [2]unsafe.Pointer{gkW[%d], %s}\n\treturn\n}\n", i, text(x.From), to, i, data)
	}
	fmt.Fprintf(&b, "\nfunc GkAsk(i int, must bool, f func(unsafe.Pointer) unsafe.Pointer) {\n\tif must {\n\t\tgkMust[i] = f\n\t} else {\n\t\tgkAsk[i] = f\n\t}\n}\n\nvar gkAsk, gkMust [%d]func(unsafe.Pointer) unsafe.Pointer\n", len(w.asks))
	for i, x := range w.asks {
		from, to := text(x.From), text(x.To)
		fmt.Fprintf(&b, `
func gkA%[1]d(x %[2]s) %[3]s {
	if p := gkAsk[%[1]d](unsafe.Pointer(&x)); p != nil {
		return *(*%[3]s)(p)
	}
	return *(*%[3]s)(gkMust[%[1]d](unsafe.Pointer(&x)))
}

func gkAOk%[1]d(x %[2]s) (v %[3]s, ok bool) {
	if p := gkAsk[%[1]d](unsafe.Pointer(&x)); p != nil {
		return *(*%[3]s)(p), true
	}
	return v, false
}

func gkC%[1]d(x %[2]s) %[3]s {
	v, _ := gkAOk%[1]d(x)
	return v
}
`, i, from, to)
	}
	for _, tag := range w.tags {
		b.WriteString("\n" + tag)
	}
	var entries []string
	for i, f := range s.roots {
		b.WriteString("\n" + m.entry(i, f, session, text))
		entries = append(entries, fmt.Sprintf("reflect.ValueOf(gkEntry%d)", i))
	}
	fmt.Fprintf(&b, `
func GkEntries() []reflect.Value { return []reflect.Value{%s} }

func gkFunc[F any](x any) F {
	p := gkData(x)
	return *(*F)(unsafe.Pointer(&p))
}
`, strings.Join(entries, ", "))
	return "package main\n\nimport (\n\t\"reflect\"\n\t\"unsafe\"\n)\n\n" + names.imports(b.String()) + "\n" + b.String()
}

// entry is the function that interpreted code calls.
func (m *Module) entry(n int, root *Function, session *types.Package, text func(types.Type) string) string {
	f := root.Object.(*types.Func)
	sig := flat(f)
	r := Root{Name: root.Name}
	defer func() { m.Roots = append(m.Roots, r) }()
	var ps, args, rs []string
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		how := passing(t, session)
		r.Params = append(r.Params, how)
		switch how {
		case Direct:
			ps, args = append(ps, fmt.Sprintf("a%d %s", i, text(t))), append(args, fmt.Sprintf("a%d", i))
		case ByAddress:
			ps, args = append(ps, fmt.Sprintf("a%d unsafe.Pointer", i)), append(args, fmt.Sprintf("*(*%s)(a%d)", text(t), i))
		case ByWord:
			ps, args = append(ps, fmt.Sprintf("a%d any", i)), append(args, fmt.Sprintf("gkFunc[%s](a%d)", text(t), i))
		}
	}
	if f.Signature().Variadic() {
		args[len(args)-1] += "..."
	}
	name := f.Name()
	if v := f.Signature().Recv(); v != nil {
		name = fmt.Sprintf("(%s).%s", text(v.Type()), name)
	}
	call := fmt.Sprintf("%s(%s)", name, strings.Join(args, ", "))
	byAddress := false
	for v := range sig.Results().Variables() {
		byAddress = byAddress || passing(v.Type(), session) != Direct
	}
	var to []string
	for i := range sig.Results().Len() {
		t := text(sig.Results().At(i).Type())
		if byAddress {
			r.Results = append(r.Results, ByAddress)
			ps, to = append(ps, fmt.Sprintf("r%d unsafe.Pointer", i)), append(to, fmt.Sprintf("*(*%s)(r%d)", t, i))
		} else {
			r.Results = append(r.Results, Direct)
			rs = append(rs, t)
		}
	}
	switch {
	case byAddress:
		call = strings.Join(to, ", ") + " = " + call
	case len(rs) > 0:
		call = "return " + call
	}
	return fmt.Sprintf("func gkEntry%d(%s) (%s) { %s }\n", n, strings.Join(ps, ", "), strings.Join(rs, ", "), call)
}

// pointerShaped tells whether an interface holds values of t in its data word.
func pointerShaped(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		return u.NumFields() == 1 && pointerShaped(u.Field(0).Type())
	case *types.Array:
		return u.Len() == 1 && pointerShaped(u.Elem())
	}
	return false
}
