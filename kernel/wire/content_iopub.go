package wire

// Welcome is the first message a subscriber gets
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#welcome-message).
// The server sends it by itself.
type Welcome struct {
	Subscription string `json:"subscription"` // topic, "" for everything
}

// Status brackets everything a request causes: busy, then idle; "starting" is
// published once in a process
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-status).
type Status struct {
	ExecutionState string `json:"execution_state"`
}

// Stream is text on stdout or stderr
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#streams-stdout-stderr-etc).
type Stream struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// DisplayData shows a MIME bundle
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#display-data).
type DisplayData struct {
	Data      Dict      `json:"data"`
	Metadata  Dict      `json:"metadata"`
	Transient Transient `json:"transient"`
}

// UpdateDisplayData replaces what was shown under Transient.DisplayID
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#update-display-data).
type UpdateDisplayData struct {
	Data      Dict      `json:"data"`
	Metadata  Dict      `json:"metadata"`
	Transient Transient `json:"transient"`
}

// Transient names a display for later updates; it is not kept in notebooks
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#display-data).
type Transient struct {
	DisplayID string `json:"display_id,omitempty"`
}

// ExecuteInput tells all front-ends which code runs
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#code-inputs).
type ExecuteInput struct {
	Code           string `json:"code"`
	ExecutionCount int    `json:"execution_count"`
}

// ExecuteResult is the value of a cell
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#messages-on-the-iopub-xpub-sub-channel, "Execution results").
type ExecuteResult struct {
	ExecutionCount int       `json:"execution_count"`
	Data           Dict      `json:"data"`
	Metadata       Dict      `json:"metadata"`
	Transient      Transient `json:"transient"`
}

// Error is why a cell failed
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#execution-errors).
type Error struct {
	EName     string       `json:"ename"`
	EValue    string       `json:"evalue"`
	Traceback List[string] `json:"traceback"`
}

// ClearOutput empties a cell's output, at once or when the next output comes
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#clear-output).
type ClearOutput struct {
	Wait bool `json:"wait"`
}

// DebugEvent is an event of the Debug Adapter Protocol
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#debug-event).
type DebugEvent struct {
	Seq   int    `json:"seq"`
	Type  string `json:"type"` // event
	Event string `json:"event"`
	Body  any    `json:"body,omitempty"`
}

func (Welcome) MsgType() string           { return "iopub_welcome" }
func (Status) MsgType() string            { return "status" }
func (Stream) MsgType() string            { return "stream" }
func (DisplayData) MsgType() string       { return "display_data" }
func (UpdateDisplayData) MsgType() string { return "update_display_data" }
func (ExecuteInput) MsgType() string      { return "execute_input" }
func (ExecuteResult) MsgType() string     { return "execute_result" }
func (Error) MsgType() string             { return "error" }
func (ClearOutput) MsgType() string       { return "clear_output" }
func (DebugEvent) MsgType() string        { return "debug_event" }

func (Welcome) content()           {}
func (Status) content()            {}
func (Stream) content()            {}
func (DisplayData) content()       {}
func (UpdateDisplayData) content() {}
func (ExecuteInput) content()      {}
func (ExecuteResult) content()     {}
func (Error) content()             {}
func (ClearOutput) content()       {}
func (DebugEvent) content()        {}
