package differential

import (
	"fmt"
	"strings"
)

// function adds function number i: variables of some types, then labelled blocks with gotos between them.
func (g *generator) function(i int) {
	g.types, g.vars, g.labels, g.loops, g.cases, g.depth = nil, map[string][]string{}, nil, 0, 0, 0
	for _, n := range g.r.Perm(len(all))[:4+g.r.Intn(3)] {
		g.types = append(g.types, all[n])
	}
	if g.chance(70) && !strings.Contains(strings.Join(g.types, " ")+" ", "int ") {
		g.types = append(g.types, "int")
	}
	g.line("func $f%d(k int, text string) (out any) {", i)
	g.indent++
	g.line("point := $P{X: k, S: text}\nembed := $Q{$P: point, m: map[string]int{\"q\": k}}\nif k > 0 {\n\tembed.$R = &$R{v: k}\n}\nvar shape $Shape\nvar anything any\n_, _, _, _ = point, embed, shape, anything")
	first := make([]string, len(g.types)) // initial values mention no variable that comes later
	for n, t := range g.types {
		switch {
		case isInt(t), isFloat(t):
			first[n] = fmt.Sprintf("%s(k*%d+%d)", t, 1+g.r.Intn(90), g.r.Intn(3))
		case isComplex(t):
			first[n] = fmt.Sprintf("%s(complex(float64(k), %d))", t, g.r.Intn(3))
		case under(t) == "string":
			first[n] = fmt.Sprintf("%s(text)", t)
		default:
			first[n] = fmt.Sprintf("%s(k == %d)", t, g.r.Intn(3))
		}
	}
	for n, t := range g.types {
		g.line("var v%[1]d, w%[1]d %[2]s = %[3]s, %[4]s\np%[1]d, s%[1]d, a%[1]d := &w%[1]d, []%[2]s{v%[1]d, w%[1]d, v%[1]d}, [3]%[2]s{1: v%[1]d}\nm%[1]d, r%[1]d := map[string]%[2]s{\"a\": v%[1]d}, &struct{ f, g %[2]s }{f: w%[1]d}\n_, _, _, _, _, _, _ = v%[1]d, w%[1]d, p%[1]d, s%[1]d, a%[1]d, m%[1]d, r%[1]d",
			n, t, first[n], g.constant(t))
	}
	for n, t := range g.types {
		g.vars[t] = []string{fmt.Sprintf("v%d", n), fmt.Sprintf("w%d", n)}
	}
	g.result = true
	if g.chance(60) {
		g.deferred()
	}
	blocks := 2 + g.r.Intn(3)
	target := make([]bool, blocks+1)
	jumps := make([][2]int, 0, blocks) // from the end of a block to another
	for b := range blocks {
		if g.chance(50) {
			to := g.r.Intn(blocks + 1)
			target[to] = true
			jumps = append(jumps, [2]int{b, to})
		}
	}
	for b := range blocks {
		if target[b] {
			g.b.WriteString(fmt.Sprintf("L%d:\n", b))
		}
		g.line("{")
		g.later = nil
		for to := b + 1; to <= blocks; to++ {
			if target[to] {
				g.later = append(g.later, fmt.Sprintf("L%d", to))
			}
		}
		g.body(2 + g.r.Intn(3))
		g.line("}")
		for _, j := range jumps {
			if j[0] == b {
				g.line("if $burn() && (%s) {\n\tgoto L%d\n}", g.cond(1), j[1])
			}
		}
	}
	if target[blocks] {
		g.b.WriteString(fmt.Sprintf("L%d:\n", blocks))
	}
	var parts []string
	for n := range g.types {
		parts = append(parts, fmt.Sprintf("v%[1]d, w%[1]d, *p%[1]d, s%[1]d, a%[1]d, m%[1]d, *r%[1]d", n))
	}
	g.line("return fmt.Sprintf(\"%%v %%v\", []any{%s}, point)", strings.Join(parts, ", "))
	g.indent--
	g.line("}")
	g.part()
}

func (g *generator) body(n int) {
	g.indent++
	g.depth++
	for range n {
		g.statement()
	}
	g.depth--
	g.indent--
}

