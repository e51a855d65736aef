package guest

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Host is told what cells do that must be seen outside. Its methods are called
// from the goroutine that did it and must be safe for concurrent use.
type Host interface {
	// Write is text that the run time itself prints for a cell: print and
	// println (stderr), PrintStack (stderr).
	Write(c *Cell, stderr bool, text []byte)
	// File is os.Stdin, os.Stdout or os.Stderr of a cell (0, 1, 2).
	File(c *Cell, fd int) *os.File
	// Crashed tells of an uncaught panic in a goroutine of a cell whose main
	// goroutine has ended before: the session goes on, the goroutine is gone.
	// (While the cell runs, the crash is its Outcome instead.)
	Crashed(c *Cell, crash *Crash)
	// Exited tells that a goroutine of a cell that has ended called os.Exit or log.Fatal.
	Exited(c *Cell, code int)
	// Notice is a remark about a running cell that is no error: it waits, and
	// only goroutines of other cells that it has nothing to do with are alive.
	Notice(c *Cell, r *Deadlock)
	// Fatal is one of Go's errors that end a program and that the run time
	// finds itself (go of a nil func value); the host ends the worker with that text.
	Fatal(c *Cell, text string)
}

// World is one user program: all cells of a worker process. Make one with Start.
type World struct {
	host        Host
	places      places
	texts       texts
	callers     callers
	goidAt      uintptr
	statusKnown bool // goroutines' statuses can be read
	lastID      atomic.Int64
	seeded      atomic.Bool // a cell has had a seed
	randSeeded  atomic.Bool // math/rand's shared source has been seeded by the program
	goroutines  registry
	background  *Cell // of goroutines that nobody started
	latest      atomic.Pointer[Cell]
	flags       stopFlags
	queues      queues
	timers      timers
	watch       watcher
	signals     signalChans
	closed      chan struct{}
	patience    int // see usualPatience

	mu    sync.Mutex
	cells map[*Cell]struct{} // that have live goroutines or run
}

// world is the process's World; see the package comment.
var world atomic.Pointer[World]

// Start makes the process's World. There is one at a time; Close ends it.
func Start(h Host) *World {
	w := &World{host: h, cells: map[*Cell]struct{}{}, closed: make(chan struct{}), patience: usualPatience}
	w.goidAt = calibrateGoid()
	w.statusKnown = calibrateStatus(w.goidAt)
	labelsInDumps()
	w.background = w.NewCell(0, 0)
	w.watch.w, w.watch.every = w, lookEvery
	world.Store(w)
	return w
}

// Close ends the World's own goroutines. Goroutines of cells go on; stop their cells first.
func (w *World) Close() {
	w.watch.close()
	close(w.closed)
	world.CompareAndSwap(w, nil)
}

// Cells returns the cells that run or have live goroutines.
func (w *World) Cells() []*Cell {
	w.mu.Lock()
	defer w.mu.Unlock()
	cs := make([]*Cell, 0, len(w.cells))
	for c := range w.cells {
		cs = append(cs, c)
	}
	return cs
}

// now is the real time that durations in tables are measured by.
func now() time.Time { return time.Now() }
