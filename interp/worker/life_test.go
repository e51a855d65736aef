package worker

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

var stdImports = []unit.Import{
	{Name: "n_fmt", Path: "fmt"}, {Name: "n_os", Path: "os"}, {Name: "n_time", Path: "time"}, {Name: "n_log", Path: "log"},
	{Name: "n_exec", Path: "os/exec"}, {Name: "n_bufio", Path: "bufio"}, {Name: "n_io", Path: "io"}, {Name: "n_runtime", Path: "runtime"},
	{Name: "n_strings", Path: "strings"},
}

// prelude is the unit that declares what the tests' cells use.
func prelude(t testing.TB, p *Process) {
	t.Helper()
	u := &unit.Unit{Cell: 1, Imports: stdImports, Keep: true, Init: []string{"Init0"},
		Text:  "var stop bool\nvar G_kept int\nfunc Init0() { guest.StopVar(&stop) }\n",
		Types: []unit.Type{{ID: 1, Kind: 2}}, Vars: []unit.Var{{Slot: "G_kept", Name: "kept", Type: 1}}}
	if err := p.Load(t.Context(), u); err != nil {
		t.Fatal(err)
	}
}

const loop = "L:\nif stop { guest.StopHit() }\ngoto L"

func TestInterrupt(t *testing.T) {
	for name, body := range map[string]string{
		"loop":  loop,
		"sleep": "guest.Sleep(0, 1000000000000)",
		"print": "L:\nif stop { guest.StopHit() }\nn_fmt.Println(\"a line\")\ngoto L",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecorder()
			p := start(t, r)
			prelude(t, p)
			run(t, p, Cell{ID: 2, Number: 2, Unit: cell(2, "", "G_kept = 5")})
			ctx, cancel := context.WithCancel(t.Context())
			var began time.Time
			time.AfterFunc(100*time.Millisecond, func() { began = time.Now(); cancel() })
			o, err := p.Run(ctx, Cell{ID: 3, Number: 3, Unit: cell(3, "", body)})
			if err != nil {
				t.Fatal(err)
			}
			if d := time.Since(began); d > time.Second {
				t.Errorf("the interrupt took %v", d)
			}
			if o.End.Kind != guest.Stopped {
				t.Errorf("ended with %+v", o)
			}
			o = run(t, p, Cell{ID: 4, Number: 4, Slot: "G_kept"})
			if o.Value == nil || o.Value.MIME["text/plain"] != "5" {
				t.Errorf("the variable is %+v", o.Value)
			}
		})
	}
}

func TestDeath(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	run(t, p, Cell{ID: 2, Number: 2, Unit: cell(2, "", "G_kept = 5")})
	pid := p.Pid()
	begin := time.Now()
	u := cell(3, "", `
	n_fmt.Println("before")
	var m map[int]int
	m = make(map[int]int)
	var f func()
	f = Wr(m)
	guest.Go(f, 0)
	guest.Go(f, 0)
	guest.Go(f, 0)
	`+loop)
	u.Text += "func Wr(m map[int]int) func() { return func() {\nL:\nm[1] = 2\ngoto L\n}\n}\n"
	o := run(t, p, Cell{ID: 3, Number: 3, Unit: u})
	// Which of its two sentences Go says depends on where it meets the other goroutine.
	if o.Died == nil || o.Died.Text != "fatal error: concurrent map writes" && o.Died.Text != "fatal error: concurrent map read and map write" || o.Died.Cell != 3 {
		t.Fatalf("ended with %+v, death %+v", o, o.Died)
	}
	if out := r.out(3); out != "before\n" && !raceOn { // a worker built with -race reports the race, too
		t.Errorf("printed %q", out)
	}
	select {
	case d := <-r.restarted:
		t.Logf("died and restarted after %v: %s", time.Since(begin), d.Status)
	case <-time.After(5 * time.Second):
		t.Fatal("no restart")
	}
	o = run(t, p, Cell{ID: 4, Number: 4, Unit: cell(4, "", "G_kept = G_kept + 1\nn_fmt.Println(G_kept)")})
	if r.out(4) != "1\n" {
		t.Errorf("after the restart: %q, %+v", r.out(4), o)
	}
	if p.Pid() == pid {
		t.Error("the process is the old one")
	}
}

func TestDeadlock(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	o := run(t, p, Cell{ID: 2, Number: 2, Unit: cell(2, "", "var c chan int\nc = make(chan int)\nvar v int\nguest.Recv(0, c, unsafe.Pointer(&v))")})
	if o.End.Kind != guest.Deadlocked || o.End.Deadlock == nil || len(o.End.Deadlock.Goroutines) != 1 {
		t.Errorf("ended with %+v", o)
	}
}

