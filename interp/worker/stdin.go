package worker

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"reflect"
)

// stdin is the program's standard input: a pipe whose reading end is os.Stdin, an ordinary
// *os.File, so that bufio, fmt.Scan and everything else read it as they do in a compiled program. The user is asked
// when a goroutine waits in a read and the pipe is empty. That a read is under way is told by the
// file's own lock (internal/poll.fdMutex), which is looked at while a cell runs whose session has
// mentioned standard input.
type stdin struct {
	c        *child
	mu       sync.Mutex
	read     *os.File
	write    *os.File
	state    *atomic.Uint64 // fdMutex.state of read, nil if it was not found: then a mention alone asks
	wanted   bool           // some text mentions it
	cells    int            // running
	watching bool
	pending  int64 // request that is open, 0 for none
	ending   bool  // reads are being interrupted, see rearm
	lastReq  int64
	waiters  map[int64]chan inputAnswer // of display.Input
	prompt   string
	password bool
}

const readLocked = 1 << 1 // fdMutex: a Read is under way

func newStdin(c *child) *stdin {
	s := &stdin{c: c, waiters: map[int64]chan inputAnswer{}}
	s.open()
	return s
}

// open makes a new pipe: at the start, and after the end of input, so that the next cell can read again.
func (s *stdin) open() {
	r, w, err := os.Pipe()
	if err != nil {
		return
	}
	s.read, s.write = r, w
	s.state = fileLock(r)
	os.Stdin = r
}

// fileLock finds the state word of a file's lock: os.File.file.pfd.fdmu.state.
func fileLock(f *os.File) *atomic.Uint64 {
	v := reflect.ValueOf(f).Elem()
	var off uintptr
	for _, name := range []string{"file", "pfd", "fdmu", "state"} {
		t := v.Type()
		if t.Kind() != reflect.Struct {
			return nil
		}
		sf, ok := t.FieldByName(name)
		if !ok {
			return nil
		}
		v = v.FieldByIndex(sf.Index)
		off = v.UnsafeAddr()
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
	}
	if v.Kind() != reflect.Uint64 {
		return nil
	}
	return (*atomic.Uint64)(*(*unsafe.Pointer)(unsafe.Pointer(&off)))
}

// mentioned says that a text reads standard input.
func (s *stdin) mentioned() {
	s.mu.Lock()
	s.wanted = true
	s.watchLocked()
	s.mu.Unlock()
}

// running says that a cell runs until the returned function is called.
func (s *stdin) running() func() {
	s.mu.Lock()
	s.cells++
	s.rearmLocked()
	s.watchLocked()
	s.mu.Unlock()
	return func() {
		s.mu.Lock()
		s.cells--
		s.mu.Unlock()
	}
}

func (s *stdin) watchLocked() {
	if s.wanted && s.cells > 0 && !s.watching && s.read != nil {
		s.watching = true
		go s.watch()
	}
}

// watch asks for input when it is waited for; it ends when no cell runs.
func (s *stdin) watch() {
	for wait := time.Millisecond; ; wait = min(2*wait, 16*time.Millisecond) {
		time.Sleep(wait)
		s.mu.Lock()
		if s.cells == 0 {
			s.watching = false
			s.mu.Unlock()
			return
		}
		ask := s.pending == 0 && s.waitedForLocked()
		var m inputRequest
		if ask {
			s.lastReq++
			s.pending = s.lastReq
			m = inputRequest{Req: s.pending, Cell: s.c.outOf(nil).id, Prompt: s.prompt, Password: s.password}
			s.prompt, s.password = "", false
			wait = time.Millisecond
		}
		s.mu.Unlock()
		if ask {
			s.c.box.send(msgInput, m)
		}
	}
}

func (s *stdin) waitedForLocked() bool {
	if s.ending || s.state == nil || s.state.Load()&readLocked == 0 {
		return false
	}
	return !unread(s.read)
}

// answered takes the user's line.
func (s *stdin) answered(m inputAnswer) {
	s.mu.Lock()
	if ch := s.waiters[m.Req]; ch != nil {
		delete(s.waiters, m.Req)
		s.mu.Unlock()
		ch <- m
		return
	}
	defer s.mu.Unlock()
	if m.Req != s.pending {
		return
	}
	s.pending = 0
	if m.EOF || m.Err != "" {
		s.write.Close()
		old := s.read
		s.open()
		_ = old // closed by its last reader's collection
		return
	}
	line := m.Text + "\n"
	go s.write.WriteString(line) // a long line waits until it is read
}

// interrupt ends reads that wait; the question is withdrawn by the kernel process itself.
func (s *stdin) interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read != nil && s.wanted && !s.ending {
		s.ending = true
		s.read.SetReadDeadline(time.Unix(1, 0))
		go s.rearm()
	}
	s.pending = 0
}

// rearm lets the file be read again once the reads that were to end have ended: a
// deadline that is lifted before a reader has seen it has never been.
func (s *stdin) rearm() {
	for range 200 {
		time.Sleep(time.Millisecond)
		s.mu.Lock()
		s.rearmLocked()
		done := !s.ending
		s.mu.Unlock()
		if done {
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = false
	s.read.SetReadDeadline(time.Time{})
}

// rearmLocked is rearm at once, unless a read is still under way.
func (s *stdin) rearmLocked() {
	if s.ending && s.state != nil && s.state.Load()&readLocked == 0 {
		s.ending = false
		s.read.SetReadDeadline(time.Time{})
	}
}

// Unread tells whether bytes wait in the pipe that f reads, as far as the system tells.
func Unread(f *os.File) bool { return unread(f) }

// next sets the prompt of the next question.
func (s *stdin) next(prompt string, password bool) {
	s.mu.Lock()
	s.prompt, s.password = prompt, password
	s.mu.Unlock()
}

// ask is display.Input: a question of its own, outside of os.Stdin.
func (s *stdin) ask(out *cellOut, prompt string, password bool) (string, error) {
	return s.question(inputRequest{Cell: out.id, Prompt: prompt, Password: password})
}

// question sends q up and waits for its answer.
func (s *stdin) question(q inputRequest) (string, error) {
	ch := make(chan inputAnswer, 1)
	s.mu.Lock()
	s.lastReq++
	q.Req = s.lastReq
	s.waiters[q.Req] = ch
	s.mu.Unlock()
	s.c.box.send(msgInput, q)
	m := <-ch
	switch {
	case m.EOF:
		return "", io.EOF
	case m.Err != "":
		return "", errors.New(m.Err)
	}
	return m.Text, nil
}
