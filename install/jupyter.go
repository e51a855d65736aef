package install

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed requirements.txt requirements-test.txt overrides.json papermill-gokernel/pyproject.toml papermill-gokernel/README.md papermill-gokernel/papermill_gokernel.py
var recipe embed.FS

// A privateJupyter is a virtual environment of ours in the cache folder.
//
// A virtual environment holds its own path in many places, so it cannot be
// built elsewhere and moved. It counts as there only when the file complete,
// written last, is in it; a folder without it is removed and built again.
type privateJupyter struct {
	dir string // named by what it was built from, so a newer gokernel builds another one
}

const (
	complete     = "gokernel-complete"      // the environment is whole
	completeTest = "gokernel-test-complete" // so are the packages of the tests
)

// privateJupyterIn says where the private Jupyter of this gokernel is, whether built or not.
func privateJupyterIn(cache string) privateJupyter {
	return privateJupyter{filepath.Join(cache, "jupyter-"+recipeHash("requirements.txt", "overrides.json", "papermill-gokernel/papermill_gokernel.py"))}
}

// recipeVersion counts changes of build that the embedded files do not show.
const recipeVersion = 1

func recipeHash(files ...string) string {
	h := sha256.New()
	fmt.Fprintln(h, recipeVersion)
	for _, name := range files {
		data, _ := recipe.ReadFile(name) // embedded, so it is there
		fmt.Fprintf(h, "%s %d\n%s", name, len(data), data)
	}
	return hex.EncodeToString(h.Sum(nil))[:10]
}

func (j privateJupyter) python() string { return venvProgram(j.dir, "python") }

// data is the folder where the environment's kernelspecs are.
func (j privateJupyter) data() string { return filepath.Join(j.dir, "share", "jupyter") }

// built tells whether the environment is whole and the Python it was made from is still there.
func (j privateJupyter) built() bool {
	_, err := os.Stat(filepath.Join(j.dir, complete))
	_, errPython := os.Stat(j.python()) // follows the link to the base Python
	return err == nil && errPython == nil
}

func (j privateJupyter) testBuilt() bool {
	text, err := os.ReadFile(filepath.Join(j.dir, completeTest))
	return err == nil && string(text) == recipeHash("requirements-test.txt")
}

// build makes the environment if it is not there. The caller holds the lock.
func (j privateJupyter) build(ctx context.Context, asked string, progress io.Writer) (err error) {
	if j.built() {
		return nil
	}
	base, err := findPython(ctx, asked)
	if err != nil {
		return err
	}
	remedy := "set " + cacheVariable + " to a folder you can write to"
	if err := os.RemoveAll(j.dir); err != nil {
		return cannotWrite(j.dir, err, remedy)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(j.dir)
		}
	}()
	start := time.Now()
	fmt.Fprintf(progress, "Making a private JupyterLab in %s with %v.\nThis happens once and takes about a minute.\n", j.dir, base)
	fmt.Fprintln(progress, "  creating a virtual environment")
	if err := run(ctx, j.environ(), base.Path, "-m", "venv", j.dir); err != nil {
		return venvFailed(ctx, base, err)
	}
	if err := j.pip(ctx, progress, "requirements.txt"); err != nil {
		return err
	}
	if err := j.dropSlowImport(ctx); err != nil {
		return err
	}
	fmt.Fprintln(progress, "  adding the papermill translator and settings")
	if err := j.addTranslator(ctx); err != nil {
		return err
	}
	settings := filepath.Join(j.data(), "lab", "settings")
	if err := os.MkdirAll(settings, 0o755); err != nil {
		return cannotWrite(settings, err, remedy)
	}
	overrides, err := recipe.ReadFile("overrides.json")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(settings, "overrides.json"), overrides, 0o644); err != nil {
		return cannotWrite(settings, err, remedy)
	}
	if err := os.WriteFile(filepath.Join(j.dir, complete), []byte(base.String()+"\n"), 0o644); err != nil {
		return cannotWrite(j.dir, err, remedy)
	}
	fmt.Fprintf(progress, "  done in %.0f s\n", time.Since(start).Seconds())
	return nil
}

