package worker

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// takeRemainder takes the messages that the child had not sent when it died.
func (l *life) takeRemainder() {
	if l.shared == nil {
		return
	}
	defer l.shared.Close()
	r := bytes.NewReader(readRemainder(l.shared, l.seen))
	var buf []byte
	for {
		msg, body, err := readFrame(r, &buf)
		if err != nil || l.take(msg, body) != nil {
			return
		}
	}
}

// rememberRunning notes the units of cells that ran when the process died: their declarations were there.
func (l *life) rememberRunning() {
	l.mu.Lock()
	units := l.units
	l.units = nil
	l.mu.Unlock()
	for _, req := range slices.Sorted(maps.Keys(units)) {
		l.s.remember(l, req, units[req])
	}
}

// wait sees the child's end: everything that it wrote is queued before gone is closed.
func (l *life) wait(read <-chan struct{}) {
	err := l.cmd.Wait()
	killChild(l.cmd) // what cells have started
	l.release()
	<-read
	l.takeRemainder()
	for _, c := range []*capture{l.out, l.err} {
		select {
		case <-c.ended:
		case <-time.After(time.Second): // a program that left the group keeps the pipe open
			c.f.Close()
		}
	}
	l.inMu.Lock()
	l.in.Close()
	l.inMu.Unlock()
	l.death = Death{Status: status(l.cmd, err)}
	l.mu.Lock()
	if n := len(l.cells); n > 0 {
		l.death.Cell = l.cells[n-1]
	}
	l.mu.Unlock()
	if l.death.Cell == 0 {
		l.death.Cell = l.s.newest.Load()
	}
	l.death.Text, l.death.Trace = splitDeath(string(l.err.lastWords()))
	l.death.Text = noThread(l.death.Text)
	if m := deathLabel.FindStringSubmatch(l.death.Trace); m != nil {
		l.death.Cell, _ = strconv.ParseInt(m[1], 10, 64)
	}
	if l.death.Text == "" {
		l.death.Text = "the program ended: " + l.death.Status
	}
	select {
	case <-l.ready:
	default:
		l.lacks = errors.New(l.death.Text)
		close(l.ready)
	}
	l.s.inputs.cancel(-1)
	l.s.deliver.freeAll()
	l.rememberRunning()
	close(l.gone)
	if !l.asked.Load() {
		l.s.revive(l)
	}
}

// deathLabel finds the cell of the goroutine that died in a dump with labels (see guest: the label is cell/goroutine).
var deathLabel = regexp.MustCompile(`(?m)^goroutine .*running.*labels:\{"gokernel goroutine": "(\d+)/\d+"\}`)

func status(cmd *exec.Cmd, err error) string {
	if cmd.ProcessState != nil {
		return cmd.ProcessState.String()
	}
	return fmt.Sprint(err)
}

// noThread tells in the words of the runtime's other errors what its C part says when the system gives it no thread:
// that happens where memory is short, a moment before Go's own allocation would fail, and it aborts with a listing of registers.
func noThread(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(first, "runtime/cgo: pthread_create failed: ") {
		return text
	}
	return "fatal error: runtime: out of memory, or too many threads: cannot start another thread\n" + first
}

// splitDeath parts what Go says from the goroutines that it lists.
func splitDeath(s string) (text, trace string) {
	var said []string
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		if l == "\n" && i+1 < len(lines) && (strings.HasPrefix(lines[i+1], "goroutine ") || strings.HasPrefix(lines[i+1], "runtime stack:")) ||
			strings.HasPrefix(l, "goroutine ") || strings.HasPrefix(l, "runtime stack:") {
			trace = strings.Join(lines[i:], "")
			break
		}
		said = append(said, l)
	}
	return strings.TrimRight(strings.Join(said, ""), "\n"), trace
}
