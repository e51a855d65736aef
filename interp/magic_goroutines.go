package interp

import (
	"context"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"gokernel/interp/cell"
	"gokernel/interp/display"
	"gokernel/interp/guest"
)

// goroutineMagics show the program's goroutines.
func goroutineMagics() []Magic {
	return []Magic{{
		Name: "goroutines", Line: true, Looks: true, Args: "[-w [seconds]] [cell]",
		Help: "Show the live goroutines: what each runs, since when it waits, where and for what.\n" +
			"It answers while another cell runs. A number shows one cell's goroutines only.\n" +
			"With -w the table follows what happens, for 10 seconds or as many as are given, or until it is interrupted.",
		Run: showGoroutines,
	}}
}

// OutOfTurn tells code that is answered while another cell runs: it reads the program's state and changes nothing.
func (s *Session) OutOfTurn(code string) bool {
	if !strings.HasPrefix(strings.TrimSpace(code), "%goroutines") {
		return false
	}
	parts := cell.Split(code, func(string) bool { return false })
	return len(parts) == 1 && parts[0].Kind == cell.LineMagic && parts[0].Name == "goroutines"
}

func showGoroutines(ctx context.Context, m *MagicCall) error {
	watch, only := time.Duration(0), 0
	args := strings.Fields(m.Args)
	for i := 0; i < len(args); i++ {
		if args[i] == "-w" {
			watch = 10 * time.Second
			if i+1 < len(args) {
				if n, err := strconv.ParseFloat(args[i+1], 64); err == nil && n > 0 {
					watch = time.Duration(n * float64(time.Second))
					i++
				}
			}
			continue
		}
		n, err := strconv.Atoi(args[i])
		if err != nil || n <= 0 {
			return usageError{}
		}
		only = n
	}
	s := m.Session
	look := func() (display.Data, error) {
		gs, err := s.proc.Goroutines(ctx, 0)
		if err != nil {
			return display.Data{}, fmt.Errorf("asking for the goroutines: %w", err)
		}
		var kept []guest.GoroutineState
		for _, g := range gs {
			if (only == 0 || g.Number == only) && !g.Ended {
				kept = append(kept, g)
			}
		}
		return s.goroutineTable(kept), nil
	}
	d, err := look()
	if err != nil {
		return err
	}
	if watch == 0 {
		s.opts.Sink.Display(m.Request.ID, d)
		return nil
	}
	d.ID = fmt.Sprintf("goroutines-%d", m.Request.ID)
	s.opts.Sink.Display(m.Request.ID, d)
	end := time.After(watch)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			now, err := look()
			if err != nil {
				return err
			}
			if now.MIME["text/plain"] != d.MIME["text/plain"] {
				now.ID, now.Update = d.ID, true
				d = now
				s.opts.Sink.Display(m.Request.ID, d)
			}
		case <-end:
			return nil
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil // an interrupt is how one stops watching
			}
			return ctx.Err()
		}
	}
}

// goroutineTable shows goroutines as a table.
func (s *Session) goroutineTable(gs []guest.GoroutineState) display.Data {
	l := s.speech()
	if len(gs) == 0 {
		return display.Data{MIME: map[string]any{"text/plain": l.say("no goroutines: no cell runs and none has left any behind", "고루틴이 없습니다. 실행 중인 셀도, 남겨진 고루틴도 없습니다")}}
	}
	var text, rows strings.Builder
	for _, g := range gs {
		state, where := g.State, placeText(g.Place)
		if g.Since >= time.Second {
			state += fmt.Sprintf(" %v", g.Since.Round(100*time.Millisecond))
		}
		home, on := fmt.Sprintf("cell %d", g.Number), l.phrase(g.On)
		if g.Number == 0 {
			home = l.say("background", "배경")
		}
		spawn := l.say("the cell itself", "셀 자신")
		if !g.Main {
			spawn = placeText(g.Spawn)
		}
		var wakers []string
		for _, w := range g.Wakers {
			x := fmt.Sprintf("goroutine %d (%s)", w.ID, w.Func)
			if w.Ended {
				x += l.say(", which has ended", ", 이미 끝남")
			}
			wakers = append(wakers, x)
		}
		fmt.Fprintf(&text, "goroutine %d  %s  %s  [%s]", g.ID, home, g.Func, state)
		if on != "" {
			text.WriteString(l.say("  on %s", "  대상 %s", on))
		}
		if where != "" {
			text.WriteString(l.say("  at %s", "  위치 %s", where))
		}
		if !g.Main && spawn != "" {
			text.WriteString(l.say("  started at %s", "  시작한 곳 %s", spawn))
		}
		fmt.Fprintln(&text)
		fmt.Fprint(&rows, "<tr>")
		line := ""
		if g.Place.Cell > 0 {
			line = strings.TrimSpace(s.Source(g.Place.Cell, g.Place.Line))
		}
		for _, c := range []string{strconv.FormatInt(g.ID, 10), home, g.Func, state, on, where} {
			fmt.Fprintf(&rows, "<td style=\"text-align:left\">%s</td>", html.EscapeString(c))
		}
		fmt.Fprintf(&rows, "<td style=\"text-align:left\"><code>%s</code></td><td style=\"text-align:left\">%s</td><td style=\"text-align:left\">%s</td></tr>\n",
			html.EscapeString(line), html.EscapeString(spawn), html.EscapeString(strings.Join(wakers, "; ")))
	}
	page := "<table><thead><tr><th style=\"text-align:left\">goroutine</th><th style=\"text-align:left\">of</th><th style=\"text-align:left\">runs</th><th style=\"text-align:left\">state</th><th style=\"text-align:left\">waits for</th><th style=\"text-align:left\">where</th><th style=\"text-align:left\">line</th><th style=\"text-align:left\">started</th><th style=\"text-align:left\">could be woken by</th></tr></thead><tbody>\n" + rows.String() + "</tbody></table>"
	return display.Data{MIME: map[string]any{"text/html": page, "text/plain": strings.TrimRight(text.String(), "\n")}}
}

// placeText is a place in words, "" if it is not known.
func placeText(p guest.Place) string {
	if p.Cell == 0 {
		return ""
	}
	return fmt.Sprintf("cell %d line %d", p.Cell, p.Line)
}
