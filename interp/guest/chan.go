package guest

import (
	"reflect"
	"unsafe"
)

// A channel operation of a cell first tries without blocking; that costs what
// the channel's own lock costs. Only if it must wait it registers what it waits
// for and selects on the channel and on its goroutine's end.
//
// Values move by address straight between the channel and the variable, so the
// element type does not matter; it is needed only to show values in traces.

// ChanOp is one send, receive or close of a text: the place and the channel's
// type are fixed when the unit is loaded. Its methods take the channel word
// and the address of the value; they are what a native operation of package P calls.
type ChanOp struct {
	Place int
	Type  reflect.Type // of the channel; may be nil, then traces show no values
}

// word is the pointer that a channel value is.
func word(c any) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&c))[1]
}

// Send is `ch <- *val`.
func (op *ChanOp) Send(ch, val unsafe.Pointer) { send(op.Place, op.Type, ch, val) }

// Recv is `*val, ok = <-ch`; val may be nil.
func (op *ChanOp) Recv(ch, val unsafe.Pointer) bool { return recv(op.Place, op.Type, ch, val) }

// Close is `close(ch)`.
func (op *ChanOp) Close(ch unsafe.Pointer) {
	closeChan(op.Place, op.Type, ch)
}

// Send is `c <- *val`, c being a channel of any type.
func Send(place int, c any, val unsafe.Pointer) { send(place, reflect.TypeOf(c), word(c), val) }

// Recv is `*val, ok = <-c`, c being a channel of any type; val may be nil.
func Recv(place int, c any, val unsafe.Pointer) bool {
	return recv(place, reflect.TypeOf(c), word(c), val)
}

// Close is `close(c)`.
func Close(place int, c any) { closeChan(place, reflect.TypeOf(c), word(c)) }

func send(place int, t reflect.Type, ch, val unsafe.Pointer) {
	g := cur()
	if tr := g.cell.trace.Load(); tr != nil {
		tr.send(g, place, t, ch, val)
		return
	}
	g.use(ch, place)
	if ch != nil && chansend0(ch, val, true) {
		return
	}
	g.blockOn(wait{kind: WaitSend, obj: ch, typ: t, place: place}, runtimeSelect{dir: selectSend, ch: ch, val: val})
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
	done := g.done()
	g.block(w)
	defer g.unblock()
	i, ok := rselect([]runtimeSelect{op, {dir: selectRecv, ch: word(done)}})
	if i == 1 {
		g.leave()
	}
	return ok
}

func closeChan(place int, t reflect.Type, ch unsafe.Pointer) {
	at(place)
	g := cur()
	if tr := g.cell.trace.Load(); tr != nil {
		tr.close(g, place, t, ch)
		return
	}
	g.use(ch, place)
	closeWord(ch)
}

// closeWord closes a channel of any type: close does not look at the element type.
func closeWord(ch unsafe.Pointer) { close(*(*chan struct{})(unsafe.Pointer(&ch))) }

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
	g := cur()
	rs := make([]runtimeSelect, len(cs), len(cs)+1)
	for i, c := range cs {
		rs[i] = runtimeSelect{dir: selectRecv, ch: word(c.C), val: c.P}
		if c.Send {
			rs[i].dir = selectSend
		}
		g.use(rs[i].ch, place)
	}
	if tr := g.cell.trace.Load(); tr != nil {
		return tr.selects(g, place, blocking, cs, rs)
	}
	n := len(cs)
	if !blocking || n > 0 {
		if i, ok := rselect(append(rs, runtimeSelect{dir: selectDefault})); i != n {
			return i, ok
		}
		if !blocking {
			return -1, false
		}
	}
	done := g.done()
	g.block(wait{kind: WaitSelect, place: place, cases: cs})
	defer g.unblock()
	i, ok := rselect(append(rs, runtimeSelect{dir: selectRecv, ch: word(done)}))
	if i == n {
		g.leave()
	}
	return i, ok
}
