// Package timeline draws what the goroutines of a cell did: a lane for each
// goroutine with the states it went through, and arrows for what passed between
// them. The picture is HTML with zoom, hover and a slider that plays it, an SVG
// that stands still, and a table in words for terminals.
//
// It knows neither the interpreter nor the notebook: a Trace is plain data, times
// are nanoseconds from the start of the cell.
package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gokernel/interp/display"
)

// State of a goroutine during a span.
type State uint8

// The states, in the order of the legend.
const (
	Running  State = iota // it runs, or could: the scheduler had it
	Runnable              // it waits for a P
	Blocked               // it waits for a channel, a lock, a WaitGroup
	Sleeping              // it waits for time
	System                // it waits for the operating system: files, network, a process
)

// String is the word of the legend.
func (s State) String() string {
	return [...]string{"running", "runnable", "blocked", "sleeping", "in a system call"}[s]
}

// Kind of an arrow between two lanes.
type Kind uint8

// The kinds of arrows.
const (
	Create  Kind = iota // a go statement
	Message             // a value through a channel
	Close               // a receive that ended because the channel was closed
	Unlock              // a lock that was handed over
	Wake                // any other wake-up: WaitGroup, Cond, context
)

// Goroutine is one lane.
type Goroutine struct {
	ID    int64
	Name  string // function as Go names it: main.worker
	Place string // where it was started: cell 3 line 5; "" for the cell's own
	Start int64
	End   int64 // 0: still alive when the trace ended
}

// Span is a stretch of a goroutine's life.
type Span struct {
	G        int64
	From, To int64
	State    State
	On       string // what it waits for: "send on results (chan int, 0 of 3)"
	Place    string // where it waits: cell 3 line 7
	P        int    // the processor it ran on, -1 if not known
}

// Arrow is something that passed from one goroutine to another.
type Arrow struct {
	Kind     Kind
	From, To int64 // goroutines
	At       int64 // when it left
	Got      int64 // when it arrived
	Label    string
}

// GC is a stretch in which the collector ran.
type GC struct{ From, To int64 }

// Trace is what a cell's goroutines did.
type Trace struct {
	Title      string
	Total      int64 // length, ns
	Goroutines []Goroutine
	Spans      []Span
	Arrows     []Arrow
	GCs        []GC
	Dropped    int // events that were not recorded
	Merged     int // stretches that Spans was made of, if it is a summary
	More       int // arrows besides those of Arrows
}

// Limits of a picture: more lanes or spans than these are summarised, with a notice.
const (
	maxLanes  = 120
	maxSpans  = 10000
	maxArrows = 4000
)

// Draw is the picture of t in all its forms.
func Draw(t Trace) display.Data {
	notes := t.tidy()
	return display.Data{MIME: map[string]any{
		"text/html":     page(t, notes),
		"image/svg+xml": still(t, notes),
		"text/plain":    words(t, notes),
	}}
}

// tidy sorts t, fills ends that are missing and cuts it down to what a browser draws without
// stutter; it returns what has been left out, in words.
func (t *Trace) tidy() (notes []string) {
	for _, s := range t.Spans {
		t.Total = max(t.Total, s.To)
	}
	for _, a := range t.Arrows {
		t.Total = max(t.Total, a.Got)
	}
	t.Total = max(t.Total, 1)
	t.Goroutines = slices.Clone(t.Goroutines)
	slices.SortStableFunc(t.Goroutines, func(a, b Goroutine) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.ID, b.ID)) })
	if n := len(t.Goroutines); n > maxLanes {
		notes = append(notes, fmt.Sprintf("%d of %d goroutines shown", maxLanes, n))
		t.Goroutines = t.Goroutines[:maxLanes]
	}
	lane := map[int64]bool{}
	for _, g := range t.Goroutines {
		lane[g.ID] = true
	}
	t.Spans = slices.DeleteFunc(slices.Clone(t.Spans), func(s Span) bool { return !lane[s.G] || s.To < s.From })
	t.Arrows = slices.DeleteFunc(slices.Clone(t.Arrows), func(a Arrow) bool { return !lane[a.From] || !lane[a.To] })
	slices.SortStableFunc(t.Spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.G, b.G), cmp.Compare(a.From, b.From)) })
	slices.SortStableFunc(t.Arrows, func(a, b Arrow) int { return cmp.Compare(a.At, b.At) })
	if n := len(t.Spans); n > maxSpans {
		t.Spans = merge(t.Spans, t.Total)
		notes = append(notes, fmt.Sprintf("%d short stretches merged into %d", n, len(t.Spans)))
	}
	if t.Merged > len(t.Spans) {
		notes = append(notes, fmt.Sprintf("%d short stretches merged into %d", t.Merged, len(t.Spans)))
	}
	if n := len(t.Arrows) + t.More; n > maxArrows || t.More > 0 {
		t.Arrows = t.Arrows[:min(maxArrows, len(t.Arrows))]
		notes = append(notes, fmt.Sprintf("%d of %d arrows shown, the first ones", len(t.Arrows), n))
	}
	if t.Dropped > 0 {
		notes = append(notes, fmt.Sprintf("%d later events were not recorded", t.Dropped))
	}
	return notes
}

