package install

import (
	"context"
	"errors"
	"net/http"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// ownGroup keeps the console's Ctrl-C from the command.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// askToStop sends the request by which JupyterLab's own menu stops the
// server, since Windows has no signal for it.
func (s server) askToStop(*exec.Cmd) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/api/shutdown", nil)
	if err != nil {
		return
	}
	req.Header.Set("Authorization", "token "+s.token)
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
	}
}

func portTaken(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }

// watchParent does nothing: a process does not outlive its console.
func watchParent(context.Context, func()) {}
