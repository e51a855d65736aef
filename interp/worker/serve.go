package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/forge"
	"gokernel/interp/guest"
	"gokernel/interp/unit"

	"github.com/traefik/yaegi/interp"
)

// child is the worker process: it reads messages and runs cells.
//
// Goroutines: serve, which reads messages, is the process's main one and ends with the pipe; each load
// or run and each question has one, which ends with its answer; the outbox has one (see there); the reader of standard
// input has one while a cell runs that may read it (see stdin.go).
type child struct {
	box              *outbox
	world            *guest.World
	eng              *engine
	stdin            *stdin
	realOut, realErr *os.File // the process's own
	textErr          error    // why traces have no callers
	refs             references
	names            map[string]map[string]reflect.Value // packages whose functions know cells

	mu     sync.Mutex
	cells  map[int64]*cellOut // that run, or may still print
	last   atomic.Pointer[cellOut]
	traced bool     // a cell is traced: native code must not pass values by itself
	none   *cellOut // of goroutines that belong to no cell before the first one runs
}

// Serve is the verb "worker": it runs cells for the process that started this one until that ends or closes
// the pipe, and returns the exit status.
func Serve() int {
	r, w, err := childPipes()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gokernel worker:", err)
		return 2
	}
	err = serve(r, w, childShared())
	killGroup() // what cells have started goes with us
	if err != nil {
		fmt.Fprintln(os.Stderr, "gokernel worker:", err)
		return 1
	}
	return 0
}

