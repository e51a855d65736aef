//go:build unix

package worker

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// childPipes are the ends that passPipes passed on as descriptors 3 and 4. Programs that cells start do not inherit them.
func childPipes() (io.Reader, io.Writer, error) {
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	r, w := os.NewFile(3, "from kernel"), os.NewFile(4, "to kernel")
	for _, f := range []*os.File{r, w} {
		if f == nil {
			return nil, nil, errors.New("it is started by the kernel, not by hand")
		}
		if st, err := f.Stat(); err != nil || st.Mode()&os.ModeNamedPipe == 0 {
			return nil, nil, errors.New("it is started by the kernel, not by hand")
		}
	}
	return r, w, nil
}

// passPipes gives the child its ends of the pipes, the shared memory (nil if there is none) and a process group of its own.
func passPipes(cmd *exec.Cmd, r, w, shared *os.File) error {
	cmd.ExtraFiles = []*os.File{r, w}
	if shared != nil {
		cmd.ExtraFiles = append(cmd.ExtraFiles, shared)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return nil
}

// started is called when the child runs.
func started(cmd *exec.Cmd, limit int64) (func(), error) { return func() {}, nil }

// killChild kills the child's process group: the child and what cells started.
func killChild(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Process.Kill()
	}
}

// killGroup ends what this process and its cells have started, and this process.
func killGroup() {
	if syscall.Getpgrp() == os.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
}

// buffered is how many bytes wait in a pipe.
func buffered(f *os.File) (n int, ok bool) {
	c, err := f.SyscallConn()
	if err != nil {
		return 0, false
	}
	if e := c.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), fionread) }); e != nil || err != nil {
		return 0, false
	}
	return n, true
}

// unread tells whether the bytes that were written to a pipe have all been read.
func unread(f *os.File) bool {
	n, ok := buffered(f)
	return ok && n > 0
}

// whenReadable calls f again and again when there may be something to read, until it returns true.
func whenReadable(file *os.File, f func(fd uintptr) bool) error {
	c, err := file.SyscallConn()
	if err != nil {
		return err
	}
	return c.Read(f)
}

// readNow reads what is in a pipe without waiting: 0 bytes if it is empty.
func readNow(fd uintptr, buf []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), buf)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return 0, nil
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		return n, nil
	}
}
