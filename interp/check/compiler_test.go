package check

import (
	"flag"
	"fmt"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

var update = flag.Bool("update", false, "write the list of known differences anew")

// errorCases are cells with an error, parted by lines "---".
func errorCases(t *testing.T) []string {
	b, err := os.ReadFile("testdata/errors.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n---\n")
}

// diagnose checks one cell in a fresh session, as strictly as the compiler.
func diagnose(src string) (lines []string) {
	fset := token.NewFileSet()
	p := New(fset, symbols.NewImporter(fset), map[string]string{})
	c, err := cell.Parse(fset, 1, src)
	if err != nil {
		return []string{Syntax(1, src, err.(*cell.Error)).String()}
	}
	_, errs := p.Check(c, Options{Strict: true})
	for _, e := range errs {
		lines = append(lines, e.String())
	}
	return
}

// asProgram is the file that a Go programmer would write for a cell, with line directives that keep the cell's positions.
func asProgram(src string) string {
	var b strings.Builder
	b.WriteString("package main\n")
	for _, n := range []string{"fmt", "sync", "time", "errors", "os", "strconv", "unsafe"} {
		if regexp.MustCompile(`\b`+n+`\.`).MatchString(src) && !strings.Contains(src, "import") {
			fmt.Fprintf(&b, "import %q\n", n)
		}
	}
	at := func(text string) { b.WriteString("/*line cell 1:1:1*/" + text + "\n") }
	decls, stmts, _ := cell.Halves(src, 0)
	c, err := cell.Parse(token.NewFileSet(), 1, src)
	switch {
	case err != nil && regexp.MustCompile(`^(func \w|func \(|type|import)`).MatchString(src), err == nil && c.Body == nil:
		at(src)
		if !strings.Contains(src, "func main") {
			b.WriteString("func main() {}\n")
		}
	case err != nil:
		b.WriteString("func main() {\n")
		at(src)
		b.WriteString("}\n")
	default:
		if decls != "" {
			at(decls)
		}
		b.WriteString("func main() {\n")
		at(stmts)
		b.WriteString("}\n")
	}
	return b.String()
}

// TestCompilerTexts compares what a cell with an error says with what the Go compiler says about it: text, line and
// column. Cells that differ on purpose are in testdata/errors.known with both texts; the list may only shrink.
func TestCompilerTexts(t *testing.T) {
	cases := errorCases(t)
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.26\n")
	for i, c := range cases {
		write(fmt.Sprintf("p%d/x.go", i), asProgram(c))
	}
	cmd := exec.Command("go", "build", "-gcflags=-e", "./...")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("the compiler finds nothing wrong")
	}
	compiler := make([][]string, len(cases))
	at := -1
	position := regexp.MustCompile(`^(\s*).*?(cell 1:\d+:\d+: .*)$`)
	where := regexp.MustCompile(`\[[^\[\]]*x\.go:\d+:\d+\]`) // the position without the directive
	for l := range strings.SplitSeq(where.ReplaceAllString(string(out), ""), "\n") {
		if n, err := fmt.Sscanf(l, "# m/p%d", &at); n == 1 && err == nil || at < 0 {
			continue
		}
		switch m := position.FindStringSubmatch(l); {
		case m != nil && m[1] == "":
			compiler[at] = append(compiler[at], m[2])
		case m != nil && len(compiler[at]) > 0:
			compiler[at][len(compiler[at])-1] += "\n\t" + m[2]
		case strings.HasPrefix(l, "\t") && len(compiler[at]) > 0:
			compiler[at][len(compiler[at])-1] += "\n" + l
		}
	}
	var differ []string
	for i, c := range cases {
		want, got := compiler[i], diagnose(c)
		if len(want) > 0 && strings.HasSuffix(want[0], "is not used") && len(want) > 1 { // the value of a cell
			want = want[1:]
		}
		if !slices.Equal(want, got) {
			differ = append(differ, fmt.Sprintf("%s\ncompiler: %s\ncell:     %s\n", c, strings.Join(want, "\n          "), strings.Join(got, "\n          ")))
		}
	}
	text := strings.Join(differ, "---\n")
	if *update {
		if err := os.WriteFile("testdata/errors.known", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	known, err := os.ReadFile("testdata/errors.known")
	if err != nil {
		t.Fatal(err)
	}
	if text != string(known) {
		t.Errorf("differences from the compiler are not those that are known:\n%s", text)
	}
	t.Logf("%d of %d cells say what the compiler says", len(cases)-len(differ), len(cases))
}
