package interp

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gokernel/interp/cell"
	"gokernel/interp/check"
	"gokernel/interp/compile"
	"gokernel/interp/guest"
	"gokernel/interp/worker"
)

// Colours of tracebacks: the ANSI codes that all front-ends know.
func red(s string) string  { return "\x1b[1;31m" + s + "\x1b[0m" }
func blue(s string) string { return "\x1b[34m" + s + "\x1b[0m" }
func dim(s string) string  { return "\x1b[2m" + s + "\x1b[0m" }
func bold(s string) string { return "\x1b[1m" + s + "\x1b[0m" }

// maxErrors is how many compile errors are shown, as the Go compiler does.
const maxErrors = 10

// compileError shows diagnostics: the compiler's own text, the source line and the place in it.
func (s *Session) compileError(ds []check.Diagnostic) *Error {
	e := &Error{Name: "compile error", Value: ds[0].String()}
	for i, d := range ds {
		if i == maxErrors {
			e.Traceback = append(e.Traceback, red("too many errors"))
			break
		}
		lines := strings.Split(d.Msg, "\n")
		e.Traceback = append(e.Traceback, bold(d.Position()+": ")+red(lines[0]))
		for _, l := range lines[1:] {
			e.Traceback = append(e.Traceback, red(l))
		}
		width := 1
		if d.Off >= 0 && d.End > d.Off {
			width = d.End - d.Off
		}
		e.Traceback = append(e.Traceback, s.excerpt(d.Cell, d.Line, d.Col, width)...)
		if d.Note != "" {
			e.Traceback = append(e.Traceback, dim("      "+d.Note))
		}
	}
	return e
}

// excerpt is a line of a cell with a mark below column col (bytes from 1) over width bytes.
func (s *Session) excerpt(number, line, col, width int) []string {
	src := s.Source(number, line)
	if strings.TrimSpace(src) == "" {
		return nil
	}
	head := fmt.Sprintf("%5d | ", line)
	col = min(max(col, 1), len(src)+1)
	var mark strings.Builder
	for _, r := range src[:col-1] {
		if r == '\t' {
			mark.WriteByte('\t')
			continue
		}
		mark.WriteString(strings.Repeat(" ", columns(r)))
	}
	n := 0
	for _, r := range src[col-1 : min(len(src), col-1+max(width, 1))] {
		n += columns(r)
	}
	return []string{dim(head) + src, strings.Repeat(" ", 5) + dim(" | ") + mark.String() + red(strings.Repeat("^", max(n, 1)))}
}

// columns is the width of a rune in a terminal: East Asian letters and emoji take two columns.
func columns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case r < 0x370 || r == 0x200d || r >= 0xfe00 && r <= 0xfe0f: // combining, joiner, variation selectors
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// refusedError shows what the compiler of cells cannot do exactly.
func (s *Session) refusedError(r *compile.Refused) *Error {
	e := &Error{Name: "compile error", Value: r.Error()}
	number := 0
	_, _ = fmt.Sscanf(r.Pos.Filename, "cell %d", &number) // 0 if the position is of no cell
	e.Traceback = []string{red(e.Value)}
	e.Traceback = append(e.Traceback, s.excerpt(number, r.Pos.Line, r.Pos.Column, 1)...)
	e.Traceback = append(e.Traceback, dim("      This cannot be run exactly as compiled Go would, so it is not run at all."))
	return e
}

// internalError shows a defect of this program.
func internalError(text string) *Error {
	return &Error{Name: "internal error", Value: firstLine(text), Traceback: []string{
		red("internal error: ") + text,
		"This is a defect of the kernel, not of the cell. The cell was not run.",
	}}
}

// interrupted is the end of a cell by the user.
func interrupted(when string) *Error {
	return &Error{Name: "interrupted", Value: "interrupted " + when, Traceback: []string{red("interrupted ") + when}}
}

