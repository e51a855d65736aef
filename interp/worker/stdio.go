package worker

import (
	"os"

	"gokernel/interp/guest"
)

// cellFile is os.Stdout or os.Stderr as the goroutines of one cell see it: an ordinary *os.File, the
// writing end of a pipe, so that whatever writes to it, also a program that the cell starts, prints into that cell.
// It is made when a cell first mentions the variable. The cell lets go of it when its goroutines have ended;
// when the program does too, the collector closes it, and the goroutine that reads it ends.
type cellFile struct {
	w *os.File
	r *capture
}

// File is what os.Stdin, os.Stdout and os.Stderr are in a cell (0, 1, 2); a variable that the program has set stays as set.
func (c *child) File(g *guest.Cell, fd int) *os.File {
	switch fd {
	case 0:
		c.stdin.mentioned()
		return os.Stdin
	case 1:
		if os.Stdout != c.realOut {
			return os.Stdout
		}
	default:
		if os.Stderr != c.realErr {
			return os.Stderr
		}
	}
	out := c.outOf(g)
	out.mu.Lock()
	defer out.mu.Unlock()
	f := &out.files[fd-1]
	if f.w != nil {
		return f.w
	}
	r, w, err := os.Pipe()
	if err != nil { // too many files: the process's own
		return [2]*os.File{c.realOut, c.realErr}[fd-1]
	}
	f.w = w
	f.r = newCapture(r, false, func(b []byte, _ bool) {
		if len(b) > 0 {
			out.box.write(out, fd == 2, b)
		}
	}, nil)
	out.hasFiles.Store(true)
	return w
}

// is tells whether f is one of the files that stand for the cell's own output.
func (o *cellOut) isFile(f *os.File) (stderr, ok bool) {
	if !o.hasFiles.Load() {
		return false, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch f {
	case o.files[0].w:
		return false, true
	case o.files[1].w:
		return true, true
	}
	return false, false
}

// drain brings what was written to the cell's files into its output, before what comes now.
func (o *cellOut) drain() {
	if !o.hasFiles.Load() {
		return
	}
	o.mu.Lock()
	fs := o.files
	o.mu.Unlock()
	for _, f := range fs {
		if f.r != nil {
			f.r.drain()
		}
	}
}
