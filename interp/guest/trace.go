package guest

import (
	"reflect"
	"unsafe"
)

// Trace records what the goroutines of a cell do.
type Trace struct{}

func (t *Trace) create(p, g *G)                                                      {}
func (t *Trace) send(g *G, place int, typ reflect.Type, ch, val unsafe.Pointer)      {}
func (t *Trace) recv(g *G, place int, typ reflect.Type, ch, val unsafe.Pointer) bool { return false }
func (t *Trace) close(g *G, place int, typ reflect.Type, ch unsafe.Pointer)          {}
func (t *Trace) selects(g *G, s *ChanStmt, rs []runtimeSelect) (int, bool) {
	return 0, false
}
func (t *Trace) locked(g *G, place int, obj unsafe.Pointer)       {}
func (t *Trace) unlocked(g *G, place int, obj unsafe.Pointer)     {}
func (t *Trace) wgAdd(g *G, place int, obj unsafe.Pointer, n int) {}
