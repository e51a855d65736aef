package install

import (
	"context"
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// ownGroup keeps the console's Ctrl-C from the command.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// askToStop uses the server's own request, since Windows has no signal for it.
func (s server) askToStop(*exec.Cmd) { s.shutdown() }

func portTaken(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }

// watchParent does nothing: a process does not outlive its console.
func watchParent(context.Context, func()) {}