func serve(r io.Reader, w io.Writer, shared *remainder) error {
	var buf []byte
	msg, body, err := readFrame(r, &buf)
	if err != nil {
		return err
	}
	var h hello
	if msg != msgHello {
		return errors.New("no greeting")
	}
	if err := decode(body, &h); err != nil {
		return err
	}
	c := newChild(w, shared)
	err = c.start(h)
	answer := ready{}
	if err != nil {
		answer.Err = err.Error()
	}
	c.box.send(msgReady, answer)
	for {
		msg, body, err := readFrame(r, &buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.handle(msg, body); err != nil {
			return err
		}
	}
}

func newChild(w io.Writer, shared *remainder) *child {
	c := &child{box: newOutbox(w, shared), cells: map[int64]*cellOut{}}
	c.none = &cellOut{box: c.box}
	c.last.Store(c.none)
	return c
}

// start makes the program that cells run in. Its error is why there can be none.
func (c *child) start(h hello) error {
	if err := forge.SelfTest(); err != nil {
		return err
	}
	if h.Memory > 0 {
		if err := limitMemory(h.Memory); err != nil {
			return err
		}
	}
	debug.SetMaxStack(maxStack)
	os.Args = append([]string{"main"}, h.Args...)
	c.stdin = newStdin(c)
	c.world = guest.Start(c)
	c.realOut, c.realErr = os.Stdout, os.Stderr
	c.names = c.natives()
	log.SetOutput(cellWriter{c, true})
	display.Bind(publisher{c})
	var err error
	c.eng, err = newEngine(c.symbols, guest.Unwinding)
	if err != nil {
		return err
	}
	c.eng.onText = c.onText
	if c.eng.private != nil {
		c.textErr = c.world.SelfTest(c.eng.probe)
	}
	c.eng.forge.Chan = chanStmt
	return nil
}

// maxStack is what a goroutine's stack may take before Go calls it an overflow: room for some 800,000 calls. Growing a
// stack copies it, so this is also how long an endless recursion takes to be told (about half a second).
const maxStack = 1 << 29

func (c *child) handle(msg byte, body []byte) error {
	switch msg {
	case msgRun:
		var m runCell
		if err := decode(body, &m); err != nil {
			return err
		}
		out := &cellOut{id: m.ID, box: c.box}
		c.mu.Lock()
		c.cells[m.ID] = out
		c.mu.Unlock()
		c.last.Store(out)
		go c.run(m, out)
	case msgUnit:
		var m loadUnit
		if err := decode(body, &m); err != nil {
			return err
		}
		go func() {
			d := done{Req: m.Req}
			if _, err := c.load(m.Unit, nil, ""); err != nil {
				d.Failed = err.Error()
			} else {
				d.Loaded = true
			}
			c.box.send(msgDone, d)
		}()
	case msgStop:
		var m cellRef
		if err := decode(body, &m); err != nil {
			return err
		}
		if out := c.cell(m.Cell); out != nil {
			c.stop(out)
		}
	case msgCredit:
		var m credit
		if err := decode(body, &m); err != nil {
			return err
		}
		if out := c.cell(m.Cell); out != nil {
			c.box.credit(out, m.Bytes)
		}
	case msgAnswer:
		var m inputAnswer
		if err := decode(body, &m); err != nil {
			return err
		}
		c.stdin.answered(m)
	case msgAsk:
		var m ask
		if err := decode(body, &m); err != nil {
			return err
		}
		go func() {
			a := c.answer(m)
			a.Req = m.Req
			c.box.send(msgReply, a)
		}()
	default:
		return fmt.Errorf("unknown message %d", msg)
	}
	return nil
}

func (c *child) cell(id int64) *cellOut {
	if id == 0 {
		return c.none
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cells[id]
}

// outOf is where output of a goroutine of that cell goes; of one that belongs to no cell: to the newest.
func (c *child) outOf(g *guest.Cell) *cellOut {
	if g != nil {
		if out, ok := g.Out.(*cellOut); ok {
			return out
		}
	}
	return c.last.Load()
}

// current is the output of the cell that the calling goroutine belongs to.
func (c *child) current() *cellOut { return c.outOf(c.world.CellOf()) }

// load makes a unit's declarations, runs its Init functions, and finds its Run functions and the variable slot.
func (c *child) load(u *unit.Unit, run []string, slot string) (fs []func(), err error) {
	c.eng.mu.Lock()
	defer c.eng.mu.Unlock()
	if u != nil {
		for _, p := range u.Places {
			c.world.AddPlaces(p.ID, []guest.Place{{Cell: p.Cell, Line: p.Line, Col: p.Col, Func: p.Func, What: p.What}})
		}
		if strings.Contains(u.Text, "Stdin") || strings.Contains(u.Text, "Scan") {
			c.stdin.mentioned()
		}
		if u.Plugin != nil {
			if err := c.openPlugin(u.Plugin); err != nil {
				return nil, err
			}
		}
		if err := c.eng.load(u); err != nil {
			return nil, err
		}
		inits, err := c.eng.functions(u.Init)
		if err != nil {
			return nil, err
		}
		if err := callAll(inits); err != nil {
			return nil, err
		}
	}
	if fs, err = c.eng.functions(run); err != nil {
		return nil, err
	}
	if u != nil {
		c.eng.forget(u.Forget)
	}
	if slot != "" {
		v, err := c.eng.variable(slot)
		if err != nil {
			return nil, err
		}
		fs = append(fs, func() { c.show(0, v.Interface()) })
	}
	return fs, nil
}

func callAll(fs []func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("initialising: %v", r)
		}
	}()
	for _, f := range fs {
		f()
	}
	return nil
}

// onText lets traces name the functions of a text.
func (c *child) onText(prog *interp.Program, u *unit.Unit) {
	t := guest.Text{Program: prog, Fset: c.eng.in.FileSet(), Lines: u.Lines, Funcs: make(map[string]guest.Func, len(u.Funcs))}
	for _, f := range u.Funcs {
		t.Funcs[f.Text] = guest.Func{Go: f.Go, Synthetic: f.Synthetic}
	}
	if err := c.world.LoadText(t); err != nil {
		c.textErr = err
	}
}

