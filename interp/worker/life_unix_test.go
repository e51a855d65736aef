//go:build unix

package worker

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestProgramsStartedByCells(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	u := cell(2, "", `
	var c *n_exec.Cmd
	c = n_exec.Command("sh", "-c", "echo from a program; echo $$; sleep 1000 >/dev/null 2>&1 & echo $!")
	c.Stdout = guest.Stdout()
	var err error
	err = c.Run()
	n_fmt.Println(err)`)
	run(t, p, Cell{ID: 2, Number: 2, Unit: u})
	f := strings.Fields(r.out(2))
	if len(f) != 6 || f[5] != "<nil>" {
		t.Fatalf("printed %q", r.out(2))
	}
	pid, _ := strconv.Atoi(f[4])
	if syscall.Kill(pid, 0) != nil {
		t.Fatal("the background program is not there")
	}
	p.Close()
	deadline := time.Now().Add(5 * time.Second)
	for syscall.Kill(pid, 0) == nil && !zombie(pid) && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	if syscall.Kill(pid, 0) == nil && !zombie(pid) {
		t.Error("an orphan is left")
	}
}

func zombie(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(b), ") Z ")
}

// TestNoWorker: a command that is no worker is a plain error, at once.
func TestNoWorker(t *testing.T) {
	p, err := Start(Options{Command: []string{"/bin/false"}, Events: newRecorder()})
	if err == nil {
		defer p.Close()
		err = p.Ready(t.Context())
	}
	if err == nil {
		t.Error("no error")
	}
	t.Log(err)
}
