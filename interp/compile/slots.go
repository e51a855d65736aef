package compile

// Local variables share slots: yaegi allocates every variable of a function at each call
// (70 to 120 ns each), so variables of equal type whose lives do not overlap become one.
// Lives are computed on the lines of the finished function.

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// finish expands the calls of interface methods, lets variables share slots and gives them their names.
func (f *function) finish() {
	var lines []line
	for _, l := range f.lines {
		if l.site == nil {
			lines = append(lines, l)
			continue
		}
		lines = append(lines, l.site.expand()...)
	}
	f.lines = lines
	slot := f.share()
	f.declareVariables(slot)
	for i, l := range f.lines {
		f.lines[i].text = rename(l.text, slot)
	}
	kept := f.lines[:0]
	for _, l := range f.lines {
		if dst, src, ok := strings.Cut(strings.TrimLeft(l.text, "\t"), " = "); ok && isVariable(dst) {
			if dst == src { // now a copy to itself
				continue
			}
			if s, ok := operation(dst, src); ok { // now an operation on itself
				l.text = l.text[:strings.IndexByte(l.text, 'v')] + s
			}
			if f.isInt(dst) && (f.isInt(src) || element(src)) { // yaegi adds in two thirds of the time that it takes to copy
				l.text += " + 0"
			}
		}
		kept = append(kept, l)
	}
	f.lines = kept
}

// element reports whether s is what a pointer leads to or an element of a variable.
func element(s string) bool {
	if p, ok := strings.CutPrefix(s, "*"); ok {
		return isVariable(p)
	}
	x, i, ok := strings.Cut(s, "[")
	return ok && isVariable(x) && strings.HasSuffix(i, "]") && isIdent(strings.ReplaceAll(i[:len(i)-1], "][", "_"))
}

// isInt reports whether name is that of a slot or a parameter of type int.
func (f *function) isInt(name string) bool {
	if len(name) < 2 || f.ssa == nil {
		return false
	}
	n, err := strconv.Atoi(name[1:])
	switch {
	case err != nil:
		return false
	case name[0] == 'v':
		return n < len(f.vars) && f.vars[n].typ == "int"
	case name[0] == 'p':
		return n < len(f.ssa.Params) && f.ty(f.ssa.Params[n].Type()) == "int"
	}
	return false
}

// rename replaces the tokens of variables by the names of their slots.
func rename(s string, slot []int) string {
	i := strings.IndexByte(s, tokenStart)
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(s[:i])
		j := i + strings.IndexByte(s[i:], tokenEnd)
		n, _ := strconv.Atoi(s[i+1 : j])
		b.WriteByte('v')
		b.WriteString(strconv.Itoa(slot[n]))
		s = s[j+1:]
		i = strings.IndexByte(s, tokenStart)
	}
	b.WriteString(s)
	return b.String()
}

// declareVariables writes the declarations of the slots that are in use after the head, one for each type.
func (f *function) declareVariables(slot []int) {
	inUse := make([]bool, len(f.vars))
	for _, l := range f.lines {
		eachToken(l.text, func(n int) { inUse[slot[n]] = true })
	}
	var order []string
	byType := map[string][]string{}
	for i, v := range f.vars {
		if slot[i] != i || !inUse[i] {
			continue
		}
		t := strings.TrimPrefix(v.typ, "own ")
		if byType[t] == nil {
			order = append(order, t)
		}
		byType[t] = append(byType[t], "v"+strconv.Itoa(i))
	}
	var d strings.Builder
	for _, t := range order {
		fmt.Fprintf(&d, "\tvar %s %s\n", strings.Join(byType[t], ", "), t)
	}
	f.head += d.String() + rename(f.makeOperands(), slot)
}

func eachToken(s string, do func(n int)) {
	for {
		i := strings.IndexByte(s, tokenStart)
		if i < 0 {
			return
		}
		j := i + strings.IndexByte(s[i:], tokenEnd)
		n, _ := strconv.Atoi(s[i+1 : j])
		do(n)
		s = s[j+1:]
	}
}

// A bitset is a set of variables.
type bitset []uint64

func (b bitset) add(n int)      { b[n/64] |= 1 << (n % 64) }
func (b bitset) has(n int) bool { return b[n/64]>>(n%64)&1 != 0 }

// flow is what the analysis knows of a line.
type flow struct {
	use, def, in, out bitset
	succ              []int
}

