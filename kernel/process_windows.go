package kernel

import (
	"os"
	"os/signal"
	"strconv"

	"golang.org/x/sys/windows"
)

// watchProcess makes interrupts and the death of the Jupyter server reach the
// kernel, until the returned function is called. It starts two goroutines:
// one for signals, one that waits for the handles which jupyter_client passes
// in JPY_PARENT_PID (the server's process) and JPY_INTERRUPT_EVENT.
func (k *kernel) watchProcess() (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-signals:
				k.interrupt(nil)
			case <-done:
				return
			}
		}
	}()
	stopHandles := k.watchHandles(inheritedHandle("JPY_PARENT_PID"), inheritedHandle("JPY_INTERRUPT_EVENT"))
	return func() {
		signal.Stop(signals)
		close(done)
		<-ended
		stopHandles()
	}
}

// watchHandles waits for the handles that are not 0.
func (k *kernel) watchHandles(parent, interrupt windows.Handle) (stop func()) {
	quit, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		k.opts.Logf("the Jupyter server's death will not be noticed: %v", err)
		return func() {}
	}
	handles, meaning := []windows.Handle{quit}, []func(){nil}
	if parent != 0 {
		handles, meaning = append(handles, parent), append(meaning, func() { k.stop(errParent) })
	}
	if interrupt != 0 {
		// The event resets itself when a wait for it has ended.
		handles, meaning = append(handles, interrupt), append(meaning, func() { k.interrupt(nil) })
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for len(handles) > 1 {
			n, err := windows.WaitForMultipleObjects(handles, false, windows.INFINITE)
			i := int(n - windows.WAIT_OBJECT_0)
			if err != nil || i <= 0 || i >= len(handles) {
				return
			}
			meaning[i]()
			if handles[i] == parent {
				return // stays signalled
			}
		}
	}()
	return func() {
		if err := windows.SetEvent(quit); err == nil {
			<-ended
		}
		windows.CloseHandle(quit)
	}
}

// inheritedHandle reads a handle that the starting process has put into the environment.
func inheritedHandle(name string) windows.Handle {
	n, err := strconv.ParseUint(os.Getenv(name), 10, 64)
	if err != nil {
		return 0
	}
	return windows.Handle(n)
}
