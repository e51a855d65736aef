package worker

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gokernel/interp/display"
	"gokernel/interp/unit"
)

// life is one child from its start to its end.
type life struct {
	s        *supervisor
	cmd      *exec.Cmd
	in       *os.File // to the child
	inMu     sync.Mutex
	out      *capture
	err      *capture
	ready    chan struct{} // closed when the child has answered, or died
	lacks    error         // why it cannot run cells; set before stands is closed
	answered bool          // it has sent ready
	lesser   []string      // what it does a lesser way; set before ready is closed
	stands   chan struct{} // closed by the goroutine that loads the kept units when it is through
	gone     chan struct{} // closed when it has died and all that it wrote is queued
	death    Death
	asked    atomic.Bool // its death was wanted
	release  func()
	shared   *os.File // the child's outbox, nil if memory cannot be shared
	seen     uint64   // bytes read from the pipe; of the reading goroutine

	mu    sync.Mutex
	calls map[int64]func(done) // by request, for loads and runs
	tell  map[int64]func()     // by request: the unit is loaded
	units map[int64]*unit.Unit // by request: what is being loaded or run
	asks  map[int64]chan reply
	cells []int64 // running, oldest first
}

// spawn starts a child; it does not wait for it.
func (s *supervisor) spawn() (*life, error) {
	s.mu.Lock()
	o := s.o
	env := childEnv(o.Env)
	s.mu.Unlock()
	command := o.Command
	if command == nil {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("starting a worker: %w", err)
		}
		command = []string{self, "worker"}
	}
	l := &life{s: s, ready: make(chan struct{}), stands: make(chan struct{}), gone: make(chan struct{}),
		calls: map[int64]func(done){}, tell: map[int64]func(){}, units: map[int64]*unit.Unit{}, asks: map[int64]chan reply{}}
	var files []*os.File
	pipe := func() (r, w *os.File) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, nil
		}
		files = append(files, r, w)
		return r, w
	}
	inR, inW := pipe()
	outR, outW := pipe()
	stdoutR, stdoutW := pipe()
	stderrR, stderrW := pipe()
	fail := func(err error) (*life, error) {
		for _, f := range files {
			f.Close()
		}
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	if len(files) != 8 {
		return fail(errors.New("no more pipes"))
	}
	if shared, err := sharedFile(remainderSize); err == nil {
		l.shared = shared
		files = append(files, shared)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Env = o.Dir, env
	cmd.Stdout, cmd.Stderr = stdoutW, stderrW
	if err := passPipes(cmd, inR, outW, l.shared); err != nil {
		return fail(err)
	}
	if err := cmd.Start(); err != nil {
		return fail(err)
	}
	for _, f := range []*os.File{inR, outW, stdoutW, stderrW} {
		f.Close()
	}
	l.cmd, l.in = cmd, inW
	release, err := started(cmd, o.Memory)
	if err != nil {
		o.Logf("worker: %v", err)
		release = func() {}
	}
	l.release = release
	l.out = newCapture(stdoutR, false, l.raw(false), nil)
	l.err = newCapture(stderrR, true, l.raw(true), func() { killChild(cmd) })
	l.send(msgHello, hello{Memory: o.Memory})
	ended := make(chan struct{})
	go func() {
		l.read(outR)
		close(ended)
	}()
	go l.wait(ended)
	return l, nil
}

// childEnv adds to GODEBUG that goroutine dumps show profiler labels: that is how guest tells whose a native goroutine is.
func childEnv(env []string) []string {
	const labels = "tracebacklabels=1"
	env = slices.Clone(env)
	for i, e := range env {
		if v, ok := strings.CutPrefix(e, "GODEBUG="); ok && v != "" {
			env[i] = e + "," + labels
			return env
		}
	}
	return append(env, "GODEBUG="+labels)
}

// raw takes what the child writes to its own standard output and error: it belongs to the newest cell.
func (l *life) raw(stderr bool) func([]byte, bool) {
	return func(b []byte, wait bool) {
		if len(b) > 0 || wait {
			l.s.deliver.text(l.s.newest.Load(), stderr, b, 0, wait)
		}
	}
}

func (l *life) send(msg byte, v any) {
	b := appendFrame(nil, msg, v)
	l.inMu.Lock()
	defer l.inMu.Unlock()
	if _, err := l.in.Write(b); err != nil && !l.asked.Load() {
		l.s.o.Logf("worker: sending a message: %v", err)
	}
}

// read takes the child's messages until the pipe ends.
func (l *life) read(f *os.File) {
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	var buf []byte
	for {
		msg, body, err := readFrame(r, &buf)
		if err == nil {
			l.seen += uint64(frameHead + len(body))
			err = l.take(msg, body)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !l.asked.Load() {
				l.s.o.Logf("worker: %v", err)
				killChild(l.cmd) // it does not speak our language any more
			}
			return
		}
	}
}

func (l *life) take(msg byte, body []byte) error {
	s := l.s
	switch msg {
	case msgStream:
		cell, stderr, text, err := parseStream(body)
		if err != nil {
			return err
		}
		s.deliver.text(cell, stderr, text, len(text), false)
	case msgReady:
		var m ready
		if err := decode(body, &m); err != nil {
			return err
		}
		if m.Err != "" {
			l.lacks = errors.New(m.Err)
		}
		l.answered, l.lesser = true, m.Lacks
		close(l.ready)
	case msgDone:
		var m done
		if err := decode(body, &m); err != nil {
			return err
		}
		l.out.drain()
		l.err.drain()
		f, u := l.takeCall(m.Req)
		if u != nil && m.Loaded {
			s.remember(l, m.Req, u)
		}
		if f != nil {
			f(m)
		}
	case msgDisplay:
		var m shown
		if err := decode(body, &m); err != nil {
			return err
		}
		var d display.Data
		if err := json.Unmarshal(m.JSON, &d); err != nil {
			return fmt.Errorf("reading a display: %w", err)
		}
		l.out.drain() // what the cell has written to the process's own output stands before
		s.deliver.do(m.Cell, false, func() {
			s.o.Events.Display(m.Cell, d)
			s.credit(m.Cell, len(m.JSON))
		})
	case msgClear:
		var m cleared
		if err := decode(body, &m); err != nil {
			return err
		}
		l.out.drain()
		s.deliver.do(m.Cell, false, func() { s.o.Events.Clear(m.Cell, m.Wait) })
	case msgInput:
		var m inputRequest
		if err := decode(body, &m); err != nil {
			return err
		}
		l.out.drain()
		ctx := s.inputs.begin(m.Cell, m.Req)
		s.deliver.do(m.Cell, false, func() { go l.input(ctx, m) })
	case msgReport:
		var m reported
		if err := decode(body, &m); err != nil {
			return err
		}
		s.deliver.do(m.Cell, false, func() { s.o.Events.Report(m.Cell, m.Report) })
	case msgLoaded:
		var m loaded
		if err := decode(body, &m); err != nil {
			return err
		}
		l.mu.Lock()
		f := l.tell[m.Req]
		delete(l.tell, m.Req)
		l.mu.Unlock()
		if f != nil {
			f()
		}
	case msgReply:
		var m reply
		if err := decode(body, &m); err != nil {
			return err
		}
		l.mu.Lock()
		ch := l.asks[m.Req]
		delete(l.asks, m.Req)
		l.mu.Unlock()
		if ch != nil {
			ch <- m
		}
	default:
		return fmt.Errorf("unknown message %d", msg)
	}
	return nil
}

func (l *life) input(ctx context.Context, m inputRequest) {
	defer l.s.inputs.end(m.Cell, m.Req)
	a := inputAnswer{Req: m.Req}
	text, err := l.s.asked(ctx, m)
	switch {
	case errors.Is(err, io.EOF):
		a.EOF = true
	case err != nil:
		a.Err = err.Error()
	default:
		a.Text = text
	}
	l.send(msgAnswer, a)
}

// asked puts a question of the child to whom it is for.
func (s *supervisor) asked(ctx context.Context, m inputRequest) (string, error) {
	switch {
	case m.What == "":
		return s.o.Events.Input(ctx, m.Cell, m.Prompt, m.Password)
	case s.o.Answer == nil:
		return "", fmt.Errorf("nobody answers %q here", m.What)
	}
	return s.o.Answer(ctx, m.Cell, m.What, m.Args)
}

func (s *supervisor) credit(cell int64, n int) {
	s.mu.Lock()
	l := s.life
	s.mu.Unlock()
	if l != nil {
		l.send(msgCredit, credit{cell, n})
	}
}

var errGone = errors.New("the worker process has ended")

// kill ends a child that is not wanted any more.
func (l *life) kill() {
	l.asked.Store(true)
	killChild(l.cmd)
}
