package guest

import (
	"fmt"
	"reflect"
	"strconv"
	"unsafe"
)

// A channel operation of a cell first tries without blocking; that costs what
// the channel's own lock costs. Only if it must wait it registers what it waits
// for and selects on the channel and on its goroutine's end.
//
// Values move by address straight between the channel and the variable, so the
// element type does not matter; it is needed only to show values in traces.

// word is the pointer that a channel value is.
func word(c any) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&c))[1]
}

// Send is `c <- *val`, c being a channel of any type.
func Send(place int, c any, val unsafe.Pointer) { send(place, reflect.TypeOf(c), word(c), val) }

// Recv is `*val, ok = <-c`, c being a channel of any type; val may be nil.
func Recv(place int, c any, val unsafe.Pointer) bool {
	return recv(place, reflect.TypeOf(c), word(c), val)
}

// Close is `close(c)`.
func Close(place int, c any) {
	at(place)
	g, ch := cur(), word(c)
	if tr := g.cell.trace.Load(); tr != nil {
		tr.close(g, place, reflect.TypeOf(c), ch)
	} else {
		g.use(ch, place)
		closeWord(ch)
	}
	g.thrown = 0
}

// closeWord closes a channel of any type: close does not look at the element type.
func closeWord(ch unsafe.Pointer) { close(*(*chan struct{})(unsafe.Pointer(&ch))) }

func send(place int, t reflect.Type, ch, val unsafe.Pointer) {
	g := cur()
	g.thrown = place // of a send on a closed channel
	if tr := g.cell.trace.Load(); tr != nil {
		tr.send(g, place, t, ch, val)
		g.thrown = 0
		return
	}
	g.use(ch, place)
	if ch != nil {
		if chansend0(ch, val, true) {
			g.thrown = 0
			return
		}
	}
	g.blockOn(wait{kind: WaitSend, obj: ch, typ: t, place: place}, runtimeSelect{dir: selectSend, ch: ch, val: val})
	g.thrown = 0
}

func recv(place int, t reflect.Type, ch, val unsafe.Pointer) bool {
	g := cur()
	if tr := g.cell.trace.Load(); tr != nil {
		return tr.recv(g, place, t, ch, val)
	}
	g.use(ch, place)
	if ch != nil {
		if got, ok := chanrecv(ch, true, val); got {
			return ok
		}
	}
	return g.blockOn(wait{kind: WaitRecv, obj: ch, typ: t, place: place}, runtimeSelect{dir: selectRecv, ch: ch, val: val})
}

// blockOn waits for one channel operation, or for the goroutine's end.
func (g *G) blockOn(w wait, op runtimeSelect) bool {
	rs := append(g.cases[:0], op, runtimeSelect{dir: selectRecv, ch: word(g.done())})
	g.cases = rs
	g.block(&w)
	defer g.unblock()
	i, ok := rselect(rs)
	if i == 1 {
		g.leave()
	}
	return ok
}

// Case is one case of a select. P is the address of the value to send, or of
// where to store what is received (nil: nowhere).
type Case struct {
	Send bool
	C    any
	P    unsafe.Pointer
}

// Select is a select statement: it returns the chosen case, -1 for default
// (blocking false), and whether a receive got a value that was sent.
func Select(place int, blocking bool, cs []Case) (int, bool) {
	s := &ChanStmt{Place: place, Blocking: blocking, cases: make([]ChanCase, len(cs))}
	g := cur()
	rs := g.cases[:0]
	for i, c := range cs {
		s.cases[i] = ChanCase{Send: c.Send, Type: reflect.TypeOf(c.C)}
		r := runtimeSelect{dir: selectRecv, ch: word(c.C), val: c.P}
		if c.Send {
			r.dir = selectSend
		}
		rs = append(rs, r)
	}
	return s.run(g, rs)
}

// run executes a select with these cases, which are g's scratch space.
func (s *ChanStmt) run(g *G, rs []runtimeSelect) (int, bool) {
	for i := range rs {
		g.use(rs[i].ch, s.Place)
	}
	g.thrown = s.Place // of a send on a closed channel
	var i int
	var ok bool
	if tr := g.cell.trace.Load(); tr != nil {
		i, ok = tr.selects(g, s, rs)
	} else {
		i, ok = s.choose(g, rs)
	}
	g.thrown = 0
	return i, ok
}

// choose makes the choice: at once if a case is ready, else by waiting.
func (s *ChanStmt) choose(g *G, rs []runtimeSelect) (int, bool) {
	n := len(rs)
	if !s.Blocking || n > 0 {
		rs = append(rs, runtimeSelect{dir: selectDefault})
		if i, ok := rselect(rs); i != n {
			g.scratch(rs)
			return i, ok
		}
		if !s.Blocking {
			g.scratch(rs)
			return -1, false
		}
		rs = rs[:n]
	}
	return g.selectOn(s, rs)
}

