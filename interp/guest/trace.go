package guest

import (
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// Trace records what the goroutines of one cell do: give one to Run. While a
// cell is traced its channel operations are made one at a time under the trace's
// lock, so that the order in the trace is the order in which they happened; a cell
// that is not traced pays one load for each operation.
//
// A value is followed through its channel by the order of sends: what is
// received is the oldest value sent and not yet received that looks the same.
type Trace struct {
	mu      sync.Mutex
	w       *World
	start   int64 // nanotime
	limit   int
	lanes   map[*G]*lane
	order   []*lane
	spans   []rawSpan
	arrows  []Arrow
	dropped int
	chans   map[unsafe.Pointer]*chanLog
	last    map[unsafe.Pointer]moment // last unlock, Done, signal of an object
}

// NewTrace makes a trace that keeps up to limit spans and as many arrows; 0 means 100,000.
func NewTrace(limit int) *Trace {
	if limit == 0 {
		limit = 100_000
	}
	return &Trace{limit: limit, lanes: map[*G]*lane{}, chans: map[unsafe.Pointer]*chanLog{}, last: map[unsafe.Pointer]moment{}}
}

// lane is one goroutine while it is recorded.
type lane struct {
	Lane
	since int64 // when its present state began
	wait  wait  // what it waits for, if it does
}

// rawSpan is a span whose texts are not made yet.
type rawSpan struct {
	g        int64
	from, to int64
	wait     wait
	len, cap int // of the channel that it waited for
}

// moment is what a goroutine did at a time.
type moment struct {
	g *lane
	t int64
}

// chanLog is what is under way in one channel.
type chanLog struct {
	sent   []*sending // oldest first
	closed moment
}

// sending is a value that was sent, or that a sender waits to send.
type sending struct {
	moment
	text string
}

// Recording is a trace as plain data; times are nanoseconds since the cell's start.
type Recording struct {
	Total   int64
	Lanes   []Lane
	Spans   []Span
	Arrows  []Arrow
	GC      []Pause
	Dropped int // spans and arrows beyond the limit
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

// Recording returns what has been recorded so far.
func (t *Trace) Recording() Recording {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	r := Recording{Total: now, Arrows: slices.Clone(t.arrows), Dropped: t.dropped}
	for _, s := range t.spans {
		r.Spans = append(r.Spans, t.span(&s))
	}
	for _, l := range t.order {
		r.Lanes = append(r.Lanes, l.Lane)
		if l.End == 0 {
			s := l.span(now)
			r.Spans = append(r.Spans, t.span(&s))
		}
	}
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	wall := time.Now()
	for i, end := range gc.PauseEnd {
		if to := now - int64(wall.Sub(end)); to > 0 && i < len(gc.Pause) {
			r.GC = append(r.GC, Pause{to - int64(gc.Pause[i]), to})
		}
	}
	slices.Reverse(r.GC)
	return r
}

func (t *Trace) now() int64 { return nanotime() - t.start }

// begin is called when the cell starts.
func (t *Trace) begin(main *G) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.w, t.start = main.cell.world, nanotime()
	t.lane(main)
}

// lane is g's, made at the first event of g; t.mu is held.
func (t *Trace) lane(g *G) *lane {
	l := t.lanes[g]
	if l == nil {
		l = &lane{Lane: Lane{ID: g.number(), Goid: g.goid.Load(), Name: t.w.entry(g), Spawn: t.w.Place(g.place), Start: t.now()}}
		l.since = l.Start
		t.lanes[g] = l
		t.order = append(t.order, l)
	}
	if l.Goid == 0 {
		l.Goid = g.goid.Load()
	}
	return l
}

func (t *Trace) addSpan(s rawSpan) {
	if len(t.spans) >= t.limit {
		t.dropped++
	} else {
		t.spans = append(t.spans, s)
	}
}

func (t *Trace) addArrow(kind ArrowKind, from moment, to *lane, label string) {
	switch {
	case from.g == nil || from.g == to:
	case len(t.arrows) >= t.limit:
		t.dropped++
	default:
		t.arrows = append(t.arrows, Arrow{kind, from.g.ID, to.ID, from.t, t.now(), label})
	}
}

// span is l's present state as a span that ends now.
func (l *lane) span(now int64) rawSpan {
	s := rawSpan{g: l.ID, from: l.since, to: now, wait: l.wait}
	if k := l.wait.kind; (k == WaitSend || k == WaitRecv) && l.wait.obj != nil {
		c := *(*chan struct{})(unsafe.Pointer(&l.wait.obj))
		s.len, s.cap = len(c), cap(c)
	}
	s.wait.obj = nil
	return s
}

// span gives s its texts.
func (t *Trace) span(r *rawSpan) Span {
	s := Span{G: r.g, From: r.from, To: r.to}
	x := &r.wait
	if x.kind == Running {
		return s
	}
	s.State, s.What, s.Place = SpanBlocked, x.kind.String(), t.w.Place(x.place)
	s.On = s.Place.What
	switch x.kind {
	case WaitSleep:
		s.State, s.On = SpanSleeping, ""
	case WaitSend, WaitRecv:
		s.On = strings.TrimSpace(s.On + " (" + chanFill(x.typ, r.len, r.cap) + ")")
	case WaitSelect:
		s.On = strings.ReplaceAll(s.On, "\n", ", ")
	}
	return s
}

// turn ends l's present state; t.mu is held.
func (t *Trace) turn(l *lane) {
	now := t.now()
	t.addSpan(l.span(now))
	l.since = now
}

func (t *Trace) create(p, g *G) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := moment{t.lane(p), t.now()}
	to := t.lane(g)
	t.addArrow(ArrowCreate, from, to, "go "+to.Name)
}

