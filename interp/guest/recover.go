package guest

import (
	"runtime"
	"strings"
	"sync"
)

// Recover is the builtin recover: it returns the panic's value only if the
// function that calls it was called by the runner of deferred calls, and not by
// another function (Go specification, Handling panics).
func Recover() any {
	fr := cur().run
	if fr == nil || fr.p == nil || fr.p.Recovered || !direct(fr) {
		return nil
	}
	fr.p.Recovered = true
	return fr.p.Val
}

// RecoverD is recover in a literal whose only use is as the callee of a defer
// statement: no look at the stack is needed.
func RecoverD() any {
	fr := cur().run
	if fr == nil || fr.p == nil || fr.p.Recovered {
		return nil
	}
	fr.p.Recovered = true
	return fr.p.Val
}

// frameKind is what a native frame means for recover.
type frameKind uint8

const (
	framePlumbing frameKind = iota // the interpreter's and ours: not a function of the user
	frameRun                       // the interpreter runs one activation
	frameBase                      // runDeferred
	frameProtect                   // its body literal and the function around it are one activation
	frameNative                    // another native function called it: not directly deferred
)

var frameKinds sync.Map // pc -> frameKind: a cache of what the binary's symbol table says

const self = "gokernel/interp/guest."

func kindOf(pc uintptr) frameKind {
	if k, ok := frameKinds.Load(pc); ok {
		return k.(frameKind)
	}
	k := framePlumbing
	fs := runtime.CallersFrames([]uintptr{pc})
	for {
		f, more := fs.Next()
		n := f.Function
		switch {
		case strings.HasSuffix(n, "/interp.runCfg"):
			k = frameRun
		case n == self+"runDeferred":
			k = frameBase
		case n == self+"Protect":
			k = frameProtect
		case strings.HasPrefix(n, self+"(*Frame)."), n == self+"DeferRecover", n == self+"Recover", n == self+"direct",
			strings.Contains(n, "yaegi/interp."), strings.HasPrefix(n, "runtime."),
			strings.HasPrefix(n, "reflect.") && !strings.Contains(n, "Swapper"):
		default:
			k = frameNative
		}
		if !more {
			break
		}
	}
	frameKinds.Store(pc, k)
	return k
}

// direct tells whether the function that calls recover was called by the
// runner of fr's deferred calls: it counts activations down to runDeferred.
func direct(fr *Frame) bool {
	var pcs [40]uintptr
	n := runtime.Callers(2, pcs[:])
	deep := 0
	for _, pc := range pcs[:n] {
		switch kindOf(pc) {
		case frameRun:
			deep++
		case frameProtect:
			deep--
		case frameBase:
			if deep > fr.deep && deep <= fr.deep+2 { // through wrappers of methods?
				b := fr.g.cell.world.backtrace()
				for i := fr.deep; i < deep; i++ {
					// frames from the deferred value inwards, less the compiler's own thunk
					if at := deep - 1 - (fr.deep - 1) - (i - fr.deep); at >= 0 && at < len(b) && b[at].Synthetic {
						deep--
						i--
					}
				}
			}
			return deep == fr.deep
		case frameNative:
			return false
		}
	}
	return false
}