// selectOn waits for one of the cases, or for the goroutine's end.
func (g *G) selectOn(s *ChanStmt, rs []runtimeSelect) (int, bool) {
	n := len(rs)
	rs = append(rs, runtimeSelect{dir: selectRecv, ch: word(g.done())})
	g.cases = rs
	chans := make([]unsafe.Pointer, n)
	for i := range chans {
		chans[i] = rs[i].ch
	}
	g.block(&wait{kind: WaitSelect, place: s.Place, stmt: s, chans: &chans})
	defer g.unblock()
	i, ok := rselect(rs)
	if i == n {
		g.leave()
	}
	return i, ok
}

// scratch keeps rs for g's next operation and lets go of what it points at.
func (g *G) scratch(rs []runtimeSelect) {
	clear(rs)
	g.cases = rs[:0]
}

// ChanStmt is a send, a receive or a select whose operands lie in a struct:
// the interpreter calls it as a conversion of the struct's address, which costs a
// fraction of a native call. The struct has the fields, all exported:
//
//	C0, C1 ...  the channels, in the order of the cases
//	V0, V1 ...  the value to send, or where the received one is stored (left out if nobody wants it)
//	N int       of a select: the chosen case, -1 for default
//	Ok bool     whether a receive got a value that was sent; may be left out
type ChanStmt struct {
	Place    int
	Select   bool // it has N; else it is a plain send or receive of C0
	Blocking bool // a select without default; plain operations always block
	cases    []ChanCase
	n, ok    uintptr // offsets, 0 for none
}

// ChanCase is one case of a ChanStmt.
type ChanCase struct {
	Send bool
	Type reflect.Type // of the channel, as reports show it; nil: that of the field
	c, v uintptr      // offsets in the struct
	drop bool         // no V: the value is not wanted
}

// NewChanStmt makes the operation for operands of type arg.
func NewChanStmt(s ChanStmt, cases []ChanCase, arg reflect.Type) (func(p unsafe.Pointer), error) {
	if arg.Kind() != reflect.Struct {
		return nil, fmt.Errorf("a channel operation with operands of type %s", arg)
	}
	for i, c := range cases {
		f, ok := arg.FieldByName("C" + strconv.Itoa(i))
		if !ok || f.Type.Kind() != reflect.Chan {
			return nil, fmt.Errorf("a channel operation whose operands %s have no channel C%d", arg, i)
		}
		c.c = f.Offset
		if c.Type == nil {
			c.Type = f.Type
		}
		v, ok := arg.FieldByName("V" + strconv.Itoa(i))
		c.v, c.drop = v.Offset, !ok
		if c.Send && !ok {
			return nil, fmt.Errorf("a channel operation whose operands %s have no value V%d", arg, i)
		}
		s.cases = append(s.cases, c)
	}
	if f, ok := arg.FieldByName("Ok"); ok {
		s.ok = f.Offset
	}
	if f, ok := arg.FieldByName("N"); ok {
		s.n = f.Offset
	}
	switch {
	case s.Select && s.n == 0 && len(cases) > 0:
		return nil, fmt.Errorf("a select whose operands %s have no N", arg)
	case s.Select:
		return s.selects, nil
	case len(cases) != 1:
		return nil, fmt.Errorf("a channel operation with %d channels", len(cases))
	case s.cases[0].Send:
		c := s.cases[0]
		return func(p unsafe.Pointer) {
			send(s.Place, c.Type, *(*unsafe.Pointer)(unsafe.Add(p, c.c)), unsafe.Add(p, c.v))
		}, nil
	}
	c := s.cases[0]
	return func(p unsafe.Pointer) {
		var v unsafe.Pointer
		if !c.drop {
			v = unsafe.Add(p, c.v)
		}
		ok := recv(s.Place, c.Type, *(*unsafe.Pointer)(unsafe.Add(p, c.c)), v)
		if s.ok != 0 {
			*(*bool)(unsafe.Add(p, s.ok)) = ok
		}
	}, nil
}

func (s *ChanStmt) selects(p unsafe.Pointer) {
	g := cur()
	rs := g.cases[:0]
	for _, c := range s.cases {
		r := runtimeSelect{dir: selectRecv, ch: *(*unsafe.Pointer)(unsafe.Add(p, c.c))}
		if !c.drop {
			r.val = unsafe.Add(p, c.v)
		}
		if c.Send {
			r.dir = selectSend
		}
		rs = append(rs, r)
	}
	i, ok := s.run(g, rs)
	if s.n != 0 {
		*(*int)(unsafe.Add(p, s.n)) = i
	}
	if s.ok != 0 {
		*(*bool)(unsafe.Add(p, s.ok)) = ok
	}
}
