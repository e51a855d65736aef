package interp

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gokernel/interp/display/timeline"
	"gokernel/interp/guest"
	"gokernel/interp/worker"
)

// traceMagics draw what a cell's goroutines do.
func traceMagics() []Magic {
	return []Magic{{
		Name: "trace", Cell: true,
		Help: "Run the cell and draw what its goroutines did: a lane for each, the states it went through, and what passed between them.\n" +
			"Zoom with the buttons or with shift and the wheel, drag to move, play with the slider; \"by P\" shows where they ran.",
		Run: func(ctx context.Context, m *MagicCall) error {
			if strings.TrimSpace(m.Args) != "" || !m.IsCell {
				return usageError{}
			}
			x := execution{Request: m.Request, text: m.bodyText(), trace: &traced{}}
			m.Session.runGo(ctx, x, m.Result)
			if x.trace.rec != nil {
				t := timelineOf(x.trace.rec, x.trace.exec)
				t.Title = fmt.Sprintf("cell %d", m.Request.Count)
				m.Session.opts.Sink.Display(m.Request.ID, timeline.Draw(t))
			}
			return nil
		},
	}}
}

// traced is where a run leaves what was recorded.
type traced struct {
	rec  *guest.Recording
	exec worker.Execution
}

// timelineOf joins the two records of a cell: what its goroutines waited for, and where they ran.
func timelineOf(r *guest.Recording, x worker.Execution) timeline.Trace {
	t := timeline.Trace{Total: r.Total, Dropped: r.Dropped, Merged: r.Merged, More: r.More}
	runs := map[int64][]worker.ProcSpan{} // by the runtime's number
	for _, p := range x.Runs {
		runs[p.Goid] = append(runs[p.Goid], p)
	}
	goid := map[int64]int64{}
	for _, l := range r.Lanes {
		goid[l.ID] = l.Goid
		t.Goroutines = append(t.Goroutines, timeline.Goroutine{ID: l.ID, Name: l.Name, Place: placeText(l.Spawn), Start: l.Start, End: l.End})
	}
	for _, ps := range runs {
		slices.SortFunc(ps, func(a, b worker.ProcSpan) int { return cmp.Compare(a.From, b.From) })
	}
	for _, s := range r.Spans {
		switch s.State {
		case guest.SpanRunning:
			if s.What != "" { // of many: their processors would be as many again
				t.Spans = append(t.Spans, timeline.Span{G: s.G, From: s.From, To: s.To, State: timeline.Running, On: s.What, P: processor(s, runs[goid[s.G]])})
				continue
			}
			t.Spans = append(t.Spans, runningSpans(s, runs[goid[s.G]])...)
		case guest.SpanSleeping:
			t.Spans = append(t.Spans, timeline.Span{G: s.G, From: s.From, To: s.To, State: timeline.Sleeping, On: waitText(s), Place: placeText(s.Place), P: -1})
		default:
			t.Spans = append(t.Spans, timeline.Span{G: s.G, From: s.From, To: s.To, State: timeline.Blocked, On: waitText(s), Place: placeText(s.Place), P: -1})
		}
	}
	kinds := map[guest.ArrowKind]timeline.Kind{guest.ArrowCreate: timeline.Create, guest.ArrowMessage: timeline.Message, guest.ArrowClose: timeline.Close, guest.ArrowUnlock: timeline.Unlock, guest.ArrowWake: timeline.Wake}
	for _, a := range r.Arrows {
		t.Arrows = append(t.Arrows, timeline.Arrow{Kind: kinds[a.Kind], From: a.From, To: a.To, At: a.At, Got: a.Got, Label: a.Label})
	}
	for _, g := range slices.Concat(r.GC, x.GC) {
		if g.To > 0 && g.From < r.Total {
			t.GCs = append(t.GCs, timeline.GC{From: max(g.From, 0), To: min(g.To, r.Total)})
		}
	}
	return t
}

func waitText(s guest.Span) string {
	if s.On == "" {
		return s.What
	}
	return s.What + " on " + s.On
}

// processor is the first on which the goroutine ran in a stretch, -1 if none is known.
func processor(s guest.Span, runs []worker.ProcSpan) int {
	i, _ := slices.BinarySearchFunc(runs, s.From, func(r worker.ProcSpan, t int64) int { return cmp.Compare(r.To, t) })
	for ; i < len(runs) && runs[i].From < s.To; i++ {
		if runs[i].P >= 0 {
			return runs[i].P
		}
	}
	return -1
}

// runningSpans parts a stretch in which the cell's code could run by where the runtime had it: on a processor, in
// the queue for one, or in the system. Without such a record it is one stretch.
func runningSpans(s guest.Span, runs []worker.ProcSpan) (out []timeline.Span) {
	at := s.From
	put := func(to int64, state timeline.State, p int) {
		if to > at {
			out = append(out, timeline.Span{G: s.G, From: at, To: to, State: state, P: p})
			at = to
		}
	}
	i, _ := slices.BinarySearchFunc(runs, s.From, func(r worker.ProcSpan, t int64) int { return cmp.Compare(r.To, t) })
	for ; i < len(runs) && runs[i].From < s.To; i++ {
		r := runs[i]
		put(min(max(r.From, at), s.To), timeline.Running, -1)
		state := timeline.Running
		switch {
		case r.System:
			state = timeline.System
		case r.P < 0:
			state = timeline.Runnable
		}
		put(min(r.To, s.To), state, r.P)
	}
	put(s.To, timeline.Running, -1)
	return out
}
