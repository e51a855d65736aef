package worker

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

// The test binary is the worker too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(Serve())
	}
	os.Exit(m.Run())
}

// recorder notes what cells produce.
type recorder struct {
	mu         sync.Mutex
	text       map[int64]string // stdout and stderr by cell, in order
	displays   map[int64][]display.Data
	reports    []Report
	restarted  chan Death
	restartErr error // of the last restart
	input      func(ctx context.Context, prompt string) (string, error)
	stream     func(cell int64, name string, text []byte)
}

func newRecorder() *recorder {
	return &recorder{text: map[int64]string{}, displays: map[int64][]display.Data{}, restarted: make(chan Death, 10)}
}

func (r *recorder) Stream(cell int64, name string, text []byte) {
	if r.stream != nil {
		r.stream(cell, name, text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text[cell] += string(text)
}

func (r *recorder) Display(cell int64, d display.Data) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.displays[cell] = append(r.displays[cell], d)
}

func (r *recorder) Clear(cell int64, wait bool) {}

func (r *recorder) Input(ctx context.Context, cell int64, prompt string, password bool) (string, error) {
	return r.input(ctx, prompt)
}

func (r *recorder) Report(cell int64, rep Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reports = append(r.reports, rep)
}

func (r *recorder) Restarted(d Death, err error) {
	r.mu.Lock()
	r.restartErr = err
	r.mu.Unlock()
	r.restarted <- d
}

func (r *recorder) out(cell int64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text[cell]
}

// command starts the test binary as a worker; for `GOARCH=arm64 GOKERNEL_EMULATOR=qemu-aarch64 go test -exec qemu-aarch64`
// under an emulator.
func command() []string {
	return append(strings.Fields(os.Getenv("GOKERNEL_EMULATOR")), os.Args[0], "worker")
}

func start(t testing.TB, r *recorder) *Process {
	t.Helper()
	p, err := Start(Options{Command: command(), Events: r, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

var imports = []unit.Import{{Name: "n_fmt", Path: "fmt"}}

// cell makes a unit whose text is body in a function.
func cell(n int, decls, body string) *unit.Unit {
	return &unit.Unit{Cell: n, Text: fmt.Sprintf("%s\nfunc Cell%d() {\n%s\n}\n", decls, n, body), Run: []string{fmt.Sprintf("Cell%d", n)}}
}

func run(t testing.TB, p *Process, c Cell) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	o, err := p.Run(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if o.Failed != "" {
		t.Fatalf("cell %d: %s", c.ID, o.Failed)
	}
	return o
}

func TestRun(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	u := cell(1, "var G1_x int", "n_fmt.Println(\"hello\", 42)\nG1_x = 7")
	u.Imports = imports
	u.Types = []unit.Type{{ID: 1, Kind: 2}}
	u.Vars = []unit.Var{{Slot: "G1_x", Name: "x", Type: 1}}
	u.Keep = true
	o := run(t, p, Cell{ID: 1, Number: 1, Unit: u, Ints: []string{"G1_x"}})
	if r.out(1) != "hello 42\n" || o.End.Kind != guest.Returned || !o.Loaded || len(o.Ints) != 1 || o.Ints[0] != 7 {
		t.Errorf("got %q, %+v", r.out(1), o)
	}
	o = run(t, p, Cell{ID: 2, Number: 2, Slot: "G1_x"})
	if o.Value == nil || o.Value.MIME["text/plain"] != "7" {
		t.Errorf("x is shown as %+v", o.Value)
	}
	o = run(t, p, Cell{ID: 3, Number: 3, Unit: cell(3, "", "guest.Show(0, G1_x + 1)")})
	if o.Value == nil || o.Value.MIME["text/plain"] != "8" {
		t.Errorf("x+1 is shown as %+v", o.Value)
	}
	if l, err := p.Lacks(t.Context()); err != nil || len(l) > 0 && runtime.GOOS == "linux" {
		t.Errorf("lacks: %q, %v", l, err)
	}
	vs, err := p.Variables(t.Context(), []string{"G1_x"})
	if err != nil || len(vs) != 1 || vs[0].Name != "x" || vs[0].Type != "int" || vs[0].Value != "7" {
		t.Errorf("variables: %+v, %v", vs, err)
	}
}

func TestPrintManyLines(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	u := cell(1, "", "for i := 0; i < 100000; i++ { n_fmt.Println(i) }")
	u.Imports = imports
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := 0
	r.stream = func(int64, string, []byte) { calls++ }
	begin := time.Now()
	run(t, p, Cell{ID: 1, Number: 1, Unit: u})
	took := time.Since(begin)
	if n := strings.Count(r.out(1), "\n"); n != 100000 {
		t.Errorf("%d lines", n)
	}
	t.Logf("100,000 lines in %v, %d pieces", took, calls)
}
