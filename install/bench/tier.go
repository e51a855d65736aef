package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"gokernel/install/jupytertest"
)

// The columns that the judgement is about.
const (
	interpretedColumn = "gokernel interpreted"
	nativeColumn      = "gokernel native"
	compiledColumn    = "compiled Go"
)

// measureTier runs the workloads on the kernels and as a compiled program.
func measureTier(ctx context.Context, env *jupytertest.Env, dir string, rounds int, only string, interpreted bool, others []string, add func(line []byte) error) error {
	program, err := compiledWorkloads(ctx, dir)
	if err != nil {
		return err
	}
	modes := []string{"native"}
	if interpreted {
		modes = []string{"interpreted", "native"}
	}
	plan, err := json.Marshal(map[string]any{"imports": imports, "program": program, "work": workloads, "only": only, "modes": modes})
	if err != nil {
		return fmt.Errorf("writing the workloads: %w", err)
	}
	file := filepath.Join(dir, "plan.json")
	if err := os.WriteFile(file, plan, 0o600); err != nil {
		return fmt.Errorf("writing the workloads: %w", err)
	}
	return measureWith(ctx, env, []string{"--tier", file, "--rounds", fmt.Sprint(rounds)}, others, add)
}

// compiledWorkloads builds the workloads into one program, which is told their numbers.
func compiledWorkloads(ctx context.Context, dir string) (string, error) {
	var b strings.Builder
	b.WriteString("package main\n\n")
	for _, i := range append([]string{"bufio", "os", "time"}, imports...) {
		fmt.Fprintf(&b, "import %q\n", i)
	}
	for _, w := range workloads {
		fmt.Fprintf(&b, "\n%s\n", w.Go)
	}
	b.WriteString("\nvar work = []func() any{\n")
	for _, w := range workloads {
		fmt.Fprintf(&b, "\tfunc() any { return %s },\n", w.Call)
	}
	b.WriteString("}\n\nfunc main() {\n\tfor in := bufio.NewScanner(os.Stdin); in.Scan(); {\n\t\tn := 0\n\t\tfmt.Sscan(in.Text(), &n)\n" +
		"\t\tstart := time.Now()\n\t\tv := work[n]()\n\t\tfmt.Println(float64(time.Since(start).Nanoseconds())/1e6, v)\n\t}\n}\n")
	if err := os.WriteFile(filepath.Join(dir, "work.go"), []byte(b.String()), 0o600); err != nil {
		return "", fmt.Errorf("writing the compiled program: %w", err)
	}
	exe := filepath.Join(dir, "work.exe")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", exe, filepath.Join(dir, "work.go"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the compiled program: %w\n%s", err, out)
	}
	return exe, nil
}

// tierTable prints the medians with their ratios to the compiled program.
func (r results) tierTable(out io.Writer) error {
	columns := []string{compiledColumn, nativeColumn, interpretedColumn}
	for k := range r {
		if k != compiledColumn && k != nativeColumn && k != interpretedColumn {
			columns = append(columns, k)
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "%s/%s, %d CPUs, %s; median in ms, and how many times the compiled program's\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), time.Now().Format(time.DateOnly))
	fmt.Fprintf(w, "\tpromise\t%s\n", strings.Join(columns, "\t"))
	for _, x := range workloads {
		if _, ran := r.median(compiledColumn, x.Name); !ran {
			continue
		}
		promise := ""
		if x.Closed {
			promise = "< 1.3"
		}
		fmt.Fprintf(w, "%s\t%s", x.Name, promise)
		base, _ := r.median(compiledColumn, x.Name)
		for _, c := range columns {
			m, ok := r.median(c, x.Name)
			switch {
			case !ok:
				fmt.Fprint(w, "\tno reply")
			case c == compiledColumn || base == 0:
				fmt.Fprintf(w, "\t%s", number(m))
			default:
				fmt.Fprintf(w, "\t%s (%s)", number(m), number(m/base))
			}
		}
		fmt.Fprintln(w)
	}
	if quiet, ok := r.median(nativeColumn, "quiet_ms"); ok {
		busy, _ := r.median(nativeColumn, "building_ms")
		fmt.Fprintf(w, "1+1 while functions are compiled\t< 1.5\tquiet %s\tbuilding %s (%s)\n", number(quiet), number(busy), number(busy/quiet))
	}
	return w.Flush()
}
