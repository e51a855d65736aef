package guest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
	yunsafe "github.com/traefik/yaegi/stdlib/unsafe"

	"gokernel/interp/guest"
)

// These tests run core text in the interpreter, since recover and traces look
// at the interpreter's stack.

// unwinding is the interpreter's error output: a line for every frame that a panic unwinds.
type unwinding struct{}

func (unwinding) Write(b []byte) (int, error) { guest.Unwinding(); return len(b), nil }

// engine is an interpreter with one World.
type engine struct {
	t    testing.TB
	w    *guest.World
	i    *interp.Interpreter
	out  bytes.Buffer
	host *hostRecorder
}

type hostRecorder struct{ crashes chan *guest.Crash }

func (h *hostRecorder) Write(c *guest.Cell, stderr bool, text []byte) {}
func (h *hostRecorder) File(c *guest.Cell, fd int) *os.File           { return os.Stdout }
func (h *hostRecorder) Crashed(c *guest.Cell, k *guest.Crash)         { h.crashes <- k }
func (h *hostRecorder) Exited(c *guest.Cell, code int)                {}
func (h *hostRecorder) Notice(c *guest.Cell, d *guest.Deadlock)       {}
func (h *hostRecorder) Fatal(c *guest.Cell, text string)              { panic(text) }

