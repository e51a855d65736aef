package hint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"

	"gokernel/interp/cell"
)

// source is the syntax of some cells: what can be read of it, for cells may be broken. It is parsed when a rule first asks.
type source struct {
	cells []string
	read  bool
	funcs []*ast.FuncDecl // declared functions; the statements of a cell are one without a name
	types map[string]ast.Expr
	vars  map[string]ast.Expr // variables whose declaration shows their type
}

func (s *source) load() {
	if s.read {
		return
	}
	s.read = true
	s.types, s.vars = map[string]ast.Expr{}, map[string]ast.Expr{}
	for _, text := range s.cells {
		decls, stmts, _ := cell.Halves(text, 0)
		if !strings.HasPrefix(strings.TrimSpace(decls), "package ") {
			decls = "package main;" + decls
		}
		for _, half := range []string{decls, "package main;func _() {" + stmts + "\n}"} {
			f, _ := parser.ParseFile(token.NewFileSet(), "", half, parser.SkipObjectResolution) // what can be read is enough
			if f == nil {
				continue
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
					s.funcs = append(s.funcs, fn)
				}
			}
			s.declare(f)
		}
	}
}

// declare notes types and variables with a visible type.
func (s *source) declare(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			s.types[n.Name.Name] = n.Type
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if n.Type != nil {
					s.vars[name.Name] = n.Type
				} else if i < len(n.Values) {
					s.learn(name, n.Values[i])
				}
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
				for i, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						s.learn(id, n.Rhs[i])
					}
				}
			}
		case *ast.Field:
			for _, name := range n.Names {
				if _, known := s.vars[name.Name]; !known {
					s.vars[name.Name] = n.Type
				}
			}
		}
		return true
	})
}

func (s *source) learn(name *ast.Ident, v ast.Expr) {
	switch v := v.(type) {
	case *ast.CompositeLit:
		s.vars[name.Name] = v.Type
	case *ast.UnaryExpr:
		if lit, ok := v.X.(*ast.CompositeLit); ok && v.Op == token.AND {
			s.vars[name.Name] = &ast.StarExpr{X: lit.Type}
		}
	case *ast.CallExpr:
		if id, ok := v.Fun.(*ast.Ident); ok && len(v.Args) > 0 {
			switch id.Name {
			case "make":
				s.vars[name.Name] = v.Args[0]
			case "new":
				s.vars[name.Name] = &ast.StarExpr{X: v.Args[0]}
			}
		}
	}
}

// inspect visits all that is in functions and statements.
func (s *source) inspect(f func(ast.Node) bool) {
	s.load()
	for _, fn := range s.funcs {
		ast.Inspect(fn, f)
	}
}

// any tells whether some node is as asked.
func (s *source) any(f func(ast.Node) bool) (is bool) {
	s.inspect(func(n ast.Node) bool {
		is = is || n != nil && f(n)
		return !is
	})
	return
}

// locks are the types of package sync that must not be copied.
var locks = []string{"WaitGroup", "Mutex", "RWMutex", "Once", "Cond"}

// lockIn is the type of sync that a value of type t holds, "" for none. Pointers hold none.
func (s *source) lockIn(t ast.Expr, seen ...string) string {
	switch t := t.(type) {
	case *ast.SelectorExpr:
		if p, ok := t.X.(*ast.Ident); ok && p.Name == "sync" && slices.Contains(locks, t.Sel.Name) {
			return t.Sel.Name
		}
	case *ast.Ident:
		if d := s.types[t.Name]; d != nil && !slices.Contains(seen, t.Name) {
			return s.lockIn(d, append(seen, t.Name)...)
		}
	case *ast.IndexExpr: // an instance of a generic type
		return s.lockIn(t.X, seen...)
	case *ast.ArrayType:
		if t.Len != nil {
			return s.lockIn(t.Elt, seen...)
		}
	case *ast.StructType:
		for _, f := range t.Fields.List {
			if l := s.lockIn(f.Type, seen...); l != "" {
				return l
			}
		}
	}
	return ""
}

