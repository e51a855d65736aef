package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gokernel/interp/cell"
)

// Twin is a cell with all that it needs of the session, as the parts of a compiled program.
type Twin struct {
	Imports map[string]string // name -> path
	Decls   []TwinDecl        // functions, methods, types, constants: the session's and the cell's own
	Vars    []TwinVar         // session variables that are mentioned
	Body    string            // the cell's statements, on their lines
	Line    int               // of the first line of Body
}

// TwinDecl is the text of a declaration with where it begins.
type TwinDecl struct {
	Text            string
	Cell, Line, Col int
	Key             string       // as the session knows it: f, T, T.M
	Code            types.Object // the function object that was compiled for it, nil for what is none
}

// TwinVar is a variable of the session, or one of the cell that a function mentions.
type TwinVar struct {
	Name, Type string
	Cell       int
	Own        bool // the cell sets it itself
	Object     *types.Var
}

// Twin gathers what cell number, with this text, needs to run as a program of its own. Nothing of
// the session changes.
func (p *Program) Twin(number int, text string) (*Twin, []Diagnostic) {
	fset := token.NewFileSet()
	c, err := cell.Parse(fset, number, text)
	if err != nil {
		if e, ok := err.(*cell.Error); ok {
			return nil, []Diagnostic{Syntax(number, text, e)}
		}
		return nil, []Diagnostic{{Msg: err.Error()}}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &twin{p: p, c: c, fset: fset, out: &Twin{Imports: map[string]string{}, Line: 1}, have: map[string]bool{}, selects: map[string][]string{}}
	t.gather()
	return t.out, nil
}

// Reach gathers what the session's function name ("f", or "T.M" for a method) reaches: the function itself first.
// It is nil if there is no such function, or if it cannot be compiled any more.
func (p *Program) Reach(name string) (*Twin, *types.Func) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.decls[name]
	if d == nil || !d.kind.function() || d.broken != "" || d.generic {
		return nil, nil
	}
	fn, _ := d.code.(*types.Func)
	if fn == nil {
		return nil, nil
	}
	t := &twin{p: p, c: &cell.Cell{Number: -1}, out: &Twin{Imports: map[string]string{}}, have: map[string]bool{}, selects: map[string][]string{}, infuncs: map[string]bool{}}
	t.have[name] = true
	t.declare(d, p.fset)
	for len(t.todo) > 0 {
		n := t.todo[0]
		t.todo = t.todo[1:]
		if !t.have[n] {
			t.have[n] = true
			t.resolve(n, false)
		}
	}
	return t.out, fn
}

// Same says whether u is what t is: nothing that t reaches has been declared anew.
func (t *Twin) Same(u *Twin) bool {
	return u != nil && slices.EqualFunc(t.Decls, u.Decls, func(a, b TwinDecl) bool { return a == b }) &&
		slices.EqualFunc(t.Vars, u.Vars, func(a, b TwinVar) bool { return a.Object == b.Object }) && maps.Equal(t.Imports, u.Imports)
}

type twin struct {
	p    *Program
	c    *cell.Cell
	fset *token.FileSet
	out  *Twin

	have    map[string]bool     // names that are taken care of
	todo    []string            // names that are mentioned
	selects map[string][]string // name -> what is selected from it
	infuncs map[string]bool     // names that functions mention
	of      *decl               // the declaration that is being read, nil for others than the session's
}

func (t *twin) gather() {
	t.infuncs = map[string]bool{}
	for _, s := range t.c.Imports {
		path, _ := strconv.Unquote(s.Path.Value)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if pkg, err := t.p.im.Import(path); err == nil {
			name = pkg.Name()
		}
		if s.Name != nil {
			name = s.Name.Name
		}
		t.out.Imports[name] = path
		t.have[name] = true
	}
	own := declsOf(t.c)
	for _, d := range own {
		for _, k := range d.keys {
			t.have[k] = true
		}
	}
	for _, d := range own {
		t.declare(d, t.fset)
	}
	body := newBodyNames(t.c)
	if t.c.Body != nil {
		t.mention(t.c.Body.Body, nil)
	}
	if t.c.Main != nil { // its text is the body's, see statements
		t.mention(t.c.Main, nil)
	}
	for _, v := range t.c.Vars { // a cell that only declares
		t.mention(v, nil)
	}
	local := map[string]bool{}
	for _, v := range body {
		local[v] = true
	}
	for len(t.todo) > 0 {
		n := t.todo[0]
		t.todo = t.todo[1:]
		if t.have[n] || local[n] && !t.infuncs[n] {
			continue
		}
		t.have[n] = true
		t.resolve(n, local[n])
	}
	t.out.Body = t.statements(local)
}

