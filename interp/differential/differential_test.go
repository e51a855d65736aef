package differential

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

	"gokernel/interp"
	"gokernel/interp/display"
	"gokernel/interp/worker"
)

var (
	generated = flag.Int("generated", 40, "how many generated programs to run; 1,000 in the long form")
	seed      = flag.Int64("seed", 1, "seed of the first generated program")
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" { // the process that runs cells is this program too
		os.Exit(worker.Serve())
	}
	os.Exit(m.Run())
}

// limit is what a cell may take: far more than it needs, so that a busy machine makes no difference.
const limit = 2 * time.Minute

// perSession is how many generated programs share a session, and a compiled program.
const perSession = 40

// TestGenerated runs generated programs compiled and as cells: what they print is the same.
func TestGenerated(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go toolchain to compare with")
	}
	for from := 0; from < *generated; from += perSession {
		var batch []Program
		for i := from; i < min(from+perSession, *generated); i++ {
			batch = append(batch, Generate(*seed+int64(i)))
		}
		exe := build(t, batch)
		s := newSession(t, nil)
		for i, p := range batch {
			want := runCompiled(t, exe, p.Name)
			got := s.program(p, i%3)
			if got == want {
				continue
			}
			t.Errorf("%s (-seed %s -generated 1): %s", p.Name, p.Name[1:], firstDifference(want, got))
			if *generated == 1 {
				t.Logf("%s\n\ncompiled:\n%s\ncells:\n%s", p.Text(), want, got)
			}
		}
		s.close()
	}
}

// build compiles programs into one executable, which runs the one that its argument names.
func build(t *testing.T, programs []Program) string {
	dir := t.TempDir()
	var list strings.Builder
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range programs {
		write(p.Name+".go", "package main\n\n"+p.Text())
		fmt.Fprintf(&list, "\t\t%q: %s,\n", p.Name, p.Name)
	}
	write("main.go", "package main\n\nimport \"os\"\n\nfunc main() {\n\tmap[string]func(){\n"+list.String()+"\t}[os.Args[1]]()\n}\n")
	write("go.mod", "module generated\n\ngo 1.26\n")
	exe := filepath.Join(dir, "generated.exe")
	c := exec.Command("go", "build", "-o", exe, ".")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("the compiler does not take what was generated: %v\n%.3000s", err, out)
	}
	return exe
}

func runCompiled(t *testing.T, exe, name string) string {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	out, err := exec.CommandContext(ctx, exe, name).CombinedOutput()
	if err != nil {
		t.Fatalf("%s compiled: %v\n%s", name, err, out)
	}
	return string(out)
}

// session runs cells and keeps what they print.
type session struct {
	t     *testing.T
	s     *interp.Session
	n     int
	close func()

	mu  sync.Mutex
	out bytes.Buffer
}

// newSession starts a session whose cells run in a process of command, nil for this program.
func newSession(t *testing.T, command []string) *session {
	t.Helper()
	r := &session{t: t}
	s, err := interp.NewSession(interp.Options{Sink: r, Dir: t.TempDir(), Command: command})
	if err != nil {
		t.Fatal(err)
	}
	r.s = s
	r.close = sync.OnceFunc(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(r.close)
	return r
}

// run gives what a cell prints, and how it ended if it did not end well.
func (r *session) run(code string) string {
	r.n++
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	res := r.s.Execute(ctx, interp.Request{ID: interp.CellID(r.n), Count: r.n, Code: code, Silent: true})
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.out.String()
	r.out.Reset()
	if res.Err != nil {
		out += fmt.Sprintf("%s: %s\n%s", res.Err.Name, res.Err.Value, strings.Join(res.Err.Traceback, "\n"))
	}
	return out
}

// program runs a generated program: as one cell that declares everything and one that calls it,
// as a cell for each declaration, or as a whole program.
func (r *session) program(p Program, way int) string {
	switch way {
	case 0:
		return r.run(p.Text()) + r.run(p.Name+"()")
	case 1:
		out := ""
		for _, part := range p.Parts {
			out += r.run(part)
		}
		return out + r.run(p.Name+"()")
	}
	return r.run("package main\n\n" + p.Text() + "\n\nfunc main() { " + p.Name + "() }")
}

func (r *session) Stream(_ interp.CellID, _ string, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Write(text)
}

func (r *session) Display(interp.CellID, display.Data) {}
func (r *session) Clear(interp.CellID, bool)           {}
func (r *session) Input(context.Context, interp.CellID, string, bool) (string, error) {
	return "", interp.ErrNoInput
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\nwant %.300s\n got %.300s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("has %d lines, want %d; then comes %.300s", len(g), len(w), strings.Join(g[min(len(w), len(g)):], "\n"))
}