func newEngine(t testing.TB) *engine {
	e := &engine{t: t, host: &hostRecorder{make(chan *guest.Crash, 10)}}
	e.w = guest.Start(e.host)
	t.Cleanup(e.w.Close)
	e.i = interp.New(interp.Options{Unrestricted: true, Stdout: &e.out, Stderr: unwinding{}})
	convert := func(from, to reflect.Type) func(src, dest reflect.Value) {
		if from.Kind() == reflect.UnsafePointer && to.Kind() == reflect.Pointer {
			el := to.Elem()
			return func(src, dest reflect.Value) { dest.Set(reflect.NewAt(el, src.UnsafePointer())) }
		}
		return nil
	}
	for _, s := range []interp.Exports{{"github.com/traefik/yaegi/yaegi": {"convert": reflect.ValueOf(convert)}}, yunsafe.Symbols, stdlib.Symbols, guest.Symbols()} {
		if err := e.i.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	err := e.w.SelfTest(func(text string, tt *guest.Text) (func(int) int, error) {
		prog, err := e.i.Compile("package main; import \"gokernel/interp/guest\"; " + text)
		if err != nil {
			return nil, err
		}
		tt.Program, tt.Fset = prog, e.i.FileSet()
		if err := e.w.LoadText(*tt); err != nil {
			return nil, err
		}
		if _, err := e.i.Execute(prog); err != nil {
			return nil, err
		}
		v, err := e.i.Eval("GuestProbe")
		if err != nil {
			return nil, err
		}
		return v.Interface().(func(int) int), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// load compiles and executes a text whose every line is a place of its own:
// number n is line n. funcs gives names for functions, the others show as main.name.
func (e *engine) load(text string, funcs map[string]guest.Func) {
	e.t.Helper()
	n := strings.Count(text, "\n") + 1
	text = strings.Replace(text, "\t\"gokernel/interp/guest\"\n", "\n", 1) // newEngine has imported it
	lines := make([]int32, n)
	places := make([]guest.Place, n)
	for i := range lines {
		lines[i] = int32(i + 1)
		places[i] = guest.Place{Cell: 3, Line: i + 1}
	}
	e.w.AddPlaces(1, places)
	prog, err := e.i.Compile(text)
	if err != nil {
		e.t.Fatal(err)
	}
	if err := e.w.LoadText(guest.Text{Program: prog, Fset: e.i.FileSet(), Lines: lines, Funcs: funcs}); err != nil {
		e.t.Fatal(err)
	}
	if _, err := e.i.Execute(prog); err != nil {
		e.t.Fatal(err)
	}
}

// run calls a function of the loaded text as a cell.
func (e *engine) run(fn string, o guest.Options) *guest.Outcome {
	e.t.Helper()
	v, err := e.i.Eval(fn)
	if err != nil {
		e.t.Fatal(err)
	}
	done := make(chan *guest.Outcome, 1)
	go func() { done <- e.w.NewCell(3, 3).Run(v.Interface().(func()), o) }()
	select {
	case out := <-done:
		return out
	case <-time.After(time.Minute):
		e.t.Fatal("hangs")
		return nil
	}
}

// compiled runs a program under the Go toolchain.
func compiled(t *testing.T, file string, env ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.Command("go", "run", file)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // programs that panic exit with 2
	return out.String(), errs.String()
}

func TestPanicsAreThoseOfCompiledCode(t *testing.T) {
	want, errs := compiled(t, "testdata/panics/semantics.go")
	if want == "" {
		t.Fatal(errs)
	}
	text, err := os.ReadFile("testdata/panics/semantics.core")
	if err != nil {
		t.Fatal(err)
	}
	e := newEngine(t)
	e.load(strings.Replace(string(text), "func main()", "func run()", 1), map[string]guest.Func{"M_rec_bound": {Go: "main.(*M).rec-fm", Synthetic: true}})
	out := e.run("run", guest.Options{})
	if out.Kind != guest.Returned {
		t.Errorf("%+v %v", out, out.Crash)
	}
	if got := e.out.String(); got != want {
		t.Errorf("core:\n%s\ncompiled:\n%s", got, want)
	}
}

const crashText = `package main
import (
	"gokernel/interp/guest"
)
func inner(s []int, i int) int {
	var t int
	if i < 0 || i >= len(s) {
		guest.PanicIndex(8, i, len(s))
	}
	t = s[i]
	return t
}
func outer(n int) int {
	var a int
	if n == 0 {
		goto L1
	}
	a = n - 1
	a = outer(a)
	return a
L1: ;
	a = inner([]int{1, 2, 3}, 7)
	return a
}
func main_func1(c chan int) func() {
	return func() {
		outer(2)
	}
}
func run() {
	var f func()
	var c chan int
	f = main_func1(c)
	guest.Go(f, 34)
	guest.Recv(35, c, nil)
}
func direct() {
	outer(0)
}
`

func TestTraceOfAPanic(t *testing.T) {
	e := newEngine(t)
	funcs := map[string]guest.Func{}
	for _, n := range []string{"inner", "outer", "run", "direct"} {
		funcs[n] = guest.Func{Go: "main." + n}
	}
	funcs["main_func1"] = guest.Func{Go: "main.run.func1"}
	e.load(crashText, funcs)
	e.w.AddPlaces(34, []guest.Place{{Cell: 3, Line: 34, Func: "main.run", What: "main.run.func1"}})
	out := e.run("run", guest.Options{})
	if out.Kind != guest.Panicked {
		t.Fatalf("%+v", out)
	}
	got := out.Crash.String()
	want := `panic: runtime error: index out of range [7] with length 3

goroutine N [running]:
main.inner(...)
	cell 3 line 8
main.outer(...)
	cell 3 line 22
main.outer(...)
	cell 3 line 19
main.outer(...)
	cell 3 line 19
main.run.func1(...)
	cell 3 line 27
created by main.run in goroutine 1 in cell 3 line 34
`
	want = strings.Replace(want, "goroutine N", fmt.Sprint("goroutine ", out.Crash.Goroutine), 1)
	if got != want {
		t.Errorf("%s", got)
	}
	out = e.run("direct", guest.Options{})
	if got := out.Crash.String(); !strings.HasPrefix(got, "panic: runtime error: index out of range [7] with length 3\n\ngoroutine 1 [running]:\nmain.inner(...)\n\tcell 3 line 8\n") ||
		!strings.HasSuffix(got, "main.direct(...)\n\tcell 3 line 38\n") {
		t.Errorf("%s", got)
	}
}

// BenchmarkRecoveredPanic is a panic two frames deep that a deferred call recovers.
func BenchmarkRecoveredPanic(b *testing.B) {
	e := newEngine(b)
	e.load(`package main
import (
	"gokernel/interp/guest"
)
func fail(n int) int {
	if n > 0 { guest.Throw(6, "x"); panic(0) }
	return n
}
func try(n int) int {
	guest.Protect(func(fr *guest.Frame) {
		var f func()
		f = try_1()
		guest.Defer(fr, f)
		fail(n)
		return
	})
	return n
}
func try_1() func() {
	return func() {
		var r any
		r = guest.RecoverD()
		_ = r
	}
}
`, nil)
	v, err := e.i.Eval("try")
	if err != nil {
		b.Fatal(err)
	}
	try := v.Interface().(func(int) int)
	for _, n := range []int{0, 1} {
		b.Run([]string{"none", "panic"}[n], func(b *testing.B) {
			e.w.NewCell(1, 1).Run(func() {
				for b.Loop() {
					try(n)
				}
			}, guest.Options{})
		})
	}
}
