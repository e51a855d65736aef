package guest

import (
	"reflect"
	"runtime/debug"
	"slices"
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
}

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
	What     string // chan send, sync.Mutex.Lock ...
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
	var all []happening
	names := map[int64]string{}
	t.mu.Lock()
	lanes := slices.Clone(t.order)
	for g, l := range t.lanes { // those that have done nothing yet
		l.mu.Lock()
		l.Goid = g.goid.Load()
		l.mu.Unlock()
	}
	t.mu.Unlock()
	for _, l := range lanes {
		events := l.all()
		l.mu.Lock()
		out := l.Lane
		l.mu.Unlock()
		names[out.ID] = out.Name
		at, x := l.Start, event{}
		for i := range events {
			e := &events[i]
			switch e.kind {
			case eventBlock, eventUnblock, eventEnd:
				r.Spans = append(r.Spans, t.span(l.ID, at, e.t, &x))
				at, x = e.t, event{}
				if e.kind == eventBlock {
					x = *e
				}
				if e.kind == eventEnd {
					out.End = e.t
				}
			}
			all = append(all, happening{e, l.ID})
		}
		if out.End == 0 {
			r.Spans = append(r.Spans, t.span(l.ID, at, max(now, at), &x))
		}
		r.Lanes = append(r.Lanes, out)
	}
	slices.SortStableFunc(all, func(a, b happening) int {
		switch {
		case a.t < b.t:
			return -1
		case a.t > b.t:
			return 1
		}
		return 0
	})
	r.Arrows = arrows(all, names)
	r.GC = pauses(now)
	return r
}

// arrows finds what passed between goroutines; all is in order of time.
func arrows(all []happening, names map[int64]string) (as []Arrow) {
	sent := map[uintptr][]happening{}
	released, closed := map[uintptr]happening{}, map[uintptr]happening{}
	add := func(kind ArrowKind, from, to happening, label string) {
		if from.event != nil && from.lane != to.lane {
			as = append(as, Arrow{kind, from.lane, to.lane, from.t, to.t, label})
		}
	}
	for _, e := range all {
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
	return as
}

// span is a stretch that x, the event at its beginning, describes.
func (t *Trace) span(lane, from, to int64, x *event) Span {
	s := Span{G: lane, From: from, To: to}
	if x.kind != eventBlock {
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
