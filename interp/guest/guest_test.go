package guest

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a Host that remembers.
type recorder struct {
	mu      sync.Mutex
	text    strings.Builder
	crashes []*Crash
	exits   []int
	notices []*Deadlock
	fatal   []string
	told    chan struct{} // one for each crash, exit or notice
}

func newRecorder() *recorder { return &recorder{told: make(chan struct{}, 1000)} }

func (r *recorder) Write(c *Cell, stderr bool, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Write(text)
}
func (r *recorder) File(c *Cell, fd int) *os.File { return os.Stdout }
func (r *recorder) add(f func()) {
	r.mu.Lock()
	f()
	r.mu.Unlock()
	r.told <- struct{}{}
}
func (r *recorder) Crashed(c *Cell, k *Crash)   { r.add(func() { r.crashes = append(r.crashes, k) }) }
func (r *recorder) Exited(c *Cell, code int)    { r.add(func() { r.exits = append(r.exits, code) }) }
func (r *recorder) Notice(c *Cell, d *Deadlock) { r.add(func() { r.notices = append(r.notices, d) }) }
func (r *recorder) Fatal(c *Cell, text string)  { r.add(func() { r.fatal = append(r.fatal, text) }) }

// newWorld starts a World that looks often, so that a test waits little.
func newWorld(t *testing.T) (*World, *recorder) {
	t.Helper()
	h := newRecorder()
	w := Start(h)
	w.watch.every = 2 * time.Millisecond
	t.Cleanup(func() {
		for _, c := range w.Cells() {
			c.raise(quitKill)
		}
		w.Close()
	})
	return w, h
}

var cellIDs struct {
	sync.Mutex
	n int64
}

func newCell(w *World) *Cell {
	cellIDs.Lock()
	defer cellIDs.Unlock()
	cellIDs.n++
	return w.NewCell(cellIDs.n, int(cellIDs.n))
}

// runIn runs f as a cell and fails the test if it hangs.
func runIn(t *testing.T, w *World, f func(), o Options) *Outcome {
	t.Helper()
	return runCell(t, newCell(w), f, o)
}

func runCell(t *testing.T, c *Cell, f func(), o Options) *Outcome {
	t.Helper()
	done := make(chan *Outcome, 1)
	go func() { done <- c.Run(f, o) }()
	select {
	case out := <-done:
		return out
	case <-time.After(20 * time.Second):
		for _, r := range c.world.Goroutines(nil) {
			t.Logf("%+v", r)
		}
		t.Fatal("the cell hangs")
		return nil
	}
}

// What emitted text does for channels of a type.

func snd[T any](c chan T, v T) { Send(0, c, unsafe.Pointer(&v)) }

func rcv[T any](c <-chan T) T {
	var v T
	Recv(0, c, unsafe.Pointer(&v))
	return v
}

func rcv2[T any](c <-chan T) (v T, ok bool) {
	ok = Recv(0, c, unsafe.Pointer(&v))
	return v, ok
}

func each[T any](c <-chan T, f func(T)) {
	for v, ok := rcv2(c); ok; v, ok = rcv2(c) {
		f(v)
	}
}

func spawn(f func()) { Go(f, 0) }

func recvCase[T any](c <-chan T, v *T) Case { return Case{C: c, P: unsafe.Pointer(v)} }

func sendCase[T any](c chan<- T, v T) Case { return Case{Send: true, C: c, P: unsafe.Pointer(&v)} }

func (k OutcomeKind) String() string {
	return [...]string{"returned", "panicked", "exited", "deadlocked", "stopped", "timed out"}[k]
}

func (o *Outcome) String() string {
	s := o.Kind.String()
	if o.Crash != nil {
		s += "\n" + o.Crash.String()
	}
	if o.Deadlock != nil {
		s += "\n" + o.Deadlock.String()
	}
	if len(o.GivenUp) > 0 {
		s += fmt.Sprintf("\ngiven up: %+v", o.GivenUp)
	}
	return s
}
