package native

import (
	"cmp"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"
	"strconv"
	"strings"
)

// importPaths are the packages that a program imports; none if it does not parse.
func importPaths(text string) (paths []string) {
	f, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		return nil
	}
	for _, s := range f.Imports {
		if p, err := strconv.Unquote(s.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// relax rewrites the file of a program for what a notebook allows and the compiler does not: a
// variable that is not used gets a use, an import that is not used goes, and the value of
// the last expression is printed. Lines stay where they are. ok tells that the file
// could be read, fixed that something was changed.
func relax(file string, imports types.Importer) (fixed, ok bool) {
	b, err := os.ReadFile(file)
	if err != nil {
		return false, false
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", b, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return false, false
	}
	type edit struct {
		at, del int
		text    string
	}
	var edits []edit
	off := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	if imports == nil {
		imports = importer.ForCompiler(fset, "source", nil)
	}
	conf := types.Config{
		Importer: imports,
		Error: func(err error) {
			e, isErr := err.(types.Error)
			if !isErr {
				return
			}
			switch {
			case strings.HasPrefix(e.Msg, "declared and not used"):
				if at, ok := useAt(f, e.Pos); ok {
					edits = append(edits, edit{off(at.pos), 0, at.before + "_ = " + at.name + at.after})
				}
			case strings.HasSuffix(e.Msg, "imported and not used"):
				for _, s := range f.Imports {
					if s.Pos() <= e.Pos && e.Pos <= s.End() {
						edits = append(edits, edit{off(s.Pos()), off(s.Path.Pos()) - off(s.Pos()), "_ "})
					}
				}
			}
		},
	}
	_, _ = conf.Check("main", fset, []*ast.File{f}, info)
	if e := lastExpr(f); e != nil {
		tv := info.Types[e]
		if _, call := ast.Unparen(e).(*ast.CallExpr); tv.Type != nil && !tv.IsVoid() && !tv.IsType() && (!call || tv.IsValue()) && !prints(e, info) {
			edits = append(edits, edit{off(e.Pos()), 0, "gokernelShow("}, edit{off(e.End()), 0, ")"})
			edits = append(edits, edit{len(b), 0, "\n//line value:1:1\nfunc gokernelShow(vs ...any) { for i, v := range vs { if i > 0 { print(\", \") }; gokernelFmt.Printf(\"%+v\", v) }; gokernelFmt.Println() }\n"})
			edits = append(edits, edit{off(f.Name.End()), 0, "; import gokernelFmt \"fmt\""})
		}
	}
	if len(edits) == 0 {
		return false, true
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.at, b.at) })
	var out strings.Builder
	at := 0
	for _, e := range edits {
		if e.at < at {
			continue // the same variable reported twice
		}
		out.Write(b[at:e.at])
		out.WriteString(e.text)
		at = e.at + e.del
	}
	out.Write(b[at:])
	return true, os.WriteFile(file, []byte(out.String()), 0o644) == nil
}

type use struct {
	pos           token.Pos
	name          string
	before, after string
}

// useAt finds where a use of the variable declared at p can stand: behind the statement that
// declares it, or at the start of the block that its header opens.
func useAt(f *ast.File, p token.Pos) (u use, ok bool) {
	var path []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil || p < n.Pos() || p >= n.End() {
			return false
		}
		path = append(path, n)
		return true
	})
	if len(path) == 0 {
		return u, false
	}
	id, isID := path[len(path)-1].(*ast.Ident)
	if !isID {
		return u, false
	}
	u.name = id.Name
	for i := len(path) - 1; i > 0; i-- {
		st, isStmt := path[i].(ast.Stmt)
		if !isStmt {
			continue
		}
		switch parent := path[i-1].(type) {
		case *ast.BlockStmt, *ast.CaseClause:
			if body := header(st, p); body != nil {
				u.pos, u.before, u.after = body.Lbrace+1, " ", "; "
				return u, true
			}
			u.pos, u.before = st.End(), "; "
			return u, true
		case *ast.CommClause:
			if parent.Comm == st { // case v := <-c:
				u.pos, u.before, u.after = parent.Colon+1, " ", "; "
				return u, true
			}
			u.pos, u.before = st.End(), "; "
			return u, true
		case *ast.IfStmt:
			u.pos, u.before, u.after = parent.Body.Lbrace+1, " ", "; "
			return u, parent.Init == st
		case *ast.ForStmt:
			u.pos, u.before, u.after = parent.Body.Lbrace+1, " ", "; "
			return u, parent.Init == st
		}
	}
	return u, false
}

// header is the block of st if p stands in the part before it.
func header(st ast.Stmt, p token.Pos) *ast.BlockStmt {
	if r, ok := st.(*ast.RangeStmt); ok && p < r.Body.Lbrace {
		return r.Body
	}
	return nil
}

// lastExpr is the expression that ends main, nil if another statement does.
func lastExpr(f *ast.File) ast.Expr {
	for _, d := range f.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Name.Name == "main" && fd.Recv == nil && fd.Body != nil && len(fd.Body.List) > 0 {
			if x, ok := fd.Body.List[len(fd.Body.List)-1].(*ast.ExprStmt); ok {
				return x.X
			}
		}
	}
	return nil
}

// prints tells calls of fmt.Print and its like, whose results nobody wants to see.
func prints(e ast.Expr, info *types.Info) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	o := info.Uses[sel.Sel]
	return o != nil && o.Pkg() != nil && o.Pkg().Path() == "fmt" && strings.HasPrefix(o.Name(), "Print")
}
