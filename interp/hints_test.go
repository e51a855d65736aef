package interp

import (
	"strings"
	"testing"
)

// TestHints: what stands under the errors of this chapter's lessons.
func TestHints(t *testing.T) {
	s, _ := start(t, Options{})
	n := 0
	for _, row := range []struct{ code, want string }{
		{"s := []int{}\nappend(s, 1)\ns", "s = append(s, x)"},
		{"func work(wg sync.WaitGroup) { wg.Done() }\nvar wg sync.WaitGroup\nwg.Add(1)\ngo work(wg)\nwg.Wait()", "passed by value"},
		{"var wg2 sync.WaitGroup\nwg2.Add(1)\nwg2.Done()\nwg2.Done()", "more often than Add"},
		{"c := make(chan int)\nclose(c)\nc <- 1", "Only the sending side closes"},
		{"c2 := make(chan int)\nclose(c2)\nclose(c2)", "closed twice"},
		{"c3 := make(chan int)\nc3 <- 1", "Nobody receives"},
		{"c4 := make(chan int)\nfor v := range c4 { _ = v }", "Nobody sends any more"},
		{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()", "locked a second time"},
		{"var m map[string]int\nm[\"a\"] = 1", "never made"},
		{"d := 5\ntime.Sleep(d * time.Second)", "time.Duration(n) * time.Second"},
		{"go fmt.Println", "with its parentheses"},
		{"x := strconv.Atoi(\"5\")", "v, err := f(...)"},
		{"y := 1\ny := 2", "use = to assign"},
		{"// 한국어\nvar p *struct{ a int }\np.a", "포인터(또는 인터페이스)가 nil입니다"},
	} {
		n++
		r := s.Execute(t.Context(), Request{ID: CellID(n), Count: n, Code: row.code})
		if r.Err == nil || !strings.Contains(strings.Join(r.Err.Traceback, "\n"), row.want) {
			t.Errorf("%s\nno hint %q in\n%s", row.code, row.want, show(r))
		}
	}
	run := func(code string) Result {
		n++
		return s.Execute(t.Context(), Request{ID: CellID(n), Count: n, Code: code})
	}
	run("%hints en")
	if r := run("y := 1\ny := 2"); !strings.Contains(show(r), "Hint: ") {
		t.Errorf("no English hint: %s", show(r))
	}
	run("%hints off")
	if r := run("y := 1\ny := 2"); strings.Contains(show(r), "Hint") || strings.Contains(show(r), "힌트") {
		t.Errorf("a hint, though they are off: %s", show(r))
	}
}
