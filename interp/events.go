package interp

import (
	"context"
	"strings"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/guest"
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
	if r.Kind == worker.Waiting {
		if r.Deadlock != nil {
			e.s.waiting(e.id(cell), r.Deadlock)
		}
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
	l := s.speech()
	text := red(strings.TrimRight(d.Text, "\n")) + "\n" +
		l.say("The process that runs cells has ended (%s) and was started again.", "셀을 실행하던 프로세스가 끝나서(%s) 다시 시작했습니다.", d.Status) + l.lost(lost) + "\n"
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

// waiting tells that a cell waits for what cannot come, while goroutines of other cells live that it has nothing to do with.
func (s *Session) waiting(id CellID, d *guest.Deadlock) {
	l := s.speech()
	shown := *d
	shown.Text = l.say("Every goroutine of this cell is asleep; only goroutines of other cells are alive. Interrupt the cell if nothing can wake it.",
		"이 셀의 고루틴이 모두 자고 있고, 다른 셀의 고루틴만 살아 있습니다. 깨워 줄 것이 없다면 셀을 멈추세요(인터럽트).")
	s.aside(id, s.deadlock(&shown, l))
}

// lost names the variables that a restart has taken.
func (l speech) lost(names []string) string {
	if len(names) == 0 {
		return ""
	}
	if n := len(names); n > 20 {
		names = append(append([]string{}, names[:20]...), l.say("and %d more", "그 밖에 %d개", n-20))
	}
	return l.say(" Functions, types, constants and imports are still there; these variables are lost: %s.",
		" 함수, 타입, 상수, 임포트는 그대로 있고 다음 변수는 사라졌습니다: %s.", strings.Join(names, ", "))
}
