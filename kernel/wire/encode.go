package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

var (
	delimiter   = []byte("<IDS|MSG>")
	emptyObject = []byte("{}")
)

// encode makes a message of the kernel's: prefix, delimiter, signature, the
// four dictionaries, buffers
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#the-wire-protocol).
func (s *Server) encode(prefix [][]byte, parent *Message, c Content, metadata any, buffers [][]byte) (*outgoing, error) {
	content, err := marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", c.MsgType(), err)
	}
	md := emptyObject
	if metadata != nil {
		if md, err = marshal(metadata); err != nil {
			return nil, fmt.Errorf("encoding metadata of %s: %w", c.MsgType(), err)
		}
		if string(md) == "null" {
			md = emptyObject
		}
		if md[0] != '{' {
			return nil, fmt.Errorf("encoding metadata of %s: %w", c.MsgType(), errors.New("not a JSON object"))
		}
	}
	parentHeader := emptyObject
	if parent != nil && len(parent.RawHeader) > 0 {
		parentHeader = parent.RawHeader
	}
	// Header and signature share an array: a queue may hold many of them.
	header := s.appendHeader(make([]byte, 0, 384), c.MsgType())
	signature := s.signer.sign(header[len(header):], header, parentHeader, md, content)
	frames := make([][]byte, 0, len(prefix)+6+len(buffers))
	frames = append(frames, prefix...)
	frames = append(frames, delimiter, signature, header, parentHeader, md, content)
	frames = append(frames, buffers...)
	m := newOutgoing(frames)
	switch c.MsgType() {
	case "stream", "display_data", "update_display_data", "execute_result", "clear_output",
		"comm_open", "comm_msg", "comm_close":
		m.bulk = true
	}
	return m, nil
}

// appendHeader appends a new header.
func (s *Server) appendHeader(b []byte, msgType string) []byte {
	b = append(b, `{"msg_id":"`...)
	b = append(b, s.session...)
	b = append(b, '_')
	b = strconv.AppendInt(b, int64(s.pid), 10)
	b = append(b, '_')
	b = strconv.AppendUint(b, s.sequence.Add(1), 10)
	b = append(b, `","session":"`...)
	b = append(b, s.session...)
	b = append(b, `","username":`...)
	b = append(b, s.username...)
	b = append(b, `,"date":"`...)
	b = time.Now().UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	b = append(b, `","msg_type":`...)
	b = appendString(b, msgType)
	return append(b, `,"version":"`+ProtocolVersion+`"}`...)
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			q, _ := json.Marshal(s)
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// topic is the prefix frame of c on iopub. Front-ends subscribe to everything;
// the convention for the others is the type, for streams with the name.
func topic(c Content) string {
	switch c := c.(type) {
	case Stream:
		return "stream." + c.Name
	case *Stream:
		return "stream." + c.Name
	}
	return c.MsgType()
}
