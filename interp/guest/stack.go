package guest

import (
	"fmt"
	"strings"
)

// RuntimeStack is runtime.Stack of the user's program: its goroutines with
// their functions and places, no frames of the interpreter.
func RuntimeStack(place int, buf []byte, all bool) int {
	return copy(buf, stackText(place, all))
}

// DebugStack is debug.Stack.
func DebugStack(place int) []byte { return []byte(stackText(place, false)) }

// DebugPrintStack is debug.PrintStack.
func DebugPrintStack(place int) {
	g := cur()
	g.cell.world.host.Write(g.cell, true, []byte(stackText(place, false)))
}

func stackText(place int, all bool) string {
	g := cur()
	w := g.cell.world
	var b strings.Builder
	k := &Crash{Goroutine: g.number(), Frames: w.calls(w.backtrace()), CreatedBy: g.createdBy(), Creator: g.parentNumber(), Spawn: w.Place(g.place)}
	if p := w.Place(place); p.Line != 0 {
		if len(k.Frames) == 0 {
			k.Frames = []Call{{p.Func, p}}
		}
		k.Frames[0].Place = p
	}
	b.WriteString(strings.TrimPrefix(k.String(), "\n\n"))
	if all {
		for _, r := range w.Goroutines(nil) {
			if r.ID == g.number() && r.Cell == g.cell.ID {
				continue
			}
			fmt.Fprintf(&b, "\ngoroutine %d [%s]:\n", r.ID, r.State)
			if r.Place.Line != 0 {
				writeCalls(&b, []Call{{r.Place.Func, r.Place}})
			}
			if r.Spawn.Line != 0 {
				fmt.Fprintf(&b, "created by %s in %s\n", r.Spawn.Func, r.Spawn.Position())
			}
		}
	}
	return b.String()
}
