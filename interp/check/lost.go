package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"gokernel/interp/cell"
)

// Lose takes all variables out of the session: the process that held them is
// gone. It returns their names. A variable that is declared again with its old type lives
// in the slot that functions of earlier cells mention.
func (p *Program) Lose() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var names []string
	for n, o := range p.scope {
		if v, ok := o.(*types.Var); ok && v != p.reached {
			p.lost[n] = v
			delete(p.scope, n)
			p.gone[n] = gone{p.homes[n], "of cell %d was lost when the process that runs cells was restarted; run that cell again"}
			names = append(names, n)
		}
	}
	clear(p.running)
	slices.Sort(names)
	p.loseFunctions(names)
	return names
}

// loseFunctions takes the functions that mention lost variables out of the session, and those that call
// them: they would read zero values without a word. Declaring the variable again brings them back.
//
// Methods cannot be taken out, their types need them for interfaces: until then they panic, see mute.
func (p *Program) loseFunctions(names []string) {
	for _, n := range names {
		todo := []string{n}
		for len(todo) > 0 {
			for d := range p.users[todo[0]] {
				if !d.kind.function() || d.broken != "" || p.decls[d.keys[0]] != d {
					continue
				}
				d.broken, d.lost = n, true
				if d.kind == methodDecl {
					p.muted[d] = &muted{whole: d.node, bodies: map[string]ast.Decl{}}
					continue
				}
				delete(p.scope, d.keys[0])
				todo = append(todo, d.keys[0])
			}
			todo = todo[1:]
		}
	}
}

// lostText says why a function or method cannot be called.
func lostText(title string, d *decl, variable string) string {
	return fmt.Sprintf("%s of %s mentions %s, which was lost when the process that runs cells was restarted; declare it again",
		title, cell.FileName(d.cell), variable)
}

// muted is a method that mentions lost variables.
type muted struct {
	whole    ast.Decl            // its own syntax
	variable string              // the lost one that the body in force names, "" while the method has its old one
	bodies   map[string]ast.Decl // by the lost variable that they name: what is known of a generic one's syntax is kept by node
}

// mute gives the methods that mention lost variables a body that panics with a
// sentence about it, or their own one again if everything is back with the cell that is checked: changed
// are the names that it declares, in the declarations that are checked with it. Those whose body is
// not the one in force join in.
func (p *Program) mute(changed map[string]bool, in map[*decl]bool, live func(*decl) bool) {
	for d, m := range p.muted {
		switch {
		case p.decls[d.keys[0]] != d:
			delete(p.muted, d)
			continue
		case !live(d): // the cell declares it again
			continue
		}
		d.node = m.whole
		v := p.missing(d, changed, in)
		if v == "" {
			in[d] = true
			continue
		}
		if m.bodies[v] == nil {
			m.bodies[v] = panics(m.whole.(*ast.FuncDecl), lostText(d.keys[0], d, v))
		}
		d.broken, d.node = v, m.bodies[v]
		if v != m.variable {
			in[d] = true
		}
	}
}

// toMute are the generic types whose methods mute gives another body.
func (p *Program) toMute(changed map[string]bool) (types []string) {
	back := p.anyLost(changed)
	for d, m := range p.muted {
		if b, _ := base(d.keys[0]); d.generic && (back || m.variable == "") && p.decls[d.keys[0]] == d {
			types = append(types, b)
		}
	}
	return types
}

func (p *Program) anyLost(names map[string]bool) bool {
	for n := range names {
		if p.lost[n] != nil {
			return true
		}
	}
	return false
}

// bringsBack says that the cell's statements declare variables that were lost and that functions mention, that functions
// mention which do not compile any more, or that were something else than variables when functions mentioned them: like those
// that the cell's own declarations mention, their types must be known before bodies are checked.
func (u *Unit) bringsBack(changed map[string]bool) bool {
	p := u.p
	return p.anyLost(changed) || slices.ContainsFunc(u.body.vars, func(v string) bool {
		_, was := p.scope[v].(*types.Var)
		return p.mayHeal(v) || p.scope[v] != nil && !was && len(p.users[v]) > 0
	})
}

// missing is a lost variable that d needs, "" if there is none.
func (p *Program) missing(d *decl, changed map[string]bool, in map[*decl]bool) string {
	var all []string
	for k := range d.deps {
		f := p.decls[k]
		switch {
		case changed[k]:
		case p.lost[k] != nil:
			all = append(all, k)
		case f != nil && f.lost && f.kind == funcDecl && !in[f]:
			all = append(all, f.broken)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return slices.Min(all)
}

// panics is fd with a body that panics with text.
func panics(fd *ast.FuncDecl, text string) *ast.FuncDecl {
	g := *fd
	at := fd.Body.Lbrace
	call := &ast.CallExpr{
		Fun: &ast.Ident{NamePos: at, Name: "panic"}, Lparen: at, Rparen: at,
		Args: []ast.Expr{&ast.BasicLit{ValuePos: at, Kind: token.STRING, Value: strconv.Quote(text)}},
	}
	g.Body = &ast.BlockStmt{Lbrace: at, Rbrace: fd.Body.Rbrace, List: []ast.Stmt{&ast.ExprStmt{X: call}}}
	return &g
}

// registered notes that d has been compiled with the body that it has now. It
// reports whether that is the one of a muted method: what the method itself mentions stays noted.
func (p *Program) registered(d *decl) bool {
	m := p.muted[d]
	if m == nil {
		return false
	}
	if d.node == m.whole {
		delete(p.muted, d)
		return false
	}
	m.variable = d.broken
	return true
}
