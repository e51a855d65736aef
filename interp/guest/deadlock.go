package guest

import "sync"

// Deadlock is a report that goroutines wait for ever. It is plain data.
type Deadlock struct {
	Text       string // Go's: fatal error: all goroutines are asleep - deadlock!
	Goroutines []GoroutineState
	Others     []GoroutineState // of other cells, still alive: for a notice
}

// watcher looks for deadlocks; see doc.go.
type watcher struct {
	w     *World
	mu    sync.Mutex
	cells int
}

func (x *watcher) coarse() int64 { return nanotime() }
func (x *watcher) close()        {}
func (x *watcher) cellStarted()  {}
func (x *watcher) cellEnded()    {}
func (x *watcher) lookNow(*Cell) {}
func (c *Cell) allWait() bool    { return false }
