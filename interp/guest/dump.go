package guest

import (
	"bytes"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
)

// dumped is one goroutine of the process as the runtime's own dump shows it.
type dumped struct {
	state  string // running, runnable, select, chan receive, IO wait ...
	label  string // of ours: cell/goroutine; inherited by goroutines that native code starts
	frames []byte // the text below the head line
}

// dumper takes and reads dumps of all goroutines. A dump stops the world for
// some microseconds for each goroutine, so it is taken only to confirm.
type dumper struct {
	mu      sync.Mutex
	buf     []byte
	samples [2]metrics.Sample
}

// take returns the goroutines of the process by the runtime's number.
func (d *dumper) take() map[int64]dumped {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.buf == nil {
		d.buf = make([]byte, 1<<16)
	}
	n := runtime.Stack(d.buf, true)
	for n == len(d.buf) && n < 1<<28 {
		d.buf = make([]byte, 2*n)
		n = runtime.Stack(d.buf, true)
	}
	all := map[int64]dumped{}
	rest := append([]byte(nil), d.buf[:n]...)
	for len(rest) > 0 {
		var block []byte
		block, rest, _ = bytes.Cut(rest, []byte("\n\n"))
		head, frames, _ := bytes.Cut(block, []byte("\n"))
		head, ok := bytes.CutPrefix(head, []byte("goroutine "))
		if !ok {
			continue
		}
		num, head, _ := bytes.Cut(head, []byte(" "))
		id, err := strconv.ParseInt(string(num), 10, 64)
		if err != nil {
			continue
		}
		if i := bytes.IndexByte(head, '['); i >= 0 { // some heads have gp=... before it
			head = head[i+1:]
		}
		state, label, labelled := bytes.Cut(head, []byte(" labels:{"))
		x := dumped{frames: frames}
		if labelled {
			if _, v, ok := bytes.Cut(label, []byte(labelKey+`": "`)); ok {
				v, _, _ = bytes.Cut(v, []byte(`"`))
				x.label = string(v)
			}
		}
		state, _, _ = bytes.Cut(state, []byte("]"))
		state, _, _ = bytes.Cut(state, []byte(", ")) // ", 3 minutes", ", locked to thread"
		x.state = string(state)
		all[id] = x
	}
	return all
}

// idle tells whether nothing in the process runs or is about to run, the
// asking goroutine apart. It costs about 100 ns and may be mistaken for a moment.
func (d *dumper) idle() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.samples[0].Name == "" {
		d.samples[0].Name = "/sched/goroutines/running:goroutines"
		d.samples[1].Name = "/sched/goroutines/runnable:goroutines"
	}
	metrics.Read(d.samples[:])
	if d.samples[0].Value.Kind() != metrics.KindUint64 {
		return true // a runtime without these: the dump decides
	}
	return d.samples[0].Value.Uint64() <= 1 && d.samples[1].Value.Uint64() == 0
}

// labelsInDumps makes the runtime's dumps show labels. A process that is started
// with GODEBUG=tracebacklabels=1 has it; else the environment is changed (there is
// no other way while a process runs).
func labelsInDumps() {
	g := &G{}
	g.labels[0] = label{labelKey, "x"}
	g.set = g.labels[:]
	setLabel(g.head())
	defer setLabel(nil)
	var buf [256]byte
	if bytes.Contains(buf[:runtime.Stack(buf[:], false)], []byte(labelKey)) {
		return
	}
	s := os.Getenv("GODEBUG")
	if s != "" {
		s += ","
	}
	_ = os.Setenv("GODEBUG", s+"tracebacklabels=1")
}

// awake tells whether a goroutine in that state may go on without another one's
// help: it runs, or it waits for the machine or for time.
func (x *dumped) awake() bool {
	switch s := x.state; {
	case s == "running", s == "runnable", s == "syscall", s == "IO wait", s == "sleep", s == "preempted", s == "copystack":
		return true
	case strings.HasPrefix(s, "sync."), s == "semacquire", strings.Contains(s, "(nil chan)"), s == "select (no cases)",
		s == "coroutine", s == "finalizer wait", s == "cleanup wait", s == "timer goroutine (idle)":
		return false
	case s == "chan receive", s == "chan send", s == "select":
		// A library may wait for a timer of its own; these are known not to.
		return !x.waitsForOthers()
	}
	return true
}

// waitsForOthers tells that a goroutine of native code waits in a function
// that only another goroutine of the program can end.
func (x *dumped) waitsForOthers() bool {
	f := x.blockedIn()
	for _, p := range []string{"sync.", "io.(*pipe).", "io.(*Pipe", "golang.org/x/sync/", "context.", "database/sql.", "net/http.",
		"os/exec.", "iter.", "github.com/traefik/yaegi/interp."} {
		if strings.HasPrefix(f, p) {
			return true
		}
	}
	return false
}

// blockedIn is the innermost function that is not the runtime's or reflect's.
func (x *dumped) blockedIn() string {
	rest := x.frames
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(line) == 0 || line[0] == '\t' || bytes.HasPrefix(line, []byte("created by ")) {
			continue
		}
		if bytes.HasPrefix(line, []byte("runtime.")) || bytes.HasPrefix(line, []byte("reflect.")) || bytes.HasPrefix(line, []byte("internal/")) {
			continue
		}
		if i := bytes.LastIndexByte(line, '('); i > 0 {
			line = line[:i]
		}
		return string(line)
	}
	return ""
}

// calledByCell is the native function that interpreted code has called, "" if none is running.
func (x *dumped) calledByCell() string {
	name := ""
	for line := range bytes.Lines(x.frames) {
		line = bytes.TrimRight(line, "\n")
		if len(line) == 0 || line[0] == '\t' || bytes.HasPrefix(line, []byte("created by ")) || bytes.HasPrefix(line, []byte("runtime.")) {
			continue
		}
		if i := bytes.LastIndexByte(line, '('); i > 0 {
			line = line[:i]
		}
		switch f := string(line); {
		case strings.HasPrefix(f, "reflect.Value.") || strings.HasPrefix(f, "github.com/traefik/yaegi/"):
			return name
		case strings.HasPrefix(f, "gokernel/interp/guest."):
			name = "" // it stands between
		default:
			name = f
		}
	}
	return ""
}
