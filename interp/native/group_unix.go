//go:build unix

package native

import (
	"os/exec"
	"syscall"
)

// group puts cmd at the head of a process group, so that a signal reaches what it starts too.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}

// killGroup ends what is left of cmd's group.
func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an empty group is no error worth telling
	}
}

// lower makes cmd yield to what the learner waits for.
func lower(cmd *exec.Cmd) {
	if nice, err := exec.LookPath("nice"); err == nil {
		cmd.Args = append([]string{nice, "-n", "10", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = nice
	}
}
