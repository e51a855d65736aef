package worker

import (
	"context"
	"sync"
	"time"
	"unicode/utf8"
)

// delivery calls Events in order for each cell. A cell that has something to deliver has a
// goroutine for it, which ends when there is nothing more: a cell whose front-end is slow holds up no other one, and
// never the reader of the pipe.
type delivery struct {
	events Events
	credit func(cell int64, n int)
	mu     sync.Mutex
	room   sync.Cond
	cells  map[int64]*queue
	flow   Flow
	meters map[int64]*meter
}

// queue is what waits for one cell.
type queue struct {
	items  []item
	active bool
	bytes  int
	carry  [2][]byte // the beginning of a character whose rest has not come yet
}

// item is text, or a call.
type item struct {
	stderr bool
	text   []byte
	credit int // bytes of text that the child waits to have delivered
	call   func()
	last   bool // the cell has ended: what is left of a character is delivered before
}

const queueRoom = 1 << 20 // bytes that a program started by a cell may be ahead of the front-end

func newDelivery(e Events, f Flow, credit func(int64, int)) *delivery {
	d := &delivery{events: e, flow: f.filled(), credit: credit, cells: map[int64]*queue{}, meters: map[int64]*meter{}}
	d.room.L = &d.mu
	return d
}

// text queues text of a cell. With wait it first waits until there is room: for text that no credit bounds.
func (d *delivery) text(cell int64, stderr bool, text []byte, credit int, wait bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for wait && d.cells[cell] != nil && d.cells[cell].bytes > queueRoom {
		d.room.Wait()
	}
	q := d.queueLocked(cell)
	q.bytes += len(text)
	if n := len(q.items); n > 0 && q.items[n-1].text != nil && q.items[n-1].stderr == stderr {
		q.items[n-1].text = append(q.items[n-1].text, text...)
		q.items[n-1].credit += credit
	} else {
		q.items = append(q.items, item{stderr: stderr, text: append([]byte{}, text...), credit: credit})
	}
	d.startLocked(cell, q)
}

// do queues a call behind what is queued for the cell.
func (d *delivery) do(cell int64, last bool, f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	q := d.queueLocked(cell)
	q.items = append(q.items, item{call: f, last: last})
	d.startLocked(cell, q)
}

// others queues a mark behind what waits for all other cells, and returns what waits for these marks: what another cell's
// goroutine printed before a cell ended stands in the notebook before the cell is done. A front-end that does not take
// another cell's output holds it up for a moment only.
func (d *delivery) others(cell int64) (wait func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	passed := make(chan struct{}, len(d.cells))
	for id, q := range d.cells {
		if id != cell && q.active {
			n++
			q.items = append(q.items, item{call: func() { passed <- struct{}{} }})
		}
	}
	if n == 0 {
		return func() {}
	}
	return func() {
		limit := time.NewTimer(othersWait)
		defer limit.Stop()
		for range n {
			select {
			case <-passed:
			case <-limit.C:
				return
			}
		}
	}
}

// othersWait is how long the end of a cell may wait for the output of other cells.
const othersWait = 250 * time.Millisecond

func (d *delivery) queueLocked(cell int64) *queue {
	q := d.cells[cell]
	if q == nil {
		q = &queue{}
		d.cells[cell] = q
	}
	return q
}

func (d *delivery) startLocked(cell int64, q *queue) {
	if !q.active {
		q.active = true
		go d.run(cell, q)
	}
}

func (d *delivery) run(cell int64, q *queue) {
	for {
		d.mu.Lock()
		if len(q.items) == 0 {
			q.active = false
			if len(q.carry[0])+len(q.carry[1]) == 0 {
				delete(d.cells, cell)
			}
			d.mu.Unlock()
			return
		}
		items := q.items
		q.items, q.bytes = nil, 0
		d.room.Broadcast()
		d.mu.Unlock()
		for _, it := range items {
			d.one(cell, q, it)
		}
	}
}

var streamNames = [2]string{"stdout", "stderr"}

func (d *delivery) one(cell int64, q *queue, it item) {
	if it.call != nil {
		for i := range q.carry {
			if it.last && len(q.carry[i]) > 0 {
				d.events.Stream(cell, streamNames[i], q.carry[i])
				q.carry[i] = nil
			}
		}
		it.call()
		return
	}
	i := btoi(it.stderr)
	text := it.text
	if len(q.carry[i]) > 0 {
		text = append(q.carry[i], text...)
	}
	n := wholeRunes(text)
	q.carry[i] = append([]byte(nil), text[n:]...)
	if n > 0 {
		d.meter(cell).take(cell, text[:n],
			func(b []byte) { d.events.Stream(cell, streamNames[i], b) },
			func(b []byte) { d.events.Stream(cell, "stderr", b) })
	}
	if it.credit > 0 {
		d.credit(cell, it.credit)
	}
}

// meter measures what a cell prints, as long as the session lives.
func (d *delivery) meter(cell int64) *meter {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.meters[cell]
	if m == nil {
		m = newMeter(d.flow)
		d.meters[cell] = m
	}
	return m
}

// free lets what a cell has printed pass without waiting, from now on.
func (d *delivery) free(cell int64) { d.meter(cell).free() }

// freeAll lets everything pass: the process is gone.
func (d *delivery) freeAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.meters {
		m.free()
	}
}

// wholeRunes is the length of b without a beginning of a character at its end.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return i
			}
			break
		}
	}
	return len(b)
}

// inputs are the questions that are open, so that an interrupt withdraws them.
type inputs struct {
	mu   sync.Mutex
	open map[int64]map[int64]context.CancelFunc // cell -> request
}

func (in *inputs) begin(cell, req int64) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.open == nil {
		in.open = map[int64]map[int64]context.CancelFunc{}
	}
	if in.open[cell] == nil {
		in.open[cell] = map[int64]context.CancelFunc{}
	}
	in.open[cell][req] = cancel
	return ctx
}

func (in *inputs) end(cell, req int64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if cancel := in.open[cell][req]; cancel != nil {
		cancel()
	}
	delete(in.open[cell], req)
	if len(in.open[cell]) == 0 {
		delete(in.open, cell)
	}
}

// cancel withdraws the questions of a cell, or all for -1.
func (in *inputs) cancel(cell int64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for c, reqs := range in.open {
		if cell == -1 || c == cell {
			for _, cancel := range reqs {
				cancel()
			}
		}
	}
}
