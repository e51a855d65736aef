package kernel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"gokernel/kernel/wire"
)

// queueBytes is how much may wait in the queue of one shell: the bytes of the
// requests, and requestCost for each.
const (
	queueBytes  = 256 << 20
	requestCost = 1 << 10
)

// A cell that fails at once is answered when no further request has come for
// settleQuiet, at the latest after settleLimit; see settle.
const (
	settleQuiet = 20 * time.Millisecond
	settleLimit = 200 * time.Millisecond
)

// A shell is a line of execution: the main one, or a subshell (JEP 91), which
// runs beside it. Each has its own queue, count, history and abort.
type shell struct {
	id      string // "" for the main shell
	history *historySession
	lane    lane

	mu      sync.Mutex
	count   int        // execution count
	queue   []*request // execute_requests that wait, or are about to begin
	bytes   int        // of queue
	arrived time.Time  // when the last execute_request came
	deleted bool
}

func (k *kernel) newShell(id string) *shell {
	return &shell{id: id, history: k.history.session(), lane: lane{working: &k.lanes}}
}

// enqueue lets r wait for its turn to be answered by respond.
func (s *shell) enqueue(r *request, respond func(*request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.cost = r.Size + requestCost
	if s.bytes+r.cost > queueBytes {
		r.handle = refuse(errors.New("too many cells are waiting: this one was not run"))
		s.lane.add(func() { respond(r) })
		return
	}
	r.aborted = s.deleted
	s.arrived = time.Now()
	s.queue = append(s.queue, r)
	s.bytes += r.cost
	s.lane.add(func() {
		s.begin(r)
		respond(r)
	})
}

// sentAlone says whether no other cell has come just before: the cells of a
// "Run All" are meant to run in their order.
func (s *shell) sentAlone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.arrived) >= settleQuiet
}

// begin takes r, whose turn it is, out of the queue: from now on it cannot be aborted.
func (s *shell) begin(r *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue[0] = nil
	s.queue = s.queue[1:] // r: the lane keeps the order
	s.bytes -= r.cost
}

// abortQueue aborts everything that waits when a cell has failed, just before
// its reply is sent: no client can know of the failure earlier (stop_on_error,
// spec 5.5, "Execute").
func (s *shell) abortQueue(ctx context.Context) {
	s.settle(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, waiting := range s.queue {
		waiting.aborted = true
	}
}

// settle waits for the requests that a client has sent together with one that
// failed at once. "Run All" sends all cells in one go, but by way of a browser
// and a server they arrive milliseconds apart, and the first one may have
// failed in a tenth of one. The error itself is shown already; only the reply
// waits, and only that of a cell that ran shorter than settleQuiet.
func (s *shell) settle(ctx context.Context) {
	limit := time.Now().Add(settleLimit)
	for {
		s.mu.Lock()
		until := s.arrived.Add(settleQuiet)
		s.mu.Unlock()
		if until.After(limit) {
			until = limit
		}
		wait := time.Until(until)
		if wait <= 0 {
			return
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// delete aborts everything that waits, for ever.
func (s *shell) delete() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deleted = true
	for _, waiting := range s.queue {
		waiting.aborted = true
	}
}

// subshell finds a subshell, nil if there is none of this id.
func (k *kernel) subshell(id string) *shell {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.subs[id]
}

func (k *kernel) createSubshell(context.Context, *request) (wire.Content, error) {
	id := uuid.NewString()
	s := k.newShell(id)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.subs[id] = s
	k.order = append(k.order, id)
	return wire.CreateSubshellReply{SubshellID: id}, nil
}

// deleteSubshell ends a subshell: its running cell is interrupted, those that
// wait are aborted.
func (k *kernel) deleteSubshell(_ context.Context, r *request) (wire.Content, error) {
	id := r.Content.(*wire.DeleteSubshellRequest).SubshellID
	k.mu.Lock()
	s := k.subs[id]
	delete(k.subs, id)
	k.order = slices.DeleteFunc(k.order, func(o string) bool { return o == id })
	k.mu.Unlock()
	if s == nil {
		return nil, fmt.Errorf("there is no subshell %q", id)
	}
	s.delete()
	k.interrupt(s)
	return wire.DeleteSubshellReply{}, nil
}

func (k *kernel) listSubshells(context.Context, *request) (wire.Content, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return wire.ListSubshellReply{SubshellID: slices.Clone(k.order)}, nil
}
