package wire

import "encoding/json"

// ExecuteRequest asks to run code
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#execute).
type ExecuteRequest struct {
	Code string `json:"code"` // required
	// Silent asks for no execute_input, no result and no count; it forces
	// StoreHistory to false.
	Silent          bool              `json:"silent"`
	StoreHistory    bool              `json:"store_history"`    // default: not Silent
	UserExpressions map[string]string `json:"user_expressions"` // name to expression, evaluated after success
	AllowStdin      bool              `json:"allow_stdin"`      // default false, as in ipykernel
	StopOnError     bool              `json:"stop_on_error"`    // default true, as in ipykernel
}

// ExecuteReply ends an execution
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#execution-results).
type ExecuteReply struct {
	Status         string // ok, error or aborted
	ExecutionCount int

	Payload         List[Payload]         // when ok
	UserExpressions map[string]Expression // when ok

	EName, EValue string   // when error
	Traceback     []string // when error
}

// Payload asks the front-end for an action
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#payloads-deprecated):
// Source "page" shows Data in a pager from line Start on, "set_next_input" puts
// Text into a new cell or, with Replace, into this one.
type Payload struct {
	Source  string
	Data    Dict
	Start   int
	Text    string
	Replace bool
}

// Expression is the outcome of one user expression: a bundle when OK, else an
// error (https://jupyter-client.readthedocs.io/en/latest/messaging.html#execute).
type Expression struct {
	OK             bool
	Data, Metadata Dict

	EName, EValue string
	Traceback     []string
}

// MarshalJSON writes the fields that the status has, and no others.
func (r ExecuteReply) MarshalJSON() ([]byte, error) {
	switch r.Status {
	case "ok":
		exprs := r.UserExpressions
		if exprs == nil {
			exprs = map[string]Expression{}
		}
		return marshal(struct {
			Status          string                `json:"status"`
			ExecutionCount  int                   `json:"execution_count"`
			Payload         List[Payload]         `json:"payload"`
			UserExpressions map[string]Expression `json:"user_expressions"`
		}{r.Status, r.ExecutionCount, r.Payload, exprs})
	case "error":
		return marshal(struct {
			Status         string       `json:"status"`
			ExecutionCount int          `json:"execution_count"`
			EName          string       `json:"ename"`
			EValue         string       `json:"evalue"`
			Traceback      List[string] `json:"traceback"`
		}{r.Status, r.ExecutionCount, r.EName, r.EValue, r.Traceback})
	}
	return marshal(struct {
		Status         string `json:"status"`
		ExecutionCount int    `json:"execution_count"`
	}{r.Status, r.ExecutionCount})
}

// MarshalJSON writes the fields that the source has, and no others.
func (p Payload) MarshalJSON() ([]byte, error) {
	switch p.Source {
	case "page":
		return marshal(struct {
			Source string `json:"source"`
			Data   Dict   `json:"data"`
			Start  int    `json:"start"`
		}{p.Source, p.Data, p.Start})
	case "set_next_input":
		return marshal(struct {
			Source  string `json:"source"`
			Text    string `json:"text"`
			Replace bool   `json:"replace"`
		}{p.Source, p.Text, p.Replace})
	}
	return marshal(struct {
		Source string `json:"source"`
	}{p.Source})
}

// MarshalJSON writes the bundle or the error.
func (e Expression) MarshalJSON() ([]byte, error) {
	if e.OK {
		return marshal(struct {
			Status   string `json:"status"`
			Data     Dict   `json:"data"`
			Metadata Dict   `json:"metadata"`
		}{"ok", e.Data, e.Metadata})
	}
	return marshal(struct {
		Status    string       `json:"status"`
		EName     string       `json:"ename"`
		EValue    string       `json:"evalue"`
		Traceback List[string] `json:"traceback"`
	}{"error", e.EName, e.EValue, e.Traceback})
}

// InspectRequest asks what stands at the cursor
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#introspection).
type InspectRequest struct {
	Code        string `json:"code"`
	CursorPos   int    `json:"cursor_pos"`   // in code points; always within Code, which is also the default
	DetailLevel int    `json:"detail_level"` // 0 or 1
}

// InspectReply answers InspectRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#introspection).
type InspectReply struct {
	Status   StatusOK `json:"status"`
	Found    bool     `json:"found"`
	Data     Dict     `json:"data"`
	Metadata Dict     `json:"metadata"`
}

