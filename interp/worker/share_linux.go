package worker

import (
	"os"

	"golang.org/x/sys/unix"
)

// sharedFile is memory that two processes can share.
func sharedFile(size int64) (*os.File, error) {
	fd, err := unix.MemfdCreate("gokernel", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "gokernel")
	if err := f.Truncate(size); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
