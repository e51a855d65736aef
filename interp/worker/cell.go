package worker

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"

	"github.com/traefik/yaegi/interp"
)

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
		if u.Plugin != nil {
			if err := c.tellPlugin(u.Plugin); err != nil {
				return nil, err
			}
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
	opts := guest.Options{Program: m.Whole, Fast: m.Fast, Seed: m.Seed, Limit: time.Duration(m.Limit)}
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
		var reading sync.WaitGroup
		if exec != nil {
			reading.Go(func() { d.Exec = exec.stop(opts.Trace.Start()) })
		}
		r := opts.Trace.Recording()
		d.Trace = &r
		reading.Wait()
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
