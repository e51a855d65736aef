//go:build !race

package worker

import (
	"strings"
	"testing"
)

// The race detector needs more memory than the limit of this test.

const raceOn = false

func TestMemoryLimit(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	if err := p.SetMemory(t.Context(), 200<<20); err != nil {
		t.Fatal(err)
	}
	u := cell(3, "", "var s [][]byte\nL:\ns = append(s, make([]byte, 10000000))\nguest.Touch(s[len(s)-1])\ngoto L")
	u.Text = strings.ReplaceAll(u.Text, "guest.Touch(s[len(s)-1])", "copy(s[len(s)-1], s[0])")
	o := run(t, p, Cell{ID: 3, Number: 3, Unit: u})
	if o.Died == nil || !strings.Contains(o.Died.Text, "out of memory") {
		t.Fatalf("ended with %+v, %+v", o, o.Died)
	}
	<-r.restarted
	for _, limit := range []int64{200 << 20, 1 << 30, 0, 300 << 20} { // the first one is that of the new child
		if limit != 200<<20 {
			if err := p.SetMemory(t.Context(), limit); err != nil {
				t.Error(err)
			}
		}
		if u, err := p.Usage(t.Context()); err != nil || u.GOMAXPROCS < 1 || u.RSS == 0 || u.Limit != limit {
			t.Errorf("usage %+v, %v; the limit is %d", u, err, limit)
		}
	}
}
