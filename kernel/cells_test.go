package kernel

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"gokernel/interp"
	"gokernel/kernel/wire"
)

// published collects what cells publish, as "parent: message".
type published struct {
	mu    sync.Mutex
	lines []string
}

func (p *published) publish(parent *wire.Message, c wire.Content) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := c.MsgType()
	if s, ok := c.(wire.Stream); ok {
		text = fmt.Sprintf("%s %q", s.Name, s.Text)
	}
	p.lines = append(p.lines, parent.Header.MsgID+": "+text)
}

func (p *published) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := p.lines
	p.lines = nil
	return lines
}

// Thousands of ended cells are forgotten, but never one that still says something.
func TestCellsAreForgotten(t *testing.T) {
	out := &published{}
	cs := newCells(out.publish)
	begin := func(name string) *cell {
		return cs.begin(&wire.Message{Header: wire.Header{MsgID: name}}, false, false)
	}
	talker, silent, running := begin("talker"), begin("silent"), begin("running")
	talker.end()
	silent.end()
	talker.print("stdout", []byte("late\n"))
	talker.flush(true)
	for range cellsKept + 1 {
		begin("other").end()
	}
	newest := begin("newest")
	if n := len(cs.byID); n > cellsKept+2 {
		t.Errorf("%d cells are kept", n)
	}
	out.take()
	for _, id := range []interp.CellID{talker.id, silent.id, running.id, newest.id, 0} {
		c := cs.find(id)
		c.print("stdout", []byte("x"))
		c.flush(true)
	}
	want := []string{`talker: stdout "x"`, `newest: stdout "x"`, `running: stdout "x"`, `newest: stdout "x"`, `newest: stdout "x"`}
	if got := out.take(); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestOutputBeforeAnyCell(t *testing.T) {
	if c := newCells((&published{}).publish).find(1); c != nil {
		t.Errorf("found %+v", c)
	}
}

func TestLane(t *testing.T) {
	const tasks = 1000
	var working goroutines
	l := lane{working: &working}
	var order []int
	var added sync.WaitGroup
	added.Go(func() {
		for i := range tasks {
			l.add(func() {
				order = append(order, i)
				if i == tasks-1 {
					l.add(func() { order = append(order, tasks) }) // from a task
				}
			})
		}
	})
	added.Wait()
	working.wait()
	if len(order) != tasks+1 || !slices.IsSorted(order) {
		t.Errorf("%d tasks ran, sorted: %v", len(order), slices.IsSorted(order))
	}
	working.wait() // of nothing
}