// apart adds what stands in a function literal: labels of the outer function are out of reach.
func (g *generator) apart(n int) {
	labels, later, loops, cases, result := g.labels, g.later, g.loops, g.cases, g.result
	g.labels, g.later, g.loops, g.cases, g.result = nil, nil, 0, 0, false
	g.body(n)
	g.labels, g.later, g.loops, g.cases, g.result = labels, later, loops, cases, result
}

func (g *generator) statement() {
	if g.depth > 3 {
		g.simple()
		return
	}
	switch g.r.Intn(28) {
	case 0, 1:
		g.line("if %s {", g.cond(2))
		g.body(1 + g.r.Intn(2))
		if g.chance(30) {
			g.line("} else if %s {", g.cond(2))
			g.body(1)
		}
		if g.chance(50) {
			g.line("} else {")
			g.body(1 + g.r.Intn(2))
		}
		g.line("}")
	case 2, 3, 4:
		g.loop()
	case 5:
		g.valueSwitch()
	case 6:
		g.typeSwitch()
	case 7:
		g.closure()
	case 8:
		g.line("func() {")
		g.indent++
		g.deferred()
		g.indent--
		g.apart(1 + g.r.Intn(2))
		if g.chance(50) {
			g.line("\tpanic(%s)", g.thrown())
		}
		g.line("}()")
	case 9:
		g.deferred()
	case 10, 11:
		g.concurrent()
	case 12:
		g.selection()
	case 13:
		g.generic()
	case 14:
		g.methods()
	case 15:
		if len(g.later) > 0 {
			g.line("if %s {\n\tgoto %s\n}", g.cond(1), pick(g, g.later))
			return
		}
		g.simple()
	case 16:
		if g.result && g.chance(50) {
			g.line("if %s {\n\treturn fmt.Sprint(\"early \", %s)\n}", g.cond(2), g.expr(pick(g, g.types), 2))
			return
		}
		g.simple()
	case 17, 18, 19:
		g.feature()
	case 20:
		g.coordinated()
	default:
		g.simple()
	}
}

// thrown is a value to panic with.
func (g *generator) thrown() string {
	t := pick(g, g.types)
	return g.one(`"text"`, `errors.New("e")`, `fmt.Errorf("wrapped: %w", errors.ErrUnsupported)`, g.expr(t, 1), "$F(1.5)", "nil", "point", "$I(k)")
}

// deferred adds a deferred call: of a literal that recovers or panics anew, or of one with arguments.
func (g *generator) deferred() {
	t := pick(g, g.types)
	v := pick(g, g.vars[t])
	switch g.r.Intn(6) {
	case 0:
		g.line("defer $note(\"deferred\", %s)", g.expr(t, 2))
	case 1:
		g.line("defer func(x %s) { $note(\"later\", x, %s) }(%s)", t, v, g.expr(t, 1))
	case 2:
		g.line("defer func() {\n\tif e := recover(); e != nil {\n\t\t$note(\"again\", $class(e))\n\t\tif k == 1 {\n\t\t\tpanic(fmt.Sprint(\"second \", %s))\n\t\t}\n\t}\n}()", v)
	case 3:
		g.line("defer func() {\n\tdefer func() { $note(\"inner\", $class(recover())) }()\n\tif k > 0 {\n\t\tpanic(%s)\n\t}\n}()", g.thrown())
	case 4:
		g.line("for i := range 2 {\n\tdefer func() { %s = %s; $note(\"loop\", i, %s) }()\n}", v, g.expr(t, 1), v)
	default:
		if g.result {
			g.line("defer func() {\n\tif e := recover(); e != nil {\n\t\tout = \"recovered \" + $class(e) + fmt.Sprint(%s)\n\t}\n}()", v)
			return
		}
		g.line("defer func() {\n\tif e := recover(); e != nil {\n\t\t$note(\"recovered\", $class(e))\n\t}\n}()")
	}
}

