package check

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"gokernel/interp/cell"
)

// skipSame drops the declarations of a cell that have the same text as before and
// mention only what is the same as before: running a cell of types and functions again changes nothing.
func (p *Program) skipSame(c *cell.Cell, all []*decl) []*decl {
	same := map[*decl]bool{}
	for _, d := range all {
		if len(d.keys) == 0 {
			continue
		}
		old := p.decls[d.keys[0]]
		if old != nil && old.broken == "" && old.kind == d.kind && old.text == d.text && slices.Equal(old.keys, d.keys) && p.holds(old) {
			same[d] = true
		}
	}
	vars := map[string]bool{}
	for _, v := range newBodyNames(c) {
		vars[v] = true
	}
	for more := true; more; {
		more = false
		news := map[string]bool{}
		for _, d := range all {
			if same[d] {
				continue
			}
			for _, k := range d.keys {
				if d.kind != methodDecl && (p.changes(d, k) || p.decls[k] == nil) {
					news[k] = true
				}
			}
		}
		for d := range same {
			old := p.decls[d.keys[0]]
			b, isMethod := base(d.keys[0])
			drop := isMethod && news[b]
			for k, o := range old.deps {
				if drop {
					break
				}
				now := p.scope[k]
				if pn, ok := o.(*types.PkgName); ok { // an import on use is a new object each time
					if was, ok := now.(*types.PkgName); ok {
						drop = was.Imported() != pn.Imported()
					}
					drop = drop || now == nil && p.prelude[k] == "" && len(importsOf(c, k)) > 0
					continue
				}
				drop = news[k] || vars[k] || !strings.Contains(k, ".") && now != o
			}
			if drop {
				delete(same, d)
				more = true
			}
		}
	}
	var keep []*decl
	for _, d := range all {
		if !same[d] {
			keep = append(keep, d)
		}
	}
	return keep
}

// importsOf are the paths that the cell imports as name.
func importsOf(c *cell.Cell, name string) (paths []string) {
	for _, s := range c.Imports {
		if s.Name != nil && s.Name.Name == name {
			paths = append(paths, s.Path.Value)
		}
	}
	return
}

// holds says that the session's names still mean what d declared.
func (p *Program) holds(d *decl) bool {
	if d.kind == methodDecl {
		return true
	}
	for i, k := range d.keys {
		if p.scope[k] != d.objs[i] {
			return false
		}
	}
	return true
}

// changes says that the new declaration d of k looks different to those that mention k. It is judged by its text.
func (p *Program) changes(d *decl, k string) bool {
	old := p.decls[k]
	if old == nil {
		return p.scope[k] != nil
	}
	if old.broken != "" || old.kind != d.kind {
		return true
	}
	if d.kind.function() {
		return old.sig != d.sig || old.generic || d.generic
	}
	return true
}

// mayHeal says that a declaration of variable v may make compile what does not any more.
func (p *Program) mayHeal(v string) bool {
	for d := range p.users[v] {
		if d.broken != "" && len(d.keys) > 0 && p.decls[d.keys[0]] == d {
			return true
		}
	}
	return false
}

// changedBy are the names whose meaning the cell changes for those that mention them.
func (p *Program) changedBy(u *Unit) map[string]bool {
	changed := map[string]bool{}
	for _, d := range u.own {
		for _, k := range d.keys {
			if p.changes(d, k) {
				changed[k] = true
			}
		}
		if d.kind == methodDecl && d.generic && len(d.keys) > 0 { // the generic type is declared again with it
			if b, _ := base(d.keys[0]); p.decls[b] != nil {
				changed[b] = true
			}
		}
	}
	for _, v := range u.body.vars {
		if o := p.scope[v]; o != nil {
			if _, ok := o.(*types.Var); !ok {
				changed[v] = true
			}
		}
		if p.lost[v] != nil && len(p.users[v]) > 0 || p.mayHeal(v) {
			changed[v] = true
		}
	}
	for n, o := range u.imports {
		if was := p.scope[n]; was != nil {
			if pn, ok := was.(*types.PkgName); !ok || pn.Imported() != o.Imported() {
				changed[n] = true
			}
		}
	}
	return changed
}

