package jupytertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gokernel/interp/failing"
)

// How long the tests of failures take. Measured runs:
//
//	go test ./install/jupytertest -run TestFailures -rounds 50 -timeout 2h
//	go test ./install/jupytertest -run TestSoak -soak 30m -timeout 1h -v
var (
	rounds = flag.Int("rounds", 1, "how often TestFailures runs each failing program in one session")
	soak   = flag.Duration("soak", 20*time.Second, "how long TestSoak runs failing programs")
)

// A pipe is a kernel that Jupyter has started, with jupyter_client between (testdata/pipe.py).
type pipe struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
}

// ran is what a cell gave.
type ran struct {
	Error                       string // of the test's own
	Status, EName, EValue, Text string
	Value                       *string
	Seconds, Stopping           float64 // from the request to idle, from the interrupt to idle
}

// used is what the kernel uses, and how its heart has beaten since the last time.
type used struct {
	Error             string
	Goroutines, Files int
	Memory, RSS       int64
	Processes         []string
	Heart             struct {
		Longest float64 // seconds between two answers
		Beats   int
	}
}

func startPipe(t *testing.T) *pipe {
	t.Helper()
	cmd := exec.Command(env.Python, "testdata/pipe.py") // ends when its standard input does
	cmd.Env = env.Environ()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &pipe{t: t, in: in, out: bufio.NewScanner(out)}
	p.out.Buffer(nil, 64<<20)
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("pipe.py: %v", err)
		}
		if bytes.Contains(errs.Bytes(), []byte("worker: loading")) {
			t.Errorf("declarations could not be loaded again")
		}
		if t.Failed() {
			t.Logf("pipe.py and the kernel say:\n%s", errs.Bytes())
		}
	})
	return p
}

// ask sends a request and reads the answer into a.
func (p *pipe) ask(request map[string]any, a any) {
	p.t.Helper()
	line, err := json.Marshal(request)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		p.t.Fatal(err)
	}
	if !p.out.Scan() {
		p.t.Fatalf("pipe.py ended: %v", p.out.Err())
	}
	if err := json.Unmarshal(p.out.Bytes(), a); err != nil {
		p.t.Fatalf("%v in %s", err, p.out.Bytes())
	}
}

const patience = 60 // seconds for a cell

func (p *pipe) run(code string) ran {
	p.t.Helper()
	var r ran
	p.ask(map[string]any{"do": "run", "code": code, "timeout": patience, "interrupt": nil}, &r)
	if r.Error != "" {
		p.t.Fatalf("%s\n%s\n%s", code, r.Error, r.Text)
	}
	return r
}

func (p *pipe) usage() used {
	p.t.Helper()
	var u used
	p.ask(map[string]any{"do": "usage"}, &u)
	if u.Error != "" {
		p.t.Fatal(u.Error)
	}
	return u
}

