package guest

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"unsafe"
)

// The calls that led to a place cost nothing while a program runs: they are
// read off the stack when a trace is wanted. runtime.Stack prints the arguments
// of the interpreter's runCfg, the start node and the frame of each activation;
// which node runs is told by the code of the closure above it and by the words
// that lie on that stretch of the stack. Only fields found by name are read;
// SelfTest proves the whole on the running Go and interpreter, and without it
// traces have the place that the text passed in, and no callers.

// Activation is one call on a goroutine's stack.
type Activation struct {
	Func      string // as Go's traces show it
	Synthetic bool
	place     int   // where it is
	native    Place // where it is, if it is compiled
	node      unsafe.Pointer
	frame     uintptr
	code      string
	nodes     *nodeFields
	stretch   stretch
}

// backtrace returns the calls of this goroutine that are the user's, innermost
// first: those that the interpreter makes and those of functions of cells that run
// as native code.
func (w *World) backtrace() []Activation {
	var read []Activation
	if w.texts.ok.Load() {
		read = w.texts.read()
	}
	var pcs [512]uintptr
	fs := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	var all []Activation
	native, next := false, 0
	for {
		f, more := fs.Next()
		if strings.HasSuffix(f.Function, "/interp.runCfg") {
			if next < len(read) {
				all = append(all, read[next])
			}
			next++
		} else if p, ok := nativePlace(f); ok {
			native = true
			all = append(all, Activation{Func: p.Func, native: p})
		}
		if !more {
			break
		}
	}
	if !native {
		return read
	}
	return all
}

// nativePlace is the place of a compiled function of a cell: its file is called
// "cell 3" by line directives, and its package stands for main.
func nativePlace(f runtime.Frame) (p Place, ok bool) {
	file := f.File[strings.LastIndexAny(f.File, `/\\`)+1:]
	num, ok := strings.CutPrefix(file, "cell ")
	if !ok {
		return p, false
	}
	n, err := strconv.Atoi(num)
	if err != nil {
		return p, false
	}
	fn := f.Function[strings.LastIndexByte(f.Function, '/')+1:]
	if _, rest, ok := strings.Cut(fn, "."); ok {
		fn = rest
	}
	return Place{Cell: n, Line: f.Line, Func: "main." + fn}, true
}

// read is backtrace without the question whether the self-test has passed.
//
//go:norace
func (ts *texts) read() []Activation {
	acts, callees := activations()
	if len(acts) == 0 {
		return nil
	}
	growStack() // it must not move while it is read
	var mark uintptr
	sp := uintptr(unsafe.Pointer(&mark))
	return ts.walk(acts, callees, sp, stackTop(sp))
}

// elsewhere is backtrace for another goroutine, from its part of a dump: one that waits inside native code, or that
// was inside it a moment ago. Its stack is read while it may run: what has changed meanwhile is not found, since only
// words are compared and none is followed.
func (w *World) elsewhere(g *G, x dumped) []Activation {
	if !w.texts.ok.Load() || g.goid.Load() == 0 {
		return nil
	}
	acts, callees := activationsIn(string(x.frames))
	sp, top := g.stack()
	if len(acts) == 0 || sp == top {
		return nil
	}
	return w.texts.walk(acts, callees, sp, top)
}

// walk finds on the stretch of a stack from sp to top where the activations are.
//
//go:nocheckptr
//go:norace
func (ts *texts) walk(acts []activation, callees []string, sp, top uintptr) (out []Activation) {
	// A wrong guess about the stack must not end the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	f := ts.fields
	if f == nil {
		return nil
	}
	fns := make([]*textFunc, len(acts))
	execs := map[uintptr]*textFunc{}
	idx := make(map[uintptr]int, len(acts))
	for i, a := range acts {
		if fn := ts.funcs[^a.node]; fn != nil && fn.node.Value() != nil {
			fn.read(f)
			fns[i] = fn
			for _, n := range fn.nodes {
				execs[^n.exec] = fn
			}
		}
		idx[a.frame] = i
	}
	end := make([]uintptr, len(acts)) // stack offset of each activation's argument slots
	hits := make([]hit, 0, maxHits)
	// A panic that passes through leaves copies of the arguments below them: the
	// last ones count.
	for o := uintptr(0); sp+o < top; o += unsafe.Sizeof(o) {
		word := *(*uintptr)(pointer(sp + o))
		if i, ok := idx[^word]; ok && o >= 8 && *(*uintptr)(pointer(sp + o - 8)) == ^acts[i].node {
			end[i] = o
		} else if fn := execs[^word]; fn != nil && len(hits) < maxHits {
			hits = append(hits, hit{o, ^word, fn})
		}
	}
	out = make([]Activation, len(acts))
	k := 0
	for i, a := range acts {
		s := stretch{fn: fns[i], callee: callees[i]}
		for ; k < len(hits) && hits[k].at < end[i]; k++ {
			if hits[k].fn == s.fn {
				s.hits = append(s.hits, hit{end[i] - hits[k].at, hits[k].exec, s.fn})
			}
		}
		if s.fn == nil {
			continue
		}
		out[i] = Activation{Func: s.fn.fn.Go, Synthetic: s.fn.fn.Synthetic, nodes: f, stretch: s}
		if n := ts.running(&s); n != nil {
			out[i].node, out[i].frame, out[i].code = pointer(n.at), ^a.frame, callees[i]
			if n.line > 0 && n.line <= len(s.fn.lines) {
				out[i].place = int(s.fn.lines[n.line-1])
			}
		}
	}
	return out
}

