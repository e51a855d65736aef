package interp

import (
	"strings"
	"testing"
	"time"
)

// Native functions live in the session: its variables, types, methods and newer versions are theirs.
func TestNativeInSession(t *testing.T) {
	r := newRunner(t)
	for _, c := range []struct {
		name, cell, out string
	}{
		{"session variable", "%%native\nvar total int\nfunc add(n int) {\n\tfor i := range n {\n\t\ttotal += i\n\t}\n}\nadd(5)\nfmt.Println(total)", "10\n"},
		{"its address is the session's", "p := &total\nadd(5)\nfmt.Println(*p, total)", "20 20\n"},
		{"declared anew: new storage", "total := 100\nadd(5)\nfmt.Println(total, *p)", "110 20\n"},
		{"a literal of a function", "%%native\nfunc counter() func() int {\n\tfor range 1 {\n\t}\n\treturn func() int { total++; return total }\n}\nnext := counter()\nfmt.Println(next())", "111\n"},
		{"follows a new declaration as the function does", "total := 0\nfmt.Println(next())\nfmt.Println(total)\nfmt.Println(counter()())", "1\n1\n2\n"},
		{"a method with a mutex", "%%native\ntype account struct {\n\tmu sync.Mutex\n\tn  int\n}\n\nfunc (a *account) add(n int) {\n\ta.mu.Lock()\n\tdefer a.mu.Unlock()\n\ta.n += n\n}\n\nvar bank account\n\nfunc fill(n int) int {\n\tvar wg sync.WaitGroup\n\tfor range 4 {\n\t\twg.Go(func() {\n\t\t\tfor i := range n {\n\t\t\t\tbank.add(i)\n\t\t\t}\n\t\t})\n\t}\n\twg.Wait()\n\treturn bank.n\n}\nfmt.Println(fill(10), bank.n)", "180 180\n"},
		{"a type in the signature", "%%native\ntype point struct{ x, y float64 }\n\nfunc mid(ps []point, w map[string]point) (m point, n int, err error) {\n\tfor _, p := range ps {\n\t\tm.x += p.x\n\t\tm.y += p.y\n\t}\n\tw[\"mid\"] = m\n\treturn m, len(ps), nil\n}\nw := map[string]point{}\nm, n, err := mid([]point{{1, 2}, {3, 4}}, w)\nfmt.Println(m, n, err, w)", "{4 6} 2 <nil> map[mid:{4 6}]\n"},
		{"values in interfaces have the session's types", "%%native\ntype bad struct{ code int }\n\nfunc (b *bad) Error() string { return fmt.Sprint(\"code \", b.code) }\n\nfunc check(n int) error {\n\tfor range 1 {\n\t}\n\tif n > 2 {\n\t\treturn &bad{n}\n\t}\n\treturn nil\n}\nvar b *bad\nfmt.Println(check(1), check(3), errors.As(check(4), &b), b.code)\nfmt.Printf(\"%T %v\\n\", check(5), check(5).(*bad).code)", "<nil> code 3 true 4\n*main.bad 5\n"},
		{"an interface of the session", "%%native\ntype shape interface{ area() float64 }\ntype square struct{ a float64 }\n\nfunc (s square) area() float64 { return s.a * s.a }\n\nfunc sum(ss ...shape) (x float64) {\n\tfor _, s := range ss {\n\t\tx += s.area()\n\t}\n\treturn\n}\n\nfunc two(a float64) []shape {\n\tss := []shape{square{a}}\n\tfor range 1 {\n\t\tss = append(ss, square{2 * a})\n\t}\n\treturn ss\n}\nfmt.Println(sum(square{2}, square{3}), sum(two(1)...), two(3)[1] == shape(square{6}))\n_, ok := two(1)[0].(square)\nfmt.Println(ok)", "13 5 true\ntrue\n"},
		{"asks interface values for types of the session", "%%native\ntype circle struct{ r float64 }\n\nfunc (c *circle) area() float64 { return 3 * c.r * c.r }\n\nfunc kind(x any) (s string) {\n\tfor range 1 {\n\t\tswitch v := x.(type) {\n\t\tcase nil:\n\t\t\ts = fmt.Sprint(\"nil \", v)\n\t\tcase int, string:\n\t\t\ts = fmt.Sprint(\"plain \", v)\n\t\tcase square:\n\t\t\ts = fmt.Sprint(\"square \", v.a)\n\t\tcase shape: // the other ones\n\t\t\tif c, ok := v.(*circle); ok {\n\t\t\t\ts = fmt.Sprint(\"circle \", c.r, \" \", v.area())\n\t\t\t\tbreak\n\t\t\t}\n\t\t\ts = \"shape\"\n\t\tcase error:\n\t\t\ts = v.Error()\n\t\tdefault:\n\t\t\ts = fmt.Sprintf(\"%T\", v)\n\t\t}\n\t}\n\treturn\n}\n\nfunc must(x any) float64 {\n\tfor range 1 {\n\t}\n\treturn x.(shape).(square).a\n}\n\nfunc try(x any) (s string) {\n\tdefer func() { s = fmt.Sprint(recover()) }()\n\treturn fmt.Sprint(must(x))\n}\nfmt.Println(kind(nil), kind(1), kind(square{2}), kind(&circle{3}), kind(io.EOF), kind(2.5), kind(circle{}))\nfmt.Println(must(square{7}), try(1))\nfmt.Println(try(&circle{}))", "nil <nil> plain 1 square 2 circle 3 27 EOF float64 main.circle\n7 interface conversion: int is not main.shape: missing method area\ninterface conversion: main.shape is *main.circle, not main.square\n"},
		{"a heap of session values", "%%native\ntype item struct{ prio int }\ntype queue []*item\n\nfunc (q queue) Len() int           { return len(q) }\nfunc (q queue) Less(i, j int) bool { return q[i].prio < q[j].prio }\nfunc (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }\nfunc (q *queue) Push(x any)        { *q = append(*q, x.(*item)) }\nfunc (q *queue) Pop() any {\n\told := *q\n\tx := old[len(old)-1]\n\t*q = old[:len(old)-1]\n\treturn x\n}\n\nfunc drain(n int) (ps []int) {\n\tvar q queue\n\tfor i := range n {\n\t\theap.Push(&q, &item{(i * 7) % n})\n\t}\n\tfor q.Len() > 0 {\n\t\tps = append(ps, heap.Pop(&q).(*item).prio)\n\t}\n\treturn\n}\nfmt.Println(drain(5))", "[0 1 2 3 4]\n"},
		{"a function of session types as a parameter", "%%native\nfunc count(ps []point, is func(point) bool) (n int) {\n\tfor _, p := range ps {\n\t\tif is(p) {\n\t\t\tn++\n\t\t}\n\t}\n\treturn\n}\nlimit := 1.5\nfmt.Println(count([]point{{1, 2}, {3, 4}}, func(p point) bool { return p.x > limit }))", "1\n"},
		{"generic functions and types", "%%native\ntype stack[T any] struct{ items []T }\n\nfunc (s *stack[T]) push(x T) { s.items = append(s.items, x) }\n\nfunc keys[K cmp.Ordered, V any](m map[K]V) (ks []K) {\n\tfor k := range m {\n\t\tks = append(ks, k)\n\t}\n\tslices.Sort(ks)\n\treturn\n}\n\nfunc useStack(n int) []string {\n\tvar s stack[point]\n\tm := map[string]int{}\n\tfor i := range n {\n\t\ts.push(point{float64(i), 0})\n\t\tm[strings.Repeat(\"x\", len(s.items))] = i\n\t}\n\treturn keys(m)\n}\nfmt.Println(useStack(3))", "[x xx xxx]\n"},
		{"a channel of session values", "%%native\ntype job struct {\n\tid int\n\tout chan result\n}\ntype result struct {\n\tid  int\n\tsum string\n}\n\nfunc work(jobs <-chan job) {\n\tfor j := range jobs {\n\t\tj.out <- result{j.id, fmt.Sprint(j.id * j.id)}\n\t}\n}\njobs, out := make(chan job), make(chan result, 3)\ngo work(jobs)\nfor i := range 3 {\n\tjobs <- job{i, out}\n}\nclose(jobs)\nfmt.Println(<-out, <-out, <-out)", "{0 0} {1 1} {2 4}\n"},
		{"a function that is used", "%%native\nfunc step(n int) int {\n\tfor range 1 {\n\t}\n\treturn n + 1\n}\nfunc walk(n int) (s int) {\n\tfor i := range n {\n\t\ts += step(i)\n\t}\n\treturn\n}\nfmt.Println(walk(3))", "6\n"},
		{"gives way to a newer version", "func step(n int) int { return n * 100 }\nfmt.Println(walk(3))", "300\n"},
		{"and to the old text again", "func step(n int) int {\n\tfor range 1 {\n\t}\n\treturn n + 1\n}\nfmt.Println(walk(3))", "6\n"},
		{"while it runs", "%%native\nasked, answers := make(chan int), make(chan int)\nfunc reply(n int) int {\n\tfor range 1 {\n\t}\n\treturn n + 1\n}\nfunc serve() {\n\tfor n := range asked {\n\t\tanswers <- reply(n)\n\t}\n}\ngo serve()\nasked <- 1\nfmt.Println(<-answers)", "2\n"},
		{"the newer version is called", "func reply(n int) int { return -n }\nasked <- 1\nfmt.Println(<-answers)", "-1\n"},
		{"with a constant that is declared anew", "%%native\nconst step2 = 2\nfunc steps(n int) (s int) {\n\tfor range n {\n\t\ts += step2\n\t}\n\treturn\n}\nfmt.Println(steps(3))", "6\n"},
		{"it is the new one", "const step2 = 5\nfmt.Println(steps(3))", "15\n"},
		{"random numbers that a seed repeats", "%%native\nimport old \"math/rand\"\nfunc dice(n int) (s int) {\n\tfor range n {\n\t\ts += rand.IntN(1_000_000) + old.Intn(1_000_000) + int(rand.N(time.Second)) + rand.N[int](1_000_000)\n\t}\n\treturn\n}\nfmt.Println(dice(10) == dice(10))", "false\n"},
		{"first time", "%%many seed=9\ndiced := dice(10)\nos.Setenv(\"DICED\", fmt.Sprint(diced))", ""},
		{"second time", "%%many seed=9\nfmt.Println(os.Getenv(\"DICED\") == fmt.Sprint(dice(10)))", "true\n"},
		{"statements that need a rewrite as a whole", "%%native\nfunc relay(in chan int, out chan time.Time) bool {\n\tdone := make(chan int, 1)\n\tfor range 1 {\n\t\tdone <- <-in\n\t\tout <- time.Now()\n\t}\n\treturn <-done == 7\n}\nin, at := make(chan int, 1), make(chan time.Time, 1)\nin <- 7\nfmt.Println(relay(in, at), !(<-at).IsZero())", "true true\n"},
	} {
		res, out, _ := r.run(c.cell, 5*time.Minute)
		out, _, _ = strings.Cut(out, "display ") // the notice that goroutines still live
		if res.Err != nil || out != c.out {
			t.Errorf("%s: printed %q, want %q, error %v", c.name, out, c.out, res.Err)
		}
		if strings.Contains(out, "stays interpreted") {
			t.Errorf("%s: %s", c.name, out)
		}
	}
}
