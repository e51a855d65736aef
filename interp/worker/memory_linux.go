package worker

import (
	"fmt"
	"runtime/debug"
	"syscall"
)

// limitMemory makes the kernel refuse memory beyond the limit: Go then dies of its own "out of memory". The collector
// works harder from nine tenths on.
func limitMemory(limit int64) error {
	debug.SetMemoryLimit(limit / 10 * 9)
	lim := syscall.Rlimit{Cur: uint64(limit), Max: uint64(limit)}
	if err := syscall.Setrlimit(rlimitData, &lim); err != nil {
		return fmt.Errorf("setting the memory limit to %d bytes: %w", limit, err)
	}
	return nil
}

const rlimitData = 2 // RLIMIT_DATA: private writable memory, since Linux 4.7 that of mmap too
