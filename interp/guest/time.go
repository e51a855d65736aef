package guest

import (
	"math"
	"time"
	"unsafe"
)

// The functions of package time that wait or tell the time. In an ordinary cell
// they are the native ones plus an entry in the World's table of timers, so that
// a goroutine that waits for a timer is not taken for a deadlocked one; in a
// fast cell they run on the cell's virtual clock (clock.go).

// Now is time.Now.
func Now(place int) time.Time {
	if c := cur().cell; c.clock.virtual() {
		return c.clock.time()
	}
	return time.Now()
}

// Since is time.Since.
func Since(place int, t time.Time) time.Duration {
	if c := cur().cell; c.clock.virtual() {
		return c.clock.time().Sub(t)
	}
	return time.Since(t)
}

// Until is time.Until.
func Until(place int, t time.Time) time.Duration {
	if c := cur().cell; c.clock.virtual() {
		return t.Sub(c.clock.time())
	}
	return time.Until(t)
}

// Sleep is time.Sleep.
func Sleep(place int, d time.Duration) {
	g := cur()
	if g.mustLeave() {
		g.leave()
	}
	if d <= 0 {
		return
	}
	c := g.cell
	if c.clock.virtual() {
		x := c.clock.add(d, &vtimer{wake: make(chan time.Time, 1)})
		g.block(&wait{kind: WaitSleep, place: place, until: x.when})
		defer g.unblock()
		select {
		case <-x.wake:
		case <-g.done():
			c.clock.remove(x)
			g.leave()
		}
		return
	}
	t := time.NewTimer(d)
	g.block(&wait{kind: WaitSleep, place: place, until: after(d)})
	defer g.unblock()
	select {
	case <-t.C:
	case <-g.done():
		t.Stop()
		g.leave()
	}
}

// after is the nanotime in d from now.
func after(d time.Duration) int64 {
	n := nanotime()
	if d > 0 && n+int64(d) < n {
		return math.MaxInt64
	}
	return n + int64(d)
}

// After is time.After.
func After(place int, d time.Duration) <-chan time.Time { return NewTimer(place, d).C }

// Tick is time.Tick.
func Tick(place int, d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(place, d).C
}

// NewTimer is time.NewTimer.
func NewTimer(place int, d time.Duration) *time.Timer {
	g := cur()
	c := g.cell
	if c.clock.virtual() {
		return c.clock.newTimer(d, nil)
	}
	t := time.NewTimer(d)
	c.world.timers.set(wordOf(t.C), after(d))
	return t
}

// AfterFunc is time.AfterFunc: f runs as a goroutine of the cell.
func AfterFunc(place int, d time.Duration, f func()) *time.Timer {
	g := cur()
	c := g.cell
	start := func() {
		if c.quit.level.Load() == 0 {
			g.spawn(func() {
				if f == nil {
					PanicNil(place)
				}
				f()
			}, place, "time.goFunc")
		}
	}
	if c.clock.virtual() {
		return c.clock.newTimer(d, start)
	}
	ts := &c.world.timers
	e := &funcTimer{cell: c}
	ts.mu.Lock() // the function looks itself up
	defer ts.mu.Unlock()
	e.t = time.AfterFunc(d, func() {
		ts.fired(e)
		start()
	})
	if ts.funcs == nil {
		ts.funcs = map[*time.Timer]*funcTimer{}
	}
	ts.funcs[e.t] = e
	return e.t
}

// TimerReset is (*time.Timer).Reset.
func TimerReset(place int, t *time.Timer, d time.Duration) bool {
	if t == nil {
		PanicNil(place)
	}
	c := cur().cell
	if v := c.clock.find(t); v != nil {
		return c.clock.reset(v, d)
	}
	ts := &c.world.timers
	if t.C != nil {
		ts.set(wordOf(t.C), after(d))
		return t.Reset(d)
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if e := ts.known(t); e != nil {
		if ts.funcs == nil {
			ts.funcs = map[*time.Timer]*funcTimer{}
		}
		ts.funcs[t] = e
	}
	return t.Reset(d)
}

// TimerStop is (*time.Timer).Stop.
func TimerStop(place int, t *time.Timer) bool {
	if t == nil {
		PanicNil(place)
	}
	c := cur().cell
	if v := c.clock.find(t); v != nil {
		return c.clock.remove(v)
	}
	ts := &c.world.timers
	if t.C != nil {
		ts.set(wordOf(t.C), 0)
		return t.Stop()
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if e := ts.funcs[t]; e != nil {
		delete(ts.funcs, t)
		ts.rested.Store(t, e)
	}
	return t.Stop()
}

// NewTicker is time.NewTicker.
func NewTicker(place int, d time.Duration) *time.Ticker {
	if d <= 0 {
		at(place) // it panics
	}
	c := cur().cell
	if c.clock.virtual() {
		return c.clock.newTicker(d)
	}
	t := time.NewTicker(d)
	c.world.timers.set(wordOf(t.C), math.MaxInt64)
	return t
}

// TickerReset is (*time.Ticker).Reset.
func TickerReset(place int, t *time.Ticker, d time.Duration) {
	if t == nil {
		PanicNil(place)
	}
	c := cur().cell
	if d <= 0 {
		at(place) // it panics
	}
	if v := c.clock.findTicker(t); v != nil {
		c.clock.resetTicker(v, d)
		return
	}
	t.Reset(d)
	c.world.timers.set(wordOf(t.C), math.MaxInt64)
}

// TickerStop is (*time.Ticker).Stop.
func TickerStop(place int, t *time.Ticker) {
	if t == nil {
		PanicNil(place)
	}
	c := cur().cell
	if v := c.clock.findTicker(t); v != nil {
		c.clock.remove(v)
		return
	}
	t.Stop()
	c.world.timers.set(wordOf(t.C), 0)
}

func wordOf(c <-chan time.Time) uintptr { return uintptr(*(*unsafe.Pointer)(unsafe.Pointer(&c))) }
