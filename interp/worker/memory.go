package worker

import (
	"os"
	"strconv"
	"strings"

	"github.com/shirou/gopsutil/v4/mem"
)

// mostMemory is what cells may use unless %memory allows them more, in bytes:
// a lesson needs far less, and several notebooks share one machine.
const mostMemory = 4 << 30

// DefaultMemory is what cells may use unless %memory says otherwise: half of what
// the machine or the container has, so that a cell that takes ever more dies
// before the browser and its server do; 0, no limit, where the system does not tell.
func DefaultMemory() int64 {
	v, err := mem.VirtualMemory()
	if err != nil || v.Total == 0 {
		return 0
	}
	total := int64(min(v.Total, 1<<62))
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} { // cgroup 2 and 1; "max" for none
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
			total = min(total, n)
		}
	}
	return min(total/2, mostMemory)
}
