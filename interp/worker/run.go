package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

func (l *life) takeCall(req int64) (func(done), *unit.Unit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, u := l.calls[req], l.units[req]
	delete(l.calls, req)
	delete(l.tell, req)
	delete(l.units, req)
	return f, u
}

// loading notes that a request loads a unit.
func (l *life) loading(req int64, u *unit.Unit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if u != nil && l.units != nil {
		l.units[req] = u
	}
}

// replay loads units again, without running their cells.
func (l *life) replay(us []*unit.Unit) {
	defer close(l.stands)
	<-l.ready
	for _, kept := range us {
		if l.lacks != nil {
			return
		}
		u := *kept
		u.Run = nil
		d, err := l.call(context.Background(), 0, nil, func(req int64) (byte, any) { return msgUnit, loadUnit{req, &u} })
		if errors.Is(err, errGone) {
			l.lacks = fmt.Errorf("loading the declarations of cell %d again ended the process: %s", u.Cell, l.death.Text)
			return
		}
		if err == nil && d.Failed != "" {
			err = errors.New(d.Failed)
		}
		switch {
		case err == nil:
		case u.Plugin != nil: // its file may have been swept away meanwhile
			l.s.o.Logf("worker: what cell %d declares is interpreted again: %v", u.Cell, err)
			l.s.drop(kept)
		default:
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
		return msgRun, runCell{Req: req, Tell: c.Loaded != nil, ID: c.ID, Number: c.Number, Unit: c.Unit, Slot: c.Slot, Ints: c.Ints, Silent: c.Silent, Whole: c.Whole, Fast: c.Fast, Trace: c.Trace, Seed: c.Seed, Limit: int64(c.Limit)}
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
