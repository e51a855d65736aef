package kernel

import (
	"context"
	"errors"
	"fmt"

	"gokernel/kernel/wire"
)

// A request is a message with what its handler may want to know and say.
type request struct {
	*wire.Message
	shell    *shell // nil for control
	handle   handler
	metadata any // of the reply

	aborted bool // an earlier execute_request failed; guarded by shell.mu
	failed  bool // execute_request: those that wait behind it are to be aborted
	cost    int  // bytes it counts in its queue
	beside  bool // runs while another cell does, see looksOnly
	done    func()
}

// A handler answers a request; nil is no reply, an error becomes an error
// reply. It writes neither status nor reply: respond does.
type handler func(ctx context.Context, r *request) (wire.Content, error)

// A route says who answers a message type and where it waits until then.
type route struct {
	handle handler
	lane   *lane // nil: answered at once by the loop that read it
}

// table gives the routes of all requests. execute_request has none here: it
// waits in the queue of its shell, as comm messages to a subshell do.
func (k *kernel) table() map[string]route {
	now := func(h handler) route { return route{h, nil} }
	return map[string]route{
		"kernel_info_request":     now(k.kernelInfo),
		"connect_request":         now(k.connect),
		"comm_info_request":       now(k.commInfo),
		"shutdown_request":        now(k.shutdown),
		"interrupt_request":       now(k.interruptRequest),
		"create_subshell_request": now(k.createSubshell),
		"delete_subshell_request": now(k.deleteSubshell),
		"list_subshell_request":   now(k.listSubshells),
		"usage_request":           {k.usageRequest, &k.debugLane},
		"complete_request":        {k.complete, &k.completeLane},
		"inspect_request":         {k.inspect, &k.inspectLane},
		"is_complete_request":     {k.isComplete, &k.completeLane},
		"history_request":         {k.historyRequest, &k.historyLane},
		"comm_open":               {k.comms.open, &k.commLane},
		"comm_msg":                {k.comms.message, &k.commLane},
		"comm_close":              {k.comms.closed, &k.commLane},
		"debug_request":           {k.debugRequest, &k.debugLane},
	}
}

// onShell takes one message of the shell channel.
func (k *kernel) onShell(msg *wire.Message) {
	r := &request{Message: msg, shell: k.main}
	if id := msg.Header.SubshellID; id != "" {
		if r.shell = k.subshell(id); r.shell == nil {
			r.handle = refuse(fmt.Errorf("there is no subshell %q", id))
			k.respond(r)
			return
		}
	}
	switch msg.Content.(type) {
	case *wire.ExecuteRequest:
		r.handle = k.execute
		if k.looksOnly(r) {
			r.beside = true
			k.besideLane.add(func() { k.respond(r) })
			return
		}
		r.shell.enqueue(r, k.respond)
		return
	case *wire.CommOpen, *wire.CommMsg, *wire.CommClose:
		if r.shell != k.main {
			r.handle = k.routes[msg.Header.MsgType].handle
			r.shell.lane.add(func() { k.respond(r) })
			return
		}
	}
	k.route(r)
}

// looksOnly says whether r comes while a cell of its shell runs and only looks
// at the program: such a cell does not wait for its turn.
func (k *kernel) looksOnly(r *request) (yes bool) {
	if !r.shell.lane.busy() || !r.shell.sentAlone() {
		return false
	}
	select {
	case <-k.ready:
	default:
		return false
	}
	session, err := k.needSession(k.ctx)
	if err != nil {
		return false
	}
	defer func() {
		if p := recover(); p != nil {
			k.opts.Logf("%v", k.panicked("looking at a cell", p))
			yes = false
		}
	}()
	return session.OutOfTurn(r.Content.(*wire.ExecuteRequest).Code)
}

// onControl takes one message of the control channel.
func (k *kernel) onControl(msg *wire.Message) {
	k.route(&request{Message: msg})
}

// route answers r, at once or in its lane.
func (k *kernel) route(r *request) {
	to, known := k.routes[r.Content.MsgType()]
	bad, malformed := r.Content.(*wire.Malformed)
	switch {
	case malformed:
		to = route{refuse(bad.Err), nil}
	case !known && wire.ReplyType(r.Header.MsgType) != "":
		to = route{refuse(fmt.Errorf("%s is not answered on the %s channel", r.Header.MsgType, r.Channel)), nil}
	case !known:
		to = route{nothing, nil} // busy and idle, so that nobody waits
	}
	r.handle = to.handle
	if to.lane == nil {
		k.respond(r)
		return
	}
	to.lane.add(func() { k.respond(r) })
}

// respond answers one request: busy, the handler's work, its reply, idle, in
// this order and nowhere else.
func (k *kernel) respond(r *request) {
	run := k.busy(r)
	reply, err := k.call(run.ctx, r)
	if err != nil {
		reply = k.errorReply(r, err)
	}
	if r.failed {
		r.shell.abortQueue(run.ctx)
	}
	if reply != nil {
		if err := k.wire.Reply(r.Message, reply, r.metadata); err != nil && !errors.Is(err, wire.ErrClosed) {
			k.opts.Logf("answering %s: %v", r.Header.MsgType, err)
		}
	}
	k.idle(r, run)
	if r.done != nil {
		r.done()
	}
}

// call runs the handler; a panic in it is an error of this request only.
func (k *kernel) call(ctx context.Context, r *request) (reply wire.Content, err error) {
	defer func() {
		if p := recover(); p != nil {
			reply, err = nil, k.panicked("answering "+r.Header.MsgType, p)
		}
	}()
	return r.handle(ctx, r)
}

// errorReply is the reply to a request that failed; nil if its type has no reply.
func (k *kernel) errorReply(r *request, err error) wire.Content {
	kind := wire.ReplyType(r.Header.MsgType)
	if kind == "" {
		k.opts.Logf("%s: %v", r.Header.MsgType, err)
		return nil
	}
	return wire.ErrorReply{Type: kind, EName: "kernel error", EValue: err.Error()}
}

// refuse answers with an error.
func refuse(err error) handler {
	return func(context.Context, *request) (wire.Content, error) { return nil, err }
}

// nothing answers a message that has no reply.
func nothing(context.Context, *request) (wire.Content, error) { return nil, nil }

// running is a request that is being answered.
type running struct {
	ctx   context.Context
	stop  context.CancelFunc // nil for all but execute_request
	shell *shell
}

// busy publishes that work on r begins.
func (k *kernel) busy(r *request) *running {
	run := &running{ctx: k.ctx, shell: r.shell}
	if r.executes() {
		run.ctx, run.stop = context.WithCancel(k.ctx)
		k.mu.Lock()
		k.running[run] = struct{}{}
		k.mu.Unlock()
	}
	k.publish(r.Message, wire.Status{ExecutionState: "busy"})
	return run
}

// idle publishes that everything r has caused is done. Front-ends show the
// state that they heard last, and servers cull kernels by it: while another
// request's cell runs, the kernel says busy again, as nobody's child.
func (k *kernel) idle(r *request, run *running) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if run.stop != nil {
		run.stop()
		delete(k.running, run)
	}
	k.publish(r.Message, wire.Status{ExecutionState: "idle"})
	if len(k.running) > 0 {
		k.publish(nil, wire.Status{ExecutionState: "busy"})
	}
}

// executes says whether r runs code that an interrupt stops.
func (r *request) executes() bool {
	_, ok := r.Content.(*wire.ExecuteRequest)
	return ok && r.shell != nil
}