// resolve finds what a mentioned name stands for.
func (t *twin) resolve(n string, own bool) {
	if own { // a variable of the cell that functions of the session mention
		if v, ok := t.p.scope[n].(*types.Var); ok {
			t.variable(n, v, true)
		}
		return
	}
	now := t.p.scope[n]
	if v := t.p.running[n]; v != nil && t.c.Number < 0 { // of a cell that runs: what it has compiled means this one
		now = v
	}
	switch o := now.(type) {
	case *types.Var:
		t.variable(n, o, false)
		return
	case *types.PkgName:
		t.out.Imports[n] = o.Imported().Path()
		return
	case nil:
		if types.Universe.Lookup(n) == nil && len(t.selects[n]) > 0 {
			if path := t.p.importPath(n, t.selects[n]); path != "" {
				t.out.Imports[n] = path
			}
		}
		return
	}
	d := t.p.decls[n]
	if d == nil || d.cell == t.c.Number {
		return
	}
	t.declare(d, t.p.fset)
	if d.kind == typeDecl {
		var methods []string
		for k := range t.p.decls {
			if b, ok := base(k); ok && b == n && !t.have[k] {
				methods = append(methods, k)
			}
		}
		slices.Sort(methods)
		for _, k := range methods {
			t.have[k] = true
			if m := t.p.decls[k]; m.cell != t.c.Number {
				t.declare(m, t.p.fset)
			}
		}
	}
}

// declare adds a declaration; what it mentions is looked for next.
func (t *twin) declare(d *decl, fset *token.FileSet) {
	at := fset.Position(d.node.Pos())
	text, col := d.text, at.Column
	if d.kind == typeDecl {
		text, col = "type "+text, max(col-len("type "), 1)
	}
	x := TwinDecl{Text: text, Cell: d.cell, Line: at.Line, Col: col}
	if len(d.keys) > 0 {
		x.Key = d.keys[0]
	}
	if d.kind.function() && !d.generic {
		x.Code = d.code
	}
	t.out.Decls = append(t.out.Decls, x)
	for _, k := range d.keys {
		t.have[k] = true
	}
	var seen map[string]bool
	if d.kind.function() {
		seen = t.infuncs
	}
	t.of = d
	t.mention(d.node, seen)
	t.of = nil
}

// variable adds a session variable with its type as text.
func (t *twin) variable(n string, v *types.Var, own bool) {
	text := types.TypeString(v.Type(), t.p.qualify)
	t.out.Vars = append(t.out.Vars, TwinVar{Name: n, Type: text, Cell: t.p.homes[n], Own: own, Object: v})
	if e, err := parser.ParseExpr(text); err == nil {
		t.mention(e, nil)
	}
}

// shadowed tells whether name, a variable of the session, is something else all through the declaration that is being
// read: a parameter or a local variable.
func (t *twin) shadowed(name string) bool {
	if t.of == nil || t.of.deps == nil {
		return false
	}
	if _, ok := t.p.scope[name].(*types.Var); !ok {
		return false
	}
	_, mentioned := t.of.deps[name]
	return !mentioned
}

// mention notes the names below n, and in seen if that is not nil.
func (t *twin) mention(n ast.Node, seen map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok {
				t.selects[id.Name] = append(t.selects[id.Name], n.Sel.Name)
			}
			t.mention(n.X, seen)
			return false
		case *ast.Ident:
			if t.shadowed(n.Name) {
				return true
			}
			t.todo = append(t.todo, n.Name)
			if seen != nil {
				seen[n.Name] = true
			}
		}
		return true
	})
}