// endError shows how a cell ended that did not end well: Go's own text first, then where, and what is left.
func (s *Session) endError(out worker.Outcome, limit time.Duration, missing []string) *Error {
	if out.Died != nil {
		return s.deathError(out.Died, missing)
	}
	end, l := out.End, s.speech()
	e := &Error{}
	switch end.Kind {
	case guest.Panicked:
		e.Name = "panic"
		if end.Crash != nil {
			if end.Crash.Fatal {
				e.Name = "fatal error"
			}
			e.Value = strings.TrimPrefix(firstLine(end.Crash.Text), e.Name+": ")
			e.Traceback = s.crash(end.Crash)
		}
	case guest.Deadlocked:
		e.Name, e.Value = "fatal error", "all goroutines are asleep - deadlock!"
		if end.Deadlock != nil {
			e.Value = strings.TrimPrefix(firstLine(end.Deadlock.Text), "fatal error: ")
			e.Traceback = s.deadlock(end.Deadlock, l)
			e.plain = s.deadlock(end.Deadlock, speech{})
		}
	case guest.Exited:
		e.Name = fmt.Sprintf("exit status %d", end.Code)
		e.Value = e.Name
	case guest.TimedOut:
		e.Name, e.Value = "timeout", fmt.Sprintf("the cell ran longer than %v", limit)
	case guest.GivenUp:
		e.Name, e.Value = "interrupted", "interrupted; what does not end is left behind"
	default:
		e.Name, e.Value = "interrupted", "interrupted"
	}
	if e.Value == "" {
		e.Value = e.Name
	}
	if len(e.Traceback) == 0 {
		e.Traceback = []string{red(e.Value)}
	}
	if len(end.GivenUp) > 0 && (end.Kind == guest.Stopped || end.Kind == guest.TimedOut || end.Kind == guest.GivenUp) {
		e.Traceback = append(e.Traceback, "", l.say("These goroutines did not end when they were stopped; interrupt again to restart the process:",
			"다음 고루틴은 멈추라고 했지만 끝나지 않았습니다. 한 번 더 멈추면(인터럽트) 프로세스를 다시 시작합니다:"))
		e.Traceback = append(e.Traceback, s.table(end.GivenUp, l)...)
	}
	return withMissing(e, missing, l)
}

func withMissing(e *Error, missing []string, l speech) *Error {
	if len(missing) > 0 {
		e.Traceback = append(e.Traceback, dim(l.say("not declared: %s", "선언되지 않음: %s", strings.Join(missing, ", "))))
	}
	return e
}

func firstLine(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return l
}

// deathError shows the end of the process that ran the cell: Go's fatal error, and what is lost.
func (s *Session) deathError(d *worker.Death, missing []string) *Error {
	text := strings.TrimSpace(d.Text)
	if text == "" {
		text = "the process that runs cells has ended: " + d.Status
	}
	e := &Error{Name: "fatal error", Value: strings.TrimPrefix(firstLine(text), "fatal error: ")}
	if status, ok := strings.CutPrefix(text, "the program ended: "); ok && strings.HasPrefix(status, "exit status ") {
		e.Name, e.Value, text = status, status, status // a package has called os.Exit: flag, testing
	}
	for i, l := range strings.Split(text, "\n") {
		if i == 0 {
			l = red(l)
		}
		e.Traceback = append(e.Traceback, l)
	}
	s.mu.Lock()
	lost := s.lost
	s.lost = nil
	s.mu.Unlock()
	l := s.speech()
	e.Traceback = append(e.Traceback, "", l.say("The process that runs cells has ended and was started again.", "셀을 실행하던 프로세스가 끝나서 다시 시작했습니다.")+l.lost(lost))
	return withMissing(e, missing, l)
}

// crash shows an uncaught panic: Go's text, the source line where it happened, and the calls that led there.
func (s *Session) crash(k *guest.Crash) (lines []string) {
	for i, l := range strings.Split(k.Text, "\n") {
		if i == 0 {
			l = red(l)
		}
		lines = append(lines, l)
	}
	if len(k.Frames) > 0 {
		top := k.Frames[0].Place
		lines = append(lines, s.excerpt(top.Cell, top.Line, top.Col, 1)...)
	}
	lines = append(lines, "", fmt.Sprintf("goroutine %d [running]:", k.Goroutine))
	const most = 40
	for i, f := range k.Frames {
		if len(k.Frames) > most {
			if i == most/2 {
				lines = append(lines, dim(fmt.Sprintf("...%d frames elided...", len(k.Frames)-most)))
			}
			if i >= most/2 && i < len(k.Frames)-most/2 {
				continue
			}
		}
		lines = append(lines, call(f.Func, f.Place)...)
	}
	if k.CreatedBy != "" {
		by := "created by " + k.CreatedBy
		if k.Creator != 0 {
			by += fmt.Sprintf(" in goroutine %d", k.Creator)
		}
		lines = append(lines, by)
		if k.Spawn.Line > 0 {
			lines = append(lines, "\t"+blue(position(k.Spawn)))
		}
	}
	return lines
}

