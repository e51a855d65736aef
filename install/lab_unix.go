//go:build unix

package install

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ownGroup keeps the terminal's signals from the command.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// askToStop sends the signal on which Jupyter ends its kernels and itself.
func (s server) askToStop(cmd *exec.Cmd) { cmd.Process.Signal(syscall.SIGTERM) }

func portTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// watchParent calls orphaned when "go run", which does not hand on a SIGTERM,
// has ended and left this program behind.
func watchParent(ctx context.Context, orphaned func()) {
	if _, temporary, err := thisProgram(); err != nil || !temporary {
		return
	}
	parent := os.Getppid()
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if os.Getppid() != parent {
					orphaned()
					return
				}
			}
		}
	}()
}
