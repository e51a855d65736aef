package conformance

import (
	"fmt"
	"math/rand"
	"strings"
)

// Generate writes a Go program of n functions from a seed. What a function does is random:
// control flow, operators and conversions, closures, defers and recovers, interfaces, maps
// and slices whose indexes may be out of range, goroutines and channels with an outcome that does not
// depend on the scheduler. main prints what each returns or panics with, so that two
// implementations can be compared.
func Generate(seed int64, n int) string {
	g := &generator{r: rand.New(rand.NewSource(seed))}
	g.line(prelude)
	for i := range n {
		g.function(i)
	}
	g.line("func main() {")
	for i := range n {
		g.line("\tfor k := -1; k < 3; k++ {\n\t\ttry(\"f%d\", func() any { return f%d(k, k*3+1, []int{k, 2, k * k, 7}, point{k, float64(k) / 2, \"s\"}) })\n\t}", i, i)
	}
	g.line("}")
	return g.b.String()
}

const prelude = `package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
)

type point struct {
	x int
	y float64
	s string
}

func (p point) sum() int { return p.x + int(p.y) + len(p.s) }
func (p *point) move(d int) int { p.x += d; p.y -= float64(d); return p.x }
func (p point) String() string { return fmt.Sprintf("<%d %g %s>", p.x, p.y, p.s) }

type small int8

func (s small) sum() int { return int(s) * 2 }

type summer interface{ sum() int }

type pair[A, B any] struct {
	a A
	b B
}

func swap[A, B any](p pair[A, B]) pair[B, A] { return pair[B, A]{p.b, p.a} }

var global = 5

func sign(x int) (r int, err error) {
	switch {
	case x < 0:
		return -1, errors.New("negative")
	case x == 0:
		return
	}
	return 1, nil
}

func try(name string, f func() any) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "panics:", r)
		}
	}()
	fmt.Println(name, f())
}

func keys(m map[int]int) (r []int) {
	for k := range m {
		r = append(r, k)
	}
	sort.Ints(r)
	return r
}

var _ = strings.ToUpper
var _ sync.Mutex
`

type generator struct {
	r      *rand.Rand
	b      strings.Builder
	n      int // of the last name
	indent int
	ints   []string // variables in scope
	floats []string
	texts  []string
	slices []string
	points []string
	maps   []string
	anys   []string
	funcs  []string
	depth  int
	loops  int
	label  string // of an enclosing loop
}

func (g *generator) line(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	for l := range strings.SplitSeq(format, "\n") {
		g.b.WriteString(strings.Repeat("\t", g.indent) + l + "\n")
	}
}

func (g *generator) name(p string) string { g.n++; return fmt.Sprintf("%s%d", p, g.n) }

func (g *generator) pick(list ...string) string { return list[g.r.Intn(len(list))] }

func (g *generator) function(i int) {
	g.ints, g.floats, g.texts = []string{"a", "b", "global"}, []string{"p.y"}, []string{"p.s"}
	g.slices, g.points, g.maps, g.anys, g.funcs = []string{"s"}, []string{"p"}, nil, nil, nil
	g.depth, g.loops, g.label = 0, 0, ""
	g.line("func f%d(a, b int, s []int, p point) (out any) {", i)
	g.indent++
	g.line("r := 0\n_ = r\nt := \"\"\n_ = t")
	g.ints, g.texts = append(g.ints, "r"), append(g.texts, "t")
	if g.r.Intn(3) == 0 {
		g.line("defer func() {\n\tif e := recover(); e != nil {\n\t\tout = fmt.Sprint(\"recovered \", e, \" \", r, t)\n\t}\n}()")
	}
	g.block(4 + g.r.Intn(6))
	g.line("return fmt.Sprint(a, b, r, t, s, p, global)")
	g.indent--
	g.line("}")
}

// scoped runs f with the variables that it declares taken away at the end.
func (g *generator) scoped(f func()) {
	was := *g
	f()
	g.ints, g.floats, g.texts, g.slices, g.points = was.ints, was.floats, was.texts, was.slices, was.points
	g.maps, g.anys, g.funcs, g.label, g.loops = was.maps, was.anys, was.funcs, was.label, was.loops
}

func (g *generator) block(n int) {
	g.depth++
	for range n {
		g.statement()
	}
	g.depth--
}

