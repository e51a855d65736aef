package interp

import (
	"strings"
	"testing"
)

// TestTwinInput: a compiled program reads what the user answers, and nobody is asked for one that reads nothing.
func TestTwinInput(t *testing.T) {
	s, r := start(t, Options{})
	for i, c := range []struct{ code, want string }{
		{"%%go\nsc := bufio.NewScanner(os.Stdin)\nfor range 2 {\n\tsc.Scan()\n\tfmt.Println(\"got\", sc.Text())\n}", "got one\ngot two\n"},
		{"%%go\nfmt.Println(\"asks nothing\")", "asks nothing\n"},
		{"%%go\nvar n int\n_, err := fmt.Scan(&n)\nfmt.Println(n, err)", "3 <nil>\n"},
		{"%%go\nvar n int\n_, err := fmt.Scan(&n)\nfmt.Println(n, err)", "! note: the front-end cannot be asked: the program's standard input is empty\n0 EOF\n"},
	} {
		r.mu.Lock()
		switch i {
		case 0:
			r.inputs = []string{"one", "two"}
		case 2:
			r.inputs = []string{"3"}
		}
		r.mu.Unlock()
		res := s.Execute(t.Context(), Request{ID: CellID(i + 1), Count: i + 1, Code: c.code})
		out := strings.ReplaceAll(r.take(), "input \"\"\n", "")
		if res.Err != nil || out != c.want {
			t.Errorf("%s\nprinted %q, want %q; %v", c.code, out, c.want, res.Err)
		}
	}
}
