package worker

import (
	"slices"

	"gokernel/interp/unit"
)

// keptUnit is a unit that a restart loads again.
type keptUnit struct {
	req  int64 // that loaded it
	unit *unit.Unit
}

// remember notes what a restart must load again: the whole unit, or of one that need not be kept the
// imports, types and operations that later texts rely on.
//
// What a running cell has loaded is noted when the cell ends. Units that were loaded meanwhile may build on it, so they
// stand in the order in which they were sent.
func (s *supervisor) remember(l *life, req int64, u *unit.Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life != l {
		return
	}
	at := len(s.kept)
	for at > 0 && s.kept[at-1].req > req {
		at--
	}
	if !u.Keep {
		if u = restOf(u); u == nil {
			return
		}
		if at > 0 && isRest(s.kept[at-1].unit) { // one unit for a row of such
			last := s.kept[at-1].unit
			last.Imports = append(last.Imports, u.Imports...)
			last.Types = append(last.Types, u.Types...)
			last.RTypes = append(last.RTypes, u.RTypes...)
			last.Ops = append(last.Ops, u.Ops...)
			last.Consts = append(last.Consts, u.Consts...)
			return
		}
	}
	s.kept = slices.Insert(s.kept, at, keptUnit{req, u})
}

// isRest tells what restOf gives from a unit that must be kept whole.
func isRest(u *unit.Unit) bool { return !u.Keep && u.Text == "" }

// restOf is what later texts may rely on of a unit that need not be kept, nil for nothing.
func restOf(u *unit.Unit) *unit.Unit {
	rest := &unit.Unit{Cell: u.Cell, Imports: slices.Clone(u.Imports), Types: slices.Clone(u.Types), RTypes: slices.Clone(u.RTypes)}
	forgotten := make(map[string]bool, len(u.Forget))
	for _, n := range u.Forget {
		forgotten[n] = true
	}
	for _, o := range u.Ops {
		if !forgotten["P."+o.Name] {
			rest.Ops = append(rest.Ops, o)
		}
	}
	for _, c := range u.Consts {
		if !forgotten["P."+c.Name] {
			rest.Consts = append(rest.Consts, c)
		}
	}
	if len(rest.Imports)+len(rest.Types)+len(rest.RTypes)+len(rest.Ops)+len(rest.Consts) == 0 {
		return nil
	}
	return rest
}

func (s *supervisor) keptUnits() []*unit.Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keptLocked()
}

func (s *supervisor) keptLocked() []*unit.Unit {
	us := make([]*unit.Unit, len(s.kept))
	for i, k := range s.kept {
		us[i] = k.unit
	}
	return us
}

// drop forgets a unit that can do without: the compiled form of functions that an earlier unit declares.
func (s *supervisor) drop(u *unit.Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = slices.DeleteFunc(s.kept, func(k keptUnit) bool { return k.unit == u })
}