func (g *generator) body(n int) {
	g.indent++
	g.scoped(func() { g.block(n) })
	g.indent--
}

func (g *generator) statement() {
	if g.depth > 3 {
		g.simple()
		return
	}
	switch g.r.Intn(20) {
	case 0, 1:
		g.line("if %s {", g.cond(2))
		g.body(1 + g.r.Intn(3))
		if g.r.Intn(2) == 0 {
			g.line("} else {")
			g.body(1 + g.r.Intn(2))
		}
		g.line("}")
	case 2, 3, 4:
		g.loop()
	case 5:
		g.line("switch %s {", g.int(2))
		for _, k := range g.r.Perm(4)[:2] {
			g.line("case %d:", k)
			g.body(1)
			if g.r.Intn(4) == 0 {
				g.line("\tfallthrough")
			}
		}
		g.line("default:")
		g.body(1)
		g.line("}")
	case 6:
		g.typeSwitch()
	case 7:
		g.closure()
	case 8:
		g.line("func() {\n\tdefer func() {\n\t\tif e := recover(); e != nil {\n\t\t\tt += fmt.Sprint(\"[\", e, \"]\")\n\t\t}\n\t}()")
		g.body(1 + g.r.Intn(2))
		g.line("}()")
	case 9:
		x := g.name("d")
		g.line("%s := %s\ndefer func(k int) { r += k + %s }(%s)", x, g.int(2), x, g.int(1))
		g.ints = append(g.ints, x)
	case 10:
		g.concurrent()
	case 11:
		m := g.name("m")
		g.line("%s := map[int]int{%s: 1}\n%s[%s] += %s\nfor _, k := range keys(%s) {\n\tr = r*3 + k\n}", m, g.int(1), m, g.pick(g.ints...), g.pick(g.ints...), m)
		g.maps = append(g.maps, m)
	case 12:
		q := g.name("q")
		g.line("%s := &%s\nr += %s.move(%s)\n%s.s += \"q\"", q, g.pick(g.points...), q, g.int(1), q)
	default:
		g.simple()
	}
}

func (g *generator) loop() {
	if g.loops >= 2 {
		g.simple()
		return
	}
	i := g.name("i")
	switch g.r.Intn(4) {
	case 0:
		g.line("for %s := range %s {", i, g.pick(g.slices...))
	case 1:
		g.line("for %s := range %d {", i, 1+g.r.Intn(5))
	default:
		label := ""
		if g.r.Intn(3) == 0 {
			label = g.name("L")
			g.line("%s:", label)
		}
		op := g.pick("++", " += 2")
		g.line("for %s := %d; %s < %s; %s%s {", i, g.r.Intn(3)-1, i, g.pick("len(s)", "5", "7", "a", "b+2"), i, op)
		if label != "" {
			g.line("\tif %s == 4 { %s %s }", i, g.pick("break", "continue"), label)
			g.label = label
		}
	}
	g.scoped(func() {
		g.loops++
		g.ints = append(g.ints[:len(g.ints):len(g.ints)], i)
		g.indent++
		g.line("_ = %s", i)
		g.line("if r > 1<<20 || r < -(1 << 20) { r %= 1000 }")
		g.scoped(func() { g.block(1 + g.r.Intn(3)) })
		switch g.r.Intn(5) {
		case 0:
			g.line("if %s { break }", g.cond(1))
		case 1:
			g.line("if %s { continue }\nr++", g.cond(1))
		}
		g.indent--
	})
	g.line("}")
}

func (g *generator) typeSwitch() {
	v := g.name("v")
	g.line("switch %s := any(%s).(type) {", v, g.pick(g.int(1), g.text(1), g.pick(g.points...), "small("+g.pick(g.ints...)+")", "&"+g.pick(g.points...), "nil", g.float(1), g.pick(g.slices...)))
	g.line("case int:\n\tr += %s\ncase string:\n\tt += %s\ncase point:\n\tr += %s.x\ncase summer:\n\tr -= %s.sum()\ncase []int:\n\tr += len(%s)\ncase nil:\n\tr--\ndefault:\n\tt += fmt.Sprintf(\"%%T\", %s)\n}", v, v, v, v, v, v)
}

