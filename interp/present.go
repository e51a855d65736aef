package interp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gokernel/interp/cell"
	"gokernel/interp/check"
	"gokernel/interp/compile"
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
func (s *Session) internalError(end worker.End) *Error {
	first, _, _ := strings.Cut(end.Text, "\n")
	return &Error{Name: "internal error", Value: first, Traceback: []string{
		red("internal error: ") + end.Text,
		"The cell was not run. This is a defect of the kernel, not of the cell.",
	}}
}

// interrupted is the end of a cell by the user.
func interrupted(when string) *Error {
	return &Error{Name: "interrupted", Value: "interrupted " + when, Traceback: []string{red("interrupted ") + when}}
}

// endError shows how a cell ended that did not end well: Go's own text first, then where, and what is left.
func (s *Session) endError(ctx context.Context, end worker.End, missing []string) *Error {
	text := strings.TrimRight(end.Text, "\n")
	first, rest, _ := strings.Cut(text, "\n")
	e := &Error{Value: first}
	switch end.Kind {
	case worker.Panicked:
		e.Name = "panic"
		e.Traceback = append(e.Traceback, red(first))
	case worker.Deadlocked:
		e.Name = "fatal error"
		if first == "" {
			first, e.Value = "fatal error: all goroutines are asleep - deadlock!", "fatal error: all goroutines are asleep - deadlock!"
		}
		e.Traceback = append(e.Traceback, red(first))
	case worker.Exited:
		e.Name = fmt.Sprintf("exit status %d", end.Code)
		e.Value = e.Name
		e.Traceback = append(e.Traceback, red(e.Name))
		rest = ""
	case worker.Interrupted:
		var limit errTimeLimit
		if errors.As(context.Cause(ctx), &limit) {
			e.Name, e.Value = "timeout", limit.Error()
		} else {
			e.Name, e.Value = "interrupted", "interrupted"
		}
		e.Traceback = append(e.Traceback, red(e.Value))
		rest = ""
	case worker.Died:
		e.Name = "fatal error"
		e.Traceback = append(e.Traceback, red(first))
	default:
		return s.internalError(end)
	}
	e.Value = strings.TrimPrefix(e.Value, e.Name+": ")
	if e.Value == "" {
		e.Value = e.Name
	}
	for l := range strings.SplitSeq(rest, "\n") {
		if rest != "" {
			e.Traceback = append(e.Traceback, l)
		}
	}
	e.Traceback = append(e.Traceback, s.trace(end.Goroutine, end.Frames)...)
	e.Traceback = append(e.Traceback, s.table(end.Goroutines, "")...)
	e.Traceback = append(e.Traceback, s.table(end.Left, "could not be stopped; still there:")...)
	if len(missing) > 0 {
		e.Traceback = append(e.Traceback, dim("not declared: "+strings.Join(missing, ", ")))
	}
	if end.Kind == worker.Died {
		s.mu.Lock()
		lost := s.lost
		s.lost = nil
		s.mu.Unlock()
		e.Traceback = append(e.Traceback, "The process that runs cells has ended and was started again."+lostSentence(lost))
	}
	return e
}

// trace shows the frames of a goroutine as Go does, with the source line of the innermost.
func (s *Session) trace(goroutine int, frames []worker.Frame) (lines []string) {
	if len(frames) == 0 {
		return nil
	}
	top := s.locate(frames[0])
	lines = append(lines, s.excerpt(top.cell, top.line, top.col, 1)...)
	if goroutine > 0 {
		lines = append(lines, "", fmt.Sprintf("goroutine %d [running]:", goroutine))
	} else {
		lines = append(lines, "")
	}
	for i, f := range frames {
		if len(frames) > 40 && i == 20 {
			lines = append(lines, dim(fmt.Sprintf("...%d frames elided...", len(frames)-40)))
		}
		if len(frames) > 40 && i >= 20 && i < len(frames)-20 {
			continue
		}
		at := s.locate(f)
		lines = append(lines, bold(f.Func+"(...)"))
		if at.line > 0 {
			lines = append(lines, "\t"+blue(at.String()))
		}
	}
	return lines
}

// location is a frame's position as it is shown.
type location struct{ cell, line, col int }

func (l location) String() string {
	if l.cell == 0 {
		return ""
	}
	if l.col == 0 {
		return fmt.Sprintf("%s:%d", cell.FileName(l.cell), l.line)
	}
	return fmt.Sprintf("%s:%d:%d", cell.FileName(l.cell), l.line, l.col)
}

func (s *Session) locate(f worker.Frame) location {
	if p, ok := s.Place(f.Place); ok && f.Place != 0 {
		return location{p.Cell, p.Line, p.Col}
	}
	return location{f.Cell, f.Line, 0}
}

// table shows goroutines: what each does, where, and where it was started.
func (s *Session) table(gs []worker.Goroutine, title string) (lines []string) {
	if len(gs) == 0 {
		return nil
	}
	lines = append(lines, "")
	if title != "" {
		lines = append(lines, title)
	}
	for i, g := range gs {
		if i == 30 {
			lines = append(lines, dim(fmt.Sprintf("...%d more goroutines...", len(gs)-30)))
			break
		}
		state := g.State
		if g.On != "" {
			state += ", " + g.On
		}
		lines = append(lines, bold(fmt.Sprintf("goroutine %d [%s]:", g.ID, state)))
		at := s.locate(g.Place)
		if g.Place.Func != "" || at.line > 0 {
			lines = append(lines, fmt.Sprintf("%s(...)\n\t%s  %s", g.Place.Func, blue(at.String()), dim(clip(strings.TrimSpace(s.Source(at.cell, at.line)), 100))))
		}
		if g.Main {
			continue
		}
		if from := s.locate(g.Spawn); from.line > 0 {
			lines = append(lines, fmt.Sprintf("created by %s\n\t%s", g.Spawn.Func, blue(from.String())))
		}
	}
	return lines
}

// reportLines is what happened in a cell besides its end.
func (s *Session) reportLines(r worker.Report) (lines []string) {
	text := strings.TrimRight(r.Text, "\n")
	switch r.Kind {
	case worker.BackgroundPanic:
		lines = append(lines, red(text))
		lines = append(lines, s.trace(r.Goroutine, r.Frames)...)
	case worker.Notice:
		lines = append(lines, dim(text))
	default:
		lines = append(lines, text)
		lines = append(lines, s.table(r.Goroutines, "")...)
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
