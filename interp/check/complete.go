package check

import (
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

//go:generate go run ./popular

//go:embed popular.txt
var popularText string

// popular tells how likely names are: path -> name -> rank; "." for fields and methods.
var popular = sync.OnceValue(func() map[string]map[string]int {
	m := map[string]map[string]int{}
	for l := range strings.Lines(popularText) {
		fs := strings.Fields(l)
		ranks := map[string]int{}
		for i, n := range fs[1:] {
			ranks[n] = i + 1
		}
		m[fs[0]] = ranks
	}
	return m
})

// rank is the place of a name among those of its package, 0 for the likeliest.
func rank(path, name string) int {
	if path == "." {
		if i := slices.Index(likely, name); i >= 0 {
			return i - len(likely)
		}
	}
	if r := popular()[path][name]; r > 0 {
		return r - 1
	}
	return 100_000
}

// likely are the methods that programs with goroutines call most.
var likely = []string{"Add", "Done", "Wait", "Go", "Lock", "Unlock", "Err"}

// Candidate is one completion. Kind is JupyterLab's word: function, type, variable, field, method,
// module, keyword, constant, path.
type Candidate struct {
	Text, Kind, Signature string

	class int // what fits best stands first
	rank  int
}

// The classes of candidates, best first.
const (
	classFits     = iota // has the type expected here
	classLocal           // declared in this cell or function
	classSession         // declared by the session
	classBuiltin         // known to the language
	classPackage         // an imported package or one that is imported on use
	classMisfit          // of another type than the expected one
	classUnlikely        // everything else
)

// placeholder is the identifier that stands at the cursor while the text is checked.
const placeholder = "cursorξ"

// partialBody is the function around statements that need not be right.
const partialBody = "bodyξ"

// Complete gives what can stand at byte offset off of a cell's Go text, and the
// offsets of what a candidate replaces. The text need not parse.
func (p *Program) Complete(src string, off int) (start, end int, cs []Candidate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	off = min(max(off, 0), len(src))
	start = off
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(src[:start])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		start -= n
	}
	if r, _ := utf8.DecodeRuneInString(src[start:]); start < off && unicode.IsDigit(r) {
		return start, off, nil // a number
	}
	switch where := cell.ContextAt(src, off); where {
	case cell.InImport:
		return p.completePath(src, off)
	case cell.InString, cell.InComment:
		return off, off, nil
	}
	prefix := src[start:off]
	for _, text := range []tolerant{whole(src, start, off), cut(src, start), line(src, start)} {
		if cs = p.completeIn(text, prefix); len(cs) > 0 {
			break
		}
	}
	return start, off, cs
}

// completePath completes an import path.
func (p *Program) completePath(src string, off int) (start, end int, cs []Candidate) {
	start = strings.LastIndexAny(src[:off], "\"`") + 1
	prefix := src[start:off]
	for _, path := range append(symbols.Paths(), p.im.Extra()...) {
		if !strings.HasPrefix(path, prefix) || path == prefix {
			continue
		}
		cs = append(cs, Candidate{Text: path, Kind: "module", Signature: "package " + symbols.Name(path), rank: strings.Count(path, "/")})
	}
	slices.SortStableFunc(cs, func(a, b Candidate) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.Text, b.Text)
	})
	return start, off, cs
}

// tolerant is a text with the placeholder in it, in a form that a parser can make something of.
type tolerant struct {
	text string // Go with the placeholder, and everything else of the cell
	at   int    // offset of the placeholder
}

var beforeCall = regexp.MustCompile(`(?:^|[^\pL\pN_])(?:go|defer)[ \t]+(?:[\pL\pN_]+\.)*$`)

// called makes a call of the placeholder where go/parser wants one: after go and defer.
func called(before string) string {
	if beforeCall.MatchString(before[max(0, len(before)-200):]) {
		return "()"
	}
	return ""
}

var header = regexp.MustCompile(`(?:^|[;{}\n])[ \t]*(?:else[ \t]+)?(?:if|for|switch)\b[^{}\n]*$`)

// headed gives the header of a statement a block, if it has none yet: without one nothing can be made of it.
func headed(before, rest string) string {
	if strings.TrimSpace(rest) == "" && header.MatchString(before[max(0, len(before)-400):]) && cell.Closers(before) == cell.Closers(before[:strings.LastIndexByte(before, '\n')+1]) {
		return " {}"
	}
	return ""
}

// whole is the cell with the placeholder at the cursor.
func whole(src string, start, off int) tolerant {
	rest, _, _ := strings.Cut(src[off:], "\n")
	return tolerant{src[:start] + placeholder + called(src[:start]) + headed(src[:start], rest) + src[off:], start}
}

// cut is the text up to the cursor with its brackets closed.
func cut(src string, start int) tolerant {
	t := src[:start] + placeholder + called(src[:start]) + headed(src[:start], "")
	return tolerant{t + cell.Closers(t), start}
}

