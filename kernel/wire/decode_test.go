package wire

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func ptr[T any](v T) *T { return &v }

// TestContentOfRequests decodes what clients send.
func TestContentOfRequests(t *testing.T) {
	for _, row := range []struct {
		msgType, json string
		want          Content // nil: Malformed
		wrong         string  // in Malformed's error
	}{
		{"execute_request", `{"code":"1+1"}`, &ExecuteRequest{Code: "1+1", StoreHistory: true, StopOnError: true}, ""},
		{"execute_request", `{"code":"","silent":true,"store_history":true}`, &ExecuteRequest{Silent: true, StopOnError: true}, ""},
		{"execute_request", `{"code":"x","silent":false,"store_history":false,"user_expressions":{"a":"b"},"allow_stdin":true,"stop_on_error":false,"new":1}`,
			&ExecuteRequest{Code: "x", UserExpressions: map[string]string{"a": "b"}, AllowStdin: true}, ""},
		{"execute_request", `{"code":"x","silent":null,"store_history":null,"user_expressions":null,"stop_on_error":null}`,
			&ExecuteRequest{Code: "x", StoreHistory: true, StopOnError: true}, ""},
		{"execute_request", `{}`, nil, "execute_request: code is missing"},
		{"execute_request", `{"code":null}`, nil, "code is missing"},
		{"execute_request", `{"code":7}`, nil, "code must be a string, not number"},
		{"execute_request", `{"code":"x","silent":"no"}`, nil, "silent must be true or false"},
		{"execute_request", `{"code":"x","user_expressions":[1]}`, nil, "user_expressions must be"},
		{"inspect_request", `{"code":"fmt.Print","cursor_pos":3,"detail_level":1}`, &InspectRequest{"fmt.Print", 3, 1}, ""},
		{"inspect_request", `{"code":"é🎈x","cursor_pos":99}`, &InspectRequest{"é🎈x", 3, 0}, ""},
		{"inspect_request", `{"code":"abc","cursor_pos":-1,"detail_level":-7}`, &InspectRequest{"abc", 0, 0}, ""},
		{"inspect_request", `{"code":"abc","detail_level":3}`, &InspectRequest{"abc", 3, 1}, ""},
		{"inspect_request", `{"cursor_pos":1}`, nil, "code is missing"},
		{"complete_request", `{"code":"fmt.","cursor_pos":4}`, &CompleteRequest{"fmt.", 4}, ""},
		{"complete_request", `{"code":"fmt.","cursor_pos":2.0}`, &CompleteRequest{"fmt.", 2}, ""},
		{"complete_request", `{"code":"fmt.","cursor_pos":1e300}`, &CompleteRequest{"fmt.", 4}, ""},
		{"complete_request", `{"code":"fmt.","cursor_pos":-1e300}`, &CompleteRequest{"fmt.", 0}, ""},
		{"complete_request", `{"code":"fmt.","cursor_pos":null}`, &CompleteRequest{"fmt.", 4}, ""},
		{"complete_request", `{"code":"fmt.","cursor_pos":"4"}`, nil, "cursor_pos must be"},
		{"complete_request", `{"code":"\ud83c"}`, &CompleteRequest{"\ufffd", 1}, ""},
		{"history_request", `{"output":true,"raw":true,"hist_access_type":"tail","n":1000}`, &HistoryRequest{Output: true, Raw: true, HistAccessType: "tail", N: ptr(1000)}, ""},
		{"history_request", `{"hist_access_type":"range","session":-1,"start":1,"stop":2}`, &HistoryRequest{HistAccessType: "range", Session: -1, Start: 1, Stop: ptr(2)}, ""},
		{"history_request", `{"hist_access_type":"search","pattern":"*x?","unique":true,"n":null}`, &HistoryRequest{HistAccessType: "search", Pattern: "*x?", Unique: true}, ""},
		{"history_request", `{"n":1e99}`, nil, "n must be a number"},
		{"is_complete_request", `{"code":"x := "}`, &IsCompleteRequest{"x := "}, ""},
		{"is_complete_request", `{}`, nil, "code is missing"},
		{"connect_request", `{}`, &ConnectRequest{}, ""},
		{"comm_info_request", `{"target_name":"jupyter.widget"}`, &CommInfoRequest{"jupyter.widget"}, ""},
		{"comm_info_request", `{}`, &CommInfoRequest{}, ""},
		{"kernel_info_request", `{"what":"ever"}`, &KernelInfoRequest{}, ""},
		{"shutdown_request", `{"restart":true}`, &ShutdownRequest{true}, ""},
		{"shutdown_request", `{"restart":"yes"}`, nil, "restart must be true or false"},
		{"interrupt_request", `{}`, &InterruptRequest{}, ""},
		{"debug_request", `{"seq":1,"type":"request","command":"debugInfo"}`, &DebugRequest{Seq: 1, Type: "request", Command: "debugInfo"}, ""},
		{"debug_request", `{"seq":2,"type":"request","command":"dumpCell","arguments":{"code":"x"}}`, &DebugRequest{2, "request", "dumpCell", Raw(`{"code":"x"}`)}, ""},
		{"debug_request", `{}`, nil, "command is missing"},
		{"create_subshell_request", `{}`, &CreateSubshellRequest{}, ""},
		{"delete_subshell_request", `{"subshell_id":"s"}`, &DeleteSubshellRequest{"s"}, ""},
		{"delete_subshell_request", `{}`, nil, "subshell_id is missing"},
		{"list_subshell_request", `{}`, &ListSubshellRequest{}, ""},
		{"usage_request", `{}`, &UsageRequest{}, ""},
		{"comm_open", `{"comm_id":"c","target_name":"t","data":{"a":[1]}}`, &CommOpen{"c", "t", Raw(`{"a":[1]}`)}, ""},
		{"comm_open", `{"target_name":"t"}`, nil, "comm_id is missing"},
		{"comm_msg", `{"comm_id":"c","data":null}`, &CommMsg{"c", nil}, ""},
		{"comm_msg", `{"comm_id":""}`, nil, "comm_id is missing"},
		{"comm_close", `{"comm_id":"c"}`, &CommClose{"c", nil}, ""},
		{"comm_close", `{"comm_id":{}}`, nil, "comm_id must be a string"},
		{"input_reply", `{"value":""}`, &InputReply{""}, ""},
		{"input_reply", `{"status":"ok","value":"x"}`, &InputReply{"x"}, ""},
		{"input_reply", `{}`, nil, "value is missing"},
		{"execute_reply", `{"status":"ok"}`, &Unknown{"execute_reply", json.RawMessage(`{"status":"ok"}`)}, ""},
		{"no_such_request", `{"x": 1}`, &Unknown{"no_such_request", json.RawMessage(`{"x": 1}`)}, ""},
	} {
		c, err := decodeContent(row.msgType, []byte(row.json))
		if err != nil {
			t.Errorf("%s %s: %v", row.msgType, row.json, err)
			continue
		}
		if row.want != nil {
			if !reflect.DeepEqual(c, row.want) {
				t.Errorf("%s %s is %#v instead of %#v", row.msgType, row.json, c, row.want)
			}
		} else if m, ok := c.(*Malformed); !ok || !strings.Contains(m.Err.Error(), row.wrong) {
			t.Errorf("%s %s is %#v", row.msgType, row.json, c)
		}
		if c.MsgType() != row.msgType {
			t.Errorf("%#v has type %q", c, c.MsgType())
		}
	}
	for msgType := range decoders {
		if _, err := decodeContent(msgType, []byte(`{"code":`)); err == nil {
			t.Errorf("%s: what is not JSON was decoded", msgType)
		}
	}
}

