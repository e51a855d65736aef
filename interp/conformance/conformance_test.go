package conformance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"gokernel/interp"
	"gokernel/interp/display"
	"gokernel/interp/worker"
)

var (
	folders  = flag.String("folders", "chan,interface,ken,typeparam,.", "folders of the suite to run; chan,interface,ken with -short")
	programs = flag.String("programs", "", "programs to run instead, as folder/name.go")
	limit    = flag.Duration("limit", 2*time.Minute, "what a cell may take")
	native   = flag.Bool("native", false, "run what can be compiled natively as native code")
	update   = flag.Bool("update", false, "write the list of programs that are not exact anew")
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" { // the process that runs cells is this program too
		os.Exit(worker.Serve())
	}
	os.Exit(m.Run())
}

// verdict is how a cell did against the compiled program.
type verdict string

const (
	exact     verdict = "exact"
	refused   verdict = "refused"
	different verdict = "different"
	hangs     verdict = "hangs"
	died      verdict = "worker died"
)

var verdicts = []verdict{exact, refused, different, hangs, died}

// answer is what a run of a program gave.
type answer struct {
	Built  bool // by the toolchain
	Out    string
	Err    string
	Status int
}

func TestSuite(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go toolchain to compare with")
	}
	if testing.Short() && *folders == flag.Lookup("folders").DefValue {
		*folders = "chan,interface,ken"
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal("asking the toolchain for its folder: ", err)
	}
	root := filepath.Join(strings.TrimSpace(string(goroot)), "test")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the toolchain has no test programs: ", err)
	}
	excluded, notExact := readList(t, "testdata/excluded.txt"), readList(t, "testdata/notexact.txt")
	var names []string
	if *programs != "" {
		names = strings.Split(*programs, ",")
	} else {
		for f := range strings.SplitSeq(*folders, ",") {
			names = append(names, runnable(t, root, f)...)
		}
	}
	table := map[string]map[verdict]int{}
	count := map[string]int{}
	found := map[string]string{}
	for _, name := range names {
		if excluded[name] != "" {
			continue
		}
		want := compiled(t, filepath.Join(root, name))
		if !want.Built || want.Status != 0 { // not for this platform, or not meant to end well
			continue
		}
		v, why := try(t, root, name, want)
		folder := filepath.Dir(name)
		if table[folder] == nil {
			table[folder] = map[verdict]int{}
		}
		table[folder][v]++
		count[folder]++
		if v == exact {
			if notExact[name] != "" && !*update && !strings.HasPrefix(notExact[name], string(hangs)) {
				t.Errorf("%s is exact now: take it off testdata/notexact.txt", name)
			}
			continue
		}
		found[name] = string(v) + ": " + why
		if notExact[name] == "" && !*update {
			t.Errorf("%s: %s: %s", name, v, why)
		}
	}
	t.Log("\n" + format(table, count))
	if *update {
		writeList(t, "testdata/notexact.txt", notExact, found, names)
	}
}

// runDirective marks the programs that are built and run without further arguments.
var runDirective = regexp.MustCompile(`(?m)^// ?run\s*$`)

// runnable gives the programs of a folder, as folder/name.go.
func runnable(t *testing.T, root, folder string) []string {
	files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var r []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if runDirective.Match(src[:min(len(src), 400)]) {
			r = append(r, filepath.Join(folder, filepath.Base(f)))
		}
	}
	return r
}

// compiled builds and runs a program. Answers are kept in the user's cache.
func compiled(t *testing.T, file string) answer {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	sum := sha256.Sum256(append([]byte(runtime.Version()+"\n"), src...))
	kept := filepath.Join(cache, "gokernel-conformance", fmt.Sprintf("%x.json", sum[:12]))
	var a answer
	if b, err := os.ReadFile(kept); err == nil && json.Unmarshal(b, &a) == nil {
		return a
	}
	dir := t.TempDir()
	exe := filepath.Join(dir, "program.exe")
	if err := exec.Command("go", "build", "-o", exe, file).Run(); err == nil {
		a.Built = true
		ctx, cancel := context.WithTimeout(context.Background(), *limit)
		defer cancel()
		c := exec.CommandContext(ctx, exe)
		var out, errs bytes.Buffer
		c.Stdout, c.Stderr, c.Dir = &out, &errs, dir
		err := c.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			a.Status = exit.ExitCode()
		} else if err != nil {
			a.Status = -1
		}
		a.Out, a.Err = out.String(), errs.String()
	}
	if b, err := json.Marshal(a); err == nil {
		if os.MkdirAll(filepath.Dir(kept), 0o755) == nil {
			_ = os.WriteFile(kept, b, 0o644) // without it the next run builds again
		}
	}
	return a
}