// line is the cursor's line alone.
func line(src string, start int) tolerant {
	from := strings.LastIndexByte(src[:start], '\n') + 1
	t := src[from:start] + placeholder + called(src[:start]) + headed(src[:start], "")
	return tolerant{t + cell.Closers(t), start - from}
}

// partial is a text that was parsed and checked as far as possible.
type partial struct {
	p     *Program
	u     *Unit
	files []*ast.File
	info  *types.Info
	path  []ast.Node // from the file to the placeholder or the node at the cursor
	pos   token.Pos  // of the cursor
}

// parsePartial parses and checks a text that need not be right. at is the cursor; find says which node is looked for.
func (p *Program) parsePartial(t tolerant, find func(ast.Node) bool) *partial {
	fset := token.NewFileSet() // of its own: nothing of it is kept
	x := &partial{p: p, u: &Unit{p: p, body: &body{ident: map[string]*ast.Ident{}}, imports: map[string]*types.PkgName{}}}
	declText, stmtText, inDecl := cell.Halves(t.text, t.at)
	add := func(pre, text, post string, here bool) {
		f, _ := parser.ParseFile(fset, "", pre+text+post, parser.SkipObjectResolution) // what can be read of it is enough
		if f == nil {
			return
		}
		x.files = append(x.files, f)
		if here {
			x.pos = token.Pos(fset.File(f.Pos()).Base() + len(pre) + t.at)
		}
	}
	if declText != "" {
		pre := "package main;"
		if strings.HasPrefix(strings.TrimSpace(declText), "package ") {
			pre = ""
		}
		add(pre, declText, "\n", inDecl)
	}
	if stmtText != "" {
		add("package main;func "+partialBody+"() {", stmtText, "\n}\n", !inDecl)
	}
	declared := map[string]bool{}
	var specs []*ast.ImportSpec
	for _, f := range x.files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					declared[d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						declared[s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							declared[n.Name] = true
						}
					case *ast.ImportSpec:
						specs = append(specs, s)
					}
				}
			}
		}
		f.Imports = nil
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
			g, ok := d.(*ast.GenDecl)
			return ok && g.Tok == token.IMPORT
		})
	}
	for _, s := range specs {
		path, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			continue
		}
		pkg, err := p.im.Import(path)
		if err != nil {
			continue
		}
		name := pkg.Name()
		if s.Name != nil {
			name = s.Name.Name
		}
		if name == "." {
			x.u.dots = append(x.u.dots, pkg)
		} else {
			x.u.imports[name] = types.NewPkgName(0, p.pkg, name, pkg)
		}
	}
	if len(p.running) > 0 { // a cell runs: what it declares can be completed already
		x.u.extra = map[string]types.Object{}
		for n, v := range p.running {
			x.u.extra[n] = v
		}
	}
	x.info = p.lenient(x.u, x.files, declared, fset)
	for _, f := range x.files {
		if path := pathTo(f, find); path != nil {
			x.path = path
			break
		}
	}
	return x
}

// pathTo is the way from f to the first node that find accepts.
func pathTo(f *ast.File, find func(ast.Node) bool) (path []ast.Node) {
	var stack []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return false
		}
		if path != nil {
			return false
		}
		stack = append(stack, n)
		if find(n) {
			path = slices.Clone(stack)
		}
		if path != nil {
			stack = stack[:len(stack)-1]
			return false
		}
		return true
	})
	return
}

func (p *Program) completeIn(t tolerant, prefix string) []Candidate {
	x := p.parsePartial(t, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		return ok && id.Name == placeholder
	})
	if x.path == nil {
		return nil
	}
	c := &collector{partial: x, prefix: prefix, seen: map[string]bool{}}
	id := x.path[len(x.path)-1].(*ast.Ident)
	var parent ast.Node
	if len(x.path) > 1 {
		parent = x.path[len(x.path)-2]
	}
	if sel, ok := parent.(*ast.SelectorExpr); ok && sel.Sel == id {
		c.expect(x.path[:len(x.path)-1])
		c.members(sel)
	} else {
		if c.defines(parent, id) {
			return nil // a new name is being typed
		}
		c.expect(x.path)
		c.fields(parent, id)
		c.names()
	}
	slices.SortStableFunc(c.found, func(a, b Candidate) int {
		switch {
		case a.class != b.class:
			return a.class - b.class
		case a.rank != b.rank:
			return a.rank - b.rank
		}
		return strings.Compare(a.Text, b.Text)
	})
	return c.found
}

// collector gathers candidates.
type collector struct {
	*partial
	prefix string
	want   expected
	seen   map[string]bool
	found  []Candidate
}

