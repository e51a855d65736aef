package interp

import (
	"fmt"

	"gokernel/interp/guest"
)

// mostLeaks is how many lines a report of live goroutines has; goroutines that are alike share one.
const mostLeaks = 8

// leaks tells once, at the end of a cell, which of its goroutines still live: what
// each does, where, and where it was started. They go on, and %goroutines shows them at any time.
func (s *Session) leaks(x execution, left []guest.GoroutineState) {
	l := s.speech()
	s.goroutines(x, left, l.say("%[1]s of this cell still %[2]s:", "이 셀이 시작한 고루틴 %[3]d개가 아직 살아 있습니다:", plural(len(left), "goroutine"), verb(len(left), "lives", "live"), len(left)))
}

// endedWithMain tells which goroutines of a whole program ended because main did: a
// compiled program says nothing, and a learner wonders where their output is.
func (s *Session) endedWithMain(x execution, ended []guest.GoroutineState) {
	l := s.speech()
	s.goroutines(x, ended, l.say("main returned, and so the program ended with %[1]s that had not:", "main이 반환되어 프로그램이 끝났습니다. 끝나지 않은 고루틴 %[2]d개도 함께 끝났습니다:", plural(len(ended), "goroutine"), len(ended)))
}

// goroutines lists goroutines of a cell below a sentence.
func (s *Session) goroutines(x execution, left []guest.GoroutineState, sentence string) {
	if len(left) == 0 || x.Silent || x.ID < 0 { // a round of a repeated cell, see manyMagics
		return
	}
	type kind struct{ name, state, on, place, spawn string }
	var kinds []kind
	count := map[kind]int{}
	for _, g := range left {
		k := kind{name: g.Func, state: g.State, on: g.On}
		if g.Place.Line > 0 {
			k.place = position(g.Place)
		}
		if g.Spawn.Line > 0 {
			k.spawn = position(g.Spawn)
		}
		if g.State == "sleep" { // how much is left of it tells no two apart
			k.on = ""
		}
		if count[k]++; count[k] == 1 {
			kinds = append(kinds, k)
		}
	}
	l := s.speech()
	lines := []string{sentence}
	for i, k := range kinds {
		if i == mostLeaks {
			lines = append(lines, l.say("  ... %%goroutines shows all", "  ... %%goroutines로 모두 볼 수 있습니다"))
			break
		}
		on := l.phrase(k.on)
		if on != "" {
			on = " " + on
		}
		times := ""
		if n := count[k]; n > 1 {
			times = fmt.Sprintf("%d × ", n)
		}
		line := "  " + times + k.name + " [" + k.state + "]" + on
		if k.place != "" {
			line += l.say(" at %s", ", 위치 %s", k.place)
		}
		if k.spawn != "" {
			line += l.say(", started at %s", ", 시작한 곳 %s", k.spawn)
		}
		lines = append(lines, line)
	}
	s.aside(x.ID, lines)
}

func plural(n int, what string) string { return fmt.Sprintf("%d %s", n, what) + verb(n, "", "s") }

func verb(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
