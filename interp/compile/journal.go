package compile

// The journal undoes what a cell that failed late has changed in the session.

import (
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

type journal []func()

func (j journal) undo() {
	for i := len(j) - 1; i >= 0; i-- {
		j[i]()
	}
}

// set is m[k] = v, undone by a rollback.
func set[K comparable, V any](s *session, m map[K]V, k K, v V) {
	old, had := m[k]
	m[k] = v
	s.journal = append(s.journal, func() {
		if had {
			m[k] = old
		} else {
			delete(m, k)
		}
	})
}

// drop is delete(m, k), undone by a rollback.
func drop[K comparable, V any](s *session, m map[K]V, k K) {
	if old, had := m[k]; had {
		delete(m, k)
		s.journal = append(s.journal, func() { m[k] = old })
	}
}

// setType is m.Set(t, v), undone by a rollback.
func setType(s *session, m *typeutil.Map, t types.Type, v any) {
	old := m.Set(t, v)
	s.journal = append(s.journal, func() {
		if old == nil {
			m.Delete(t)
		} else {
			m.Set(t, old)
		}
	})
}