func (c *child) run(m runCell, out *cellOut) {
	d := done{Req: m.Req}
	var run []string
	if m.Unit != nil {
		run = m.Unit.Run
	}
	fs, err := c.load(m.Unit, run, m.Slot)
	if err != nil {
		d.Failed = err.Error()
		c.finish(out, d)
		return
	}
	d.Loaded = true
	if m.Tell {
		c.box.send(msgLoaded, loaded{m.Req})
	}
	g := c.world.NewCell(m.ID, m.Number)
	g.Out = out
	out.mu.Lock()
	out.guest = g
	stopped := out.stop
	out.mu.Unlock()
	if stopped {
		d.End.Kind = guest.Stopped
		c.finish(out, d)
		return
	}
	defer c.stdin.running()()
	opts := guest.Options{Fast: m.Fast, Limit: time.Duration(m.Limit)}
	var exec *execTracer
	if m.Trace {
		opts.Trace = guest.NewTrace(0)
		exec = startExecTrace()
		setTraced(&c.traced, true)
	}
	o := g.Run(func() {
		for _, f := range fs {
			f()
		}
	}, opts)
	if m.Trace {
		setTraced(&c.traced, false)
		r := opts.Trace.Recording()
		d.Trace = &r
		if exec != nil {
			d.Exec = exec.stop(opts.Trace.Start())
		}
	}
	d.End = *o
	if len(m.Ints) > 0 {
		c.eng.mu.Lock()
		for _, n := range m.Ints {
			i := 0
			if v, err := c.eng.variable(n); err == nil && v.CanInt() {
				i = int(v.Int())
			}
			d.Ints = append(d.Ints, i)
		}
		c.eng.mu.Unlock()
	}
	if !m.Silent {
		out.mu.Lock()
		v := out.value
		out.mu.Unlock()
		if v != nil {
			d.Value, err = json.Marshal(v)
			if err != nil {
				d.Value, _ = json.Marshal(display.Data{MIME: map[string]any{"text/plain": fmt.Sprintf("%v\n(not shown: %v)", v.MIME["text/plain"], err)}})
			}
		}
	}
	c.finish(out, d)
}

// setTraced writes what native code reads without synchronisation: it only chooses between two right ways.
//
//go:norace
func setTraced(p *bool, on bool) { *p = on }

// finish tells the end of a cell, and forgets cells that can print no more.
func (c *child) finish(out *cellOut, d done) {
	c.mu.Lock()
	var printing []*cellOut
	for _, o := range c.cells {
		if o.hasFiles.Load() {
			printing = append(printing, o)
		}
	}
	c.mu.Unlock()
	for _, o := range printing { // what other cells' goroutines printed before this end stands before it
		o.drain()
	}
	out.mu.Lock()
	out.over, out.value = true, nil
	out.mu.Unlock()
	c.box.send(msgDone, d)
	alive := map[*guest.Cell]bool{}
	for _, g := range c.world.Cells() {
		alive[g] = true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, o := range c.cells {
		o.mu.Lock()
		if o.over && !alive[o.guest] && o != c.last.Load() {
			delete(c.cells, id)
			o.files = [2]cellFile{} // see cellFile
		}
		o.mu.Unlock()
	}
}

// stop interrupts a cell; its writers and readers no longer wait.
func (c *child) stop(out *cellOut) {
	c.box.release(out)
	out.mu.Lock()
	g := out.guest
	out.stop = true
	out.mu.Unlock()
	if g != nil {
		g.Stop()
	}
	c.stdin.interrupt()
}

// show is guest.Show: the value of the cell's last expression.
func (c *child) show(place int, values ...any) {
	out := c.current()
	var d display.Data
	if len(values) == 1 {
		d = display.Bundle(values[0])
	} else {
		l := make([]string, len(values))
		for i, v := range values {
			l[i] = display.Text(v)
		}
		d = display.Data{MIME: map[string]any{"text/plain": strings.Join(l, " ")}}
	}
	if len(d.MIME) == 0 { // it has been shown already
		return
	}
	out.mu.Lock()
	out.value = &d
	out.mu.Unlock()
}