// dependents are the declarations of earlier cells that must be checked again when the names in changed change.
func (p *Program) dependents(u *Unit, changed map[string]bool) []*decl {
	if len(changed) == 0 && len(u.own) == 0 && len(p.muted) == 0 {
		return nil
	}
	mine := map[string]bool{}
	for _, d := range u.own {
		for _, k := range d.keys {
			mine[k] = true
		}
	}
	for _, v := range u.body.vars {
		mine[v] = true
	}
	in := map[*decl]bool{}
	live := func(d *decl) bool { return !mine[d.keys[0]] && p.decls[d.keys[0]] == d }
	var todo []string
	for k := range changed {
		todo = append(todo, k)
		if d := p.decls[k]; d != nil && d.kind == typeDecl && live(d) { // a generic type that gets a method
			in[d] = true
		}
	}
	for _, k := range p.toMute(changed) { // a generic type is declared again with its methods
		if d := p.decls[k]; d != nil && live(d) {
			in[d] = true
			todo = append(todo, k)
		}
	}
	seen := map[string]bool{}
	for len(todo) > 0 {
		k := todo[0]
		todo = todo[1:]
		if seen[k] {
			continue
		}
		seen[k] = true
		users := p.users[k]
		if b, ok := base(k); ok { // a method's signature: those that use the type may need it in an interface
			users = map[*decl]bool{}
			for d := range p.users[k] {
				users[d] = true
			}
			for d := range p.users[b] {
				users[d] = true
			}
		}
		for d := range users {
			if !live(d) || !d.kind.function() && strings.Contains(k, ".") {
				continue // a type that mentions T does not depend on T's methods
			}
			in[d] = true
			if d.kind.function() && !d.sigDeps[k] && d.broken == "" && !d.generic {
				continue
			}
			todo = append(todo, d.keys...)
		}
	}
	for d := range p.callers(u, changed, live) {
		in[d] = true
	}
	p.mute(changed, in, live)
	var r []*decl
	for d := range in {
		r = append(r, d)
	}
	slices.SortFunc(r, func(a, b *decl) int { return int(a.node.Pos()) - int(b.node.Pos()) })
	return r
}

// callers are the callers, direct and indirect, of functions that get a new body with the
// same signature, if they are few: compiled again they call the new body directly. What runs or is
// held as a value reaches it through the old one.
func (p *Program) callers(u *Unit, changed map[string]bool, live func(*decl) bool) map[*decl]bool {
	soft := map[*decl]bool{}
	var todo []string
	for _, d := range u.own {
		if len(d.keys) > 0 && p.decls[d.keys[0]] != nil && d.kind.function() && !changed[d.keys[0]] {
			todo = append(todo, d.keys[0])
		}
	}
	for len(todo) > 0 {
		for d := range p.users[todo[0]] {
			if live(d) && d.broken == "" && !d.generic && !soft[d] && d.kind.function() {
				if len(soft) == p.Reemit { // the time that this takes does not grow with their number
					return nil
				}
				soft[d] = true
				todo = append(todo, d.keys[0])
			}
		}
		todo = todo[1:]
	}
	return soft
}

// noteStale notes the variables that keep an older type of the same name.
func (p *Program) noteStale(name string, was *types.TypeName, u *Unit) {
	var vs []string
	for v, o := range p.scope {
		if x, ok := o.(*types.Var); ok && u.final[v] == nil && mentionsType(x.Type(), was, map[types.Type]bool{}) {
			vs = append(vs, v)
		}
	}
	if len(vs) > 0 {
		slices.Sort(vs)
		u.notes = append(u.notes, fmt.Sprintf("%s: still of the earlier type %s", strings.Join(vs, ", "), name))
	}
}