func (g *generator) loop() {
	if g.loops >= 2 {
		g.simple()
		return
	}
	label := ""
	kind := g.r.Intn(10)
	if kind != 5 && g.chance(45) {
		label = g.name("Loop")
		g.line("%s:", label)
	}
	i := g.name("i")
	t := pick(g, g.types)
	base := g.base(t)
	use := fmt.Sprintf("_ = %s", i)
	switch kind {
	case 0:
		g.line("for %s := range %d {", i, 1+g.r.Intn(4))
	case 1:
		x := g.name("x")
		g.line("for %s, %s := range %s%s {", i, x, g.one("s", "a", "&a"), base)
		use = fmt.Sprintf("%s = %s\n_ = %s", pick(g, g.vars[t]), x, i)
	case 2:
		x := g.name("x")
		g.line("for %s, %s := range text + \"é\\xff\" {", i, x)
		use = fmt.Sprintf("$note(%s, %s)", i, x)
	case 3:
		g.line("for %s := range $seq(%d) {", i, 1+g.r.Intn(4))
	case 4:
		x := g.name("x")
		g.line("for %s, %s := range $pairs(s%s) {", i, x, base)
		use = fmt.Sprintf("s%s[%s%%3] = %s", base, i, x)
	case 5:
		g.line("for %s := range m%s {", i, base)
		g.line("\tif %s == \"b\" {\n\t\tcontinue\n\t}\n\tpoint.X += len(%s)\n}", i, i) // the order is not specified: nothing else in it
		return
	case 6:
		g.line("for {")
		use = "if !$burn() {\n\tbreak\n}"
	case 7:
		g.line("for %s {", g.cond(1))
		use = ""
	default:
		g.line("for %s := 0; %s < %s; %s {", i, i, g.one("3", "k", "len(text)", "5"), g.one(i+"++", i+" += 2"))
	}
	g.indent++
	g.line("if !$burn() {\n\tbreak\n}")
	if use != "" {
		g.line("%s", use)
	}
	if label != "" {
		g.line("if %s {\n\t%s %s\n}", g.cond(1), g.one("break", "continue"), label)
		g.labels = append(g.labels, label)
	}
	if g.chance(30) { // each iteration has a variable of its own
		f := g.name("f")
		x := g.name("x")
		g.line("%s := k\n%s := func() int { %s++; return %s }\n%s()\ndefer func() { $note(\"closure\", %s()) }()", x, f, x, x, f, f)
	}
	g.indent--
	g.loops++
	cases := g.cases
	g.cases = 0
	g.body(1 + g.r.Intn(3))
	g.cases = cases
	if g.chance(30) {
		to := g.one("break", "continue")
		if len(g.labels) > 0 && g.chance(60) {
			to += " " + pick(g, g.labels)
		}
		g.line("\tif %s {\n\t\t%s\n\t}", g.cond(1), to)
	}
	g.loops--
	if label != "" {
		g.labels = g.labels[:len(g.labels)-1]
	}
	g.line("}")
}

func (g *generator) valueSwitch() {
	label := ""
	if g.chance(30) {
		label = g.name("Switch")
		g.line("%s:", label)
	}
	t := pick(g, g.types)
	if under(t) == "bool" || g.chance(30) {
		g.line("switch {")
		for range 2 {
			g.line("case %s:", g.cond(1))
			g.body(1)
		}
	} else {
		g.line("switch x := %s; x {", g.expr(t, 2))
		g.line("case %s, %s:", g.leaf(t), g.leaf(t))
		g.body(1)
		if g.chance(40) {
			g.line("\tfallthrough")
		}
		g.line("case %s:", g.expr(t, 1))
		g.body(1)
		if g.chance(30) {
			g.line("\tbreak")
		}
	}
	if g.chance(60) || label != "" {
		g.line("default:")
		if label != "" {
			g.line("\tif %s {\n\t\tbreak %s\n\t}", g.cond(1), label)
		}
		g.body(1)
	}
	g.line("}")
}

// value is something of any type: a basic value, a structure, a pointer, a function's result, nil.
func (g *generator) value() string {
	t := pick(g, g.types)
	return g.one(g.expr(t, 2), g.expr(t, 1), "point", "&point", "embed", "nil", "(*$R)(nil)", "s"+g.base(t), "a"+g.base(t), "$I(k)", "$S(text)", "shape", "errors.New(text)", "$F(k)",
		"$Stack["+t+"]{}", "struct{ a int }{k}", "func() int { return k }", "[]any{k, nil}", "p"+g.base(t), "map[string]int{text: k}")
}

