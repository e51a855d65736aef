// Package kernel is a Jupyter kernel that knows no language: it serves the
// clients of one notebook program by the messaging specification 5.5
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html) and asks a
// Session to run, complete and inspect code.
//
// A message's way: the wire verifies and decodes it; dispatch.go finds its
// handler and the lane it waits in, and is the one place that writes busy, the
// reply and idle. execute_requests wait in the queue of their shell
// (shell.go); everything else is answered while a cell runs. What cells
// produce goes by way of their cell (cells.go) to the message that ran it.
//
// Goroutines: Serve is the caller's and waits for the end; it starts
//  1. one loop each for shell, control and stdin, which read the wire until it
//     is closed. They answer what takes no time by themselves and block on
//     nothing but the wire;
//  2. one that starts the Session, then ends;
//  3. those of the lanes (lane.go): one for each shell and subshell, and one
//     each for completion, inspection, history, comms, variables, interrupts
//     and cells that only look at the program. They live while there is work and may block on the Session
//     and on the back-pressure of iopub;
//  4. timers that send printed text (cells.go), which may block on iopub.
//
// Run adds the ones of process_*.go: signals and the parent's life. All end
// before Serve and Run return, unless the Session does not: then Serve leaves
// them after closeTimeout.
package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"gokernel/interp"
	"gokernel/interp/display"
	"gokernel/kernel/wire"
)

// How long the end of a kernel may take, at most: for cells to stop, and for
// what was printed to reach clients that still read. Jupyter kills a kernel
// 5 s after its shutdown_request.
const (
	stopTimeout  = 300 * time.Millisecond
	closeTimeout = 2 * time.Second
)

// Info is what a kernel tells about itself and its language (kernel_info_reply).
type Info struct {
	Implementation, Version string
	Language                wire.LanguageInfo
	Banner                  string
	HelpLinks               []wire.HelpLink
}

// Options of a kernel; the zero value of a field stands for what its comment says.
type Options struct {
	Info Info
	// DataDir is where history is kept, see DataDir; "" keeps it in memory.
	DataDir string
	// Logf is told what goes wrong inside; nil discards it.
	Logf func(format string, args ...any)
}

// Wire is what the kernel needs of its sockets; *wire.Server is the one that
// real clients connect to.
type Wire interface {
	Messages(ch wire.Channel) <-chan *wire.Message
	Reply(req *wire.Message, c wire.Content, metadata any, buffers ...[]byte) error
	Publish(parent *wire.Message, c wire.Content, metadata any, buffers ...[]byte) error
	RequestInput(req *wire.Message, c wire.InputRequest) (msgID string, err error)
	Connection() wire.ConnectionInfo
	Close(ctx context.Context) error
}

// kernel is one session with its clients.
type kernel struct {
	wire  Wire
	opts  Options
	ctx   context.Context // ends with the kernel
	stop  context.CancelCauseFunc
	lanes goroutines // the lanes' goroutines

	cells   *cells
	inputs  *inputs
	history *history
	comms   *Comms
	debug   debugger
	usage   usage
	routes  map[string]route

	// Questions of one kind wait for each other only.
	completeLane, inspectLane, historyLane, commLane, debugLane, interruptLane lane
	besideLane                                                                 lane // cells that only look

	ready   chan struct{} // closed when the session has started, or has failed to
	session Session
	failed  error

	mu      sync.Mutex
	main    *shell
	subs    map[string]*shell
	order   []string // ids of subs, oldest first
	running map[*running]struct{}
}

// Reasons to end that are nobody's fault: Run and Serve return nil.
var (
	errShutdown = errors.New("shutdown requested")
	errSignal   = errors.New("asked to end by a signal")
	errParent   = errors.New("the Jupyter server has gone")
)

// DataDir is the folder for what a user's kernels keep between runs:
// $GOKERNEL_DATA_DIR, or gokernel in the place where the system wants data of
// programs; "" if there is none.
func DataDir() string {
	if dir := os.Getenv("GOKERNEL_DATA_DIR"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "gokernel")
		}
		return ""
	case "darwin":
		if err != nil {
			return ""
		}
		return filepath.Join(home, "Library", "Application Support", "gokernel")
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "gokernel")
	}
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".local", "share", "gokernel")
}

// Run serves the clients of a connection file until a shutdown_request, the
// end of ctx, a signal that asks the process to end, or the death of the
// Jupyter server that started it; then it returns nil. Errors are those of
// the connection file and of binding its ports.
func Run(ctx context.Context, connectionFile string, start Start, opts Options) error {
	info, err := wire.ReadConnectionFile(connectionFile)
	if err != nil {
		return err
	}
	server, err := wire.Listen(info, wire.Options{Logf: opts.Logf})
	if err != nil {
		return fmt.Errorf("binding the ports of %s: %w", connectionFile, err)
	}
	k := newKernel(ctx, server, opts)
	stopWatching := k.watchProcess()
	defer stopWatching()
	return k.serve(start)
}

// Serve serves the clients of w until a shutdown_request or the end of ctx,
// then closes w. It looks at no signals and at no parent process.
func Serve(ctx context.Context, w Wire, start Start, opts Options) error {
	return newKernel(ctx, w, opts).serve(start)
}

