package interp

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gokernel/interp/cell"
)

// timeMagics are the magics that measure.
func timeMagics() []Magic {
	return []Magic{
		{Name: "time", Line: true, Cell: true, Args: "statement", Help: "Run Go once and show how long it took.\nAs %%time, the rest of the cell. The time is that of the run itself, without checking and compiling.", Run: runTime},
		{Name: "timeit", Line: true, Cell: true, Args: "[-n N] statement", Help: "Run Go many times and show the time of one run.\nThe number of runs grows until they take a second together, by the rules of testing.Benchmark; -n fixes it. What the statement declares does not stay.", Run: runTimeit},
	}
}

func runTime(ctx context.Context, m *MagicCall) error {
	if strings.TrimSpace(m.Args+m.Body) == "" {
		return usageError{}
	}
	s := m.Session
	var cpu int64
	if u, err := s.proc.Usage(ctx); err == nil {
		cpu = -u.CPU
	}
	var took time.Duration
	s.runGo(ctx, execution{Request: m.Request, text: m.Text, took: &took}, m.Result)
	if took == 0 && m.Result.Err != nil {
		return nil // it has not run
	}
	if u, err := s.proc.Usage(ctx); err == nil && cpu != 0 {
		cpu += u.CPU
		m.Printf("CPU time: %s, wall time: %s\n", duration(time.Duration(cpu)), duration(took))
		return nil
	}
	m.Printf("wall time: %s\n", duration(took))
	return nil
}

// duration writes d with three digits.
func duration(d time.Duration) string { return nanoseconds(float64(d)) }

func nanoseconds(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}

func runTimeit(ctx context.Context, m *MagicCall) error {
	text, args := m.Text, m.Args
	n := 0
	if rest, ok := strings.CutPrefix(args, "-n"); ok {
		rest = strings.TrimLeft(rest, " =")
		num, stmt, _ := strings.Cut(rest, " ")
		var err error
		if n, err = strconv.Atoi(num); err != nil || n < 1 {
			return usageError{}
		}
		i := strings.Index(text, args)
		j := strings.Index(args, stmt)
		if stmt == "" {
			j = len(args)
		}
		text = text[:i] + strings.Repeat(" ", j) + text[i+j:]
	}
	if strings.TrimSpace(text) == "" {
		return usageError{}
	}
	if err := cell.CheckSyntax(text); err != nil {
		_, e := m.Session.prepare(execution{Request: m.Request, text: text})
		return e
	}
	// the loop stands around the user's text: positions stay those of the cell
	wrap := cell.Wrap{
		Before: "func() string { r := testing.Benchmark(func(b *testing.B) { for range b.N { ",
		After:  "\n} }); return fmt.Sprint(r.N, \" \", r.T.Nanoseconds()) }()",
	}
	if n > 0 {
		wrap.Before = fmt.Sprintf("func() string { t0 := time.Now(); for range %d { ", n)
		wrap.After = fmt.Sprintf("\n}; return fmt.Sprint(%d, \" \", time.Since(t0).Nanoseconds()) }()", n)
	}
	req := m.Request
	req.Silent = false
	m.Session.runGo(ctx, execution{Request: req, text: text, wrap: wrap}, m.Result)
	if m.Result.Err != nil || m.Result.Value == nil {
		return nil
	}
	out, _ := m.Result.Value.MIME["text/plain"].(string)
	m.Result.Value = nil
	var runs, ns int64
	if _, err := fmt.Sscan(strings.Trim(out, "\""), &runs, &ns); err != nil || runs == 0 {
		return fmt.Errorf("no measurement came back: %q", out)
	}
	m.Printf("%s per run (%d runs, %s in all)\n", nanoseconds(float64(ns)/float64(runs)), runs, duration(time.Duration(ns)))
	return nil
}
