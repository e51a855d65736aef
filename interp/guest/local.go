package guest

import (
	"bytes"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// label has the layout of an element of runtime/pprof's label set.
type label struct{ key, value string }

// labelKey marks the label sets that are goroutines of this package; it is
// compared by address, so no label of a user's program can be taken for one.
var labelKey = string([]byte("gokernel goroutine"))

// G is one goroutine that runs a cell's code. It is found through the
// goroutine's profiler label pointer: its head has the layout of
// runtime/pprof's label set, so profiles of the process stay readable.
// Goroutines inherit the pointer from the one that starts them, so self is
// compared too. Fields without a comment on locking belong to the goroutine.
type G struct {
	labels [1]label       // backs set
	set    []label        // what the label pointer points at; see head
	self   atomic.Uintptr // descriptor of the goroutine that it belongs to
	goid   atomic.Int64   // the runtime's number, as in the runtime's own dumps

	id        int64  // unique in the World, as shown: "goroutine 7"
	place     int    // spawn site
	parent    int64  // id of the goroutine that started it, 0 for a cell's main
	entry     string // its function, if the spawn site does not say
	creator   string // the native function that started it, "" for a go statement
	cell      *Cell
	quit      *quit
	adopted   bool // started by native code: nobody tells when it ends
	coroutine bool // of an iterator that is pulled: another goroutine stands still while it runs
	started   time.Time

	lane    atomic.Pointer[lane] // of its cell's trace
	run     *Frame               // frame whose deferred function runs now
	leaving atomic.Int32         // the quit level that it obeys now: its deferred calls run
	ended   bool                 // its function returned
	thrown  int                  // place of the last panic that the text raised
	fault   []Activation
	ours    bool    // the panic that unwinds was raised by Throw or goes on after a Frame
	trav    *Panic  // unwinding between two of our frames
	seed    uint64  // of its select order
	random  *random // what it draws random numbers from, nil for the program's own source

	wait    wait                       // what it waits for; see block
	native  atomic.Pointer[nativeWait] // what the last dump told of it, inside native code
	waitSeq atomic.Uint32              // odd while it waits
	cases   []runtimeSelect            // scratch space of its channel operations

	used  [usedObjects]use // ring of the objects it used last; see wait.go
	usedN uint32
	held  []held // locks that it holds, oldest first
}

// head is the label pointer of g: a pointer to a slice header.
func (g *G) head() unsafe.Pointer { return unsafe.Pointer(&g.set) }

// ofHead is the G that a label pointer belongs to, nil for a label set of somebody else.
func ofHead(p unsafe.Pointer) *G {
	set := *(*[]label)(p)
	if len(set) != 1 || unsafe.StringData(set[0].key) != unsafe.StringData(labelKey) {
		return nil
	}
	return (*G)(unsafe.Add(p, -int(unsafe.Offsetof(G{}.set))))
}

// cur is the running goroutine. A goroutine that native code started is
// adopted by the cell that it was started from, or by the World's background.
func cur() *G {
	p := getLabel()
	if p == nil {
		return adopt(nil)
	}
	g := ofHead(p)
	if g == nil {
		return foreign()
	}
	if g.self.Load() != getg() {
		return adopt(g)
	}
	return g
}

// CellOf is the cell that the running goroutine belongs to; for a goroutine
// that nobody knows it is the cell that ran last, the background cell if none
// has. It never adopts: writers of the host call it for every write.
func (w *World) CellOf() *Cell {
	if p := getLabel(); p != nil {
		if g := ofHead(p); g != nil {
			return g.cell
		}
		if g := w.goroutines.get(getg()); g != nil {
			return g.cell
		}
	}
	if c := w.latest.Load(); c != nil {
		return c
	}
	return w.background
}

// foreign finds the goroutine whose label a program replaced (pprof.Do).
func foreign() *G {
	w := world.Load()
	if g := w.goroutines.get(getg()); g != nil && !g.adopted {
		return g
	}
	return adopt(nil)
}

// adopt makes a G for a goroutine that native code started; from is the one it inherited its label from.
func adopt(from *G) *G {
	var c *Cell
	if from != nil {
		c = from.cell
	} else {
		c = world.Load().background
	}
	g := c.world.newG(c, 0)
	g.adopted = true
	if from != nil {
		g.parent, g.random = from.id, from.random.branch()
		g.place = from.place
	}
	c.enter(g)
	g.own()
	return g
}

// newG makes a goroutine of cell c, not yet running.
func (w *World) newG(c *Cell, place int) *G {
	g := &G{id: w.lastID.Add(1), cell: c, place: place, quit: &c.quit, started: now()}
	g.labels[0] = label{labelKey, strconv.FormatInt(c.ID, 10) + "/" + strconv.FormatInt(g.id, 10)}
	g.set = g.labels[:]
	return g
}

// own makes g the state of the running goroutine.
func (g *G) own() {
	g.self.Store(getg())
	g.goid.Store(goid(g.cell.world))
	setLabel(g.head())
	g.cell.world.goroutines.add(g)
}

// disown ends g: the goroutine is about to return to its base.
func (g *G) disown() {
	g.cell.exit(g)
	setLabel(nil)
}

// stackGoid reads the goroutine's number off its own trace.
func stackGoid() int64 {
	var buf [64]byte
	b := buf[:runtime.Stack(buf[:], false)]
	b = bytes.TrimPrefix(b, []byte("goroutine "))
	var n int64
	for _, c := range b {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// registry finds live goroutines by their descriptor.
type registry struct {
	shards [16]struct {
		mu sync.Mutex
		m  map[uintptr]*G
		_  [40]byte
	}
}

func (r *registry) shard(self uintptr) int { return int(self>>8^self>>13) & 15 }

func (r *registry) add(g *G) {
	s := &r.shards[r.shard(g.self.Load())]
	s.mu.Lock()
	if s.m == nil {
		s.m = map[uintptr]*G{}
	}
	s.m[g.self.Load()] = g
	s.mu.Unlock()
}

func (r *registry) remove(g *G) {
	s := &r.shards[r.shard(g.self.Load())]
	s.mu.Lock()
	if s.m[g.self.Load()] == g {
		delete(s.m, g.self.Load())
	}
	s.mu.Unlock()
}

func (r *registry) get(self uintptr) *G {
	s := &r.shards[r.shard(self)]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[self]
}
