package check

import (
	"errors"
	"strings"
	"testing"

	"gokernel/notebooks/check/answers"
)

const report = `==================
WARNING: DATA RACE
Write at 0x00c000016128 by goroutine 9:
  main.newCounter.func1()
      cell 12:5 +0x3c
  gokernel/notebooks/check.(*trial).each.func1.1()
      gokernel/notebooks/check/sharing.go:390 +0x1a

Previous read at 0x00c000016128 by goroutine 8:
  main.newCounter.func2()
      cell 12:9 +0x44

Goroutine 9 (running) created at:
  main.main()
      cell 13:1 +0x12
==================
`

// What passed is asked about once more, and only a race in the learner's cells counts.
func TestDetector(t *testing.T) {
	solution := func(id string) []any {
		for _, a := range answers.All() {
			if a.ID == id && a.Want == "" {
				return a.Funcs
			}
		}
		t.Fatalf("no solution of %s", id)
		return nil
	}
	for name, c := range map[string]struct {
		id     string
		report string
		err    error
		reason Reason
		want   string
	}{
		"race":            {"race-3", report, nil, Race, "a write (line 5 of cell 12) and a read (line 9 of cell 12)"},
		"silence":         {"race-3", "", nil, None, "found nothing"},
		"elsewhere":       {"race-3", strings.NewReplacer("cell 12:", "file.go:", "cell 13:", "file.go:").Replace(report), nil, None, "found nothing"},
		"no toolchain":    {"race-3", "", errors.New("toolchain: install Go"), None, "Without a Go toolchain"},
		"not yet there":   {"race-3", "", errors.New("slow: it takes long"), None, "run the cell again"},
		"something else":  {"race-3", "", errors.New("no such call\nand more"), None, "left out: no such call"},
		"one goroutine":   {"start-1", report, nil, None, "passed"},
		"check of itself": {"closure-1", report, nil, None, "passed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOKERNEL_PROGRESS", t.TempDir())
			var asked []string
			v := exerciseIn(func(what string, args ...string) (string, error) {
				asked = append(asked, what+" "+strings.Join(args, " "))
				return c.report, c.err
			}, "en/"+c.id, solution(c.id))
			if v.Reason != c.reason || !strings.Contains(v.String(), c.want) {
				t.Errorf("reason %q, want %q and %q in\n%s", v.Reason, c.reason, c.want, v)
			}
			ex, _ := find(c.id)
			if want := "race " + Path + " Exercise en/" + c.id; !ex.calm && strings.Join(asked, ";") != want || ex.calm && len(asked) > 0 {
				t.Errorf("asked %q, want %q", asked, want)
			}
			if done := notes().read(c.id).Passed; done != v.Passed {
				t.Errorf("noted as passed: %v", done)
			}
		})
	}
}
