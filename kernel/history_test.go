package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// rowsText writes rows as "session/count input" lines.
func rowsText(rows []historyRow) string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, fmt.Sprintf("%d/%d %s", r.Session, r.Count, r.In))
	}
	return strings.Join(lines, "\n")
}

func wantRows(t *testing.T, what string, rows []historyRow, want ...string) {
	t.Helper()
	if got := rowsText(rows); got != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, strings.Join(want, "\n"))
	}
}

func TestHistoryAccess(t *testing.T) {
	dir := t.TempDir()
	first := newHistory(dir, t.Logf)
	s := first.session()
	s.add(1, "x := 1", "")
	s.add(2, "x", "1")
	s.add(3, "fmt.Println(x)\nx", "")
	first.close()

	second := newHistory(dir, t.Logf)
	defer second.close()
	s = second.session()
	wantRows(t, "session 0 before its first input", s.span(0, 0, nil))
	wantRows(t, "session -1 before the first input", s.span(-1, 1, new(3)), "1/1 x := 1", "1/2 x")
	s.add(1, "x", "")
	s.add(2, "y := x", "")

	wantRows(t, "tail 3", second.search("*", 3, false), "1/3 fmt.Println(x)\nx", "2/1 x", "2/2 y := x")
	wantRows(t, "tail of all", second.search("*", 0, false), "1/1 x := 1", "1/2 x", "1/3 fmt.Println(x)\nx", "2/1 x", "2/2 y := x")
	wantRows(t, "search x*", second.search("x*", 0, false), "1/1 x := 1", "1/2 x", "2/1 x")
	wantRows(t, "search x*, unique", second.search("x*", 0, true), "1/1 x := 1", "2/1 x")
	wantRows(t, "search x*, the last", second.search("x*", 1, false), "2/1 x")
	wantRows(t, "search over a newline", second.search("fmt*x", 0, false), "1/3 fmt.Println(x)\nx")
	wantRows(t, "range of this session", s.span(0, 1, new(2)), "2/1 x")
	wantRows(t, "range to the end", s.span(0, 2, nil), "2/2 y := x")
	wantRows(t, "range from the end", s.span(0, -1, nil), "2/2 y := x")
	wantRows(t, "range up to the end", s.span(0, 1, new(-1)), "2/1 x")
	wantRows(t, "range by number", s.span(1, 2, new(3)), "1/2 x")
	wantRows(t, "range of the session before", s.span(-1, 3, nil), "1/3 fmt.Println(x)\nx")
	wantRows(t, "range of no session", s.span(-2, 0, nil))
	wantRows(t, "range of a number that is not there", s.span(77, 0, nil))

	entries := s.entries()
	if len(entries) != 5 || entries[0].Session != -1 || entries[4].Session != 0 || entries[4].Code != "y := x" {
		t.Errorf("entries: %+v", entries)
	}
}

func TestHistoryOfSeveralKernelsAtOnce(t *testing.T) {
	const kernels, inputs = 8, 50
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range kernels {
		all.Go(func() {
			h := newHistory(dir, t.Logf)
			defer h.close()
			s := h.session()
			for n := range inputs {
				s.add(n+1, fmt.Sprintf("kernel %d input %d", i, n+1), "")
			}
		})
	}
	all.Wait()
	h := newHistory(dir, t.Logf)
	bySession := map[int]string{}
	rows := h.search("*", 0, false)
	for _, r := range rows {
		kernel, _, _ := strings.Cut(r.In, " input")
		if was := bySession[r.Session]; was != "" && was != kernel {
			t.Fatalf("session %d holds inputs of %s and %s", r.Session, was, kernel)
		}
		bySession[r.Session] = kernel
	}
	if len(rows) != kernels*inputs || len(bySession) != kernels {
		t.Errorf("%d inputs of %d sessions, want %d of %d", len(rows), len(bySession), kernels*inputs, kernels)
	}
}

func TestHistorySurvivesDamage(t *testing.T) {
	dir := t.TempDir()
	text := `{"n":1,"in":"good"}` + "\n" + `{"n":2,"in":"cut of`
	if err := os.WriteFile(filepath.Join(dir, "00000003.jsonl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"note.txt", "x.jsonl", "-1.jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := newHistory(dir, t.Logf)
	defer h.close()
	h.session().add(1, "next", "")
	wantRows(t, "all", h.search("*", 0, false), "3/1 good", "4/1 next")
}

func TestHistoryWithoutAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(file, "history")} {
		h := newHistory(dir, t.Logf)
		a, b := h.session(), h.session()
		a.add(1, "a", "")
		b.add(1, "b", "")
		wantRows(t, "dir "+dir, h.search("*", 0, false), "1/1 a", "2/1 b")
		wantRows(t, "range in dir "+dir, b.span(0, 0, nil), "2/1 b")
		h.close()
	}
}

func TestHistoryForgetsTheOldestSessions(t *testing.T) {
	dir := t.TempDir()
	for n := 1; n <= historyFiles+5; n++ {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%08d.jsonl", n)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := newHistory(dir, t.Logf)
	defer h.close()
	h.session().add(1, "new", "")
	numbers := h.numbers()
	if len(numbers) != historyFiles || numbers[len(numbers)-1] != historyFiles+6 {
		t.Errorf("%d files, the last is %d", len(numbers), numbers[len(numbers)-1])
	}
}

func TestHistoryKeepsLittleInMemory(t *testing.T) {
	h := newHistory(t.TempDir(), t.Logf)
	defer h.close()
	s := h.session()
	for n := 1; n <= 2*historyKept+10; n++ {
		s.add(n, fmt.Sprint("input ", n), "")
	}
	if len(s.inputs) > 2*historyKept {
		t.Errorf("%d inputs in memory", len(s.inputs))
	}
	rows := s.span(0, 0, nil)
	if len(rows) != 2*historyKept+10 || rows[0].In != "input 1" || rows[len(rows)-1].Count != len(rows) {
		t.Errorf("%d rows", len(rows))
	}
}

// add is what a cell does: its input is kept before its reply and saved after it.
func (s *historySession) add(count int, in, out string) {
	s.keep(count, in, out)
	s.save()
}

func TestHistoryBeforeItIsSaved(t *testing.T) {
	dir := t.TempDir()
	h := newHistory(dir, t.Logf)
	s := h.session()
	s.keep(1, "x", "")
	wantRows(t, "search", h.search("*", 0, false), "1/1 x")
	s.keep(2, "y", "")
	wantRows(t, "session 0", s.span(0, 0, nil), "1/1 x", "1/2 y")
	s.keep(3, "z", "")
	if n := len(s.entries()); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
	s.keep(4, "last", "")
	h.close()
	next := newHistory(dir, t.Logf)
	defer next.close()
	wantRows(t, "the next kernel", next.search("*", 0, false), "1/1 x", "1/2 y", "1/3 z", "1/4 last")
}
