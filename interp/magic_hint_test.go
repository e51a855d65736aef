package interp

import (
	"strings"
	"testing"
	"time"
)

// longest is the time after which a cell of these tests is stopped.
const longest = 20 * time.Second

// hinted are cells that fail (the last of each row), and what the hint says in English and in Korean.
var hinted = []struct {
	name   string
	cells  []string
	en, ko string
}{
	{"append unused", []string{"s := []int{}\nappend(s, 1)\ns"}, "s = append(s, x)", "새 슬라이스"},
	{"value unused", []string{"n := 1\nn + 1\nfmt.Println(n)"}, "thrown away", "버려집니다"},
	{"comparison for assignment", []string{"n := 1\nn == 2\nfmt.Println(n)"}, "to give n a value", "n에 값을"},
	{"call without parentheses", []string{"var wg sync.WaitGroup\nwg.Wait\nfmt.Println()"}, "wg.Wait(...)", "wg.Wait(...)"},
	{"literal not called", []string{"func() { fmt.Println(1) }\nfmt.Println(2)"}, "go func() { ... }()", "go func() { ... }()"},
	{"go without a call", []string{"go fmt.Println"}, "with its parentheses", "괄호가 있는 호출"},
	{"unused variable", []string{"%strict on\nfunc f() { x := 1 }"}, "never used", "지역 변수"},
	{"shadowed and unused", []string{"%strict on\nfunc f() (n int) {\n\tx := 1\n\tif n > 0 {\n\t\tx := 2\n\t}\n\treturn x\n}"}, "declares a new x", "새로운 x"},
	{"typo in a package", []string{"fmt.Prinln(1)"}, "fmt has no Prinln", "Prinln"},
	{"small letter", []string{"fmt.println(1)"}, "capital letter", "대문자"},
	{"typo in a name", []string{"count := 1\nconut + 1"}, "No cell that has run declares conut", "conut"},
	{"another language's word", []string{"var p *int = null"}, "nil", "nil"},
	{"out of its block", []string{"if true {\n\tq := 1\n\t_ = q\n}\nfmt.Println(q)"}, "inside the braces", "중괄호"},
	{"missing return", []string{"func f(b bool) int {\n\tif b {\n\t\treturn 1\n\t}\n}"}, "must end in return", "return이 빠졌"},
	{"assign mismatch", []string{`x := strconv.Atoi("5")`}, "v, err := f(...)", "v, err := f(...)"},
	{":= again", []string{"y := 1\ny := 2"}, "use = to assign", "=를 쓰세요"},
	{"duration", []string{"d := 5\ntime.Sleep(d * time.Second)"}, "time.Duration(n)", "time.Duration(n)"},
	{"text and number", []string{`s := "a" + 1`}, "fmt.Sprint", "fmt.Sprint"},
	{"numbers of two types", []string{"var n int\nvar f float64\nn * f"}, "converts no numbers", "숫자 타입"},
	{"WaitGroup where a pointer is wanted", []string{"func w(wg *sync.WaitGroup) {}\nvar wg sync.WaitGroup\nw(wg)"}, "write & before", "앞에 &"},
	{"receive-only channel", []string{"func f(c <-chan int) { c <- 1 }"}, "takes chan<- T", "chan<- T"},
	{"closed by who receives", []string{"func f(c <-chan int) { close(c) }"}, "the sender's", "보내는 쪽"},
	{"send-only channel", []string{"func f(c chan<- int) { <-c }"}, "takes <-chan T", "<-chan T"},
	{"index of a channel", []string{"for i, v := range make(chan int) { _, _ = i, v }"}, "no index", "인덱스 없이"},
	{"close as a method", []string{"c := make(chan int)\nc.close()"}, "close(x)", "close(x)"},
	{"else on its own line", []string{"if true {\n}\nelse {\n}"}, "} else {", "} else {"},
	{"brace on its own line", []string{"func f()\n{\n}"}, "end of the line", "그 줄의 끝"},
	{"missing comma", []string{"x := []int{\n\t1\n}"}, "comma", "쉼표"},

	{"negative counter", []string{"var wg sync.WaitGroup\nwg.Add(1)\nwg.Done()\nwg.Done()"}, "more often than Add", "Add로 센 것보다"},
	{"Done inside wg.Go", []string{"var wg sync.WaitGroup\nwg.Go(func() {\n\tdefer wg.Done()\n})\nwg.Wait()\ntime.Sleep(50 * time.Millisecond)"}, "wg.Go calls Add and Done", "wg.Go는 Add와 Done"},
	{"WaitGroup by value", []string{"func work(wg sync.WaitGroup) { wg.Done() }\nvar wg sync.WaitGroup\nwg.Add(1)\ngo work(wg)\nwg.Wait()"}, "WaitGroup is copied here (wg)", "복사되고"},
	{"WaitGroup by value, an earlier cell", []string{"func work(wg sync.WaitGroup) { defer wg.Done() }", "var wg sync.WaitGroup\nwg.Add(1)\ngo work(wg)\nwg.Wait()"}, "WaitGroup is copied", "복사되고"},
	{"WaitGroup assigned", []string{"var a sync.WaitGroup\na.Add(1)\nb := a\nb.Done()\na.Wait()"}, "copied here (a)", "복사되고 있습니다(a)"},
	{"Mutex by value", []string{"func add(mu sync.Mutex) { mu.Lock() }\nvar mu sync.Mutex\nmu.Lock()\nadd(mu)"}, "mutex is copied", "뮤텍스가 복사"},
	{"value receiver", []string{"type Counter struct {\n\tmu sync.Mutex\n\tn int\n}\nfunc (c Counter) Inc() { c.mu.Lock(); c.n++; c.mu.Unlock() }\nvar c Counter\nc.mu.Lock()\nc.Inc()"}, "pointer receiver", "포인터 리시버"},
	{"counter never 0", []string{"var wg sync.WaitGroup\nwg.Add(2)\ngo wg.Done()\nwg.Wait()"}, "more than there are calls of Done", "Done이 적게"},
	{"workers wait for a receiver", []string{"var wg sync.WaitGroup\nres := make(chan int)\nfor i := range 3 {\n\twg.Go(func() { res <- i })\n}\nwg.Wait()\nclose(res)"}, "goroutine of its own", "별도의 고루틴"},
	{"workers wait for jobs", []string{"var wg sync.WaitGroup\njobs := make(chan int, 3)\nfor range 2 {\n\twg.Go(func() {\n\t\tfor range jobs {\n\t\t}\n\t})\n}\njobs <- 1\nwg.Wait()"}, "before wg.Wait()", "wg.Wait() 앞에서"},
	{"forgotten Unlock", []string{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()"}, "defer mu.Unlock()", "defer mu.Unlock()"},
	{"lock order", []string{"var a, b sync.Mutex\ngo func() {\n\ta.Lock()\n\ttime.Sleep(20 * time.Millisecond)\n\tb.Lock()\n}()\nb.Lock()\ntime.Sleep(20 * time.Millisecond)\na.Lock()"}, "same order", "같은 순서"},
	{"lock upgrade", []string{"var m sync.RWMutex\nm.RLock()\nm.Lock()"}, "read lock cannot become", "쓰기 잠금으로"},
	{"no go, send", []string{"c := make(chan int)\nc <- 1\nfmt.Println(<-c)"}, "A `go` is missing", "`go`가 빠졌습니다"},
	{"no go, function that sends", []string{"func gen(c chan int) {\n\tfor i := range 3 {\n\t\tc <- i\n\t}\n\tclose(c)\n}\nc := make(chan int)\ngen(c)\nfor v := range c {\n\tfmt.Println(v)\n}"}, "A `go` is missing", "`go`가 빠졌습니다"},
	{"no go, receive", []string{"c := make(chan int)\nfmt.Println(<-c)"}, "Start the sender with go", "보내는 쪽을 go로"},
	{"nobody cancels", []string{"ctx, cancel := context.WithCancel(context.Background())\n_ = cancel\n<-ctx.Done()"}, "Nobody cancels the context: ctx.Done()", "취소하는 쪽이 없습니다. ctx.Done()"},
	{"a context without an end", []string{"<-context.Background().Done()"}, "context.WithCancel(context.Background())", "끝나지 않는 context"},
	{"workers wait for a context", []string{"ctx, cancel := context.WithCancel(context.Background())\ndefer cancel()\nvar wg sync.WaitGroup\nwg.Go(func() { <-ctx.Done() })\nwg.Wait()"}, "cancel() before wg.Wait()", "wg.Wait() 앞에서 cancel()"},
	{"select with a context", []string{"ctx, cancel := context.WithCancel(context.Background())\ndefer cancel()\nc := make(chan int)\nselect {\ncase v := <-c:\n\tfmt.Println(v)\ncase <-ctx.Done():\n}"}, "nobody cancels the context of ctx.Done()", "ctx.Done() 쪽 context"},
	{"range, not closed", []string{"c := make(chan int)\ngo func() {\n\tfor i := range 3 {\n\t\tc <- i\n\t}\n}()\nfor v := range c {\n\tfmt.Println(v)\n}"}, "ends when the channel is closed", "닫혀야 끝나는데"},
	{"one receive too many", []string{"c := make(chan int)\ngo func() { c <- 1 }()\n<-c\n<-c"}, "as many sends as receives", "횟수가 맞는지"},
	{"nil channel", []string{"var c chan int\nc <- 1"}, "channel is nil", "nil 채널"},
	{"nil channel received from", []string{"var c chan int\n<-c"}, "channel is nil", "nil 채널"},
	{"select without cases", []string{"select {}"}, "select {} waits for ever", "select {}는 영원히"},
	{"select", []string{"a, b := make(chan int), make(chan int)\nselect {\ncase <-a:\ncase <-b:\n}"}, "No case", "어느 case도"},
	{"send on closed", []string{"c := make(chan int, 1)\nclose(c)\nc <- 1"}, "Only the sending side closes", "보내는 쪽이 마지막 값을"},
	{"closed by the receiver", []string{"c := make(chan int)\ngo func() {\n\t<-c\n\tclose(c)\n}()\nc <- 1\ntime.Sleep(20 * time.Millisecond)\nc <- 2"}, "receiver closes c", "받는 쪽이 c"},
	{"closed by each", []string{"c := make(chan int, 10)\nvar wg sync.WaitGroup\nfor i := range 3 {\n\twg.Go(func() {\n\t\tdefer close(c)\n\t\tc <- i\n\t})\n}\nwg.Wait()"}, "Each of the goroutines closes c", "고루틴마다 c"},
	{"closed twice", []string{"c := make(chan int)\nclose(c)\nclose(c)"}, "closed twice", "두 번"},
	{"nil map", []string{"var m map[string]int\nm[\"a\"] = 1"}, "map[K]V{}", "map[K]V{}"},
	{"concurrent map", []string{"m := map[int]int{}\nvar wg sync.WaitGroup\nfor g := range 4 {\n\twg.Go(func() {\n\t\tfor i := range 1000000 {\n\t\t\tm[i%7] = g\n\t\t}\n\t})\n}\nwg.Wait()"}, "Several goroutines use one map", "여러 고루틴이 한 맵을"},
	{"unlocked twice", []string{"var mu sync.Mutex\nmu.Lock()\nmu.Unlock()\nmu.Unlock()"}, "not locked", "잠기지 않은"},
	{"RLock and Unlock", []string{"var m sync.RWMutex\nm.RLock()\nm.Unlock()"}, "RLock goes with RUnlock", "RLock은 RUnlock"},
	{"loop variable from outside", []string{"xs := []int{1, 2, 3}\nvar i int\nvar wg sync.WaitGroup\nfor i = 0; i < len(xs); i++ {\n\twg.Go(func() {\n\t\ttime.Sleep(5 * time.Millisecond)\n\t\tfmt.Println(xs[i])\n\t})\n}\nwg.Wait()"}, "share the loop variable i", "반복 변수 i"},
	{"<= len", []string{"xs := []int{1}\nfor i := 0; i <= len(xs); i++ {\n\t_ = xs[i]\n}"}, "compare with <", "<로 비교"},
	{"index", []string{"xs := []int{1}\ni := 4\n_ = xs[i]"}, "indices run from 0", "인덱스는 0부터"},
	{"shadowed err", []string{"var err error\nif true {\n\t_, err := strconv.Atoi(\"x\")\n\t_ = err\n}\nfmt.Println(err.Error())"}, "err is declared anew", "err 변수를 새로"},
	{"shadowed pointer in a function", []string{"type T struct{ n int }\nfunc load() *T {\n\tvar t *T\n\tif t == nil {\n\t\tt := &T{1}\n\t\t_ = t\n\t}\n\treturn t\n}\nt := load()\nfmt.Println(t.n)"}, "t is declared anew", "t 변수를 새로"},
	{"a nil pointer, and r := recover()", []string{"type R struct{ w int }\nvar r *R\ndefer func() {\n\tif r := recover(); r != nil {\n\t\tpanic(r)\n\t}\n}()\nfmt.Println(r.w)"}, "is nil here", "nil입니다"},
	{"a nil pointer, and a variable of its name that is given a value", []string{"type R struct{ w int }\nfunc open() (*R, error) { return nil, nil }\nr := &R{1}\nfor range 2 {\n\tr, err := open()\n\t_, _ = r, err\n\tfmt.Println(r.w)\n}"}, "is nil here", "nil입니다"},
	{"nil pointer", []string{"var p *struct{ a int }\np.a"}, "is nil here", "nil입니다"},
	{"type assertion", []string{"var v any = 1\n_ = v.(string)"}, "v, ok := x.(string)", "v, ok := x.(string)"},
	{"endless recursion", []string{"func f(n int) int { return f(n+1) + 1 }\nf(0)"}, "calls itself without end", "끝없이 자기 자신"},
	{"log.Fatal and defer", []string{"defer fmt.Println(\"never\")\nlog.Fatal(\"x\")"}, "deferred functions do not run", "defer로 미룬"},
}

func TestHints(t *testing.T) {
	for _, lang := range []string{hintsEnglish, hintsKorean} {
		t.Run(lang, func(t *testing.T) {
			r := newRunner(t)
			for _, row := range hinted {
				r.run("%reset -f\n%strict off", longest)
				r.run("%hints "+lang, longest)
				var res Result
				for _, c := range row.cells {
					res, _, _ = r.run(c, longest)
				}
				want := map[string]string{hintsEnglish: row.en, hintsKorean: row.ko}[lang]
				if h := hintsIn(res); !strings.Contains(h, want) {
					t.Errorf("%s: no hint %q in\n%s", row.name, want, show(res))
				}
			}
		})
	}
}

// hintsIn is what an error's traceback says after "Hint:".
func hintsIn(r Result) string {
	if r.Err == nil {
		return ""
	}
	all := ansi.ReplaceAllString(strings.Join(r.Err.Traceback, "\n"), "")
	i := strings.Index(all, "Hint: ")
	if k := strings.Index(all, "힌트: "); i < 0 {
		i = k
	}
	if i < 0 {
		return ""
	}
	return all[i:]
}

func TestHintLanguage(t *testing.T) {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES"} {
		t.Setenv(v, "")
	}
	const failing = "var m map[string]int\nm[\"a\"] = 1"
	for _, step := range []struct{ lang, cell, want string }{
		{"en_US.UTF-8", failing, "Hint: "},
		{"ko_KR.UTF-8", failing, "힌트: "},
		{"", failing, "Hint: "},
		{"", "// 맵\n" + failing, "힌트: "},
		{"ko_KR.UTF-8", "%hints en\n" + failing, "Hint: "},
		{"", "%hints ko\n" + failing, "힌트: "},
		{"", "%hints off\n" + failing, ""},
		{"ko_KR.UTF-8", "%hints off\n%hints on\n" + failing, "힌트: "},
	} {
		t.Setenv("LANG", step.lang)
		r := newRunner(t)
		res, _, _ := r.run(step.cell, longest)
		if h := hintsIn(res); !strings.HasPrefix(h, step.want) || step.want == "" && h != "" {
			t.Errorf("LANG=%q, %q: %q, want %q", step.lang, step.cell, h, step.want)
		}
	}
	r := newRunner(t)
	t.Setenv("LANG", "")
	r.run("// 앞의 셀", longest)
	if res, _, _ := r.run(failing, longest); !strings.HasPrefix(hintsIn(res), "힌트: ") {
		t.Errorf("after a cell in Korean: %q", hintsIn(res))
	}
}

// TestQuietHints: mistakes that no error shows are named once, and right programs are left alone.
func TestQuietHints(t *testing.T) {
	t.Setenv("LANG", "C")
	r := newRunner(t)
	const adds = "var wg sync.WaitGroup\nfor range 3 {\n\tgo func() {\n\t\twg.Add(1)\n\t\tdefer wg.Done()\n\t}()\n}\nwg.Wait()\ntime.Sleep(20 * time.Millisecond)"
	const shared = "var i int\nfor i = 0; i < 3; i++ {\n\tgo func() { fmt.Sprint(i) }()\n}\ntime.Sleep(20 * time.Millisecond)"
	for _, row := range []struct{ code, want string }{
		{adds, "Call Add before the go statement"},
		{adds, ""},
		{shared, "share the loop variable i"},
		{"for i := range 3 {\n\tgo func() { fmt.Sprint(i) }()\n}", ""},
		{"for i := 0; i < 3; i++ {\n\tgo func() { fmt.Sprint(i) }()\n}", ""},
		{"var j int\nfor j = 0; j < 3; j++ {\n\tgo func(j int) { fmt.Sprint(j) }(j)\n}", ""},
		{"var j int\nfor j = 0; j < 3; j++ {\n\tj := j\n\tgo func() { fmt.Sprint(j) }()\n}", ""},
		{"var wg sync.WaitGroup\nfor i := range 3 {\n\twg.Add(1)\n\tgo func() { defer wg.Done(); fmt.Sprint(i) }()\n}\nwg.Wait()", ""},
		{"var wg sync.WaitGroup\nwg.Add(1)\ngo func() {\n\tdefer wg.Done()\n\twg.Add(1)\n\tgo func() { defer wg.Done() }()\n}()\nwg.Wait()", ""},
		{"var n atomic.Int64\ngo func() { n.Add(1) }()", ""},
	} {
		res, out, _ := r.run(row.code, longest)
		if res.Err != nil {
			t.Fatalf("%s\n%v", row.code, res.Err)
		}
		if got := strings.Contains(out, "Hint: "); got != (row.want != "") || !strings.Contains(out, row.want) {
			t.Errorf("%s\nprints %q, want a hint %q", row.code, out, row.want)
		}
	}
}

// TestNoHint: an error that says all there is to say gets no hint.
func TestNoHint(t *testing.T) {
	r := newRunner(t)
	for _, code := range []string{
		`panic("boom")`,
		`panic(errors.New("send on closed"))`,
		`os.Exit(3)`,
		"%nosuchmagic",
		"var x int = \"a\"",
		"strings.Repeat(\"x\", -1)",
		"break",
		"func f(a, a int) {}",
	} {
		res, _, _ := r.run(code, longest)
		if res.Err == nil {
			t.Errorf("%s: no error", code)
		} else if h := hintsIn(res); h != "" {
			t.Errorf("%s\n%s", code, h)
		}
	}
}
