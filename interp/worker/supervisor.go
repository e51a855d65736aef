package worker

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
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
	kept   []keptUnit
	closed bool
	failed error // why the last attempt to start a child failed, nil if it did not
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
		if err = l.lacks; err != nil && l.answered {
			return // it has died too: what follows is told when that is over
		}
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
	kept := s.keptLocked()
	go l.replay(kept)
	return l, nil
}

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