// copies finds a place where a value with one of these locks inside is copied.
func copies(kinds ...string) func(*Failure, *source) finding {
	return func(_ *Failure, s *source) (at finding) {
		s.load()
		is := func(t ast.Expr) bool { return t != nil && slices.Contains(kinds, s.lockIn(t)) }
		params := func(fs *ast.FieldList, of string) {
			if fs == nil {
				return
			}
			for _, f := range fs.List {
				if is(f.Type) && !at.ok {
					at = found(of)
					if len(f.Names) > 0 {
						at = found(f.Names[0].Name)
					}
				}
			}
		}
		copied := func(v ast.Expr) {
			switch v := v.(type) {
			case *ast.Ident:
				if is(s.vars[v.Name]) {
					at = found(v.Name)
				}
			case *ast.StarExpr:
				if id, ok := v.X.(*ast.Ident); ok {
					if p, ok := s.vars[id.Name].(*ast.StarExpr); ok && is(p.X) {
						at = found(id.Name)
					}
				}
			}
		}
		s.inspect(func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				params(n.Recv, n.Name.Name)
			case *ast.FuncType:
				params(n.Params, "it")
			case *ast.AssignStmt:
				for _, v := range n.Rhs {
					copied(v)
				}
			case *ast.ValueSpec:
				for _, v := range n.Values {
					copied(v)
				}
			case *ast.RangeStmt:
				if id, ok := n.X.(*ast.Ident); ok && n.Value != nil {
					switch t := s.vars[id.Name].(type) {
					case *ast.ArrayType:
						if v, ok := n.Value.(*ast.Ident); ok && v.Name != "_" && is(t.Elt) {
							at = found(v.Name)
						}
					}
				}
			}
			return !at.ok
		})
		return
	}
}

// goroutineBodies gives the functions that go statements and Go methods start: literals, and declared functions by name.
func (s *source) goroutineBodies() (bodies []*ast.BlockStmt) {
	s.load()
	add := func(fun ast.Expr) {
		switch f := fun.(type) {
		case *ast.FuncLit:
			bodies = append(bodies, f.Body)
		case *ast.Ident:
			for _, d := range s.funcs {
				if d.Recv == nil && d.Name.Name == f.Name {
					bodies = append(bodies, d.Body)
				}
			}
		}
	}
	s.inspect(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			add(n.Call.Fun)
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" && len(n.Args) == 1 {
				add(n.Args[0])
			}
		}
		return true
	})
	return
}

// startsGoroutines tells whether any cell has a way to start a goroutine.
func (s *source) startsGoroutines() bool {
	return s.any(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			return true
		case *ast.SelectorExpr:
			return n.Sel.Name == "Go" || n.Sel.Name == "AfterFunc"
		}
		return false
	})
}

// method is a call x.name(...) of a variable; nil otherwise.
func method(n ast.Node, name string) *ast.Ident {
	c, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return nil
	}
	id, _ := sel.X.(*ast.Ident)
	return id
}

// calls tells whether a variable's method is called in n; inside goroutines that n starts, too, if deep.
func calls(n ast.Node, variable, name string, deep bool) (is bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.GoStmt); ok && !deep {
			return false
		}
		if id := method(n, name); id != nil && id.Name == variable {
			is = true
		}
		return !is
	})
	return
}

// addsInside finds a WaitGroup that a goroutine adds itself to. One that adds for
// goroutines of its own does right: it has no Done for that Add in its own body.
func addsInside(_ *Failure, s *source) (at finding) {
	for _, body := range s.goroutineBodies() {
		ast.Inspect(body, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok {
				return false
			}
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			if id := method(n, "Add"); id != nil && !startsIn(body) && calls(body, id.Name, "Done", false) {
				at = found(id.Name)
			}
			return !at.ok
		})
		if at.ok {
			return
		}
	}
	return
}

// startsIn tells whether a function starts goroutines.
func startsIn(body ast.Node) (is bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		_, ok := n.(*ast.GoStmt)
		is = is || ok
		return !is
	})
	return
}

// addsInsideAndWaits is addsInside where something waits for the same WaitGroup.
func addsInsideAndWaits(f *Failure, s *source) finding {
	at := addsInside(f, s)
	if at.ok && !s.any(func(n ast.Node) bool { return method(n, "Wait") != nil }) {
		return finding{}
	}
	return at
}

// doneInGo finds a function given to wg.Go that calls wg.Done itself.
func doneInGo(_ *Failure, s *source) (at finding) {
	s.inspect(func(n ast.Node) bool {
		if id := method(n, "Go"); id != nil {
			c := n.(*ast.CallExpr)
			if len(c.Args) == 1 && calls(c.Args[0], id.Name, "Done", true) {
				at = found(id.Name)
			}
		}
		return !at.ok
	})
	return
}

