package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// maxPrefix is how many frames may stand before the delimiter.
	maxPrefix = 16
	// maxHeader bounds a header: it comes back as the parent header of
	// everything its message causes, to all clients.
	maxHeader = 64 << 10
	// maxHeaderDepth keeps clients whose JSON reader recurses, as Python's
	// does, from failing over another client's header.
	maxHeaderDepth = 32
)

// decode is the door: it checks the signature before it looks at anything
// else, and decodes the content. Its errors are for the log and never hold
// content.
func (s *Server) decode(ch Channel, id string, frames [][]byte) (*Message, error) {
	at := -1
	for i := range min(len(frames), maxPrefix) {
		if bytes.Equal(frames[i], delimiter) {
			at = i
			break
		}
	}
	if at < 0 {
		return nil, errors.New("no delimiter")
	}
	parts := frames[at+1:]
	if len(parts) < 5 {
		return nil, fmt.Errorf("%d frames after the delimiter instead of 5 or more", len(parts))
	}
	header, parent, metadata, content := parts[1], parts[2], parts[3], parts[4]
	if err := s.signer.verify(parts[0], header, parent, metadata, content); err != nil {
		return nil, err
	}
	m := &Message{Channel: ch, RawHeader: header, Parent: parent, Metadata: metadata}
	if err := decodeHeader(&m.Header, header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	for _, d := range []struct {
		name string
		json []byte
	}{{"parent header", parent}, {"metadata", metadata}} {
		if err := checkObject(d.json); err != nil {
			return nil, fmt.Errorf("%s: %w", d.name, err)
		}
		if !json.Valid(d.json) {
			return nil, fmt.Errorf("%s: not JSON", d.name)
		}
	}
	if err := checkObject(content); err != nil {
		return nil, fmt.Errorf("content of %.40q: %w", m.Header.MsgType, err)
	}
	var err error
	if m.Content, err = decodeContent(m.Header.MsgType, content); err != nil {
		return nil, fmt.Errorf("content of %.40q: %w", m.Header.MsgType, err)
	}
	m.Identities = append([][]byte{[]byte(id)}, frames[:at]...)
	if len(parts) > 5 {
		m.Buffers = parts[5:]
	}
	for _, f := range frames {
		m.Size += len(f)
	}
	return m, nil
}

func decodeHeader(h *Header, data []byte) error {
	if len(data) > maxHeader {
		return fmt.Errorf("%d bytes are more than %d", len(data), maxHeader)
	}
	if err := checkObject(data); err != nil {
		return err
	}
	if depth(data) > maxHeaderDepth {
		return fmt.Errorf("nested deeper than %d", maxHeaderDepth)
	}
	err := json.Unmarshal(data, h)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		*h, err = looseHeader(data)
	}
	if err != nil {
		return withoutSecrets(err)
	}
	if h.MsgID == "" {
		return errors.New("no msg_id")
	}
	if h.MsgType == "" {
		return errors.New("no msg_type")
	}
	return nil
}

// looseHeader decodes a header of which only the fields that the kernel acts
// on must be of the right type.
func looseHeader(data []byte) (Header, error) {
	var in struct {
		MsgID      string          `json:"msg_id"`
		MsgType    string          `json:"msg_type"`
		SubshellID string          `json:"subshell_id"`
		Session    json.RawMessage `json:"session"`
		Username   json.RawMessage `json:"username"`
		Date       json.RawMessage `json:"date"`
		Version    json.RawMessage `json:"version"`
	}
	err := json.Unmarshal(data, &in)
	return Header{
		MsgID: in.MsgID, MsgType: in.MsgType, SubshellID: in.SubshellID,
		Session: looseString(in.Session), Username: looseString(in.Username),
		Date: looseString(in.Date), Version: looseString(in.Version),
	}, err
}

// looseString is the string in raw, "" for anything else.
func looseString(raw json.RawMessage) (s string) {
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// checkObject reports whether data can be a JSON object in UTF-8; the syntax
// inside is for the decoder.
func checkObject(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("not UTF-8")
	}
	if t := bytes.TrimLeft(data, " \t\r\n"); len(t) == 0 || t[0] != '{' {
		return errors.New("not a JSON object")
	}
	return nil
}

// depth is how deep data nests.
func depth(data []byte) (deepest int) {
	now, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}

// decoders are the messages that clients send, by type.
var decoders = map[string]func([]byte) (Content, error){
	"execute_request":         decodeExecute,
	"inspect_request":         decodeInspect,
	"complete_request":        decodeComplete,
	"history_request":         decodePlain[HistoryRequest],
	"is_complete_request":     decodeIsComplete,
	"connect_request":         decodePlain[ConnectRequest],
	"comm_info_request":       decodePlain[CommInfoRequest],
	"kernel_info_request":     decodePlain[KernelInfoRequest],
	"shutdown_request":        decodePlain[ShutdownRequest],
	"interrupt_request":       decodePlain[InterruptRequest],
	"debug_request":           decodeDebug,
	"create_subshell_request": decodePlain[CreateSubshellRequest],
	"delete_subshell_request": decodeDeleteSubshell,
	"list_subshell_request":   decodePlain[ListSubshellRequest],
	"usage_request":           decodePlain[UsageRequest],
	"comm_open":               decodeCommOpen,
	"comm_msg":                decodeCommMsg,
	"comm_close":              decodeCommClose,
	"input_reply":             decodeInput,
}

