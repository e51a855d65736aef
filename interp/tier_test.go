package interp

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Native functions give what interpreted ones give, and obey the same run time.
func TestNativeFunctions(t *testing.T) {
	r := newRunner(t)
	for _, c := range []struct {
		name, cell, out, err string
	}{
		{name: "recursion", cell: "func fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfmt.Println(fib(25))", out: "75025\n"},
		{name: "uses another native function", cell: "func sum(n int) (s int) {\n\tfor i := range n {\n\t\ts += fib(i)\n\t}\n\treturn\n}\nfmt.Println(sum(15))", out: "986\n"},
		{name: "goroutines, channels and a WaitGroup", cell: "func pool(n int) int {\n\tjobs, results := make(chan int), make(chan int)\n\tvar wg sync.WaitGroup\n\tfor range 3 {\n\t\twg.Go(func() {\n\t\t\tfor j := range jobs {\n\t\t\t\tresults <- j * j\n\t\t\t}\n\t\t})\n\t}\n\tgo func() {\n\t\tfor i := range n {\n\t\t\tjobs <- i\n\t\t}\n\t\tclose(jobs)\n\t\twg.Wait()\n\t\tclose(results)\n\t}()\n\tsum := 0\n\tfor r := range results {\n\t\tsum += r\n\t}\n\treturn sum\n}\nfmt.Println(pool(100))", out: "328350\n"},
		{name: "printing", cell: "func say(n int) {\n\tfor i := range n {\n\t\tfmt.Println(\"say\", i)\n\t}\n}\nsay(2)", out: "say 0\nsay 1\n"},
		{name: "panic", cell: "func crash(s []int) (x int) {\n\tfor i := range 9 {\n\t\tx += s[i]\n\t}\n\treturn\n}\ncrash(nil)", err: "panic: runtime error: index out of range [0] with length 0"},
		{name: "deadlock", cell: "func wait(c chan int) {\n\tfor range 3 {\n\t\t<-c\n\t}\n}\nwait(make(chan int))", err: "all goroutines are asleep - deadlock!"},
	} {
		res, out, _ := r.run("%%native\n"+c.cell, 5*time.Minute)
		if c.err == "" && (res.Err != nil || out != c.out) {
			t.Errorf("%s: printed %q, error %v; want %q", c.name, out, res.Err, c.out)
		}
		if c.err != "" && (res.Err == nil || !strings.Contains(strings.Join(res.Err.Traceback, "\n"), c.err)) {
			t.Errorf("%s: error %v, want %q", c.name, res.Err, c.err)
		}
	}
	if _, out, _ := r.run("%native", time.Minute); strings.Contains(out, "interpreted") || strings.Count(out, ": native") != 6 {
		t.Errorf("states:\n%s", out)
	}
	start := time.Now()
	if _, out, _ := r.run("fmt.Println(fib(32))", time.Minute); out != "2178309\n" || time.Since(start) > 2*time.Second {
		t.Errorf("fib(32) is %q after %v", out, time.Since(start))
	}
	if res, _, _ := r.run("func fib(n int) int { return -n }\nfib(3)", time.Minute); res.Err != nil || fmt.Sprint(res.Value.MIME["text/plain"]) != "-3" {
		t.Errorf("a function that is declared anew stays native: %v", res)
	}
	if _, out, _ := r.run("%%native\nfunc spin() {\n\tfor {\n\t}\n}", time.Minute); out != "" {
		t.Error(out)
	}
	res, _, took := r.run("spin()", 500*time.Millisecond)
	if res.Err == nil || res.Err.Name != "interrupted" || took > 3*time.Second {
		t.Errorf("an endless native loop ended with %v after %v", res.Err, took)
	}
	if _, out, _ := r.run("var total int\nfunc add() {\n\tfor i := range 3 {\n\t\ttotal += i * min(reflect.ValueOf(i).NumMethod()+1, 1)\n\t}\n}", time.Minute); out != "" {
		t.Error(out)
	}
	_, out, _ := r.run("%%native\nfunc adds() {\n\tfor range 3 {\n\t\tadd()\n\t}\n}\nadds()\nfmt.Println(total)", time.Minute)
	if !strings.Contains(out, "adds stays interpreted: it uses") || !strings.HasSuffix(out, "9\n") {
		t.Errorf("a function that cannot be native printed %q", out)
	}
}
