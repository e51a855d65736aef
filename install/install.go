// Package install puts the kernel where Jupyter looks for it, keeps a private
// JupyterLab for people who have none, and says in plain words what is missing.
// It knows Jupyter's folders on each system and nothing of Go cells.
//
// The files by what they own: folders.go (Jupyter's folders and our cache),
// kernelspec.go (what Jupyter reads), program.go (a lasting copy of this
// program), python.go (finding a Python), jupyter.go (the private JupyterLab),
// lab.go (starting it), doctor.go (what is wrong), cli.go (the command line).
package install

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// A Sentence is an error for the person at the keyboard: Text says what is
// wrong and what to do, in one sentence. Cause is for whoever looks deeper.
type Sentence struct {
	Text  string
	Cause error
}

func (s *Sentence) Error() string { return s.Text }

// Unwrap gives the cause.
func (s *Sentence) Unwrap() error { return s.Cause }

func sentence(cause error, format string, args ...any) error {
	return &Sentence{Text: fmt.Sprintf(format, args...), Cause: cause}
}

// cannotWrite turns an error of a write below dir into a sentence.
func cannotWrite(dir string, cause error, remedy string) error {
	var s *Sentence
	if cause == nil || errors.As(cause, &s) {
		return cause
	}
	why := cause.Error()
	switch {
	case errors.Is(cause, fs.ErrPermission), errors.Is(cause, syscall.EROFS):
		why = "no permission"
	case errors.Is(cause, syscall.ENOSPC):
		why = "the disk is full"
	case errors.Is(cause, syscall.ENOTDIR):
		why = "a part of that path is not a folder"
	}
	return sentence(cause, "cannot write to %s (%s): %s", dir, why, remedy)
}
