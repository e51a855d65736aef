package compile

// Small loops are written out twice: the test whether the cell is stopped, which every
// way back to a loop's head makes, then costs them half as much.

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Loops of at most so many lines are written out so many times.
const (
	smallLoop = 9
	copies    = 3
)

// unroll repeats the lines of small loops. texts are the lines of the blocks in f.order.
func (f *function) unroll(texts [][]line) {
	for i, b := range f.order {
		switch {
		case loopsToItself(b): // body; if again { [stop]; goto L }
			texts[i] = f.repeatSelf(b, texts[i])
		case i > 0 && loopsTo(f.order[i-1], b): // head: if done { goto out }; body: ...; [stop]; goto head
			texts[i] = f.repeatBody(texts[i-1], texts[i])
		}
	}
}

// loopsTo reports whether head and body are a loop of two blocks: the head tests, the body goes back to it.
func loopsTo(head, body *ssa.BasicBlock) bool {
	return len(body.Preds) == 1 && body.Preds[0] == head && len(body.Succs) == 1 && body.Succs[0] == head && len(head.Succs) == 2 && head.Succs[0] != head.Succs[1]
}

// loopsToItself reports whether b is a loop of one block that tests at its end.
func loopsToItself(b *ssa.BasicBlock) bool {
	return len(b.Succs) == 2 && b.Succs[0] == b && b.Succs[1] != b
}

// repeatable reports whether lines may stand in the text more than once: they hold no calls, which would
// make the test cheap in comparison and have their own places in traces.
func repeatable(ls []line) bool {
	if len(ls) == 0 || len(ls) > smallLoop {
		return false
	}
	for _, l := range ls {
		if l.site != nil || strings.Contains(l.text, "P.Op") || strings.HasPrefix(l.text, "L") || strings.Contains(l.text, "panic(") {
			return false
		}
		t := strings.TrimLeft(l.text, "\t")
		if strings.HasPrefix(t, "F") || strings.HasPrefix(t, "n_") || strings.HasPrefix(t, "guest.") {
			return false
		}
		if _, src, ok := strings.Cut(t, " = "); ok && (strings.Contains(src, "F") || strings.Contains(src, "n_") || strings.Contains(src, "guest.")) && !strings.HasPrefix(t, "if ") {
			return false
		}
	}
	return true
}

// back splits off the end of a loop: the test of the stop flag and the jump.
func back(ls []line) (rest, end []line, ok bool) {
	if len(ls) < 2 || !strings.Contains(ls[len(ls)-2].text, "guest.StopHit()") || !strings.HasPrefix(strings.TrimLeft(ls[len(ls)-1].text, "\t"), "goto L") {
		return ls, nil, false
	}
	return ls[:len(ls)-2], ls[len(ls)-2:], true
}

func (f *function) repeatBody(head, body []line) []line {
	rest, end, ok := back(body)
	if !ok || !repeatable(rest) || !repeatable(head) || len(rest)+len(head) > smallLoop {
		return body
	}
	out := append([]line{}, rest...)
	head, rest = again(head, head, rest), again(rest, head, rest)
	for range copies - 1 {
		out = append(out, head...)
		out = append(out, rest...)
	}
	return append(out, end...)
}

// again are lines as they stand in the second copy: a pointer that the loop does not assign has been tested.
func again(ls []line, loop ...[]line) []line {
	var r []line
	for _, l := range ls {
		x, ok := strings.CutPrefix(strings.TrimLeft(l.text, "\t"), "if ")
		x, test, _ := strings.Cut(x, " == nil { guest.PanicNil(")
		if ok && test != "" && isVariable(x) && !assigned(x, loop) {
			continue
		}
		r = append(r, l)
	}
	return r
}

// assigned reports whether one of the lines may change variable x.
func assigned(x string, loop [][]line) bool {
	for _, ls := range loop {
		for _, l := range ls {
			t := strings.TrimLeft(l.text, "\t")
			if strings.HasPrefix(t, x) || strings.Contains(t, "&"+x) || strings.Contains(t, ", "+x) || strings.Contains(t, x+" = ") {
				return true
			}
		}
	}
	return false
}

// repeatSelf: the last lines are `if again {`, copies for the next round, the stop test, the jump, `}` and the way out.
func (f *function) repeatSelf(b *ssa.BasicBlock, ls []line) []line {
	open := -1
	for i, l := range ls {
		if strings.HasPrefix(l.text, "\tif ") && strings.HasSuffix(l.text, "{") {
			open = i
		}
	}
	if open < 0 {
		return ls
	}
	end := open + 1
	for end < len(ls) && ls[end].text != "\t}" {
		end++
	}
	if end == len(ls) {
		return ls
	}
	inner, tail, ok := back(ls[open+1 : end])
	body := ls[:open]
	if !ok || !repeatable(body) || len(body)+len(inner) > smallLoop || len(inner) > 0 && !repeatable(inner) {
		return ls
	}
	// body; if again { moves; body; if again { moves; stop; goto L } }
	out := append([]line{}, body...)
	body = again(body, body, inner)
	for k := range copies {
		out = append(out, ls[open])
		out = append(out, inner...)
		if k < copies-1 {
			out = append(out, body...)
		}
	}
	out = append(out, tail...)
	for range copies {
		out = append(out, line{text: "\t}"})
	}
	return append(out, ls[end+1:]...)
}
