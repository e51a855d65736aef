package worker

import (
	"runtime"
	"sync"
	"testing"
	_ "unsafe"
)

//go:linkname nanotime runtime.nanotime
func nanotime() int64

// Goroutines that compute are seen on processors, within the time of the cell.
func TestExecutionTrace(t *testing.T) {
	start := nanotime()
	x := startExecTrace()
	if x == nil {
		t.Fatal("the runtime does not trace")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 20_000_000 {
				if i%1_000_000 == 0 {
					runtime.Gosched()
				}
			}
		})
	}
	wg.Wait()
	runtime.GC()
	got := x.stop(start)
	end := nanotime() // goroutines of the process run until the trace has stopped
	running, waiting := 0, 0
	for _, r := range got.Runs {
		if r.From < -1e6 || r.To > end-start+1e6 || r.To < r.From {
			t.Fatalf("a run from %d to %d in a cell of %d", r.From, r.To, end-start)
		}
		if r.P >= 0 {
			running++
		} else {
			waiting++
		}
	}
	if running < 4 || waiting < 4 || len(got.GC) == 0 {
		t.Errorf("%d stretches on processors, %d in the queue, %d collections", running, waiting, len(got.GC))
	}
}
