package wire

// Comm messages go both ways: clients send them on shell, the kernel publishes
// them on iopub
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#custom-messages).

// CommOpen opens a comm; an unknown target is answered with CommClose
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#opening-a-comm).
type CommOpen struct {
	CommID     string `json:"comm_id"` // required
	TargetName string `json:"target_name"`
	Data       Raw    `json:"data"`
}

// CommMsg carries data over a comm
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#comm-messages).
type CommMsg struct {
	CommID string `json:"comm_id"` // required
	Data   Raw    `json:"data"`
}

// CommClose ends a comm
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#tearing-down-comms).
type CommClose struct {
	CommID string `json:"comm_id"` // required
	Data   Raw    `json:"data"`
}

func (CommOpen) MsgType() string  { return "comm_open" }
func (CommMsg) MsgType() string   { return "comm_msg" }
func (CommClose) MsgType() string { return "comm_close" }

func (CommOpen) content()  {}
func (CommMsg) content()   {}
func (CommClose) content() {}