func (g *generator) closure() {
	f := g.name("f")
	g.line("%s := func(k int) int {", f)
	g.indent++
	g.scoped(func() {
		g.ints = append(g.ints[:len(g.ints):len(g.ints)], "k")
		g.depth++
		g.block(1 + g.r.Intn(2))
		g.depth--
		g.line("return %s", g.int(2))
	})
	g.indent--
	// (whether a variable of an expression is read before or after a call that changes it is not specified)
	g.line("}\n%sx := %s(%s)\nr += %sx", f, f, g.int(1), f)
	g.funcs = append(g.funcs, f)
}

// concurrent: goroutines whose results do not depend on their order.
func (g *generator) concurrent() {
	switch g.r.Intn(3) {
	case 0:
		c := g.name("c")
		g.line("%s := make(chan int, %d)\ngo func() {\n\tfor i := range 5 {\n\t\t%s <- i * %s\n\t}\n\tclose(%s)\n}()\nfor x := range %s {\n\tr = r*2 + x\n}", c, g.r.Intn(3), c, g.pick("2", "3", "7"), c, c)
	case 1:
		g.line("{\n\tvar mu sync.Mutex\n\tvar wg sync.WaitGroup\n\ttotal := 0\n\tfor i := range %d {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\tmu.Lock()\n\t\t\tdefer mu.Unlock()\n\t\t\ttotal += i * %d\n\t\t}()\n\t}\n\twg.Wait()\n\tr += total\n}", 2+g.r.Intn(6), 1+g.r.Intn(4))
	default:
		g.line("{\n\tx, y, quit := make(chan int), make(chan int), make(chan bool)\n\tgo func() {\n\t\tfor i := range 3 {\n\t\t\tx <- i\n\t\t\ty <- i * i\n\t\t}\n\t\tclose(quit)\n\t}()\n\tfor open := true; open; {\n\t\tselect {\n\t\tcase v := <-x:\n\t\t\tr += v\n\t\tcase v := <-y:\n\t\t\tr -= v * %d\n\t\tcase _, open = <-quit:\n\t\t}\n\t}\n}", 1+g.r.Intn(3))
	}
}

func (g *generator) simple() {
	switch g.r.Intn(16) {
	case 0, 1:
		x := g.name("x")
		g.line("%s := %s\n_ = %s", x, g.int(3), x)
		g.ints = append(g.ints, x)
	case 2:
		if len(g.funcs) > 0 && g.loops == 0 {
			g.line("{\n\tx := %s(%s)\n\tr ^= x\n}", g.pick(g.funcs...), g.int(1))
			return
		}
		g.line("%s %s %s", g.pick("r", "a", "b", "global"), g.pick("=", "+=", "-=", "^=", "|="), g.int(2))
	case 3:
		// (which of two panics of one statement comes is not specified: only one side may)
		g.line("%s[%s] %s %s", g.pick(g.slices...), g.index(), g.pick("=", "+=", "-="), g.pick(g.pick(g.ints...), "3", "11"))
	case 4:
		x := g.name("s")
		g.line("%s := append(%s, %s)\n_ = %s", x, g.pick(g.slices...), g.int(1), x)
		g.slices = append(g.slices, x)
	case 5:
		x := g.name("s")
		g.line("%s := %s[%s:]\n_ = %s", x, g.pick(g.slices...), g.index(), x)
		g.slices = append(g.slices, x)
	case 6:
		x := g.name("p")
		g.line("%s := %s\n%s.x %s %s\n%s.y = %s", x, g.pick(g.points...), x, g.pick("=", "+="), g.int(2), x, g.float(2))
		g.points = append(g.points, x)
	case 7:
		g.line("t += %s", g.text(2))
		g.line("if len(t) > 200 { t = t[len(t)-20:] }")
	case 8:
		x := g.name("g")
		g.line("%s := %s\n_ = %s", x, g.float(3), x)
		g.floats = append(g.floats, x)
	case 9:
		g.line("a, b = b, %s", g.int(1))
	case 10:
		e, n := g.name("e"), g.name("n")
		g.line("%s, %s := sign(%s)\nif %s != nil { t += %s.Error() }\nr += %s", n, e, g.int(2), e, e, n)
	case 11:
		g.line("{\n\tz := swap(pair[int, string]{%s, %s})\n\tr += z.b + len(z.a)\n}", g.int(1), g.text(1))
	case 12:
		x := g.name("o")
		g.line("var %s summer = %s\nr += %s.sum()", x, g.pick(g.pick(g.points...), "&"+g.pick(g.points...), "small("+g.pick(g.ints...)+")"), x)
	case 13:
		g.line("copy(%s, %s)", g.pick(g.slices...), g.pick(g.slices...))
	case 14:
		g.line("if x, ok := any(%s).(%s); ok { r++; _ = x }", g.pick(g.pick(g.points...), g.int(1), g.text(1)), g.pick("summer", "int", "fmt.Stringer", "string"))
	default:
		g.line("r = %s", g.int(3))
	}
}

