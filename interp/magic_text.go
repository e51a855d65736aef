package interp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// textMagics are the magics that show what there is to read.
func textMagics() []Magic {
	return []Magic{
		{Name: "lsmagic", Line: true, Looks: true, Help: "List all magics.", Run: runLsmagic},
		{Name: "magic", Line: true, Looks: true, Help: "Same as %lsmagic.", Run: runLsmagic},
		{Name: "history", Line: true, Looks: true, Args: "[-n] [-l N] [-g pattern] [range ...]", Help: "Show earlier inputs.\n-n shows their numbers, -l N the last N, -g those of all sessions that contain a pattern (* and ?), a range is 3, 3-7 or ~1/3-7 (of the session before).", Run: runHistory},
	}
}

func runLsmagic(_ context.Context, m *MagicCall) error {
	w := 0
	r := m.Session.magics
	for _, n := range r.names() {
		w = max(w, len(r.magics[n].title()))
	}
	for _, n := range r.names() {
		g := r.magics[n]
		first, _, _ := strings.Cut(g.Help, "\n")
		m.Printf("%-*s  %s\n", w, g.title(), first)
	}
	m.Printf("\n%%name? shows more. name? and name?? explain a Go name.\n")
	return nil
}

func (m *Magic) title() string {
	switch {
	case m.Name == "!":
		return "!" + m.Args
	case m.Line && m.Cell:
		return "%" + m.Name + ", %%" + m.Name
	case m.Cell:
		return "%%" + m.Name
	}
	return "%" + m.Name
}

func runHistory(_ context.Context, m *MagicCall) error {
	if m.Session.opts.History == nil {
		return errors.New("no history is kept")
	}
	entries := m.Session.opts.History()
	numbers, last, pattern := false, 0, ""
	var ranges []span
	for fs := strings.Fields(m.Args); len(fs) > 0; fs = fs[1:] {
		switch f := fs[0]; {
		case f == "-n":
			numbers = true
		case f == "-l" && len(fs) > 1:
			n, err := strconv.Atoi(fs[1])
			if err != nil {
				return usageError{}
			}
			last = n
			fs = fs[1:]
		case f == "-g":
			pattern = strings.Join(fs[1:], " ")
			fs = fs[:1]
		default:
			r, err := parseSpan(f)
			if err != nil {
				return err
			}
			ranges = append(ranges, r)
		}
	}
	var show []HistoryEntry
	for _, e := range entries {
		switch {
		case pattern != "":
			if glob("*"+pattern+"*", e.Code) {
				show = append(show, e)
			}
		case len(ranges) > 0:
			for _, r := range ranges {
				if e.Session == r.session && e.Count >= r.from && e.Count <= r.to {
					show = append(show, e)
					break
				}
			}
		case last > 0 || e.Session == 0:
			show = append(show, e)
		}
	}
	if last > 0 && len(show) > last {
		show = show[len(show)-last:]
	}
	for _, e := range show {
		head := ""
		if numbers {
			head = fmt.Sprintf("%d: ", e.Count)
			if e.Session != 0 {
				head = fmt.Sprintf("%d/%d: ", e.Session, e.Count)
			}
		}
		m.Printf("%s%s\n", head, strings.ReplaceAll(e.Code, "\n", "\n"+strings.Repeat(" ", len(head))))
	}
	return nil
}

// span is a range of inputs of one session.
type span struct{ session, from, to int }

func parseSpan(s string) (r span, err error) {
	text := s
	if rest, ok := strings.CutPrefix(s, "~"); ok {
		n, tail, found := strings.Cut(rest, "/")
		k, err := strconv.Atoi(n)
		if err != nil {
			return r, fmt.Errorf("%s is no range of inputs", s)
		}
		r.session = -k
		text = tail
		if !found || tail == "" {
			r.from, r.to = 1, 1<<30
			return r, nil
		}
	}
	a, b, ok := strings.Cut(text, "-")
	if r.from, err = strconv.Atoi(a); err != nil {
		return r, fmt.Errorf("%s is no range of inputs", s)
	}
	r.to = r.from
	if ok {
		if r.to, err = strconv.Atoi(b); err != nil {
			return r, fmt.Errorf("%s is no range of inputs", s)
		}
	}
	return r, nil
}

// glob matches s against a pattern in which * stands for anything and ? for one character.
func glob(pattern, s string) bool {
	p, t := []rune(pattern), []rune(s)
	star, mark, i, j := -1, 0, 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
