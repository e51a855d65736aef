package worker

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"gokernel/interp/display"
	"gokernel/interp/forge"
	"gokernel/interp/guest"
)

// child is the worker process: it reads messages and runs cells.
//
// Goroutines: serve, which reads messages, is the process's main one and ends with the pipe; each load
// or run and each question has one, which ends with its answer; the outbox has one (see there); the reader of standard
// input has one while a cell runs that may read it (see stdin.go).
type child struct {
	box              *outbox
	world            *guest.World
	eng              *engine
	stdin            *stdin
	realOut, realErr *os.File // the process's own
	textErr          error    // why traces have no callers
	refs             references
	memory           memoryLimit
	names            map[string]map[string]reflect.Value // packages whose functions know cells

	mu     sync.Mutex
	cells  map[int64]*cellOut // that run, or may still print
	last   atomic.Pointer[cellOut]
	traced bool     // a cell is traced: native code must not pass values by itself
	none   *cellOut // of goroutines that belong to no cell before the first one runs
}

// Asker asks the program that started the child, for the cell of the calling goroutine, and waits for the answer
// (Options.Answer).
type Asker func(what string, args ...string) (string, error)

// Serve is the verb "worker": it runs cells for the process that started this one until that ends or closes
// the pipe, and returns the exit status. Each setup is called before anything else; packages for cells that have
// something to ask get the Asker there.
func Serve(setup ...func(Asker)) int {
	r, w, err := childPipes()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gokernel worker:", err)
		return 2
	}
	err = serve(r, w, childShared(), setup...)
	killGroup() // what cells have started goes with us
	if err != nil {
		fmt.Fprintln(os.Stderr, "gokernel worker:", err)
		return 1
	}
	return 0
}

func serve(r io.Reader, w io.Writer, shared *remainder, setup ...func(Asker)) error {
	var buf []byte
	msg, body, err := readFrame(r, &buf)
	if err != nil {
		return err
	}
	var h hello
	if msg != msgHello {
		return errors.New("no greeting")
	}
	if err := decode(body, &h); err != nil {
		return err
	}
	c := newChild(w, shared)
	for _, f := range setup {
		f(c.askUp)
	}
	err = c.start(h)
	answer := ready{Lacks: c.lacks()}
	if err != nil {
		answer.Err = err.Error()
	}
	c.box.send(msgReady, answer)
	for {
		msg, body, err := readFrame(r, &buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.handle(msg, body); err != nil {
			return err
		}
	}
}

func newChild(w io.Writer, shared *remainder) *child {
	c := &child{box: newOutbox(w, shared), cells: map[int64]*cellOut{}}
	c.none = &cellOut{box: c.box}
	c.last.Store(c.none)
	return c
}

// start makes the program that cells run in. Its error is why there can be none.
func (c *child) start(h hello) error {
	if err := forge.SelfTest(); err != nil {
		return err
	}
	if h.Memory > 0 {
		if err := c.memory.set(h.Memory); err != nil {
			return err
		}
	}
	debug.SetMaxStack(maxStack)
	os.Args = append([]string{"main"}, h.Args...)
	c.stdin = newStdin(c)
	c.world = guest.Start(c)
	c.realOut, c.realErr = os.Stdout, os.Stderr
	c.names = c.natives()
	log.SetOutput(cellWriter{c, true})
	display.Bind(publisher{c})
	var err error
	c.eng, err = newEngine(c.symbols, guest.Unwinding)
	if err != nil {
		return err
	}
	c.eng.onText = c.onText
	if c.eng.private != nil {
		c.textErr = c.world.SelfTest(c.eng.probe)
	}
	c.eng.forge.Chan = chanStmt
	return nil
}

// lacks says, in plain sentences, what this child does a lesser way than it could.
func (c *child) lacks() (l []string) {
	if c.eng != nil && c.eng.lacks != nil {
		l = append(l, fmt.Sprintf("declaring cells race with running goroutines, and the memory of old cells is not freed: %v", c.eng.lacks))
	}
	if c.textErr != nil {
		l = append(l, fmt.Sprintf("traces name the place of a panic and not its callers: %v", c.textErr))
	}
	if c.box.shared == nil {
		l = append(l, "the last two milliseconds of output before a fatal error can be lost: memory is not shared on this system")
	}
	return l
}

// maxStack is what a goroutine's stack may take before Go calls it an overflow: room for some 800,000 calls. Growing a
// stack copies it, so this is also how long an endless recursion takes to be told (about half a second).
const maxStack = 1 << 29

func (c *child) handle(msg byte, body []byte) error {
	switch msg {
	case msgRun:
		var m runCell
		if err := decode(body, &m); err != nil {
			return err
		}
		out := &cellOut{id: m.ID, box: c.box}
		c.mu.Lock()
		c.cells[m.ID] = out
		c.mu.Unlock()
		c.last.Store(out)
		go c.run(m, out)
	case msgUnit:
		var m loadUnit
		if err := decode(body, &m); err != nil {
			return err
		}
		go func() {
			d := done{Req: m.Req}
			if _, err := c.load(m.Unit, nil, ""); err != nil {
				d.Failed = err.Error()
			} else {
				d.Loaded = true
			}
			c.box.send(msgDone, d)
		}()
	case msgStop:
		var m cellRef
		if err := decode(body, &m); err != nil {
			return err
		}
		if out := c.cell(m.Cell); out != nil {
			c.stop(out)
		}
	case msgCredit:
		var m credit
		if err := decode(body, &m); err != nil {
			return err
		}
		if out := c.cell(m.Cell); out != nil {
			c.box.credit(out, m.Bytes)
		}
	case msgAnswer:
		var m inputAnswer
		if err := decode(body, &m); err != nil {
			return err
		}
		c.stdin.answered(m)
	case msgAsk:
		var m ask
		if err := decode(body, &m); err != nil {
			return err
		}
		go func() {
			a := c.answer(m)
			a.Req = m.Req
			c.box.send(msgReply, a)
		}()
	default:
		return fmt.Errorf("unknown message %d", msg)
	}
	return nil
}

func (c *child) cell(id int64) *cellOut {
	if id == 0 {
		return c.none
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cells[id]
}

// outOf is where output of a goroutine of that cell goes; of one that belongs to no cell: to the newest.
func (c *child) outOf(g *guest.Cell) *cellOut {
	if g != nil {
		if out, ok := g.Out.(*cellOut); ok {
			return out
		}
	}
	return c.last.Load()
}

// current is the output of the cell that the calling goroutine belongs to.
func (c *child) current() *cellOut { return c.outOf(c.world.CellOf()) }

// setTraced writes what native code reads without synchronisation: it only chooses between two right ways.
//
//go:norace
func setTraced(p *bool, on bool) { *p = on }