func (g *generator) index() string {
	switch g.r.Intn(5) {
	case 0:
		return g.pick(g.ints...)
	case 1:
		return "0"
	}
	return g.pick("(r&1)", "(a&3)", "len(s)-1", "1")
}

func (g *generator) cond(d int) string {
	if d <= 0 {
		return g.pick("a < b", "r > 3", "len(s) > 2", "t == \"\"", "p.y < 1.5")
	}
	switch g.r.Intn(6) {
	case 0:
		return g.cond(d-1) + " && " + g.cond(d-1)
	case 1:
		return "(" + g.cond(d-1) + " || " + g.cond(d-1) + ")"
	case 2:
		return "!(" + g.cond(d-1) + ")"
	case 3:
		return g.float(1) + g.pick(" < ", " >= ", " != ") + g.float(1)
	case 4:
		return g.text(1) + g.pick(" < ", " == ") + g.text(1)
	}
	return g.int(d-1) + g.pick(" < ", " <= ", " == ", " != ", " > ") + g.int(d-1)
}

func (g *generator) int(d int) string {
	if d <= 0 || g.r.Intn(4) == 0 {
		if g.r.Intn(3) == 0 {
			return fmt.Sprint(g.r.Intn(20))
		}
		return g.pick(g.ints...)
	}
	switch g.r.Intn(14) {
	case 0, 1, 2:
		return "(" + g.int(d-1) + g.pick(" + ", " - ", " * ") + g.int(d-1) + ")"
	case 3:
		return "(" + g.int(d-1) + g.pick(" & ", " | ", " ^ ", " &^ ") + g.int(d-1) + ")"
	case 4:
		return "(" + g.int(d-1) + g.pick(" / ", " % ") + g.pick("a", "b", "(r|1)", "3") + ")"
	case 5:
		return "(" + g.int(d-1) + g.pick(" << ", " >> ") + "(uint(" + g.pick("a", "b") + ") & 7))"
	case 6:
		return g.pick(g.slices...) + "[" + g.index() + "]"
	case 7:
		return "int(" + g.pick("uint8", "int8", "uint16", "int32") + "(" + g.pick(g.ints...) + "))"
	case 8:
		return g.pick(g.points...) + ".sum()"
	case 9:
		return "len(" + g.pick(g.pick(g.slices...), g.pick(g.texts...)) + ")"
	case 10:
		return g.pick(g.points...) + ".x"
	case 11:
		if len(g.maps) > 0 {
			return g.pick(g.maps...) + "[" + g.int(d-1) + "]"
		}
	}
	return g.pick("-", "^", "") + "(" + g.int(d-1) + ")"
}

func (g *generator) float(d int) string {
	if d <= 0 || g.r.Intn(3) == 0 {
		return g.pick(g.pick(g.floats...), "0.5", "2.25", "float64(a)")
	}
	if g.r.Intn(4) == 0 {
		return "(" + g.float(d-1) + " / " + g.pick(g.floats...) + ")"
	}
	return "(" + g.float(d-1) + g.pick(" + ", " - ", " * ") + g.float(d-1) + ")"
}

func (g *generator) text(d int) string {
	if d <= 0 || g.r.Intn(3) == 0 {
		return g.pick(g.pick(g.texts...), `"ab"`, `"é"`, `""`)
	}
	switch g.r.Intn(4) {
	case 0:
		return "strings.ToUpper(" + g.text(d-1) + ")"
	case 1:
		return "fmt.Sprint(" + g.int(d-1) + ", " + g.pick(g.points...) + ")"
	case 2:
		return "string(rune('a' + " + g.pick("a&7", "b&7", "r&7") + "))"
	}
	return "(" + g.text(d-1) + " + " + g.text(d-1) + ")"
}
