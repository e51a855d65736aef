// Package jupytertest gives tests and the benchmark a Jupyter with this kernel
// in it and nothing of the user's: the private JupyterLab's Python, a freshly
// built program, and folders of its own for kernelspecs, settings and history.
// Its tests let the real front ends run notebooks through the installed kernel.
package jupytertest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"gokernel/install"
)

// An Env is one such Jupyter.
type Env struct {
	Python string // of the private JupyterLab, with the test packages
	Binary string // this program, built from the source as it is
	Root   string // the checkout
	dir    string
	spec   string
}

// Kernelspec is the path of this kernel's kernel.json.
func (e *Env) Kernelspec() string { return filepath.Join(e.spec, "kernel.json") }

// New builds the program, sets up the private JupyterLab if it is not there
// (told to progress) and installs the kernelspec below dir, a folder of the
// caller's that is empty or was given before.
func New(ctx context.Context, dir string, progress io.Writer) (*Env, error) {
	python, err := install.TestPython(ctx, progress)
	if err != nil {
		return nil, err
	}
	mod, err := output(exec.CommandContext(ctx, "go", "env", "GOMOD"))
	if err != nil {
		return nil, fmt.Errorf("finding the checkout: %w", err)
	}
	e := &Env{Python: python, Binary: filepath.Join(dir, "gokernel"), Root: filepath.Dir(strings.TrimSpace(mod)), dir: dir}
	if runtime.GOOS == "windows" {
		e.Binary += ".exe"
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", e.Binary, "gokernel")
	build.Dir = e.Root
	if _, err := output(build); err != nil {
		return nil, fmt.Errorf("building the kernel: %w", err)
	}
	for _, sub := range []string{"data", "config", "runtime", "kernel"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	e.spec, err = install.Install(install.Target{Data: filepath.Join(dir, "share", "jupyter"), Binary: e.Binary})
	return e, err
}

// Environ is the environment of whatever should see this Jupyter only.
func (e *Env) Environ() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "JUPYTER") && !strings.HasPrefix(kv, "PYTHON") && !strings.HasPrefix(kv, "GOKERNEL_DATA") {
			env = append(env, kv)
		}
	}
	in := func(sub string) string { return filepath.Join(e.dir, sub) }
	return append(env,
		"JUPYTER_PATH="+filepath.Join(e.dir, "share", "jupyter"),
		"JUPYTER_DATA_DIR="+in("data"),
		"JUPYTER_CONFIG_DIR="+in("config"),
		"JUPYTER_RUNTIME_DIR="+in("runtime"),
		"IPYTHONDIR="+in("config"),
		"GOKERNEL_DATA_DIR="+in("kernel"),
		"PYTHONNOUSERSITE=1",
		"PYTHONUTF8=1",
		"PATH="+filepath.Dir(e.Python)+string(os.PathListSeparator)+os.Getenv("PATH"),
	)
}

// PythonCommand runs the private Python.
func (e *Env) PythonCommand(ctx context.Context, args ...string) *exec.Cmd {
	return e.command(ctx, e.Python, args...)
}

// Jupyter runs the private jupyter with a subcommand.
func (e *Env) Jupyter(ctx context.Context, args ...string) *exec.Cmd {
	name := "jupyter"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return e.command(ctx, filepath.Join(filepath.Dir(e.Python), name), args...)
}

func (e *Env) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = e.Environ()
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// output runs a command; the error holds what it printed.
func output(cmd *exec.Cmd) (string, error) {
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, errs.Bytes())
	}
	return string(out), nil
}
