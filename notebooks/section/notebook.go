package section

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Notebook is a notebook file, nbformat 4.5, with the fields in the order in
// which Jupyter itself writes them: saving a notebook from JupyterLab changes
// only what was edited.
type Notebook struct {
	Cells         []NotebookCell   `json:"cells"`
	Metadata      NotebookMetadata `json:"metadata"`
	NBFormat      int              `json:"nbformat"`
	NBFormatMinor int              `json:"nbformat_minor"`
}

// NotebookMetadata says which kernel runs the notebook.
type NotebookMetadata struct {
	KernelSpec   KernelSpec   `json:"kernelspec"`
	LanguageInfo LanguageInfo `json:"language_info"`
}

// KernelSpec names the kernel.
type KernelSpec struct {
	DisplayName string `json:"display_name"`
	Language    string `json:"language"`
	Name        string `json:"name"`
}

// LanguageInfo is what a front-end needs to colour and save the code.
type LanguageInfo struct {
	CodeMirrorMode string `json:"codemirror_mode"`
	FileExtension  string `json:"file_extension"`
	MIMEType       string `json:"mimetype"`
	Name           string `json:"name"`
	PygmentsLexer  string `json:"pygments_lexer"`
}

// NotebookCell is a cell of a notebook file. Outputs are kept as they are.
type NotebookCell struct {
	Type           string
	ExecutionCount *int
	ID             string
	Tags           []string
	Outputs        []json.RawMessage
	Source         string
}

type cellMetadata struct {
	Tags []string `json:"tags,omitempty"`
}

// MarshalJSON writes the fields that a cell of its type has.
func (c NotebookCell) MarshalJSON() ([]byte, error) {
	if c.Type != "code" {
		return encode(struct {
			Type     string       `json:"cell_type"`
			ID       string       `json:"id"`
			Metadata cellMetadata `json:"metadata"`
			Source   []string     `json:"source"`
		}{c.Type, c.ID, cellMetadata{c.Tags}, lines(c.Source)})
	}
	outputs := c.Outputs
	if outputs == nil {
		outputs = []json.RawMessage{}
	}
	return encode(struct {
		Type           string            `json:"cell_type"`
		ExecutionCount *int              `json:"execution_count"`
		ID             string            `json:"id"`
		Metadata       cellMetadata      `json:"metadata"`
		Outputs        []json.RawMessage `json:"outputs"`
		Source         []string          `json:"source"`
	}{c.Type, c.ExecutionCount, c.ID, cellMetadata{c.Tags}, outputs, lines(c.Source)})
}

// UnmarshalJSON reads a cell; source may be a string or a list of lines.
func (c *NotebookCell) UnmarshalJSON(data []byte) error {
	var raw struct {
		Type           string            `json:"cell_type"`
		ExecutionCount *int              `json:"execution_count"`
		ID             string            `json:"id"`
		Metadata       cellMetadata      `json:"metadata"`
		Outputs        []json.RawMessage `json:"outputs"`
		Source         json.RawMessage   `json:"source"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("decoding cell: %w", err)
	}
	source, err := Joined(raw.Source)
	if err != nil {
		return fmt.Errorf("decoding source of cell %s: %w", raw.ID, err)
	}
	*c = NotebookCell{raw.Type, raw.ExecutionCount, raw.ID, raw.Metadata.Tags, raw.Outputs, source}
	return nil
}

// Joined decodes a multi-line string of nbformat: a string, or a list of lines.
func Joined(raw json.RawMessage) (string, error) {
	if len(raw) == 0 {
		return "", nil
	}
	if raw[0] == '"' {
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	}
	var parts []string
	err := json.Unmarshal(raw, &parts)
	return strings.Join(parts, ""), err
}

// Notebook writes the section in lang, without outputs.
func (s Section) Notebook(lang Lang) Notebook {
	nb := Notebook{
		Metadata: NotebookMetadata{
			KernelSpec:   KernelSpec{DisplayName: "Go (yaegi)", Language: "go", Name: "gokernel"},
			LanguageInfo: LanguageInfo{CodeMirrorMode: "go", FileExtension: ".go", MIMEType: "text/x-go", Name: "go", PygmentsLexer: "go"},
		},
		NBFormat:      4,
		NBFormatMinor: 5,
	}
	for _, c := range s.Cells {
		out := NotebookCell{Type: "markdown", ID: c.ID, Source: c.Text(lang)}
		if c.Code {
			out.Type = "code"
			for _, mark := range c.Marks {
				if mark == "fails" {
					mark = "raises-exception" // the name that nbclient, nbconvert and papermill know
				}
				out.Tags = append(out.Tags, mark)
			}
		}
		nb.Cells = append(nb.Cells, out)
	}
	return nb
}

// TakeOutputs copies outputs and counts from executed for every code cell whose
// source is the same, and reports how many cells had none to take.
func (nb *Notebook) TakeOutputs(executed Notebook) (missing int) {
	byID := map[string]NotebookCell{}
	for _, c := range executed.Cells {
		byID[c.ID] = c
	}
	for i, c := range nb.Cells {
		if c.Type != "code" {
			continue
		}
		old, ok := byID[c.ID]
		if !ok || old.Source != c.Source || old.ExecutionCount == nil {
			missing++
			continue
		}
		nb.Cells[i].Outputs = old.Outputs
		nb.Cells[i].ExecutionCount = old.ExecutionCount
	}
	return missing
}

// Decode reads a notebook file.
func Decode(file []byte) (Notebook, error) {
	var nb Notebook
	if err := json.Unmarshal(file, &nb); err != nil {
		return Notebook{}, fmt.Errorf("decoding notebook: %w", err)
	}
	return nb, nil
}

// Encode writes a notebook file as Jupyter does: one space of indent, no escapes for HTML.
func (nb Notebook) Encode() ([]byte, error) {
	data, err := encode(nb)
	if err != nil {
		return nil, fmt.Errorf("encoding notebook: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", " "); err != nil {
		return nil, fmt.Errorf("encoding notebook: %w", err)
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), nil
}

func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// lines cuts a text into lines that keep their newline, as nbformat stores it.
func lines(text string) []string {
	if text == "" {
		return []string{}
	}
	parts := strings.SplitAfter(text, "\n")
	if parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}
