package interp

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"gokernel/interp/display"
)

// shown is a Sink that keeps displays, beside what recorder writes down.
type shown struct {
	recorder
	data []display.Data
}

func (s *shown) Display(_ CellID, d display.Data) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = append(s.data, d)
}

func (s *shown) last() display.Data {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.data) == 0 {
		return display.Data{}
	}
	return s.data[len(s.data)-1]
}

func startShown(t *testing.T) (*Session, *shown) {
	sink := &shown{}
	s, err := NewSession(Options{Sink: sink, Dir: t.TempDir(), Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, sink
}

func execute(s *Session, n int, code string) Result {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return s.Execute(ctx, Request{ID: CellID(n), Count: n, Code: code})
}

func TestMany(t *testing.T) {
	s, sink := startShown(t)
	if res := execute(s, 1, "%%many 20\nx := 3\nx++\nfmt.Println(\"x is\", x)"); res.Err != nil {
		t.Fatal(res.Err)
	}
	if text := fmt.Sprint(sink.last().MIME["text/plain"]); !strings.Contains(text, "20 runs, always the same output") || !strings.Contains(text, "x is 4") {
		t.Errorf("shown:\n%s", text)
	}
	if out := sink.take(); out != "" {
		t.Errorf("the runs' own output is shown: %q", out)
	}
	if res := execute(s, 2, "x"); res.Err == nil {
		t.Error("a variable of the runs stays")
	}
	execute(s, 3, "%%many 30\nfmt.Println(rand.N(1000000))")
	if text := fmt.Sprint(sink.last().MIME["text/plain"]); !strings.Contains(text, "other outputs") {
		t.Errorf("shown:\n%s", text)
	}
	if note := sink.take(); !strings.HasPrefix(note, "%%many seed=") {
		t.Errorf("the seed of a rare output is not told: %q", note)
	}
	execute(s, 9, "%%many 5\nfor range 2 {\n\tgo fmt.Print(\"y\")\n}\ntime.Sleep(100 * time.Millisecond)")
	if text := fmt.Sprint(sink.last().MIME["text/plain"]); !strings.Contains(text, "yy ") || sink.take() != "" {
		t.Errorf("what goroutines print is not counted:\n%s", text)
	}
	execute(s, 4, "%%many 3\npanic(\"no\")")
	if text := fmt.Sprint(sink.last().MIME["text/plain"]); !strings.Contains(text, "panic: no") {
		t.Errorf("shown:\n%s", text)
	}
	for i, bad := range []string{"%%many\n1", "%%many x\n1", "%%many 0\n1", "%%many 5\nundefinedName()"} {
		if res := execute(s, 5+i, bad); res.Err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// TestManySeed: the seed beside a rare output brings its random numbers back, on whatever goroutine they were drawn.
func TestManySeed(t *testing.T) {
	s, sink := startShown(t)
	execute(s, 1, "import old \"math/rand\"\nfunc deep(n int) int {\n\tif n > 0 {\n\t\treturn deep(n-1) + rand.IntN(10)\n\t}\n\treturn old.Intn(1_000_000)\n}\ntype level int8")
	seedOf := regexp.MustCompile(`\(seed=(\d+)\)`)
	for i, body := range []string{
		"fmt.Println(rand.IntN(1_000_000_000))",
		"fmt.Println(old.Int63(), old.Perm(5), rand.Float64(), rand.N(level(100)))",
		"fmt.Println(deep(20))",
		"draw := rand.Uint32\nfmt.Println(draw(), draw())",
		"x := []int{1, 2, 3, 4, 5, 6, 7, 8}\nrand.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })\nold.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })\nfmt.Println(x)",
		// each goroutine has its own numbers, so their sum does not depend on the order
		"var sum atomic.Int64\nvar wg sync.WaitGroup\nfor range 8 {\n\twg.Go(func() {\n\t\tfor range 5 {\n\t\t\tsum.Add(rand.Int64N(1_000_000_000))\n\t\t\truntime.Gosched()\n\t\t}\n\t})\n}\nwg.Wait()\nfmt.Println(sum.Load())",
		"var sum atomic.Int64\nvar g errgroup.Group\nfor range 4 {\n\tg.Go(func() error { sum.Add(old.Int63n(1_000_000_000)); return nil })\n}\ng.Wait()\nfmt.Println(sum.Load())",
	} {
		execute(s, 10*i+10, "%%many 12\n"+body)
		text := fmt.Sprint(sink.last().MIME["text/plain"])
		note := sink.take()
		m := seedOf.FindStringSubmatch(text)
		if m == nil {
			t.Errorf("%s\nshows no seed:\n%s", body, text)
			continue
		}
		if !strings.Contains(note, "%%many seed="+m[1]+" draws") {
			t.Errorf("says %q", note)
		}
		want := ""
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, m[0]) {
				want = strings.TrimSpace(strings.Split(line, " (seed=")[0])
			}
		}
		for j := range 3 {
			if res := execute(s, 10*i+11+j, "%%many seed="+m[1]+"\n"+body); res.Err != nil {
				t.Fatal(res.Err)
			}
			if out := strings.TrimSpace(sink.take()); out != want {
				t.Errorf("%s\nwith its seed prints %q, printed %q", body, out, want)
			}
		}
	}
	execute(s, 100, "%%many 5 seed=7\nfmt.Println(rand.Uint64())")
	first := fmt.Sprint(sink.last().MIME["text/plain"])
	if execute(s, 101, "%%many 5 seed=7\nfmt.Println(rand.Uint64())"); fmt.Sprint(sink.last().MIME["text/plain"]) != first {
		t.Errorf("other numbers with the same seed:\n%s\n%s", first, sink.last().MIME["text/plain"])
	}
	sink.take()
	execute(s, 102, "runs := 0")
	execute(s, 103, "%%many 5\nruns++\nfmt.Println(runs)")
	if text := fmt.Sprint(sink.last().MIME["text/plain"]); strings.Contains(text+sink.take(), "seed") {
		t.Errorf("a seed that repeats nothing:\n%s", text)
	}
	execute(s, 104, "%%many seed=3\nfmt.Println(1)")
	if out := sink.take(); !strings.Contains(out, "drew no random numbers") {
		t.Errorf("printed %q", out)
	}
	execute(s, 105, "fmt.Print(rand.Uint64(), \" \", rand.Uint64())")
	if a, b, _ := strings.Cut(sink.take(), " "); a == b {
		t.Errorf("an ordinary cell draws %s twice", a)
	}
	for i, bad := range []string{"%%many seed=0\n1", "%%many seed=x\n1", "%%many 3 4\n1", "%%many seed=1 seed=2\n1"} {
		if res := execute(s, 110+i, bad); res.Err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	for i, c := range []struct{ code, want string }{
		{"rand.IntN(0)", "invalid argument to IntN"}, {"old.Int31n(-1)", "invalid argument to Int31n"}, {"rand.Shuffle(-1, nil)", "invalid argument to Shuffle"}, {"old.Perm(-1)", "makeslice"},
	} {
		for j, magic := range []string{"", "%%many seed=5\n"} {
			if res := execute(s, 120+2*i+j, magic+"// a line\n"+c.code); res.Err == nil || !strings.Contains(res.Err.Error(), c.want) || !strings.Contains(strings.Join(res.Err.Traceback, "\n"), c.code) {
				t.Errorf("%s%s: %v\n%s", magic, c.code, res.Err, strings.Join(res.Err.Traceback, "\n"))
			}
		}
	}
}

func TestFastClock(t *testing.T) {
	s, sink := startShown(t)
	start := time.Now()
	res := execute(s, 1, "%%fast\nt := time.Now()\nctx, cancel := context.WithTimeout(context.Background(), time.Hour)\ndefer cancel()\ntick := time.NewTicker(20 * time.Minute)\nn := 0\nfor ctx.Err() == nil {\n\tselect {\n\tcase <-tick.C:\n\t\tn++\n\tcase <-ctx.Done():\n\t}\n}\nfmt.Println(n >= 2, time.Since(t))")
	if out := sink.take(); res.Err != nil || out != "true 1h0m0s\n" || time.Since(start) > 20*time.Second {
		t.Errorf("printed %q, error %v after %v", out, res.Err, time.Since(start))
	}
}

func TestTraceMagic(t *testing.T) {
	s, sink := startShown(t)
	res := execute(s, 1, "%%trace\nc := make(chan int)\ngo func() {\n\tfor i := range 3 {\n\t\tc <- i * 10\n\t}\n\tclose(c)\n}()\nfor v := range c {\n\tfmt.Println(v)\n}")
	if out := sink.take(); res.Err != nil || out != "0\n10\n20\n" {
		t.Fatalf("printed %q, error %v", out, res.Err)
	}
	d := sink.last()
	text := fmt.Sprint(d.MIME["text/plain"])
	for _, want := range []string{"2 goroutines", "cell 1 line 3", "G2 → G1 0\n", "G2 → G1 10\n", "G2 → G1 20\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if d.MIME["image/svg+xml"] == nil || d.MIME["text/html"] == nil {
		t.Error("no picture")
	}
}

func TestGoroutinesWhileACellRuns(t *testing.T) {
	s, sink := startShown(t)
	running, done := make(chan struct{}), make(chan Result, 1)
	go func() {
		close(running)
		done <- execute(s, 1, "gate := make(chan string)\ngo func() {\n\ttime.Sleep(time.Hour)\n}()\n<-gate")
	}()
	<-running
	deadline := time.Now().Add(30 * time.Second)
	text := ""
	for !strings.Contains(text, "chan receive") && time.Now().Before(deadline) {
		if res := execute(s, 2, "%goroutines"); res.Err != nil {
			t.Fatal(res.Err)
		}
		text = fmt.Sprint(sink.last().MIME["text/plain"])
	}
	for _, want := range []string{"[chan receive]", "gate (chan string, unbuffered)", "cell 1 line 5", "[sleep]", "started at cell 1 line 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	s.Interrupt()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("the cell goes on")
	}
}

func TestLimits(t *testing.T) {
	s, sink := startShown(t)
	execute(s, 1, "%timeout 300ms")
	start := time.Now()
	if res := execute(s, 2, "for {\n}"); res.Err == nil || res.Err.Name != "timeout" || time.Since(start) > 10*time.Second {
		t.Errorf("error %v after %v", res.Err, time.Since(start))
	}
	execute(s, 3, "%timeout off")
	if res := execute(s, 4, "time.Sleep(400 * time.Millisecond)"); res.Err != nil {
		t.Errorf("without a limit: %v", res.Err)
	}
	sink.take()
	execute(s, 5, "%memory 900MiB")
	execute(s, 6, "%memory")
	if out := sink.take(); !strings.Contains(out, "limit:  900.0 MiB") {
		t.Errorf("printed %q", out)
	}
	for i, bad := range []string{"%timeout soon", "%memory much", "%memory 1KB"} {
		if res := execute(s, 7+i, bad); res.Err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestCompiledTwin(t *testing.T) {
	s, sink := startShown(t)
	if res := execute(s, 1, "const limit = 3\ntype P struct{ X int }\nfunc (p P) Twice() int { return 2 * p.X }\nvar total = 7\nnames := []string{\"a\", \"b\"}\nfunc add(n int) { total += n }\nvar idle sync.WaitGroup\nfunc local() int {\n\tdoor := 4\n\treturn door\n}\ndoor := make(chan int)"); res.Err != nil {
		t.Fatal(res.Err)
	}
	for i, c := range []struct{ code, out, err string }{
		{code: "%%go\nfmt.Println(P{4}.Twice(), limit, total, names)\nadd(5)\nfmt.Println(total)", out: "8 3 7 [a b]\n12\n"},
		{code: "%%go\nunused := 1\nfunc helper() int { return total }\nimport \"strings\"\nfmt.Println(strings.ToUpper(\"x\"), helper())", out: "X 7\n"},
		{code: "%%go one two\npackage main\nimport (\n\t\"fmt\"\n\t\"os\"\n)\nfunc main() { fmt.Println(os.Args[1:]) }", out: "[one two]\n"},
		{code: "%%go\nvar s []int\n_ = s[3]", err: "cell 5:3"},
		{code: "%%go\nnothing()", err: "cell 6:2:1: undefined: nothing"},
		{code: "%%go\nidle.Go(func() { fmt.Println(local()) }) // a local door, and nothing to carry over\nidle.Wait()", out: "4\n"},
		{code: "%%race\nn := 0\nvar wg sync.WaitGroup\nfor range 2 {\n\twg.Go(func() { n++ })\n}\nwg.Wait()", err: "DATA RACE"},
	} {
		res := execute(s, 2+i, c.code)
		out := strings.ReplaceAll(ansi.ReplaceAllString(sink.take(), ""), "! ", "")
		if c.err == "" && (res.Err != nil || out != c.out) {
			t.Errorf("%s\nprinted %q, error %v; want %q", c.code, out, res.Err, c.out)
		}
		if c.err != "" && (res.Err == nil || !strings.Contains(out+strings.Join(res.Err.Traceback, "\n"), c.err)) {
			t.Errorf("%s\nerror %v, printed %q; want %q", c.code, res.Err, out, c.err)
		}
	}
	if res := execute(s, 20, "total"); res.Err != nil || fmt.Sprint(res.Value.MIME["text/plain"]) != "7" {
		t.Errorf("the twin changed the session: %v", res)
	}
}
