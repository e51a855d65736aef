package notebooks_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokernel/notebooks/check/answers"
	"gokernel/notebooks/section"
)

// The solutions pass and the wrong answers fail for their reasons in cells, too,
// where functions are interpreted.
func TestAnswersInCells(t *testing.T) {
	e := jupyter(t)
	files, err := filepath.Glob(filepath.Join("check", "answers", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, name := range files {
		code, declared := cellOf(t, name)
		if code == "" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".go"), func(t *testing.T) {
			cells := []section.NotebookCell{
				{Type: "code", ID: "answers", Source: code},
				{Type: "code", ID: "check", Source: `import "gokernel/notebooks/check"`},
			}
			var asked []answers.Answer
			for _, a := range answers.All() {
				if !declared[strings.Split(a.Name, ", ")[0]] {
					continue
				}
				cells = append(cells, section.NotebookCell{
					Type: "code", ID: fmt.Sprintf("answer-%d", len(asked)), Source: fmt.Sprintf("v := check.Exercise(%q, %s)\nfmt.Printf(\"%%q\\n%%s\", v.Reason, v)", "en/"+a.ID, a.Name),
				})
				asked = append(asked, a)
			}
			tested += len(asked)
			nb := (section.Section{}).Notebook(section.English)
			nb.Cells = cells
			data, err := nb.Encode()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "answers.ipynb")
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			got, r := execute(t, e, path)
			if r.Failed != "" {
				t.Fatal(r.Failed)
			}
			for i, a := range asked {
				outputs, err := got.Cells[i+2].Steady()
				if err != nil {
					t.Fatal(err)
				}
				want := fmt.Sprintf("%q\n", a.Want)
				if len(outputs) == 0 || !strings.HasPrefix(outputs[0].Text, want) {
					t.Errorf("%s: %s gave\n%swant %s", a.ID, a.Name, show(outputs), want)
				}
			}
		})
	}
	if least := len(answers.All()) - 1; tested < least { // one of them is a function literal
		t.Errorf("%d answers were tested, there are %d", tested, least)
	}
}

// cellOf is a cell with the functions and types of a file of answers, and their names.
// Files that only list answers give "".
func cellOf(t *testing.T, path string) (code string, declared map[string]bool) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	declared = map[string]bool{}
	var parts []string
	lists := false
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			if strings.HasSuffix(fn.Name.Name, "Answers") {
				lists = true
				continue
			}
			declared[fn.Name.Name] = true
		}
		parts = append(parts, string(src[fset.Position(d.Pos()).Offset:fset.Position(d.End()).Offset]))
	}
	if !lists {
		return "", nil
	}
	return strings.Join(parts, "\n\n"), declared
}
