//go:build !amd64 && !arm64

package guest

// getg stands in for the descriptor's address where there is no assembly for
// it: the goroutine's number, read off its own trace (about a microsecond).
func getg() uintptr { return uintptr(stackGoid()) }

func goid(*World) int64 { return stackGoid() }

func calibrateGoid() uintptr { return 0 }

const (
	statusRunnable = 1
	statusSyscall  = 3
	statusWaiting  = 4
	statusDead     = 6
)

func calibrateStatus(uintptr) bool { return false }

func (g *G) status() (status uint32, ok bool) { return 0, false }

// stackTop is not known: nothing is read off stacks.
func stackTop(sp uintptr) uintptr { return sp }

// stack is not known either.
func (g *G) stack() (sp, top uintptr) { return 0, 0 }