// CompleteRequest asks what could be typed at the cursor
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#completion).
type CompleteRequest struct {
	Code      string `json:"code"`
	CursorPos int    `json:"cursor_pos"` // in code points; always within Code, whose end is the default
}

// CompleteReply answers CompleteRequest; the matches replace the code points
// from CursorStart to CursorEnd
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#completion).
type CompleteReply struct {
	Status      StatusOK     `json:"status"`
	Matches     List[string] `json:"matches"`
	CursorStart int          `json:"cursor_start"`
	CursorEnd   int          `json:"cursor_end"`
	Metadata    Dict         `json:"metadata"`
}

// HistoryRequest asks for earlier cells
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#history).
type HistoryRequest struct {
	Output         bool   `json:"output"`
	Raw            bool   `json:"raw"`
	HistAccessType string `json:"hist_access_type"` // range, tail or search
	Session        int    `json:"session"`          // range: positive, or counted back from the current one
	Start          int    `json:"start"`            // range
	Stop           *int   `json:"stop"`             // range: exclusive; nil for no end
	N              *int   `json:"n"`                // tail, search: the last n; nil for all
	Pattern        string `json:"pattern"`          // search: glob with * and ?
	Unique         bool   `json:"unique"`           // search: each input once
}

// HistoryReply answers HistoryRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#history).
type HistoryReply struct {
	Status  StatusOK           `json:"status"`
	History List[HistoryEntry] `json:"history"`
}

// HistoryEntry is one row of a HistoryReply: [session, line, input], or
// [session, line, [input, output]] when WithOutput is set.
type HistoryEntry struct {
	Session, Line int
	Input         string
	WithOutput    bool
	Output        *string // nil is written as null: the cell had none
}

// MarshalJSON writes the row as the array it is.
func (h HistoryEntry) MarshalJSON() ([]byte, error) {
	if h.WithOutput {
		return marshal([]any{h.Session, h.Line, []any{h.Input, h.Output}})
	}
	return marshal([]any{h.Session, h.Line, h.Input})
}

// IsCompleteRequest asks whether code can run as it stands
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#code-completeness).
type IsCompleteRequest struct {
	Code string `json:"code"`
}

// IsCompleteReply answers IsCompleteRequest; Indent is written only for
// "incomplete", as the specification asks
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#code-completeness).
type IsCompleteReply struct {
	Status string // complete, incomplete, invalid or unknown
	Indent string
}

// MarshalJSON writes Indent only for "incomplete".
func (r IsCompleteReply) MarshalJSON() ([]byte, error) {
	out := map[string]string{"status": r.Status}
	if r.Status == "incomplete" {
		out["indent"] = r.Indent
	}
	return marshal(out)
}

// ConnectRequest asks for the ports
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#connect).
type ConnectRequest struct{}

// ConnectReply answers ConnectRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#connect).
type ConnectReply struct {
	Status      StatusOK `json:"status"`
	ShellPort   int      `json:"shell_port"`
	IOPubPort   int      `json:"iopub_port"`
	StdinPort   int      `json:"stdin_port"`
	HBPort      int      `json:"hb_port"`
	ControlPort int      `json:"control_port"`
}

// CommInfoRequest asks for the open comms, all of them or those of one target
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#comm-info).
type CommInfoRequest struct {
	TargetName string `json:"target_name"`
}

// CommInfoReply answers CommInfoRequest: comm id to its target
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#comm-info).
type CommInfoReply struct {
	Comms map[string]CommTarget
}

// CommTarget is one open comm in a CommInfoReply.
type CommTarget struct {
	TargetName string `json:"target_name"`
}

// MarshalJSON writes the comms, {} for none.
func (r CommInfoReply) MarshalJSON() ([]byte, error) {
	comms := r.Comms
	if comms == nil {
		comms = map[string]CommTarget{}
	}
	return marshal(struct {
		Status StatusOK              `json:"status"`
		Comms  map[string]CommTarget `json:"comms"`
	}{Comms: comms})
}

// KernelInfoRequest asks who the kernel is; it comes on shell and on control
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-info).
type KernelInfoRequest struct{}

