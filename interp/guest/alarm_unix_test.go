//go:build unix

package guest

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

func TestNoAlarmWhileASignalMayCome(t *testing.T) {
	serveOutside(t)
	w, _ := newWorld(t)
	out := runIn(t, w, func() {
		c := make(chan os.Signal, 1)
		SignalNotify(0, c, syscall.SIGUSR1)
		outside(func() { _ = syscall.Kill(os.Getpid(), syscall.SIGUSR1) })
		rcv(c)
		SignalStop(0, c)
		signal.Reset(syscall.SIGUSR1)
	}, Options{})
	if out.Kind != Returned {
		t.Fatal(out)
	}
	out = runIn(t, w, func() {
		c := make(chan os.Signal, 1)
		SignalNotify(0, c, syscall.SIGUSR1)
		SignalStop(0, c)
		rcv(c)
	}, Options{})
	if out.Kind != Deadlocked {
		t.Fatal("nobody signals a stopped channel:", out)
	}
}

func TestNoAlarmWhileAProcessRuns(t *testing.T) {
	w, _ := newWorld(t)
	out := runIn(t, w, func() {
		done := make(chan error)
		spawn(func() { snd(done, exec.Command("sleep", "0.05").Run()) })
		check(rcv(done))
	}, Options{})
	if out.Kind != Returned {
		t.Fatal(out)
	}
}