// TestContentOfTheKernel encodes what a kernel sends. The rows are what the
// specification shows, and what front-ends were seen to need.
func TestContentOfTheKernel(t *testing.T) {
	for _, row := range []struct {
		content Content
		msgType string
		want    string
	}{
		{ExecuteReply{Status: "ok", ExecutionCount: 2}, "execute_reply", `{"status":"ok","execution_count":2,"payload":[],"user_expressions":{}}`},
		{&ExecuteReply{Status: "ok", ExecutionCount: 1,
			Payload:         []Payload{{Source: "page", Data: Dict{"text/plain": "<x>"}}, {Source: "set_next_input", Text: "a", Replace: true}, {Source: "ask_exit"}},
			UserExpressions: map[string]Expression{"a": {OK: true, Data: Dict{"text/plain": "1"}}, "b": {EName: "E", EValue: "v"}}},
			"execute_reply", `{"status":"ok","execution_count":1,"payload":[{"source":"page","data":{"text/plain":"<x>"},"start":0},{"source":"set_next_input","text":"a","replace":true},{"source":"ask_exit"}],"user_expressions":{"a":{"status":"ok","data":{"text/plain":"1"},"metadata":{}},"b":{"status":"error","ename":"E","evalue":"v","traceback":[]}}}`},
		{ExecuteReply{Status: "error", ExecutionCount: 3, EName: "panic", EValue: "v", Traceback: []string{"t"}}, "execute_reply",
			`{"status":"error","execution_count":3,"ename":"panic","evalue":"v","traceback":["t"]}`},
		{ExecuteReply{Status: "aborted", ExecutionCount: 4}, "execute_reply", `{"status":"aborted","execution_count":4}`},
		{InspectReply{}, "inspect_reply", `{"status":"ok","found":false,"data":{},"metadata":{}}`},
		{CompleteReply{Matches: []string{"a"}, CursorEnd: 1}, "complete_reply", `{"status":"ok","matches":["a"],"cursor_start":0,"cursor_end":1,"metadata":{}}`},
		{CompleteReply{}, "complete_reply", `{"status":"ok","matches":[],"cursor_start":0,"cursor_end":0,"metadata":{}}`},
		{HistoryReply{}, "history_reply", `{"status":"ok","history":[]}`},
		{HistoryReply{History: []HistoryEntry{{Session: 1, Line: 2, Input: "x"}, {Session: 1, Line: 3, Input: "y", WithOutput: true}, {Line: 4, WithOutput: true, Output: ptr("o")}}},
			"history_reply", `{"status":"ok","history":[[1,2,"x"],[1,3,["y",null]],[0,4,["","o"]]]}`},
		{IsCompleteReply{Status: "complete", Indent: "x"}, "is_complete_reply", `{"status":"complete"}`},
		{IsCompleteReply{Status: "incomplete", Indent: ""}, "is_complete_reply", `{"indent":"","status":"incomplete"}`},
		{ConnectReply{ShellPort: 1, IOPubPort: 2, StdinPort: 3, HBPort: 4, ControlPort: 5}, "connect_reply",
			`{"status":"ok","shell_port":1,"iopub_port":2,"stdin_port":3,"hb_port":4,"control_port":5}`},
		{CommInfoReply{}, "comm_info_reply", `{"status":"ok","comms":{}}`},
		{CommInfoReply{Comms: map[string]CommTarget{"c": {"t"}}}, "comm_info_reply", `{"status":"ok","comms":{"c":{"target_name":"t"}}}`},
		{KernelInfoReply{ProtocolVersion: "5.5", LanguageInfo: LanguageInfo{Name: "go"}}, "kernel_info_reply",
			`{"status":"ok","protocol_version":"5.5","implementation":"","implementation_version":"","language_info":{"name":"go","version":"","mimetype":"","file_extension":"","pygments_lexer":"","codemirror_mode":"","nbconvert_exporter":""},"banner":"","debugger":false,"help_links":[],"supported_features":[]}`},
		{ErrorReply{Type: "complete_reply", EName: "E", EValue: "v"}, "complete_reply", `{"status":"error","ename":"E","evalue":"v","traceback":[]}`},
		{ShutdownReply{Restart: true}, "shutdown_reply", `{"status":"ok","restart":true}`},
		{InterruptReply{}, "interrupt_reply", `{"status":"ok"}`},
		{DebugReply{Seq: 1, Type: "response", RequestSeq: 2, Success: true, Command: "debugInfo", Body: Dict{"isStarted": false}}, "debug_reply",
			`{"seq":1,"type":"response","request_seq":2,"success":true,"command":"debugInfo","body":{"isStarted":false}}`},
		{CreateSubshellReply{SubshellID: "s"}, "create_subshell_reply", `{"status":"ok","subshell_id":"s"}`},
		{DeleteSubshellReply{}, "delete_subshell_reply", `{"status":"ok"}`},
		{ListSubshellReply{}, "list_subshell_reply", `{"status":"ok","subshell_id":[]}`},
		{UsageReply{Hostname: "h", PID: 1, CPUCount: 2}, "usage_reply",
			`{"hostname":"h","pid":1,"kernel_cpu":0,"kernel_memory":0,"kernel_goroutines":0,"cpu_count":2,"host_cpu_percent":0,"host_virtual_memory":{"total":0,"available":0,"percent":0,"used":0,"free":0}}`},
		{Welcome{}, "iopub_welcome", `{"subscription":""}`},
		{Status{"busy"}, "status", `{"execution_state":"busy"}`},
		{Stream{"stdout", "<&>\u2028\xff"}, "stream", "{\"name\":\"stdout\",\"text\":\"<&>\\u2028\\ufffd\"}"},
		{DisplayData{Data: Dict{"text/plain": "x"}}, "display_data", `{"data":{"text/plain":"x"},"metadata":{},"transient":{}}`},
		{UpdateDisplayData{Transient: Transient{DisplayID: "d"}}, "update_display_data", `{"data":{},"metadata":{},"transient":{"display_id":"d"}}`},
		{ExecuteInput{"x", 1}, "execute_input", `{"code":"x","execution_count":1}`},
		{ExecuteResult{ExecutionCount: 1}, "execute_result", `{"execution_count":1,"data":{},"metadata":{},"transient":{}}`},
		{Error{EName: "E"}, "error", `{"ename":"E","evalue":"","traceback":[]}`},
		{ClearOutput{true}, "clear_output", `{"wait":true}`},
		{DebugEvent{1, "event", "stopped", nil}, "debug_event", `{"seq":1,"type":"event","event":"stopped"}`},
		{InputRequest{"p", true}, "input_request", `{"prompt":"p","password":true}`},
		{CommOpen{"c", "t", nil}, "comm_open", `{"comm_id":"c","target_name":"t","data":{}}`},
		{CommMsg{"c", Raw(`{"x":1}`)}, "comm_msg", `{"comm_id":"c","data":{"x":1}}`},
		{CommClose{"c", nil}, "comm_close", `{"comm_id":"c","data":{}}`},
	} {
		got, err := marshal(row.content)
		if err != nil || string(got) != row.want {
			t.Errorf("%#v is %s instead of %s (%v)", row.content, got, row.want, err)
		}
		if row.content.MsgType() != row.msgType {
			t.Errorf("%#v has type %q", row.content, row.content.MsgType())
		}
	}
}

