package cell

import (
	"fmt"
	"go/token"
	"strings"
	"testing"
	"time"
)

func TestSplit(t *testing.T) {
	known := func(n string) bool { return n == "done" }
	for _, row := range []struct{ src, want string }{
		{"x := 1", "go:x := 1"},
		{"%time f()\nx := 1", "%time(f()) | go:x := 1@2"},
		{"x := 1\n%who\ny := 2", "go:x := 1 | %who() | go:y := 2@3"},
		{"%%bash -x\necho 1\n%not a magic", "%%bash(-x){echo 1\n%not a magic}"},
		{"\n  %%timeit\nf()", "%%timeit(){f()}"},
		{"!ls -l", "!(ls -l)"},
		{"!done", "go:!done"},
		{"ok := a &&\n!b", "go:ok := a &&\n!b"},
		{"fmt.Printf(`\n%d\n!x\n`, 1)", "go:fmt.Printf(`\n%d\n!x\n`, 1)"},
		{"/*\n%who\n*/", "go:/*\n%who\n*/"},
		{"f(\n%who\n)", "go:f(\n%who\n)"},
		{"fmt.Println?", "?fmt.Println"},
		{"f??", "??f"},
		{"?f", "?f"},
		{"%time?", "?%time"},
		{"x := \"what?\"", "go:x := \"what?\""},
		{"// why?", "go:// why?"},
		{"x := 5 %\n3", "go:x := 5 %\n3"},
		{"%env A=`x", "%env(A=`x)"},
		{"%env A='it\nx := 'a'", "%env(A='it) | go:x := 'a'@2"},
		{"", ""},
		{"이름?", "?이름"},
	} {
		var got []string
		for _, p := range Split(row.src, known) {
			switch p.Kind {
			case Go:
				s := "go:" + strings.TrimSpace(p.Text)
				if p.Line > 1 {
					s += fmt.Sprintf("@%d", p.Line)
				}
				if len(p.Text) != len(row.src) {
					t.Errorf("%q: the text of a part has another length", row.src)
				}
				got = append(got, s)
			case LineMagic:
				got = append(got, fmt.Sprintf("%%%s(%s)", p.Name, p.Args))
			case CellMagic:
				got = append(got, fmt.Sprintf("%%%%%s(%s){%s}", p.Name, p.Args, p.Body))
			case Shell:
				got = append(got, "!("+p.Args+")")
			case Help:
				mark := "?"
				if p.More {
					mark = "??"
				}
				got = append(got, mark+p.Name)
			}
		}
		want := row.want
		if row.src == "" {
			want = "go:"
		}
		if s := strings.Join(got, " | "); s != want {
			t.Errorf("%q: %s, want %s", row.src, s, want)
		}
	}
}

func TestCompleteness(t *testing.T) {
	for _, row := range []struct{ src, status, indent string }{
		{"1+1", "complete", ""},
		{"", "complete", ""},
		{"for i := range 3 {", "incomplete", "\t"},
		{"for i := range 3 {\n\tif i > 1 {", "incomplete", "\t\t"},
		{"for i := range 3 {\n}", "complete", ""},
		{"func f() int {\n\treturn 1", "incomplete", "\t"},
		{"f(1,", "incomplete", "\t"},
		{"x := []int{\n\t1,", "incomplete", "\t"},
		{"switch x {\ncase 1:", "incomplete", "\t"},
		{"x :=", "incomplete", ""},
		{"a +", "incomplete", ""},
		{"type T struct {", "incomplete", "\t"},
		{"import (", "incomplete", "\t"},
		{"s := `raw", "incomplete", ""},
		{"/* comment", "incomplete", ""},
		{"\"unterminated", "invalid", ""},
		{"x := )", "invalid", ""},
		{"}", "invalid", ""},
		{"if x = 5 {}", "invalid", ""},
		{"package main\n\nfunc main() {", "incomplete", "\t"},
		{"package main\n\nfunc main() {}", "complete", ""},
		{"%who", "complete", ""},
		{"%%bash", "incomplete", ""},
		{"%%bash\nls", "incomplete", ""},
		{"%%bash\nls\n", "complete", ""},
		{"f?", "complete", ""},
		{"!ls", "complete", ""},
		{"undefined + 1", "complete", ""},
	} {
		status, indent := Completeness(row.src)
		if status != row.status || indent != row.indent {
			t.Errorf("%q: %s %q, want %s %q", row.src, status, indent, row.status, row.indent)
		}
	}
}

