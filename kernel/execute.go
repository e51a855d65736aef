package kernel

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gokernel/interp"
	"gokernel/interp/display"
	"gokernel/kernel/wire"
)

// executeMetadata is the metadata of an execute_reply, as ipykernel sends it;
// JupyterLab takes the time at which a cell began from it.
type executeMetadata struct {
	Started time.Time `json:"started"`
	Status  string    `json:"status"`
}

// execute runs a cell (spec 5.5, "Execute").
func (k *kernel) execute(ctx context.Context, r *request) (wire.Content, error) {
	req := r.Content.(*wire.ExecuteRequest)
	started := time.Now().UTC()
	if reply := r.shell.abortedReply(r, k.ctx.Err() != nil); reply != nil {
		r.metadata = executeMetadata{started, reply.Status}
		return *reply, nil
	}
	stored := req.StoreHistory && !req.Silent && strings.TrimSpace(req.Code) != ""
	count := r.shell.next(stored)

	c := k.cells.begin(r.Message, req.Silent, req.AllowStdin)
	defer c.end()
	c.tell(wire.ExecuteInput{Code: req.Code, ExecutionCount: count})
	result := k.run(ctx, interp.Request{ID: c.id, Count: count, Code: req.Code, Silent: req.Silent, Beside: r.shell != k.main})

	value := ""
	if result.Err == nil && result.Value != nil {
		value, _ = result.Value.MIME["text/plain"].(string)
		c.tell(wire.ExecuteResult{
			ExecutionCount: count,
			Data:           result.Value.MIME, Metadata: result.Value.Metadata,
			Transient: wire.Transient{DisplayID: result.Value.ID},
		})
	}
	if stored {
		// A request that follows the reply finds the input; the reply does not wait for the disk.
		r.shell.history.keep(count, req.Code, value)
		r.done = r.shell.history.save
	}
	if err := result.Err; err != nil {
		c.tell(wire.Error{EName: err.Name, EValue: err.Value, Traceback: err.Traceback})
		r.failed = req.StopOnError && !r.beside
		r.metadata = executeMetadata{started, "error"}
		return wire.ExecuteReply{
			Status: "error", ExecutionCount: count,
			EName: err.Name, EValue: err.Value, Traceback: err.Traceback,
		}, nil
	}
	reply := wire.ExecuteReply{Status: "ok", ExecutionCount: count, Payload: payloads(result)}
	if len(req.UserExpressions) > 0 {
		reply.UserExpressions = k.userExpressions(ctx, c.id, req.UserExpressions)
	}
	r.metadata = executeMetadata{started, "ok"}
	return reply, nil
}

// abortedReply is the reply to a request that is not to be run, nil if it is.
// When the kernel ends, none is.
func (s *shell) abortedReply(r *request, ends bool) *wire.ExecuteReply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.aborted && !ends {
		return nil
	}
	return &wire.ExecuteReply{Status: "aborted", ExecutionCount: s.count}
}

// next gives the execution count of a cell; only one that is stored in history
// is counted (spec 5.5, "Execution counter").
func (s *shell) next(stored bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored {
		s.count++
	}
	return s.count
}

// run gives a cell to the session. Whatever goes wrong around it is an error of the cell.
func (k *kernel) run(ctx context.Context, r interp.Request) (result interp.Result) {
	defer func() {
		if p := recover(); p != nil {
			result = interp.Result{Err: cellError("internal error", k.panicked("running a cell", p))}
		}
	}()
	session, err := k.needSession(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return interp.Result{Err: cellError("interrupted", errors.New("the cell was stopped before it began"))}
		}
		return interp.Result{Err: cellError("kernel error", err)}
	}
	return session.Execute(ctx, r)
}

func cellError(name string, err error) *interp.Error {
	return &interp.Error{Name: name, Value: err.Error(), Traceback: []string{name + ": " + err.Error()}}
}

// payloads are what the cell asks of the front-end that ran it (spec 5.5,
// "Payloads"): deprecated, and still the only way to its pager and its input.
func payloads(result interp.Result) []wire.Payload {
	var all []wire.Payload
	for _, page := range result.Pages {
		all = append(all, wire.Payload{Source: "page", Data: page.MIME})
	}
	if next := result.Next; next != nil {
		all = append(all, wire.Payload{Source: "set_next_input", Text: next.Text, Replace: next.Replace})
	}
	return all
}

// userExpressions evaluates what the client wants to know after its cell; one
// that fails is an error in its own place.
func (k *kernel) userExpressions(ctx context.Context, id interp.CellID, expressions map[string]string) map[string]wire.Expression {
	values := make(map[string]wire.Expression, len(expressions))
	for name, code := range expressions {
		value, err := k.evaluate(ctx, id, code)
		if err != nil {
			values[name] = wire.Expression{EName: err.Name, EValue: err.Value, Traceback: err.Traceback}
			continue
		}
		values[name] = wire.Expression{OK: true, Data: value.MIME, Metadata: value.Metadata}
	}
	return values
}

// evaluate gives the value of one expression; an expression without a value has an empty bundle.
func (k *kernel) evaluate(ctx context.Context, id interp.CellID, code string) (value *display.Data, failed *interp.Error) {
	defer func() {
		if p := recover(); p != nil {
			failed = cellError("internal error", k.panicked("evaluating an expression", p))
		}
	}()
	session, err := k.needSession(ctx)
	if err != nil {
		return nil, cellError("kernel error", err)
	}
	value, failed = session.Evaluate(ctx, id, code)
	if value == nil {
		value = &display.Data{}
	}
	return value, failed
}

// interruptRequest stops what runs (spec 5.5, "Kernel interrupt"); when nothing
// does, it does nothing.
func (k *kernel) interruptRequest(context.Context, *request) (wire.Content, error) {
	k.interrupt(nil)
	return wire.InterruptReply{}, nil
}

// interrupt stops the running cell of a shell, or of all shells for nil.
func (k *kernel) interrupt(of *shell) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var stopped []*running
	for run := range k.running {
		if of == nil || run.shell == of {
			run.stop()
			stopped = append(stopped, run)
		}
	}
	if len(stopped) == 0 || of != nil {
		return
	}
	k.interruptLane.add(func() {
		session, err := k.needSession(stopped[0].ctx)
		if err == nil && k.runs(stopped) {
			session.Interrupt()
		}
	})
}

// runs says whether one of the requests is still being answered: the next cell
// of the queue was not meant by an interrupt of this one.
func (k *kernel) runs(some []*running) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.ContainsFunc(some, func(run *running) bool {
		_, ok := k.running[run]
		return ok
	})
}

// shutdown ends the kernel after this request is answered (spec 5.5, "Kernel
// shutdown"): other clients hear of it on iopub.
func (k *kernel) shutdown(_ context.Context, r *request) (wire.Content, error) {
	reply := wire.ShutdownReply{Restart: r.Content.(*wire.ShutdownRequest).Restart}
	k.publish(r.Message, reply)
	r.done = func() { k.stop(errShutdown) }
	return reply, nil
}
