//go:build unix

package worker

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// processUsage is what the system says: resident bytes, and nanoseconds of CPU.
func processUsage() (rss, cpu int64) {
	var ru syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &ru) == nil {
		cpu = ru.Utime.Nano() + ru.Stime.Nano()
		rss = int64(ru.Maxrss) * maxrssUnit
	}
	if b, err := os.ReadFile("/proc/self/statm"); err == nil { // Linux: now, not the most so far
		if f := bytes.Fields(b); len(f) > 1 {
			if n, err := strconv.ParseInt(string(f[1]), 10, 64); err == nil {
				rss = n * int64(os.Getpagesize())
			}
		}
	}
	return rss, cpu
}