// outerLoopVariable finds a loop whose variable is declared outside of it and used in a goroutine that the body starts.
func outerLoopVariable(_ *Failure, s *source) (at finding) {
	s.inspect(func(n ast.Node) bool {
		var names []string
		var body *ast.BlockStmt
		outer := func(e ast.Expr) {
			if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
				names = append(names, id.Name)
			}
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			if a, ok := n.Init.(*ast.AssignStmt); ok && a.Tok == token.ASSIGN {
				for _, l := range a.Lhs {
					outer(l)
				}
			} else if n.Init == nil {
				if i, ok := n.Post.(*ast.IncDecStmt); ok {
					outer(i.X)
				}
			}
			body = n.Body
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				outer(n.Key)
				if n.Value != nil {
					outer(n.Value)
				}
			}
			body = n.Body
		}
		for _, name := range names {
			if usedInGoroutine(body, name) {
				at = found(name)
			}
		}
		return !at.ok
	})
	return
}

// usedInGoroutine tells whether a literal that body starts as a goroutine uses the variable of its surroundings.
func usedInGoroutine(body *ast.BlockStmt, name string) (is bool) {
	uses := func(lit *ast.FuncLit) bool {
		return mentions(lit.Body, name) && !declares(lit.Type.Params, lit.Body, name)
	}
	for _, st := range body.List {
		if a, ok := st.(*ast.AssignStmt); ok && a.Tok == token.DEFINE { // i := i
			for _, l := range a.Lhs {
				if id, ok := l.(*ast.Ident); ok && id.Name == name {
					return false
				}
			}
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if lit, ok := n.Call.Fun.(*ast.FuncLit); ok {
				is = is || uses(lit)
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" && len(n.Args) == 1 {
				if lit, ok := n.Args[0].(*ast.FuncLit); ok {
					is = is || uses(lit)
				}
			}
		}
		return !is
	})
	return
}

func mentions(n ast.Node, name string) (is bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			is = is || mentions(sel.X, name)
			return false
		}
		id, ok := n.(*ast.Ident)
		is = is || ok && id.Name == name
		return !is
	})
	return
}

// declares tells whether a function has a parameter or variable of its own of that name.
func declares(params *ast.FieldList, body ast.Node, name string) (is bool) {
	if params != nil {
		for _, f := range params.List {
			for _, id := range f.Names {
				is = is || id.Name == name
			}
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		is = is || slices.Contains(declaredBy(n), name)
		return !is
	})
	return
}

// declaredBy are the variables that a statement declares.
func declaredBy(n ast.Node) (names []string) {
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			names = append(names, id.Name)
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			for _, l := range n.Lhs {
				add(l)
			}
		}
	case *ast.RangeStmt:
		if n.Tok == token.DEFINE {
			add(n.Key)
			if n.Value != nil {
				add(n.Value)
			}
		}
	case *ast.ValueSpec:
		for _, id := range n.Names {
			names = append(names, id.Name)
		}
	}
	return
}

// declaredInside tells whether some function or block declares the name that group 1 of an "undefined" text has.
func declaredInside(f *Failure, s *source) finding {
	m := undefined.FindStringSubmatch(f.Text)
	if m == nil || len(s.cells) == 0 {
		return finding{}
	}
	here := source{cells: s.cells[:1]}
	if here.any(func(n ast.Node) bool { return slices.Contains(declaredBy(n), m[1]) }) {
		return found(m[1])
	}
	return finding{}
}

// shadows finds a variable that := declares anew inside a block, while one of the same name stands around it; of
// two that fit, the one that the failing text names.
func shadows(f *Failure, s *source) finding { return s.shadowed(f, false) }

// shadowsNil is shadows where nothing gives the outer variable a value.
func shadowsNil(f *Failure, s *source) finding { return s.shadowed(f, true) }