// TestDeathOfABackgroundGoroutine: the death belongs to the cell whose goroutine died, not to the one that runs.
func TestDeathOfABackgroundGoroutine(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "func Bg() func() { return func() { guest.Sleep(0, 100000000)\nRec(1) } }\nfunc Rec(a int) int { return Rec(a + 1) + 1 }", "var f func()\nf = Bg()\nguest.Go(f, 0)")
	run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	o := run(t, p, Cell{ID: 3, Number: 3, Unit: cell(3, "", "guest.Sleep(0, 15000000000)")})
	if o.Died == nil || o.Died.Cell != 2 {
		t.Fatalf("ended with %+v, %+v", o, o.Died)
	}
}

func TestStackOverflow(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(3, "func Rec(a int) int { return Rec(a + 1) + 1 }", "Rec(1)")
	o := run(t, p, Cell{ID: 3, Number: 3, Unit: u})
	if o.Died == nil || !strings.Contains(o.Died.Text, "fatal error: stack overflow") {
		t.Fatalf("ended with %+v, %+v", o, o.Died)
	}
}

func TestExit(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	o := run(t, p, Cell{ID: 2, Number: 2, Unit: cell(2, "", "n_fmt.Println(1)\nguest.Exit(0, 3)\nn_fmt.Println(2)")})
	if o.End.Kind != guest.Exited || o.End.Code != 3 || r.out(2) != "1\n" {
		t.Errorf("ended with %+v after %q", o, r.out(2))
	}
}

func TestOutputBelongsToItsCell(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, `
func Bg() func() { return func() {
	guest.Sleep(0, 50000000)
	n_fmt.Println("late fmt")
	var f *n_os.File
	f = guest.Stdout()
	f.WriteString("late file\n")
	n_log.SetFlags(0)
	n_log.Println("late log")
	n_fmt.Fprintln(f, "late fprint")
	var w *n_bufio.Writer
	w = n_bufio.NewWriter(f)
	w.WriteString("late bufio\n")
	w.Flush()
	n_fmt.Print("é世"[0:3])
	n_fmt.Print("é世"[3:])
} }`, "var f func()\nf = Bg()\nguest.Go(f, 0)\nvar o *n_os.File\no = guest.Stdout()\nn_fmt.Print(1)\no.WriteString(\"2\")\nn_fmt.Print(3)\no.WriteString(\"4\\n\")")
	run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	if r.out(2) != "1234\n" {
		t.Errorf("in the cell: %q", r.out(2))
	}
	run(t, p, Cell{ID: 3, Number: 3, Unit: cell(3, "", "guest.Sleep(0, 200000000)\nn_fmt.Println(\"mine\")")})
	want := "1234\nlate fmt\nlate file\nlate log\nlate fprint\nlate bufio\né世"
	deadline := time.Now().Add(5 * time.Second)
	for r.out(2) != want && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	if r.out(2) != want || r.out(3) != "mine\n" {
		t.Errorf("got %q and %q", r.out(2), r.out(3))
	}
}