// maxHits bounds what is kept of one stack.
const maxHits = 1 << 11

// growStack makes room on the stack, so that what is called next does not move it.
//
//go:noinline
func growStack() {
	var room [16 << 10]byte
	runtime.KeepAlive(&room)
}

// stretch is the part of the stack that belongs to one activation.
type stretch struct {
	fn     *textFunc
	callee string // the code of the closure that runs
	hits   []hit  // addresses of the function's closures that lie there, innermost first
}

// slot is where closures of one kind keep an address while they run.
type slot struct {
	at   uintptr // counted down from the end of the stretch
	next bool    // it is the successor's, not the closure's own
}

// hit is a word of the stack that is the address of a node's closure.
type hit struct {
	at   uintptr // counted down from the end of the stretch
	exec uintptr // complemented: the scan must not find what it has found
	fn   *textFunc
}

// running is the node that runs: its closure has the callee's code, and keeps
// its own address in the slot that SelfTest has found for that code. Where the
// slot is not known, the innermost word that fits is taken, the node's own or,
// since it is captured, its successor's.
func (ts *texts) running(s *stretch) *nodeInfo {
	slot, known := ts.slots[s.callee]
	var best *nodeInfo
	score := 0
	for i := range s.fn.nodes {
		n := &s.fn.nodes[i]
		if runtime.FuncForPC(n.code).Name() != s.callee {
			continue
		}
		sc := 1
		for k, h := range s.hits {
			switch {
			case known && h.at == slot.at && (^h.exec == n.exec && !slot.next || ^h.exec == n.tnext && slot.next):
				sc = 1 << 30
			case ^h.exec == n.exec:
				sc = max(sc, 1<<20-k)
			case ^h.exec == n.tnext || ^h.exec == n.fnext:
				sc = max(sc, 1<<10-k)
			}
		}
		if sc > score {
			best, score = n, sc
		}
	}
	return best
}

// activation is what runtime.Stack tells of one runCfg, complemented: the scan
// of the stack must not find these copies.
type activation struct{ node, frame uintptr }

// activations parses the running goroutine's trace.
func activations() (acts []activation, callees []string) {
	buf := make([]byte, 1<<14)
	for {
		n := runtime.Stack(buf, false)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 4*len(buf))
	}
	return activationsIn(string(buf))
}

// activationsIn are those of a goroutine's part of a dump.
func activationsIn(s string) (acts []activation, callees []string) {
	const run = "interp.runCfg(0x"
	for {
		i := strings.Index(s, run)
		if i < 0 {
			return acts, callees
		}
		// The frame that runCfg called: the closure of the node that runs.
		callee := ""
		if l := strings.LastIndex(s[:i], "\n\t"); l >= 0 {
			callee = s[strings.LastIndex(s[:l], "\n")+1 : l]
			callee, _, _ = strings.Cut(callee, "(0x")
		}
		callees = append(callees, callee)
		s = s[i+len(run)-2:]
		a, rest, _ := strings.Cut(s, ", ")
		b, _, _ := strings.Cut(rest, ", ")
		n, _ := strconv.ParseUint(strings.TrimSuffix(a, "?"), 0, 64)
		f, _ := strconv.ParseUint(strings.TrimSuffix(b, "?"), 0, 64)
		acts = append(acts, activation{^uintptr(n), ^uintptr(f)})
	}
}

// operands returns the values of the children of the node that runs, read from
// its activation's frame: a fault can be told exactly although the interpreter's
// panic does not carry index and length.
//
//go:nocheckptr
func (a Activation) operands() (vs []reflect.Value) {
	f := a.nodes
	if a.node == nil || f == nil {
		return nil
	}
	for _, c := range fieldAt[[]unsafe.Pointer](a.node, f.child) {
		cn := reflect.NewAt(f.typ, c).Elem()
		if rv := *(*reflect.Value)(unsafe.Add(c, f.rval)); rv.IsValid() {
			vs = append(vs, rv)
			continue
		}
		fr := pointer(a.frame)
		level := int(cn.Field(f.level).Int())
		for ; level > 0; level-- {
			fr = fieldAt[unsafe.Pointer](fr, f.frameAnc)
		}
		if level < 0 {
			fr = fieldAt[unsafe.Pointer](fr, f.frameRoot)
		}
		data := fieldAt[[]reflect.Value](fr, f.frameData)
		if i := int(cn.Field(f.findex).Int()); i >= 0 && i < len(data) {
			vs = append(vs, data[i])
		} else {
			vs = append(vs, reflect.Value{})
		}
	}
	return vs
}
