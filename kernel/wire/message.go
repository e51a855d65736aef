package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ProtocolVersion is the version of the Jupyter messaging specification that
// this package speaks and that every header it writes announces
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#versioning).
const ProtocolVersion = "5.5"

// Channel is one of the five sockets of a kernel.
type Channel int

// The channels, in the order in which the specification introduces them
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#introduction).
const (
	Shell     Channel = iota // requests that run one after the other
	IOPub                    // what the kernel broadcasts
	Stdin                    // the kernel asks, the client answers
	Control                  // requests that must not wait behind Shell
	Heartbeat                // echo of any bytes

	channels = 5
)

// String is the channel's name as the connection file spells it.
func (c Channel) String() string {
	switch c {
	case Shell:
		return "shell"
	case IOPub:
		return "iopub"
	case Stdin:
		return "stdin"
	case Control:
		return "control"
	case Heartbeat:
		return "hb"
	}
	return fmt.Sprintf("channel %d", int(c))
}

// Header says who sent a message, when and of which type
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#message-header).
// Only MsgID and MsgType are required of a client: some leave out the date or
// the version, and nothing here depends on them.
type Header struct {
	MsgID      string `json:"msg_id"`
	Session    string `json:"session"`
	Username   string `json:"username"`
	Date       string `json:"date"`
	MsgType    string `json:"msg_type"`
	Version    string `json:"version"`
	SubshellID string `json:"subshell_id,omitempty"`
}

// Message is one message that a client sent and that passed the door: its
// signature is right and new, its four dictionaries are JSON objects in valid
// UTF-8, and its content is decoded.
type Message struct {
	Channel Channel
	// Identities is the routing prefix: the client's socket identity, then
	// whatever frames it put before the delimiter (a REQ socket's empty one).
	Identities [][]byte
	Header     Header
	// RawHeader is the header as the client wrote it. It is the parent header
	// of everything the message causes, verbatim: fields that this package
	// does not know survive the round trip.
	RawHeader json.RawMessage
	Parent    json.RawMessage // the client's parent header, "{}" for none
	Metadata  json.RawMessage
	// Content is a pointer to one of the request structs of this package (such
	// as *ExecuteRequest), *Unknown for a type the specification does not
	// have, *Malformed when the fields of a known type are not as specified.
	Content Content
	Buffers [][]byte
	// Size is the number of bytes the message took on the wire. Who queues
	// messages counts these, not messages.
	Size int

	from *peer // the connection it came by; nil for messages made in tests
}

// Content is the content of a message: a closed set, one struct for each
// message of the specification. Both the struct and a pointer to it are
// Content; received content is always a pointer.
type Content interface {
	// MsgType is the header's msg_type for this content.
	MsgType() string
	content()
}

// Dict is a JSON object. Its nil value is written as {}: front-ends index
// these fields without looking first (JupyterLab reads
// metadata._jupyter_types_experimental of every complete_reply).
type Dict map[string]any

// MarshalJSON writes d, with {} for nil.
func (d Dict) MarshalJSON() ([]byte, error) {
	if d == nil {
		return []byte("{}"), nil
	}
	return marshal(map[string]any(d))
}

// List is a JSON array. Its nil value is written as [], which is what clients
// iterate over.
type List[T any] []T

// MarshalJSON writes l, with [] for nil.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return marshal([]T(l))
}

// Raw is a JSON value kept as it came. Its nil value is written as {}.
type Raw json.RawMessage

// MarshalJSON writes r, with {} for nil.
func (r Raw) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("{}"), nil
	}
	return r, nil
}

// UnmarshalJSON keeps a copy of data, nil for null.
func (r *Raw) UnmarshalJSON(data []byte) error {
	if *r = append((*r)[:0], data...); string(data) == "null" {
		*r = nil
	}
	return nil
}

// StatusOK is the status field of a reply that can only be "ok"; a request
// that failed is answered with ErrorReply. Its zero value is right.
type StatusOK struct{}

// MarshalJSON writes "ok".
func (StatusOK) MarshalJSON() ([]byte, error) { return []byte(`"ok"`), nil }

// UnmarshalJSON accepts "ok" only.
func (*StatusOK) UnmarshalJSON(data []byte) error {
	if string(data) != `"ok"` {
		return fmt.Errorf("status is %s, not \"ok\"", data)
	}
	return nil
}

// marshal is json.Marshal without the HTML escapes, which would make a
// notebook's HTML output half as long again.
func marshal(v any) ([]byte, error) {
	sc := scratches.Get().(*scratch)
	defer sc.free()
	if err := sc.encode(v); err != nil {
		return nil, err
	}
	return bytes.Clone(sc.buf.Bytes()), nil
}
