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

// coordinated adds programs of several goroutines in which more than one thing happens at once; the outcome is one all the same.
func (g *generator) coordinated() {
	t := pick(g, g.types)
	base, v := g.base(t), pick(g, g.vars[t])
	n := 2 + g.r.Intn(4)
	g.line("{")
	g.indent++
	switch g.r.Intn(16) {
	case 0: // two channels are merged until both are closed
		g.line("x, y := $emit(s%[1]s...), $emit(a%[1]s[:]...)\nnx, ny := 0, 0\nfor x != nil || y != nil {\n\tselect {\n\tcase _, ok := <-x:\n\t\tif !ok {\n\t\t\tx = nil\n\t\t\tcontinue\n\t\t}\n\t\tnx++\n\tcase _, ok := <-y:\n\t\tif !ok {\n\t\t\ty = nil\n\t\t\tbreak\n\t\t}\n\t\tny++\n\t}\n}\n$note(nx, ny)", base)
	case 1: // generic stages
		g.line("sum := 0\nfor x := range $stage($stage($emit(1, 2, k), func(i int) int { return i * %d }), func(i int) int { return i + k }) {\n\tsum = sum*7 + x\n}\n$note(sum)", n)
	case 2: // a semaphore bounds how many are inside
		g.line("sem := make(chan struct{}, %[1]d)\nvar inside, most, total atomic.Int32\nvar wg sync.WaitGroup\nfor i := range %[2]d {\n\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tsem <- struct{}{}\n\t\tdefer func() { <-sem }()\n\t\tn := inside.Add(1)\n\t\tfor m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {\n\t\t}\n\t\ttotal.Add(int32(i))\n\t\tinside.Add(-1)\n\t}()\n}\nwg.Wait()\n$note(most.Load() <= %[1]d, inside.Load(), total.Load())", 1+n/2, n*3)
	case 3: // all meet at a barrier, round after round
		g.line("var mu sync.Mutex\nc := sync.NewCond(&mu)\nwaiting, round := 0, 0\nmeet := func() {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\tr := round\n\tif waiting++; waiting == %[1]d {\n\t\twaiting, round = 0, round+1\n\t\tc.Broadcast()\n\t\treturn\n\t}\n\tfor r == round {\n\t\tc.Wait()\n\t}\n}\nlog := make([][]int, %[1]d)\nvar shared [%[1]d]int\nvar wg sync.WaitGroup\nfor i := range %[1]d {\n\twg.Go(func() {\n\t\tfor r := range 3 {\n\t\t\tshared[i] = r*10 + i\n\t\t\tmeet()\n\t\t\tlog[i] = append(log[i], shared[(i+1)%%%[1]d])\n\t\t\tmeet()\n\t\t}\n\t})\n}\nwg.Wait()\n$note(log, round)", n)
	case 4: // sync.Map, sync.Pool, OnceValue
		g.line("var sm sync.Map\npool := sync.Pool{New: func() any { return new([2]%[1]s) }}\nonce := sync.OnceValue(func() string { $note(\"once\"); return fmt.Sprint(%[2]s) })\nvar wg sync.WaitGroup\nfor i := range %[3]d {\n\twg.Go(func() {\n\t\tq := pool.Get().(*[2]%[1]s)\n\t\tq[1] = %[4]s\n\t\tsm.LoadOrStore(i/2, once())\n\t\tpool.Put(q)\n\t})\n}\nwg.Wait()\ncount := 0\nsm.Range(func(key, value any) bool { count += key.(int) + len(value.(string)); return true })\n_, ok := sm.Load(-1)\n$note(count, ok)", t, v, n, g.leaf(t))
	case 5: // the first error cancels the others
		g.line("ctx, cancel := context.WithCancelCause(context.Background())\ndefer cancel(nil)\nvar wg sync.WaitGroup\nends := make([]string, %[1]d)\nfor i := range %[1]d {\n\twg.Go(func() {\n\t\tif i == k {\n\t\t\tcancel(fmt.Errorf(\"task %%d: %%w\", i, $F(i)))\n\t\t}\n\t\tselect {\n\t\tcase <-ctx.Done():\n\t\t\tends[i] = context.Cause(ctx).Error()\n\t\tcase <-time.After(time.Hour):\n\t\t}\n\t})\n}\nif k >= %[1]d {\n\tcancel($F(9))\n}\nwg.Wait()\n$note(ends, ctx.Err())", n)
	case 6: // a deadline that passes, one that does not
		g.line("ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)\ndefer cancel()\nlong, stop := context.WithTimeoutCause(ctx, time.Hour, errors.New(text))\nselect {\ncase <-long.Done():\n\t$note(long.Err(), context.Cause(long), errors.Is(ctx.Err(), context.DeadlineExceeded))\ncase <-time.After(time.Hour):\n}\nstop()\nran := make(chan int)\nhalt := context.AfterFunc(ctx, func() { ran <- k })\n$note(<-ran, halt())")
	case 7: // philosophers take their forks in order
		g.line("forks := make([]sync.Mutex, %[1]d)\nmeals := make([]int, %[1]d)\nvar wg sync.WaitGroup\nfor i := range %[1]d {\n\twg.Add(1)\n\tgo func(a, b int) {\n\t\tdefer wg.Done()\n\t\tfor range 3 {\n\t\t\tforks[min(a, b)].Lock()\n\t\t\tforks[max(a, b)].Lock()\n\t\t\tmeals[a] += a + 1\n\t\t\tforks[a].Unlock()\n\t\t\tforks[b].Unlock()\n\t\t}\n\t}(i, (i+1)%%%[1]d)\n}\nwg.Wait()\n$note(meals)", n)
	case 8: // what is published reaches all who listen
		g.line("subs := make([]chan %[1]s, %[2]d)\nheard := make([]string, %[2]d)\nvar wg sync.WaitGroup\nfor i := range subs {\n\tsubs[i] = make(chan %[1]s, i)\n\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tfor m := range subs[i] {\n\t\t\theard[i] += fmt.Sprint(m, \",\")\n\t\t}\n\t}()\n}\nfor _, m := range s%[3]s {\n\tfor _, c := range subs {\n\t\tc <- m\n\t}\n}\nfor _, c := range subs {\n\tclose(c)\n}\nwg.Wait()\n$note(heard)", t, n, base)
	case 9: // tokens go round a ring
		g.line("ring := make([]chan int, %[1]d)\nfor i := range ring {\n\tring[i] = make(chan int)\n}\nout := make(chan int)\nfor i := range ring {\n\tgo func() {\n\t\tfor x := range ring[i] {\n\t\t\tif x <= 0 {\n\t\t\t\tout <- i*100 + x\n\t\t\t\treturn\n\t\t\t}\n\t\t\tring[(i+1)%%%[1]d] <- x - 1\n\t\t}\n\t}()\n}\nring[0] <- %[2]d + k\n$note(<-out)\nfor _, c := range ring {\n\tclose(c)\n}", n, 3+g.r.Intn(20))
	case 10: // a value that is replaced as a whole
		g.line("type config struct {\n\tv %[1]s\n\tn int\n}\nvar now atomic.Pointer[config]\nnow.Store(&config{%[2]s, 0})\nvar any1 atomic.Value\nvar wg sync.WaitGroup\nfor range %[3]d {\n\twg.Go(func() {\n\t\tfor {\n\t\t\told := now.Load()\n\t\t\tif now.CompareAndSwap(old, &config{%[4]s, old.n + 1}) {\n\t\t\t\treturn\n\t\t\t}\n\t\t}\n\t})\n}\nwg.Wait()\nany1.Store(*now.Load())\n$note(any1.Load(), any1.Load().(config).n)", t, g.leaf(t), n, g.leaf(t))
	case 11: // a panic is carried from a goroutine to who waits for it
		g.line("call := func(f func() %[1]s) (r %[1]s, err any) {\n\tdone := make(chan struct{})\n\tgo func() {\n\t\tdefer close(done)\n\t\tdefer func() { err = recover() }()\n\t\tr = f()\n\t}()\n\t<-done\n\treturn\n}\nx, err := call(func() %[1]s { return %[2]s })\n$note(x, err)\n_, err = call(func() %[1]s {\n\tif k > 0 {\n\t\tpanic(%[3]s)\n\t}\n\treturn s%[4]s[len(text)+3]\n})\n$note($class(err))", t, g.leaf(t), g.thrown(), base)
	case 12: // a state machine behind one goroutine, asked by many
		g.line("type op struct {\n\tadd int\n\tget chan int\n}\nops, quit := make(chan op), make(chan struct{})\ngo func() {\n\ttotal := k\n\tfor {\n\t\tselect {\n\t\tcase o := <-ops:\n\t\t\ttotal += o.add\n\t\t\tif o.get != nil {\n\t\t\t\to.get <- total\n\t\t\t}\n\t\tcase <-quit:\n\t\t\treturn\n\t\t}\n\t}\n}()\nvar wg sync.WaitGroup\nfor i := range %d {\n\twg.Go(func() { ops <- op{add: i} })\n}\nwg.Wait()\nback := make(chan int)\nops <- op{get: back}\n$note(<-back)\nclose(quit)", n)
	case 13: // ticks
		g.line("tick := time.NewTicker(100 * time.Microsecond)\nn := 0\nfor range tick.C {\n\tif n++; n == %d {\n\t\tbreak\n\t}\n}\ntick.Stop()\ntimer := time.NewTimer(time.Hour)\n$note(n, timer.Stop(), timer.Reset(0))\n<-timer.C\nfired := make(chan string, 1)\ntime.AfterFunc(0, func() { fired <- text })\n$note(<-fired)", n)
	case 14: // methods with a lock of their own
		g.line("var b $Box[%[1]s]\nvar wg sync.WaitGroup\nfor i := range %[2]d {\n\twg.Go(func() { b.With(func(m map[int]%[1]s) { m[i] = %[3]s }) })\n}\nwg.Wait()\nb.With(func(m map[int]%[1]s) { $note(len(m), m) })\nf := b.With\ngo f(func(m map[int]%[1]s) { clear(m) })\nfor b.Len() > 0 {\n\truntime.Gosched()\n}\n$note(b.Len())", t, n, g.leaf(t))
	default: // trees that split into goroutines
		g.line("var sum func(lo, hi int) int\nsum = func(lo, hi int) int {\n\tif hi-lo < 2 {\n\t\treturn lo * lo\n\t}\n\tc := make(chan int)\n\tmid := (lo + hi) / 2\n\tgo func() { c <- sum(lo, mid) }()\n\treturn sum(mid, hi) + <-c\n}\n$note(sum(k, k+%d))", 2+4*n)
	}
	g.indent--
	g.line("}")
}
