package check

// Text that is being typed: it is made into something that a parser accepts, and checked as far as that goes.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gokernel/interp/cell"
)

// placeholder is the identifier that stands at the cursor while the text is checked.
const placeholder = "cursorξ"

// partialBody is the function around statements that need not be right.
const partialBody = "bodyξ"

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
	fset := token.NewFileSet()         // of its own: nothing of it is kept
	fset.AddFile("", 1, p.fset.Base()) // go/types asks for the file of a receiver's type, which an earlier cell has declared
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
	if stmtText != "" && inDecl { // functions see the variables of the cell's statements
		if vars := x.statementVars(declared); len(vars) > 0 {
			if x.u.extra == nil {
				x.u.extra = map[string]types.Object{}
			}
			maps.Copy(x.u.extra, vars)
			x.info = p.lenient(x.u, x.files, declared, fset)
		}
	}
	for _, f := range x.files {
		if path := pathTo(f, find); path != nil {
			x.path = path
			break
		}
	}
	return x
}

// statementVars are the variables that the statements declare for the session: those outside of any block.
func (x *partial) statementVars(declared map[string]bool) map[string]types.Object {
	vars := map[string]types.Object{}
	note := func(e ast.Expr) {
		id, ok := e.(*ast.Ident)
		if !ok || id.Name == "_" || declared[id.Name] {
			return
		}
		if v, ok := x.info.Defs[id].(*types.Var); ok {
			vars[id.Name] = v
		}
	}
	for _, f := range x.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != partialBody {
				continue
			}
			for _, st := range fn.Body.List {
				switch st := st.(type) {
				case *ast.AssignStmt:
					for _, l := range st.Lhs {
						note(l)
					}
				case *ast.DeclStmt:
					for _, s := range st.Decl.(*ast.GenDecl).Specs {
						if v, ok := s.(*ast.ValueSpec); ok {
							for _, id := range v.Names {
								note(id)
							}
						}
					}
				}
			}
		}
	}
	return vars
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
