package kernel

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"gokernel/interp"
	"gokernel/kernel/wire"
)

func TestKernelInfo(t *testing.T) {
	c := serve(t, Options{Info: Info{
		Implementation: "test", Version: "1", Banner: "hello",
		Language: wire.LanguageInfo{Name: "go", FileExtension: ".go"},
	}}).connect("a")
	want := `{"banner":"hello","debugger":true,"help_links":[],"implementation":"test","implementation_version":"1",` +
		`"language_info":{"codemirror_mode":"","file_extension":".go","mimetype":"","name":"go","nbconvert_exporter":"","pygments_lexer":"","version":""},` +
		`"protocol_version":"5.5","status":"ok","supported_features":["kernel subshells","debugger"]}`
	for _, r := range []sent{c.request("kernel_info_request", content{}), c.control("kernel_info_request", content{})} {
		c.expectReply(r, want)
		c.expect(r, "busy", "idle")
	}
}

func TestConnect(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	c.expectReply(c.request("connect_request", content{}), fmt.Sprintf(
		`{"control_port":%d,"hb_port":%d,"iopub_port":%d,"shell_port":%d,"status":"ok","stdin_port":%d}`,
		s.info.ControlPort, s.info.HBPort, s.info.IOPubPort, s.info.ShellPort, s.info.StdinPort))
}

func TestUnknownAndMalformedRequests(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	for _, r := range []sent{c.request("no_such_request", content{"x": 1}), c.control("no_such_request", content{})} {
		c.expect(r, "busy", "idle")
	}
	for _, r := range []sent{
		c.request("execute_request", content{"code": nil}),
		c.request("complete_request", content{"code": 7}),
		c.control("execute_request", content{"code": "print no"}),
		c.control("delete_subshell_request", content{"subshell_id": "none"}),
	} {
		if m := c.reply(r); m.Content["status"] != "error" || m.Content["evalue"] == "" {
			t.Errorf("%s is answered with %v", r.kind, m.Content)
		}
		c.expect(r, "busy", "idle")
	}
	c.run("value alive", "result [1] alive")
}

