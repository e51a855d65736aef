package kernel

import (
	"context"

	"github.com/shirou/gopsutil/v4/process"
)

// memoryShare is the proportional set size of a process in bytes, 0 if it cannot be read.
func memoryShare(ctx context.Context, p *process.Process) int64 {
	maps, err := p.MemoryMapsWithContext(ctx, true)
	if err != nil || maps == nil || len(*maps) == 0 {
		return 0
	}
	return int64((*maps)[0].Pss) << 10
}