// try runs a program as the one cell of a fresh session.
func try(t *testing.T, root, name string, want answer) (verdict, string) {
	src, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
	s, err := interp.NewSession(interp.Options{Sink: rec, Dir: t.TempDir(), Native: *native, NativeFirst: *native, Logf: func(format string, args ...any) {
		t.Logf(name+": "+format, args...)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	limit := *limit
	if *native {
		limit *= 5 // the toolchain's time counts
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	over := make(chan interp.Result, 1)
	go func() { over <- s.Execute(ctx, interp.Request{ID: 1, Count: 1, Code: string(src)}) }()
	var res interp.Result
	select {
	case res = <-over:
	case <-time.After(limit + 30*time.Second):
		return hangs, "the session does not answer"
	}
	out, errs := rec.text()
	switch {
	case ctx.Err() != nil:
		return hangs, fmt.Sprintf("more than %v", limit)
	case res.Err != nil && strings.HasPrefix(res.Err.Name, "compile error"), res.Err != nil && strings.HasPrefix(res.Err.Name, "not supported"):
		return refused, res.Err.Value
	case res.Err != nil && res.Err.Name == "fatal error":
		return died, res.Err.Value
	case res.Err != nil:
		return different, res.Err.Name + ": " + res.Err.Value
	case out != want.Out:
		return different, "stdout " + firstDifference(want.Out, out)
	case errs != want.Err:
		return different, "stderr " + firstDifference(want.Err, errs)
	}
	return exact, ""
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d: want %.90q, got %.90q", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("has %d lines, want %d", len(g), len(w))
}

// recorder is a Sink that keeps the two streams.
type recorder struct {
	mu        sync.Mutex
	out, errs bytes.Buffer
}

func (r *recorder) Stream(_ interp.CellID, name string, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name == "stderr" {
		r.errs.Write(text)
		return
	}
	r.out.Write(text)
}

func (r *recorder) text() (out, errs string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String(), notices.ReplaceAllString(r.errs.String(), "")
}

// notices are what the session itself remarks, such as goroutines that a program has left behind; they are dimmed.
var notices = regexp.MustCompile(`\x1b\[2m(?s:.*?)\x1b\[0m\n?`)

func (r *recorder) Display(interp.CellID, display.Data) {}
func (r *recorder) Clear(interp.CellID, bool)           {}
func (r *recorder) Input(context.Context, interp.CellID, string, bool) (string, error) {
	return "", interp.ErrNoInput
}

// format is the table of verdicts by folder.
func format(table map[string]map[verdict]int, count map[string]int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s%8s", "folder", "of")
	for _, v := range verdicts {
		fmt.Fprintf(&b, "%13s", v)
	}
	sum := map[verdict]int{}
	all := 0
	row := func(name string, n int, r map[verdict]int) {
		fmt.Fprintf(&b, "\n%-12s%8d", name, n)
		for _, v := range verdicts {
			fmt.Fprintf(&b, "%13d", r[v])
		}
	}
	fs := make([]string, 0, len(table))
	for f := range table {
		fs = append(fs, f)
	}
	sort.Strings(fs)
	for _, f := range fs {
		row(f, count[f], table[f])
		for v, n := range table[f] {
			sum[v] += n
		}
		all += count[f]
	}
	row("sum", all, sum)
	if all > 0 {
		fmt.Fprintf(&b, "\nexact: %.1f %%", 100*float64(sum[exact])/float64(all))
	}
	return b.String()
}

// readList reads lines "name reason"; # begins a comment.
func readList(t *testing.T, file string) map[string]string {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := map[string]string{}
	for l := range strings.Lines(string(b)) {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			continue
		}
		name, why, _ := strings.Cut(l, " ")
		r[name] = strings.TrimSpace(why)
	}
	return r
}

// writeList writes what was found, and the old lines of programs that did not run now.
func writeList(t *testing.T, file string, old, found map[string]string, ran []string) {
	for name, why := range old {
		if !slices.Contains(ran, name) {
			found[name] = why
		}
	}
	var names []string
	for n := range found {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString("# Programs of Go's test suite that are not exact as cells: program, verdict, what differs. This list may only shrink.\n")
	for _, n := range names {
		fmt.Fprintf(&b, "%s %s\n", n, strings.ReplaceAll(found[n], "\n", " "))
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
