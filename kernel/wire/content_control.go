package wire

// ShutdownRequest asks the kernel to end; on shell it is deprecated but still
// sent (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-shutdown).
type ShutdownRequest struct {
	Restart bool `json:"restart"` // another kernel will be started on the same ports
}

// ShutdownReply answers ShutdownRequest, on its channel and on iopub
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-shutdown).
type ShutdownReply struct {
	Status  StatusOK `json:"status"`
	Restart bool     `json:"restart"`
}

// InterruptRequest asks to stop the running cell; it is sent by clients that
// read interrupt_mode "message" in the kernelspec
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-interrupt).
type InterruptRequest struct{}

// InterruptReply answers InterruptRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-interrupt).
type InterruptReply struct {
	Status StatusOK `json:"status"`
}

// DebugRequest is a request of the Debug Adapter Protocol, or one of Jupyter's
// additions to it such as debugInfo
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#debug-request).
type DebugRequest struct {
	Seq       int    `json:"seq"`
	Type      string `json:"type"`
	Command   string `json:"command"`
	Arguments Raw    `json:"arguments,omitempty"`
}

// DebugReply is a response of the Debug Adapter Protocol; Body depends on
// Command (https://jupyter-client.readthedocs.io/en/latest/messaging.html#debug-request).
type DebugReply struct {
	Seq        int    `json:"seq"`
	Type       string `json:"type"` // response
	RequestSeq int    `json:"request_seq"`
	Success    bool   `json:"success"`
	Command    string `json:"command"`
	Message    string `json:"message,omitempty"`
	Body       any    `json:"body,omitempty"`
}

// CreateSubshellRequest asks for another line of execution
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#create-subshell).
type CreateSubshellRequest struct{}

// CreateSubshellReply answers CreateSubshellRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#create-subshell).
type CreateSubshellReply struct {
	Status     StatusOK `json:"status"`
	SubshellID string   `json:"subshell_id"`
}

// DeleteSubshellRequest ends a subshell
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#delete-subshell).
type DeleteSubshellRequest struct {
	SubshellID string `json:"subshell_id"` // required
}

// DeleteSubshellReply answers DeleteSubshellRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#delete-subshell).
type DeleteSubshellReply struct {
	Status StatusOK `json:"status"`
}

// ListSubshellRequest asks for the subshells
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#list-subshell).
type ListSubshellRequest struct{}

// ListSubshellReply answers ListSubshellRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#list-subshell).
type ListSubshellReply struct {
	Status     StatusOK     `json:"status"`
	SubshellID List[string] `json:"subshell_id"`
}

// UsageRequest asks what the kernel uses of its host. It is not in the
// specification: ipykernel has it and the jupyter-resource-usage extension
// sends it, on control (https://github.com/ipython/ipykernel/pull/760).
type UsageRequest struct{}

// UsageReply answers UsageRequest. Memory is in bytes, CPU in percent of one
// CPU (https://github.com/ipython/ipykernel/pull/760).
type UsageReply struct {
	Hostname          string        `json:"hostname"`
	PID               int           `json:"pid"`
	KernelCPU         float64       `json:"kernel_cpu"`
	KernelMemory      int64         `json:"kernel_memory"`
	KernelGoroutines  int           `json:"kernel_goroutines"` // of the kernel process alone; ipykernel does not send it
	CPUCount          int           `json:"cpu_count"`
	HostCPUPercent    float64       `json:"host_cpu_percent"`
	HostVirtualMemory VirtualMemory `json:"host_virtual_memory"`
}

// VirtualMemory is the host's memory in a UsageReply, in bytes.
type VirtualMemory struct {
	Total     int64   `json:"total"`
	Available int64   `json:"available"`
	Percent   float64 `json:"percent"`
	Used      int64   `json:"used"`
	Free      int64   `json:"free"`
}

func (ShutdownRequest) MsgType() string       { return "shutdown_request" }
func (ShutdownReply) MsgType() string         { return "shutdown_reply" }
func (InterruptRequest) MsgType() string      { return "interrupt_request" }
func (InterruptReply) MsgType() string        { return "interrupt_reply" }
func (DebugRequest) MsgType() string          { return "debug_request" }
func (DebugReply) MsgType() string            { return "debug_reply" }
func (CreateSubshellRequest) MsgType() string { return "create_subshell_request" }
func (CreateSubshellReply) MsgType() string   { return "create_subshell_reply" }
func (DeleteSubshellRequest) MsgType() string { return "delete_subshell_request" }
func (DeleteSubshellReply) MsgType() string   { return "delete_subshell_reply" }
func (ListSubshellRequest) MsgType() string   { return "list_subshell_request" }
func (ListSubshellReply) MsgType() string     { return "list_subshell_reply" }
func (UsageRequest) MsgType() string          { return "usage_request" }
func (UsageReply) MsgType() string            { return "usage_reply" }

func (ShutdownRequest) content()       {}
func (ShutdownReply) content()         {}
func (InterruptRequest) content()      {}
func (InterruptReply) content()        {}
func (DebugRequest) content()          {}
func (DebugReply) content()            {}
func (CreateSubshellRequest) content() {}
func (CreateSubshellReply) content()   {}
func (DeleteSubshellRequest) content() {}
func (DeleteSubshellReply) content()   {}
func (ListSubshellRequest) content()   {}
func (ListSubshellReply) content()     {}
func (UsageRequest) content()          {}
func (UsageReply) content()            {}