// add adds a candidate whose name fits what is typed; letters' case counts only to order them.
func (c *collector) add(text, kind, signature string, class, rank int) {
	if strings.Contains(text, "·") || text == placeholder || text == partialBody || text == "_" || c.seen[text] {
		return
	}
	if !strings.HasPrefix(text, c.prefix) {
		if c.prefix == "" || len(text) < len(c.prefix) || !strings.EqualFold(text[:len(c.prefix)], c.prefix) {
			return
		}
		rank += 1_000_000
	}
	c.seen[text] = true
	c.found = append(c.found, Candidate{text, kind, signature, class, rank})
}

// object adds o.
func (c *collector) object(o types.Object, class, rank int) {
	kind, t := kindOf(o), o.Type()
	sig := ""
	switch o := o.(type) {
	case *types.PkgName:
		sig, t = "package "+o.Imported().Path(), nil
	case *types.TypeName:
		sig = "type " + types.TypeString(o.Type().Underlying(), c.p.qualify)
		if len(sig) > 120 {
			sig = sig[:120] + "…"
		}
	case *types.Const:
		sig = types.TypeString(o.Type(), c.p.qualify) + " = " + o.Val().String()
	case *types.Builtin:
		sig = builtins[o.Name()].sig
	case *types.Nil:
	default:
		sig = types.TypeString(o.Type(), c.p.qualify)
	}
	switch o := o.(type) {
	case *types.Builtin:
		if c.makes(o.Name()) {
			class, rank = classFits, -1
		}
	case *types.TypeName:
		if !c.want.typ { // a conversion or a literal: less likely than a call
			rank += 20
		}
	case *types.Const, *types.Var:
		if c.want.stmt && !isField(o) {
			rank += 20
		}
	}
	if c.want.active() {
		switch c.want.fit(o, t) {
		case fits:
			class = classFits
		case calls: // its result fits
			if class > classFits {
				rank += 10
			}
		case misfit:
			class = classMisfit
		}
	}
	c.add(o.Name(), kind, sig, class, rank)
}

func isField(o types.Object) bool {
	v, ok := o.(*types.Var)
	return ok && v.IsField()
}

// makes says that the predeclared function gives what is wanted here: make and append.
func (c *collector) makes(name string) bool {
	switch under(c.want.value).(type) {
	case *types.Slice:
		return name == "append" || name == "make"
	case *types.Map, *types.Chan:
		return name == "make"
	}
	return c.want.fresh && name == "make"
}

func kindOf(o types.Object) string {
	switch o := o.(type) {
	case *types.PkgName:
		return "module"
	case *types.TypeName:
		return "type"
	case *types.Const, *types.Nil:
		return "constant"
	case *types.Func:
		if o.Signature().Recv() != nil {
			return "method"
		}
		return "function"
	case *types.Builtin:
		return "function"
	case *types.Var:
		if o.IsField() {
			return "field"
		}
	}
	return "variable"
}

// members adds what can be selected from an expression.
func (c *collector) members(sel *ast.SelectorExpr) {
	if id, ok := sel.X.(*ast.Ident); ok {
		if pn, ok := c.info.Uses[id].(*types.PkgName); ok {
			pkg := pn.Imported()
			for _, n := range pkg.Scope().Names() {
				if token.IsExported(n) {
					c.object(pkg.Scope().Lookup(n), classLocal, rank(pkg.Path(), n))
				}
			}
			return
		}
	}
	tv := c.info.Types[sel.X]
	if tv.Type == nil || tv.Type == types.Typ[types.Invalid] {
		return
	}
	t := tv.Type
	if tv.IsType() { // a method expression
		c.methods(t, t)
		c.methods(types.NewPointer(t), t)
		return
	}
	c.selectable(t)
}

// selectable adds the fields and methods of t, through pointers and embedding: the nearest first.
func (c *collector) selectable(t types.Type) {
	type level struct {
		t     types.Type
		depth int
	}
	seen := map[types.Type]bool{}
	queue := []level{{t, 0}}
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		u := types.Unalias(l.t)
		if ptr, ok := u.Underlying().(*types.Pointer); ok {
			u = types.Unalias(ptr.Elem())
		}
		if seen[u] || l.depth > 8 {
			continue
		}
		seen[u] = true
		if st, ok := u.Underlying().(*types.Struct); ok {
			for i := range st.NumFields() {
				f := st.Field(i)
				if f.Exported() || f.Pkg() == c.p.pkg {
					c.object(f, classLocal, l.depth*200+c.memberRank(f, i))
				}
				if f.Embedded() {
					queue = append(queue, level{f.Type(), l.depth + 1})
				}
			}
		}
	}
	c.methods(t, t)
	if _, isPtr := types.Unalias(t).Underlying().(*types.Pointer); !isPtr && !types.IsInterface(t) {
		c.methods(types.NewPointer(t), t)
	}
}

