package display

import (
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"
)

// recorder keeps what is shown.
type recorder struct {
	got     []Data
	cleared []bool
}

func (r *recorder) Publish(d Data) error  { r.got = append(r.got, d); return nil }
func (r *recorder) Clear(wait bool) error { r.cleared = append(r.cleared, wait); return nil }
func (r *recorder) Input(p string, h bool) (string, error) {
	return "", errors.New("no input in tests")
}

func record(t *testing.T) *recorder {
	r := &recorder{}
	Bind(r)
	t.Cleanup(func() { bound.Store(nil) })
	return r
}

type point struct{ X, Y int }
type named struct {
	Name string
	pts  []point
	Next *named
}
type celsius float64

func (c celsius) String() string { return "hot" }

type card struct{}

func (card) HTML() string     { return "<b>hi</b>" }
func (card) Markdown() string { return "**hi**" }

type broken struct{}

func (broken) HTML() string { panic("no") }

func TestText(t *testing.T) {
	loop := &named{Name: "a"}
	loop.Next = loop
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "nil"},
		{3, "3"},
		{"a\"b", "a\"b"},
		{[]int{1, 2, 3}, "[1 2 3]"},
		{map[string]int{"b": 2, "a": 1}, "map[a:1 b:2]"},
		{[]string(nil), "[]string(nil)"},
		{point{1, 2}, "display.point{X: 1, Y: 2}"},
		{&point{1, 2}, "&display.point{X: 1, Y: 2}"},
		{[]point{{1, 2}}, "[]display.point{display.point{X: 1, Y: 2}}"},
		{celsius(30), "hot"},
		{errors.New("bad"), "bad"},
		{struct{ A any }{nil}, "struct { A any }{A: nil}"},
		{time.Second, "1s"},
		{(*point)(nil), "nil"},
		{named{Name: "n", pts: []point{{1, 2}}}, "display.named{\n    Name: \"n\",\n    pts: []display.point{display.point{X: 1, Y: 2}},\n    Next: nil,\n}"},
	} {
		if got := Text(c.v); got != c.want {
			t.Errorf("Text(%#v) = %q, want %q", c.v, got, c.want)
		}
	}
	if s := Text(loop); !strings.Contains(s, "Next: (*display.named)(0x") {
		t.Errorf("a loop is shown as %s", s)
	}
	if s := Text(make(chan int, 4)); s != "chan int (len 0, cap 4)" {
		t.Errorf("a channel is shown as %s", s)
	}
	if s := Text(strings.Repeat("한", 40000)); !strings.HasSuffix(s, "of 120000 bytes shown)") || strings.ContainsRune(s, '\ufffd') {
		t.Errorf("a long string ends in %q", s[len(s)-60:])
	}
	if s := Text(make([]point, 5000)); !strings.Contains(s, "4000 more") {
		t.Error("a long slice has no notice")
	}
}

func TestBundle(t *testing.T) {
	m := Bundle(card{}).MIME
	if m["text/html"] != "<b>hi</b>" || m["text/markdown"] != "**hi**" || m["text/plain"] == nil {
		t.Errorf("card is shown as %v", m)
	}
	m = Bundle(broken{}).MIME
	if s, _ := m["text/plain"].(string); !strings.Contains(s, "showing it panicked: no") || m["text/html"] != nil {
		t.Errorf("a type whose HTML panics is shown as %v", m)
	}
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	img.Set(0, 0, color.White)
	m = Bundle(img).MIME
	if m["image/png"] == nil || m["text/plain"] != "[image/png, 3×2]" {
		t.Errorf("an image is shown as %v", m)
	}
	if len(Bundle(&Handle{}).MIME) != 0 {
		t.Error("a handle shows itself again")
	}
}

func TestShowAndUpdate(t *testing.T) {
	r := record(t)
	h := HTML("<p>a &amp; b</p>")
	h.Markdown("*c*")
	if len(r.got) != 2 || r.got[0].Update || !r.got[1].Update || r.got[0].ID != r.got[1].ID || r.got[0].ID == "" {
		t.Fatalf("got %+v", r.got)
	}
	if r.got[0].MIME["text/plain"] != "a & b" {
		t.Errorf("plain form is %q", r.got[0].MIME["text/plain"])
	}
	if err := Publish(Data{MIME: map[string]any{"text/x": "y"}}); err != nil || r.got[2].MIME["text/plain"] != "[text/x]" {
		t.Errorf("a bundle without a plain form: %v, %v", err, r.got)
	}
	Clear()
	ClearNext()
	if len(r.cleared) != 2 || r.cleared[0] || !r.cleared[1] {
		t.Errorf("cleared %v", r.cleared)
	}
}

