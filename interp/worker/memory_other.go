//go:build !linux

package worker

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// memoryLimit is what the process may use. Once there is a limit, a goroutine of its own looks twenty times a second,
// until the process ends.
type memoryLimit struct {
	bytes   atomic.Int64
	watched sync.Once
}

// set ends the process with Go's words when it has taken more than n bytes from the system, 0 for no limit. The
// collector works harder from nine tenths on.
func (l *memoryLimit) set(n int64) error {
	l.bytes.Store(n)
	if n <= 0 {
		debug.SetMemoryLimit(math.MaxInt64)
		return nil
	}
	debug.SetMemoryLimit(n / 10 * 9)
	l.watched.Do(func() { go l.watch() })
	return nil
}

func (l *memoryLimit) watch() {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		time.Sleep(50 * time.Millisecond)
		metrics.Read(s)
		limit := l.bytes.Load()
		if used := s[0].Value.Uint64() - s[1].Value.Uint64(); limit > 0 && used > uint64(limit) {
			fmt.Fprintf(os.Stderr, "fatal error: runtime: out of memory: %d bytes in use, the limit is %d\n", used, limit)
			os.Exit(2)
		}
	}
}
