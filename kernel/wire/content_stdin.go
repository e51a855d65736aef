package wire

// InputRequest asks the client's user for a line
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#messages-on-the-stdin-router-dealer-channel).
type InputRequest struct {
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"` // do not echo what is typed
}

// InputReply is what the user typed; "\x04" is end of input
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#messages-on-the-stdin-router-dealer-channel).
type InputReply struct {
	Value string `json:"value"` // required
}

func (InputRequest) MsgType() string { return "input_request" }
func (InputReply) MsgType() string   { return "input_reply" }

func (InputRequest) content() {}
func (InputReply) content()   {}