// decodeContent decodes the content of a message of the type. Its error means
// that data is not JSON at all; wrong fields make it Malformed.
func decodeContent(msgType string, data []byte) (Content, error) {
	decode, known := decoders[msgType]
	if !known {
		if !json.Valid(data) {
			return nil, errors.New("not JSON")
		}
		return &Unknown{Type: msgType, Raw: data}, nil
	}
	c, err := decode(data)
	if err == nil {
		return c, nil
	}
	if !json.Valid(data) {
		return nil, errors.New("not JSON")
	}
	return &Malformed{Type: msgType, Raw: data, Err: fmt.Errorf("%s: %w", msgType, withoutSecrets(err))}, nil
}

// ReplyType is the msg_type of the reply to a request: execute_reply for
// execute_request. It is "" for messages that have no reply, comm_open among
// them.
func ReplyType(request string) string {
	name, ok := strings.CutSuffix(request, "_request")
	if !ok || decoders[request] == nil {
		return ""
	}
	return name + "_reply"
}

// missing is the error for a required field that is absent or null.
func missing(field string) error { return fmt.Errorf("%s is missing", field) }

func decodePlain[T any, P interface {
	*T
	Content
}](data []byte) (Content, error) {
	c := P(new(T))
	return c, json.Unmarshal(data, c)
}

func decodeExecute(data []byte) (Content, error) {
	type fields ExecuteRequest
	in := struct {
		fields
		Code *string `json:"code"`
	}{fields: fields{StoreHistory: true, StopOnError: true}}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	if in.Code == nil {
		return nil, missing("code")
	}
	c := ExecuteRequest(in.fields)
	c.Code = *in.Code
	c.StoreHistory = c.StoreHistory && !c.Silent
	return &c, nil
}

// cursor is the place in code that a client gave, in code points, moved into
// code if it is outside: a late keystroke is no reason to fail. JavaScript
// clients may write it as 3.0.
func cursor(pos *float64, code string) int {
	end := utf8.RuneCountInString(code)
	if pos == nil || *pos > float64(end) {
		return end
	}
	return max(0, int(*pos))
}

func decodeInspect(data []byte) (Content, error) {
	var in struct {
		Code        *string  `json:"code"`
		CursorPos   *float64 `json:"cursor_pos"`
		DetailLevel float64  `json:"detail_level"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	if in.Code == nil {
		return nil, missing("code")
	}
	c := &InspectRequest{Code: *in.Code, CursorPos: cursor(in.CursorPos, *in.Code)}
	if in.DetailLevel >= 1 {
		c.DetailLevel = 1
	}
	return c, nil
}

func decodeComplete(data []byte) (Content, error) {
	var in struct {
		Code      *string  `json:"code"`
		CursorPos *float64 `json:"cursor_pos"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	if in.Code == nil {
		return nil, missing("code")
	}
	return &CompleteRequest{Code: *in.Code, CursorPos: cursor(in.CursorPos, *in.Code)}, nil
}

func decodeIsComplete(data []byte) (Content, error) {
	var in struct {
		Code *string `json:"code"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	if in.Code == nil {
		return nil, missing("code")
	}
	return &IsCompleteRequest{Code: *in.Code}, nil
}

func decodeDebug(data []byte) (Content, error) {
	c := new(DebugRequest)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.Command == "" {
		return nil, missing("command")
	}
	return c, nil
}

func decodeDeleteSubshell(data []byte) (Content, error) {
	c := new(DeleteSubshellRequest)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.SubshellID == "" {
		return nil, missing("subshell_id")
	}
	return c, nil
}

func decodeCommOpen(data []byte) (Content, error) {
	c := new(CommOpen)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.CommID == "" {
		return nil, missing("comm_id")
	}
	return c, nil
}

func decodeCommMsg(data []byte) (Content, error) {
	c := new(CommMsg)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.CommID == "" {
		return nil, missing("comm_id")
	}
	return c, nil
}

func decodeCommClose(data []byte) (Content, error) {
	c := new(CommClose)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.CommID == "" {
		return nil, missing("comm_id")
	}
	return c, nil
}

func decodeInput(data []byte) (Content, error) {
	var in struct {
		Value *string `json:"value"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	if in.Value == nil {
		return nil, missing("value")
	}
	return &InputReply{Value: *in.Value}, nil
}
