package check

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// busy is which part of one processor the program's goroutines use during d. It is counted in the scheduler's
// processors, not in CPU time, so what else the machine does hardly matters.
func busy(d time.Duration) float64 {
	user := func() float64 {
		runtime.GC() // the figures are those of the last collection
		s := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}}
		metrics.Read(s)
		if s[0].Value.Kind() != metrics.KindFloat64 {
			return 0
		}
		return s[0].Value.Float64()
	}
	before := user()
	start := time.Now()
	time.Sleep(d)
	return (user() - before) / time.Since(start).Seconds()
}

// restsIn fails if f, which must be waiting for something, keeps a processor busy meanwhile. free lets f return.
func (t *trial) restsIn(otherwise text, f, free func()) {
	if underDetector() {
		return
	}
	defer free()
	a, b, c := busy(30*time.Millisecond), busy(30*time.Millisecond), busy(30*time.Millisecond)
	before := max(min(a, b), min(max(a, b), c)) // the middle one
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() { _ = recover() }()
		f()
	}()
	// Most of the time decides: on a busy machine a single stretch may say anything.
	const most = 5
	spun, rested := 0, 0
	for spun < most && rested < most {
		if busy(30*time.Millisecond) > before+0.5 {
			spun++
		} else {
			rested++
		}
	}
	spins := spun == most
	free()
	await(callLimit, ended)
	if spins {
		t.noted.CompareAndSwap(nil, &fault{Spinning, otherwise})
		t.stopIfNoted()
	}
}
