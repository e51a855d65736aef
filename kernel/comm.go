package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"gokernel/interp"
	"gokernel/kernel/wire"
)

// Widgets speak the protocol of ipywidgets over comms of this target; a
// front-end that has been reloaded asks for their state over the other one
// (https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md).
const (
	widgetTarget  = "jupyter.widget"
	controlTarget = "jupyter.widget.control"
	widgetVersion = "2.1.0"
)

// Comms are the open comms of a kernel and the targets that front-ends can
// open (spec 5.5, "Custom messages"). Its methods may be called from any
// goroutine.
type Comms struct {
	k *kernel

	mu      sync.Mutex
	targets map[string]Target
	byID    map[string]*Comm
}

// A Target is called with a comm that a front-end has opened and the data it
// was opened with; it sets the comm's receiver with OnMessage before it
// returns. An error refuses the comm: the front-end gets a comm_close.
// Targets and receivers are called in the order of the messages of one shell
// and must not wait for a cell.
type Target func(c *Comm, data json.RawMessage, buffers [][]byte) error

// CommMessage is what a front-end has sent over a comm.
type CommMessage struct {
	Data    json.RawMessage
	Buffers [][]byte
	parent  *wire.Message
}

// A Comm is a channel between a program and an object of the front-ends: every
// client of the kernel sees its messages.
type Comm struct {
	ID, Target string

	comms   *Comms
	parent  *wire.Message // of what the program sends
	mu      sync.Mutex
	receive func(*Comm, CommMessage)
	closed  func()
	state   func() (state any, bufferPaths [][]any, buffers [][]byte)
}

func newComms(k *kernel) *Comms {
	return &Comms{k: k, targets: map[string]Target{}, byID: map[string]*Comm{}}
}

// Register makes name a target that front-ends can open.
func (cs *Comms) Register(name string, t Target) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.targets[name] = t
}

// Open opens a comm from the program's side, as output of a cell. Metadata may
// be nil; comms of widgets have their version there.
func (cs *Comms) Open(cell interp.CellID, target string, data any, metadata map[string]any, buffers ...[]byte) (*Comm, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("opening a comm: %w", err)
	}
	c := &Comm{ID: uuid.NewString(), Target: target, comms: cs}
	if from := cs.k.cells.find(cell); from != nil {
		c.parent = from.parent
		from.flush(true)
	}
	if target == widgetTarget && metadata == nil {
		metadata = map[string]any{"version": widgetVersion}
	}
	cs.mu.Lock()
	cs.byID[c.ID] = c
	cs.mu.Unlock()
	content := wire.CommOpen{CommID: c.ID, TargetName: target, Data: raw}
	if err := cs.k.wire.Publish(c.parent, content, metadata, buffers...); err != nil {
		cs.forget(c.ID)
		return nil, fmt.Errorf("opening a comm: %w", err)
	}
	return c, nil
}

// OnMessage sets the function that is called with each message of the
// front-ends. It answers with Reply, so that front-ends see the answer as a
// consequence of their message.
func (c *Comm) OnMessage(receive func(*Comm, CommMessage)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.receive = receive
}

// OnClose sets the function that is called when a front-end closes the comm.
func (c *Comm) OnClose(closed func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = closed
}

// OnState sets the function that gives the whole state of a widget, for a
// front-end that was reloaded.
func (c *Comm) OnState(state func() (state any, bufferPaths [][]any, buffers [][]byte)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

// Send sends data to the front-ends, as a consequence of the cell or request
// that the comm was opened by.
func (c *Comm) Send(data any, buffers ...[]byte) error {
	return c.send(c.parent, data, buffers)
}

// Reply sends data to the front-ends, as a consequence of m.
func (c *Comm) Reply(m CommMessage, data any, buffers ...[]byte) error {
	return c.send(m.parent, data, buffers)
}

func (c *Comm) send(parent *wire.Message, data any, buffers [][]byte) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("sending a comm message: %w", err)
	}
	return c.comms.k.wire.Publish(parent, wire.CommMsg{CommID: c.ID, Data: raw}, nil, buffers...)
}

// Close closes the comm on both sides.
func (c *Comm) Close() error {
	if c.comms.forget(c.ID) == nil {
		return nil // closed already
	}
	return c.comms.k.wire.Publish(c.parent, wire.CommClose{CommID: c.ID}, nil)
}

// forget takes a comm out of the list; nil if it is not there.
func (cs *Comms) forget(id string) *Comm {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c := cs.byID[id]
	delete(cs.byID, id)
	return c
}

