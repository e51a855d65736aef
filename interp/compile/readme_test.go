package compile_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"gokernel/interp/compile"
)

// The README tells what is refused; its list is made from the compiler's own.
func TestReadmeListsRefusals(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- refused -->\n", "<!-- /refused -->"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	have, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the list")
	}
	var want strings.Builder
	for _, r := range compile.Refusals() {
		want.WriteString("  * " + r + "\n")
	}
	if have == want.String() {
		return
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(file, []byte(head+begin+want.String()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the README lists\n%swant\n%s", have, want.String())
}
