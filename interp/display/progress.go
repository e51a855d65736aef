package display

import (
	"fmt"
	"html"
	"iter"
	"sync"
	"time"
)

// frame is the least time between two pictures of a bar: a browser draws no faster, and a
// loop of a million steps must not send a million messages.
const frame = 50 * time.Millisecond

// A Bar shows how far some work has come. Its methods may be called from several goroutines.
type Bar struct {
	mu     sync.Mutex
	handle *Handle
	label  string
	total  int
	done   int
	start  time.Time
	shown  time.Time
	ended  bool
	now    func() time.Time
}

// Progress shows a bar for total steps. Steps are counted by Add, or by ranging:
//
//	for i := range display.Progress(100).Range() { … }
func Progress(total int) *Bar { return newBar(total, time.Now) }

func newBar(total int, now func() time.Time) *Bar {
	b := &Bar{total: max(total, 0), start: now(), now: now}
	b.shown = b.start
	b.handle = show(b.bundle())
	return b
}

// Label sets the text before the bar.
func (b *Bar) Label(s string) *Bar {
	b.mu.Lock()
	b.label = s
	b.mu.Unlock()
	b.draw(true)
	return b
}

// Add counts n more steps as done.
func (b *Bar) Add(n int) {
	b.mu.Lock()
	b.done += n
	b.mu.Unlock()
	b.draw(false)
}

// Done ends the bar; a bar whose steps are all done has ended by itself.
func (b *Bar) Done() {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	b.draw(true)
}

// Range yields 0 to total-1 and counts each step when the loop comes back for the next one.
func (b *Bar) Range() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range b.total {
			if !yield(i) {
				b.Done()
				return
			}
			b.Add(1)
		}
	}
}

func (b *Bar) draw(now bool) {
	b.mu.Lock()
	t := b.now()
	if b.done >= b.total && !b.ended {
		b.ended, now = true, true
	}
	if !now && t.Sub(b.shown) < frame {
		b.mu.Unlock()
		return
	}
	b.shown = t
	m := b.bundle()
	b.mu.Unlock()
	b.handle.put(m, true)
}

// bundle is the picture of the bar; b.mu is held, or nobody else knows b yet.
func (b *Bar) bundle() map[string]any {
	t := b.now().Sub(b.start)
	frac := 1.0
	if b.total > 0 {
		frac = min(float64(b.done)/float64(b.total), 1)
	}
	text := fmt.Sprintf("%d/%d", b.done, b.total)
	switch {
	case b.done == 0:
	case b.ended:
		text += fmt.Sprintf(" in %v", t.Round(time.Millisecond))
	default:
		rate := float64(b.done) / t.Seconds()
		text += fmt.Sprintf(", %.3g/s, %s left", rate, remaining(float64(b.total-b.done)/rate))
	}
	if b.label != "" {
		text = b.label + " " + text
	}
	const n = 30
	full := int(frac * n)
	plain := fmt.Sprintf("%3.0f%% [%s%s] %s", 100*frac, repeat('█', full), repeat('·', n-full), text)
	return map[string]any{
		"text/html":  fmt.Sprintf(`<div style="display:flex;gap:.8em;align-items:center;font-family:var(--jp-code-font-family,monospace)"><progress value="%d" max="%d" style="width:20em"></progress><span>%s</span></div>`, b.done, max(b.total, 1), html.EscapeString(text)),
		"text/plain": plain,
	}
}

// remaining is a time in seconds, as exactly as a reader wants it.
func remaining(seconds float64) string {
	const tenth = 0.1
	switch {
	case seconds < tenth:
		return "less than 0.1s"
	case seconds < 60:
		return fmt.Sprintf("%.1fs", seconds)
	case seconds < 365*24*3600:
		return (time.Duration(seconds) * time.Second).String()
	}
	return "more than a year"
}

func repeat(r rune, n int) string {
	b := make([]rune, n)
	for i := range b {
		b[i] = r
	}
	return string(b)
}
