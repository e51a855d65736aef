package worker

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gokernel/interp/guest"
)

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
