package guest

import "unsafe"

// The profiler label is the only goroutine-local pointer that Go offers; these
// names are on the runtime's list of those that outside packages use.

//go:linkname getLabel runtime/pprof.runtime_getProfLabel
func getLabel() unsafe.Pointer

//go:linkname setLabel runtime/pprof.runtime_setProfLabel
func setLabel(unsafe.Pointer)

// The channel operations that package reflect is built on: they take the
// element by address, so an operation moves it straight between the channel and
// the variable, whatever its type.

//go:linkname chansend0 reflect.chansend0
func chansend0(ch, val unsafe.Pointer, nb bool) bool

//go:linkname chanrecv reflect.chanrecv
func chanrecv(ch unsafe.Pointer, nb bool, val unsafe.Pointer) (selected, received bool)

//go:linkname rselect reflect.rselect
func rselect([]runtimeSelect) (chosen int, recvOK bool)

// runtimeSelect is one case of rselect.
type runtimeSelect struct {
	dir selectDir
	_   unsafe.Pointer // the channel's type, which the runtime does not read
	ch  unsafe.Pointer
	val unsafe.Pointer
}

type selectDir uintptr

const (
	_ selectDir = iota
	selectSend
	selectRecv
	selectDefault
)
