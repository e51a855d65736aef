package differential

// feature adds a statement that uses a part of the language that the others seldom or never touch.
func (g *generator) feature() {
	t, u := pick(g, g.types), pick(g, g.types)
	base, v := g.base(t), pick(g, g.vars[t])
	x := g.name("x")
	g.line("{")
	g.indent++
	switch g.r.Intn(26) {
	case 0: // the order of calls
		g.line("say := func(n int, x %[1]s) %[1]s { $note(\"call\", n); return x }\n%[2]s := []%[1]s{say(1, %[3]s), say(2, %[4]s)}\n%[2]s[len([]%[1]s{say(3, %[3]s)})], s%[5]s[k%%2] = say(4, %[4]s), say(5, %[3]s)\n$note(%[2]s, s%[5]s)", t, x, g.leaf(t), g.leaf(t), base)
	case 1: // assignment evaluates places first
		g.line("i, list := 0, []%s{%s, %s, %s}\ni, list[i] = 2, %s\nlist[i], i = list[0], 1\n$note(i, list)", t, g.leaf(t), g.leaf(t), g.leaf(t), g.leaf(t))
	case 2: // several results
		g.line("two := func(x %[1]s) (%[1]s, %[2]s, error) {\n\tif k == 1 {\n\t\treturn x, %[3]s, errors.New(\"one\")\n\t}\n\treturn x, %[4]s, nil\n}\nshow := func(x %[1]s, y %[2]s, err error) string { return fmt.Sprint(x, y, err) }\n$note(show(two(%[5]s)))\nvar e error\n%[6]s, %[7]s, e = two(%[8]s)\n$note(%[6]s, %[7]s, e)", t, u, g.leaf(u), g.leaf(u), g.expr(t, 1), "v"+base, "w"+g.base(u), g.leaf(t))
	case 3: // maps with composite keys
		g.line("type key struct {\n\ta %[1]s\n\tb any\n\tc [2]int\n}\n%[2]s := map[key][]int{}\nfor i := range 4 {\n\tq := key{%[3]s, i %% 2, [2]int{i %% 2}}\n\t%[2]s[q] = append(%[2]s[q], i)\n}\n$note(len(%[2]s), %[2]s[key{%[3]s, 1, [2]int{1}}], %[2]s[key{b: \"none\"}] == nil)\ndelete(%[2]s, key{%[3]s, 0, [2]int{}})\n$note(len(%[2]s))", t, x, g.leaf(t))
	case 4: // maps in maps, deleted and added to while they are ranged over
		g.line("%[1]s := map[string]map[int]%[2]s{}\nfor i, word := range []string{\"x\", \"y\", text} {\n\tif %[1]s[word] == nil {\n\t\t%[1]s[word] = make(map[int]%[2]s)\n\t}\n\t%[1]s[word][i+k] = %[3]s\n}\nn := 0\nfor word := range %[1]s {\n\tdelete(%[1]s, word)\n\tn++\n}\n$note(n, len(%[1]s))", x, t, g.leaf(t))
	case 5: // slices that share an array
		g.line("back := []%[1]s{%[2]s, %[3]s, %[4]s, %[2]s}\nfront := back[:2]\n%[5]s := append(front, %[3]s)\nfull := append(back[:2:2], %[4]s)\nback[0] = %[3]s\n$note(back, front, %[5]s, full, len(full), cap(front))\n$note(copy(back[1:], back), back, append(back[:1], back[2:]...))", t, g.leaf(t), g.leaf(t), g.leaf(t), x)
	case 6: // arrays are values, pointers to them are not
		g.line("%[1]s := [2][2]%[2]s{{%[3]s, %[4]s}, {1: %[3]s}}\ny := %[1]s\nq := &%[1]s[1]\nq[0] = %[4]s\nfor i, row := range %[1]s {\n\t%[1]s[1][1] = %[4]s\n\t$note(i, row)\n}\n$note(%[1]s == y, *q == y[1], %[1]s, len(q), q[:1])", x, t, g.leaf(t), g.leaf(t))
	case 7: // conversions of composite types
		g.line("type one struct {\n\tA %[1]s `a:\"1\"`\n\tb []int\n}\ntype two struct {\n\tA %[1]s\n\tb []int\n}\ntype list []%[1]s\n%[2]s := two(one{%[3]s, []int{k}})\nl := list(s%[4]s)\nl[0] = %[2]s.A\n$note(%[2]s, l, []%[1]s(l)[1], [2]%[1]s(l), fmt.Sprintf(\"%%T\", l))\n(*[1]%[1]s)(l)[0] = %[5]s\n$note(s%[4]s)", t, x, g.expr(t, 1), base, g.leaf(t))
	case 8: // texts
		g.line("%[1]s := []byte(text + \"é\\x80日\")\n%[1]s = append(%[1]s, text...)\nrunes := []rune(string(%[1]s))\nvar b strings.Builder\nfor i, c := range string(%[1]s) {\n\tfmt.Fprintf(&b, \"%%d:%%q \", i, c)\n}\n$note(len(%[1]s), len(runes), b.String(), string(runes[k:]), string(%[1]s[k:]) < text, strings.Repeat(text, k))", x)
	case 9: // formats
		operand := g.one(g.leaf(t), "point", "errors.Join(errors.New(text), $F(2))", "[]any{"+g.leaf(t)+", nil, point}", "map["+t+"]int{"+v+": k}", "struct{ A, b "+t+" }{A: "+v+"}")
		verbs := g.one("%[1]v|%+[1]v|%[1]T", "%#v %[1]v", "%8[1]v|%-8[1]v|", "%q", "%x %[1]v", "%v %v")
		if operand[0] == 'e' { // %#v of an error shows an address
			verbs = "%T %[1]v"
		}
		g.line("$note(fmt.Sprintf(\"%s\", %s))", verbs, operand)
	case 10: // errors
		g.line("%[1]s := fmt.Errorf(\"a %%w and %%w\", $F(k), errors.ErrUnsupported)\nvar f $F\n$note(errors.Is(%[1]s, errors.ErrUnsupported), errors.As(%[1]s, &f), f, errors.Unwrap(%[1]s) == nil, errors.Is(%[1]s, $F(1)))\ny := errors.Join(nil, %[1]s, errors.New(text))\n$note(strings.ReplaceAll(y.Error(), \"\\n\", \"|\"))", x)
	case 11: // a literal that calls itself, and state that outlives its function
		g.line("var %[1]s func(n int) int\n%[1]s = func(n int) int {\n\tif n <= 1 {\n\t\treturn k\n\t}\n\treturn %[1]s(n-1) + n*%[1]s(n-2)\n}\ncounter := func() func() %[2]s {\n\tn := %[3]s\n\treturn func() %[2]s { old := n; n = %[4]s; return old }\n}\nc, d := counter(), counter()\n$note(%[1]s(%[5]d), c(), c(), d())", x, t, g.leaf(t), g.leaf(t), 2+g.r.Intn(6))
	case 12: // each iteration has its own variable, also when it is changed
		g.line("var fs []func() int\nfor i := 0; i < 5; i++ {\n\tfs = append(fs, func() int { i += 10; return i })\n\tif i %% 2 == 0 {\n\t\ti++\n\t}\n}\nfor _, f := range fs {\n\t$note(f(), f())\n}")
	case 13: // constants
		g.line("const (\n\tc0 = iota * %d\n\tc1\n\t_\n\tc3 %s = iota\n\tc4\n\tbig = 1 << 62 >> c1\n)\nvar f %s = c1 + %d.5\nvar i8 int8 = 'a' + c0\n$note(c0, c1, c3, c4, big, f, i8, math.MaxInt8-c1, int(c3)+int(c4))", 1+g.r.Intn(5), g.one("int", "uint8", "float32", "$I"), g.one("float64", "float32", "$F"), g.r.Intn(9))
	case 14: // defers that run on the way out of nested calls and change results
		g.line("%[1]s := func(n int) (r %[2]s, err error) {\n\tdefer func() {\n\t\tif e := recover(); e != nil {\n\t\t\terr = fmt.Errorf(\"caught %%v\", $class(e))\n\t\t}\n\t}()\n\tdefer func() { r = %[3]s }()\n\tfor i := range n {\n\t\tdefer func(j int) { $note(\"out\", i, j) }(i * 2)\n\t\tif i == 1 {\n\t\t\t_ = []int{1}[n-1]\n\t\t}\n\t}\n\treturn %[4]s, nil\n}\n$note(%[1]s(1))\n$note(%[1]s(k + 1))", x, t, g.leaf(t), g.leaf(t))
	case 15: // a panic replaced by another, an exit through Goexit
		g.line("done := make(chan string, 4)\ngo func() {\n\tdefer close(done)\n\tdefer func() { done <- $class(recover()) }()\n\tdefer func() {\n\t\tdone <- fmt.Sprint(recover() == nil)\n\t\tif k == 2 {\n\t\t\tpanic(%s)\n\t\t}\n\t}()\n\tif k == 1 {\n\t\truntime.Goexit()\n\t}\n\tpanic(%s)\n}()\nfor d := range done {\n\t$note(d)\n}", g.thrown(), g.thrown())
	case 16: // embedded interfaces and methods that are promoted through several levels
		g.line("type inner struct{ $Shape }\ntype outer struct {\n\t*inner\n\tname string\n}\n%[1]s := outer{&inner{point}, text}\nvar sh $Shape = %[1]s\n$note(sh.Area(k), %[1]s.Area(1))\n%[1]s.$Shape = $I(k)\n$note(sh.Area(k))\nf := %[1]s.Area\n%[1]s.inner = &inner{$S(text)}\n$note(f(1), %[1]s.Area(1))", x)
	case 17: // assertions between interfaces
		g.line("for _, x := range []any{point, &point, $I(k), $F(1), nil, %s, new($I8)} {\n\ts, ok := x.($Shape)\n\tm, ok2 := x.($Mover)\n\t_, ok3 := x.(interface{ Error() string })\n\t$note(s != nil, ok, m != nil, ok2, ok3)\n}", g.leaf(t))
	case 18: // generic types that hold each other
		g.line("%[1]s := &$Pair[%[2]s, $Stack[%[3]s]]{A: %[4]s}\n%[1]s.B.Push(%[5]s)\nz := %[1]s.Swap()\nfirst, _ := z.A.Pop()\n$note(first, z.B, fmt.Sprintf(\"%%T\", z.B), $Pair[%[3]s, int]{A: first, B: k})", x, t, u, g.leaf(t), g.leaf(u))
	case 19: // generic functions with methods in their constraints, and with functions as arguments
		g.line("$note($reduce(s%[1]s, \"\", func(a string, x %[2]s) string { return a + fmt.Sprint(x) + \";\" }))\n$note($areas(point, point), $areas($I(k), $I(2)), $areas[$Shape](point, $S(text)))\n$note($keys(map[$S]%[3]s{$S(text): %[4]s, \"b\": %[5]s}))", base, t, u, g.leaf(u), g.leaf(u))
	case 20: // the end of a range over a function, by all ways out of it
		g.line("%[1]s := func() (r int) {\n\tdefer func() { $note(\"left\", r) }()\nouter:\n\tfor i := range $seq(6) {\n\t\tfor j, x := range $pairs(s%[2]s) {\n\t\t\tswitch {\n\t\t\tcase i+j == %[3]d:\n\t\t\t\tcontinue outer\n\t\t\tcase i+j == %[4]d:\n\t\t\t\tbreak outer\n\t\t\tcase i*j == %[5]d:\n\t\t\t\treturn i + j\n\t\t\t}\n\t\t\tdefer func() { $note(\"later\", i, j, x) }()\n\t\t}\n\t}\n\treturn -1\n}\n$note(%[1]s())", x, base, g.r.Intn(6), 4+g.r.Intn(12), 1+g.r.Intn(9))
	case 21: // pulled from an iterator
		g.line("next, stop := iter.Pull2($pairs(s%[1]s))\ndefer stop()\nfor i := range 4 {\n\tj, x, ok := next()\n\t$note(i, j, x, ok)\n\tif i == k {\n\t\tbreak\n\t}\n}\n$note(slices.Collect($seq(3)), slices.Sorted(maps.Keys(m%[1]s)))", base)
	case 22: // a switch that falls through, and one over types with several in a case
		g.line("switch n := k * %[1]d %% 5; n {\ncase 0, 3:\n\t$note(\"zero or three\")\n\tfallthrough\ncase 1:\n\t$note(\"one\", n)\ndefault:\n\t$note(\"default\")\n\tfallthrough\ncase 2:\n\tif n == 4 {\n\t\tbreak\n\t}\n\t$note(\"two\")\ncase 4 + k*100:\n}\nswitch any(%[2]s).(type) {\ncase int, string, $I:\n\t$note(\"a\")\ncase float64, bool, $F, []int:\n\t$note(\"b\")\ndefault:\n\t$note(\"c\")\n}", 1+g.r.Intn(7), g.value())
	case 23: // builtins
		key := pick(g, [][2]string{{"string", "text"}, {"int", "k"}, {"any", "k"}, {"[1]bool", "[1]bool{k == 1}"}})
		g.line("l := []%[1]s{%[2]s, %[3]s}\nclear(l)\nmm := map[%[4]s]bool{%[5]s: true}\nclear(mm)\nc := make(chan %[1]s, 3)\nc <- %[2]s\n$note(l, len(mm), len(c), cap(c), min(k, 1, len(text)), max(2.5, float64(k)), min(text, \"b\"), len([3]int{}), new(int) == new(int))\nclose(c)\n%[6]s, ok := <-c\n_, ok2 := <-c\n$note(%[6]s, ok, ok2)", t, g.leaf(t), g.leaf(t), key[0], key[1], x)
	case 24: // pointers to variables, fields, elements
		g.line("%[1]s := &r%[2]s.f\nq := &%[1]s\n**q = %[3]s\ns%[2]s[1] = *%[1]s\ny := &struct {\n\tp **%[4]s\n\tn *int\n}{q, &point.X}\n**y.p, *y.n = %[5]s, k+1\n$note(*r%[2]s, *%[1]s == r%[2]s.f, point.X, y.n == &point.X)", x, base, g.leaf(t), t, g.leaf(t))
	default: // shifts and operations with assignment
		if !isInt(t) {
			g.line("%s, %s := complex(float64(k), 2)/complex(1, float64(k)), complex64(complex(1, float32(k)))/3i\n$note(%s, real(%s), %s == 0)", x, "y", x, "y", x)
			break
		}
		g.line("%[1]s <<= %[2]s & 7\n%[3]s >>= 1 + k\n%[1]s /= %[4]s | 1\n%[3]s %%= %[5]s\n$note(%[1]s, %[3]s, %[6]s(1)<<k, 1<<%[2]s>>1, ^%[1]s &^ %[3]s, -%[3]s)", v, g.small(), "v"+base, g.leaf(t), g.constant(t), t)
	}
	g.indent--
	g.line("}")
}
