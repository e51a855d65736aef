package check

import (
	"fmt"
	"strings"
	"testing"

	"gokernel/notebooks/check/answers"
)

// Every shipped solution passes its check and every shipped wrong answer fails
// for its stated reason.
func TestAnswers(t *testing.T) {
	t.Setenv("GOKERNEL_PROGRESS", t.TempDir())
	solved := map[string]bool{}
	refused := map[string]bool{}
	for _, a := range answers.All() {
		if a.Want == "" {
			solved[a.ID] = true
		} else {
			refused[a.ID] = true
		}
		t.Run(a.ID+"/"+strings.ReplaceAll(a.Name, ", ", "+"), func(t *testing.T) {
			if a.Racy && raceDetector {
				t.Skip("a data race by intent: the detector would end the test")
			}
			if a.Detected { // TestAnswersInCells sees that it is found
				if v := Exercise("en/"+a.ID, a.Funcs...); !v.Passed && v.Reason != Race {
					t.Errorf("reason %q:\n%s", v.Reason, v)
				}
				return
			}
			v := Exercise("en/"+a.ID, a.Funcs...)
			if got := string(v.Reason); got != a.Want {
				t.Errorf("reason %q, want %q:\n%s", got, a.Want, v)
			}
			if v.Passed != (a.Want == "") {
				t.Errorf("passed %v:\n%s", v.Passed, v)
			}
		})
	}
	for _, ex := range exercises() {
		if !solved[ex.id] {
			t.Errorf("%s has no solution", ex.id)
		}
		if !refused[ex.id] {
			t.Errorf("%s has no wrong answer", ex.id)
		}
	}
}

func TestExercisesAreComplete(t *testing.T) {
	all := exercises()
	if len(all) < 40 {
		t.Errorf("%d exercises, want 40 at least", len(all))
	}
	seen := map[string]bool{}
	bySection := map[int]int{}
	for _, ex := range all {
		if seen[ex.id] {
			t.Errorf("two exercises are called %s", ex.id)
		}
		seen[ex.id] = true
		bySection[ex.section]++
		if len(ex.hints) < 2 {
			t.Errorf("%s has %d hints", ex.id, len(ex.hints))
		}
		for _, s := range append([]text{ex.title, ex.why}, ex.hints...) {
			if s.ko == "" || s.en == "" {
				t.Errorf("%s lacks a text in a language: %q", ex.id, s)
			}
			if strings.Count(s.ko, "`")%2 != 0 || strings.Count(s.en, "`")%2 != 0 {
				t.Errorf("%s: backquotes do not match in %q", ex.id, s)
			}
		}
		source, err := solutionSource(ex.answers)
		if err != nil {
			t.Errorf("%s: %v", ex.id, err)
		}
		for _, name := range ex.answers {
			if !strings.Contains(source, "func "+name+"(") {
				t.Errorf("%s: solution does not define %s", ex.id, name)
			}
		}
	}
	for section := range 14 {
		if bySection[section] < 2 {
			t.Errorf("section %d has %d exercises, want 2 at least", section, bySection[section])
		}
	}
}

func TestHintsComeOneAtATime(t *testing.T) {
	t.Setenv("GOKERNEL_PROGRESS", t.TempDir())
	ex, _ := find("wait-1")
	for shown := 1; shown <= len(ex.hints)+1; shown++ {
		page := Hint("en/wait-1").String()
		for i, h := range ex.hints {
			if got, want := strings.Contains(page, h.en), i < shown; got != want {
				t.Errorf("call %d: hint %d shown: %v, want %v", shown, i+1, got, want)
			}
		}
		if got, want := strings.Contains(page, "check.Solution"), shown >= len(ex.hints); got != want {
			t.Errorf("call %d names the solution: %v, want %v", shown, got, want)
		}
	}
	if page := Reset("en/wait-1").String(); !strings.Contains(page, "wait-1") {
		t.Errorf("reset says %q", page)
	}
	if page := Hint("en/wait-1").String(); strings.Contains(page, ex.hints[1].en) {
		t.Errorf("after a reset the second hint is shown:\n%s", page)
	}
}

func TestProgressIsKeptAndReset(t *testing.T) {
	t.Setenv("GOKERNEL_PROGRESS", t.TempDir())
	total := len(exercises())
	want := func(done int) {
		t.Helper()
		if got, head := Progress("en").String(), fmt.Sprintf("%d of %d exercises passed", done, total); !strings.Contains(got, head) {
			t.Errorf("progress %q, want %q", got, head)
		}
	}
	want(0)
	Exercise("ko/start-1", func(n int) int { return n })
	want(0)
	Exercise("ko/start-1", func(n int) int { return n + n })
	want(1)
	Exercise("en/start-1", func(n int) int { return n })
	want(1) // what has passed stays passed
	Reset("en")
	want(0)
}

func TestPages(t *testing.T) {
	t.Setenv("GOKERNEL_PROGRESS", t.TempDir())
	for _, c := range []struct {
		page fmt.Stringer
		want []string
	}{
		{Exercise("ko/start-1", func(n int) int { return n }), []string{"아직입니다", "두 배", "check.Hint(\"ko/start-1\")"}},
		{Exercise("en/start-1", "not a function"), []string{"func(int) int", "string"}},
		{Exercise("en/start-2", func() {}, func() {}), []string{"hand over 1 functions; there are 2"}},
		{Exercise("en/no-such"), []string{`there is no exercise "en/no-such"`}},
		{Solution("en/ctx-5"), []string{"type userKey struct{}", "func withUser(", "func userOf("}},
		{Solution("ko/start-2"), []string{"풀이", "func runBoth(", "wg.Wait()"}},
		{Predict("ko", 3, 3.0), []string{"예상대로입니다"}},
		{Predict("en", "A", "B"), []string{"your guess: `A`", "it was: `B`"}},
	} {
		for _, want := range c.want {
			if got := c.page.String(); !strings.Contains(got, want) {
				t.Errorf("page lacks %q:\n%s", want, got)
			}
		}
	}
	if got := Predict("en", "<b>", 1).HTML(); strings.Contains(got, "<b>&lt;") || !strings.Contains(got, "&lt;b&gt;") {
		t.Errorf("HTML is not escaped: %s", got)
	}
}
