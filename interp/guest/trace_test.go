package guest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// traced runs f and returns its arrows as "from>to label", messages only unless all.
func traced(t *testing.T, all bool, f func()) (arrows []string, r Recording) {
	t.Helper()
	w, _ := newWorld(t)
	tr := NewTrace(0)
	out := runIn(t, w, f, Options{Trace: tr})
	if out.Kind != Returned {
		t.Fatal(out)
	}
	r = tr.Recording()
	ids := map[int64]int{}
	for i, l := range r.Lanes { // numbered in the order in which they were made
		ids[l.ID] = i + 1
	}
	for _, a := range r.Arrows {
		if a.Got < a.At || a.At < 0 || a.Got > r.Total {
			t.Errorf("arrow %+v", a)
		}
		if a.Kind == ArrowMessage || all {
			arrows = append(arrows, fmt.Sprintf("%d>%d %s", ids[a.From], ids[a.To], a.Label))
		}
	}
	last := map[int64]int64{}
	for _, s := range r.Spans {
		if s.From < last[s.G] || s.To < s.From {
			t.Errorf("span %+v after %d", s, last[s.G])
		}
		last[s.G] = s.To
	}
	return arrows, r
}

func TestTraceArrows(t *testing.T) {
	for _, c := range []struct {
		name string
		all  bool
		f    func()
		want string
	}{
		{"unbuffered, receiver first", false, func() {
			c := make(chan int)
			done := make(chan bool)
			spawn(func() { each(c, func(int) {}); Close(0, done) })
			for i := range 3 {
				snd(c, i)
			}
			Close(0, c)
			rcv(done)
		}, "1>2 0, 1>2 1, 1>2 2"},
		{"unbuffered, sender first", false, func() {
			c := make(chan string)
			spawn(func() { snd(c, "a"); snd(c, "b") })
			Sleep(0, 5*time.Millisecond)
			rcv(c)
			rcv(c)
		}, `2>1 "a", 2>1 "b"`},
		{"buffered", false, func() {
			c, done := make(chan int, 3), make(chan bool)
			for i := range 3 {
				snd(c, i*i)
			}
			spawn(func() {
				for range 3 {
					rcv(c)
				}
				Close(0, done)
			})
			rcv(done)
		}, "1>2 0, 1>2 1, 1>2 4"},
		{"select", false, func() {
			a, b := make(chan int), make(chan string)
			spawn(func() { snd(a, 1); snd(b, "x") })
			for range 2 {
				var n int
				var s string
				Select(0, true, []Case{recvCase(a, &n), recvCase(b, &s)})
			}
		}, `2>1 1, 2>1 "x"`},
		{"select that sends", false, func() {
			a, b := make(chan int), make(chan int)
			done := make(chan bool)
			spawn(func() { rcv(b); Close(0, done) })
			Select(0, true, []Case{sendCase(a, 1), sendCase(b, 2)})
			rcv(done)
		}, "1>2 2"},
		{"pipeline", false, func() {
			a, b := make(chan int), make(chan int)
			spawn(func() { each(a, func(v int) { snd(b, v*10) }); Close(0, b) })
			spawn(func() { snd(a, 1); snd(a, 2); Close(0, a) })
			each(b, func(int) {})
		}, "3>2 1, 2>1 10, 3>2 2, 2>1 20"},
		{"struct", false, func() {
			type job struct {
				id   int
				name string
			}
			c := make(chan job)
			spawn(func() { snd(c, job{7, "seven"}) })
			rcv(c)
		}, `2>1 {7 "seven"}`},
		{"close", true, func() {
			c, done := make(chan int), make(chan bool)
			spawn(func() { rcv(c); Close(0, done) })
			Close(0, c)
			rcv(done)
		}, "1>2 go, 1>2 close, 2>1 close"},
		{"group", true, func() {
			var wg sync.WaitGroup
			WaitGroupAdd(0, &wg, 1)
			spawn(func() { Sleep(0, 5*time.Millisecond); WaitGroupDone(0, &wg) })
			WaitGroupWait(0, &wg)
		}, "1>2 go, 2>1 sync.WaitGroup.Wait"},
		{"mutex", true, func() {
			var m sync.Mutex
			got := make(chan bool)
			spawn(func() { MutexLock(0, &m); snd(got, true); Sleep(0, 5*time.Millisecond); MutexUnlock(0, &m) })
			rcv(got)
			MutexLock(0, &m)
		}, "1>2 go, 2>1 true, 2>1 sync.Mutex.Lock"},
		{"cond", true, func() {
			var m sync.Mutex
			c := sync.NewCond(&m)
			spawn(func() { Sleep(0, 5*time.Millisecond); CondSignal(0, c) })
			MutexLock(0, &m)
			CondWait(0, c)
		}, "1>2 go, 2>1 sync.Cond.Wait"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := traced(t, c.all, c.f)
			for i := range got {
				got[i] = strings.TrimSpace(got[i])
			}
			want := strings.Split(c.want, ", ")
			slices.Sort(got) // receivers note what they got at their leisure
			slices.Sort(want)
			if s := strings.Join(got, ", "); !slices.Equal(got, want) {
				t.Errorf("%s\nwant %s", s, c.want)
			}
		})
	}
}

