package worker

import (
	"bytes"
	"os"
	"regexp"
	"time"
)

// capture reads the child's own standard output or error: what native code, programs that cells start, and Go's runtime
// write there. Its goroutine ends with the pipe.
//
// On standard error Go writes why the process dies. Text from a line on that looks like that is
// held back for a moment: if the process dies it is the Death's text, if not it was the program's own.
type capture struct {
	f      *os.File
	stderr bool
	text   func(b []byte, wait bool)
	mu     chanLock // held while bytes are read and handed on, so that drain leaves nothing behind
	buf    []byte
	held   []byte
	hold   *time.Timer
	bol    bool // at the beginning of a line
	ended  chan struct{}

	// dying is called when the runtime has said enough of why the process dies: it would list
	// all goroutines, and a hundred thousand of them take a minute.
	dying func()
}

// chanLock is a lock for which goroutines of cells wait as for something outside of the program (see outbox.waitLocked).
type chanLock chan struct{}

func (l chanLock) lock()   { l <- struct{}{} }
func (l chanLock) unlock() { <-l }

const (
	holdFor  = 300 * time.Millisecond // text that may be a program's own
	holdLong = 10 * time.Second       // text that is surely the runtime's: a trace of a deep stack takes its time
	maxDeath = 256 << 10              // bytes kept of what the runtime says; so much can only be a dump of goroutines
)

func newCapture(f *os.File, stderr bool, text func([]byte, bool), dying func()) *capture {
	c := &capture{f: f, stderr: stderr, text: text, dying: dying, mu: make(chanLock, 1), buf: make([]byte, 1<<15), bol: true, ended: make(chan struct{})}
	go c.run()
	return c
}

func (c *capture) run() {
	defer close(c.ended)
	defer c.f.Close()
	for {
		var n int
		var end error
		err := whenReadable(c.f, func(fd uintptr) bool {
			c.mu.lock()
			defer c.mu.unlock()
			if n, end = readNow(fd, c.buf); n > 0 {
				c.text(c.takeLocked(c.buf[:n]), false)
			}
			return n > 0 || end != nil
		})
		if err != nil || end != nil {
			return
		}
		c.text(nil, true) // back-pressure: wait for room before the next read
	}
}

// drain hands on what the child has written so far.
func (c *capture) drain() {
	if n, ok := buffered(c.f); ok && n == 0 {
		c.mu.lock() // what has been read is handed on
		c.mu.unlock()
		return
	}
	conn, err := c.f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		c.mu.lock()
		defer c.mu.unlock()
		for range 1000 {
			n, err := readNow(fd, c.buf)
			if n == 0 || err != nil {
				return
			}
			c.text(c.takeLocked(c.buf[:n]), false)
		}
	})
}

var deathBegins = []struct {
	text []byte
	hold time.Duration
}{
	{[]byte("fatal error: "), holdLong}, {[]byte("runtime: "), holdLong}, {[]byte("runtime/cgo: "), holdLong}, {[]byte("unexpected fault address"), holdLong},
	{[]byte("panic: "), holdFor}, {[]byte("SIG"), holdFor}, {[]byte("fatal: "), holdFor},
}

// takeLocked gives what is to be shown now.
func (c *capture) takeLocked(b []byte) []byte {
	if !c.stderr || len(b) == 0 {
		return b
	}
	if c.held != nil {
		c.holdLocked(b, holdFor)
		return nil
	}
	for at := 0; at < len(b); {
		if c.bol {
			for _, p := range deathBegins {
				if bytes.HasPrefix(b[at:], p.text) {
					c.holdLocked(b[at:], p.hold)
					return b[:at]
				}
			}
		}
		i := bytes.IndexByte(b[at:], '\n')
		c.bol = i >= 0
		if i < 0 {
			break
		}
		at += i + 1
	}
	return b
}

func (c *capture) holdLocked(b []byte, d time.Duration) {
	if room := maxDeath - len(c.held); len(b) > room {
		b = b[:max(room, 0)]
	}
	c.held = append(c.held, b...)
	if c.hold == nil {
		c.hold = time.AfterFunc(d, c.release)
	}
	if len(c.held) == maxDeath && dump.Match(c.held) {
		c.hold.Stop()
		c.dying()
	}
}

// dump is what the runtime writes when the process dies.
var dump = regexp.MustCompile(`(?m)\A(?:runtime: |runtime/cgo: |fatal error: )(?s:.*?)^goroutine \d+ .*\[`)

// release shows what was held: the process lives on.
func (c *capture) release() {
	c.mu.lock()
	defer c.mu.unlock()
	if c.held != nil {
		c.bol = c.held[len(c.held)-1] == '\n'
		c.text(c.held, false)
	}
	c.held, c.hold = nil, nil
}

// lastWords is what was held when the process died.
func (c *capture) lastWords() []byte {
	c.mu.lock()
	defer c.mu.unlock()
	if c.hold != nil {
		c.hold.Stop()
	}
	b := c.held
	c.held, c.hold = nil, nil
	return b
}