func (t *Trace) ended(g *G) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lane(g)
	t.turn(l)
	l.End = l.since
	delete(t.lanes, g)
}

func (t *Trace) blocked(g *G, x *wait) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lane(g)
	t.turn(l)
	l.wait = *x
}

func (t *Trace) unblocked(g *G) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lane(g)
	t.turn(l)
	switch x := &l.wait; x.kind {
	case WaitWaitGroup, WaitCond:
		t.addArrow(ArrowWake, t.last[x.obj], l, x.kind.String())
	case WaitMutex, WaitRWRead, WaitRWWrite:
		t.addArrow(ArrowUnlock, t.last[x.obj], l, x.kind.String())
	}
	l.wait = wait{}
}

// did notes that g released obj: unlocked it, was Done with it, signalled it.
func (t *Trace) did(g *G, obj unsafe.Pointer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last[obj] = moment{t.lane(g), t.now()}
}

func (t *Trace) log(ch unsafe.Pointer) *chanLog {
	c := t.chans[ch]
	if c == nil {
		c = &chanLog{}
		t.chans[ch] = c
	}
	return c
}

// push notes a value that is sent; t.mu is held.
func (t *Trace) push(g *G, ch unsafe.Pointer, text string) *sending {
	s := &sending{moment{t.lane(g), t.now()}, text}
	c := t.log(ch)
	c.sent = append(c.sent, s)
	return s
}

// drop takes back a value that was not sent after all; t.mu is held.
func (t *Trace) drop(ch unsafe.Pointer, s *sending) {
	c := t.log(ch)
	if i := slices.Index(c.sent, s); i >= 0 {
		c.sent = slices.Delete(c.sent, i, i+1)
	}
}

// received draws the arrow of a receive; t.mu is held.
func (t *Trace) received(g *G, ch unsafe.Pointer, text string, ok bool) {
	c := t.log(ch)
	if !ok {
		t.addArrow(ArrowClose, c.closed, t.lane(g), "close")
		return
	}
	for i, s := range c.sent {
		if s.text == text {
			t.addArrow(ArrowMessage, s.moment, t.lane(g), text)
			c.sent = slices.Delete(c.sent, i, i+1)
			return
		}
	}
}

