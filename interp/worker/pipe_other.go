//go:build !unix && !windows

package worker

import (
	"errors"
	"io"
	"os"
	"os/exec"
)

// Here a process cannot start another one: cells cannot run, and Start says so.
var errNoProcess = errors.New("this system has no processes: cells cannot run here")

func childPipes() (io.Reader, io.Writer, error) { return nil, nil, errNoProcess }

func passPipes(cmd *exec.Cmd, r, w, _ *os.File) error { return errNoProcess }

func started(cmd *exec.Cmd, limit int64) (func(), error) { return nil, errNoProcess }

func killChild(cmd *exec.Cmd) {}

func killGroup() {}

func buffered(f *os.File) (int, bool) { return 0, false }

func unread(f *os.File) bool { return false }

func whenReadable(f *os.File, do func(fd uintptr) bool) error { return errNoProcess }

func readNow(fd uintptr, buf []byte) (int, error) { return 0, io.EOF }

func processUsage() (rss, cpu int64) { return 0, 0 }
