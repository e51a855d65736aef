package compile_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gokernel/interp/compile"
	"gokernel/interp/compile/program"
	"gokernel/interp/display"
	"gokernel/interp/unit"
	"gokernel/interp/worker"
)

var update = flag.Bool("update", false, "write the expected texts anew")

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" { // the process that runs units is this program too
		os.Exit(worker.Serve())
	}
	os.Exit(m.Run())
}

// programs are the table: one for each concern, each function of it for one construct or one defect of the interpreter.
func programs(t *testing.T) []string {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	return files
}

// TestText compares the text of the table's programs with what is written down.
func TestText(t *testing.T) {
	for _, file := range programs(t) {
		t.Run(name(file), func(t *testing.T) {
			u := compileFile(t, file, false)
			for _, e := range verify(u.Text) {
				t.Error(e)
			}
			golden := strings.TrimSuffix(file, ".go") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(u.Text), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := u.Text; got != string(want) {
				t.Errorf("the text of %s has changed (-update writes it anew):\n%s", file, difference(string(want), got))
			}
		})
	}
}

// TestOutput runs the table's programs compiled and as units, and compares what they print.
func TestOutput(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go toolchain to compare with")
	}
	for _, file := range programs(t) {
		t.Run(name(file), func(t *testing.T) {
			t.Parallel()
			exe := filepath.Join(t.TempDir(), "program.exe")
			if out, err := exec.Command("go", "build", "-o", exe, file).CombinedOutput(); err != nil {
				t.Fatalf("building %s: %v\n%s", file, err, out)
			}
			want, err := exec.Command(exe).Output()
			if err != nil {
				t.Fatal(err)
			}
			if got := runUnit(t, compileFile(t, file, false)); got != string(want) {
				t.Errorf("%s prints something else:\n%s", file, difference(string(want), got))
			}
		})
	}
}

func name(file string) string { return strings.TrimSuffix(filepath.Base(file), ".go") }

func compileFile(t *testing.T, file string, trust bool) *unit.Unit {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compileIt := program.Compile
	if trust {
		compileIt = program.CompileTrusting
	}
	u, err := compileIt(src)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// runUnit runs a unit in a fresh worker and gives what it prints.
func runUnit(t *testing.T, us ...*unit.Unit) string {
	t.Helper()
	rec := &recorder{}
	p, err := worker.Start(worker.Options{Command: []string{os.Args[0], "worker"}, Dir: t.TempDir(), Events: rec, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i, u := range us {
		o, err := p.Run(ctx, worker.Cell{ID: int64(i + 1), Number: u.Cell, Unit: u})
		if err != nil {
			t.Fatal(err)
		}
		if o.Failed != "" {
			t.Fatalf("loading the unit: %s\n%s", o.Failed, u.Text)
		}
		if o.End.Crash != nil {
			fmt.Fprintf(rec, "%s\n", o.End.Crash.Text)
		}
	}
	return rec.String()
}

// recorder keeps what a program prints.
type recorder struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(b)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Reset()
}

func (r *recorder) Stream(_ int64, _ string, text []byte) { r.Write(text) }
func (r *recorder) Display(int64, display.Data)           {}
func (r *recorder) Clear(int64, bool)                     {}
func (r *recorder) Report(int64, worker.Report)           {}
func (r *recorder) Restarted(worker.Death, error)         {}
func (r *recorder) Input(context.Context, int64, string, bool) (string, error) {
	return "", os.ErrClosed
}

// difference shows the first lines that differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "(nothing)", "(nothing)"
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a, b)
		}
	}
	return ""
}

// TestRefusals holds every refusal to its list: what is refused says so by name and place.
func TestRefusals(t *testing.T) {
	listed := map[string]bool{}
	for _, r := range compile.Refusals() {
		listed[r] = true
	}
	for _, c := range []struct{ src, construct, pos string }{
		{"package main\nfunc f() int\nfunc main() { f() }", "function without a body", "cell 1:2:6"},
	} {
		_, err := program.Compile([]byte(c.src))
		r, ok := err.(*compile.Refused)
		if !ok {
			t.Errorf("%s: error %v", c.src, err)
			continue
		}
		if r.Construct != c.construct || !listed[r.Construct] || r.Pos.String() != c.pos {
			t.Errorf("%s: refused as %q at %v", c.src, r.Construct, r.Pos)
		}
	}
}