// call is one function of a trace.
func call(name string, p guest.Place) []string {
	if name == "" {
		name = p.Func
	}
	lines := []string{bold(name + "(...)")}
	if p.Line > 0 {
		lines = append(lines, "\t"+blue(position(p)))
	}
	return lines
}

// position is "cell 3:2:5".
func position(p guest.Place) string {
	if p.Col == 0 {
		return fmt.Sprintf("%s:%d", cell.FileName(p.Cell), p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", cell.FileName(p.Cell), p.Line, p.Col)
}

// deadlock shows who waits for what.
func (s *Session) deadlock(d *guest.Deadlock, l speech) []string {
	lines := strings.Split(d.Text, "\n")
	lines[0] = red(lines[0])
	lines = append(lines, s.table(d.Goroutines, l)...)
	if len(d.Others) > 0 {
		lines = append(lines, "", l.say("Goroutines of other cells:", "다른 셀의 고루틴:"))
		lines = append(lines, s.table(d.Others, l)...)
	}
	return lines
}

// table shows goroutines: what each waits for, where, since when it was started, and who could have woken it.
func (s *Session) table(gs []guest.GoroutineState, l speech) (lines []string) {
	const most = 30
	for i, g := range gs {
		if i == most {
			lines = append(lines, "", dim(l.say("...%d more goroutines...", "...고루틴 %d개 더...", len(gs)-most)))
			break
		}
		lines = append(lines, "", bold(fmt.Sprintf("goroutine %d [%s]:", g.ID, g.State)))
		lines = append(lines, l.waits(g)...)
		if p := g.Place; p.Line > 0 {
			src := dim(clip(strings.TrimSpace(s.Source(p.Cell, p.Line)), 100))
			lines = append(lines, p.Func+"(...)", "\t"+blue(position(p))+"  "+src)
		} else if g.Func != "" {
			lines = append(lines, g.Func+"(...)")
		}
		if !g.Main && g.Spawn.Line > 0 {
			lines = append(lines, "created by "+g.Spawn.Func, "\t"+blue(position(g.Spawn)))
		}
		for _, w := range g.Wakers {
			lines = append(lines, dim(l.say("  goroutine %[1]d (%[2]s, %[3]s) has used it at %[4]s", "  고루틴 %[1]d(%[2]s, %[3]s)이(가) %[4]s에서 사용함", w.ID, w.Func, w.State, position(w.Place))))
		}
	}
	return lines
}

// waits is what a goroutine waits for and for how long, nothing if it does not wait.
func (l speech) waits(g guest.GoroutineState) []string {
	on := l.phrase(g.On)
	if on == "" {
		return nil
	}
	since := ""
	if g.Since >= time.Millisecond {
		since = dim(l.say(", for %v", ", %v 동안", g.Since.Round(time.Millisecond)))
	}
	switch {
	case g.State == guest.WaitSleep.String():
		return []string{l.say("  sleeps: %s", "  자는 중: %s", on) + since}
	case !g.Blocked:
		return []string{l.say("  inside %s", "  %s 안에서 실행 중", on)}
	}
	return []string{l.say("  waits for %s", "  기다리는 대상: %s", on) + since}
}

// reportLines is what happened in a cell besides its end.
func (s *Session) reportLines(r worker.Report) (lines []string) {
	switch r.Kind {
	case worker.Crashed:
		if r.Crash != nil {
			lines = s.crash(r.Crash)
		}
	case worker.Exited:
		lines = []string{s.speech().say("exit status %d (called by a goroutine; the other goroutines of its cell are gone too)",
			"exit status %d (고루틴이 호출함. 그 셀의 다른 고루틴도 함께 끝났습니다)", r.Code)}
	}
	return lines
}

// clip cuts s to n runes.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