// stop shuts the kernel down and fails if anything of it is left.
func (p *pipe) stop() {
	p.t.Helper()
	var s struct {
		Error string
		Alive bool
		Left  []string
	}
	p.ask(map[string]any{"do": "stop"}, &s)
	if s.Error != "" || s.Alive || len(s.Left) > 0 {
		p.t.Errorf("after the shutdown: %+v", s)
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// fails runs a program and checks what the learner reads, and that the session stands.
func (p *pipe) fails(t *testing.T, prog failing.Program, keep string) {
	t.Helper()
	if r := p.run(fmt.Sprintf("%s := 42\nfunc say_%s() string { return \"still here\" }", keep, keep)); r.Status != "ok" {
		t.Fatalf("setting up: %s", r.Text)
	}
	var r ran
	var text strings.Builder
	for _, c := range prog.Cells {
		r = p.run(c)
		text.WriteString(r.Text)
	}
	all := ansi.ReplaceAllString(text.String(), "")
	if r.EName != prog.Class || (r.Status == "ok") != (prog.Class == "") {
		t.Errorf("the cell ends %s with %q, want %q\n%s", r.Status, r.EName, prog.Class, all)
	}
	for _, w := range prog.Want {
		if !strings.Contains(all, w) {
			t.Errorf("%q is missing in\n%s", w, all)
		}
	}
	if r := p.run("say_" + keep + "()"); r.Status != "ok" || r.Value == nil {
		t.Errorf("the declarations are gone: %s", r.Text)
	}
	if r := p.run(keep); !prog.Fatal && (r.Value == nil || *r.Value != "42") {
		t.Errorf("the variable is gone: %s", r.Text)
	}
}

// settled waits until the kernel is as it was: processes, goroutines, open files.
func (p *pipe) settled(t *testing.T, before used) used {
	t.Helper()
	const slack = 3 // what an interrupt or a usage_request has under way
	var u used
	// Functions are compiled in the background with the Go toolchain, which takes long on a loaded machine.
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		u = p.usage()
		if len(u.Processes) <= len(before.Processes) && u.Goroutines <= before.Goroutines+slack && u.Files <= before.Files+slack {
			return u
		}
		if time.Now().After(end) {
			t.Errorf("before: %d goroutines, %d files, processes %v\n after: %d goroutines, %d files, processes %v",
				before.Goroutines, before.Files, before.Processes, u.Goroutines, u.Files, u.Processes)
			return u
		}
	}
}

// pulse fails if the heart has stopped. A loaded machine may make it late.
func pulse(t *testing.T, u used) {
	t.Helper()
	if u.Heart.Longest > 3 {
		t.Errorf("the heartbeat stopped for %.2f s, %d beats", u.Heart.Longest, u.Heart.Beats)
	}
}

// warm brings a kernel to where it uses what it always will: a cell, a failure, a new worker.
func (p *pipe) warm() used {
	for _, c := range []string{`fmt.Println("warm")`, "var mu sync.Mutex\nmu.Unlock()", "c := make(chan int)\n<-c", "1 + 1"} {
		p.run(c)
	}
	time.Sleep(300 * time.Millisecond) // goroutines of the start end
	return p.usage()
}

// TestFailures: after every failing program, alone and after all others, the session,
// the heart, the processes and the kernel itself are as before.
func TestFailures(t *testing.T) {
	p := startPipe(t)
	p.run("%memory 2GiB") // out of memory in less time; a stack overflow needs some
	before := p.warm()
	slowest := map[bool]float64{}
	for round := range *rounds {
		for i, prog := range failing.Programs() {
			ok := t.Run(fmt.Sprintf("%d/%s", round, strings.ReplaceAll(prog.Name, " ", "_")), func(t *testing.T) {
				p.t = t
				started := time.Now()
				p.fails(t, prog, fmt.Sprintf("kept%d_%d", round, i))
				u := p.usage()
				pulse(t, u)
				if len(u.Processes) > len(before.Processes) {
					p.settled(t, before)
				}
				slowest[prog.Fatal] = max(slowest[prog.Fatal], time.Since(started).Seconds())
			})
			p.t = t
			if !ok && round > 0 {
				t.Fatal("a failure in a repetition")
			}
		}
		u := p.settled(t, before)
		t.Logf("round %d: %d goroutines, %d files, kernel %d MiB, all %d MiB", round, u.Goroutines, u.Files, u.RSS>>20, u.Memory>>20)
	}
	t.Logf("slowest program %.2f s, slowest fatal one %.2f s", slowest[false], slowest[true])
	p.stop()
}

// TestSoak runs failing programs in a random order, interrupts among them; memory stays flat.
func TestSoak(t *testing.T) {
	p := startPipe(t)
	p.run("%memory 2GiB")
	before := p.warm()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	programs := failing.Programs()
	endless := []string{"for {}", "select {\ncase <-time.After(time.Hour):\n}", "time.Sleep(time.Hour)", "for { fmt.Println(\"again and again\") }", "var mu sync.Mutex\nmu.Lock()\ngo func() { for {} }()\nmu.Lock()"}
	var samples []int64
	n, end := 0, time.Now().Add(*soak)
	for next := time.Now(); time.Now().Before(end); n++ {
		if n%7 == 6 {
			code := endless[rng.IntN(len(endless))]
			var r ran
			p.ask(map[string]any{"do": "run", "code": code, "timeout": patience, "interrupt": 0.2}, &r)
			if r.EName != "interrupted" {
				t.Errorf("%s\nends with %+v, want an interrupt", code, r)
			}
		} else {
			p.fails(t, programs[rng.IntN(len(programs))], fmt.Sprintf("kept%d", n%100))
		}
		if n%40 == 39 {
			p.run("%reset -f")
			p.run("%memory 2GiB")
		}
		if time.Now().After(next) {
			next = time.Now().Add(max(*soak/60, 2*time.Second))
			u := p.usage()
			pulse(t, u)
			samples = append(samples, u.RSS)
			t.Logf("%d programs: %d goroutines, %d files, kernel %d MiB, all %d MiB", n, u.Goroutines, u.Files, u.RSS>>20, u.Memory>>20)
		}
	}
	p.settled(t, before)
	if len(samples) >= 12 { // flat: the last quarter is not far above the second
		q := len(samples) / 4
		early, late := median(samples[q:2*q]), median(samples[3*q:])
		if late > early+early/4+8<<20 {
			t.Errorf("the kernel's memory grew from %d to %d MiB", early>>20, late>>20)
		}
	}
	t.Logf("%d programs", n)
	p.stop()
}

func median(s []int64) int64 {
	s = slices.Sorted(slices.Values(s))
	return s[len(s)/2]
}