func (g *generator) typeSwitch() {
	t := pick(g, g.types)
	g.line("switch x := any(%s).(type) {\ncase nil:\n\t$note(\"nil\")\ncase %s:\n\t%s = x\n\t$note(x)\ncase $P, *$P:\n\t$note(fmt.Sprintf(\"%%T\", x))\ncase $Mover:\n\t$note(x.Move(1))\ncase $Shape:\n\t$note(x.Area(k))\ncase []%s:\n\t$note(len(x), cap(x))\ncase fmt.Stringer:\n\t$note(x.String())\ncase error:\n\t$note(x.Error())\ncase func() int:\n\t$note(x())\ndefault:\n\tpoint.X++\n\t$note(fmt.Sprintf(\"%%T\", x))\n}",
		g.value(), t, pick(g, g.vars[t]), t)
}

func (g *generator) closure() {
	t, u := pick(g, g.types), pick(g, g.types)
	f, x := g.name("f"), g.name("x")
	v := pick(g, g.vars[u])
	g.line("%s := func(x %s, more ...%s) (y %s) {", f, t, u, u)
	g.apart(1 + g.r.Intn(2))
	g.line("\t%s = %s\n\tfor _, m := range more {\n\t\ty = m\n\t}\n\tif len(more) == 2 {\n\t\treturn %s\n\t}\n\treturn\n}", v, g.expr(u, 2), g.leaf(u))
	g.line("%s := %s(%s)\n$note(%s, %s)", x, f, g.expr(t, 2), x, v)
	g.line("$note(%s(%s, %s...))", f, g.leaf(t), "s"+g.base(u))
	if g.chance(50) {
		g.line("$note(%s(%s, %s, %s))", f, g.leaf(t), g.leaf(u), g.constant(u))
	}
}

// generic uses generic types and functions, from the program and from the standard library.
func (g *generator) generic() {
	t, u := pick(g, g.types), pick(g, g.types)
	base := g.base(t)
	x := g.name("x")
	switch g.r.Intn(6) {
	case 0:
		g.line("%s := new($Stack[%s]).Push(%s).Push(%s)\n%s.Pop()\n$note(%s.Pop())\n$note(%s.Pop())\n$note(fmt.Sprintf(\"%%T\", %s))", x, t, g.expr(t, 1), g.expr(t, 1), x, x, x, x)
	case 1:
		g.line("$note($apply(s%s, func(x %s) %s { return %s }))", base, t, u, g.leaf(u))
	case 2:
		g.line("$note($kind(%s), $kind($zero[%s]()), $kind(s%s), $kind($I(1)))", g.expr(t, 1), u, base)
	case 3:
		if isComplex(t) || under(t) == "bool" {
			g.simple()
			return
		}
		g.line("%s := slices.Clone(s%s)\nslices.Sort(%s)\n$note(%s, slices.Max(%s), slices.Contains(%s, %s))", x, base, x, x, x, x, g.leaf(t))
	case 4:
		g.line("%s := $id[func(%s) %s](func(y %s) %s { return %s })\n$note(%s(%s))", x, t, u, t, u, g.expr(u, 1), x, g.leaf(t))
	default:
		g.line("{\n\tnext, stop := iter.Pull($seq(%d))\n\t_, _ = next()\n\t$note(next())\n\tstop()\n\t$note(next())\n}", 1+g.r.Intn(3))
	}
}

// methods uses methods as values and expressions, through interfaces and embedding.
func (g *generator) methods() {
	x := g.name("x")
	switch g.r.Intn(6) {
	case 0:
		g.line("shape = %s", g.one("point", "&point", "$I(k)", "$S(text)", "new($I8)", "embed", "&embed", "nil"))
	case 1:
		g.line("%s := point.Move\n$note(%s(2))\n$note(point)", x, x)
	case 2:
		g.line("%s := %s\n$note(%s(point, k))", x, "$P.Area", x)
	case 3:
		g.line("%s := (*$P).Move\n$note(%s(&point, k), %s(&embed.$P, 1))\n$note(embed.$P)", x, x, x)
	case 4:
		g.line("%s := $Shape.Area\n$note(%s(embed, 3))\n$note((&$R{next: embed.$R}).Len())", x, x)
	default:
		if g.mayPanic(60) {
			g.line("%s := shape.Area\n$note(%s(k))", x, x)
			return
		}
		g.line("%s, ok := shape.($Mover)\n$note(%s == nil, ok)", x, x)
	}
}

