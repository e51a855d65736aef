package interp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"gokernel/interp/failing"
)

// runner is a session in which cells are run one after another, with what they print.
type runner struct {
	t *testing.T
	s *Session
	r *recorder
	n int
}

func newRunner(t *testing.T) *runner {
	t.Helper()
	r := &runner{t: t, r: &recorder{}}
	s, err := NewSession(Options{Sink: r.r, Dir: t.TempDir(), Memory: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	r.s = s
	return r
}

// run gives the cell's result, all that it printed, and how long it took.
func (r *runner) run(code string, limit time.Duration) (Result, string, time.Duration) {
	r.t.Helper()
	r.n++
	r.r.mu.Lock()
	from := r.r.out.Len()
	r.r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	start := time.Now()
	res := r.s.Execute(ctx, Request{ID: CellID(r.n), Count: r.n, Code: code})
	took := time.Since(start)
	r.r.mu.Lock()
	defer r.r.mu.Unlock()
	return res, string(r.r.out.Bytes()[from:]), took
}

func TestFailingPrograms(t *testing.T) {
	r := newRunner(t)
	for i, p := range failing.Programs() {
		t.Run(strings.ReplaceAll(p.Name, " ", "_"), func(t *testing.T) {
			r.t = t
			keep := fmt.Sprintf("kept%d", i)
			if res, _, _ := r.run(fmt.Sprintf("%s := %d\nfunc say%d() string { return \"still here\" }", keep, i, i), time.Minute); res.Err != nil {
				t.Fatalf("setting up: %v", res.Err)
			}
			var res Result
			var all string
			for _, c := range p.Cells {
				var out string
				res, out, _ = r.run(c, 30*time.Second)
				all += out
			}
			class := ""
			if res.Err != nil {
				class = res.Err.Name
				all += strings.Join(res.Err.Traceback, "\n")
			}
			if class != p.Class {
				t.Errorf("the error is %q, want %q\n%s", class, p.Class, all)
			}
			for _, w := range p.Want {
				if !strings.Contains(all, w) {
					t.Errorf("%q is missing in\n%s", w, all)
				}
			}
			after, _, _ := r.run(fmt.Sprintf("say%d()", i), 10*time.Second)
			if after.Err != nil || after.Value == nil {
				t.Errorf("the declarations are gone: %v", after.Err)
			}
			if !p.Fatal {
				v, _, _ := r.run(keep, 10*time.Second)
				if v.Err != nil || v.Value == nil || fmt.Sprint(v.Value.MIME["text/plain"]) != fmt.Sprint(i) {
					t.Errorf("the variable is gone: %v", v.Err)
				}
			}
		})
	}
}

func TestQuietPrograms(t *testing.T) {
	all := quietPrograms()
	names := slices.Sorted(maps.Keys(all))
	every := 1
	if testing.Short() {
		every = 7
	}
	t.Run("group", func(t *testing.T) {
		const sessions = 4 // waiting programs cost no processor: several at once
		for k := range sessions {
			t.Run(fmt.Sprint(k), func(t *testing.T) {
				t.Parallel()
				r := newRunner(t)
				for i := k * every; i < len(names); i += sessions * every {
					// a block keeps the names of one program from the next
					res, out, _ := r.run("func() {\n"+all[names[i]]+"\n}()", 20*time.Second)
					if res.Err != nil {
						t.Errorf("%s: %v\n%s\n%s", names[i], res.Err, out, strings.Join(res.Err.Traceback, "\n"))
					} else if strings.Contains(out, "deadlock") {
						t.Errorf("%s: %s", names[i], out)
					}
				}
			})
		}
	})
}