// merge joins neighbouring stretches of a lane that are too short to be seen apart, keeping the
// state that took the most time.
func merge(spans []Span, total int64) []Span {
	for unit := total / 20000; ; unit *= 2 {
		unit = max(unit, 1)
		var out []Span
		for i := 0; i < len(spans); {
			s := spans[i]
			var took [System + 1]int64
			took[s.State] += s.To - s.From
			j := i + 1
			for j < len(spans) && spans[j].G == s.G && spans[j].To-s.From <= unit {
				took[spans[j].State] += spans[j].To - spans[j].From
				s.To = max(s.To, spans[j].To)
				j++
			}
			if j > i+1 {
				for st := range took {
					if took[st] > took[s.State] {
						s.State = State(st)
					}
				}
				s.On, s.Place = fmt.Sprintf("%d short stretches", j-i), ""
			}
			out = append(out, s)
			i = j
		}
		if len(out) <= maxSpans || unit > total {
			return out
		}
	}
}

func dur(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d >= 10*time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d >= 10*time.Microsecond:
		return d.Round(10 * time.Nanosecond).String()
	}
	return d.String()
}

func laneName(g Goroutine) string {
	s := fmt.Sprintf("G%d %s", g.ID, g.Name)
	if g.Place != "" {
		s += " · " + g.Place
	}
	return s
}

// words is the trace as a table: how long each goroutine was in which state, and what it waited for most.
func words(t Trace, notes []string) string {
	var b strings.Builder
	if t.Title != "" {
		fmt.Fprintln(&b, t.Title)
	}
	fmt.Fprintf(&b, "%d goroutines, %s\n", len(t.Goroutines), dur(t.Total))
	for _, g := range t.Goroutines {
		var took [System + 1]int64
		waits := map[string]int64{}
		for _, s := range t.Spans {
			if s.G == g.ID {
				took[s.State] += s.To - s.From
				if s.On != "" {
					waits[s.On] += s.To - s.From
				}
			}
		}
		fmt.Fprintf(&b, "%s:", laneName(g))
		for st, ns := range took {
			if ns > 0 {
				fmt.Fprintf(&b, " %s %s;", State(st), dur(ns))
			}
		}
		longest, on := int64(0), ""
		for k, v := range waits {
			if v > longest || v == longest && k < on {
				longest, on = v, k
			}
		}
		if on != "" {
			fmt.Fprintf(&b, " longest wait: %s;", on)
		}
		fmt.Fprintln(&b)
	}
	for i, a := range t.Arrows {
		if i == 20 {
			fmt.Fprintf(&b, "… %d more\n", len(t.Arrows)-i)
			break
		}
		if a.Kind == Message || a.Kind == Close {
			fmt.Fprintf(&b, "%s G%d → G%d %s\n", dur(a.At), a.From, a.To, a.Label)
		}
	}
	for _, n := range notes {
		fmt.Fprintln(&b, n)
	}
	return b.String()
}
