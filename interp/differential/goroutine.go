package differential

// concurrent adds goroutines whose outcome does not depend on the scheduler.
func (g *generator) concurrent() {
	t := pick(g, g.types)
	v := pick(g, g.vars[t])
	n := 2 + g.r.Intn(4)
	buffer := g.r.Intn(3)
	g.line("{")
	g.indent++
	switch g.r.Intn(12) {
	case 0: // pipeline
		g.line("x, y := make(chan %[1]s, %[2]d), make(chan %[1]s)\ngo func() {\n\tdefer close(x)\n\tfor _, v := range s%[3]s {\n\t\tx <- v\n\t}\n}()\ngo func() {\n\tdefer close(y)\n\tfor v := range x {\n\t\ty <- []%[1]s{v, %[4]s}[k&1]\n\t}\n}()\nfor z := range y {\n\t$note(z)\n}", t, buffer, g.base(t), g.constant(t))
	case 1: // worker pool, results by index
		g.line("jobs := make(chan int, %d)\nresults := make([]string, %d)\nvar wg sync.WaitGroup\nfor w := range %d {\n\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tfor j := range jobs {\n\t\t\tresults[j] = fmt.Sprint(j*j, %s, w < 9)\n\t\t}\n\t}()\n}\nfor j := range results {\n\tjobs <- j\n}\nclose(jobs)\nwg.Wait()\n$note(results)", buffer, n*2, n, v)
	case 2: // closures of a loop, each with its own variable
		g.line("var mu sync.Mutex\nvar wg sync.WaitGroup\nvar got []int\nfor i := range %d {\n\twg.Go(func() {\n\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n\t\tgot = append(got, i*%d)\n\t})\n}\nwg.Wait()\nsort.Ints(got)\n$note(got)", n, 1+g.r.Intn(5))
	case 3: // panics in goroutines
		g.line("errs := make(chan string, %[1]d)\nfor i := range %[1]d {\n\tgo func() {\n\t\tdefer func() { errs <- $class(recover()) }()\n\t\tif i%%2 == 0 {\n\t\t\tpanic(%[2]s)\n\t\t}\n\t\t_ = s%[3]s[i+3]\n\t}()\n}\nvar got []string\nfor range %[1]d {\n\tgot = append(got, <-errs)\n}\nsort.Strings(got)\n$note(got)", n, g.one(`"odd"`, `errors.New("odd")`, "$I(i)"), g.base(t))
	case 4: // select over two senders and a quit channel
		g.line("x, y, quit := make(chan %[1]s), make(chan int, %[2]d), make(chan struct{})\ngo func() {\n\tfor i := range %[3]d {\n\t\tx <- %[4]s\n\t\ty <- i\n\t}\n\tclose(quit)\n}()\nnx, ny := 0, 0\nfor open := true; open; {\n\tselect {\n\tcase z, ok := <-x:\n\t\tif ok && z == z {\n\t\t\tnx++\n\t\t}\n\tcase i := <-y:\n\t\tny += i\n\tcase <-quit:\n\t\topen = false\n\t}\n}\nclose(y)\nfor i := range y {\n\tny += i\n}\n$note(nx, ny)", t, buffer, n, g.constant(t))
	case 5: // atomics and Once
		g.line("var count atomic.Int64\nvar once sync.Once\nvar wg sync.WaitGroup\nfor i := range %d {\n\twg.Add(1)\n\tgo func(d int64) {\n\t\tdefer wg.Done()\n\t\tonce.Do(func() { count.Add(1000) })\n\t\tfor !count.CompareAndSwap(count.Load(), count.Load()+0) {\n\t\t}\n\t\tcount.Add(d)\n\t}(int64(i))\n}\nwg.Wait()\n$note(count.Load())", n)
	case 6: // a condition
		g.line("var mu sync.Mutex\ncond := sync.NewCond(&mu)\nqueue, sum := []int(nil), 0\ndone := make(chan bool)\ngo func() {\n\tfor range %d {\n\t\tmu.Lock()\n\t\tfor len(queue) == 0 {\n\t\t\tcond.Wait()\n\t\t}\n\t\tsum = sum*3 + queue[0]\n\t\tqueue = queue[1:]\n\t\tmu.Unlock()\n\t}\n\tdone <- true\n}()\nfor i := range %d {\n\tmu.Lock()\n\tqueue = append(queue, i+k)\n\tmu.Unlock()\n\tcond.Signal()\n}\n<-done\n$note(sum)", n, n)
	case 7: // cancellation reaches all
		g.line("ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), $S(\"key\"), %s))\nends := make(chan error)\nfor range %d {\n\tgo func() {\n\t\t<-ctx.Done()\n\t\tends <- fmt.Errorf(\"%%w, %%v\", ctx.Err(), context.Cause(ctx))\n\t}()\n}\ncancel($F(2))\nfor range %d {\n\te := <-ends\n\t$note(e, errors.Is(e, context.Canceled))\n}\n$note(ctx.Value($S(\"key\")))", v, n, n)
	case 8: // readers and writers
		g.line("var mu sync.RWMutex\ntable := map[int]int{}\nvar wg sync.WaitGroup\nfor i := range %d {\n\twg.Add(2)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tmu.Lock()\n\t\ttable[i] += i * i\n\t\tmu.Unlock()\n\t}()\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tmu.RLock()\n\t\tdefer mu.RUnlock()\n\t\t_ = table[i]\n\t}()\n}\nwg.Wait()\n$note(table)", n)
	case 9: // a chain of goroutines
		g.line("first := make(chan int)\nin := first\nfor i := range %d {\n\tout := make(chan int, %d)\n\tgo func(from <-chan int, to chan<- int) { to <- <-from + i }(in, out)\n\tin = out\n}\nfirst <- k\n$note(<-in)", n, buffer)
	case 10: // methods, closures and bound functions as goroutines
		g.line("c := make(chan int, 3)\nsend := func(x $Shape) { c <- x.Area(k) }\ngo send(point)\ngo send($I(k))\nmove := point.Area\ngo func(f func(int) int) { c <- f(2) }(move)\n$note(<-c + <-c + <-c)")
	default: // answers asked for through channels in messages
		g.line("type ask struct {\n\tx %[1]s\n\tback chan []%[1]s\n}\nasks := make(chan ask)\ngo func() {\n\tvar seen []%[1]s\n\tfor a := range asks {\n\t\tseen = append(seen, a.x)\n\t\ta.back <- seen\n\t}\n}()\nfor i := range 3 {\n\ta := ask{s%[2]s[i], make(chan []%[1]s)}\n\tasks <- a\n\t$note(<-a.back)\n}\nclose(asks)", t, g.base(t))
	}
	g.indent--
	g.line("}")
}

