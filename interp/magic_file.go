package interp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gokernel/interp/cell"
)

// fileMagics are the magics about files and the text of cells.
func fileMagics() []Magic {
	return []Magic{
		{Name: "writefile", Cell: true, Args: "[-a] file", Help: "Write the rest of the cell to a file; -a appends.\nA missing folder is made.", Run: runWriteFile},
		{Name: "load", Line: true, Args: "file", Help: "Put a file's text into this cell, in place of the magic.", Run: runLoad},
		{Name: "fmt", Line: true, Cell: true, Help: "Format the cell's Go in place, as gofmt does.\nAs %%fmt, the rest of the cell is not run.", Run: runFmt},
	}
}

func (m *MagicCall) path(name string) string {
	name = strings.Trim(name, "\"'")
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			name = filepath.Join(home, rest)
		}
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(m.Session.dir(), name)
	}
	return name
}

func runWriteFile(_ context.Context, m *MagicCall) error {
	name, add := m.Args, false
	for _, flag := range []string{"-a ", "--append "} {
		if rest, ok := strings.CutPrefix(name, flag); ok {
			name, add = strings.TrimSpace(rest), true
		}
	}
	if name == "" {
		return usageError{}
	}
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	_, statErr := os.Stat(path)
	flags, verb := os.O_WRONLY|os.O_CREATE|os.O_TRUNC, "Writing"
	switch {
	case add:
		flags, verb = os.O_WRONLY|os.O_CREATE|os.O_APPEND, "Appending to"
	case statErr == nil:
		verb = "Overwriting"
	}
	f, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return err
	}
	body := m.Body
	if body != "" && !strings.HasSuffix(body, "\n") {
		body += "\n"
	}
	if _, err := f.WriteString(body); err != nil {
		_ = f.Close() // the write's error says it
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	m.Printf("%s %s\n", verb, name)
	return nil
}

func runLoad(_ context.Context, m *MagicCall) error {
	if m.Args == "" {
		return usageError{}
	}
	b, err := os.ReadFile(m.path(m.Args))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("no such file: %s", m.Args)
	case err != nil:
		return err
	}
	m.Result.Next = &NextInput{Text: "// %load " + m.Args + "\n" + string(b), Replace: true}
	return nil
}

func runFmt(_ context.Context, m *MagicCall) error {
	text := m.Body
	if !m.IsCell {
		lines := strings.SplitAfter(m.Request.Code, "\n")
		if m.Line <= len(lines) {
			lines = append(lines[:m.Line-1:m.Line-1], lines[m.Line:]...)
		}
		text = strings.Join(lines, "")
	}
	out, e := cell.Format(text)
	if e != nil {
		d := fmt.Errorf("%s", e.Msg)
		return d
	}
	m.Result.Next = &NextInput{Text: strings.TrimRight(out, "\n"), Replace: true}
	return nil
}