func newKernel(ctx context.Context, w Wire, opts Options) *kernel {
	if opts.Logf == nil {
		opts.Logf = func(string, ...any) {}
	}
	k := &kernel{
		wire: w, opts: opts,
		subs:    map[string]*shell{},
		running: map[*running]struct{}{},
		ready:   make(chan struct{}),
	}
	k.ctx, k.stop = context.WithCancelCause(ctx)
	dir := ""
	if opts.DataDir != "" {
		dir = filepath.Join(opts.DataDir, "history")
	}
	k.history = newHistory(dir, opts.Logf)
	k.cells = newCells(k.publish)
	k.inputs = &inputs{}
	k.comms = newComms(k)
	for _, l := range []*lane{
		&k.completeLane, &k.inspectLane, &k.historyLane, &k.commLane, &k.debugLane, &k.interruptLane,
		&k.besideLane,
	} {
		l.working = &k.lanes
	}
	k.main = k.newShell("")
	k.routes = k.table()
	return k
}

// serve is the kernel's life.
func (k *kernel) serve(start Start) error {
	k.publish(nil, wire.Status{ExecutionState: "starting"})
	go k.startSession(start)
	var loops sync.WaitGroup
	loops.Go(func() { k.read(wire.Shell, k.onShell) })
	loops.Go(func() { k.read(wire.Control, k.onControl) })
	loops.Go(func() { k.read(wire.Stdin, k.onStdin) })

	<-k.ctx.Done()
	err := context.Cause(k.ctx)
	k.close()
	loops.Wait()
	if !errors.Is(err, errShutdown) {
		k.opts.Logf("the kernel ends: %v", err)
	}
	for _, quiet := range []error{errShutdown, errSignal, errParent, context.Canceled} {
		if errors.Is(err, quiet) {
			return nil
		}
	}
	return err
}

// read gives every message of a channel to handle. When the wire is closed by
// itself, the kernel ends.
func (k *kernel) read(ch wire.Channel, handle func(*wire.Message)) {
	for msg := range k.wire.Messages(ch) {
		handle(msg)
	}
	k.stop(fmt.Errorf("the %s socket was closed", ch))
}

// startSession makes the session; what needs it waits for ready.
func (k *kernel) startSession(start Start) {
	defer close(k.ready)
	defer func() {
		if p := recover(); p != nil {
			k.failed = k.panicked("starting the session", p)
		}
	}()
	k.session, k.failed = start(k)
	if k.failed != nil {
		k.failed = fmt.Errorf("the session could not be started: %w", k.failed)
		k.opts.Logf("%v", k.failed)
	}
}

// needSession waits for the session. A kernel that ends has none any more.
func (k *kernel) needSession(ctx context.Context) (Session, error) {
	if k.ctx.Err() != nil {
		return nil, fmt.Errorf("the kernel ends: %w", context.Cause(k.ctx))
	}
	select {
	case <-k.ready:
		return k.session, k.failed
	default:
	}
	select {
	case <-k.ready:
		return k.session, k.failed
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the session to start: %w", context.Cause(ctx))
	}
}

// close ends the session, then sends what is still on its way and closes the
// sockets. The ctx of all handlers has ended before.
func (k *kernel) close() {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-k.ready
		if k.session != nil {
			if err := k.session.Close(); err != nil {
				k.opts.Logf("closing the session: %v", err)
			}
		}
		k.lanes.wait()
		k.cells.flush()
	}()
	select {
	case <-stopped:
	case <-time.After(stopTimeout):
		k.opts.Logf("a cell did not stop within %v", stopTimeout)
	}
	k.history.close()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := k.wire.Close(ctx); err != nil {
		k.opts.Logf("closing the sockets: %v", err)
	}
}

// publish sends c on iopub as a child of parent.
func (k *kernel) publish(parent *wire.Message, c wire.Content) {
	if err := k.wire.Publish(parent, c, nil); err != nil && !errors.Is(err, wire.ErrClosed) {
		k.opts.Logf("publishing %s: %v", c.MsgType(), err)
	}
}

// panicked makes an error of a recovered panic: a bug of this program must not
// end the user's session.
func (k *kernel) panicked(doing string, p any) error {
	stack := make([]byte, 16<<10)
	stack = stack[:runtime.Stack(stack, false)]
	k.opts.Logf("panic while %s: %v\n%s", doing, p, stack)
	return fmt.Errorf("internal error while %s: %v", doing, p)
}

// Stream implements interp.Sink.
func (k *kernel) Stream(id interp.CellID, name string, text []byte) {
	if c := k.cells.find(id); c != nil {
		c.print(name, text)
	}
}

// Display implements interp.Sink.
func (k *kernel) Display(id interp.CellID, d display.Data) {
	if c := k.cells.find(id); c != nil {
		c.show(d)
	}
}

// Clear implements interp.Sink.
func (k *kernel) Clear(id interp.CellID, wait bool) {
	if c := k.cells.find(id); c != nil {
		c.tell(wire.ClearOutput{Wait: wait})
	}
}

// History implements Host.
func (k *kernel) History() []interp.HistoryEntry { return k.main.history.entries() }

// Comms implements Host.
func (k *kernel) Comms() *Comms { return k.comms }

// Logf implements Host.
func (k *kernel) Logf(format string, args ...any) { k.opts.Logf(format, args...) }
