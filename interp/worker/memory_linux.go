package worker

import (
	"fmt"
	"math"
	"runtime/debug"
	"sync/atomic"
	"syscall"
)

// memoryLimit is what the process may use.
type memoryLimit struct{ bytes atomic.Int64 }

// set makes the kernel refuse memory beyond n bytes, 0 for no limit: Go then dies of its own "out of memory". The
// collector works harder from nine tenths on. Only the soft limit is set, so that it can be raised again.
func (l *memoryLimit) set(n int64) error {
	var lim syscall.Rlimit
	if err := syscall.Getrlimit(rlimitData, &lim); err != nil {
		return fmt.Errorf("reading the memory limit: %w", err)
	}
	lim.Cur = lim.Max
	soft := int64(math.MaxInt64)
	if n > 0 {
		lim.Cur = min(lim.Max, uint64(n))
		soft = n / 10 * 9
	}
	if err := syscall.Setrlimit(rlimitData, &lim); err != nil {
		return fmt.Errorf("setting the memory limit to %d bytes: %w", n, err)
	}
	debug.SetMemoryLimit(soft)
	l.bytes.Store(n)
	return nil
}

const rlimitData = 2 // RLIMIT_DATA: private writable memory, since Linux 4.7 that of mmap too