func (s *source) shadowed(f *Failure, staysNil bool) (at finding) {
	s.load()
	for _, fn := range s.funcs {
		given := givenValues(fn)
		var walk func(n ast.Node, outer map[string]bool) // outer has the names of the blocks around, and whether they can be nil
		walk = func(n ast.Node, outer map[string]bool) {
			here := maps.Clone(outer)
			ast.Inspect(n, func(m ast.Node) bool {
				if m == n || m == nil {
					return true
				}
				switch m := m.(type) {
				case *ast.AssignStmt:
					if m.Tok == token.DEFINE {
						for _, name := range declaredBy(m) {
							isNil, around := outer[name]
							if around && (!staysNil || isNil && !given[name] && !recovers(m)) && name != "_" && named(f.Text, name) && !at.ok {
								at = found(name)
							}
							here[name] = false
						}
						for _, r := range m.Rhs {
							walk(r, here)
						}
						return false
					}
				case *ast.ValueSpec:
					for _, name := range declaredBy(m) {
						here[name] = len(m.Values) == 0 && s.canBeNil(m.Type)
					}
				case *ast.FuncType:
					for _, list := range []*ast.FieldList{m.Params, m.Results} {
						for _, name := range fieldNames(list) {
							here[name] = false
						}
					}
					return false
				case *ast.FuncLit, *ast.BlockStmt, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.CaseClause, *ast.CommClause:
					walk(m, here)
					return false
				}
				return true
			})
		}
		outer := map[string]bool{}
		if results := fn.Type.Results; results != nil && staysNil {
			for _, r := range results.List {
				for _, id := range r.Names {
					outer[id.Name] = s.canBeNil(r.Type)
				}
			}
		}
		walk(fn.Body, outer)
	}
	return
}

// givenValues are the names of variables that a function assigns to, or takes the address of.
func givenValues(fn *ast.FuncDecl) map[string]bool {
	given := map[string]bool{}
	note := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			given[id.Name] = true
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.ASSIGN {
				for _, l := range n.Lhs {
					note(l)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				note(n.Key)
				note(n.Value)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		}
		return true
	})
	return given
}

// recovers tells whether a statement takes the value of a panic: r := recover() means no variable but its own.
func recovers(a *ast.AssignStmt) bool {
	if len(a.Rhs) != 1 {
		return false
	}
	c, ok := a.Rhs[0].(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := c.Fun.(*ast.Ident)
	return ok && f.Name == "recover"
}

// canBeNil tells whether a variable of type t can stand for nothing that is dereferenced: a pointer, function or interface.
func (s *source) canBeNil(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.StarExpr, *ast.FuncType, *ast.InterfaceType, *ast.SelectorExpr:
		return s.lockIn(t) == ""
	case *ast.Ident:
		if d := s.types[t.Name]; d != nil && d != ast.Expr(t) {
			switch d.(type) {
			case *ast.StarExpr, *ast.FuncType, *ast.InterfaceType:
				return true
			}
			return false
		}
		return t.Name == "error" || t.Name == "any"
	}
	return false
}

func fieldNames(fs *ast.FieldList) (names []string) {
	if fs == nil {
		return nil
	}
	for _, f := range fs.List {
		for _, id := range f.Names {
			names = append(names, id.Name)
		}
	}
	return names
}

// named tells whether a text has the name as a word.
func named(text, name string) bool {
	for i := 0; ; {
		k := strings.Index(text[i:], name)
		if k < 0 {
			return false
		}
		from, to := i+k, i+k+len(name)
		if (from == 0 || !letter(text[from-1])) && (to == len(text) || !letter(text[to])) {
			return true
		}
		i = to
	}
}

func letter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

// closed is the channel that a call closes, "" for none.
func closed(n ast.Node) string {
	c, ok := n.(*ast.CallExpr)
	if !ok || len(c.Args) != 1 {
		return ""
	}
	if f, ok := c.Fun.(*ast.Ident); !ok || f.Name != "close" {
		return ""
	}
	id, _ := c.Args[0].(*ast.Ident)
	if id == nil {
		return ""
	}
	return id.Name
}

// closedByReceiver finds a goroutine that receives from a channel, never sends to it, and closes it.
func closedByReceiver(_ *Failure, s *source) (at finding) {
	for _, body := range s.goroutineBodies() {
		var closes string
		gets, sends := map[string]bool{}, map[string]bool{}
		note := func(m map[string]bool, e ast.Expr) {
			if id, ok := e.(*ast.Ident); ok {
				m[id.Name] = true
			}
		}
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.UnaryExpr:
				if n.Op == token.ARROW {
					note(gets, n.X)
				}
			case *ast.RangeStmt:
				note(gets, n.X)
			case *ast.SendStmt:
				note(sends, n.Chan)
			}
			if c := closed(n); c != "" {
				closes = c
			}
			return true
		})
		if gets[closes] && !sends[closes] {
			return found(closes)
		}
	}
	return
}