// memberRank orders fields and methods: those of session types as they are declared, fields first.
func (c *collector) memberRank(o types.Object, i int) int {
	if o.Pkg() != c.p.pkg {
		return rank(".", o.Name())
	}
	if _, ok := o.(*types.Func); ok {
		return 100 + i
	}
	return i
}

func (c *collector) methods(t, _ types.Type) {
	own := map[types.Object]int{} // in the order of their declarations
	if n := namedOf(t); n != nil && n.Obj().Pkg() == c.p.pkg {
		for i := range n.NumMethods() {
			own[n.Method(i)] = i
		}
	}
	ms := types.NewMethodSet(t)
	for i := range ms.Len() {
		m := ms.At(i).Obj()
		if m.Exported() || m.Pkg() == c.p.pkg {
			k, declared := own[m]
			if !declared {
				k = 50 + i
			}
			c.object(m, classLocal, c.memberRank(m, k))
		}
	}
}

// names adds what an identifier can be here.
func (c *collector) names() {
	c.locals()
	for n, o := range c.p.scope {
		if c.u.extra[n] == nil {
			c.object(o, classSession, 0)
		}
	}
	for _, v := range c.p.running {
		c.object(v, classSession, 0)
	}
	for _, dots := range [][]*types.Package{c.u.dots, c.p.dots} {
		for _, d := range dots {
			for _, n := range d.Scope().Names() {
				if token.IsExported(n) {
					c.object(d.Scope().Lookup(n), classSession, rank(d.Path(), n))
				}
			}
		}
	}
	for _, o := range c.u.imports {
		c.object(o, classPackage, 0)
	}
	for i, n := range universeOrder {
		if o := types.Universe.Lookup(n); o != nil {
			c.object(o, classBuiltin, i+5)
		}
	}
	if !c.want.active() || c.want.value == nil {
		for i, k := range keywords {
			class := classBuiltin
			if c.prefix == "" {
				class = classUnlikely
			}
			c.add(k, "keyword", "", class, i)
		}
	}
	for i, k := range []string{"func", "struct", "map", "chan", "interface"} {
		c.add(k, "keyword", "", classUnlikely, i)
	}
	c.packages()
}

// packages adds packages that need no import line.
func (c *collector) packages() {
	for n, path := range c.p.prelude {
		c.add(n, "module", "package "+path, classPackage, 0)
	}
	for i, path := range common {
		c.add(symbols.Name(path), "module", "package "+path, classPackage, i)
	}
	if c.prefix == "" {
		return
	}
	for _, path := range symbols.Paths() {
		c.add(symbols.Name(path), "module", "package "+path, classPackage, 100+10*strings.Count(path, "/"))
	}
}

// common are the packages that learners of concurrency use most.
var common = []string{"fmt", "time", "sync", "context", "strings", "errors", "os", "sync/atomic", "math/rand/v2", "runtime", "sort", "strconv", "slices", "math", "io", "log", "net/http"}

// locals adds what is declared around the cursor.
func (c *collector) locals() {
	var inner *types.Scope
	for _, s := range c.info.Scopes {
		if s.Contains(c.pos) && (inner == nil || inner.Contains(s.Pos()) && s.End()-s.Pos() <= inner.End()-inner.Pos()) {
			inner = s
		}
	}
	depth := 0
	for s := inner; s != nil && s != types.Universe; s = s.Parent() {
		for _, n := range s.Names() {
			o := s.Lookup(n)
			if s != c.p.pkg.Scope() {
				if _, seen := inner.LookupParent(n, c.pos); seen != o {
					continue // not declared yet: x in x := |
				}
			}
			if o.Name() == placeholder {
				continue
			}
			c.object(o, classLocal, depth*100-min(99, int(o.Pos())%100))
		}
		if s == c.p.pkg.Scope() {
			break // above it stand the session's names
		}
		depth++
	}
	for _, o := range c.info.Defs { // go/types has no scope for what it could not finish
		if v, ok := o.(*types.Var); ok && !v.IsField() && v.Pos() < c.pos && inner == nil {
			c.object(v, classLocal, 50)
		}
	}
	ns := c.p.pkg.Scope()
	for _, n := range ns.Names() {
		c.object(ns.Lookup(n), classLocal, 500)
	}
}

// lenient is types for text that need not be right: errors do not matter, scopes are recorded.
func (p *Program) lenient(u *Unit, files []*ast.File, declared map[string]bool, fset *token.FileSet) *types.Info {
	p.openScope(u, files, declared)
	info := newInfo()
	info.Scopes = map[ast.Node]*types.Scope{}
	conf := types.Config{Importer: p.im, GoVersion: goVersion, Error: func(error) {}}
	func() {
		defer func() { _ = recover() }() // go/types is not made for every broken text
		_ = types.NewChecker(&conf, fset, p.pkg, info).Files(files)
	}()
	return info
}
