package jupytertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// env is the Jupyter of all tests of this package; each test has its own
// kernels. TestMain makes it, and nothing changes it afterwards.
var env *Env

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "jupytertest-")
		if err == nil {
			defer os.RemoveAll(dir)
			ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
			defer cancel()
			env, err = New(ctx, dir, os.Stderr)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "cannot test against Jupyter:", err)
			return 1
		}
		return m.Run()
	}())
}

// finish runs a command to its end and fails the test with what it printed if it fails.
func finish(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return string(out)
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// TestConformance runs jupyter_kernel_test and lets no test of it be skipped.
func TestConformance(t *testing.T) {
	cmd := env.PythonCommand(within(t, 3*time.Minute), "testdata/conformance.py")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("jupyter_kernel_test: %v\n%s", err, out)
	}
	results := regexp.MustCompile(`(?m)^(test_\w+) \(.*\.\.\. (.*)$`).FindAllStringSubmatch(string(out), -1)
	if len(results) < 13 {
		t.Errorf("%d tests of jupyter_kernel_test ran, it has 13\n%s", len(results), out)
	}
	for _, r := range results {
		t.Logf("%-28s %s", r[1], r[2])
	}
	if bytes.Contains(out, []byte("skipped")) {
		t.Errorf("jupyter_kernel_test skipped something\n%s", out)
	}
}

// course gives the notebooks that show how to begin, in both languages.
func course(t *testing.T) []string {
	t.Helper()
	notebooks, err := filepath.Glob(filepath.Join(env.Root, "notebooks", "*", "00-*.ipynb"))
	if err != nil || len(notebooks) < 2 {
		t.Fatalf("the first notebooks of the course are %v (%v), want one for each language", notebooks, err)
	}
	return notebooks
}

// title is the language folder of a notebook and its name.
func title(path string) string {
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}

func TestNbclient(t *testing.T) {
	for _, nb := range course(t) {
		t.Run(title(nb), func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.ipynb")
			finish(t, env.PythonCommand(within(t, 3*time.Minute), "testdata/run_nbclient.py", nb, out))
			checkExecuted(t, out)
		})
	}
}

func TestNbconvert(t *testing.T) {
	for _, nb := range course(t) {
		t.Run(title(nb), func(t *testing.T) {
			dir := t.TempDir()
			finish(t, env.Jupyter(within(t, 3*time.Minute), "nbconvert", "--execute", "--to", "notebook", "--output-dir", dir, "--output", "out", nb))
			checkExecuted(t, filepath.Join(dir, "out.ipynb"))
			finish(t, env.Jupyter(within(t, time.Minute), "nbconvert", "--to", "html", "--output-dir", dir, filepath.Join(dir, "out.ipynb")))
			html, err := os.ReadFile(filepath.Join(dir, "out.html"))
			if err != nil || !bytes.Contains(html, []byte("12 × 12 = 144")) {
				t.Errorf("the page lacks what a goroutine answered (%v)", err)
			}
		})
	}
}

func TestPapermill(t *testing.T) {
	for _, nb := range course(t) {
		t.Run(title(nb), func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.ipynb")
			finish(t, env.PythonCommand(within(t, 3*time.Minute), "-m", "papermill", "--cwd", filepath.Dir(nb), nb, out))
			checkExecuted(t, out)
		})
	}
}

// TestPapermillParameters gives Go values to a notebook.
func TestPapermillParameters(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.ipynb")
	finish(t, env.PythonCommand(within(t, time.Minute), "-m", "papermill", "testdata/parameters.ipynb", out,
		"-p", "workers", "4", "-p", "rate", "2.0", "-r", "name", "미나 \"m\" 🐹\n", "-p", "ready", "True",
		"-y", `{names: [a, "b\\"], ages: {x: 1}}`))
	nb := readNotebook(t, out)
	want := `int 4|float64 2|string "미나 \"m\" 🐹\n"|bool true|[]string ["a" "b\\"]|map[string]int map[x:1]` + "\n"
	if got := nb.cell("show").text(); got != want {
		t.Errorf("the notebook saw\n%q, want\n%q", got, want)
	}
}

// TestPapermillFails checks that a cell that is not meant to fail still does, and that the notebook then has all outputs.
func TestPapermillFails(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.ipynb")
	cmd := env.PythonCommand(within(t, time.Minute), "-m", "papermill", "testdata/failing.ipynb", out)
	if said, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(said), "not meant") {
		t.Errorf("papermill ended with %v\n%s", err, said)
	}
	nb := readNotebook(t, out)
	for _, id := range []string{"meant", "unmeant"} {
		if !slices.ContainsFunc(nb.cell(id).Outputs, func(o shown) bool { return o.Type == "error" }) {
			t.Errorf("cell %s has no error output: %+v", id, nb.cell(id).Outputs)
		}
	}
	if nb.cell("never").Count != 0 {
		t.Error("a cell ran after the failure")
	}
}