func TestExecute(t *testing.T) {
	for _, test := range []struct {
		name, code string
		with       content
		reply      string
		iopub      []string
	}{
		{"streams before value", "print a\nprint b\nstderr c\nprint d\nvalue 3", nil,
			`{"execution_count":1,"payload":[],"status":"ok","user_expressions":{}}`,
			[]string{`stdout "a\nb\n"`, `stderr "c\n"`, `stdout "d\n"`, "result [1] 3"}},
		{"error", "print a\nfail panic oh no", nil,
			`{"ename":"panic","evalue":"oh no","execution_count":1,"status":"error","traceback":["panic: oh no"]}`,
			[]string{`stdout "a\n"`, "error panic: oh no"}},
		{"a value of a cell that fails is not shown", "value 1\nfail x y", nil,
			`{"ename":"x","evalue":"y","execution_count":1,"status":"error","traceback":["x: y"]}`,
			[]string{"error x: y"}},
		{"displays", "show d1 one\nprint a\nupdate d1 two\nclear wait\nshow  three\nclear", nil,
			`{"execution_count":1,"payload":[],"status":"ok","user_expressions":{}}`,
			[]string{"show d1 one", `stdout "a\n"`, "update d1 two", "clear true", "show <nil> three", "clear false"}},
		{"payload", "page help\nnext x := 1", nil,
			`{"execution_count":1,"payload":[{"data":{"text/plain":"help"},"source":"page","start":0},{"replace":false,"source":"set_next_input","text":"x := 1"}],"status":"ok","user_expressions":{}}`,
			nil},
		{"payload that replaces", "replace x := 1", nil,
			`{"execution_count":1,"payload":[{"replace":true,"source":"set_next_input","text":"x := 1"}],"status":"ok","user_expressions":{}}`,
			nil},
		{"user expressions", "print a", content{"user_expressions": content{"one": "x", "two": "bad y"}},
			`{"execution_count":1,"payload":[],"status":"ok","user_expressions":{` +
				`"one":{"data":{"text/plain":"<x>"},"metadata":{},"status":"ok"},` +
				`"two":{"ename":"compile error","evalue":"bad y","status":"error","traceback":["bad y"]}}}`,
			[]string{`stdout "a\n"`}},
		{"a bug of the session", "panic boom", nil,
			`{"ename":"internal error","evalue":"internal error while running a cell: boom","execution_count":1,"status":"error","traceback":["internal error: internal error while running a cell: boom"]}`,
			[]string{"error internal error: internal error while running a cell: boom"}},
		{"hangul and emoji", "print 안녕 🐹 \\ <b>", nil,
			`{"execution_count":1,"payload":[],"status":"ok","user_expressions":{}}`,
			[]string{`stdout "안녕 🐹 \\ <b>\n"`}},
		{"only a newline", "\n", nil,
			`{"execution_count":0,"payload":[],"status":"ok","user_expressions":{}}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := serve(t, Options{}).connect("a")
			r := c.execute(test.code, test.with)
			m := c.expectReply(r, test.reply)
			if _, err := time.Parse(time.RFC3339Nano, fmt.Sprint(m.Metadata["started"])); err != nil {
				t.Errorf("the metadata %v say no start: %v", m.Metadata, err)
			}
			input := fmt.Sprintf("input [%v] %s", m.Content["execution_count"], test.code)
			c.expect(r, append(append([]string{"busy", input}, test.iopub...), "idle")...)
		})
	}
}

func TestExecutionCount(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	count := func(code string, with ...content) float64 {
		return c.reply(c.execute(code, with...)).Content["execution_count"].(float64)
	}
	for i, step := range []struct {
		code string
		with content
		want float64
	}{
		{"value 1", nil, 1},
		{"value 1", content{"store_history": false}, 1},
		{"value 1", content{"silent": true}, 1},
		{"  ", nil, 1},
		{"fail a b", nil, 2},
		{"value 1", nil, 3},
	} {
		if got := count(step.code, step.with); got != step.want {
			t.Errorf("step %d: the count is %v, want %v", i, got, step.want)
		}
	}
	r := c.request("history_request", content{"hist_access_type": "tail", "n": 9, "output": true})
	c.expectReply(r, `{"history":[[1,1,["value 1","1"]],[1,2,["fail a b",null]],[1,3,["value 1","1"]]],"status":"ok"}`)
}

func TestSilent(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	r := c.execute("print a\nshow d x\nvalue 1", content{"silent": true})
	c.expectReply(r, `{"execution_count":0,"payload":[],"status":"ok","user_expressions":{}}`)
	c.expect(r, "busy", "idle")
	r = c.execute("fail a b", content{"silent": true})
	c.expectReply(r, `{"ename":"a","evalue":"b","execution_count":0,"status":"error","traceback":["a: b"]}`)
	c.expect(r, "busy", "idle")
}

func TestStopOnError(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	other := s.connect("b")
	first := c.execute("wait go\nfail a b")
	c.iopub(first) // busy
	second := c.execute("print never")
	info := c.request("kernel_info_request", content{})
	others := other.execute("print never")
	c.reply(info) // is answered while the first one runs, and shows that the others have arrived
	other.reply(other.request("kernel_info_request", content{}))
	s.session.open("go")
	if m := c.reply(first); m.Content["status"] != "error" {
		t.Errorf("the first: %v", m.Content)
	}
	c.expectReply(second, `{"execution_count":1,"status":"aborted"}`)
	c.expect(second, "busy", "idle")
	other.expectReply(others, `{"execution_count":1,"status":"aborted"}`)
	c.run("print again", `stdout "again\n"`)
}

func TestGoOnAfterAnError(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	first := c.execute("fail a b", content{"stop_on_error": false})
	second := c.execute("print goes on")
	c.reply(first)
	c.expect(second, "busy", "input [2] print goes on", `stdout "goes on\n"`, "idle")
	if m := c.reply(second); m.Content["status"] != "ok" {
		t.Errorf("the second: %v", m.Content)
	}
}

func TestAnswersWhileACellRuns(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	cell := c.execute("print before\nwait go\nprint after")
	for _, want := range []string{"busy", "input [1] print before\nwait go\nprint after", `stdout "before\n"`} {
		if got := c.iopub(cell).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for kind, of := range map[string]content{
		"kernel_info_request": {}, "comm_info_request": {}, "connect_request": {},
		"complete_request":    {"code": "ab", "cursor_pos": 2},
		"inspect_request":     {"code": "ab", "cursor_pos": 1},
		"is_complete_request": {"code": "ab"},
		"history_request":     {"hist_access_type": "tail", "n": 1},
	} {
		r := c.request(kind, of)
		if m := c.reply(r); m.Content["status"] == "error" {
			t.Errorf("%s: %v", kind, m.Content)
		}
		c.expect(r, "busy", "idle")
		// The kernel is still busy: who looks at the last status must see it.
		again := c.next(wire.IOPub, func(m message) bool { return m.Parent == "{}" })
		if again.String() != "busy" {
			t.Errorf("after %s: %s", kind, again)
		}
	}
	s.session.open("go")
	c.expect(cell, `stdout "after\n"`, "idle")
}

func TestComplete(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	for _, test := range []struct {
		code string
		at   int
		want string
	}{
		{"x.ab(", 4, `{"cursor_end":4,"cursor_start":2,"matches":["abab","ab!"],"metadata":{"_jupyter_types_experimental":[` +
			`{"end":4,"signature":"func()","start":2,"text":"abab","type":"function"},{"end":4,"start":2,"text":"ab!","type":"variable"}]},"status":"ok"}`},
		{"한글 🐹.값이", 6, `{"cursor_end":6,"cursor_start":5,"matches":["값값","값!"],"metadata":{"_jupyter_types_experimental":[` +
			`{"end":6,"signature":"func()","start":5,"text":"값값","type":"function"},{"end":6,"start":5,"text":"값!","type":"variable"}]},"status":"ok"}`},
		{"x ", 2, `{"cursor_end":2,"cursor_start":2,"matches":[],"metadata":{"_jupyter_types_experimental":[]},"status":"ok"}`},
		{"", 0, `{"cursor_end":0,"cursor_start":0,"matches":[],"metadata":{"_jupyter_types_experimental":[]},"status":"ok"}`},
		{"boom", 4, `{"ename":"kernel error","evalue":"internal error while answering complete_request: a bug in completion","status":"error","traceback":[]}`},
	} {
		c.expectReply(c.request("complete_request", content{"code": test.code, "cursor_pos": test.at}), test.want)
	}
}

func TestInspect(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	c.expectReply(c.request("inspect_request", content{"code": "한🐹글", "cursor_pos": 1, "detail_level": 1}),
		`{"data":{"text/plain":"🐹 1"},"found":true,"metadata":{},"status":"ok"}`)
	c.expectReply(c.request("inspect_request", content{"code": "한🐹글", "cursor_pos": 3, "detail_level": 0}),
		`{"data":{},"found":false,"metadata":{},"status":"ok"}`)
}

func TestIsComplete(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	c.expectReply(c.request("is_complete_request", content{"code": "func f() {"}), `{"indent":"\t","status":"incomplete"}`)
	c.expectReply(c.request("is_complete_request", content{"code": "x"}), `{"status":"complete"}`)
}

func TestHistoryRequests(t *testing.T) {
	dir := t.TempDir()
	first := serve(t, Options{DataDir: dir})
	c := first.connect("a")
	c.run("value one", "result [1] one")
	first.stop()
	first.waitEnd()

	c = serve(t, Options{DataDir: dir}).connect("b")
	c.run("value two", "result [1] two")
	c.run("print three", `stdout "three\n"`)
	for _, test := range []struct {
		req  content
		want string
	}{
		{content{"hist_access_type": "tail", "n": 2, "raw": true}, `[[2,1,"value two"],[2,2,"print three"]]`},
		{content{"hist_access_type": "tail", "n": 0}, `[]`},
		{content{"hist_access_type": "range", "session": 0, "start": 1, "stop": 2, "output": true}, `[[2,1,["value two","two"]]]`},
		{content{"hist_access_type": "range", "session": -1, "start": 0}, `[[1,1,"value one"]]`},
		{content{"hist_access_type": "search", "pattern": "value*"}, `[[1,1,"value one"],[2,1,"value two"]]`},
		{content{"hist_access_type": "search", "pattern": "value*", "n": 1}, `[[2,1,"value two"]]`},
	} {
		c.expectReply(c.request("history_request", test.req), `{"history":`+test.want+`,"status":"ok"}`)
	}
}

func TestInput(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	other := s.connect("b")
	ask := func(prompt string, password bool) message {
		t.Helper()
		m := c.next(wire.Stdin, func(message) bool { return true })
		if m.Type != "input_request" || m.Content["prompt"] != prompt || m.Content["password"] != password {
			t.Fatalf("%s %v", m.Type, m.Content)
		}
		return m
	}
	r := c.execute("print first\ninput name?\npassword secret?")
	m := ask("name?", false)
	if m.Parent != r.header {
		t.Errorf("the parent of the input_request is %s", m.Parent)
	}
	// What the cell has printed is there before the question.
	for _, want := range []string{"busy", "input [1] print first\ninput name?\npassword secret?", `stdout "first\n"`} {
		if got := c.iopub(r).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	other.send(wire.Stdin, "input_reply", content{"value": "not asked"}, "")
	other.reply(other.request("kernel_info_request", content{}))
	c.send(wire.Stdin, "input_reply", content{"value": "gopher"}, "")
	ask("secret?", true)
	c.send(wire.Stdin, "input_reply", content{"value": "1234"}, "")
	c.expect(r, `stdout "got gopher\n"`, `stdout "got 1234\n"`, "idle")

	// End of input.
	r = c.execute("input eof?")
	ask("eof?", false)
	c.send(wire.Stdin, "input_reply", content{"value": "\x04"}, "")
	if m := c.reply(r); m.Content["evalue"] != "EOF" {
		t.Errorf("after ^D: %v", m.Content)
	}
	// Nobody may be asked.
	r = c.execute("input no?", content{"allow_stdin": false})
	if m := c.reply(r); m.Content["evalue"] != interp.ErrNoInput.Error() {
		t.Errorf("without allow_stdin: %v", m.Content)
	}
	// An interrupt ends the wait, and the late answer is not taken for another question's.
	r = c.execute("input late?")
	late := ask("late?", false)
	c.reply(c.control("interrupt_request", content{}))
	if m := c.reply(r); m.Content["ename"] != "interrupted" {
		t.Errorf("after the interrupt: %v", m.Content)
	}
	lateHeader := fmt.Sprintf(`{"msg_id": %q}`, late.ID)
	c.send(wire.Stdin, "input_reply", content{"value": "late"}, lateHeader)
	r = c.execute("input again?")
	again := ask("again?", false)
	c.send(wire.Stdin, "input_reply", content{"value": "late"}, lateHeader)
	c.send(wire.Stdin, "input_reply", content{"value": "fresh"}, fmt.Sprintf(`{"msg_id": %q}`, again.ID))
	c.reply(r)
	c.expect(r, "busy", "input [5] input again?", `stdout "got fresh\n"`, "idle")
}

func TestInterrupt(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	idle := c.control("interrupt_request", content{})
	c.expectReply(idle, `{"status":"ok"}`)
	c.expect(idle, "busy", "idle")

	cell := c.execute("print started\nforever")
	waiting := c.execute("print never")
	for c.iopub(cell).Type != "stream" {
	}
	stop := c.control("interrupt_request", content{})
	c.expectReply(stop, `{"status":"ok"}`)
	c.expectReply(cell, `{"ename":"interrupted","evalue":"the cell was stopped","execution_count":1,"status":"error","traceback":["interrupted"]}`)
	c.expect(cell, "error interrupted: the cell was stopped", "idle")
	if m := c.reply(waiting); m.Content["status"] != "aborted" {
		t.Errorf("what waited: %v", m.Content)
	}
	c.run("value 2", "result [2] 2")

	// The session hears of an interrupt when the cell has not ended by it.
	interrupts := func() int {
		s.session.mu.Lock()
		defer s.session.mu.Unlock()
		return s.session.interrupts
	}
	before := interrupts()
	deaf := c.execute("deaf door")
	for c.iopub(deaf).Type != "execute_input" {
	}
	for range 2 {
		c.reply(c.control("interrupt_request", content{}))
	}
	for interrupts()-before < 2 {
		time.Sleep(time.Millisecond) // they come by a goroutine of their own
	}
	s.session.open("door")
	c.reply(deaf)
	if n := interrupts() - before; n != 2 {
		t.Errorf("the session was interrupted %d times, want 2", n)
	}
}

// Output of a goroutine belongs to the cell that has started it, also when that
// cell has ended and others have run.
func TestOutputAfterTheCell(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	first := c.execute("later one from the first\nprint a")
	c.expect(first, "busy", "input [1] later one from the first\nprint a", `stdout "a\n"`, "idle")
	c.run("print b", `stdout "b\n"`)
	s.session.open("one")
	if m := c.iopub(first); m.String() != `stdout "from the first\n"` {
		t.Errorf("late output: %s", m)
	}
	third := c.execute("later two from the third\nwait three")
	s.session.open("two")
	for _, want := range []string{"busy", "input [3] later two from the third\nwait three", `stdout "from the third\n"`} {
		if got := c.iopub(third).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	s.session.open("three")
	c.expect(third, "idle")
}

func TestTwoClients(t *testing.T) {
	s := serve(t, Options{})
	a, b := s.connect("a"), s.connect("b")
	first, second := a.execute("print from a\nvalue 1"), b.execute("value 2")
	ra, rb := a.reply(first), b.reply(second)
	if ra.Content["execution_count"] == rb.Content["execution_count"] {
		t.Errorf("both cells have the count %v", ra.Content["execution_count"])
	}
	na, nb := ra.Content["execution_count"], rb.Content["execution_count"]
	for _, c := range []*client{a, b} { // each sees both
		c.expect(first, "busy", fmt.Sprintf("input [%v] print from a\nvalue 1", na), `stdout "from a\n"`, fmt.Sprintf("result [%v] 1", na), "idle")
		c.expect(second, "busy", fmt.Sprintf("input [%v] value 2", nb), fmt.Sprintf("result [%v] 2", nb), "idle")
	}
	for _, c := range []*client{a, b} {
		if n := len(c.early[wire.Shell]) + len(c.inbox[wire.Shell]); n > 0 {
			t.Errorf("client %s has got %d replies of others", c.session, n)
		}
	}
}

func TestSubshells(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	created := c.control("create_subshell_request", content{})
	id, _ := c.reply(created).Content["subshell_id"].(string)
	if id == "" {
		t.Fatal("the subshell has no id")
	}
	c.expect(created, "busy", "idle")
	c.expectReply(c.control("list_subshell_request", content{}), `{"status":"ok","subshell_id":["`+id+`"]}`)

	main := c.execute("wait go\nprint main")
	c.subID = id
	sub := c.execute("print sub")
	c.expect(sub, "busy", "input [1] print sub", `stdout "sub\n"`, "idle")
	failing := c.execute("wait fail\nfail a b")
	behind := c.execute("print never")
	c.reply(c.request("kernel_info_request", content{}))
	c.subID = ""
	behindMain := c.execute("print still")
	c.reply(c.request("kernel_info_request", content{}))
	s.session.open("fail")
	if m := c.reply(failing); m.Content["status"] != "error" || m.Content["execution_count"] != 2.0 {
		t.Errorf("the failing one: %v", m.Content)
	}
	if m := c.reply(behind); m.Content["status"] != "aborted" {
		t.Errorf("behind it: %v", m.Content)
	}
	s.session.open("go")
	c.expect(main, "busy", "input [1] wait go\nprint main", `stdout "main\n"`, "idle")
	c.expect(behindMain, "busy", "input [2] print still", `stdout "still\n"`, "idle")

	c.subID = id
	running := c.execute("forever")
	queued := c.execute("print never")
	for c.iopub(running).Type != "execute_input" {
	}
	c.reply(c.request("kernel_info_request", content{}))
	c.expectReply(c.control("delete_subshell_request", content{"subshell_id": id}), `{"status":"ok"}`)
	if m := c.reply(running); m.Content["ename"] != "interrupted" {
		t.Errorf("the running one: %v", m.Content)
	}
	if m := c.reply(queued); m.Content["status"] != "aborted" {
		t.Errorf("the queued one: %v", m.Content)
	}
	for _, kind := range []string{"execute_request", "kernel_info_request", "complete_request"} {
		r := c.request(kind, content{"code": "x"})
		if m := c.reply(r); m.Content["status"] != "error" || !strings.Contains(m.Content["evalue"].(string), id) {
			t.Errorf("%s to a deleted subshell: %v", kind, m.Content)
		}
		c.expect(r, "busy", "idle")
	}
	c.subID = ""
	c.expectReply(c.control("list_subshell_request", content{}), `{"status":"ok","subshell_id":[]}`)
	c.run("print end", `stdout "end\n"`)
}

func TestComms(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	unknown := c.request("comm_open", content{"comm_id": "u1", "target_name": "nobody", "data": content{}})
	c.expect(unknown, "busy", `comm_close {"comm_id":"u1","data":{}}`, "idle")

	closed := make(chan string, 1)
	s.host().Comms().Register("echo", func(comm *Comm, data json.RawMessage, buffers [][]byte) error {
		if string(data) == `"refuse"` {
			return fmt.Errorf("not today")
		}
		comm.OnMessage(func(comm *Comm, m CommMessage) {
			if err := comm.Reply(m, m.Data, m.Buffers...); err != nil {
				t.Errorf("reply: %v", err)
			}
		})
		comm.OnClose(func() { closed <- comm.ID })
		return comm.Send(map[string]any{"open": string(data)}, buffers...)
	})
	opened := c.send(wire.Shell, "comm_open", content{"comm_id": "e1", "target_name": "echo", "data": content{"a": 1}}, "", "buf\x00fer")
	c.expect(opened, "busy", `comm_msg {"comm_id":"e1","data":{"open":"{\"a\":1}"}} ["buf\x00fer"]`, "idle")
	refused := c.request("comm_open", content{"comm_id": "e2", "target_name": "echo", "data": "refuse"})
	c.expect(refused, "busy", `comm_close {"comm_id":"e2","data":{}}`, "idle")
	c.expectReply(c.request("comm_info_request", content{"target_name": "echo"}), `{"comms":{"e1":{"target_name":"echo"}},"status":"ok"}`)
	c.expectReply(c.request("comm_info_request", content{"target_name": "other"}), `{"comms":{},"status":"ok"}`)

	// While a cell runs, from the main shell and from a subshell.
	cell := c.execute("comm front\nwait go")
	for _, want := range []string{"busy", "input [1] comm front\nwait go"} {
		if got := c.iopub(cell).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	front := c.iopub(cell)
	if front.Type != "comm_open" || front.Content["target_name"] != "front" {
		t.Fatalf("the cell's comm: %s", front)
	}
	c.subID = c.reply(c.control("create_subshell_request", content{})).Content["subshell_id"].(string)
	for range 2 {
		m := c.send(wire.Shell, "comm_msg", content{"comm_id": front.Content["comm_id"], "data": content{"n": 1}}, "", "one", "two")
		c.expect(m, "busy", fmt.Sprintf(`comm_msg {"comm_id":%q,"data":{"echo":{"n":1}}} ["one" "two"]`, front.Content["comm_id"]), "idle")
		c.subID = ""
	}
	s.session.open("go")
	c.expect(cell, "idle")

	c.expect(c.request("comm_close", content{"comm_id": "e1", "data": content{}}), "busy", "idle")
	if id := <-closed; id != "e1" {
		t.Errorf("%s was closed", id)
	}
	c.expect(c.request("comm_msg", content{"comm_id": "e1", "data": content{}}), "busy", "idle")

	// A front-end that was reloaded asks for the state of all widgets.
	widget, err := s.host().Comms().Open(0, "jupyter.widget", map[string]any{"state": map[string]any{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	widget.OnState(func() (any, [][]any, [][]byte) {
		return map[string]any{"value": 3}, [][]any{{"state", "image"}}, [][]byte{[]byte("png")}
	})
	open := c.next(wire.IOPub, func(m message) bool { return m.Content["comm_id"] == widget.ID })
	if open.Metadata["version"] != "2.1.0" {
		t.Errorf("the metadata of a widget's comm_open are %v", open.Metadata)
	}
	c.expect(c.request("comm_open", content{"comm_id": "w", "target_name": "jupyter.widget.control", "data": content{}}), "busy", "idle")
	ask := c.request("comm_msg", content{"comm_id": "w", "data": content{"method": "request_states"}})
	c.expect(ask, "busy", fmt.Sprintf(
		`comm_msg {"comm_id":"w","data":{"buffer_paths":[[%q,"state","image"]],"method":"update_states","states":{%q:{"value":3}}}} ["png"]`,
		widget.ID, widget.ID), "idle")
}

func TestVariablesView(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	s.session.mu.Lock()
	s.session.variables = []interp.Variable{{Name: "ch", Type: "chan int", Value: "2/4", Ref: 7, Len: 2, Cap: 4}, {Name: "n", Type: "int", Value: "3"}}
	s.session.mu.Unlock()
	seq := 0
	ask := func(command string, args content) map[string]any {
		t.Helper()
		seq++
		r := c.control("debug_request", content{"type": "request", "seq": seq, "command": command, "arguments": args})
		m := c.reply(r).Content
		if m["type"] != "response" || m["command"] != command || m["request_seq"] != float64(seq) || m["body"] == nil {
			t.Errorf("%s is answered with %v", command, m)
		}
		c.expect(r, "busy", "idle")
		return m
	}
	want := func(command string, args content, success bool, body string) {
		t.Helper()
		m := ask(command, args)
		if m["success"] != success || jsonText(m["body"]) != body {
			t.Errorf("%s: success %v (%v)\n%s\nwant\n%s", command, m["success"], m["message"], jsonText(m["body"]), body)
		}
	}
	info := ask("debugInfo", content{})["body"].(map[string]any)
	if info["isStarted"] != false || info["hashMethod"] != "Murmur2" || info["richRendering"] != true {
		t.Errorf("debugInfo: %v", info)
	}
	want("initialize", content{"clientID": "jupyterlab"}, true, `{"exceptionBreakpointFilters":[],"supportsConfigurationDoneRequest":true}`)
	want("attach", content{}, true, `{}`)
	if info := ask("debugInfo", content{})["body"].(map[string]any); info["isStarted"] != true {
		t.Errorf("debugInfo after the start: %v", info)
	}
	want("dumpCell", content{"code": "abcd"}, true,
		fmt.Sprintf(`{"sourcePath":%q}`, fmt.Sprint(info["tmpFilePrefix"], uint32(0x2ff70f61), info["tmpFileSuffix"])))
	want("setBreakpoints", content{"source": content{"path": "x"}, "breakpoints": []content{{"line": 1}}}, true, `{"breakpoints":[]}`)
	want("configurationDone", content{}, true, `{}`)
	want("inspectVariables", content{}, true, `{"variables":[`+
		`{"evaluateName":"ch","indexedVariables":2,"name":"ch","type":"chan int (2)","value":"2/4","variablesReference":7},`+
		`{"evaluateName":"n","name":"n","type":"int = 3","value":"3","variablesReference":0}]}`)
	want("variables", content{"variablesReference": 7}, true, `{"variables":[{"name":"[0]","type":"int = 41","value":"41","variablesReference":0}]}`)
	want("variables", content{"variablesReference": 8}, false, `{"variables":[]}`)
	want("richInspectVariables", content{"variableName": "ch"}, true, `{"data":{"text/plain":"<ch>"},"metadata":{}}`)
	want("richInspectVariables", content{"variableName": "bad"}, false, `{"data":{},"metadata":{}}`)
	want("evaluate", content{"expression": "n+1"}, true, `{"result":"<n+1>","variablesReference":0}`)
	want("stackTrace", content{"threadId": 1}, true, `{"stackFrames":[],"totalFrames":0}`)
	want("next", content{"threadId": 1}, false, `{}`)
	want("no such command", content{}, false, `{}`)
	want("variables", content{"variablesReference": "seven"}, false, `{}`)
	want("disconnect", content{"restart": false}, true, `{}`)

	// The view is answered while a cell runs.
	cell := c.execute("wait go")
	ask("inspectVariables", content{})
	s.session.open("go")
	c.reply(cell)
}

func TestUsage(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	for range 2 {
		m := c.reply(c.control("usage_request", content{})).Content
		for _, field := range []string{"hostname", "pid", "kernel_memory", "cpu_count"} {
			if v := m[field]; v == nil || v == 0.0 || v == "" {
				t.Errorf("usage_reply says %s is %v", field, v)
			}
		}
		if vm := m["host_virtual_memory"].(map[string]any); vm["total"].(float64) <= 0 {
			t.Errorf("host_virtual_memory is %v", vm)
		}
	}
}

func TestShutdown(t *testing.T) {
	for _, test := range []struct {
		name string
		send func(c *client) sent
	}{
		{"control", func(c *client) sent { return c.control("shutdown_request", content{"restart": true}) }},
		{"shell", func(c *client) sent { return c.request("shutdown_request", content{"restart": true}) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, Options{})
			c := s.connect("a")
			c.run("later never x\nlines 3", `stdout "line 0\nline 1\nline 2\n"`)
			cell := c.execute("raw \"no newline\"\nforever")
			for c.iopub(cell).Type != "execute_input" {
			}
			begun := time.Now()
			r := test.send(c)
			c.expectReply(r, `{"restart":true,"status":"ok"}`)
			c.expect(r, "busy", `shutdown_reply {"restart":true,"status":"ok"}`, "idle")
			// What was printed, and the end of the cell, still reach the client.
			c.expect(cell, `stdout "no newline"`, "error interrupted: the cell was stopped", "idle")
			s.waitEnd()
			if took := time.Since(begun); took > time.Second {
				t.Errorf("the end took %v", took)
			}
			s.session.open("never")
			if !s.session.closed {
				t.Error("the session was not closed")
			}
		})
	}
}

func TestShutdownWithADeafCell(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	cell := c.execute("deaf door")
	for c.iopub(cell).Type != "execute_input" {
	}
	begun := time.Now()
	c.reply(c.control("shutdown_request", content{"restart": false}))
	s.waitEnd()
	if took := time.Since(begun); took > closeTimeout {
		t.Errorf("the end took %v", took)
	}
	s.session.open("door")
}

// Nothing may be lost and nothing cut, however much is printed.
func TestMuchOutput(t *testing.T) {
	const lines = 100_000
	c := serve(t, Options{}).connect("a")
	begun := time.Now()
	r := c.execute(fmt.Sprintf("lines %d", lines))
	var text strings.Builder
	messages := 0
	for {
		m := c.iopub(r)
		if m.String() == "idle" {
			break
		}
		if m.Type == "stream" {
			messages++
			text.WriteString(m.Content["text"].(string))
		}
	}
	took := time.Since(begun)
	n := 0
	for line := range strings.Lines(text.String()) {
		if line != fmt.Sprintf("line %d\n", n) {
			t.Fatalf("line %d is %q", n, line)
		}
		n++
	}
	if n != lines || messages > lines/100 {
		t.Errorf("%d lines in %d messages", n, messages)
	}
	t.Logf("%d lines in %d messages, %v", n, messages, took)
}

func TestCharactersAreNotCut(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	big := strings.Repeat("가🐹", streamSize/5)
	r := c.execute("raw " + fmt.Sprintf("%q", big) + "\nraw \"\\xea\\xb0\"\nwait never\nraw \"\\x80\"")
	var text strings.Builder
	for text.Len() < len(big) {
		if m := c.iopub(r); m.Type == "stream" {
			text.WriteString(m.Content["text"].(string))
		}
	}
	if text.String() != big {
		t.Error("the text was changed on its way")
	}
	c.reply(c.control("interrupt_request", content{}))
	// The beginning of a character that never ends is shown when the cell has ended.
	c.expect(r, `stdout "��"`, "error interrupted: the cell was stopped", "idle")
}

// Updates that no front-end could show are left out, never the last one.
func TestManyUpdates(t *testing.T) {
	const updates = 2000
	c := serve(t, Options{}).connect("a")
	var code strings.Builder
	code.WriteString("show a 0\n")
	for i := range updates {
		fmt.Fprintf(&code, "update a %d\nupdate b %d\n", i, i)
	}
	code.WriteString("print end")
	r := c.execute(code.String())
	last, n := map[string]string{}, 0
	for {
		m := c.iopub(r)
		if m.Type == "update_display_data" {
			n++
			last[fmt.Sprint(m.Content["transient"])] = m.String()
		}
		if m.Type == "stream" {
			break // after the updates
		}
	}
	if len(last) != 2 || last["map[display_id:a]"] != fmt.Sprintf("update a %d", updates-1) || last["map[display_id:b]"] != fmt.Sprintf("update b %d", updates-1) {
		t.Errorf("the last updates are %v", last)
	}
	if n > updates {
		t.Errorf("%d updates were sent", n)
	}
	c.expect(r, "idle")
}

// What a client may get wrong costs nobody the session.
func TestOddRequests(t *testing.T) {
	c := serve(t, Options{DataDir: t.TempDir()}).connect("a")
	c.run("value 1", "result [1] 1")
	for kind, all := range map[string][]content{
		"history_request": {
			{"hist_access_type": "sideways"},
			{"hist_access_type": "range", "session": 1 << 40, "start": -1 << 40, "stop": 1 << 40},
			{"hist_access_type": "range", "session": -1 << 62, "start": 5, "stop": -5},
			{"hist_access_type": "tail", "n": -1},
			{"hist_access_type": "search", "pattern": "[[[***", "n": 1 << 40, "unique": true},
			{},
		},
		"complete_request":         {{"code": "x", "cursor_pos": -1}, {"code": "x", "cursor_pos": 1 << 40}, {"code": "\xff", "cursor_pos": 1}},
		"inspect_request":          {{"code": "", "cursor_pos": 9}, {"code": "x", "cursor_pos": 0, "detail_level": 9}},
		"is_complete_request":      {{"code": "\x00"}, {}},
		"debug_request":            {{"command": "variables", "arguments": []int{1}}, {"command": "", "seq": -1}, {"command": "evaluate", "arguments": nil}},
		"comm_info_request":        {{"target_name": nil}},
		"interrupt_request":        {{"more": 1}},
		"delete_subshell_request":  {{"subshell_id": ""}, {"subshell_id": 7}},
		"usage_request":            {{"x": "y"}},
		"no_such_request_ever":     {{"x": "y"}},
		"kernel_info_reply":        {{}},
		"status":                   {{"execution_state": "busy"}},
		"input_reply":              {{"value": "nobody asked"}},
		"comm_close":               {{"comm_id": "none"}},
		"create_subshell_request_": {{}},
	} {
		for _, of := range all {
			for _, r := range []sent{c.request(kind, of), c.control(kind, of)} {
				c.expect(r, "busy", "idle")
				if wire.ReplyType(kind) != "" {
					c.reply(r)
				}
			}
		}
	}
	c.send(wire.Stdin, "input_reply", content{"value": "nobody asked"}, `{"msg_id": 7}`)
	c.send(wire.Stdin, "execute_request", content{"code": "print on stdin"}, "")
	c.run("value 2", "result [2] 2")
}

// A client may send any number of cells at once.
func TestManyCells(t *testing.T) {
	const cells = 5000
	s := serve(t, Options{})
	c := s.connect("a")
	all := []sent{c.execute("wait go")}
	for i := range cells {
		all = append(all, c.execute(fmt.Sprintf("value %d", i)))
	}
	c.reply(c.request("kernel_info_request", content{})) // all of them wait now
	s.session.open("go")
	for i, r := range all {
		m := c.reply(r)
		if m.Content["status"] != "ok" || m.Content["execution_count"] != float64(i+1) {
			t.Fatalf("request %d: %v", i, m.Content)
		}
	}
	c.expect(all[cells], "busy", fmt.Sprintf("input [%d] value %d", cells+1, cells-1), fmt.Sprintf("result [%d] %d", cells+1, cells-1), "idle")
}

// A front-end sees a living kernel before the session is there.
func TestSlowStart(t *testing.T) {
	begin := make(chan struct{})
	c := serveAfter(t, Options{}, func() error { <-begin; return nil }).connect("a")
	c.reply(c.request("kernel_info_request", content{}))
	c.expectReply(c.request("history_request", content{"hist_access_type": "tail", "n": 3}), `{"history":[],"status":"ok"}`)
	stopped := c.execute("print no")
	for c.iopub(stopped).Type != "execute_input" {
	}
	c.reply(c.control("interrupt_request", content{}))
	if m := c.reply(stopped); m.Content["ename"] != "interrupted" {
		t.Errorf("the interrupted cell: %v", m.Content)
	}
	complete := c.request("complete_request", content{"code": "ab"})
	cell := c.execute("print hello")
	close(begin)
	c.expect(cell, "busy", "input [2] print hello", `stdout "hello\n"`, "idle")
	if m := c.reply(complete); len(m.Content["matches"].([]any)) != 2 {
		t.Errorf("the completion: %v", m.Content)
	}
}

func TestSessionThatDoesNotStart(t *testing.T) {
	for name, begin := range map[string]func() error{
		"error": func() error { return fmt.Errorf("no Go here") },
		"panic": func() error { panic("no Go here") },
	} {
		t.Run(name, func(t *testing.T) {
			c := serveAfter(t, Options{}, begin).connect("a")
			r := c.execute("print a")
			if m := c.reply(r); m.Content["status"] != "error" || !strings.Contains(m.Content["evalue"].(string), "no Go here") {
				t.Errorf("the cell: %v", m.Content)
			}
			if m := c.reply(c.request("complete_request", content{"code": "a"})); m.Content["status"] != "error" {
				t.Errorf("the completion: %v", m.Content)
			}
			c.reply(c.control("interrupt_request", content{}))
			c.reply(c.control("shutdown_request", content{"restart": false}))
		})
	}
}

func TestShutdownBeforeTheStart(t *testing.T) {
	begin := make(chan struct{})
	s := serveAfter(t, Options{}, func() error { <-begin; return nil })
	c := s.connect("a")
	cell := c.execute("print no")
	for c.iopub(cell).Type != "execute_input" {
	}
	c.reply(c.control("shutdown_request", content{"restart": false}))
	close(begin)
	s.waitEnd()
	if s.session.mu.Lock(); !s.session.closed {
		t.Error("the session was not closed")
	}
	s.session.mu.Unlock()
}

// A cell that only looks at the program is answered while another one runs.
func TestLookingOn(t *testing.T) {
	s := serve(t, Options{})
	c := s.connect("a")
	cell := c.execute("print a\nwait go")
	for c.iopub(cell).Type != "stream" {
	}
	look := c.execute("print beside")
	c.expect(look, "busy", "input [2] print beside", `stdout "beside\n"`, "idle")
	c.expectReply(look, `{"execution_count":2,"payload":[],"status":"ok","user_expressions":{}}`)
	s.session.open("go")
	c.expect(cell, "idle")
	c.run("print beside", `stdout "beside\n"`)
	c.expectReply(c.request("history_request", content{"hist_access_type": "range", "session": 0, "start": -2}),
		`{"history":[[1,2,"print beside"],[1,3,"print beside"]],"status":"ok"}`)
}
