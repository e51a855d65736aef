//go:build unix

package kernel

import (
	"errors"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// parentPoll is how often the parent process is looked at.
const parentPoll = time.Second

// watchProcess makes signals and the death of the Jupyter server reach the
// kernel, until the returned function is called. It starts one goroutine,
// which blocks on nothing else.
//
// SIGINT is an interrupt, whatever the kernelspec says of interrupt_mode:
// launchers and terminals send it, and an idle kernel must live on. SIGTERM
// and SIGHUP end the kernel as a shutdown_request does. SIGPIPE is taken
// because writing to a closed standard error would else end the process.
func (k *kernel) watchProcess() (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	orphaned := orphanTest(os.Getenv("JPY_PARENT_PID"), os.Getppid(), alive)
	poll := make(<-chan time.Time)
	ticker := time.NewTicker(parentPoll)
	if orphaned == nil {
		ticker.Stop()
	} else {
		poll = ticker.C
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case s := <-signals:
				switch s {
				case syscall.SIGINT:
					k.interrupt(nil)
				case syscall.SIGTERM, syscall.SIGHUP:
					k.stop(errSignal)
				}
			case <-poll:
				if orphaned(os.Getppid()) {
					k.stop(errParent)
				}
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		ticker.Stop()
		close(done)
		<-ended
	}
}

// orphanTest says how to tell from the id of the parent process that the
// Jupyter server has gone; nil if there is no way. announced is
// JPY_PARENT_PID, parent the parent's id at the start.
//
// A kernel that the server has started itself is orphaned when its parent
// changes. With a launcher between them (a shell, go run, a container's init)
// the parent is another process: then the server is looked at, if it can be
// seen; in a container its id means nothing or somebody else.
func orphanTest(announced string, parent int, alive func(pid int) bool) func(parent int) bool {
	server, err := strconv.Atoi(announced)
	if err != nil || server <= 0 {
		return nil // started by hand
	}
	if server == parent {
		return func(now int) bool { return now != parent }
	}
	seen := server > 1 && alive(server)
	return func(now int) bool {
		if seen && !alive(server) {
			return true
		}
		return now == 1 && parent != 1
	}
}

// alive says whether there is a process with this id.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