func TestStdin(t *testing.T) {
	r := newRecorder()
	var asked atomic.Int32
	r.input = func(ctx context.Context, prompt string) (string, error) {
		n := int(asked.Add(1))
		if n > 2 {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return "line " + strconv.Itoa(n), nil
	}
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "", `
	var s *n_bufio.Scanner
	s = n_bufio.NewScanner(guest.Stdin())
	s.Scan()
	n_fmt.Println("got", s.Text())
	var a string
	var n int
	n, _ = n_fmt.Scan(&a)
	n_fmt.Println("scanned", n, a)`)
	run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	if r.out(2) != "got line 1\nscanned 1 line\n" {
		t.Errorf("printed %q", r.out(2))
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	o, err := p.Run(ctx, Cell{ID: 3, Number: 3, Unit: cell(3, "", "var a string\nvar b string\nn_fmt.Scanln(&b)\nn_fmt.Scanln(&a)\nn_fmt.Scanln(&a)\nif stop { guest.StopHit() }")})
	if err != nil || o.End.Kind != guest.Stopped {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestRestartKeepsDeclarations(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	run(t, p, Cell{ID: 2, Number: 2, Unit: cell(2, "", "G_kept = 5")})
	u := cell(3, "func Twice(a int) int { return 2 * a }", "")
	u.Keep = true
	run(t, p, Cell{ID: 3, Number: 3, Unit: u})
	begin := time.Now()
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("restart: %v", time.Since(begin))
	run(t, p, Cell{ID: 4, Number: 4, Unit: cell(4, "", "n_fmt.Println(Twice(21), G_kept)")})
	if r.out(4) != "42 0\n" {
		t.Errorf("printed %q", r.out(4))
	}
	if err := p.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	o, err := p.Run(t.Context(), Cell{ID: 5, Number: 5, Unit: cell(5, "", "n_fmt.Println(Twice(21))")})
	if err != nil || o.Failed == "" {
		t.Errorf("after a reset: %+v, %v", o, err)
	}
}

func TestEnvironment(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	dir := t.TempDir()
	if err := p.Chdir(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if restart, err := p.Setenv(t.Context(), "GOMAXPROCS", "1"); err != nil || restart {
		t.Fatal(restart, err)
	}
	check := func(id int64) {
		t.Helper()
		run(t, p, Cell{ID: id, Number: int(id), Unit: cell(int(id), "", "var d string\nd, _ = n_os.Getwd()\nn_fmt.Println(d, n_runtime.GOMAXPROCS(0), n_os.Getenv(\"GOMAXPROCS\"))")})
		if want := dir + " 1 1\n"; r.out(id) != want {
			t.Errorf("got %q, want %q", r.out(id), want)
		}
	}
	check(2)
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(3)
	if err := p.Chdir(t.Context(), "/nowhere at all"); err == nil {
		t.Error("a folder that is not there is accepted")
	}
}

// TestBackPressure holds up the front-end of one cell: the program waits, other cells and questions do not.
func TestBackPressure(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	gate := make(chan struct{})
	r.stream = func(cell int64, _ string, _ []byte) {
		if cell == 2 {
			<-gate
		}
	}
	finished := make(chan Outcome, 1)
	u := cell(2, "", "for i := 0; i < 100000; i++ { n_fmt.Println(\"a line that is printed again and again\") }")
	go func() {
		o, err := p.Run(context.Background(), Cell{ID: 2, Number: 2, Unit: u})
		if err != nil {
			t.Error(err)
		}
		finished <- o
	}()
	run(t, p, Cell{ID: 3, Number: 3, Unit: cell(3, "", "n_fmt.Println(1)")})
	if r.out(3) != "1\n" {
		t.Errorf("the other cell printed %q", r.out(3))
	}
	if _, err := p.Goroutines(t.Context(), 0); err != nil {
		t.Error(err)
	}
	select {
	case <-finished:
		t.Error("the program did not wait")
	default:
	}
	close(gate)
	o := <-finished
	if n := strings.Count(r.out(2), "\n"); n != 100000 {
		t.Errorf("%d lines; %+v", n, o)
		for _, l := range strings.Split(r.out(2), "\n") {
			if l != "a line that is printed again and again" {
				t.Log(l)
			}
		}
	}
}

func TestFreshVariable(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "func Get() int { return G_kept }", `
	G_kept = 5
	var p *int
	p = &G_kept
	guest.Fresh("G_kept")
	n_fmt.Println(*p, G_kept, Get())
	G_kept = 6
	n_fmt.Println(*p, G_kept, Get())`)
	run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	if r.out(2) != "5 0 0\n5 6 6\n" {
		t.Errorf("printed %q", r.out(2))
	}
}

// TestOrderOfDeclarations: what is loaded while a cell runs may build on that cell, also after a restart.
func TestOrderOfDeclarations(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "func Two() int { return 2 }", loop)
	u.Keep = true
	loaded, ended := make(chan struct{}), make(chan error)
	go func() {
		_, err := p.Run(t.Context(), Cell{ID: 2, Number: 2, Unit: u, Loaded: func() { close(loaded) }})
		ended <- err
	}()
	<-loaded
	for _, later := range []*unit.Unit{{Cell: 3, Text: "func Four() int { return 2 * Two() }", Keep: true}, {Cell: 4, Text: "func Eight() int { return 2 * Four() }", Keep: true}} {
		if err := p.Load(t.Context(), later); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	run(t, p, Cell{ID: 5, Number: 5, Unit: cell(5, "", "n_fmt.Println(Two(), Four(), Eight())")})
	if r.out(5) != "2 4 8\n" {
		t.Errorf("printed %q", r.out(5))
	}
}

// TestTypesOfUnitsThatAreNotKept: a later text may mention types of a cell of which nothing else is kept.
func TestTypesOfUnitsThatAreNotKept(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "", "var t *P.T1\nt = new(P.T1)\nn_fmt.Println(t.N)")
	u.Types = []unit.Type{{ID: 2, Kind: 25, In: "T1", Fields: []unit.Field{{Name: "N", InName: "N", Type: 1}}}}
	run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	later := &unit.Unit{Cell: 3, Text: "func Get() int {\n\tvar t *P.T1\n\tt = new(P.T1)\n\tt.N = 7\n\treturn t.N\n}", Keep: true}
	if err := p.Load(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(t, p, Cell{ID: 4, Number: 4, Unit: cell(4, "", "n_fmt.Println(Get())")})
	if r.out(2)+r.out(4) != "0\n7\n" {
		t.Errorf("printed %q, then %q", r.out(2), r.out(4))
	}
}

// TestDeclarationsThatKill: what was kept ends every new process; the session goes on empty.
func TestDeclarationsThatKill(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "func Init2() { if G_kept == 0 { Die() } }\nfunc Die() { guest.Go(G_nil, 0) }\nvar G_nil func()", "Die()")
	u.Keep = true
	run(t, p, Cell{ID: 2, Number: 2, Unit: cell(2, "", "G_kept = 1")})
	u.Init = []string{"Init2"}
	o := run(t, p, Cell{ID: 3, Number: 3, Unit: u})
	if o.Died == nil || o.Died.Text != "fatal error: go of nil func value" {
		t.Fatalf("ended with %+v, %+v", o, o.Died)
	}
	select {
	case <-r.restarted:
	case <-time.After(10 * time.Second):
		t.Fatal("no restart")
	}
	r.mu.Lock()
	if r.restartErr == nil || !strings.Contains(r.restartErr.Error(), "go of nil func value") {
		t.Errorf("the restart says %v", r.restartErr)
	}
	r.mu.Unlock()
	if len(p.Kept()) != 0 {
		t.Errorf("%d units are kept", len(p.Kept()))
	}
	run(t, p, Cell{ID: 4, Number: 4, Unit: &unit.Unit{Cell: 4, Imports: imports, Text: "func Cell4() { n_fmt.Println(4) }", Run: []string{"Cell4"}}})
	if r.out(4) != "4\n" {
		t.Errorf("printed %q", r.out(4))
	}
}

// TestDeathKeepsDeclarations: what the cell declared that killed the process is there in the next one.
func TestDeathKeepsDeclarations(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "", "guest.Go(G_none, 0)")
	u.Text += "var G_none func()\nfunc Twice(a int) int { return 2 * a }\n"
	u.Types = []unit.Type{{ID: 7, Kind: 24}}
	u.Keep = true
	o := run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	if o.Died == nil {
		t.Fatalf("ended with %+v, death %+v", o, o.Died)
	}
	<-r.restarted
	v := cell(3, "", "n_fmt.Println(Twice(21))")
	v.Types = []unit.Type{{ID: 8, Kind: 23, Elem: 7}}
	run(t, p, Cell{ID: 3, Number: 3, Unit: v})
	if r.out(3) != "42\n" {
		t.Errorf("printed %q", r.out(3))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // interrupted before it begins: its declarations are there
	w := cell(4, "func Thrice(a int) int { return 3 * a }", "n_fmt.Println(1)")
	if o, err := p.Run(ctx, Cell{ID: 4, Number: 4, Unit: w}); err != nil || o.End.Kind != guest.Stopped || !o.Loaded {
		t.Errorf("%+v, %v", o, err)
	}
	run(t, p, Cell{ID: 5, Number: 5, Unit: cell(5, "", "n_fmt.Println(Thrice(2))")})
	if r.out(4)+r.out(5) != "6\n" {
		t.Errorf("printed %q and %q", r.out(4), r.out(5))
	}
}

// TestUnitThatFails: a unit that cannot be loaded leaves nothing behind: its numbers and names can be used again.
func TestUnitThatFails(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	bad := cell(2, "var G_new int", "n_sort.Ints(nothing)")
	bad.Imports = []unit.Import{{Name: "n_sort", Path: "sort"}}
	bad.Types = []unit.Type{{ID: 7, Kind: 25, Name: "main.T", PkgPath: "main", In: "T7"}, {ID: 8, Kind: 22, Elem: 7}}
	o, err := p.Run(t.Context(), Cell{ID: 2, Number: 2, Unit: bad})
	if err != nil || o.Failed == "" || o.Loaded {
		t.Fatalf("%+v, %v", o, err)
	}
	good := cell(3, "var G_new int\nvar G_t P.T7", "n_sort.Ints(nil)\nn_fmt.Println(G_new)")
	good.Imports, good.Types = bad.Imports, bad.Types
	run(t, p, Cell{ID: 3, Number: 3, Unit: good})
	if r.out(3) != "0\n" {
		t.Errorf("printed %q", r.out(3))
	}
}
