package guest

import (
	"context"
	"os"
	"os/signal"
	"sync"
)

// signalChans are the channels that signals may arrive on: who waits for one
// waits for the world outside.
type signalChans struct {
	mu sync.Mutex
	m  map[uintptr]struct{}
}

func (s *signalChans) set(c chan<- os.Signal, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil {
		s.m = map[uintptr]struct{}{}
	}
	k := uintptr(word(c))
	if on {
		s.m[k] = struct{}{}
	} else {
		delete(s.m, k)
	}
}

func (s *signalChans) has(ch uintptr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.m[ch]
	return ok
}

// SignalNotify is signal.Notify.
func SignalNotify(place int, c chan<- os.Signal, sig ...os.Signal) {
	at(place)
	signal.Notify(c, sig...)
	passed()
	cur().cell.world.signals.set(c, true)
}

// SignalStop is signal.Stop.
func SignalStop(place int, c chan<- os.Signal) {
	signal.Stop(c)
	cur().cell.world.signals.set(c, false)
}

// SignalNotifyContext is signal.NotifyContext.
func SignalNotifyContext(place int, parent context.Context, sig ...os.Signal) (context.Context, context.CancelFunc) {
	at(place)
	ctx, stop := signal.NotifyContext(parent, sig...)
	passed()
	ts := &cur().cell.world.timers
	e := ts.addContext(cur().cell, ctx)
	return ctx, func() {
		ts.dropContext(e)
		stop()
	}
}
