//go:build !unix

package native

import "os/exec"

// group leaves cmd as it is: the system has no process groups that a signal reaches.
func group(cmd *exec.Cmd) { cmd.Cancel = func() error { return cmd.Process.Kill() } }

// killGroup has nothing to do: cmd itself was killed.
func killGroup(*exec.Cmd) {}

// lower leaves cmd as it is.
func lower(*exec.Cmd) {}
