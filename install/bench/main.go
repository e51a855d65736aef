// Command bench measures this kernel beside ipykernel, in turns in the same
// run, with the same client, and prints a table:
//
//	go run ./install/bench
//
//	go run ./install/bench -tier
//
// The second one measures work for the processor: this kernel interpreted and native, the
// same text as a compiled program, and ipykernel.
//
// Other kernels join with their kernelspecs: go run ./install/bench gonb=PATH/kernel.json.
// "go test -bench . ./install/bench" gives the same figures as Go benchmarks.
package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"gokernel/install"
	"gokernel/install/jupytertest"
)

// client measures; it is Python because the client library that most clients
// use, libzmq, is what kernels are used through.
//
//go:embed client.py
var client string

func main() {
	rounds := flag.Int("rounds", 7, "how often each kernel is started")
	cells := flag.Int("cells", 1000, "length of the long session")
	tier := flag.Bool("tier", false, "measure workloads, interpreted and native, instead")
	only := flag.String("work", "", "with -tier: only the workloads whose name has this in it")
	interpreted := flag.Bool("interpreted", true, "with -tier: measure interpreted cells too, which take most of the time")
	asJSON := flag.Bool("json", false, "print what was measured, one JSON object for each round, and no table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *rounds, *cells, *tier, *interpreted, *only, *asJSON, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, rounds, cells int, tier, interpreted bool, only string, asJSON bool, others []string) error {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	env, err := jupytertest.New(ctx, dir, os.Stderr)
	if err != nil {
		return err
	}
	r := results{}
	add, table := r.add, r.table
	if tier {
		table = r.tierTable
	}
	if asJSON {
		add = func(line []byte) error {
			_, err := fmt.Fprintf(out, "%s\n", line)
			return err
		}
		table = func(io.Writer) error { return nil }
	}
	if tier {
		err = measureTier(ctx, env, dir, rounds, only, interpreted, others, add)
	} else {
		err = measure(ctx, env, rounds, cells, others, add)
	}
	if err != nil {
		return err
	}
	return table(out)
}

// measure runs the client on this kernel, ipykernel and the others (NAME=kernel.json), and
// gives each line of what it found to add.
func measure(ctx context.Context, env *jupytertest.Env, rounds, cells int, others []string, add func(line []byte) error) error {
	return measureWith(ctx, env, []string{"--rounds", fmt.Sprint(rounds), "--cells", fmt.Sprint(cells)}, others, add)
}

// measureWith runs the client with these options.
func measureWith(ctx context.Context, env *jupytertest.Env, options, others []string, add func(line []byte) error) error {
	specs := append([]string{
		install.KernelName + "=" + env.Kernelspec(),
		"ipykernel=" + filepath.Join(filepath.Dir(filepath.Dir(env.Python)), "share", "jupyter", "kernels", "python3", "kernel.json"),
	}, others...)
	cmd := env.PythonCommand(ctx, slices.Concat([]string{"-c", client}, options, specs)...)
	cmd.Stderr = os.Stderr
	found, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(found)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := add(lines.Bytes()); err != nil {
			cmd.Process.Kill()
			cmd.Wait()
			return err
		}
	}
	return cmd.Wait()
}

// results holds the numbers of each figure for each kernel.
type results map[string]map[string][]float64

// add takes one line of the client.
func (r results) add(line []byte) error {
	var found map[string]any
	if err := json.Unmarshal(line, &found); err != nil {
		return fmt.Errorf("reading %q: %w", line, err)
	}
	kernel, _ := found["kernel"].(string)
	if r[kernel] == nil {
		r[kernel] = map[string][]float64{}
	}
	if why, failed := found["failed"]; failed {
		if kernel == install.KernelName {
			return fmt.Errorf("%s: %v", kernel, why)
		}
		// Another kernel's failure is a figure that is missing from its column.
		fmt.Fprintf(os.Stderr, "  %s failed: %v\n", kernel, why)
		return nil
	}
	fmt.Fprintf(os.Stderr, "  %s: %v\n", kernel, found["measure"])
	for figure, v := range found {
		switch v := v.(type) {
		case float64:
			r[kernel][figure] = append(r[kernel][figure], v)
		case []any:
			for _, x := range v {
				if x, ok := x.(float64); ok {
					r[kernel][figure] = append(r[kernel][figure], x)
				}
			}
		case bool:
			n := 0.
			if v {
				n = 1
			}
			r[kernel][figure] = append(r[kernel][figure], n)
		}
	}
	return nil
}

