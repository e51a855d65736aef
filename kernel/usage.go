package kernel

import (
	"context"
	"os"
	"runtime"
	"sync"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/process"

	"gokernel/kernel/wire"
)

// usage keeps the processes between two usage_requests: percentages of CPU are
// over the time between them.
type usage struct {
	mu        sync.Mutex
	processes map[int32]*process.Process
}

// usageRequest tells what this process and those it has started use, for the
// jupyter-resource-usage extension. What a system does not tell is 0.
func (k *kernel) usageRequest(ctx context.Context, _ *request) (wire.Content, error) {
	k.usage.mu.Lock()
	defer k.usage.mu.Unlock()
	reply := wire.UsageReply{PID: os.Getpid(), CPUCount: runtime.NumCPU(), KernelGoroutines: runtime.NumGoroutine()}
	reply.Hostname, _ = os.Hostname()
	for _, p := range k.usage.refresh(ctx) {
		if percent, err := p.PercentWithContext(ctx, 0); err == nil {
			reply.KernelCPU += percent
		}
		reply.KernelMemory += memory(ctx, p)
	}
	if host, err := cpu.PercentWithContext(ctx, 0, false); err == nil && len(host) > 0 {
		reply.HostCPUPercent = host[0]
	}
	if vm, err := mem.VirtualMemoryWithContext(ctx); err == nil {
		reply.HostVirtualMemory = wire.VirtualMemory{
			Total: int64(vm.Total), Available: int64(vm.Available), Percent: vm.UsedPercent,
			Used: int64(vm.Used), Free: int64(vm.Free),
		}
	}
	return reply, nil
}

// refresh lists this process and its descendants.
func (u *usage) refresh(ctx context.Context) []*process.Process {
	known := u.processes
	u.processes = map[int32]*process.Process{}
	var all []*process.Process
	var add func(p *process.Process)
	add = func(p *process.Process) {
		if k := known[p.Pid]; k != nil {
			p = k
		}
		u.processes[p.Pid] = p
		all = append(all, p)
		children, err := p.ChildrenWithContext(ctx)
		if err != nil {
			return
		}
		for _, c := range children {
			add(c)
		}
	}
	if self, err := process.NewProcessWithContext(ctx, int32(os.Getpid())); err == nil {
		add(self)
	}
	return all
}

// memory is what a process uses: its share of the memory where the system
// tells it, because kernel and worker share the pages of one binary; else what
// is resident.
func memory(ctx context.Context, p *process.Process) int64 {
	if share := memoryShare(ctx, p); share > 0 {
		return share
	}
	if info, err := p.MemoryInfoWithContext(ctx); err == nil {
		return int64(info.RSS)
	}
	return 0
}
