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
