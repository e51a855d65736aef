package guest

import (
	"runtime"
	"strings"
)

// Unwinding is called, through the interpreter's error output, once for each
// interpreted frame that a panic unwinds, on top of the still intact panicking
// stack. The first call for a panic that the interpreter's own code raised notes
// the node that failed and its operands, from which arriving makes Go's error.
func Unwinding() {
	if cur().ours {
		return
	}
	var pcs [24]uintptr
	fs := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := fs.Next()
		if f.Function == "runtime.gopanic" {
			raisedBy(fs)
			return
		}
		if !more {
			return
		}
	}
}

// raisedBy looks at the frames below a panic.
func raisedBy(fs *runtime.Frames) {
	f, _ := fs.Next()
	for more := true; strings.HasPrefix(f.Function, "runtime."); { // sigpanic, panicdivide, mapassign...
		if f, more = fs.Next(); !more {
			return
		}
	}
	if strings.HasPrefix(f.Function, self) {
		cur().fault = nil // of a panic that native code swallowed
		return
	}
	if strings.HasSuffix(f.Function, "interp.runCfg.func1") {
		return // goes on unwinding
	}
	for first, more := true, true; strings.HasPrefix(f.Function, "reflect.") && (first || f.Function != "reflect.Value.call"); first = false {
		if f, more = fs.Next(); !more {
			return
		}
	}
	if strings.Contains(f.Function, "yaegi/interp.") { // and not a native callee
		g := cur()
		g.fault = g.cell.world.backtrace()
	}
}
