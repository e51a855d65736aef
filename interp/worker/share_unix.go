//go:build unix

package worker

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// childShared maps descriptor 5, nil if there is none.
func childShared() *remainder {
	syscall.CloseOnExec(5)
	f := os.NewFile(5, "shared")
	if f == nil {
		return nil
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || st.Size() != remainderSize {
		return nil
	}
	mem, err := unix.Mmap(5, 0, remainderSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil
	}
	return &remainder{mem: mem}
}
