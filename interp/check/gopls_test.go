package check

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// goplsPath is the language server that TestCompletionCorpus compares with; without it there is no comparison.
var goplsPath = flag.String("gopls", "", "compare completion with this gopls on the same positions")

// gopls is a language server that is asked for completions in one file.
type gopls struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Reader
	uri     string
	id      int
	version int
}

// startGopls starts the server in a module of its own; it ends with the test.
func startGopls(t *testing.T, path string) *gopls {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "example_test.go")
	for name, text := range map[string]string{filepath.Join(dir, "go.mod"): "module examples\n\ngo 1.26\n", file: "package examples\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(path, "serve")
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	g := &gopls{t: t, in: in, out: bufio.NewReader(out), uri: "file://" + file}
	g.call("initialize", map[string]any{
		"processId": nil, "rootUri": "file://" + dir, "capabilities": map[string]any{},
		"initializationOptions": map[string]any{"completionBudget": "5s", "deepCompletion": false},
	})
	g.send(map[string]any{"jsonrpc": "2.0", "method": "initialized", "params": map[string]any{}})
	g.send(map[string]any{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": map[string]any{
		"textDocument": map[string]any{"uri": g.uri, "languageId": "go", "version": 0, "text": "package examples\n"}}})
	return g
}

func (g *gopls) send(message any) {
	g.t.Helper()
	b, err := json.Marshal(message)
	if err == nil {
		_, err = fmt.Fprintf(g.in, "Content-Length: %d\r\n\r\n%s", len(b), b)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

// call sends a request and gives the result; what the server asks meanwhile is answered with nothing.
func (g *gopls) call(method string, params any) json.RawMessage {
	g.t.Helper()
	g.id++
	g.send(map[string]any{"jsonrpc": "2.0", "id": g.id, "method": method, "params": params})
	for {
		head, err := textproto.NewReader(g.out).ReadMIMEHeader()
		if err != nil {
			g.t.Fatal("gopls: ", err)
		}
		n, err := strconv.Atoi(head.Get("Content-Length"))
		if err != nil {
			g.t.Fatal("gopls: ", err)
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(g.out, b); err != nil {
			g.t.Fatal("gopls: ", err)
		}
		var m struct {
			ID     json.RawMessage
			Method string
			Result json.RawMessage
			Error  any
		}
		if err := json.Unmarshal(b, &m); err != nil {
			g.t.Fatal("gopls: ", err)
		}
		switch {
		case m.Method != "" && len(m.ID) > 0:
			g.send(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": nil})
		case m.Method == "" && string(m.ID) == strconv.Itoa(g.id):
			if m.Error != nil {
				g.t.Logf("gopls: %s: %v", method, m.Error)
			}
			return m.Result
		}
	}
}

// complete gives the first five names that gopls offers at a byte offset of a file.
func (g *gopls) complete(src string, at int) (names []string) {
	g.t.Helper()
	g.version++
	g.send(map[string]any{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": map[string]any{
		"textDocument": map[string]any{"uri": g.uri, "version": g.version}, "contentChanges": []any{map[string]any{"text": src}}}})
	line := src[strings.LastIndexByte(src[:at], '\n')+1 : at]
	raw := g.call("textDocument/completion", map[string]any{"textDocument": map[string]any{"uri": g.uri},
		"position": map[string]any{"line": strings.Count(src[:at], "\n"), "character": len(utf16.Encode([]rune(line)))}})
	var list struct {
		Items []struct{ Label, SortText string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		g.t.Fatal("gopls: ", err)
	}
	slices.SortStableFunc(list.Items, func(a, b struct{ Label, SortText string }) int { return strings.Compare(a.SortText, b.SortText) })
	for _, i := range list.Items[:min(5, len(list.Items))] {
		names = append(names, i.Label)
	}
	return names
}
