package hint

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestRules: every rule speaks both languages and names only what it can know.
func TestRules(t *testing.T) {
	for i, r := range append(append([]rule{}, rules...), quietRules...) {
		if r.en == "" || !strings.ContainsFunc(r.ko, func(c rune) bool { return unicode.Is(unicode.Hangul, c) }) {
			t.Errorf("rule %d does not speak both languages: %q %q", i, r.en, r.ko)
		}
		groups := 0
		if r.text != nil {
			groups = r.text.NumSubexp()
		}
		for _, text := range []string{r.en, r.ko} {
			for _, p := range regexp.MustCompile(`\{\d\}`).FindAllString(text, -1) {
				if int(p[1]-'0') > groups {
					t.Errorf("rule %d has no group %s: %s", i, p, text)
				}
			}
			if strings.Contains(strings.ReplaceAll(text, "[]T{}", ""), "{}") && r.also == nil && !strings.Contains(text, "]V{}") && !strings.Contains(text, "select {}") {
				t.Errorf("rule %d names what nothing finds: %s", i, text)
			}
		}
	}
}

// TestBrokenCells: cells that do not parse, or only in part, give no panic.
// What the cell's own goroutines wait for comes before a leak of an earlier cell.
func TestOwnGoroutinesFirst(t *testing.T) {
	text := "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [sync.WaitGroup.Wait]:\nmain.main(...)\n" +
		"\nGoroutines of other cells:\n\ngoroutine 15 [chan send]:\n  waits for result (chan string, unbuffered)\n"
	own := For(Failure{Class: "fatal error", Text: strings.Split(text, "\nGoroutines")[0]}, English)
	if got := For(Failure{Class: "fatal error", Text: text}, English); len(own) == 0 || !slices.Equal(got, own) {
		t.Errorf("said %q, want %q", got, own)
	}
}

func TestBrokenCells(t *testing.T) {
	const whole = "type C struct{ mu sync.Mutex; next *C; self C }\nfunc (c C) Lock() { c.mu.Lock() }\nvar i int\nfor i = 0; i <= len(xs); i++ { go func() { wg.Add(1); defer wg.Done(); close(ch); use(xs[i]) }() }\nwg.Wait()"
	for _, f := range []Failure{
		{Class: panicked, Text: "panic: index out of range [3] with length 3"},
		{Class: panicked, Text: "panic: sync: negative WaitGroup counter"},
		{Class: fatal, Text: "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [sync.RWMutex.Lock]:"},
		{Class: compileError, Text: "cell 1:1:1: undefined: i"},
		{Class: panicked, Text: "panic: close of closed channel"},
		{Class: fatal, Text: "fatal error: sync: Unlock of unlocked RWMutex"},
		{Class: panicked, Text: "invalid memory address or nil pointer dereference"},
	} {
		for n := range whole {
			f.Cells = []string{whole[:n], whole[n:]}
			For(f, English)
			Quiet(whole[:n], Korean)
		}
	}
}
