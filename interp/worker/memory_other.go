//go:build !linux

package worker

import (
	"fmt"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// limitMemory ends the process with Go's words when it has taken more than the limit from the system; a goroutine looks
// twenty times a second until the process ends. The collector works harder from nine tenths on.
func limitMemory(limit int64) error {
	debug.SetMemoryLimit(limit / 10 * 9)
	go func() {
		s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for {
			time.Sleep(50 * time.Millisecond)
			metrics.Read(s)
			if used := s[0].Value.Uint64() - s[1].Value.Uint64(); used > uint64(limit) {
				fmt.Fprintf(os.Stderr, "fatal error: runtime: out of memory: %d bytes in use, the limit is %d\n", used, limit)
				os.Exit(2)
			}
		}
	}()
	return nil
}