func TestTraceWorkerPool(t *testing.T) {
	got, r := traced(t, false, func() {
		jobs, results := make(chan int), make(chan int)
		var wg sync.WaitGroup
		for range 4 {
			WaitGroupGo(0, &wg, func() { each(jobs, func(v int) { snd(results, -v) }) })
		}
		spawn(func() {
			for i := 1; i <= 100; i++ {
				snd(jobs, i)
			}
			Close(0, jobs)
			WaitGroupWait(0, &wg)
			Close(0, results)
		})
		each(results, func(int) {})
	})
	// Every job goes to one worker, and its result comes from the same.
	worker := map[string]string{}
	results := 0
	for _, a := range got {
		route, label, _ := strings.Cut(a, " ")
		from, to, _ := strings.Cut(route, ">")
		if v, ok := strings.CutPrefix(label, "-"); ok {
			results++
			if worker[v] != from || to != "1" {
				t.Errorf("result %s of job at worker %s", a, worker[v])
			}
		} else {
			worker[label] = to
		}
	}
	if results != 100 || len(worker) != 100 {
		t.Errorf("%d results of %d jobs", results, len(worker))
	}
	if len(r.Lanes) != 6 {
		t.Errorf("%d lanes", len(r.Lanes))
	}
}

func TestTraceOfStoppedCellIsWhole(t *testing.T) {
	w, _ := newWorld(t)
	w.watch.every = time.Hour
	tr := NewTrace(0)
	c := newCell(w)
	running := make(chan struct{})
	go func() { <-running; c.Stop() }()
	runCell(t, c, func() {
		ch := make(chan int)
		close(running)
		Select(0, true, []Case{sendCase(ch, 1), recvCase(make(chan int), nil)})
	}, Options{Trace: tr})
	r := tr.Recording()
	if !slices.ContainsFunc(r.Spans, func(s Span) bool { return s.What == "select" }) || r.Lanes[0].End == 0 {
		t.Errorf("%+v", r)
	}
	if len(r.Arrows) > 0 {
		t.Errorf("arrows of values that were never sent: %+v", r.Arrows)
	}
}

func TestTraceLimit(t *testing.T) {
	w, _ := newWorld(t)
	tr := NewTrace(10)
	runIn(t, w, func() {
		c := make(chan int)
		spawn(func() {
			for i := range 100 {
				snd(c, i)
			}
			Close(0, c)
		})
		each(c, func(int) {})
	}, Options{Trace: tr})
	if r := tr.Recording(); len(r.Spans) > 15 || len(r.Arrows) > 10 || r.Dropped == 0 {
		t.Errorf("%d spans, %d arrows, %d dropped", len(r.Spans), len(r.Arrows), r.Dropped)
	}
}
