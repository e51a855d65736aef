package guest

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Trace records what the goroutines of one cell do: give one to Run. Every
// goroutine writes events into a log of its own, with the time; what they mean
// together is worked out when the recording is wanted (recording.go). A cell
// that is not traced pays one load for each operation.
//
// A send is noted with the time before it, a receive with the time after it. So
// whenever a program orders two sends, their times are in that order.
type Trace struct {
	w      *World
	start  int64 // nanotime
	limit  int64
	events atomic.Int64
	mu     sync.Mutex
	lanes  map[*G]*lane
	order  []*lane
}

// NewTrace makes a trace that keeps up to limit events; 0 means 32,000, three
// times what can be told apart in a picture.
func NewTrace(limit int) *Trace {
	if limit == 0 {
		limit = 32_000
	}
	return &Trace{limit: int64(limit), lanes: map[*G]*lane{}}
}

// lane is one goroutine while it is recorded.
type lane struct {
	Lane
	mu     sync.Mutex
	chunks []*[256]event // events stay where they are written
	n      int
}

// all copies the events.
func (l *lane) all() []event {
	l.mu.Lock()
	defer l.mu.Unlock()
	es := make([]event, 0, l.n)
	for _, c := range l.chunks {
		es = append(es, c[:min(len(c), l.n-len(es))]...)
	}
	return es
}

// event is one thing that a goroutine did.
type event struct {
	t     int64
	kind  eventKind
	ok    bool // eventRecv: a value that was sent
	state WaitKind
	place int32
	len   int32 // eventBlock: of the channel
	cap   int32
	obj   uintptr      // channel, lock or group; eventCreate: id of the new goroutine
	typ   reflect.Type // of the channel
	bits  uint64       // the value, if it is a number or a bool
	text  string       // the value otherwise
}

type eventKind uint8

const (
	eventNone eventKind = iota // a send that did not come about
	eventCreate
	eventBlock
	eventUnblock
	eventSend
	eventRecv
	eventClose
	eventRelease // of a lock, a group, a condition
	eventEnd
)

// begin is called when the cell starts.
func (t *Trace) begin(main *G) {
	t.w, t.start = main.cell.world, nanotime()
	t.lane(main)
}

func (t *Trace) now() int64 { return nanotime() - t.start }

