package interp

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
)

// shellMagics are the magics that run other programs. Their output goes to the cell as
// it comes; an interrupt ends them with everything they have started.
func shellMagics() []Magic {
	return []Magic{
		{Name: "!", Line: true, Args: "command", Help: "Run a command line in the shell.\nOutput comes as it is written. {name} is not replaced: the shell sees the line as it stands.", Run: func(ctx context.Context, m *MagicCall) error {
			if m.Args == "" {
				return usageError{}
			}
			return m.run(ctx, shell(ctx, m.Args), "")
		}},
		{Name: "bash", Cell: true, Args: "[arguments]", Help: "Run the rest of the cell as a bash script.", Run: func(ctx context.Context, m *MagicCall) error {
			return m.script(ctx, "bash")
		}},
		{Name: "sh", Cell: true, Args: "[arguments]", Help: "Run the rest of the cell as a shell script.", Run: func(ctx context.Context, m *MagicCall) error {
			return m.script(ctx, "sh")
		}},
	}
}

func shell(ctx context.Context, line string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		return exec.CommandContext(ctx, "cmd", "/c", line)
	}
	return exec.CommandContext(ctx, "sh", "-c", line)
}

func (m *MagicCall) script(ctx context.Context, name string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return fmt.Errorf("%s is not installed, or not on the PATH", name)
	}
	return m.run(ctx, exec.CommandContext(ctx, path, append([]string{"-s", "--"}, strings.Fields(m.Args)...)...), m.Body)
}

// run runs a command with its output going to the cell.
func (m *MagicCall) run(ctx context.Context, cmd *exec.Cmd, input string) error {
	cmd.Dir = m.Session.dir()
	cmd.Env = m.Session.environment()
	cmd.Stdout = stream{m, "stdout"}
	cmd.Stderr = stream{m, "stderr"}
	if input != "" {
		cmd.Stdin = strings.NewReader(input)
	}
	asGroup(cmd)
	err := cmd.Run()
	if ctx.Err() != nil {
		return context.Canceled
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("exit status %d", exit.ExitCode())
	}
	return err
}

// stream writes a command's output to the cell.
type stream struct {
	m    *MagicCall
	name string
}

func (w stream) Write(b []byte) (int, error) {
	w.m.Session.opts.Sink.Stream(w.m.Request.ID, w.name, b)
	return len(b), nil
}