func venvFailed(ctx context.Context, base python, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var failed *commandError
	if errors.As(err, &failed) && strings.Contains(failed.output, "ensurepip") {
		return sentence(err, "%v cannot make virtual environments: %s, or give another Python with --python", base, howToGetVenv(base))
	}
	return sentence(err, "%v could not make a virtual environment (%v): give another Python with --python, or an existing JupyterLab with --jupyter", base, err)
}

// pip installs the packages of an embedded requirements file.
func (j privateJupyter) pip(ctx context.Context, progress io.Writer, requirements string) error {
	text, err := recipe.ReadFile(requirements)
	if err != nil {
		return err
	}
	file := filepath.Join(j.dir, requirements)
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return cannotWrite(j.dir, err, "set "+cacheVariable+" to a folder you can write to")
	}
	counter := &packageCounter{progress: progress, total: countPackages(text), next: time.Now().Add(5 * time.Second)}
	fmt.Fprintf(progress, "  installing %d packages\n", counter.total)
	err = runTo(ctx, counter, j.environ(), j.python(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
		"--progress-bar", "off", "-r", file)
	return pipFailed(ctx, err)
}

// dropSlowImport removes a package that jsonschema uses only if it is there, to
// check the syntax of internationalised web addresses, and whose import builds
// a parser for a second at each start of the server.
func (j privateJupyter) dropSlowImport(ctx context.Context) error {
	err := run(ctx, j.environ(), j.python(), "-m", "pip", "uninstall", "--yes", "--disable-pip-version-check", "rfc3987-syntax", "lark")
	return pipFailed(ctx, err)
}

// addTranslator installs the Go translator for papermill from the embedded files.
func (j privateJupyter) addTranslator(ctx context.Context) error {
	src, err := os.MkdirTemp("", "papermill-gokernel-")
	if err != nil {
		return cannotWrite(os.TempDir(), err, "set TMPDIR to a folder you can write to")
	}
	defer os.RemoveAll(src)
	files, err := fs.Sub(recipe, "papermill-gokernel")
	if err != nil {
		return err
	}
	if err := os.CopyFS(src, files); err != nil {
		return cannotWrite(src, err, "set TMPDIR to a folder you can write to")
	}
	err = run(ctx, j.environ(), j.python(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
		"--no-deps", "--no-index", "--no-build-isolation", src)
	return pipFailed(ctx, err)
}

// pipFailed turns pip's failure into a sentence.
func pipFailed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var failed *commandError
	if !errors.As(err, &failed) {
		return err
	}
	for _, sign := range []string{"NewConnectionError", "name resolution", "Network is unreachable", "ConnectTimeout", "Read timed out", "ProxyError", "Connection refused", "Max retries exceeded", "nodename nor servname", "getaddrinfo failed", "(from versions: none)"} {
		if strings.Contains(failed.output, sign) {
			return sentence(err, "the Python package index cannot be reached: check the network (or set HTTPS_PROXY or PIP_INDEX_URL) and start again, or give an existing JupyterLab with --jupyter")
		}
	}
	if strings.Contains(failed.output, "No space left") {
		return sentence(err, "the disk is full: free about 400 MB, or set %s to a folder on another disk", cacheVariable)
	}
	return sentence(err, "pip could not install JupyterLab (%s): start again, or give an existing JupyterLab with --jupyter", failed.lastError())
}

// environ is the environment of this process without what would lead a Python
// of ours to packages or settings of others.
func (j privateJupyter) environ() []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch strings.ToUpper(name) {
		case "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__":
			continue
		}
		env = append(env, kv)
	}
	return append(env, "PYTHONNOUSERSITE=1", "PYTHONUTF8=1")
}

// openJupyter gives the private Jupyter and builds it if it is not there. asked is the Python
// to build it with, "" for the one that is found.
func openJupyter(ctx context.Context, cache, asked string, progress io.Writer) (privateJupyter, error) {
	j := privateJupyterIn(cache)
	if j.built() {
		return j, nil
	}
	unlock, err := lockCache(ctx, cache, progress)
	if err != nil {
		return j, err
	}
	defer unlock()
	return j, j.build(ctx, asked, progress)
}