func TestCompletenessSpeed(t *testing.T) {
	src := strings.Repeat("func f() int {\n\tfor i := range 10 {\n\t\tfmt.Println(i, \"text\")\n\t}\n\treturn 1\n}\n", 10) + "for {"
	t0 := time.Now()
	const n = 200
	for range n {
		Completeness(src)
	}
	each := time.Since(t0) / n
	t.Logf("%d bytes in %v", len(src), each)
	if each > 3*time.Millisecond {
		t.Errorf("%v for one answer", each)
	}
}

func TestParse(t *testing.T) {
	for _, row := range []struct {
		src                  string
		decls, vars, imports int
		body, program        bool
	}{
		{"x := 1", 0, 0, 0, true, false},
		{"var x = 1", 0, 1, 0, false, false},
		{"var x = 1\nx", 0, 0, 0, true, false},
		{"import \"fmt\"\nfunc f() {}\nf()\ntype T int", 2, 0, 1, true, false},
		{"func f() {}; f()", 1, 0, 0, true, false},
		{"func(a int) { _ = a }(1)", 0, 0, 0, true, false},
		{"func (t T) M() {}", 1, 0, 0, false, false},
		{"type S struct{}; func (s *S) M() {}", 2, 0, 0, false, false},
		{"type S struct{}; func (s *S) M() {}; S{}.M()", 2, 0, 0, true, false},
		{"package main\nfunc main() {}\nvar x int", 0, 1, 0, false, true},
		{"func main() {}", 0, 0, 0, false, true},
		{"func main() {}\nmain()", 1, 0, 0, true, false},
		{"func f() {}\nimport \"fmt\"\nvar x int\nimport \"os\"", 1, 1, 2, false, false},
		{"f()\nimport \"fmt\"\nfunc f() {}\nx := 1; import \"os\"", 1, 0, 2, true, false},
		{"// only a comment", 0, 0, 0, false, false},
		{"const (\n\ta = iota\n\tb\n)\nfor range b { type L int }", 1, 0, 0, true, false},
		{"outer:\nfor {\n\tbreak outer\n}", 0, 0, 0, true, false},
	} {
		c, err := Parse(token.NewFileSet(), 1, row.src)
		if err != nil {
			t.Errorf("%q: %v", row.src, err)
			continue
		}
		if len(c.Decls) != row.decls || len(c.Vars) != row.vars || len(c.Imports) != row.imports || (c.Body != nil) != row.body || c.Program != row.program {
			t.Errorf("%q: %d declarations, %d variables, %d imports, body %v, program %v", row.src, len(c.Decls), len(c.Vars), len(c.Imports), c.Body != nil, c.Program)
		}
	}
}

// TestPositions: what go/parser calls a position is the line and column of the cell, wherever its parts are.
func TestPositions(t *testing.T) {
	fset := token.NewFileSet()
	c, err := Parse(fset, 3, "a := 1\nfunc f() {} // here\n\tb := 2\n한 := 3; c := 4")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"cell 3:1:1", "cell 3:3:2", "cell 3:4:1", "cell 3:4:11"} {
		if got := fset.Position(c.Body.Body.List[i].Pos()).String(); got != want {
			t.Errorf("statement %d: %s, want %s", i, got, want)
		}
	}
	if got := fset.Position(c.Decls[0].Pos()).String(); got != "cell 3:2:1" {
		t.Errorf("declaration: %s", got)
	}
	if off, ok := c.Offset(c.Body.Body.List[3].Pos()); !ok || c.Text[off:] != "c := 4" {
		t.Errorf("offset %d, %v", off, ok)
	}
}

func TestFormat(t *testing.T) {
	for _, row := range []struct{ src, want string }{
		{"x:=1", "x := 1\n"},
		{"x:=1\nfunc  f( ) {\nx++\n}\ny  :=  2", "x := 1\nfunc f() {\n\tx++\n}\ny := 2\n"},
		{"%who\nx:=1", "%who\nx := 1\n"},
		{"import  \"fmt\"\n\nfmt.Println( 1 )", "import \"fmt\"\n\nfmt.Println(1)\n"},
	} {
		got, err := Format(row.src)
		if err != nil || got != row.want {
			t.Errorf("%q: %q %v, want %q", row.src, got, err, row.want)
		}
	}
	if _, err := Format("x := ("); err == nil {
		t.Error("a text with a syntax error was formatted")
	}
}