func (cs *Comms) find(id string) *Comm {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.byID[id]
}

// open answers comm_open. A target that nobody has registered is refused with
// a comm_close, at once: ipywidgets waits for it.
func (cs *Comms) open(_ context.Context, r *request) (wire.Content, error) {
	req := r.Content.(*wire.CommOpen)
	cs.mu.Lock()
	target := cs.targets[req.TargetName]
	taken := cs.byID[req.CommID] != nil
	cs.mu.Unlock()
	if req.TargetName == controlTarget && target == nil {
		target = cs.openControl
	}
	if target == nil || taken {
		cs.k.publish(r.Message, wire.CommClose{CommID: req.CommID})
		if taken {
			return nil, fmt.Errorf("a comm %q is open already", req.CommID)
		}
		return nil, nil
	}
	c := &Comm{ID: req.CommID, Target: req.TargetName, comms: cs, parent: r.Message}
	cs.mu.Lock()
	cs.byID[c.ID] = c
	cs.mu.Unlock()
	if err := target(c, json.RawMessage(req.Data), r.Buffers); err != nil {
		cs.forget(c.ID)
		cs.k.publish(r.Message, wire.CommClose{CommID: req.CommID})
		return nil, fmt.Errorf("opening a comm to %q: %w", req.TargetName, err)
	}
	return nil, nil
}

// message answers comm_msg. One to a comm that is not open is ignored: it
// crossed the comm's close.
func (cs *Comms) message(_ context.Context, r *request) (wire.Content, error) {
	req := r.Content.(*wire.CommMsg)
	c := cs.find(req.CommID)
	if c == nil {
		return nil, nil
	}
	c.mu.Lock()
	receive := c.receive
	c.mu.Unlock()
	if receive != nil {
		receive(c, CommMessage{json.RawMessage(req.Data), r.Buffers, r.Message})
	}
	return nil, nil
}

// closed answers comm_close.
func (cs *Comms) closed(_ context.Context, r *request) (wire.Content, error) {
	c := cs.forget(r.Content.(*wire.CommClose).CommID)
	if c == nil {
		return nil, nil
	}
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed != nil {
		closed()
	}
	return nil, nil
}

// commInfo lists the open comms (spec 5.5, "Comm info").
func (k *kernel) commInfo(_ context.Context, r *request) (wire.Content, error) {
	want := r.Content.(*wire.CommInfoRequest).TargetName
	k.comms.mu.Lock()
	defer k.comms.mu.Unlock()
	open := map[string]wire.CommTarget{}
	for id, c := range k.comms.byID {
		if want == "" || c.Target == want {
			open[id] = wire.CommTarget{TargetName: c.Target}
		}
	}
	return wire.CommInfoReply{Comms: open}, nil
}

// openControl is the target of the widgets' control channel: the one message
// it knows asks for the states of all widgets.
func (cs *Comms) openControl(c *Comm, _ json.RawMessage, _ [][]byte) error {
	c.OnMessage(func(c *Comm, m CommMessage) {
		var ask struct {
			Method string `json:"method"`
		}
		if err := json.Unmarshal(m.Data, &ask); err != nil || ask.Method != "request_states" {
			cs.k.opts.Logf("%s: %q is not known (%v)", controlTarget, ask.Method, err)
			return
		}
		states, paths, buffers := cs.widgetStates()
		err := c.Reply(m, map[string]any{"method": "update_states", "states": states, "buffer_paths": paths}, buffers...)
		if err != nil {
			cs.k.opts.Logf("sending the states of widgets: %v", err)
		}
	})
	return nil
}

// widgetStates gives the state of each widget that tells one; the paths of
// binary values begin with the widget's comm id.
func (cs *Comms) widgetStates() (states map[string]any, paths [][]any, buffers [][]byte) {
	cs.mu.Lock()
	var widgets []*Comm
	for _, c := range cs.byID {
		if c.Target == widgetTarget {
			widgets = append(widgets, c)
		}
	}
	cs.mu.Unlock()
	states, paths = map[string]any{}, [][]any{}
	for _, c := range widgets {
		c.mu.Lock()
		state := c.state
		c.mu.Unlock()
		if state == nil {
			continue
		}
		value, of, data := state()
		states[c.ID] = value
		for _, path := range of {
			paths = append(paths, append([]any{c.ID}, path...))
		}
		buffers = append(buffers, data...)
	}
	return states, paths, buffers
}
