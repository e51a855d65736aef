package interp

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/worker"
)

var update = flag.Bool("update", false, "write the expected transcripts anew")

var nativeFirst = flag.Bool("native", false, "run what can be compiled natively as native code")

var cells = flag.Int("cells", 1000, "how long the session of TestLatency gets")

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" { // the process that runs cells is this program too
		os.Exit(worker.Serve())
	}
	os.Exit(m.Run())
}

// recorder is a Sink that writes down what comes.
type recorder struct {
	mu     sync.Mutex
	out    bytes.Buffer
	inputs []string
}

func (r *recorder) Stream(_ CellID, name string, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name == "stderr" {
		for l := range strings.Lines(string(text)) {
			r.out.WriteString("! " + l)
		}
		return
	}
	r.out.Write(text)
}

func (r *recorder) Display(_ CellID, d display.Data) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(&r.out, "display %v\n", d.MIME["text/plain"])
}

func (r *recorder) Clear(CellID, bool) {}

func (r *recorder) Input(_ context.Context, _ CellID, prompt string, _ bool) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.inputs) == 0 {
		return "", ErrNoInput
	}
	in := r.inputs[0]
	r.inputs = r.inputs[1:]
	fmt.Fprintf(&r.out, "input %q\n", prompt)
	return in, nil
}

// text is what has come so far; it stays.
func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func (r *recorder) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.out.String()
	r.out.Reset()
	return s
}

func start(t testing.TB, o Options) (*Session, *recorder) {
	rec := &recorder{}
	o.Sink = rec
	if o.Logf == nil {
		o.Logf = t.Logf
	}
	if *nativeFirst {
		o.Native, o.NativeFirst = true, true
	}
	s, err := NewSession(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, rec
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// waited is how long a goroutine has waited, which is chance.
var waited = regexp.MustCompile(`(?m), for [\d.a-zµ]+$`)

// show writes a result as transcripts do: errors with their name, the value after "= ".
func show(res Result) string {
	var b strings.Builder
	if res.Err != nil {
		fmt.Fprintf(&b, "ERROR %s: %s\n", res.Err.Name, res.Err.Value)
		for _, l := range res.Err.Traceback {
			for x := range strings.SplitSeq(waited.ReplaceAllString(ansi.ReplaceAllString(l, ""), ""), "\n") {
				b.WriteString(strings.TrimRight("  "+x, " ") + "\n")
			}
		}
	}
	if res.Value != nil {
		fmt.Fprintf(&b, "= %v\n", res.Value.MIME["text/plain"])
	}
	for _, p := range res.Pages {
		fmt.Fprintf(&b, "page\n%v\n", p.MIME["text/plain"])
	}
	if res.Next != nil {
		fmt.Fprintf(&b, "next input %q\n", res.Next.Text)
	}
	return b.String()
}

// transcript runs the cells of a text, parted by lines "---", in a session that prepare has set up, and writes down what
// they give.
func transcript(t testing.TB, text string, prepare func(*Session)) string {
	s, rec := start(t, Options{})
	prepare(s)
	s.hints = "off"
	var b strings.Builder
	for i, code := range strings.Split(strings.TrimSuffix(text, "\n"), "\n---\n") {
		n := i + 1
		fmt.Fprintf(&b, "[%d]\n", n)
		if rest, ok := strings.CutPrefix(code, "%complete "); ok { // | marks the cursor
			at := strings.Index(rest, "|")
			c := s.Complete(rest[:at]+rest[at+1:], at)
			var names []string
			for _, m := range c.Matches[:min(8, len(c.Matches))] {
				names = append(names, m.Text)
			}
			fmt.Fprintf(&b, "%v\n", names)
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		res := s.Execute(ctx, Request{ID: CellID(n), Count: n, Code: code})
		cancel()
		b.WriteString(ended(rec.take()))
		b.WriteString(show(res))
	}
	return b.String()
}

// busy is a line of the report about goroutines that a cell leaves behind: what one that is not blocked does just then is chance.
var busy = regexp.MustCompile(`(?m)^  .*\[(running|sync\.Mutex\.Lock)\].*, started at .*\n`)

func ended(s string) string {
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return waited.ReplaceAllString(busy.ReplaceAllString(ansi.ReplaceAllString(s, ""), ""), "")
}

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/session/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts: ", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got := transcript(t, string(src), func(*Session) {})
			golden := strings.TrimSuffix(f, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("transcript differs\n%s", firstDifference(string(want), got))
			}
		})
	}
}

// TestTranscriptsAtomically runs the transcripts that redefine functions as they run where the processor or the race detector
// wants the variables of redefined functions read atomically.
func TestTranscriptsAtomically(t *testing.T) {
	files, err := filepath.Glob("testdata/session/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.Contains(f, "redef") && !strings.Contains(f, "swap") && !strings.Contains(f, "running") {
			continue
		}
		n++
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(f, ".txt") + ".golden")
		if err != nil {
			t.Fatal(err)
		}
		if got := transcript(t, string(src), func(s *Session) { s.compiler.AtomicForwards(true) }); got != string(want) {
			t.Errorf("%s\n%s", f, firstDifference(string(want), got))
		}
	}
	if n < 5 {
		t.Errorf("%d transcripts redefine something", n)
	}
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %q\n got %q\n\n%s", i+1, a, b, got)
		}
	}
	return ""
}