// KernelInfoReply answers KernelInfoRequest
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#kernel-info).
type KernelInfoReply struct {
	Status                StatusOK       `json:"status"`
	ProtocolVersion       string         `json:"protocol_version"`
	Implementation        string         `json:"implementation"`
	ImplementationVersion string         `json:"implementation_version"`
	LanguageInfo          LanguageInfo   `json:"language_info"`
	Banner                string         `json:"banner"`
	Debugger              bool           `json:"debugger"` // deprecated by SupportedFeatures, still read
	HelpLinks             List[HelpLink] `json:"help_links"`
	SupportedFeatures     List[string]   `json:"supported_features"` // "kernel subshells", "debugger"
}

// LanguageInfo is the kernel's language in a KernelInfoReply.
type LanguageInfo struct {
	Name              string `json:"name"`
	Version           string `json:"version"`
	MIMEType          string `json:"mimetype"`
	FileExtension     string `json:"file_extension"`
	PygmentsLexer     string `json:"pygments_lexer"`
	CodemirrorMode    string `json:"codemirror_mode"`
	NbconvertExporter string `json:"nbconvert_exporter"`
}

// HelpLink is an entry of the front-end's help menu.
type HelpLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// ErrorReply answers any request but execute_request that failed
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#request-reply).
type ErrorReply struct {
	Type          string // msg_type of the reply, see ReplyType
	EName, EValue string
	Traceback     []string
}

// MarshalJSON writes the error's fields.
func (r ErrorReply) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Status    string       `json:"status"`
		EName     string       `json:"ename"`
		EValue    string       `json:"evalue"`
		Traceback List[string] `json:"traceback"`
	}{"error", r.EName, r.EValue, r.Traceback})
}

// Unknown is the content of a message whose type the specification does not
// have. Kernels may ignore it, but answer with busy and idle
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#compatibility).
type Unknown struct {
	Type string
	Raw  json.RawMessage
}

// MarshalJSON writes the content as it came.
func (u Unknown) MarshalJSON() ([]byte, error) { return Raw(u.Raw).MarshalJSON() }

// Malformed is the content of a signed message of a known type whose fields
// are missing or of the wrong type. The client is a friend with a bug: it is
// told by an error reply, so that it does not wait for ever.
type Malformed struct {
	Type string
	Raw  json.RawMessage
	Err  error // what is wrong, fit to be shown
}

// MarshalJSON writes the content as it came.
func (m Malformed) MarshalJSON() ([]byte, error) { return Raw(m.Raw).MarshalJSON() }

func (ExecuteRequest) MsgType() string    { return "execute_request" }
func (ExecuteReply) MsgType() string      { return "execute_reply" }
func (InspectRequest) MsgType() string    { return "inspect_request" }
func (InspectReply) MsgType() string      { return "inspect_reply" }
func (CompleteRequest) MsgType() string   { return "complete_request" }
func (CompleteReply) MsgType() string     { return "complete_reply" }
func (HistoryRequest) MsgType() string    { return "history_request" }
func (HistoryReply) MsgType() string      { return "history_reply" }
func (IsCompleteRequest) MsgType() string { return "is_complete_request" }
func (IsCompleteReply) MsgType() string   { return "is_complete_reply" }
func (ConnectRequest) MsgType() string    { return "connect_request" }
func (ConnectReply) MsgType() string      { return "connect_reply" }
func (CommInfoRequest) MsgType() string   { return "comm_info_request" }
func (CommInfoReply) MsgType() string     { return "comm_info_reply" }
func (KernelInfoRequest) MsgType() string { return "kernel_info_request" }
func (KernelInfoReply) MsgType() string   { return "kernel_info_reply" }
func (r ErrorReply) MsgType() string      { return r.Type }
func (u Unknown) MsgType() string         { return u.Type }
func (m Malformed) MsgType() string       { return m.Type }

func (ExecuteRequest) content()    {}
func (ExecuteReply) content()      {}
func (InspectRequest) content()    {}
func (InspectReply) content()      {}
func (CompleteRequest) content()   {}
func (CompleteReply) content()     {}
func (HistoryRequest) content()    {}
func (HistoryReply) content()      {}
func (IsCompleteRequest) content() {}
func (IsCompleteReply) content()   {}
func (ConnectRequest) content()    {}
func (ConnectReply) content()      {}
func (CommInfoRequest) content()   {}
func (CommInfoReply) content()     {}
func (KernelInfoRequest) content() {}
func (KernelInfoReply) content()   {}
func (ErrorReply) content()        {}
func (Unknown) content()           {}
func (Malformed) content()         {}
