//go:build !js

package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gokernel/install"
)

// asKernel makes the test program a kernel: with this variable set it serves
// the connection file that is its last argument.
const asKernel = "GOKERNEL_WIRE_TEST_KERNEL"

func TestMain(m *testing.M) {
	if os.Getenv(asKernel) != "" {
		if err := runKernel(os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// python runs the checks of testdata/checks.py, in the Python that
// GOKERNEL_TEST_PYTHON names or in the private Jupyter's.
func python(t testing.TB, args ...string) string {
	t.Helper()
	path := os.Getenv("GOKERNEL_TEST_PYTHON")
	if path == "" {
		var err error
		if path, err = install.TestPython(t.Context(), os.Stderr); err != nil {
			t.Fatalf("Python with jupyter_client is needed, or GOKERNEL_TEST_PYTHON: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "JUPYTER_PLATFORM_DIRS=1", "PYTHONUNBUFFERED=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// serveKernel is a kernel without a language: code that is a number prints as
// many lines, "input" asks, comm messages come back.
func serveKernel(s *Server) (shutdown <-chan struct{}) {
	ended := make(chan struct{})
	for _, ch := range []Channel{Shell, Control} {
		go func() {
			asked := make(map[string]*Message)
			for {
				var m *Message
				var ok bool
				if ch == Shell {
					select {
					case m, ok = <-s.Messages(Shell):
					case m, ok = <-s.Messages(Stdin):
					}
				} else {
					m, ok = <-s.Messages(ch)
				}
				if !ok {
					return
				}
				if r, isReply := m.Content.(*InputReply); isReply {
					if req := asked[string(m.Identities[0])]; req != nil {
						s.Publish(req, Stream{Name: "stdout", Text: r.Value}, nil)
						s.Reply(req, ExecuteReply{Status: "ok", ExecutionCount: 1}, nil)
						s.Publish(req, Status{"idle"}, nil)
					}
					continue
				}
				s.Publish(m, Status{"busy"}, nil)
				switch c := m.Content.(type) {
				case *KernelInfoRequest:
					s.Reply(m, KernelInfoReply{ProtocolVersion: ProtocolVersion, Implementation: "wire", LanguageInfo: LanguageInfo{Name: "none"}}, nil)
				case *ExecuteRequest:
					if c.Code == "input" {
						asked[string(m.Identities[0])] = m
						s.RequestInput(m, InputRequest{Prompt: "name? "})
						continue
					}
					n, _ := strconv.Atoi(c.Code)
					text := strings.Repeat("x", 199) + "\n"
					for range n {
						s.Publish(m, Stream{Name: "stdout", Text: text}, nil)
					}
					s.Reply(m, ExecuteReply{Status: "ok", ExecutionCount: 1}, nil)
				case *CommMsg:
					s.Publish(m, *c, nil, m.Buffers...)
				case *ShutdownRequest:
					s.Reply(m, ShutdownReply{Restart: c.Restart}, nil)
					s.Publish(m, ShutdownReply{Restart: c.Restart}, nil)
				}
				s.Publish(m, Status{"idle"}, nil)
				if _, last := m.Content.(*ShutdownRequest); last {
					close(ended)
				}
			}
		}()
	}
	return ended
}

// runKernel serves the connection file at path until it is asked to shut down.
func runKernel(path string) error {
	info, err := ReadConnectionFile(path)
	if err != nil {
		return err
	}
	s, err := Listen(info, Options{Logf: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }})
	if err != nil {
		return err
	}
	select {
	case <-serveKernel(s):
	case <-time.After(5 * time.Minute): // the test that started it is gone
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.Close(ctx)
}

func TestJupyterClient(t *testing.T) {
	transports(t, func(t *testing.T, info ConnectionInfo) {
		s, log := serverOn(t, info, Limits{})
		serveKernel(s)
		path := filepath.Join(t.TempDir(), "kernel.json")
		if err := s.Connection().Write(path); err != nil {
			t.Fatal(err)
		}
		t.Log(python(t, "testdata/checks.py", "session", path))
		for _, line := range log.all() {
			t.Errorf("logged %s", line)
		}
		if info.CurvePublicKey != "" {
			t.Log(python(t, "testdata/checks.py", "refused", path))
			log.await(t, "does not have the server's public key")
		}
	})
}

// TestRequiredEncryption lets a KernelManager that insists on encryption start
// the test program as a kernel.
func TestRequiredEncryption(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := json.Marshal(map[string]any{
		"argv": []string{program, "{connection_file}"}, "display_name": "wire", "language": "none",
		"interrupt_mode": "message", "env": map[string]string{asKernel: "1"},
		"metadata": map[string]any{"supported_encryption": []string{"curve"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "wire")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kernel.json"), spec, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, transport := range []string{"tcp", "ipc"} {
		t.Run(transport, func(t *testing.T) {
			t.Log(python(t, "testdata/checks.py", "required", filepath.Dir(dir), transport))
		})
	}
}
