package guest

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLeakReport(t *testing.T) {
	w, _ := newWorld(t)
	w.AddPlaces(5, []Place{{Cell: 3, Line: 7, Func: "main.main", What: "main.worker"}, {Cell: 3, Line: 9, Func: "main.worker", What: "results"}})
	c := newCell(w)
	results := make(chan int, 3)
	out := runCell(t, c, func() {
		var wg sync.WaitGroup
		for range 10 {
			WaitGroupGo(0, &wg, func() {})
		}
		WaitGroupWait(0, &wg)
		Go(func() {
			snd(results, 1)
			Recv(6, (chan int)(nil), nil)
		}, 5)
		rcv(results)
	}, Options{})
	if out.Kind != Returned || len(out.Left) != 1 {
		t.Fatalf("%v %+v", out, out.Left)
	}
	for {
		rows := w.Goroutines(c)
		if len(rows) != 1 {
			t.Fatalf("%+v", rows)
		}
		if rows[0].Blocked {
			r := rows[0]
			if r.Func != "main.worker" || r.Spawn.Line != 7 || r.Place.Line != 9 || r.State != "chan receive (nil chan)" || r.On != "results (chan int, nil)" {
				t.Errorf("%+v", r)
			}
			break
		}
		runtime.Gosched()
	}
}

func TestDeadlockReport(t *testing.T) {
	w, _ := newWorld(t)
	w.AddPlaces(1, []Place{
		{Cell: 3, Line: 1, Func: "main.main", What: "main.worker"},
		{Cell: 3, Line: 2, Func: "main.worker", What: "jobs"},
		{Cell: 3, Line: 3, Func: "main.main", What: "wg"},
		{Cell: 3, Line: 4, Func: "main.locker", What: "mu"},
		{Cell: 3, Line: 5, Func: "main.main", What: "main.locker"},
	})
	out := runIn(t, w, func() {
		var wg sync.WaitGroup
		var mu sync.Mutex
		WaitGroupAdd(3, &wg, 2)
		jobs := make(chan string, 2)
		Go(func() {
			Recv(2, jobs, nil)
			WaitGroupDone(2, &wg)
		}, 1)
		MutexLock(3, &mu)
		Go(func() { MutexLock(4, &mu) }, 5)
		WaitGroupWait(3, &wg)
	}, Options{})
	if out.Kind != Deadlocked || len(out.Deadlock.Goroutines) != 3 {
		t.Fatal(out)
	}
	if !strings.HasPrefix(out.Deadlock.String(), "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [sync.WaitGroup.Wait]:\nmain.main(...)\n\tcell 3 line 3\n") {
		t.Error(out.Deadlock.String())
	}
	want := map[string]string{
		"main.main":   "wg (sync.WaitGroup, counter 2)",
		"main.worker": "jobs (chan string, 0 of 2)",
		"main.locker": "mu (sync.Mutex, locked by goroutine 1 in cell 3 line 3)",
	}
	for _, r := range out.Deadlock.Goroutines {
		if r.On != want[r.Func] {
			t.Errorf("%s waits on %q", r.Func, r.On)
		}
		if r.Func == "main.locker" && (len(r.Wakers) != 1 || r.Wakers[0].ID != 1 || r.Wakers[0].State != "sync.WaitGroup.Wait") {
			t.Errorf("wakers %+v", r.Wakers)
		}
	}
}

func TestNoticeWhileOnlyStrangersLive(t *testing.T) {
	w, h := newWorld(t)
	other := newCell(w)
	quit := make(chan int)
	runCell(t, other, func() {
		spawn(func() {
			k := NewTicker(0, time.Millisecond)
			for {
				if i, _ := Select(0, true, []Case{recvCase(k.C, nil), recvCase(quit, nil)}); i == 1 {
					return
				}
			}
		})
	}, Options{})
	c := newCell(w)
	done := make(chan *Outcome)
	ch := make(chan int)
	go func() { done <- c.Run(func() { rcv(ch) }, Options{}) }()
	<-h.told
	if len(h.notices) != 1 || len(h.notices[0].Goroutines) != 1 || len(h.notices[0].Others) != 1 {
		t.Fatalf("%+v", h.notices)
	}
	close(quit) // now nobody else lives
	if out := <-done; out.Kind != Deadlocked {
		t.Error(out)
	}
}

func TestNumGoroutine(t *testing.T) {
	w, _ := newWorld(t)
	for range 20 {
		out := runIn(t, w, func() {
			if n := NumGoroutine(0); n != 1 {
				Throw(0, n)
			}
			c := make(chan int)
			for range 3 {
				spawn(func() { rcv(c) })
			}
			if n := NumGoroutine(0); n != 4 {
				Throw(0, n)
			}
			Close(0, c)
			for NumGoroutine(0) > 1 {
				Gosched(0)
			}
		}, Options{})
		if out.Kind != Returned {
			t.Fatal(out)
		}
	}
}

func TestMutexWord(t *testing.T) {
	var m sync.Mutex
	if !mutexFree(&m) {
		t.Error("a new mutex is not free")
	}
	m.Lock()
	if mutexFree(&m) {
		t.Error("a locked mutex is free: this Go keeps its state elsewhere")
	}
	m.Unlock()
	var wg sync.WaitGroup
	wg.Add(7)
	if counter(&wg) != 7 {
		t.Errorf("counter %d", counter(&wg))
	}
}

// A whole program ends with its main function: what it has started runs nothing more.
func TestProgramEndsWithMain(t *testing.T) {
	w, _ := newWorld(t)
	w.AddPlaces(5, []Place{{Cell: 3, Line: 7, Func: "main.main", What: "main.worker"}, {Cell: 3, Line: 9, Func: "main.worker", What: "results"}})
	c := newCell(w)
	var deferred atomic.Bool
	out := runCell(t, c, func() {
		started := make(chan int)
		Go(func() {
			Protect(func(f *Frame) {
				Defer(f, func() { deferred.Store(true) })
				snd(started, 1)
				Recv(6, (chan int)(nil), nil)
			})
		}, 5)
		rcv(started)
	}, Options{Program: true})
	if out.Kind != Returned || len(out.Ended) != 1 || out.Ended[0].Spawn.Line != 7 || len(out.Left) != 0 {
		t.Errorf("%+v", out)
	}
	if deferred.Load() {
		t.Error("a deferred call has run")
	}
	if rows := w.Goroutines(c); len(rows) != 0 {
		t.Errorf("%+v", rows)
	}
}
