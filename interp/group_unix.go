//go:build unix

package interp

import (
	"os/exec"
	"syscall"
	"time"
)

// asGroup makes a command the leader of a process group, so that an interrupt ends what it has started too.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
}
