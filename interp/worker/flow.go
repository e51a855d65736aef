package worker

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// Flow bounds what a cell may print, so that a program that prints without end neither freezes the front-end nor fills its
// memory. Nothing is lost: the program waits, and beyond Limit its text goes to a file. The zero value of a field
// stands for what its comment says.
type Flow struct {
	Burst int64 // bytes that are shown as fast as they come: 4 MiB
	Rate  int64 // bytes a second beyond that: 1 MiB
	Limit int64 // bytes of a cell that are shown at all: 24 MiB
	File  int64 // bytes of a cell that may go to the file; then the program waits until it is interrupted: 1 GiB
}

func (f Flow) filled() Flow {
	set := func(p *int64, v int64) {
		if *p == 0 {
			*p = v
		}
	}
	set(&f.Burst, 4<<20)
	set(&f.Rate, 1<<20)
	set(&f.Limit, 24<<20)
	set(&f.File, 1<<30)
	return f
}

// meter measures the output of one cell. Its take is called by one goroutine at a time.
type meter struct {
	limits Flow
	shown  int64
	tokens int64 // bytes that may be shown at once
	at     time.Time
	told   bool
	file   *os.File
	filed  int64

	once  sync.Once
	freed chan struct{} // closed by an interrupt: no more waiting
}

func newMeter(f Flow) *meter {
	return &meter{limits: f, tokens: f.Burst, at: time.Now(), freed: make(chan struct{})}
}

// free lets the text that is on its way pass: its program is being stopped.
func (m *meter) free() { m.once.Do(func() { close(m.freed) }) }

const pieceSize = 64 << 10 // bytes that are handed on at once when the flow is slowed

// take hands text on as the limits allow; notice is for lines of our own.
func (m *meter) take(cell int64, text []byte, show, notice func([]byte)) {
	for len(text) > 0 {
		if m.shown >= m.limits.Limit {
			m.spill(cell, text, notice)
			return
		}
		n := min(int64(len(text)), m.limits.Limit-m.shown)
		if n > m.allowed(n) {
			n = min(n, pieceSize, m.limits.Burst)
			m.wait(n, notice)
		}
		piece := text[:wholeOr(text, int(n))]
		m.tokens -= int64(len(piece))
		m.shown += int64(len(piece))
		show(piece)
		text = text[len(piece):]
	}
}

// wholeOr is n, or a little less if that keeps a character whole.
func wholeOr(text []byte, n int) int {
	if k := wholeRunes(text[:n]); k > 0 {
		return k
	}
	return n
}

// allowed is how many of n bytes may be shown now.
func (m *meter) allowed(n int64) int64 {
	now := time.Now()
	m.tokens = min(m.limits.Burst, m.tokens+int64(now.Sub(m.at).Seconds()*float64(m.limits.Rate)))
	m.at = now
	return max(0, min(n, m.tokens))
}

func (m *meter) wait(n int64, notice func([]byte)) {
	if !m.told {
		m.told = true
		notice(fmt.Appendf(nil, "\n[this cell prints a lot: from here on %s a second are shown; interrupt it to stop it]\n", size(m.limits.Rate)))
	}
	for m.allowed(n) < n {
		t := time.NewTimer(time.Duration(float64(n-m.tokens) / float64(m.limits.Rate) * float64(time.Second)))
		select {
		case <-t.C:
		case <-m.freed:
			t.Stop()
			m.tokens += n
			return
		}
	}
}

// spill writes text beyond the limit to a file.
func (m *meter) spill(cell int64, text []byte, notice func([]byte)) {
	if m.file == nil && m.filed == 0 {
		f, err := os.CreateTemp("", "gokernel-output-*.txt")
		if err != nil {
			m.filed = m.limits.File
			notice(fmt.Appendf(nil, "\n[this cell has printed %s: more is not shown, and it cannot go to a file: %v]\n", size(m.shown), err))
		} else {
			m.file = f
			notice(fmt.Appendf(nil, "\n[this cell has printed %s: what follows is in the file %s]\n", size(m.shown), f.Name()))
		}
	}
	if m.file != nil {
		n, err := m.file.Write(text)
		m.filed += int64(n)
		if err == nil && m.filed < m.limits.File {
			return
		}
		m.file.Close()
		m.file, m.filed = nil, m.limits.File
		notice([]byte("[the file is full: the cell waits until it is interrupted]\n"))
	}
	<-m.freed
}

func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.3g MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.3g KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
