package guest

import "sync"

// Place is a source position that run-time messages name; see unit.Place. Zero is no place.
type Place struct {
	Cell int    // execution count of the cell, as positions show it
	Line int    // 1-based
	Col  int    // 1-based, in bytes
	Func string // the function as Go's traces show it: main.worker, main.main.func1
	What string // operations that can block: the operand as written; spawn sites: the function started
}

// places is the table of the session's places, by number. Numbers only grow.
type places struct {
	mu  sync.RWMutex
	tab []Place
}

// AddPlaces makes places known under consecutive or sparse numbers; a number
// that is known already is replaced.
func (w *World) AddPlaces(first int, ps []Place) {
	w.places.mu.Lock()
	defer w.places.mu.Unlock()
	for n := first + len(ps); len(w.places.tab) < n; {
		w.places.tab = append(w.places.tab, Place{})
	}
	copy(w.places.tab[first:], ps)
}

// Place returns the place with that number, the zero Place if it is not known.
func (w *World) Place(id int) Place {
	w.places.mu.RLock()
	defer w.places.mu.RUnlock()
	if id <= 0 || id >= len(w.places.tab) {
		return Place{}
	}
	return w.places.tab[id]
}
