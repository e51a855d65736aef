package interp

import (
	"fmt"
	"strings"

	"gokernel/interp/guest"
)

// mostLeaks is how many lines a report of live goroutines has; goroutines that are alike share one.
const mostLeaks = 8

// leaks tells once, at the end of a cell, which of its goroutines still live: what
// each does, where, and where it was started. A compiled program would have ended them
// with its main function; here they go on, and %goroutines shows them at any time.
func (s *Session) leaks(x execution, left []guest.GoroutineState) {
	if len(left) == 0 || x.Silent || x.ID < 0 { // a round of a repeated cell, see manyMagics
		return
	}
	type kind struct{ name, state, on, place, spawn string }
	var kinds []kind
	count := map[kind]int{}
	for _, g := range left {
		k := kind{name: g.Func, state: g.State, on: g.On}
		if g.Place.Line > 0 {
			k.place = " at " + position(g.Place)
		}
		if g.Spawn.Line > 0 {
			k.spawn = ", started at " + position(g.Spawn)
		}
		if g.State == "sleep" { // how much is left of it tells no two apart
			k.on = ""
		}
		if count[k]++; count[k] == 1 {
			kinds = append(kinds, k)
		}
	}
	lines := []string{plural(len(left), "goroutine") + " of this cell still " + verb(len(left), "lives", "live") + ":"}
	for i, k := range kinds {
		if i == mostLeaks {
			lines = append(lines, "  ... %goroutines shows all")
			break
		}
		on := ""
		if k.on != "" {
			on = " " + k.on
		}
		times := ""
		if n := count[k]; n > 1 {
			times = fmt.Sprintf("%d × ", n)
		}
		lines = append(lines, fmt.Sprintf("  %s%s [%s]%s%s%s", times, k.name, k.state, on, k.place, k.spawn))
	}
	s.opts.Sink.Stream(x.ID, "stderr", []byte(dim(strings.Join(lines, "\n"))+"\n"))
}

func plural(n int, what string) string { return fmt.Sprintf("%d %s", n, what) + verb(n, "", "s") }

func verb(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
