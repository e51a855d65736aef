//go:build !unix

package interp

import (
	"os/exec"
	"time"
)

// asGroup: where there are no process groups, an interrupt ends the command itself.
func asGroup(cmd *exec.Cmd) { cmd.WaitDelay = time.Second }