func (g *generator) simple() {
	t := pick(g, g.types)
	base, v := g.base(t), pick(g, g.vars[t])
	w := pick(g, g.vars[t])
	switch g.r.Intn(20) {
	case 0, 1, 2:
		g.line("%s = %s", v, g.expr(t, 3))
	case 3:
		x := g.name("x")
		g.line("%s := %s\n$note(\"%s\", %s)", x, g.expr(t, 4), x, x)
	case 4:
		op := map[bool][]string{true: {"+=", "-=", "*=", "&=", "|=", "^=", "&^="}, false: {"+=", "-=", "*="}}[isInt(t)]
		if under(t) == "string" {
			op = []string{"+="}
		} else if under(t) == "bool" {
			op = []string{"="}
		}
		g.line("%s %s %s", g.one(v, "*p"+base, "s"+base+"["+g.small()+"&1]", "m"+base+"[\"b\"]", "r"+base+".g", "a"+base+"[2]"), pick(g, op), g.expr(t, 2))
		if under(t) == "string" {
			g.line("if len(%s) > 40 {\n\t%s = %s[:3]\n}", v, v, v)
		}
	case 5:
		g.line("%s, %s = %s, %s", "v"+base, "w"+base, g.expr(t, 2), g.leaf(t))
	case 6:
		g.line("s%[1]s[%[2]d], s%[1]s[1] = s%[1]s[1], s%[1]s[%[2]d]", base, g.r.Intn(3))
	case 7:
		g.line("s%[1]s = append(s%[1]s[:1], %s, %s)", base, g.expr(t, 2), g.leaf(t))
		g.line("s%[1]s = append(s%[1]s, %[2]s)[:3:3]", base, g.leaf(t))
	case 8:
		g.line("$note(copy(s%s, a%s[%d:]), len(s%s), cap(a%s[:1:2]))", base, base, g.r.Intn(3), base, base)
	case 9:
		g.line("if x, ok := m%s[%s]; ok {\n\t%s = x\n} else {\n\tm%s[%s] = %s\n}", base, g.one("text", `"b"`), v, base, g.one("text", `"c"`), g.expr(t, 1))
	case 10:
		g.line("%s", g.one("delete(m"+base+", \"a\")", "clear(m"+base+")", "p"+base+" = &"+v, "p"+base+" = &s"+base+"[1]", "p"+base+" = &r"+base+".g", "a"+base+" = [3]"+t+"{2: "+w+"}"))
	case 11:
		g.line("anything = %s", g.value())
	case 12:
		x := g.name("x")
		g.line("%s := a%s\n%s[1] = %s\n$note(%s == a%s, %s)", x, base, x, g.leaf(t), x, base, x)
	case 13:
		x := g.name("x")
		g.line("%s := *r%s\n%s.f = %s\n$note(%s == *r%s, %s)", x, base, x, g.expr(t, 1), x, base, x)
	case 14:
		if isInt(t) || isFloat(t) {
			g.line("%s%s", g.one(v, "*p"+base, "m"+base+"[text]", "a"+base+"[k%3]"), g.one("++", "--"))
			return
		}
		g.line("%s, %s = %s, %s", "v"+base, "w"+base, "w"+base, "v"+base)
	case 15:
		if g.mayPanic(80) {
			g.line("{\n\t%s\n}", g.one("s"+base+"[k+1] = "+v, "$note(s"+base+"[k:len(text)+1])", "$note(anything == any(s"+base+"))", "var none map[string]int\nif k == 2 {\n\tnone[text] = k\n}", "$note([2]"+t+"(s"+base+"[k:]))",
				"var none *$P\nif k == 1 {\n\tnone.X++\n}", "$note(make([]int, k-1))", "ch := make(chan int)\nclose(ch)\nif k == 2 {\n\tclose(ch)\n}", "_ = map[any]int{anything: 1}", "var f func()\nif k == 2 {\n\tf()\n}"))
		}
	case 16:
		g.line("$note(fmt.Sprintf(\"%%v %%T %%+v\", %s, %s, %s))", g.leaf(t), g.leaf(t), g.one("point", "*r"+base, "m"+base, v))
	case 17:
		g.line("if x, ok := anything.(%s); ok {\n\t%s = x\n}", t, v)
	case 18:
		g.line("%s = %s", g.one("point.X", "embed.X", "embed.m[text]", "point.X"), g.one("k", "point.X*3 + k", "len(text) - embed.X", "embed.Move(k)"))
	default:
		g.line("%s = %s", w, g.expr(t, 2))
	}
}
