package display

// Data is a MIME bundle: the content of display_data, update_display_data or
// execute_result (Jupyter messaging spec 5.5, "Display data").
// Text kinds (text/*, image/svg+xml, application/javascript) are strings, JSON kinds
// are values that encoding/json can write, binary kinds are base64 strings.
type Data struct {
	MIME     map[string]any `json:"data"`
	Metadata map[string]any `json:"metadata,omitempty"`
	ID       string         `json:"display_id,omitempty"` // display_id, "" for none
	Update   bool           `json:"update,omitempty"`     // replaces what was shown under ID
}