// share gives each variable the number of the variable whose slot it uses.
func (f *function) share() []int {
	slot := make([]int, len(f.vars))
	for i := range slot {
		slot[i] = i
	}
	if len(f.vars) < 2 || len(f.vars) > 600 || len(f.lines) > 4000 {
		return slot
	}
	lines := f.flows()
	live(lines)
	words := (len(f.vars) + 63) / 64
	clash := make([]bitset, len(f.vars))
	for i := range clash {
		clash[i] = make(bitset, words)
	}
	together := func(a bitset) {
		for w, x := range a {
			for x != 0 {
				k := w*64 + bits.TrailingZeros64(x)
				x &= x - 1
				for i := range a {
					clash[k][i] |= a[i]
				}
			}
		}
	}
	if len(lines) > 0 {
		together(lines[0].in)
	}
	both := make(bitset, words)
	for _, l := range lines {
		for w := range both {
			both[w] = l.out[w] | l.def[w]
		}
		together(both)
	}
	owners := map[int][]int{}
	byType := map[string][]int{}
	for v, l := range f.vars {
		if strings.HasPrefix(l.typ, "own ") {
			continue
		}
		got := -1
	slots:
		for _, s := range byType[l.typ] {
			for _, o := range owners[s] {
				if clash[v].has(o) || clash[o].has(v) {
					continue slots
				}
			}
			got = s
			break
		}
		if got < 0 {
			got = v
			byType[l.typ] = append(byType[l.typ], v)
		}
		owners[got] = append(owners[got], v)
		slot[v] = got
	}
	return slot
}

// flows reads uses, definitions and successors off the lines. The shapes of lines are those that this package emits:
// labels, gotos, returns, assignments, and ifs in one line or in blocks.
func (f *function) flows() []flow {
	n := len(f.lines)
	words := (len(f.vars) + 63) / 64
	store := make([]uint64, 4*n*words)
	bits := func() bitset {
		b := store[:words:words]
		store = store[words:]
		return b
	}
	lines := make([]flow, n)
	labels := map[string]int{}
	for i, l := range f.lines {
		if strings.HasPrefix(l.text, "L") {
			name, _, _ := strings.Cut(l.text, ":")
			labels[name] = i
		}
	}
	type open struct {
		head int   // the line with the condition, -1 for a plain else
		ends []int // last lines of the branches before
	}
	var stack []open
	for i := range lines {
		lines[i].use, lines[i].def, lines[i].in, lines[i].out = bits(), bits(), bits(), bits()
	}
	for i, l := range f.lines {
		fl := &lines[i]
		t := strings.TrimLeft(l.text, "\t")
		lhs, rhs := "", t
		if a, b, ok := strings.Cut(t, " = "); ok && strings.HasPrefix(a, string(tokenStart)) && onlyTokens(a) {
			lhs, rhs = a, b
		}
		eachToken(rhs, func(k int) { fl.use.add(k) })
		eachToken(lhs, func(k int) { fl.def.add(k) })
		for s := t; ; { // every goto of the line
			j := strings.Index(s, "goto L")
			if j < 0 {
				break
			}
			s = s[j+5:]
			e := 1
			for e < len(s) && s[e] >= '0' && s[e] <= '9' {
				e++
			}
			if to, ok := labels[s[:e]]; ok {
				fl.succ = append(fl.succ, to)
			}
		}
		end := strings.HasPrefix(t, "goto ") || strings.HasPrefix(t, "return") || t == "panic(0)"
		if !end && i+1 < n {
			fl.succ = append(fl.succ, i+1)
		}
	}
	for i, l := range f.lines {
		t := strings.TrimLeft(l.text, "\t")
		if strings.HasPrefix(t, "}") && len(stack) > 0 {
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if o.head >= 0 {
				lines[o.head].succ = append(lines[o.head].succ, i)
			}
			if strings.HasSuffix(t, "{") { // } else ... {
				prev := &lines[i-1]
				for k, s := range prev.succ {
					if s == i {
						prev.succ = append(prev.succ[:k:k], prev.succ[k+1:]...)
						o.ends = append(o.ends, i-1)
						break
					}
				}
				o.head = -1
				if strings.HasPrefix(t, "} else if") {
					o.head = i
				}
				stack = append(stack, o)
			} else {
				for _, e := range o.ends {
					lines[e].succ = append(lines[e].succ, i)
				}
			}
			continue
		}
		if strings.HasSuffix(t, "{") {
			stack = append(stack, open{head: i})
		}
	}
	return lines
}

// onlyTokens reports whether s is a list of variables.
func onlyTokens(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == tokenStart:
			i += strings.IndexByte(s[i:], tokenEnd)
		case c != ',' && c != ' ':
			return false
		}
	}
	return true
}

// live computes which variables are needed before and after each line.
func live(lines []flow) {
	for more := true; more; {
		more = false
		for i := len(lines) - 1; i >= 0; i-- {
			l := &lines[i]
			for _, s := range l.succ {
				for w, x := range lines[s].in {
					l.out[w] |= x
				}
			}
			for w := range l.in {
				x := l.use[w] | l.out[w]&^l.def[w]
				if x != l.in[w] {
					l.in[w] = x
					more = true
				}
			}
		}
	}
}
