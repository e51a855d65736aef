package guest

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"
	"weak"
)

// What package runtime says about the callers of a function: the functions and lines of
// cells, without the interpreter's frames. A program counter of a cell is a number above
// all real ones; what is known of it is kept for the life of the process.

// firstPC is above every address that code can have.
const firstPC = uintptr(1) << (unsafe.Sizeof(uintptr(0))*8 - 2)

// callers is what has been given out: places by program counter, functions by name.
type callers struct {
	mu    sync.Mutex
	pcs   map[Call]uintptr
	calls []Call
	funcs map[string]*fakeFunc
	names map[*runtime.Func]*fakeFunc
	lists map[uintptr]weak.Pointer[frameList] // by address, as long as the program holds them
}

// A fakeFunc stands behind a *runtime.Func for a function of a cell.
type fakeFunc struct {
	f     runtime.Func
	_     uintptr // an address of its own
	name  string
	entry uintptr
}

// A frameList stands behind a *runtime.Frames that holds frames of cells.
type frameList struct {
	f      runtime.Frames
	frames []runtime.Frame
}

// here are the calls that led to the one at place, innermost first.
func here(place int) []Call {
	w := cur().cell.world
	calls := w.calls(w.backtrace())
	if p := w.Place(place); p.Line != 0 {
		if len(calls) == 0 {
			calls = []Call{{p.Func, p}}
		}
		calls[0].Place = p
	}
	return calls
}

// pc is the program counter of a call.
func (c *callers) pc(x Call) uintptr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pcs == nil {
		c.pcs = map[Call]uintptr{}
	}
	n, ok := c.pcs[x]
	if !ok {
		c.calls = append(c.calls, x)
		n = firstPC + uintptr(len(c.calls))
		c.pcs[x] = n
	}
	return n
}

// at is the call at a program counter; not ok for one of compiled code.
func (c *callers) at(pc uintptr) (Call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := pc - firstPC - 1; pc > firstPC && i < uintptr(len(c.calls)) {
		return c.calls[i], true
	}
	return Call{}, false
}

// function is the *runtime.Func of a function of a cell.
func (c *callers) function(x Call, pc uintptr) *runtime.Func {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.funcs == nil {
		c.funcs, c.names = map[string]*fakeFunc{}, map[*runtime.Func]*fakeFunc{}
	}
	f := c.funcs[x.Func]
	if f == nil {
		f = &fakeFunc{name: x.Func, entry: pc}
		c.funcs[x.Func] = f
		c.names[&f.f] = f
	}
	return &f.f
}

func (c *callers) fake(f *runtime.Func) *fakeFunc {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names[f]
}

// file is the name that a cell has as a file.
func (p Place) file() string {
	if p.Line == 0 {
		return p.Position()
	}
	return fmt.Sprintf("cell %d", p.Cell)
}

// Caller is runtime.Caller.
func Caller(place, skip int) (pc uintptr, file string, line int, ok bool) {
	calls := here(place)
	if skip < 0 || skip >= len(calls) {
		return 0, "", 0, false
	}
	x := calls[skip]
	return cur().cell.world.callers.pc(x), x.Place.file(), x.Place.Line, true
}

// Callers is runtime.Callers.
func Callers(place, skip int, pcs []uintptr) int {
	calls := here(place)
	c := &cur().cell.world.callers
	n := 0
	if skip <= 0 && len(pcs) > 0 {
		pcs[0] = c.pc(Call{Func: "runtime.Callers"})
		n++
	}
	for _, x := range calls[min(max(skip-1, 0), len(calls)):] {
		if n == len(pcs) {
			break
		}
		pcs[n] = c.pc(x)
		n++
	}
	return n
}

// FuncForPC is runtime.FuncForPC.
func FuncForPC(place int, pc uintptr) *runtime.Func {
	c := &cur().cell.world.callers
	if x, ok := c.at(pc); ok {
		return c.function(x, pc)
	}
	return runtime.FuncForPC(pc)
}

// FuncName is (*runtime.Func).Name.
func FuncName(place int, f *runtime.Func) string {
	if x := cur().cell.world.callers.fake(f); x != nil {
		return x.name
	}
	return f.Name()
}

// FuncEntry is (*runtime.Func).Entry.
func FuncEntry(place int, f *runtime.Func) uintptr {
	if x := cur().cell.world.callers.fake(f); x != nil {
		return x.entry
	}
	return f.Entry()
}

// FuncFileLine is (*runtime.Func).FileLine.
func FuncFileLine(place int, f *runtime.Func, pc uintptr) (string, int) {
	c := &cur().cell.world.callers
	if c.fake(f) != nil {
		x, _ := c.at(pc)
		return x.Place.file(), x.Place.Line
	}
	return f.FileLine(pc)
}

// CallersFrames is runtime.CallersFrames.
func CallersFrames(place int, pcs []uintptr) *runtime.Frames {
	c := &cur().cell.world.callers
	var list []runtime.Frame
	cells := false
	for _, pc := range pcs {
		if x, ok := c.at(pc); ok {
			cells = true
			list = append(list, runtime.Frame{PC: pc, Func: c.function(x, pc), Function: x.Func, Entry: pc, File: x.Place.file(), Line: x.Place.Line})
			continue
		}
		for fs := runtime.CallersFrames([]uintptr{pc}); ; {
			f, more := fs.Next()
			list = append(list, f)
			if !more {
				break
			}
		}
	}
	if !cells {
		return runtime.CallersFrames(pcs)
	}
	l := &frameList{frames: list}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lists == nil {
		c.lists = map[uintptr]weak.Pointer[frameList]{}
	}
	at := uintptr(unsafe.Pointer(&l.f))
	c.lists[at] = weak.Make(l)
	runtime.AddCleanup(l, c.forget, at)
	return &l.f
}

// forget drops a list that nobody holds, unless another one has come to its address.
func (c *callers) forget(at uintptr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lists[at].Value() == nil {
		delete(c.lists, at)
	}
}

// FramesNext is (*runtime.Frames).Next.
func FramesNext(place int, f *runtime.Frames) (runtime.Frame, bool) {
	c := &cur().cell.world.callers
	c.mu.Lock()
	l := c.lists[uintptr(unsafe.Pointer(f))].Value()
	if l == nil {
		c.mu.Unlock()
		return f.Next()
	}
	defer c.mu.Unlock()
	if len(l.frames) == 0 {
		return runtime.Frame{}, false
	}
	x := l.frames[0]
	l.frames = l.frames[1:]
	return x, len(l.frames) > 0
}
