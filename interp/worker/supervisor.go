package worker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

// supervisor keeps a child alive.
type supervisor struct {
	o       Options
	deliver *delivery
	inputs  inputs
	req     atomic.Int64
	newest  atomic.Int64 // cell that was started last

	mu     sync.Mutex
	life   *life // the child in charge
	kept   []*unit.Unit
	closed bool
	failed error // why the last attempt to start a child failed, nil if it did not
}

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

func startSupervisor(o Options) (*supervisor, error) {
	if o.Events == nil {
		return nil, errors.New("starting a worker: no one takes its events")
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
	o.Env = slices.Clone(o.Env)
	s := &supervisor{o: o}
	s.deliver = newDelivery(o.Events, o.Flow, s.credit)
	l, err := s.spawn()
	if err != nil {
		return nil, err
	}
	s.life = l
	go l.replay(nil)
	return s, nil
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
	l.out = newCapture(stdoutR, false, l.raw(false))
	l.err = newCapture(stderrR, true, l.raw(true))
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
		l.answered = true
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
			s.remember(l, u)
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

// takeRemainder takes the messages that the child had not sent when it died.
func (l *life) takeRemainder() {
	if l.shared == nil {
		return
	}
	defer l.shared.Close()
	r := bytes.NewReader(readRemainder(l.shared, l.seen))
	var buf []byte
	for {
		msg, body, err := readFrame(r, &buf)
		if err != nil || l.take(msg, body) != nil {
			return
		}
	}
}

func (l *life) input(ctx context.Context, m inputRequest) {
	defer l.s.inputs.end(m.Cell, m.Req)
	a := inputAnswer{Req: m.Req}
	text, err := l.s.o.Events.Input(ctx, m.Cell, m.Prompt, m.Password)
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

func (s *supervisor) credit(cell int64, n int) {
	s.mu.Lock()
	l := s.life
	s.mu.Unlock()
	if l != nil {
		l.send(msgCredit, credit{cell, n})
	}
}

func (l *life) takeCall(req int64) (func(done), *unit.Unit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, u := l.calls[req], l.units[req]
	delete(l.calls, req)
	delete(l.tell, req)
	delete(l.units, req)
	return f, u
}

// rememberRunning notes the units of cells that ran when the process died: their declarations were there.
func (l *life) rememberRunning() {
	l.mu.Lock()
	units := l.units
	l.units = nil
	l.mu.Unlock()
	for _, req := range slices.Sorted(maps.Keys(units)) {
		l.s.remember(l, units[req])
	}
}

// loading notes that a request loads a unit.
func (l *life) loading(req int64, u *unit.Unit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if u != nil && l.units != nil {
		l.units[req] = u
	}
}

// wait sees the child's end: everything that it wrote is queued before gone is closed.
func (l *life) wait(read <-chan struct{}) {
	err := l.cmd.Wait()
	killChild(l.cmd) // what cells have started
	l.release()
	<-read
	l.takeRemainder()
	for _, c := range []*capture{l.out, l.err} {
		select {
		case <-c.ended:
		case <-time.After(time.Second): // a program that left the group keeps the pipe open
			c.f.Close()
		}
	}
	l.inMu.Lock()
	l.in.Close()
	l.inMu.Unlock()
	l.death = Death{Status: status(l.cmd, err)}
	l.mu.Lock()
	if n := len(l.cells); n > 0 {
		l.death.Cell = l.cells[n-1]
	}
	l.mu.Unlock()
	if l.death.Cell == 0 {
		l.death.Cell = l.s.newest.Load()
	}
	l.death.Text, l.death.Trace = splitDeath(string(l.err.lastWords()))
	if m := deathLabel.FindStringSubmatch(l.death.Trace); m != nil {
		l.death.Cell, _ = strconv.ParseInt(m[1], 10, 64)
	}
	if l.death.Text == "" {
		l.death.Text = "the program ended: " + l.death.Status
	}
	select {
	case <-l.ready:
	default:
		l.lacks = errors.New(l.death.Text)
		close(l.ready)
	}
	l.s.inputs.cancel(-1)
	l.s.deliver.freeAll()
	l.rememberRunning()
	close(l.gone)
	if !l.asked.Load() {
		l.s.revive(l)
	}
}

// deathLabel finds the cell of the goroutine that died in a dump with labels (see guest: the label is cell/goroutine).
var deathLabel = regexp.MustCompile(`(?m)^goroutine .*running.*labels:\{"gokernel goroutine": "(\d+)/\d+"\}`)

func status(cmd *exec.Cmd, err error) string {
	if cmd.ProcessState != nil {
		return cmd.ProcessState.String()
	}
	return fmt.Sprint(err)
}

// splitDeath parts what Go says from the goroutines that it lists.
func splitDeath(s string) (text, trace string) {
	var said []string
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		if l == "\n" && i+1 < len(lines) && (strings.HasPrefix(lines[i+1], "goroutine ") || strings.HasPrefix(lines[i+1], "runtime stack:")) ||
			strings.HasPrefix(l, "goroutine ") || strings.HasPrefix(l, "runtime stack:") {
			trace = strings.Join(lines[i:], "")
			break
		}
		said = append(said, l)
	}
	return strings.TrimRight(strings.Join(said, ""), "\n"), trace
}

// revive starts another child after a death that nobody wanted. If that one cannot load the declarations either,
// the next one is empty; one that dies before it has answered is not tried again.
func (s *supervisor) revive(dead *life) {
	<-dead.stands
	s.mu.Lock()
	idle := s.closed || s.life != dead
	s.mu.Unlock()
	if idle || !dead.answered {
		return
	}
	l, err := s.replace(dead, dead.lacks == nil)
	if err == nil && l != nil {
		<-l.stands
		err = l.lacks
	}
	if dead.lacks != nil { // the death of the one before has been told; this is its end
		err = dead.lacks
	}
	s.deliver.do(dead.death.Cell, false, func() { s.o.Events.Restarted(dead.death, err) })
}

// replace puts a new child in charge in old's place; it stands when the kept units are loaded. It is nil
// if somebody else was faster, or the supervisor is closed.
func (s *supervisor) replace(old *life, replay bool) (*life, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.life != old {
		return nil, nil
	}
	s.mu.Unlock()
	l, err := s.spawn()
	s.mu.Lock()
	s.failed = err
	if err != nil {
		return nil, err
	}
	if s.closed || s.life != old {
		l.kill()
		return nil, nil
	}
	s.life = l
	if !replay {
		s.kept = nil
	}
	kept := slices.Clone(s.kept)
	go l.replay(kept)
	return l, nil
}

// replay loads units again, without running their cells.
func (l *life) replay(us []*unit.Unit) {
	defer close(l.stands)
	<-l.ready
	for _, u := range us {
		if l.lacks != nil {
			return
		}
		u := *u
		u.Run = nil
		d, err := l.call(context.Background(), 0, nil, func(req int64) (byte, any) { return msgUnit, loadUnit{req, &u} })
		if errors.Is(err, errGone) {
			l.lacks = fmt.Errorf("loading the declarations of cell %d again ended the process: %s", u.Cell, l.death.Text)
			return
		}
		if err == nil && d.Failed != "" {
			err = errors.New(d.Failed)
		}
		if err != nil {
			l.s.o.Logf("worker: loading cell %d again: %v", u.Cell, err)
		}
	}
}

// call sends a request, calls sent, and waits for the done message, the child's death or ctx.
func (l *life) call(ctx context.Context, cell int64, sent func(), message func(req int64) (byte, any)) (done, error) {
	req := l.s.req.Add(1)
	ch := make(chan done, 1)
	l.mu.Lock()
	l.calls[req] = func(d done) {
		others := l.s.deliver.others(cell)
		l.s.deliver.do(cell, true, func() { others(); ch <- d })
	}
	l.mu.Unlock()
	msg, v := message(req)
	l.send(msg, v)
	if sent != nil {
		sent()
	}
	select {
	case d := <-ch:
		return d, nil
	case <-ctx.Done():
		return done{}, ctx.Err()
	case <-l.gone:
		select {
		case d := <-ch:
			return d, nil
		default:
		}
		return done{}, errGone
	}
}

var errGone = errors.New("the worker process has ended")

// standing is the child in charge, once it can run cells.
func (s *supervisor) standing(ctx context.Context) (*life, error) {
	for {
		s.mu.Lock()
		l, closed := s.life, s.closed
		s.mu.Unlock()
		if closed {
			return nil, ErrClosed
		}
		select {
		case <-l.stands:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		select {
		case <-l.gone:
			if !l.answered {
				return nil, l.lacks
			}
			s.mu.Lock()
			same, failed := s.life == l && !s.closed, s.failed
			s.mu.Unlock()
			if same && failed != nil {
				return nil, failed
			}
			if same { // another one is being started
				select {
				case <-time.After(5 * time.Millisecond):
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
			continue
		default:
			return l, l.lacks
		}
	}
}

func (s *supervisor) ready(ctx context.Context) error {
	_, err := s.standing(ctx)
	return err
}

func (s *supervisor) run(ctx context.Context, c Cell) (Outcome, error) {
	if ctx.Err() != nil { // interrupted before it began: only what it declares is wanted
		o := Outcome{End: guest.Outcome{Kind: guest.Stopped}}
		if c.Unit != nil {
			u := *c.Unit
			u.Run = nil
			if err := s.load(context.WithoutCancel(ctx), &u); err != nil {
				o.Failed = err.Error()
			}
		}
		o.Loaded = o.Failed == ""
		return o, nil
	}
	l, err := s.standing(ctx)
	if err != nil {
		return Outcome{}, err
	}
	s.newest.Store(c.ID)
	l.mu.Lock()
	l.cells = append(l.cells, c.ID)
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.cells = slices.DeleteFunc(l.cells, func(id int64) bool { return id == c.ID })
		l.mu.Unlock()
	}()
	stop := func() bool { return true }
	sent := func() { stop = context.AfterFunc(ctx, func() { s.interrupt(c.ID) }) } // an interrupt before that would find no cell
	defer func() { stop() }()
	d, err := l.call(context.Background(), c.ID, sent, func(req int64) (byte, any) {
		if c.Loaded != nil {
			l.mu.Lock()
			l.tell[req] = c.Loaded
			l.mu.Unlock()
		}
		l.loading(req, c.Unit)
		return msgRun, runCell{Req: req, Tell: c.Loaded != nil, ID: c.ID, Number: c.Number, Unit: c.Unit, Slot: c.Slot, Ints: c.Ints, Silent: c.Silent, Fast: c.Fast, Trace: c.Trace, Limit: int64(c.Limit)}
	})
	if err != nil { // it died
		if l.asked.Load() {
			return Outcome{End: guest.Outcome{Kind: guest.Stopped}}, nil
		}
		flushed := make(chan struct{})
		s.deliver.do(c.ID, true, func() { close(flushed) })
		<-flushed
		death := l.death
		return Outcome{Died: &death}, nil
	}
	o := Outcome{End: d.End, Failed: d.Failed, Loaded: d.Loaded, Ints: d.Ints, Trace: d.Trace, Exec: d.Exec}
	if len(d.Value) > 0 {
		var v display.Data
		if err := json.Unmarshal(d.Value, &v); err != nil {
			return o, fmt.Errorf("reading the cell's value: %w", err)
		}
		o.Value = &v
	}
	return o, nil
}

func (s *supervisor) load(ctx context.Context, u *unit.Unit) error {
	l, err := s.standing(ctx)
	if err != nil {
		return err
	}
	d, err := l.call(ctx, 0, nil, func(req int64) (byte, any) {
		l.loading(req, u)
		return msgUnit, loadUnit{req, u}
	})
	switch {
	case err != nil:
		return fmt.Errorf("loading cell %d: %w", u.Cell, err)
	case d.Failed != "":
		return fmt.Errorf("loading cell %d: %s", u.Cell, d.Failed)
	}
	return nil
}

// remember notes what a restart must load again: the whole unit, or of one that need not be kept the
// imports, types and operations that later texts rely on.
func (s *supervisor) remember(l *life, u *unit.Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.life != l:
	case u.Keep:
		s.kept = append(s.kept, u)
	default:
		rest := unit.Unit{Cell: u.Cell, Imports: slices.Clone(u.Imports), Types: slices.Clone(u.Types), RTypes: slices.Clone(u.RTypes)}
		forgotten := make(map[string]bool, len(u.Forget))
		for _, n := range u.Forget {
			forgotten[n] = true
		}
		for _, o := range u.Ops {
			if !forgotten["P."+o.Name] {
				rest.Ops = append(rest.Ops, o)
			}
		}
		for _, c := range u.Consts {
			if !forgotten["P."+c.Name] {
				rest.Consts = append(rest.Consts, c)
			}
		}
		if len(rest.Imports)+len(rest.Types)+len(rest.RTypes)+len(rest.Ops)+len(rest.Consts) == 0 {
			return
		}
		if n := len(s.kept); n > 0 && !s.kept[n-1].Keep && s.kept[n-1].Text == "" { // one unit for a row of such
			last := s.kept[n-1]
			last.Imports = append(last.Imports, rest.Imports...)
			last.Types = append(last.Types, rest.Types...)
			last.RTypes = append(last.RTypes, rest.RTypes...)
			last.Ops = append(last.Ops, rest.Ops...)
			last.Consts = append(last.Consts, rest.Consts...)
			return
		}
		s.kept = append(s.kept, &rest)
	}
}

func (s *supervisor) interrupt(cell int64) {
	s.inputs.cancel(cell)
	s.deliver.free(cell)
	s.mu.Lock()
	l := s.life
	s.mu.Unlock()
	if l != nil {
		l.send(msgStop, cellRef{cell})
	}
}

// kill ends a child that is not wanted any more.
func (l *life) kill() {
	l.asked.Store(true)
	killChild(l.cmd)
}

func (s *supervisor) restart(ctx context.Context, replay bool) error {
	s.mu.Lock()
	old, closed := s.life, s.closed
	s.mu.Unlock()
	if closed {
		return ErrClosed
	}
	old.kill()
	<-old.gone
	l, err := s.replace(old, replay)
	if err != nil {
		return err
	}
	if l == nil {
		return s.ready(ctx)
	}
	select {
	case <-l.stands:
		return l.lacks
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *supervisor) keptUnits() []*unit.Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

func (s *supervisor) keep(us []*unit.Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = slices.Clone(us)
}

// question asks the child something that it answers at once.
func (s *supervisor) question(ctx context.Context, a ask) (reply, error) {
	l, err := s.standing(ctx)
	if err != nil {
		return reply{}, err
	}
	a.Req = s.req.Add(1)
	ch := make(chan reply, 1)
	l.mu.Lock()
	l.asks[a.Req] = ch
	l.mu.Unlock()
	l.send(msgAsk, a)
	select {
	case r := <-ch:
		if r.Err != "" {
			return r, errors.New(r.Err)
		}
		return r, nil
	case <-ctx.Done():
		l.mu.Lock()
		delete(l.asks, a.Req)
		l.mu.Unlock()
		return reply{}, ctx.Err()
	case <-l.gone:
		return reply{}, errGone
	}
}

func (s *supervisor) goroutines(ctx context.Context, cell int64) ([]guest.GoroutineState, error) {
	r, err := s.question(ctx, ask{What: "goroutines", Cell: cell})
	return r.Goroutines, err
}

func (s *supervisor) variables(ctx context.Context, slots []string) ([]Variable, error) {
	r, err := s.question(ctx, ask{What: "variables", Args: slots})
	return r.Variables, err
}

func (s *supervisor) children(ctx context.Context, ref int) ([]Variable, error) {
	r, err := s.question(ctx, ask{What: "children", N: int64(ref)})
	return r.Variables, err
}

func (s *supervisor) usage(ctx context.Context) (Usage, error) {
	r, err := s.question(ctx, ask{What: "usage"})
	return r.Usage, err
}

func (s *supervisor) setenv(ctx context.Context, name, value string) (bool, error) {
	s.mu.Lock()
	s.o.Env = slices.DeleteFunc(s.o.Env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
	if value != "" {
		s.o.Env = append(s.o.Env, name+"="+value)
	}
	s.mu.Unlock()
	r, err := s.question(ctx, ask{What: "setenv", Args: []string{name, value}})
	return r.Yes, err
}

func (s *supervisor) chdir(ctx context.Context, dir string) error {
	if _, err := s.question(ctx, ask{What: "chdir", Args: []string{dir}}); err != nil {
		return err
	}
	s.mu.Lock()
	s.o.Dir = dir
	s.mu.Unlock()
	return nil
}

func (s *supervisor) setMemory(ctx context.Context, limit int64) error {
	s.mu.Lock()
	s.o.Memory = limit
	s.mu.Unlock()
	_, err := s.question(ctx, ask{What: "memory", N: limit})
	return err
}

func (s *supervisor) pid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life == nil || s.life.cmd.Process == nil {
		return 0
	}
	return s.life.cmd.Process.Pid
}

func (s *supervisor) close() error {
	s.mu.Lock()
	l, was := s.life, s.closed
	s.closed = true
	s.mu.Unlock()
	if !was && l != nil {
		l.kill()
	}
	if l != nil {
		<-l.gone
	}
	return nil
}
