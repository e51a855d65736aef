package timeline

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func sample() Trace {
	return Trace{
		Title: "cell 3", Total: 1_000_000,
		Goroutines: []Goroutine{{ID: 2, Name: "main.worker", Place: "cell 3 line 5", Start: 100_000, End: 900_000}, {ID: 1, Name: "main.main"}},
		Spans: []Span{
			{G: 1, From: 0, To: 200_000, State: Running, P: 0},
			{G: 1, From: 200_000, To: 800_000, State: Blocked, On: "receive from results (chan int)", Place: "cell 3 line 9", P: -1},
			{G: 2, From: 100_000, To: 800_000, State: Running, P: 1},
			{G: 9, From: 0, To: 1, State: Running},
		},
		Arrows: []Arrow{
			{Kind: Create, From: 1, To: 2, At: 100_000, Got: 100_500},
			{Kind: Message, From: 2, To: 1, At: 790_000, Got: 800_000, Label: "results ← <42>"},
			{Kind: Message, From: 2, To: 77, At: 1, Got: 2},
		},
		GCs: []GC{{300_000, 320_000}},
	}
}

func TestDrawForms(t *testing.T) {
	m := Draw(sample()).MIME
	svg := m["image/svg+xml"].(string)
	d := xml.NewDecoder(strings.NewReader(svg))
	count := map[string]int{}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the picture is not well-formed: %v", err)
		}
		if s, ok := tok.(xml.StartElement); ok {
			for _, a := range s.Attr {
				if a.Name.Local == "class" {
					count[a.Value]++
				}
			}
		}
	}
	if count["lane"] != 2 || count["a a0"] != 1 || count["a a1"] != 1 || count["gc"] != 1 {
		t.Errorf("the picture has %v", count)
	}
	if strings.Contains(svg, "<42>") || !strings.Contains(svg, "&lt;42&gt;") {
		t.Error("a value is not escaped")
	}
	page := m["text/html"].(string)
	if strings.Count(page, "<script>") != 1 || !strings.Contains(page, `"procs":2`) {
		t.Error("the page has no script or no processors")
	}
	text := m["text/plain"].(string)
	for _, want := range []string{"2 goroutines, 1ms", "G1 main.main: running 200µs; blocked 600µs; longest wait: receive from results (chan int);", "790µs G2 → G1 results ← <42>"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if i, j := strings.Index(text, "G1"), strings.Index(text, "G2"); i > j {
		t.Error("lanes are not in the order of their start")
	}
}

func TestLargeTracesAreSummarised(t *testing.T) {
	tr := Trace{}
	for i := range int64(200) {
		tr.Goroutines = append(tr.Goroutines, Goroutine{ID: i + 1, Name: "main.f", Start: i})
	}
	for i := range int64(60_000) {
		tr.Spans = append(tr.Spans, Span{G: i%100 + 1, From: i * 10, To: i*10 + 10, State: State(i % 2), P: -1})
		tr.Arrows = append(tr.Arrows, Arrow{Kind: Message, From: 1, To: 2, At: i * 10, Got: i*10 + 1})
	}
	before := int64(0)
	for _, s := range tr.Spans {
		before = max(before, s.To)
	}
	notes := tr.tidy()
	if len(tr.Goroutines) != maxLanes || len(tr.Spans) > maxSpans || len(tr.Arrows) != maxArrows || len(notes) != 3 {
		t.Errorf("%d lanes, %d spans, %d arrows, notes %q", len(tr.Goroutines), len(tr.Spans), len(tr.Arrows), notes)
	}
	if tr.Total != before {
		t.Errorf("the trace is %d long, was %d", tr.Total, before)
	}
}

func TestTicks(t *testing.T) {
	for _, total := range []int64{1, 7, 1000, 123_456_789, 60_000_000_000} {
		at := ticks(total)
		if len(at) < 1 || len(at) > 9 || at[0] != 0 {
			t.Errorf("ticks of %d: %v", total, at)
		}
	}
	if got := fmt.Sprint(ticks(1000)); got != "[0 200 400 600 800 1000]" {
		t.Errorf("ticks of 1000: %s", got)
	}
}

func TestEmptyTrace(t *testing.T) {
	if s := Draw(Trace{}).MIME["text/plain"].(string); !strings.Contains(s, "0 goroutines") {
		t.Errorf("an empty trace reads %q", s)
	}
}
