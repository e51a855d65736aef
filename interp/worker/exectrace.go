package worker

import (
	"bytes"
	"errors"
	"io"
	"runtime/trace"
	"sync"

	"gokernel/interp/guest"

	xtrace "golang.org/x/exp/trace"
)

// An Execution is what the Go runtime's own execution trace says of a cell: where its goroutines ran. Times
// are nanoseconds since the cell's start.
type Execution struct {
	Runs []ProcSpan
	GC   []guest.Pause
}

// ProcSpan is a stretch in which a goroutine was on a processor, or waited for one.
type ProcSpan struct {
	Goid     int64
	From, To int64
	P        int // -1: it waited for a processor
	System   bool
}

// maxTrace bounds the execution trace of a cell, in bytes: some ten thousand
// changes of state, which is what a picture shows. Then it stops, since both
// writing and reading it take longer than the cell's own work with channels.
const maxTrace = 192 << 10

// execTracer records the runtime's execution trace of one cell at a time.
type execTracer struct {
	buf bytes.Buffer
	end sync.Once
}

// Write keeps the trace and ends it at its limit, on a goroutine of its own that ends when the trace has. The
// runtime calls it from one goroutine, which ends with trace.Stop.
func (t *execTracer) Write(b []byte) (int, error) {
	t.buf.Write(b) // also what comes after the limit: a trace without its end cannot be read
	if t.buf.Len() > maxTrace {
		go t.end.Do(trace.Stop)
	}
	return len(b), nil
}

// startExecTrace begins the trace; nil if the program traces itself.
func startExecTrace() *execTracer {
	t := &execTracer{}
	if trace.Start(t) != nil {
		return nil
	}
	return t
}

// stop ends the trace and reads it; start is the cell's start on the monotonic clock. A trace
// that cannot be read whole gives what could be read.
func (t *execTracer) stop(start int64) Execution {
	t.end.Do(trace.Stop)
	var x Execution
	r, err := xtrace.NewReader(&t.buf)
	if err != nil {
		return x
	}
	offset, known := int64(0), false
	type state struct {
		since int64
		state xtrace.GoState
		p     int
	}
	gs := map[xtrace.GoID]state{}
	gc := int64(-1)
	for {
		ev, err := r.ReadEvent()
		if errors.Is(err, io.EOF) || err != nil {
			break
		}
		now := int64(ev.Time()) + offset
		switch ev.Kind() {
		case xtrace.EventSync:
			if c := ev.Sync().ClockSnapshot; c != nil && !known {
				offset, known = int64(c.Mono)-int64(c.Trace)-start, true
			}
		case xtrace.EventRangeBegin:
			if ev.Range().Name == "GC concurrent mark phase" {
				gc = now
			}
		case xtrace.EventRangeEnd:
			if ev.Range().Name == "GC concurrent mark phase" && gc >= 0 {
				x.GC = append(x.GC, guest.Pause{From: gc, To: now})
				gc = -1
			}
		case xtrace.EventStateTransition:
			st := ev.StateTransition()
			if st.Resource.Kind != xtrace.ResourceGoroutine {
				continue
			}
			id := st.Resource.Goroutine()
			_, to := st.Goroutine()
			if was, ok := gs[id]; ok && known && now > was.since {
				s := ProcSpan{Goid: int64(id), From: was.since, To: now, P: was.p}
				switch was.state {
				case xtrace.GoRunning, xtrace.GoRunnable:
					x.Runs = append(x.Runs, s)
				case xtrace.GoSyscall:
					s.System = true
					x.Runs = append(x.Runs, s)
				}
			}
			p := -1
			if to == xtrace.GoRunning || to == xtrace.GoSyscall {
				p = int(ev.Proc())
			}
			gs[id] = state{now, to, p}
		}
	}
	return x
}
