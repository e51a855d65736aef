package guest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"
)

// WithTimeout is context.WithTimeout.
func WithTimeout(place int, parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return contextDeadline(place, parent, Now(place).Add(d), nil)
}

// WithTimeoutCause is context.WithTimeoutCause.
func WithTimeoutCause(place int, parent context.Context, d time.Duration, cause error) (context.Context, context.CancelFunc) {
	return contextDeadline(place, parent, Now(place).Add(d), cause)
}

// WithDeadline is context.WithDeadline.
func WithDeadline(place int, parent context.Context, t time.Time) (context.Context, context.CancelFunc) {
	return contextDeadline(place, parent, t, nil)
}

// WithDeadlineCause is context.WithDeadlineCause.
func WithDeadlineCause(place int, parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	return contextDeadline(place, parent, t, cause)
}

func contextDeadline(place int, parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	if parent == nil {
		at(place) // it panics
	}
	c := cur().cell
	if c.clock.virtual() && parent != nil {
		return c.clock.withDeadline(parent, t, cause)
	}
	ctx, cancel := context.WithDeadlineCause(parent, t, cause)
	if ctx.Err() != nil {
		return ctx, cancel
	}
	ts := &c.world.timers
	e := ts.addContext(c, ctx)
	return ctx, func() {
		ts.dropContext(e)
		cancel()
	}
}

// virtualContext is a context with a deadline on a cell's virtual clock. It
// has a Done channel and AfterFunc of its own, so that contexts made from it take
// its Err (DeadlineExceeded) and not that of the native context inside.
type virtualContext struct {
	inner    context.Context // carries values and the cause
	cancel   context.CancelCauseFunc
	parent   context.Context
	deadline time.Time
	done     chan struct{}

	mu    sync.Mutex
	err   error
	after map[*func()]struct{}
}

func (v *virtualContext) Deadline() (time.Time, bool) { return v.deadline, true }
func (v *virtualContext) Done() <-chan struct{}       { return v.done }
func (v *virtualContext) Value(key any) any           { return v.inner.Value(key) }

func (v *virtualContext) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// AfterFunc is what package context looks for in a context that is not its own.
func (v *virtualContext) AfterFunc(f func()) (stop func() bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		go f()
		return func() bool { return false }
	}
	v.after[&f] = struct{}{}
	return func() bool {
		v.mu.Lock()
		defer v.mu.Unlock()
		_, ok := v.after[&f]
		delete(v.after, &f)
		return ok
	}
}

// String is that of the native context.
func (v *virtualContext) String() string {
	name := reflect.TypeOf(v.parent).String()
	if s, ok := v.parent.(fmt.Stringer); ok {
		name = s.String()
	}
	return name + ".WithDeadline(" + v.deadline.String() + ")"
}

// finish ends the context once.
func (v *virtualContext) finish(err, cause error) {
	v.mu.Lock()
	if v.err != nil {
		v.mu.Unlock()
		return
	}
	v.err = err
	after := v.after
	v.after = nil
	v.mu.Unlock()
	v.cancel(cause)
	close(v.done)
	for f := range after {
		(*f)()
	}
}

// withDeadline is context.WithDeadlineCause on the virtual clock.
func (k *clock) withDeadline(parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	if d, ok := parent.Deadline(); ok && d.Before(t) {
		return context.WithCancel(parent)
	}
	v := &virtualContext{parent: parent, deadline: t, done: make(chan struct{}), after: map[*func()]struct{}{}}
	v.inner, v.cancel = context.WithCancelCause(parent)
	expire := func() {
		why := cause
		if why == nil {
			why = context.DeadlineExceeded
		}
		v.finish(context.DeadlineExceeded, why)
	}
	context.AfterFunc(parent, func() { v.finish(parent.Err(), context.Cause(parent)) })
	d := t.Sub(k.time())
	if d <= 0 {
		expire()
		return v, func() {}
	}
	x := k.add(d, &vtimer{fire: func(time.Time) { expire() }})
	return v, func() {
		k.remove(x)
		v.finish(context.Canceled, context.Canceled)
	}
}

// ContextAfterFunc is context.AfterFunc: f runs as a goroutine of the cell.
func ContextAfterFunc(place int, ctx context.Context, f func()) (stop func() bool) {
	g := cur()
	r := g.random.branch()
	return context.AfterFunc(ctx, func() { g.guarded(place, r, f) })
}