// statements is the cell's text with everything but statements blanked. A variable that
// functions mention is declared at package level: its declaration here becomes an assignment.
func (t *twin) statements(local map[string]bool) string {
	b := []byte(t.c.Text)
	blank := func(from, to int) {
		for i := from; i < to && i < len(b); i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	cut := func(n ast.Node) {
		if from, ok := t.c.Offset(n.Pos()); ok {
			if to, ok := t.c.Offset(n.End()); ok {
				blank(from, to)
			}
		}
	}
	for _, d := range t.c.Decls {
		cut(d)
		if g, ok := d.(*ast.GenDecl); ok {
			if from, ok := t.c.Offset(g.TokPos); ok {
				blank(from, from+len(g.Tok.String()))
			}
		}
	}
	for _, s := range t.c.Imports {
		cut(s)
	}
	text := string(b)
	text = blankKeyword(text, "import")
	if t.c.Body == nil {
		return text
	}
	b = []byte(text)
	for _, st := range t.c.Body.Body.List {
		switch x := st.(type) {
		case *ast.AssignStmt:
			if x.Tok != token.DEFINE {
				continue
			}
			all := true
			for _, l := range x.Lhs {
				id, ok := l.(*ast.Ident)
				all = all && ok && (id.Name == "_" || t.infuncs[id.Name] && t.isVar(id.Name))
			}
			if off, ok := t.c.Offset(x.TokPos); ok && all {
				b[off] = ' '
			}
		case *ast.DeclStmt:
			g, ok := x.Decl.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR || len(g.Specs) != 1 {
				continue
			}
			s := g.Specs[0].(*ast.ValueSpec)
			if len(s.Names) != 1 || !t.infuncs[s.Names[0].Name] || !t.isVar(s.Names[0].Name) {
				continue
			}
			from, _ := t.c.Offset(g.TokPos)
			to, _ := t.c.Offset(g.End())
			if len(s.Values) == 0 {
				for i := from; i < to; i++ {
					b[i] = ' '
				}
				continue
			}
			copy(b[from:], "   ")
			if s.Type != nil {
				a, _ := t.c.Offset(s.Type.Pos())
				z, _ := t.c.Offset(s.Type.End())
				for i := a; i < z; i++ {
					b[i] = ' '
				}
			}
		}
	}
	return string(b)
}

func (t *twin) isVar(n string) bool {
	return slices.ContainsFunc(t.out.Vars, func(v TwinVar) bool { return v.Name == n })
}

// blankKeyword removes a keyword that begins a line and what holds its parentheses together.
func blankKeyword(text, word string) string {
	lines := strings.SplitAfter(text, "\n")
	inside := false
	for i, l := range lines {
		s := strings.TrimSpace(l)
		if s == word || s == word+" (" || s == word+"(" || inside && s == ")" || strings.HasPrefix(s, word+" (") && strings.Trim(s[len(word):], " ()") == "" {
			inside = strings.HasSuffix(s, "(")
			lines[i] = strings.Map(func(r rune) rune {
				if r == '\n' {
					return r
				}
				return ' '
			}, l)
		}
	}
	return strings.Join(lines, "")
}

// Parted gives a cell's declarations and its statements, each on its lines, and the names of the functions and methods
// it declares. Variables that are declared before the first other statement go with the declarations, which may mention them.
func Parted(text string) (decls, stmts string, funcs []string, e *cell.Error) {
	fset := token.NewFileSet()
	c, err := cell.Parse(fset, 0, text)
	if err != nil {
		if e, ok := err.(*cell.Error); ok {
			return "", "", nil, e
		}
		return "", "", nil, &cell.Error{Msg: err.Error()}
	}
	for _, d := range c.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok {
			if k := FuncKey(fd); k != "" {
				funcs = append(funcs, k)
			}
		}
	}
	if c.Body == nil {
		return text, "", funcs, nil
	}
	t := &twin{c: c, fset: fset, out: &Twin{}, infuncs: map[string]bool{}}
	stmts = t.statements(nil)
	for _, st := range c.Body.Body.List {
		if declares(st) {
			continue
		}
		if off, ok := c.Offset(st.Pos()); ok && off <= len(stmts) {
			head := strings.Map(func(r rune) rune {
				if r == '\n' {
					return r
				}
				return ' '
			}, stmts[:off])
			stmts = head + stmts[off:]
		}
		break
	}
	b := []byte(text)
	for i := range b {
		if i < len(stmts) && stmts[i] != ' ' && b[i] != '\n' {
			b[i] = ' '
		}
	}
	return string(b), stmts, funcs, nil
}

// declares says whether a statement of a cell declares variables of the session.
func declares(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.AssignStmt:
		return st.Tok == token.DEFINE
	case *ast.DeclStmt:
		g, ok := st.Decl.(*ast.GenDecl)
		return ok && g.Tok == token.VAR
	}
	return false
}

// FuncKey is the name by which the session knows a function that Reach can find: "f", or "T.M" for a method; ""
// for generic ones and methods of generic types.
func FuncKey(fd *ast.FuncDecl) string {
	if fd.Type.TypeParams != nil || fd.Name.Name == "_" || fd.Name.Name == "init" {
		return ""
	}
	if fd.Recv == nil {
		return fd.Name.Name
	}
	if len(fd.Recv.List) != 1 {
		return ""
	}
	t := ast.Unparen(fd.Recv.List[0].Type)
	if st, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(st.X)
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fd.Name.Name
	}
	return ""
}
