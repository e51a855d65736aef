package check

import (
	"slices"
	"strings"

	"gokernel/interp/cell"
)

// Notes are what the user should know about the session, one line each: dependents that do not
// compile any more, variables that keep an older type.
func (u *Unit) Notes() []string { return u.notes }

// Commit makes the cell's declarations those of the session.
func (u *Unit) Commit() {
	u.p.mu.Lock()
	defer u.p.mu.Unlock()
	p := u.p
	u.undo = nil
	var names []string
	for d, m := range u.broken {
		if d.broken == "" {
			names = append(names, d.title()+" of "+cell.FileName(d.cell)+" does not compile any more: "+m)
		}
		d.broken, d.lost = m, false
		delete(p.muted, d)
		for _, k := range d.keys {
			delete(p.scope, k)
		}
	}
	slices.Sort(names)
	u.notes = append(u.notes, names...)
	for n, o := range u.imports {
		p.scope[n] = o
		p.homes[n] = u.c.Number
		delete(p.decls, n)
	}
	for _, d := range u.dots {
		if !slices.Contains(p.dots, d) {
			p.dots = append(p.dots, d)
		}
	}
	for _, d := range u.decls {
		p.register(d, u)
	}
	for _, v := range u.body.vars {
		if u.final[v] != nil {
			p.running[v] = u.final[v]
		}
	}
}

// CommitVars makes the variables those of the session whose declaration was completed: reached
// is the value of the hidden counter, or a negative number if the cell ended well.
// It returns the names that were not reached.
func (u *Unit) CommitVars(reached int) (missing []string) {
	u.p.mu.Lock()
	defer u.p.mu.Unlock()
	p := u.p
	u.ended()
	for _, v := range u.body.vars {
		o := u.final[v]
		if o == nil {
			continue
		}
		if reached >= 0 && u.body.at[v] > reached {
			missing = append(missing, v)
			if p.scope[v] == nil {
				p.gone[v] = gone{u.c.Number, "is declared in cell %d, which ended before it got there"}
			}
			continue
		}
		delete(p.gone, v)
		delete(p.lost, v)
		p.homes[v] = u.c.Number
		if p.scope[v] != o {
			delete(p.decls, v)
			p.scope[v] = o
		}
	}
	return missing
}

// ended says that the cell runs no more.
func (u *Unit) ended() {
	for _, v := range u.body.vars {
		if u.p.running[v] == u.final[v] {
			delete(u.p.running, v)
		}
	}
}

// Retract takes back what Commit did, as far as it can be: the worker could not load the unit.
func (u *Unit) Retract() {
	u.p.mu.Lock()
	defer u.p.mu.Unlock()
	p := u.p
	u.ended()
	for _, d := range u.own {
		for _, k := range d.keys {
			if p.decls[k] == d {
				delete(p.decls, k)
				delete(p.scope, k)
				p.gone[k] = gone{u.c.Number, "of cell %d could not be loaded"}
			}
		}
	}
}

// rememberFailed notes the names that a cell would have declared.
func (p *Program) rememberFailed(c *cell.Cell) {
	note := func(n string) {
		if n != "_" && p.scope[n] == nil {
			p.gone[n] = gone{c.Number, "is declared in cell %d, which has not run because of an error"}
		}
	}
	for _, d := range declsOf(c) {
		for _, k := range d.keys {
			if !strings.Contains(k, ".") {
				note(k)
			}
		}
	}
	for _, v := range newBodyNames(c) {
		note(v)
	}
}

// Changed are the session's names of what the unit declares, its dependents, which are compiled again, included.
func (u *Unit) Changed() (names []string) {
	for _, d := range u.decls {
		names = append(names, d.keys...)
	}
	return names
}

// DeclaresVars says that the cell declares variables, so that it counts completed declarations.
func (u *Unit) DeclaresVars() bool { return len(u.body.vars) > 0 }

// Declares says whether anything of the unit stays in the session (besides variables).
func (u *Unit) Declares() bool { return len(u.decls) > 0 || len(u.imports) > 0 }

// HasCode says whether anything must be compiled and run.
func (u *Unit) HasCode() bool {
	for _, d := range u.decls {
		if d.kind != constDecl {
			return true
		}
	}
	return u.body.decl != nil || len(u.c.Vars) > 0 || len(u.c.Inits) > 0 || u.main != nil
}
