package worker

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// pipeVariable tells a child the handles of its pipes: "read,write".
const pipeVariable = "GOKERNEL_WORKER_PIPES"

// childPipes are the ends that passPipes passed on as inherited handles. Programs that cells start do not inherit them.
func childPipes() (io.Reader, io.Writer, error) {
	byHand := errors.New("it is started by the kernel, not by hand")
	r, w, ok := strings.Cut(os.Getenv(pipeVariable), ",")
	if !ok {
		return nil, nil, byHand
	}
	os.Unsetenv(pipeVariable)
	var files [2]*os.File
	for i, s := range []string{r, w} {
		h, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return nil, nil, byHand
		}
		if err := windows.SetHandleInformation(windows.Handle(h), windows.HANDLE_FLAG_INHERIT, 0); err != nil {
			return nil, nil, byHand
		}
		files[i] = os.NewFile(uintptr(h), "kernel pipe")
	}
	return files[0], files[1], nil
}

// passPipes lets the child inherit its ends of the pipes.
func passPipes(cmd *exec.Cmd, r, w, _ *os.File) error {
	var hs []syscall.Handle
	for _, f := range []*os.File{r, w} {
		h := windows.Handle(f.Fd())
		if err := windows.SetHandleInformation(h, windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
			return fmt.Errorf("passing a pipe on: %w", err)
		}
		hs = append(hs, syscall.Handle(h))
	}
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d,%d", pipeVariable, hs[0], hs[1]))
	cmd.SysProcAttr = &syscall.SysProcAttr{AdditionalInheritedHandles: hs, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
	return nil
}

// started puts the child in a job: what cells start dies with it, and with this process.
func started(cmd *exec.Cmd, limit int64) (func(), error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("making a job for the worker: %w", err)
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		windows.CloseHandle(job)
		return nil, fmt.Errorf("making a job for the worker: %w", err)
	}
	h, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
	if err == nil {
		err = windows.AssignProcessToJobObject(job, h)
		windows.CloseHandle(h)
	}
	if err != nil {
		windows.CloseHandle(job)
		return nil, fmt.Errorf("putting the worker into its job: %w", err)
	}
	return func() { windows.CloseHandle(job) }, nil
}

// killChild kills the child; closing its job kills what cells started.
func killChild(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = cmd.Process.Kill()
	}
}

// killGroup is done by the job.
func killGroup() {}

var peekNamedPipe = windows.NewLazySystemDLL("kernel32.dll").NewProc("PeekNamedPipe")

// buffered is how many bytes wait in a pipe.
func buffered(f *os.File) (n int, ok bool) {
	c, err := f.SyscallConn()
	if err != nil {
		return 0, false
	}
	if err := c.Control(func(fd uintptr) { n, ok = peek(fd) }); err != nil {
		return 0, false
	}
	return n, ok
}

func peek(fd uintptr) (int, bool) {
	var avail uint32
	r, _, _ := peekNamedPipe.Call(fd, 0, 0, 0, uintptr(unsafe.Pointer(&avail)), 0)
	return int(avail), r != 0
}

// unread cannot be told here: looking into a pipe waits while somebody reads it. Whoever waits in a read has read what there was.
func unread(f *os.File) bool { return false }

// whenReadable calls f again and again until it returns true: pipes of this kind cannot be polled by the system.
func whenReadable(file *os.File, f func(fd uintptr) bool) error {
	c, err := file.SyscallConn()
	if err != nil {
		return err
	}
	for pause := time.Millisecond; ; pause = min(2*pause, 8*time.Millisecond) {
		done := false
		if err := c.Control(func(fd uintptr) { done = f(fd) }); err != nil || done {
			return err
		}
		time.Sleep(pause)
	}
}

// readNow reads what is in a pipe without waiting: 0 bytes if it is empty.
func readNow(fd uintptr, buf []byte) (int, error) {
	n, ok := peek(fd)
	if !ok {
		return 0, io.EOF
	}
	if n == 0 {
		return 0, nil
	}
	var done uint32
	if err := windows.ReadFile(windows.Handle(fd), buf[:min(n, len(buf))], &done, nil); err != nil {
		return 0, io.EOF
	}
	return int(done), nil
}

// processUsage is what the system says: resident bytes, and nanoseconds of CPU.
func processUsage() (rss, cpu int64) {
	var creation, exit, kernel, user windows.Filetime
	if windows.GetProcessTimes(windows.CurrentProcess(), &creation, &exit, &kernel, &user) == nil {
		cpu = filetime(kernel) + filetime(user)
	}
	return rss, cpu
}

func filetime(t windows.Filetime) int64 {
	return (int64(t.HighDateTime)<<32 | int64(t.LowDateTime)) * 100
}