// TestPython gives the absolute path of the private Jupyter's Python with what
// tests need besides JupyterLab: jupyter_kernel_test, nbclient, nbconvert,
// papermill, jupyter_console, ipykernel, psutil and pexpect. The first use
// builds it in the user's cache folder, which takes about a minute and is told
// to progress; any number of test processes may ask at once. An error is one
// sentence that says what to do.
func TestPython(ctx context.Context, progress io.Writer) (string, error) {
	cache, err := makeCacheDir()
	if err != nil {
		return "", err
	}
	j := privateJupyterIn(cache)
	if j.built() && j.testBuilt() {
		return j.python(), nil
	}
	unlock, err := lockCache(ctx, cache, progress)
	if err != nil {
		return "", err
	}
	defer unlock()
	if err := j.build(ctx, "", progress); err != nil {
		return "", err
	}
	if j.testBuilt() {
		return j.python(), nil
	}
	fmt.Fprintln(progress, "Adding the packages of the tests to the private JupyterLab.")
	if err := j.pip(ctx, progress, "requirements-test.txt"); err != nil {
		return "", err
	}
	err = os.WriteFile(filepath.Join(j.dir, completeTest), []byte(recipeHash("requirements-test.txt")), 0o644)
	return j.python(), cannotWrite(j.dir, err, "set "+cacheVariable+" to a folder you can write to")
}

// A commandError is a command that failed, with what it printed.
type commandError struct {
	command string
	output  string // its last 64 KiB
	err     error
}

func (e *commandError) Error() string {
	return fmt.Sprintf("%s: %v: %s", e.command, e.err, e.lastError())
}
func (e *commandError) Unwrap() error { return e.err }

// lastError is the last line that names an error, or the last one that is not empty.
func (e *commandError) lastError() string {
	last := ""
	for line := range strings.Lines(e.output) {
		if line = strings.TrimSpace(line); line != "" && (strings.Contains(strings.ToLower(line), "error") || !strings.Contains(strings.ToLower(last), "error")) {
			last = line
		}
	}
	return last
}

// run runs a command to its end; runTo hands what it prints to w as well.
func run(ctx context.Context, env []string, command string, args ...string) error {
	return runTo(ctx, io.Discard, env, command, args...)
}

func runTo(ctx context.Context, w io.Writer, env []string, command string, args ...string) error {
	var out tail
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Env = env
	cmd.WaitDelay = 2 * time.Second
	both := io.MultiWriter(&out, w)
	cmd.Stdout, cmd.Stderr = both, both
	if err := cmd.Run(); err != nil {
		return &commandError{command: filepath.Base(command) + " " + strings.Join(args, " "), output: out.String(), err: err}
	}
	return nil
}

// A tail keeps the last 64 KiB that were written to it.
type tail struct{ buf bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	t.buf.Write(p)
	if extra := t.buf.Len() - 64<<10; extra > 0 {
		t.buf.Next(extra)
	}
	return len(p), nil
}

func (t *tail) String() string { return t.buf.String() }

// A packageCounter reads pip's output and says now and then how far it is.
type packageCounter struct {
	progress io.Writer
	total    int
	seen     int
	next     time.Time // of the next line of progress
	rest     []byte    // of a line that has not ended
}

func (c *packageCounter) Write(p []byte) (int, error) {
	c.rest = append(c.rest, p...)
	for {
		line, rest, ok := bytes.Cut(c.rest, []byte("\n"))
		if !ok {
			break
		}
		c.rest = rest
		switch {
		case bytes.HasPrefix(line, []byte("Collecting ")), bytes.HasPrefix(line, []byte("Requirement already satisfied")):
			c.seen++
			if time.Now().After(c.next) {
				fmt.Fprintf(c.progress, "    %d of %d downloaded\n", min(c.seen, c.total), c.total)
				c.next = time.Now().Add(5 * time.Second)
			}
		case bytes.HasPrefix(line, []byte("Installing collected")):
			fmt.Fprintln(c.progress, "    all downloaded, unpacking")
		}
	}
	return len(p), nil
}

// countPackages counts the packages of a requirements file that are for any system.
func countPackages(requirements []byte) int {
	n := 0
	lines := bufio.NewScanner(bytes.NewReader(requirements))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line != "" && !strings.HasPrefix(line, "#") && !strings.Contains(line, "python_version <") && !strings.Contains(line, `sys_platform == "`) {
			n++
		}
	}
	return n
}