func TestNotBound(t *testing.T) {
	if err := Publish(Data{}); !errors.Is(err, ErrNotBound) {
		t.Errorf("error %v", err)
	}
}

func TestTable(t *testing.T) {
	for _, c := range []struct {
		rows any
		cols []string
		want string
	}{
		{[]point{{1, 2}, {3, 4}}, nil, "X  Y\n1  2\n3  4\n"},
		{[]*point{{1, 2}, nil}, []string{"Y"}, "Y\n2\nnil\n"},
		{map[string]int{"나": 1, "b": 22}, nil, "key  value\nb    22\n나   1\n"},
		{[]map[string]any{{"a": 1}, {"b": nil}}, nil, "a  b\n1\n   nil\n"},
		{[][]string{{"x", "y"}, {"z"}}, []string{"one"}, "one  1\nx    y\nz\n"},
		{[]int{7}, nil, "   value\n0  7\n"},
	} {
		head, body, err := tabulate(c.rows, c.cols)
		if err != nil {
			t.Errorf("%v: %v", c.rows, err)
			continue
		}
		if got := plainTable(head, body); got != c.want {
			t.Errorf("table of %v:\n%q, want\n%q", c.rows, got, c.want)
		}
	}
	if _, _, err := tabulate(3, nil); err == nil {
		t.Error("a number made a table")
	}
	if _, _, err := tabulate([]point{}, []string{"Z"}); err == nil {
		t.Error("an unknown column was accepted")
	}
	if s := tableOf([]string{"a"}, [][]string{{"<b>"}})["text/html"].(string); strings.Contains(s, "<b>") {
		t.Error("a cell's text became HTML")
	}
}

func TestChartsHaveFallbacks(t *testing.T) {
	r := record(t)
	Line("line", []int{1, 4, 9}, Series{Name: "b", X: []float64{0, 1}, Y: []float64{2, 3}})
	Scatter("points", []float64{1, 2})
	Bars("bars", []string{"a", "b"}, []int{3, 0})
	Histogram("hist", []time.Duration{1, 2, 3, 900}, 4)
	Count("count", []string{"x", "y", "x"})
	Bars("one", []string{"a"}, []int{5})
	Line("flat", []int{2, 2, 2})
	for _, d := range r.got {
		raw, _ := d.MIME[vegaLiteMIME].(json.RawMessage)
		if !json.Valid(raw) || !strings.Contains(string(raw), "vega-lite/v5.json") {
			t.Errorf("no chart in %v", d.MIME["text/plain"])
		}
		if s, _ := d.MIME["image/svg+xml"].(string); !strings.HasPrefix(s, "<svg") {
			t.Errorf("no picture beside %v", d.MIME["text/plain"])
		}
	}
	Bars("wrong", []string{"a"}, []int{1, 2})
	if s := r.got[len(r.got)-1].MIME["text/plain"].(string); !strings.Contains(s, "1 labels for 2 values") {
		t.Errorf("a wrong call shows %q", s)
	}
}

func TestRemaining(t *testing.T) {
	for s, want := range map[float64]string{0.001: "less than 0.1s", 0.25: "0.2s", 59.94: "59.9s", 90.5: "1m30s", 1e300: "more than a year", math.Inf(1): "more than a year"} {
		if got := remaining(s); got != want {
			t.Errorf("%v seconds: %q, want %q", s, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	r := record(t)
	now := time.Unix(0, 0)
	b := newBar(1000, func() time.Time { return now })
	for range b.Range() {
		now = now.Add(time.Millisecond)
	}
	last := r.got[len(r.got)-1].MIME["text/plain"].(string)
	if !strings.HasPrefix(last, "100%") || !strings.Contains(last, "1000/1000 in 1s") {
		t.Errorf("the end shows %q", last)
	}
	if n := len(r.got); n < 10 || n > 25 {
		t.Errorf("%d pictures in a second", n)
	}
}
