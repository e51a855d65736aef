//go:build unix

package kernel

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gokernel/kernel/wire"
)

// kernelFile makes this test program a kernel: the environment variable names
// its connection file.
const kernelFile = "GOKERNEL_TEST_CONNECTION_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(kernelFile); file != "" {
		err := Run(context.Background(), file, func(h Host) (Session, error) {
			return &script{t: outside{}, host: h, gates: map[string]chan struct{}{}}, nil
		}, Options{Logf: log.Printf})
		if err != nil {
			log.Fatal(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// outside is for a script in a process of its own.
type outside struct{ testing.TB }

func (outside) Error(args ...any)                 { log.Fatal(args...) }
func (outside) Errorf(format string, args ...any) { log.Fatalf(format, args...) }

// freePorts writes a connection file with ports that nobody uses at the moment.
func freePorts(t *testing.T) (file string, info wire.ConnectionInfo) {
	t.Helper()
	var ports [5]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	info = wire.ConnectionInfo{
		Transport: "tcp", IP: "127.0.0.1", Key: testKey, SignatureScheme: "hmac-sha256",
		ShellPort: ports[0], IOPubPort: ports[1], StdinPort: ports[2], ControlPort: ports[3], HBPort: ports[4],
	}
	file = filepath.Join(t.TempDir(), "kernel.json")
	if err := info.Write(file); err != nil {
		t.Fatal(err)
	}
	return file, info
}

// spawned is a kernel in a process of its own.
type spawned struct {
	*server
	cmd   *exec.Cmd
	ended chan error
}

// spawn starts a kernel process and connects a client when its ports are bound.
func spawn(t *testing.T, file string, info wire.ConnectionInfo) (*spawned, *client) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), kernelFile+"="+file, "GOKERNEL_DATA_DIR="+t.TempDir())
	out := &testLog{t: t}
	cmd.Stderr, cmd.Stdout = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &spawned{&server{t: t, info: info}, cmd, make(chan error, 1)}
	go func() { s.ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		for _, c := range s.clients {
			c.close()
		}
	})
	s.waitPort(t)
	return s, s.connect("a")
}

// waitPort waits until the kernel takes connections.
func (s *spawned) waitPort(t *testing.T) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(time.Millisecond) {
		conn, err := net.Dial("tcp", net.JoinHostPort(s.info.IP, strconv.Itoa(s.info.HBPort)))
		if err == nil {
			conn.Close()
			return
		}
	}
	t.Fatal("the kernel does not listen")
}

// end waits for the process to end well.
func (s *spawned) end(t *testing.T) {
	t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("the kernel ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the kernel process does not end")
	}
}

// testLog writes what a process says to the test's log.
type testLog struct{ t *testing.T }

func (l *testLog) Write(p []byte) (int, error) {
	l.t.Logf("kernel: %s", strings.TrimSpace(string(p)))
	return len(p), nil
}

func TestSignals(t *testing.T) {
	file, info := freePorts(t)
	for _, last := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		s, c := spawn(t, file, info)
		for range 3 { // nothing runs: nothing happens
			if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			c.run("", []string{}...)
		}
		cell := c.execute("print a\nforever")
		for c.iopub(cell).Type != "stream" {
		}
		if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if m := c.reply(cell); m.Content["ename"] != "interrupted" {
			t.Errorf("after SIGINT: %v", m.Content)
		}
		c.run("print still here", `stdout "still here\n"`)
		cell = c.execute("raw \"no newline\"\nforever")
		for c.iopub(cell).Type != "execute_input" {
		}
		if err := s.cmd.Process.Signal(last); err != nil {
			t.Fatal(err)
		}
		c.expect(cell, `stdout "no newline"`, "error interrupted: the cell was stopped", "idle")
		s.end(t)
	}
}

func TestRestartOnTheSamePorts(t *testing.T) {
	file, info := freePorts(t)
	sessions := map[string]bool{}
	for range 3 {
		s, c := spawn(t, file, info)
		m := c.run("print hello", `stdout "hello\n"`)
		if sessions[m.Session] {
			t.Errorf("two processes have the session %s", m.Session)
		}
		sessions[m.Session] = true
		begun := time.Now()
		c.reply(c.control("shutdown_request", content{"restart": true}))
		s.end(t)
		t.Logf("shutdown_request until the process has ended: %v", time.Since(begun))
	}
}

// The Jupyter server dies without a word, as by SIGKILL.
func TestParentDeath(t *testing.T) {
	file, info := freePorts(t)
	jupyter := exec.Command("sh", "-c", `JPY_PARENT_PID=$$ "$0" & echo $!; wait`, os.Args[0])
	jupyter.Env = append(os.Environ(), kernelFile+"="+file)
	out, err := jupyter.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := jupyter.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	kernel, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	s := &spawned{server: &server{t: t, info: info}}
	s.waitPort(t)
	c := s.connect("a")
	defer c.close()
	c.run("print hello", `stdout "hello\n"`)
	if err := jupyter.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	jupyter.Wait()
	for begun := time.Now(); alive(kernel) && !zombie(kernel); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > patience {
			syscall.Kill(kernel, syscall.SIGKILL)
			t.Fatal("the kernel lives on as an orphan")
		}
	}
}

// zombie says whether a process has ended and waits for its parent to notice.
func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func TestOrphanTest(t *testing.T) {
	for _, test := range []struct {
		name      string
		announced string
		parent    int
		alive     string // pids that live at the start
		now       int    // the parent later
		living    string // pids that live later
		want      string
	}{
		{"started by hand", "", 100, "", 1, "", "no test"},
		{"no number", "x", 100, "", 1, "", "no test"},
		{"the server lives", "100", 100, "100", 100, "100", "lives"},
		{"the server is dead", "100", 100, "100", 1, "", "orphan"},
		{"taken over by a reaper", "100", 100, "100", 50, "50", "orphan"},
		{"the server is pid 1 of a container", "1", 1, "1", 1, "1", "lives"},
		{"a launcher between: all live", "100", 200, "100 200", 200, "100 200", "lives"},
		{"a launcher between: the server is dead", "100", 200, "100 200", 200, "200", "orphan"},
		{"a launcher between: the launcher is dead", "100", 200, "100 200", 1, "100", "orphan"},
		{"a container with its own pids, the kernel is pid 1", "100", 0, "", 0, "", "lives"},
		{"a container with its own pids, an init is pid 1", "100", 1, "", 1, "", "lives"},
	} {
		t.Run(test.name, func(t *testing.T) {
			living := test.alive
			orphaned := orphanTest(test.announced, test.parent, func(pid int) bool {
				return strings.Contains(" "+living+" ", fmt.Sprintf(" %d ", pid))
			})
			got := "no test"
			if orphaned != nil {
				if orphaned(test.parent) {
					t.Error("orphaned from the start")
				}
				living = test.living
				got = map[bool]string{true: "orphan", false: "lives"}[orphaned(test.now)]
			}
			if got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