// TestConsole types into jupyter console.
func TestConsole(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the terminal that this test makes needs a Unix system")
	}
	for _, nb := range course(t) {
		t.Run(title(nb), func(t *testing.T) {
			screen := finish(t, env.PythonCommand(within(t, 3*time.Minute), "testdata/run_console.py", nb))
			if !strings.Contains(screen, "12 × 12 = 144") {
				t.Errorf("the console lacks what a goroutine answered:\n%s", screen)
			}
		})
	}
}

// TestInstallVerbs installs the kernel for a user, lets Jupyter and doctor see it, breaks it, and removes it.
func TestInstallVerbs(t *testing.T) {
	data := t.TempDir()
	run := func(cmd *exec.Cmd) (string, int) {
		cmd.Env = append(env.Environ(), "JUPYTER_DATA_DIR="+data, "JUPYTER_PATH=", "JUPYTER_PREFER_ENV_PATH=no", "VIRTUAL_ENV=", "CONDA_PREFIX=")
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	ctx := within(t, 2*time.Minute)
	verb := func(args ...string) (string, int) { return run(exec.CommandContext(ctx, env.Binary, args...)) }
	sees := func() bool {
		out, _ := run(env.Jupyter(ctx, "kernelspec", "list", "--json"))
		return strings.Contains(out, filepath.ToSlash(data)) && strings.Contains(out, `"gokernel"`)
	}
	if out, code := verb("install", "--user"); code != 0 || !sees() {
		t.Fatalf("install: exit code %d, Jupyter sees the kernel: %v\n%s", code, sees(), out)
	}
	if out, code := verb("doctor"); code != 0 || !strings.Contains(out, data) {
		t.Errorf("doctor: exit code %d\n%s", code, out)
	}
	if err := os.Remove(filepath.Join(data, "kernels", "gokernel", filepath.Base(env.Binary))); err != nil {
		t.Fatal(err)
	}
	if out, code := verb("doctor"); code != 1 || !strings.Contains(out, "which is not there: gokernel install writes it anew") {
		t.Errorf("doctor of a kernelspec without its program: exit code %d\n%s", code, out)
	}
	if out, code := verb("uninstall", "--user"); code != 0 || sees() {
		t.Errorf("uninstall: exit code %d, Jupyter sees the kernel: %v\n%s", code, sees(), out)
	}
	if out, code := verb("uninstall", "--user"); code != 1 || !strings.Contains(out, "there is no kernel in") {
		t.Errorf("second uninstall: exit code %d\n%s", code, out)
	}
}

// A notebook is what the tests look at in an executed one.
type notebook struct{ Cells []cell }

type cell struct {
	ID       string
	Type     string `json:"cell_type"`
	Count    int    `json:"execution_count"`
	Metadata struct{ Tags []string }
	Outputs  []shown
}

// A shown is one output of a cell.
type shown struct {
	Type string `json:"output_type"`
	Text text
}

// A text is a string that notebooks may keep as its lines.
type text string

func (x *text) UnmarshalJSON(b []byte) error {
	var lines []string
	if json.Unmarshal(b, &lines) == nil {
		*x = text(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(b, (*string)(x))
}

func readNotebook(t *testing.T, path string) notebook {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var nb notebook
	if err := json.Unmarshal(data, &nb); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return nb
}

func (nb notebook) cell(id string) cell {
	for _, c := range nb.Cells {
		if c.ID == id {
			return c
		}
	}
	return cell{}
}

// text is what the cell printed.
func (c cell) text() string {
	var b strings.Builder
	for _, o := range c.Outputs {
		if o.Type == "stream" {
			b.WriteString(string(o.Text))
		}
	}
	return b.String()
}

// checkExecuted checks a notebook of the course with its outputs: every cell
// ran, those that are meant to fail did and no others, and goroutines answered.
func checkExecuted(t *testing.T, path string) {
	t.Helper()
	nb := readNotebook(t, path)
	ran := 0
	for _, c := range nb.Cells {
		if c.Type != "code" || slices.Contains(c.Metadata.Tags, "injected-parameters") {
			continue
		}
		ran++
		if c.Count == 0 {
			t.Errorf("cell %s did not run", c.ID)
		}
		failed := slices.ContainsFunc(c.Outputs, func(o shown) bool { return o.Type == "error" })
		if meant := slices.Contains(c.Metadata.Tags, "raises-exception"); failed != meant {
			t.Errorf("cell %s failed: %v, meant to: %v", c.ID, failed, meant)
		}
	}
	if ran < 5 {
		t.Errorf("%d cells ran", ran)
	}
	if got := nb.cell("ask-worker").text(); got != "12 × 12 = 144\n" {
		t.Errorf("a goroutine of an earlier cell answered %q", got)
	}
}
