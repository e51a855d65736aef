package install

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A Check is a question that doctor asks.
type Check struct {
	Name string
	// Ask gives what is the case, in plain words, or an error that says what is
	// wrong and what to do.
	Ask func(ctx context.Context) (string, error)
}

type doctorVerb struct{}

// Run asks everything and fails if something that is needed is wrong.
func (*doctorVerb) Run(v *verbs) error {
	fmt.Fprintln(v.out, Version())
	checks := append([]Check{
		{"Program", checkProgram},
		{"Python", checkPython},
		{"Cache folder", checkCache},
		{"Private JupyterLab", checkPrivate},
		{"Kernel", checkKernelspecs},
		{"Your Jupyter", checkJupyter},
	}, v.checks...)
	bad := 0
	for _, c := range checks {
		ctx, cancel := context.WithTimeout(v.ctx, 30*time.Second)
		answer, err := c.Ask(ctx)
		cancel()
		if v.ctx.Err() != nil {
			return v.ctx.Err()
		}
		mark := "ok   "
		if err != nil {
			mark, answer = "WRONG", err.Error()
			bad++
		}
		fmt.Fprintf(v.out, "%s  %s: %s\n", mark, c.Name, strings.ReplaceAll(answer, "\n", "\n       "))
	}
	if bad > 0 {
		return sentence(nil, "%d of %d points need attention, see WRONG above", bad, len(checks))
	}
	fmt.Fprintln(v.out, "Nothing is wrong.")
	return nil
}

func checkProgram(context.Context) (string, error) {
	self, temporary, err := thisProgram()
	if err != nil {
		return "", err
	}
	if temporary {
		return "started by go run; kernelspecs get a copy that stays", nil
	}
	return self, nil
}

func checkPython(ctx context.Context) (string, error) {
	p, err := findPython(ctx, "")
	if err != nil {
		return "", err
	}
	return p.String(), nil
}

func checkCache(context.Context) (string, error) {
	dir, err := makeCacheDir()
	if err != nil {
		return "", err
	}
	answer := dir
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", cannotWrite(dir, err, "set "+cacheVariable+" to a folder you can use")
	}
	current := filepath.Base(privateJupyterIn(dir).dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "jupyter-") && e.Name() != current {
			answer += "\n" + filepath.Join(dir, e.Name()) + " is from another version of gokernel and can be removed"
		}
	}
	return answer, nil
}

func checkPrivate(ctx context.Context) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	j := privateJupyterIn(cache)
	if _, err := os.Stat(j.dir); errors.Is(err, fs.ErrNotExist) {
		return "not made yet; gokernel lab makes it", nil
	}
	if !j.built() {
		return "", sentence(nil, "%s is incomplete; gokernel lab makes it anew", j.dir)
	}
	cmd := exec.CommandContext(ctx, j.python(), "-c", "import jupyterlab; print(jupyterlab.__version__)")
	cmd.Env = j.environ()
	out, err := cmd.Output()
	if err != nil {
		return "", sentence(err, "%s does not run (%v): remove it, gokernel lab makes it anew", j.dir, err)
	}
	if spec, err := readSpec(filepath.Join(j.data(), "kernels", KernelName)); err == nil {
		if problem := checkSpec(ctx, spec); problem != "" {
			return "", sentence(nil, "its kernel %s", strings.Replace(problem, "gokernel install", "gokernel lab", 1))
		}
	}
	return "JupyterLab " + strings.TrimSpace(string(out)) + " in " + j.dir, nil
}

// checkKernelspecs looks at each kernelspec of ours that Jupyter could find.
func checkKernelspecs(ctx context.Context) (string, error) {
	var found, wrong []string
	first := map[string]string{} // kernelspec name to the folder that wins
	for _, data := range thisSystem().searchPath() {
		entries, err := os.ReadDir(filepath.Join(data, "kernels"))
		if err != nil {
			continue
		}
		for _, e := range entries {
			dir := filepath.Join(data, "kernels", e.Name())
			spec, err := readSpec(dir)
			if err != nil && e.Name() == KernelName {
				wrong = append(wrong, fmt.Sprintf("%v: gokernel install writes it anew", err))
			}
			if err != nil || !spec.ours() {
				continue
			}
			if problem := checkSpec(ctx, spec); problem != "" {
				wrong = append(wrong, dir+" "+problem)
				continue
			}
			line := fmt.Sprintf("%q in %s", spec.DisplayName, dir)
			if winner, taken := first[e.Name()]; taken {
				line += " (hidden by " + winner + ")"
			} else {
				first[e.Name()] = dir
			}
			found = append(found, line)
		}
	}
	if len(wrong) > 0 {
		return "", sentence(nil, "%s", strings.Join(wrong, "\n"))
	}
	if len(found) == 0 {
		return "not installed in a Jupyter of yours; gokernel install does that (gokernel lab does not need it)", nil
	}
	return strings.Join(found, "\n"), nil
}

// checkSpec says what is wrong with a kernelspec of ours, "" for nothing.
func checkSpec(ctx context.Context, spec Spec) string {
	binary := spec.Argv[0]
	info, err := os.Stat(binary)
	switch {
	case !filepath.IsAbs(binary):
		return fmt.Sprintf("starts %q, which is no absolute path: gokernel install writes it anew", binary)
	case err != nil:
		return fmt.Sprintf("starts %s, which is not there: gokernel install writes it anew", binary)
	case info.IsDir() || runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Sprintf("starts %s, which cannot be run: gokernel install writes it anew", binary)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "gokernel ") {
		return fmt.Sprintf("starts %s, which does not run (%v): gokernel install writes it anew", binary, err)
	}
	if spec.InterruptMode != "message" {
		return fmt.Sprintf("has interrupt_mode %q, not message: gokernel install writes it anew", spec.InterruptMode)
	}
	return ""
}

// checkJupyter looks at the jupyter on the PATH, which nobody needs who uses gokernel lab.
func checkJupyter(ctx context.Context) (string, error) {
	path, err := exec.LookPath("jupyter")
	if err != nil {
		return "none on the PATH; gokernel lab brings its own", nil
	}
	out, err := exec.CommandContext(ctx, path, "kernelspec", "list", "--json").Output()
	if err != nil {
		return fmt.Sprintf("%s cannot list kernels (%v); gokernel lab brings its own", path, err), nil
	}
	if !strings.Contains(string(out), `"`+KernelName+`"`) {
		return path + " does not see the kernel; gokernel install makes it so, or gokernel install --sys-prefix in its environment", nil
	}
	return path + " sees the kernel", nil
}
