package worker

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	var shown, notices strings.Builder
	m := newMeter(Flow{Burst: 100, Rate: 2000, Limit: 300, File: 1000})
	show := func(b []byte) { shown.Write(b) }
	notice := func(b []byte) { notices.Write(b) }
	m.take(1, []byte(strings.Repeat("a", 100)), show, notice)
	if notices.Len() > 0 {
		t.Errorf("a burst is remarked: %s", notices.String())
	}
	begin := time.Now()
	m.take(1, []byte(strings.Repeat("é", 100)), show, notice)
	if d := time.Since(begin); d < 80*time.Millisecond {
		t.Errorf("200 bytes at 2000 a second took %v", d)
	}
	if got := shown.String(); got != strings.Repeat("a", 100)+strings.Repeat("é", 100) {
		t.Errorf("shown: %q", got)
	}
	m.take(1, []byte("beyond"), show, notice)
	m.take(1, []byte(" the limit"), show, notice)
	name := regexp.MustCompile(`in the file (.*)\]`).FindStringSubmatch(notices.String())
	if name == nil {
		t.Fatalf("notices: %s", notices.String())
	}
	defer os.Remove(name[1])
	b, err := os.ReadFile(name[1])
	if string(b) != "beyond the limit" || shown.Len() != 300 {
		t.Errorf("the file holds %q, %v; %d bytes are shown", b, err, shown.Len())
	}
	time.AfterFunc(20*time.Millisecond, m.free)
	m.take(1, []byte(strings.Repeat("x", 1000)), show, notice) // waits, until it is freed
	if !strings.HasSuffix(notices.String(), "[the file is full: the cell waits until it is interrupted]\n") {
		t.Errorf("notices: %s", notices.String())
	}
}

// TestRunawayPrinter: a program that prints without end is slowed, and stops at once when it is interrupted.
func TestRunawayPrinter(t *testing.T) {
	r := newRecorder()
	p, err := Start(Options{Command: command(), Events: r, Flow: Flow{Burst: 100 << 10, Rate: 200 << 10}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	prelude(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	var began time.Time
	time.AfterFunc(500*time.Millisecond, func() { began = time.Now(); cancel() })
	if _, err := p.Run(ctx, Cell{ID: 2, Number: 2, Unit: cell(2, "", "L:\nif stop { guest.StopHit() }\nn_fmt.Println(\"a line\")\ngoto L")}); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("the interrupt took %v", d)
	}
	if s := r.out(2); len(s) > 6<<20 || !strings.Contains(s, "[this cell prints a lot") {
		t.Errorf("%d bytes are shown", len(s))
	}
}