func (t *Trace) send(g *G, place int, typ reflect.Type, ch, val unsafe.Pointer) {
	text := valueText(typ, val)
	g.use(ch, place)
	s, sent := func() (*sending, bool) {
		t.mu.Lock()
		defer t.mu.Unlock() // a send on a closed channel panics
		if ch != nil && chansend0(ch, val, true) {
			return t.push(g, ch, text), true
		}
		return t.push(g, ch, text), false
	}()
	if sent {
		return
	}
	done := false
	defer func() {
		if !done {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.drop(ch, s)
		}
	}()
	g.blockOn(wait{kind: WaitSend, obj: ch, typ: typ, place: place}, runtimeSelect{dir: selectSend, ch: ch, val: val})
	done = true
}

func (t *Trace) recv(g *G, place int, typ reflect.Type, ch, val unsafe.Pointer) bool {
	g.use(ch, place)
	if val == nil && typ != nil {
		val = reflect.New(typ.Elem()).UnsafePointer()
	}
	t.mu.Lock()
	if ch != nil {
		if got, ok := chanrecv(ch, true, val); got {
			t.received(g, ch, valueText(typ, val), ok)
			t.mu.Unlock()
			return ok
		}
	}
	t.mu.Unlock()
	ok := g.blockOn(wait{kind: WaitRecv, obj: ch, typ: typ, place: place}, runtimeSelect{dir: selectRecv, ch: ch, val: val})
	t.mu.Lock()
	t.received(g, ch, valueText(typ, val), ok)
	t.mu.Unlock()
	return ok
}

func (t *Trace) close(g *G, place int, typ reflect.Type, ch unsafe.Pointer) {
	g.use(ch, place)
	t.mu.Lock()
	defer t.mu.Unlock()
	closeWord(ch)
	t.log(ch).closed = moment{t.lane(g), t.now()}
}

func (t *Trace) selects(g *G, s *ChanStmt, rs []runtimeSelect) (int, bool) {
	n := len(rs)
	texts := make([]string, n)
	for i := range rs {
		if rs[i].dir == selectSend {
			texts[i] = valueText(s.cases[i].Type, rs[i].val)
		} else if rs[i].val == nil && s.cases[i].Type != nil {
			rs[i].val = reflect.New(s.cases[i].Type.Elem()).UnsafePointer()
		}
	}
	var pending []*sending
	i, ok, chosen := func() (int, bool, bool) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if !s.Blocking || n > 0 {
			rs = append(rs, runtimeSelect{dir: selectDefault})
			i, ok := rselect(rs)
			rs = rs[:n]
			switch {
			case i < n && rs[i].dir == selectSend:
				t.push(g, rs[i].ch, texts[i])
				return i, ok, true
			case i < n:
				t.received(g, rs[i].ch, valueText(s.cases[i].Type, rs[i].val), ok)
				return i, ok, true
			case !s.Blocking:
				return -1, false, true
			}
		}
		pending = make([]*sending, n)
		for i := range rs {
			if rs[i].dir == selectSend {
				pending[i] = t.push(g, rs[i].ch, texts[i])
			}
		}
		return 0, false, false
	}()
	if chosen {
		g.scratch(rs)
		return i, ok
	}
	cases := slices.Clone(rs) // unblock clears g's scratch space
	i = -1
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for k, p := range pending {
			if p != nil && k != i {
				t.drop(cases[k].ch, p)
			}
		}
		if i >= 0 && cases[i].dir == selectRecv {
			t.received(g, cases[i].ch, valueText(s.cases[i].Type, cases[i].val), ok)
		}
	}()
	i, ok = g.selectOn(s, rs)
	return i, ok
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
	return v.Complex()
}

func quoteShort(s string) string {
	if len(s) > maxValueText {
		s = s[:maxValueText]
	}
	return `"` + strings.ToValidUTF8(s, "?") + `"`
}
