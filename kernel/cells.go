package kernel

import (
	"sync"
	"time"
	"unicode/utf8"

	"gokernel/interp"
	"gokernel/interp/display"
	"gokernel/kernel/wire"
)

const (
	streamDelay = 20 * time.Millisecond // how long printed text waits for more of it
	streamSize  = 64 << 10              // bytes at which it waits no longer
	updateRate  = 50                    // updates of displays a second for each cell, and the burst above it
	cellsKept   = 1 << 14               // ended cells whose late output still finds its place
)

// cells knows every execution by its id, and so the message that the output of
// its goroutines belongs to, also after it has ended.
//
// A cell that goes on producing output after its end is kept for ever, the
// silent ones until cellsKept younger ones have run; what belongs to none that
// is known goes to the newest.
type cells struct {
	publish func(parent *wire.Message, c wire.Content)

	mu     sync.Mutex
	byID   map[interp.CellID]*cell
	order  []*cell // oldest first
	newest *cell
	lastID interp.CellID
}

// A cell is one execution, with the output that is on its way to the front-ends.
type cell struct {
	id      interp.CellID
	parent  *wire.Message // of everything it causes; without the code
	silent  bool          // nothing is published
	stdin   bool          // the front-end can be asked
	publish func(parent *wire.Message, c wire.Content)

	mu    sync.Mutex // held while publishing: the order of a cell's output is the order of its calls
	ended bool
	late  bool // has produced output after its end

	stream string // name of the stream that text belongs to
	text   []byte // printed and not yet sent
	held   []display.Data
	tokens float64 // updates that may be sent at once
	spent  time.Time
	timer  *time.Timer
	armed  bool
}

func newCells(publish func(*wire.Message, wire.Content)) *cells {
	return &cells{publish: publish, byID: map[interp.CellID]*cell{}}
}

// begin makes the cell of an execution.
func (cs *cells) begin(req *wire.Message, silent, stdin bool) *cell {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.lastID++
	c := &cell{
		id: cs.lastID, silent: silent, stdin: stdin, publish: cs.publish, tokens: updateRate,
		parent: &wire.Message{Channel: req.Channel, Identities: req.Identities, Header: req.Header, RawHeader: req.RawHeader},
	}
	cs.byID[c.id] = c
	cs.order = append(cs.order, c)
	cs.newest = c
	for len(cs.order) > cellsKept {
		old := cs.order[0]
		cs.order = cs.order[1:]
		old.mu.Lock()
		keep := old.late || !old.ended
		old.mu.Unlock()
		if !keep {
			delete(cs.byID, old.id)
		}
	}
	return c
}

// find gives the cell that output with this id belongs to, nil before the first one.
func (cs *cells) find(id interp.CellID) *cell {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c := cs.byID[id]; c != nil {
		return c
	}
	return cs.newest
}

// flush sends everything that waits in any cell.
func (cs *cells) flush() {
	cs.mu.Lock()
	var all []*cell
	for _, c := range cs.byID {
		all = append(all, c)
	}
	cs.mu.Unlock()
	for _, c := range all {
		c.flush(true)
	}
}

// print sends text, together with what is printed within streamDelay. It never
// cuts a UTF-8 sequence and blocks while the front-ends cannot keep up.
func (c *cell) print(stream string, text []byte) {
	if c.silent || len(text) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = c.late || c.ended
	if len(c.held) > 0 || c.stream != stream {
		c.send(true)
		c.stream = stream
	}
	for len(text) > 0 {
		n := min(len(text), max(streamSize-len(c.text), utf8.UTFMax))
		c.text = append(c.text, text[:n]...)
		text = text[n:]
		if len(c.text) >= streamSize {
			c.send(false)
		}
	}
	if len(c.text) > 0 {
		c.arm()
	}
}

// show sends a display, or the new content of one. Of more than updateRate
// updates a second only the newest for each id is sent, at the latest after
// streamDelay or before the next other output: a front-end shows no more
// anyway, and jupyter_server drops messages above 1,000 a second.
func (c *cell) show(d display.Data) {
	if c.silent {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = c.late || c.ended
	c.sendText(true)
	if !d.Update || d.ID == "" {
		c.sendHeld()
		c.publish(c.parent, displayContent(d))
		return
	}
	for i := range c.held {
		if c.held[i].ID == d.ID {
			c.held[i] = d
			return
		}
	}
	now := time.Now()
	c.tokens = min(updateRate, c.tokens+now.Sub(c.spent).Seconds()*updateRate)
	c.spent = now
	if c.tokens < 1 {
		c.held = append(c.held, d)
		c.arm()
		return
	}
	c.tokens--
	c.publish(c.parent, displayContent(d))
}

// tell publishes one message after everything that waits.
func (c *cell) tell(content wire.Content) {
	if c.silent {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = c.late || c.ended
	c.send(true)
	c.publish(c.parent, content)
}

// flush sends what waits; whole also sends the beginning of a character that is not complete yet.
func (c *cell) flush(whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.send(whole)
}

// end flushes: what comes later is output of goroutines that the cell left running.
func (c *cell) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.send(true)
	c.ended = true
	c.text = nil
}

func (c *cell) send(whole bool) {
	c.sendText(whole)
	c.sendHeld()
}

func (c *cell) sendText(whole bool) {
	n := len(c.text)
	if !whole {
		n = wholeText(c.text)
	}
	if n == 0 {
		return
	}
	c.publish(c.parent, wire.Stream{Name: c.stream, Text: string(c.text[:n])})
	rest := c.text[n:]
	if c.ended {
		c.text = nil // thousands of ended cells may have printed once more
	}
	c.text = append(c.text[:0], rest...)
}

func (c *cell) sendHeld() {
	for _, d := range c.held {
		c.publish(c.parent, displayContent(d))
	}
	c.held = nil
}

// arm sees to it that what waits is sent after streamDelay.
func (c *cell) arm() {
	if c.armed {
		return
	}
	c.armed = true
	if c.timer != nil {
		c.timer.Reset(streamDelay)
		return
	}
	c.timer = time.AfterFunc(streamDelay, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.armed = false
		c.send(false)
	})
}

// displayContent is the message that shows d.
func displayContent(d display.Data) wire.Content {
	data := wire.DisplayData{
		Data: wire.Dict(d.MIME), Metadata: wire.Dict(d.Metadata),
		Transient: wire.Transient{DisplayID: d.ID},
	}
	if d.Update {
		return wire.UpdateDisplayData(data)
	}
	return data
}