// closedByEach finds a channel that every goroutine of a loop closes.
func closedByEach(_ *Failure, s *source) (at finding) {
	s.load()
	s.inspect(func(n ast.Node) bool {
		var loop *ast.BlockStmt
		switch n := n.(type) {
		case *ast.ForStmt:
			loop = n.Body
		case *ast.RangeStmt:
			loop = n.Body
		default:
			return !at.ok
		}
		inside := source{read: true, types: s.types, vars: s.vars, funcs: s.funcs}
		started := &ast.FuncDecl{Name: ast.NewIdent("_"), Type: &ast.FuncType{}, Body: loop}
		inside.funcs = append([]*ast.FuncDecl{started}, s.funcs...)
		for _, body := range bodiesOf(loop, &inside) {
			ast.Inspect(body, func(n ast.Node) bool {
				if c := closed(n); c != "" {
					at = found(c)
				}
				return !at.ok
			})
		}
		return !at.ok
	})
	return
}

// bodiesOf are the functions that a block starts as goroutines.
func bodiesOf(block *ast.BlockStmt, s *source) []*ast.BlockStmt {
	var bodies []*ast.BlockStmt
	ast.Inspect(block, func(n ast.Node) bool {
		var fun ast.Expr
		switch n := n.(type) {
		case *ast.GoStmt:
			fun = n.Call.Fun
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" && len(n.Args) == 1 {
				fun = n.Args[0]
			}
		}
		switch f := fun.(type) {
		case *ast.FuncLit:
			bodies = append(bodies, f.Body)
		case *ast.Ident:
			for _, d := range s.funcs {
				if d.Recv == nil && d.Name.Name == f.Name {
					bodies = append(bodies, d.Body)
				}
			}
		}
		return true
	})
	return bodies
}

// mixedRW finds an RWMutex of which RLock and Unlock, or Lock and RUnlock, are called.
func mixedRW(_ *Failure, s *source) (at finding) {
	s.load()
	for _, fn := range s.funcs {
		has := map[string]map[string]bool{}
		ast.Inspect(fn, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := c.Fun.(*ast.SelectorExpr); ok {
				of := text(sel.X)
				if has[of] == nil {
					has[of] = map[string]bool{}
				}
				has[of][sel.Sel.Name] = true
			}
			return true
		})
		for of, m := range has {
			if m["RLock"] && m["Unlock"] && !m["Lock"] || m["Lock"] && m["RUnlock"] && !m["RLock"] {
				return found(of)
			}
		}
	}
	return
}

// upgrades finds a function that calls RLock and Lock of one RWMutex.
func upgrades(_ *Failure, s *source) (at finding) {
	s.load()
	for _, fn := range s.funcs {
		r := map[string]bool{}
		ast.Inspect(fn, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if sel, ok := c.Fun.(*ast.SelectorExpr); ok {
					switch of := text(sel.X); {
					case sel.Sel.Name == "RLock":
						r[of] = true
					case sel.Sel.Name == "RUnlock":
						delete(r, of)
					case sel.Sel.Name == "Lock" && r[of]:
						at = found(of)
					}
				}
			}
			return !at.ok
		})
	}
	return
}

// text is the spelling of a simple operand: x, x.y.
func text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return text(e.X) + "." + e.Sel.Name
	case *ast.ParenExpr:
		return text(e.X)
	case *ast.StarExpr:
		return text(e.X)
	}
	return "?"
}

// lessOrEqualLen finds a loop to i <= len(s).
func lessOrEqualLen(_ *Failure, s *source) (at finding) {
	s.inspect(func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && b.Op == token.LEQ {
			if c, ok := b.Y.(*ast.CallExpr); ok && len(c.Args) == 1 {
				if f, ok := c.Fun.(*ast.Ident); ok && f.Name == "len" {
					at = found(text(c.Args[0]))
				}
			}
		}
		return !at.ok
	})
	return
}

// noGoroutines holds where no cell starts a goroutine.
func noGoroutines(_ *Failure, s *source) finding { return finding{ok: !s.startsGoroutines()} }

// defersAndFatal holds where a function both defers and ends the program.
func defersAndFatal(_ *Failure, s *source) (at finding) {
	s.load()
	for _, fn := range s.funcs {
		defers, name := false, ""
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				defers = true
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
					if t := text(sel); t == "os.Exit" || strings.HasPrefix(t, "log.Fatal") {
						name = t
					}
				}
			}
			return true
		})
		if defers && name != "" {
			return found(name)
		}
	}
	return
}