// selection adds a select of which one case can go on, or none.
func (g *generator) selection() {
	t := pick(g, g.types)
	v := pick(g, g.vars[t])
	full, c := g.name("full"), g.name("c")
	g.line("%s, %s := make(chan %s, 1), make(chan %s)", full, c, t, t)
	switch g.r.Intn(4) {
	case 0:
		g.line("%s <- %s", full, g.expr(t, 1))
	case 1:
		g.line("close(%s)", c)
	case 2:
		g.line("%s = nil", full)
	}
	label := ""
	if g.chance(30) {
		label = g.name("Select")
		g.line("%s:", label)
	}
	ready := g.r.Intn(3)
	g.line("select {")
	switch ready {
	case 0:
		g.line("case x := <-%s:\n\t%s = x", full, v)
	case 1:
		g.line("case s%s[%d] = <-%s:\n\t$note(\"into a place\")", g.base(t), g.r.Intn(3), c)
	default:
		g.line("case %s <- %s:\n\t$note(len(%s))", c, g.expr(t, 2), full)
		if g.chance(50) {
			g.line("\tbreak")
		}
	}
	g.line("default:")
	if label != "" {
		g.line("\tif %s {\n\t\tbreak %s\n\t}", g.cond(1), label)
	}
	g.body(1)
	g.line("}\n_, _ = %s, %s", full, c)
}
