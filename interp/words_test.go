package interp

import (
	"strings"
	"testing"
	"unicode"

	"gokernel/interp/guest"
)

// TestPhrases: what guest says of waits has its Korean, with the same names and numbers.
func TestPhrases(t *testing.T) {
	for en, ko := range map[string]string{
		"c (chan int, unbuffered)":                                                                               "c (chan int, 버퍼 없음)",
		"jobs (chan main.Job, 2 of 3)":                                                                           "jobs (chan main.Job, 3칸 중 2칸 참)",
		"mu (sync.Mutex, locked by goroutine 7 in cell 3 line 5)":                                                "mu (sync.Mutex, 잠금: 고루틴 7(cell 3 line 5))",
		"mu (sync.Mutex, locked by this goroutine itself in cell 3 line 5)":                                      "mu (sync.Mutex, 잠금: 이 고루틴 자신(cell 3 line 5))",
		"mu (sync.Mutex, locked by goroutine 7 in cell 3 line 5, which has ended)":                               "mu (sync.Mutex, 잠금: 고루틴 7(cell 3 line 5), 이미 끝남)",
		"rw (sync.RWMutex, locked for reading by goroutine 1 in cell 2 line 2 and goroutine 3 in cell 2 line 4)": "rw (sync.RWMutex, 읽기 잠금: 고루틴 1(cell 2 line 2), 고루틴 3(cell 2 line 4))",
		"wg (sync.WaitGroup, counter 2)":                                                                         "wg (sync.WaitGroup, 카운터 2)",
		"receive from a (chan int, unbuffered), send on b (chan string, 1 of 1)":                                 "a (chan int, 버퍼 없음)에서 받기, b (chan string, 1칸 중 1칸 참)(으)로 보내기",
		"948ms left": "948ms 남음",
	} {
		if got := (speech{korean: true}).phrase(en); got != ko {
			t.Errorf("%q\n is %q\nwant %q", en, got, ko)
		}
		if got := (speech{}).phrase(en); got != en {
			t.Errorf("in English %q is %q", en, got)
		}
	}
}

// TestKoreanTables: in a Korean notebook the report of a deadlock keeps Go's words, says the rest in Korean,
// and has the hint that the English one has.
func TestKoreanTables(t *testing.T) {
	s, r := start(t, Options{})
	run := func(id int, code string) (Result, string) {
		res := s.Execute(t.Context(), Request{ID: CellID(id), Count: id, Code: code})
		return res, r.take()
	}
	res, out := run(1, "// 한국어\nvar wg sync.WaitGroup\nwg.Add(1)\nc := make(chan int)\ngo func() { c <- 1 }()\nwg.Wait()")
	if res.Err == nil {
		t.Fatalf("it ended well: %s", out)
	}
	text := colours.ReplaceAllString(strings.Join(res.Err.Traceback, "\n"), "")
	for _, want := range []string{"fatal error: all goroutines are asleep - deadlock!", "goroutine 1 [sync.WaitGroup.Wait]:", "wg (sync.WaitGroup, 카운터 1)", "c (chan int, 버퍼 없음)", "created by main.main", "힌트: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "waits for") {
		t.Errorf("English:\n%s", text)
	}
	if _, out = run(2, "go func() { select {} }()"); !strings.Contains(out, "고루틴 1개가 아직 살아") {
		t.Errorf("the report of live goroutines: %s", out)
	}
	for _, k := range []guest.WaitKind{guest.Running, guest.WaitSleep} { // no sentence of ours is in English only
		g := guest.GoroutineState{State: k.String(), On: "x"}
		for _, line := range (speech{korean: true}).waits(g) {
			if !strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
				t.Errorf("%v: %q", k, line)
			}
		}
	}
}