func TestReplyType(t *testing.T) {
	for request, reply := range map[string]string{
		"execute_request": "execute_reply", "usage_request": "usage_reply",
		"comm_open": "", "input_reply": "", "no_such_request": "", "": "",
	} {
		if got := ReplyType(request); got != reply {
			t.Errorf("reply to %q is %q", request, got)
		}
	}
}

// TestLooseHeader takes headers of clients that write the fields nobody needs
// in ways of their own.
func TestLooseHeader(t *testing.T) {
	for in, want := range map[string]Header{
		`{"msg_id":"a","msg_type":"b"}`: {MsgID: "a", MsgType: "b"},
		`{"msg_id":"a","msg_type":"b","date":7,"session":null,"username":["u"],"version":5.0}`:                  {MsgID: "a", MsgType: "b"},
		`{"msg_id":"a","msg_type":"b","date":"d","session":"s","username":"u","version":5,"subshell_id":"sub"}`: {MsgID: "a", MsgType: "b", Date: "d", Session: "s", Username: "u", SubshellID: "sub"},
		` { "msg_id" : "a","msg_type":"b","subshell_id":null}`:                                                  {MsgID: "a", MsgType: "b"},
	} {
		var h Header
		if err := decodeHeader(&h, []byte(in)); err != nil || h != want {
			t.Errorf("%s is %+v, %v", in, h, err)
		}
	}
}

// TestWhatCannotBeEncoded is told to the caller and sent to nobody.
func TestWhatCannotBeEncoded(t *testing.T) {
	s, _ := serverOn(t, local(), Limits{})
	if err := s.Publish(nil, DisplayData{Data: Dict{"x": make(chan int)}}, nil); err == nil {
		t.Error("a channel was encoded")
	}
	if err := s.Publish(nil, Status{}, "not an object"); err == nil {
		t.Error("metadata that is a string was encoded")
	}
	if err := s.Publish(nil, Status{}, Dict(nil)); err != nil {
		t.Error(err)
	}
}
