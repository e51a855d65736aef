package interp

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/worker"
)

// events hands on what the process that runs cells has to say.
type events struct{ s *Session }

// id names the cell; what belongs to none, or to an expression evaluated by itself, goes to the newest;
// a round of a repeated cell keeps its number.
func (e events) id(cell int64) CellID {
	if cell > 0 || cell < firstRound {
		return CellID(cell)
	}
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.s.newest
}

func (e events) Stream(cell int64, name string, text []byte) {
	if id := e.id(cell); !e.s.capture(id, text) {
		e.s.opts.Sink.Stream(id, name, text)
	}
}

// Display, Clear and Report of a repeated cell's rounds are not shown: only how often which output came.

func (e events) Display(cell int64, d display.Data) {
	if id := e.id(cell); id >= 0 {
		e.s.opts.Sink.Display(id, d)
	}
}

func (e events) Clear(cell int64, wait bool) {
	if id := e.id(cell); id >= 0 {
		e.s.opts.Sink.Clear(id, wait)
	}
}

func (e events) Input(ctx context.Context, cell int64, prompt string, password bool) (string, error) {
	return e.s.opts.Sink.Input(ctx, e.id(cell), prompt, password)
}

func (e events) Report(cell int64, r worker.Report) {
	if e.id(cell) < 0 {
		return
	}
	lines := e.s.reportLines(r)
	if len(lines) > 0 {
		e.s.opts.Sink.Stream(e.id(cell), "stderr", []byte(strings.Join(lines, "\n")+"\n"))
	}
}

// Restarted comes after a death. If cells were running, they show what was lost (see
// awaitRestart); otherwise it is said where the last cell's output goes.
func (e events) Restarted(d worker.Death, err error) {
	s := e.s
	lost := s.prog.Lose()
	if err != nil {
		s.opts.Logf("loading the session's declarations into a new process: %v", err)
	}
	s.mu.Lock()
	_, runs := s.running[CellID(d.Cell)]
	if runs {
		s.lost = lost
	}
	close(s.reborn)
	s.reborn = make(chan struct{})
	s.restarts++
	s.mu.Unlock()
	if runs {
		return
	}
	text := fmt.Sprintf("%s\nThe process that runs cells has ended (%s) and was started again.%s\n", red(strings.TrimRight(d.Text, "\n")), d.Status, lostSentence(lost))
	s.opts.Sink.Stream(e.id(d.Cell), "stderr", []byte(text))
}

// awaitRestart waits until the process that died under a cell has a successor, so that the cell can name what was lost.
func (s *Session) awaitRestart(ctx context.Context) {
	s.mu.Lock()
	reborn, done := s.reborn, s.restarts > s.seen
	s.seen = s.restarts
	s.mu.Unlock()
	if done {
		return
	}
	select {
	case <-reborn:
		s.mu.Lock()
		s.seen = s.restarts
		s.mu.Unlock()
	case <-ctx.Done():
	case <-time.After(20 * time.Second): // it could not be started
	}
}

// lostSentence names the variables that a restart has taken.
func lostSentence(lost []string) string {
	if len(lost) == 0 {
		return ""
	}
	names := lost
	if len(names) > 20 {
		names = append(append([]string{}, names[:20]...), fmt.Sprintf("and %d more", len(lost)-20))
	}
	return " Functions, types, constants and imports are still there; these variables are lost: " + strings.Join(names, ", ") + "."
}
