package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
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
	sc := scratches.Get().(*scratch)
	defer sc.free()
	sc.buf.Write(s.appendHeader(sc.buf.AvailableBuffer(), c.MsgType()))
	header := sc.buf.Len()
	if metadata != nil {
		if err := sc.encode(metadata); err != nil {
			return nil, fmt.Errorf("encoding metadata of %s: %w", c.MsgType(), err)
		}
	}
	md := sc.buf.Len()
	if err := sc.encode(c); err != nil {
		return nil, fmt.Errorf("encoding %s: %w", c.MsgType(), err)
	}
	// All parts share one array, since a queue may hold many messages.
	all := append(make([]byte, 0, sc.buf.Len()+64), sc.buf.Bytes()...)
	parts := [4][]byte{all[:header:header], emptyObject, all[header:md:md], all[md:]}
	if parent != nil && len(parent.RawHeader) > 0 {
		parts[1] = parent.RawHeader
	}
	switch md := parts[2]; {
	case len(md) == 0, string(md) == "null":
		parts[2] = emptyObject
	case md[0] != '{':
		return nil, fmt.Errorf("encoding metadata of %s: %w", c.MsgType(), errors.New("not a JSON object"))
	}
	frames := make([][]byte, 0, len(prefix)+6+len(buffers))
	frames = append(frames, prefix...)
	frames = append(frames, delimiter, s.signer.sign(all[len(all):], parts[:]...))
	frames = append(frames, parts[:]...)
	frames = append(frames, buffers...)
	m := newOutgoing(frames)
	switch c.MsgType() {
	case "stream", "display_data", "update_display_data", "execute_result", "clear_output",
		"comm_open", "comm_msg", "comm_close":
		m.bulk = true
	}
	return m, nil
}

// scratch is where a message is written before its size is known.
type scratch struct {
	buf bytes.Buffer
	enc *json.Encoder
}

var scratches = sync.Pool{New: func() any {
	sc := new(scratch)
	sc.enc = json.NewEncoder(&sc.buf)
	sc.enc.SetEscapeHTML(false)
	return sc
}}

// encode appends v as JSON.
func (sc *scratch) encode(v any) error {
	err := sc.enc.Encode(v)
	if err == nil {
		sc.buf.Truncate(sc.buf.Len() - 1) // Encode ends with a newline
	}
	return err
}

func (sc *scratch) free() {
	if sc.buf.Cap() <= 1<<20 {
		sc.buf.Reset()
		scratches.Put(sc)
	}
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