// median is NaN-free: 0 and false for no numbers.
func (r results) median(kernel, figure string) (float64, bool) {
	v := slices.Sorted(slices.Values(r[kernel][figure]))
	if len(v) == 0 {
		return 0, false
	}
	if len(v)%2 == 0 {
		return (v[len(v)/2-1] + v[len(v)/2]) / 2, true
	}
	return v[len(v)/2], true
}

// figures are the rows of the table: what they are called, and what this
// kernel promises (0 for no promise).
var figures = []struct {
	name, title, unit string
	below             float64
}{
	{"info_ms", "spawn to kernel_info_reply", "ms", 15},
	{"first_ms", "spawn to first execute_reply", "ms", 50},
	{"value_ms", "1+1 to execute_reply", "ms", 0.35},
	{"value_late_ms", "1+1 after the long session", "ms", 0.35},
	{"first_complete_ms", "first completion of a session", "ms", 20},
	{"complete_ms", "completion", "ms", 1},
	{"inspect_ms", "inspection", "ms", 1},
	{"is_complete_ms", "is_complete", "ms", 0.3},
	{"busy_complete_ms", "completion while a cell computes", "ms", 1},
	{"busy_inspect_ms", "inspection while a cell computes", "ms", 1},
	{"busy_is_complete_ms", "is_complete while a cell computes", "ms", 0.3},
	{"pss_mib", "memory after the first cell (PSS of all processes)", "MiB", 50},
	{"grown_mib", "memory that the long session added", "MiB", 0},
	{"lines_ms", "100,000 printed lines to idle", "ms", 200},
	{"shutdown_ms", "shutdown_request to process gone", "ms", 60},
}

// table prints medians side by side, with the least and the most of each.
func (r results) table(out io.Writer) error {
	kernels := slices.Sorted(maps.Keys(r))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "%s/%s, %d CPUs, %s; median (least to most)\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), time.Now().Format(time.DateOnly))
	fmt.Fprintf(w, "\tpromise\t%s\n", strings.Join(kernels, "\t"))
	for _, f := range figures {
		promise := ""
		if f.below > 0 {
			promise = fmt.Sprintf("< %g %s", f.below, f.unit)
		}
		fmt.Fprintf(w, "%s\t%s", f.title, promise)
		for _, k := range kernels {
			m, ok := r.median(k, f.name)
			if !ok {
				fmt.Fprint(w, "\tno reply")
				continue
			}
			v := r[k][f.name]
			fmt.Fprintf(w, "\t%s %s (%s to %s)", number(m), f.unit, number(slices.Min(v)), number(slices.Max(v)))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "100,000 lines complete and in order\tyes")
	for _, k := range kernels {
		fmt.Fprintf(w, "\t%s", answer(r[k]["lines_exact"], func(least float64) string { return yes(least == 1) }))
	}
	fmt.Fprint(w, "\n20,000 lines to a reader that pauses 6 s\tall, and idle")
	for _, k := range kernels {
		lines := answer(r[k]["paused_lines"], func(least float64) string { return fmt.Sprint(least) })
		idle := answer(r[k]["paused_idle"], func(least float64) string { return map[bool]string{true: "and idle", false: "no idle"}[least == 1] })
		fmt.Fprintf(w, "\t%s, %s", lines, idle)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// answer tells about the worst of some measurements.
func answer(v []float64, tell func(least float64) string) string {
	if len(v) == 0 {
		return "no reply"
	}
	return tell(slices.Min(v))
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
