package guest

import (
	"cmp"
	"iter"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Recording is a trace as plain data; times are nanoseconds since the cell's start.
type Recording struct {
	Total   int64
	Lanes   []Lane
	Spans   []Span
	Arrows  []Arrow
	GC      []Pause
	Dropped int // events beyond the limit
	Merged  int // stretches that were told apart before the short ones were joined; 0 if none were
	More    int // things that passed after those of Arrows
}

// What a picture can show. A longer recording is summarised before it is put
// into words, which take longer than the cell itself: neighbouring stretches
// are joined until few are left, and the first arrows are kept.
const (
	maxSpans  = 10_000
	fewSpans  = 3_000
	maxArrows = 4_000
	fewArrows = 1_000
)

// Lane is one goroutine.
type Lane struct {
	ID    int64  // as shown
	Goid  int64  // the runtime's number, as execution traces have it
	Name  string // its function: main.worker
	Spawn Place  // zero for a cell's main goroutine
	Start int64
	End   int64 // 0: alive when the recording was taken
}

// SpanState is what a goroutine did during a span.
type SpanState uint8

const (
	SpanRunning SpanState = iota
	SpanBlocked
	SpanSleeping
)

// Span is a stretch of a goroutine's life.
type Span struct {
	G        int64 // ID of its lane
	From, To int64
	State    SpanState
	What     string // chan send, sync.Mutex.Lock ...; "12 short stretches" for those that were joined
	On       string // what it waited for
	Place    Place
}

// ArrowKind is what passes along an arrow.
type ArrowKind uint8

const (
	ArrowCreate  ArrowKind = iota // a go statement
	ArrowMessage                  // a value through a channel
	ArrowClose                    // the end of a channel, seen by a receiver
	ArrowUnlock                   // a lock that somebody waited for
	ArrowWake                     // WaitGroup, Cond
)

// Arrow is something that passed from one goroutine to another.
type Arrow struct {
	Kind     ArrowKind
	From, To int64 // IDs of lanes
	At, Got  int64 // when it left and when it arrived
	Label    string
}

// Pause is a stretch in which the collector stopped the program.
type Pause struct{ From, To int64 }

// happening is an event with the lane it is of.
type happening struct {
	*event
	lane int64
}

// Start is when the traced cell began, on the runtime's monotonic clock.
func (t *Trace) Start() int64 { return t.start }

// Recording works out what has been recorded so far.
//
// A value is followed through its channel: what is received is the oldest value
// that was sent before and not received yet and that looks the same. Who waited
// for a lock or a group was woken by the last one that released it before.
func (t *Trace) Recording() Recording {
	now := t.now()
	r := Recording{Total: now, Dropped: int(max(t.events.Load()-t.limit, 0))}
	names := map[int64]string{}
	t.mu.Lock()
	lanes := slices.Clone(t.order)
	for g, l := range t.lanes { // those that have done nothing yet
		l.mu.Lock()
		l.Goid = g.goid.Load()
		l.mu.Unlock()
	}
	t.mu.Unlock()
	cut := now // what came later has not been recorded
	if r.Dropped > 0 {
		cut = t.last()
	}
	var logs []laneLog
	var stretches []phase
	for _, l := range lanes {
		events := l.all()
		l.mu.Lock()
		out := l.Lane
		l.mu.Unlock()
		names[out.ID] = out.Name
		x := phase{lane: l.ID, from: l.Start}
		for i := range events {
			e := &events[i]
			switch e.kind {
			case eventBlock, eventUnblock, eventEnd:
				x.to = min(e.t, max(cut, x.from))
				stretches = append(stretches, x)
				x = phase{lane: l.ID, from: e.t}
				if e.kind == eventBlock {
					x.why = e
				}
				if e.kind == eventEnd {
					out.End = e.t
				}
			}
		}
		if out.End == 0 {
			x.to = max(cut, x.from)
			stretches = append(stretches, x)
		}
		logs = append(logs, laneLog{events, l.ID})
		r.Lanes = append(r.Lanes, out)
	}
	if len(stretches) > maxSpans {
		r.Merged = len(stretches)
		stretches = join(stretches, now)
	}
	r.Spans = make([]Span, len(stretches))
	for i, x := range stretches {
		r.Spans[i] = t.span(x)
	}
	r.Arrows, r.More = arrows(logs, names)
	r.GC = pauses(now)
	return r
}

// last is the time of the last event before the limit was reached.
func (t *Trace) last() (at int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.order {
		l.mu.Lock()
		for i := l.n - 1; i >= 0; i-- {
			if e := &l.chunks[i/256][i%256]; e.kind != eventEnd {
				at = max(at, e.t)
				break
			}
		}
		l.mu.Unlock()
	}
	return at
}

// laneLog is what one lane did.
type laneLog struct {
	events []event
	lane   int64
}

// inOrder yields the events of all lanes in the order of their times.
func inOrder(logs []laneLog) iter.Seq[happening] {
	return func(yield func(happening) bool) {
		for i := range logs { // a goroutine that others woke has been noted by them
			before := func(a, b event) int { return cmp.Compare(a.t, b.t) }
			if !slices.IsSortedFunc(logs[i].events, before) {
				slices.SortStableFunc(logs[i].events, before)
			}
		}
		var heads []int // a heap of lanes by their next event
		at := make([]int, len(logs))
		less := func(a, b int) bool {
			x, y := logs[a].events[at[a]].t, logs[b].events[at[b]].t
			return x < y || x == y && a < b
		}
		sink := func(i int) {
			for {
				c := 2*i + 1
				if c+1 < len(heads) && less(heads[c+1], heads[c]) {
					c++
				}
				if c >= len(heads) || !less(heads[c], heads[i]) {
					return
				}
				heads[i], heads[c] = heads[c], heads[i]
				i = c
			}
		}
		for i := range logs {
			if len(logs[i].events) > 0 {
				heads = append(heads, i)
			}
		}
		for i := len(heads)/2 - 1; i >= 0; i-- {
			sink(i)
		}
		for len(heads) > 0 {
			l := heads[0]
			if !yield(happening{&logs[l].events[at[l]], logs[l].lane}) {
				return
			}
			if at[l]++; at[l] == len(logs[l].events) {
				heads[0] = heads[len(heads)-1]
				heads = heads[:len(heads)-1]
			}
			sink(0)
		}
	}
}

// phase is a Span before it is put into words.
type phase struct {
	lane     int64
	from, to int64
	why      *event // the eventBlock that it begins with; nil while it could run
	joined   int    // stretches that became this one
}

func (x phase) state() SpanState {
	switch {
	case x.why == nil:
		return SpanRunning
	case x.why.state == WaitSleep:
		return SpanSleeping
	}
	return SpanBlocked
}

// join makes few stretches of many: neighbours on a lane that are too short to
// be seen apart become one in the state that took the most of its time.
func join(all []phase, total int64) []phase {
	for unit := max(total/20_000, 1); ; unit *= 2 {
		var out []phase
		for i := 0; i < len(all); {
			x := all[i]
			var took [SpanSleeping + 1]int64
			var longest [SpanSleeping + 1]*event
			n := 0
			for ; i < len(all) && all[i].lane == x.lane && (n == 0 || all[i].to-x.from <= unit); i++ {
				y := all[i]
				took[y.state()] += y.to - y.from
				longest[y.state()] = y.why
				n += max(y.joined, 1)
				x.to = y.to
			}
			if n > 1 {
				most := SpanRunning
				for s := range took {
					if took[s] > took[most] {
						most = SpanState(s)
					}
				}
				x.why, x.joined = longest[most], n
			}
			out = append(out, x)
		}
		if len(out) <= fewSpans || unit > total {
			return out
		}
		all = out
	}
}

// arrows finds what passed between goroutines, and how much more did than is kept.
func arrows(logs []laneLog, names map[int64]string) (as []Arrow, more int) {
	sent := map[uintptr][]happening{}
	released, closed := map[uintptr]happening{}, map[uintptr]happening{}
	add := func(kind ArrowKind, from, to happening, label string) {
		if from.event != nil && from.lane != to.lane {
			as = append(as, Arrow{kind, from.lane, to.lane, from.t, to.t, label})
		}
	}
	for e := range inOrder(logs) {
		if len(as) > maxArrows {
			more = len(as) - fewArrows
			for _, l := range logs {
				for i := range l.events {
					if x := &l.events[i]; x.t > e.t && (x.kind == eventCreate || x.kind == eventRecv && x.ok) {
						more++
					}
				}
			}
			return as[:fewArrows], more
		}
		switch e.kind {
		case eventCreate:
			id := int64(e.obj)
			as = append(as, Arrow{ArrowCreate, e.lane, id, e.t, e.t, strings.TrimSpace("go " + names[id])})
		case eventSend:
			sent[e.obj] = append(sent[e.obj], e)
		case eventClose:
			closed[e.obj] = e
		case eventRelease:
			released[e.obj] = e
		case eventRecv:
			if !e.ok {
				add(ArrowClose, closed[e.obj], e, "close")
				continue
			}
			q := sent[e.obj]
			for i, s := range q {
				if s.bits == e.bits && s.text == e.text {
					add(ArrowMessage, s, e, e.label())
					sent[e.obj] = slices.Delete(q, i, i+1)
					break
				}
			}
		case eventUnblock:
			switch e.state {
			case WaitWaitGroup, WaitCond:
				add(ArrowWake, released[e.obj], e, e.state.String())
			case WaitMutex, WaitRWRead, WaitRWWrite:
				add(ArrowUnlock, released[e.obj], e, e.state.String())
			}
		}
	}
	return as, 0
}

// span puts a stretch into words.
func (t *Trace) span(y phase) Span {
	s, x := Span{G: y.lane, From: y.from, To: y.to, State: y.state()}, y.why
	if y.joined > 1 {
		s.What = strconv.Itoa(y.joined) + " short stretches"
		return s
	}
	if x == nil {
		return s
	}
	s.State, s.What, s.Place = SpanBlocked, x.state.String(), t.w.Place(int(x.place))
	s.On = s.Place.What
	switch x.state {
	case WaitSleep:
		s.State, s.On = SpanSleeping, ""
	case WaitSend, WaitRecv:
		s.On = strings.TrimSpace(s.On + " (" + chanFill(x.typ, int(x.len), int(x.cap)) + ")")
	case WaitSelect:
		s.On = strings.ReplaceAll(s.On, "\n", ", ")
	}
	return s
}

// pauses are the collector's since the trace began.
func pauses(now int64) (ps []Pause) {
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	wall := time.Now()
	for i, end := range gc.PauseEnd {
		if to := now - int64(wall.Sub(end)); to > 0 && i < len(gc.Pause) {
			ps = append(ps, Pause{to - int64(gc.Pause[i]), to})
		}
	}
	slices.Reverse(ps)
	return ps
}

// valueText shows the value at p, an element of a channel of type c, in a few
// words and without calling methods: code of the user must not run here.
func valueText(c reflect.Type, p unsafe.Pointer) string {
	if c == nil || p == nil {
		return ""
	}
	var b strings.Builder
	writeValue(&b, reflect.NewAt(c.Elem(), p).Elem(), 0)
	s := b.String()
	if len(s) > maxValueText {
		s = strings.ToValidUTF8(s[:maxValueText-3], "") + "..."
	}
	return s
}

const maxValueText = 40

func writeValue(b *strings.Builder, v reflect.Value, depth int) {
	if b.Len() > maxValueText {
		return
	}
	list := func(open, shut string, n int, item func(i int)) {
		b.WriteString(open)
		for i := range n {
			if i > 0 {
				b.WriteByte(' ')
			}
			if b.Len() > maxValueText {
				break
			}
			item(i)
		}
		b.WriteString(shut)
	}
	switch k := v.Kind(); {
	case k == reflect.String:
		b.WriteString(quoteShort(v.String()))
	case k == reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
		} else {
			writeValue(b, v.Elem(), depth)
		}
	case k >= reflect.Bool && k <= reflect.Complex128:
		b.WriteString(printed(plain(v)))
	case k == reflect.Struct && depth < 2:
		list("{", "}", v.NumField(), func(i int) { writeValue(b, v.Field(i), depth+1) })
	case (k == reflect.Slice || k == reflect.Array) && depth < 2:
		list("[", "]", v.Len(), func(i int) { writeValue(b, v.Index(i), depth+1) })
	case (k == reflect.Pointer || k == reflect.Map || k == reflect.Func || k == reflect.Chan) && v.IsNil():
		b.WriteString("nil")
	default:
		b.WriteString(v.Type().String())
	}
}

// plain is a basic value as an interface, also where it was read from an unexported field.
func plain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return v.Uint()
	case v.Kind() == reflect.Float32:
		return float32(v.Float())
	case v.CanFloat():
		return v.Float()
	}
	if v.Kind() == reflect.Complex64 {
		return complex64(v.Complex())
	}
	return v.Complex()
}

func quoteShort(s string) string {
	if len(s) > maxValueText {
		s = s[:maxValueText]
	}
	return `"` + strings.ToValidUTF8(s, "?") + `"`
}
