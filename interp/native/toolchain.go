// Package native is what a session can do where a Go toolchain is installed: it
// runs a cell as the compiled program it would be (the compiled twin), with the
// race detector if asked for.
//
// The toolchain works in processes of its own and in folders that are removed
// afterwards. No goroutine outlives a call: output is copied by os/exec, which a
// call waits for; what a cancelled program leaves behind is killed with its group.
package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Toolchain is a Go installation of this machine.
type Toolchain struct {
	Go      string // path of the go command
	Version string // go1.26.8
}

// ErrNoToolchain is why nothing can be compiled; its text tells what to do.
var ErrNoToolchain = errors.New("there is no Go toolchain here: install Go (https://go.dev/dl) so that the go command is found, then run the cell again")

// Find looks for the go command: in GOROOT, in the search path, where the installers put it.
func Find(ctx context.Context) (*Toolchain, error) {
	for _, p := range candidates() {
		if _, err := os.Stat(p); err != nil {
			continue
		}
		cmd := exec.CommandContext(ctx, p, "env", "GOVERSION")
		cmd.Env = environ(nil)
		b, err := cmd.Output()
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			continue
		}
		return &Toolchain{Go: p, Version: strings.TrimSpace(string(b))}, nil
	}
	return nil, ErrNoToolchain
}

func candidates() (ps []string) {
	exe := "go"
	if runtime.GOOS == "windows" {
		exe = "go.exe"
	}
	if r := os.Getenv("GOROOT"); r != "" {
		ps = append(ps, filepath.Join(r, "bin", exe))
	}
	if p, err := exec.LookPath("go"); err == nil {
		ps = append(ps, p)
	}
	if r := os.Getenv("ProgramFiles"); r != "" {
		ps = append(ps, filepath.Join(r, "Go", "bin", exe))
	}
	return append(ps, "/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/opt/homebrew/bin/go")
}

// environ is the environment of the go command: what a module file around the notebook or
// settings for other builds would change is left out, and nothing is fetched.
func environ(more []string) []string {
	var env []string
	for _, e := range os.Environ() {
		k, _, _ := strings.Cut(e, "=")
		switch k {
		case "GOFLAGS", "GOWORK", "GO111MODULE", "GOTOOLCHAIN", "GOPROXY", "GOOS", "GOARCH", "GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT":
			continue
		}
		env = append(env, e)
	}
	return append(append(env, "GOWORK=off", "GOTOOLCHAIN=local", "GOPROXY=off", "GOFLAGS=-mod=mod"), more...)
}

// command is a process that is asked to stop when ctx ends, and killed with all it started a second later.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	group(cmd)
	cmd.WaitDelay = time.Second
	return cmd
}

// exitText is how a program ended, as go run says it; "" for a good end.
func exitText(err error) (string, error) {
	var e *exec.ExitError
	if err == nil {
		return "", nil
	}
	if errors.As(err, &e) {
		if e.ExitCode() >= 0 {
			return fmt.Sprintf("exit status %d", e.ExitCode()), nil
		}
		return e.ProcessState.String(), nil
	}
	return "", err
}

// CanPlug tells whether tc can build plugins: it needs cgo and a C compiler.
func (tc *Toolchain) CanPlug(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, tc.Go, "env", "CC")
	cmd.Env = environ(nil)
	b, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("asking the Go toolchain for its C compiler: %w", err)
	}
	cc := strings.Fields(string(b))
	if len(cc) == 0 {
		return errors.New("needs a C compiler, and the Go toolchain knows none: install gcc or clang")
	}
	if _, err := exec.LookPath(cc[0]); err != nil {
		return fmt.Errorf("needs a C compiler, and there is no %s: install gcc or clang", cc[0])
	}
	return nil
}