// lane is g's, made at the first event of g.
func (t *Trace) lane(g *G) *lane {
	if l := g.lane.Load(); l != nil {
		return l
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lanes[g]
	if l == nil {
		l = &lane{Lane: Lane{ID: g.number(), Name: t.w.entry(g), Spawn: t.w.Place(g.place), Start: t.now()}}
		t.lanes[g] = l
		t.order = append(t.order, l)
		g.lane.Store(l)
	}
	return l
}

// add notes an event of g; nil if the limit is reached.
func (t *Trace) add(g *G, e event) *event {
	if t.events.Add(1) > t.limit && e.kind != eventEnd {
		return nil
	}
	l := t.lane(g)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Goid == 0 {
		l.Goid = g.goid.Load()
	}
	i := l.n % 256
	if i == 0 {
		l.chunks = append(l.chunks, new([256]event))
	}
	p := &l.chunks[len(l.chunks)-1][i]
	*p = e
	l.n++
	return p
}

// full says that the limit is reached, and counts what is not noted for it.
func (t *Trace) full() bool {
	if t.events.Load() <= t.limit {
		return false
	}
	t.events.Add(1)
	return true
}

// cancel takes an event back.
func (t *Trace) cancel(g *G, e *event) {
	if e != nil {
		l := t.lane(g)
		l.mu.Lock()
		e.kind = eventNone
		l.mu.Unlock()
	}
}

func (t *Trace) create(p, g *G) {
	l := t.lane(g)
	t.add(p, event{t: l.Start, kind: eventCreate, obj: uintptr(l.ID)}) // the lane begins where the arrow ends
}

func (t *Trace) ended(g *G) {
	t.add(g, event{t: t.now(), kind: eventEnd})
	t.mu.Lock()
	delete(t.lanes, g)
	t.mu.Unlock()
}

func (t *Trace) blocked(g *G, x *wait) {
	if t.full() {
		return
	}
	e := event{t: t.now(), kind: eventBlock, state: x.kind, place: int32(x.place), obj: uintptr(x.obj), typ: x.typ}
	if (x.kind == WaitSend || x.kind == WaitRecv) && x.obj != nil {
		c := *(*chan struct{})(unsafe.Pointer(&x.obj))
		e.len, e.cap = int32(len(c)), int32(cap(c))
	}
	t.add(g, e)
}

func (t *Trace) unblocked(g *G, x *wait) {
	if t.full() {
		return
	}
	t.add(g, event{t: t.now(), kind: eventUnblock, state: x.kind, obj: uintptr(x.obj)})
}

// did notes that g releases obj: unlocks it, is Done with it, signals it.
func (t *Trace) did(g *G, obj unsafe.Pointer) {
	t.add(g, event{t: t.now(), kind: eventRelease, obj: uintptr(obj)})
}

// passed notes a value that goes through a channel.
func (t *Trace) passed(g *G, kind eventKind, typ reflect.Type, ch, val unsafe.Pointer, ok bool) *event {
	if t.full() {
		return nil
	}
	e := event{t: t.now(), kind: kind, ok: ok, obj: uintptr(ch), typ: typ}
	e.value(val)
	return t.add(g, e)
}

func (t *Trace) send(g *G, place int, typ reflect.Type, ch, val unsafe.Pointer) {
	g.use(ch, place)
	e := t.passed(g, eventSend, typ, ch, val, true)
	sent := false
	defer func() {
		if !sent {
			t.cancel(g, e)
		}
	}()
	if ch == nil || !chansend0(ch, val, true) {
		g.blockOn(wait{kind: WaitSend, obj: ch, typ: typ, place: place}, runtimeSelect{dir: selectSend, ch: ch, val: val})
	}
	sent = true
}

func (t *Trace) recv(g *G, place int, typ reflect.Type, ch, val unsafe.Pointer) bool {
	g.use(ch, place)
	if val == nil && typ != nil {
		val = reflect.New(typ.Elem()).UnsafePointer()
	}
	got, ok := false, false
	if ch != nil {
		got, ok = chanrecv(ch, true, val)
	}
	if !got {
		ok = g.blockOn(wait{kind: WaitRecv, obj: ch, typ: typ, place: place}, runtimeSelect{dir: selectRecv, ch: ch, val: val})
	}
	t.passed(g, eventRecv, typ, ch, val, ok)
	return ok
}

func (t *Trace) close(g *G, place int, typ reflect.Type, ch unsafe.Pointer) {
	g.use(ch, place)
	at := t.now()
	closeWord(ch)
	t.add(g, event{t: at, kind: eventClose, obj: uintptr(ch), typ: typ})
}

func (t *Trace) selects(g *G, s *ChanStmt, rs []runtimeSelect) (int, bool) {
	if t.full() {
		return s.choose(g, rs)
	}
	sends := make([]*event, len(rs))
	for i := range rs {
		typ := s.cases[i].Type
		if rs[i].dir == selectSend {
			sends[i] = t.passed(g, eventSend, typ, rs[i].ch, rs[i].val, true)
		} else if rs[i].val == nil && typ != nil {
			rs[i].val = reflect.New(typ.Elem()).UnsafePointer()
		}
	}
	cases := append([]runtimeSelect(nil), rs...) // g's scratch space is cleared
	chosen, ok := -1, false
	defer func() {
		for i, e := range sends {
			if i != chosen {
				t.cancel(g, e)
			}
		}
	}()
	chosen, ok = s.choose(g, rs)
	if chosen >= 0 && cases[chosen].dir == selectRecv {
		t.passed(g, eventRecv, s.cases[chosen].Type, cases[chosen].ch, cases[chosen].val, ok)
	}
	return chosen, ok
}

// value notes the value at p, an element of a channel of type e.typ: numbers as they are.
func (e *event) value(p unsafe.Pointer) {
	if e.typ == nil || p == nil {
		return
	}
	t := e.typ.Elem()
	if k := t.Kind(); k >= reflect.Bool && k <= reflect.Float64 {
		switch t.Size() {
		case 1:
			e.bits = uint64(*(*uint8)(p))
		case 2:
			e.bits = uint64(*(*uint16)(p))
		case 4:
			e.bits = uint64(*(*uint32)(p))
		default:
			e.bits = *(*uint64)(p)
		}
		return
	}
	e.text = valueText(e.typ, p)
}

// label is the value of the event as text.
func (e *event) label() string {
	if e.typ == nil {
		return ""
	}
	if k := e.typ.Elem().Kind(); k >= reflect.Bool && k <= reflect.Float64 {
		return valueText(e.typ, unsafe.Pointer(&e.bits)) // little endian: the first bytes are the value
	}
	return e.text
}
