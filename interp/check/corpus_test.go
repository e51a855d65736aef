package check

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

// position is a place in a text where a name stands that completion should offer.
type position struct {
	before []string // cells that have run
	text   string
	from   int // where the name begins
	name   string
	member bool   // after a dot
	file   string // of an example: its text
	base   int    // where text stands in file
}

// cut leaves typed bytes of the name: what stands in the editor when Tab is pressed.
func (p position) cut(typed int) (src string, at int) {
	typed = min(typed, len(p.name))
	return p.text[:p.from+typed] + p.text[p.from+len(p.name):], p.from + typed
}

// courseCells are the code cells of the course's notebooks, notebook by notebook.
func courseCells(t *testing.T) (books [][]string) {
	files, err := filepath.Glob("../../notebooks/en/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatal("no notebooks: ", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var nb struct {
			Cells []struct {
				Type   string `json:"cell_type"`
				Source any    `json:"source"`
			} `json:"cells"`
		}
		if err := json.Unmarshal(b, &nb); err != nil {
			t.Fatal(f, err)
		}
		var cells []string
		for _, c := range nb.Cells {
			src, _ := c.Source.(string)
			if parts, ok := c.Source.([]any); ok {
				for _, p := range parts {
					src += p.(string)
				}
			}
			if c.Type == "code" && !strings.HasPrefix(strings.TrimSpace(src), "%") && !strings.HasPrefix(src, "!") {
				cells = append(cells, src)
			}
		}
		books = append(books, cells)
	}
	return books
}

// coursePositions are the selected names and the uses of names in the course's cells.
func coursePositions(t *testing.T) (ps []position) {
	for _, cells := range courseCells(t) {
		for i, src := range cells {
			c, err := cell.Parse(token.NewFileSet(), 1, src)
			if err != nil {
				continue // an exercise to be completed
			}
			visit := func(n ast.Node) {
				ast.Inspect(n, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.SelectorExpr:
						if id, ok := n.X.(*ast.Ident); ok && id.Name == "check" {
							return true // not offered in this test's sessions
						}
						if off, ok := c.Offset(n.Sel.Pos()); ok {
							ps = append(ps, position{before: cells[:i], text: src, from: off, name: n.Sel.Name, member: true})
						}
					case *ast.CallExpr:
						if id, ok := n.Fun.(*ast.Ident); ok && len(id.Name) > 2 {
							if off, ok := c.Offset(id.Pos()); ok {
								ps = append(ps, position{before: cells[:i], text: src, from: off, name: id.Name})
							}
						}
					}
					return true
				})
			}
			for _, d := range c.Decls {
				visit(d)
			}
			if c.Body != nil {
				visit(c.Body)
			}
		}
	}
	return ps
}

// examplePositions are the selected names in examples of the standard library, each as a cell.
func examplePositions(t *testing.T) (ps []position) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"fmt", "strings", "sync", "time", "context", "sort", "errors", "os", "bytes", "strconv", "slices", "maps", "container/heap", "bufio", "regexp"} {
		files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src", pkg, "example*_test.go"))
		for _, f := range files {
			fset := token.NewFileSet()
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			af, err := parser.ParseFile(fset, f, b, parser.SkipObjectResolution)
			if err != nil {
				continue
			}
			at := func(p token.Pos) int { return fset.Position(p).Offset }
			var around strings.Builder // what the examples of the file share
			for _, d := range af.Decls {
				if fd, ok := d.(*ast.FuncDecl); !ok || !strings.HasPrefix(fd.Name.Name, "Example") {
					around.WriteString(string(b[at(d.Pos()):at(d.End())]) + "\n")
				}
			}
			for _, d := range af.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok || fd.Body == nil || !strings.HasPrefix(fd.Name.Name, "Example") {
					continue
				}
				body := string(b[at(fd.Body.Lbrace)+1 : at(fd.Body.Rbrace)])
				base := at(fd.Body.Lbrace) + 1
				ast.Inspect(fd.Body, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok {
						ps = append(ps, position{before: []string{around.String()}, text: body, from: at(s.Sel.Pos()) - base, name: s.Sel.Name, member: true, file: string(b), base: base})
					}
					return true
				})
			}
		}
	}
	return ps
}

// TestCompletionCorpus: at 300 places in the course's cells and the standard library's examples, how often the
// name that stands there is among the first five, when nothing of it, its first letter or its first two letters are typed.
func TestCompletionCorpus(t *testing.T) {
	for _, set := range []struct {
		name string
		all  []position
	}{{"course", coursePositions(t)}, {"examples", examplePositions(t)}} {
		var ps []position
		step := max(1, len(set.all)/150)
		for i := 0; i < len(set.all) && len(ps) < 150; i += step {
			ps = append(ps, set.all[i])
		}
		t.Logf("%s: %d of %d positions", set.name, len(ps), len(set.all))
		programs := map[int]*Program{}
		var other *gopls
		if *goplsPath != "" && set.name == "examples" {
			other = startGopls(t, *goplsPath)
		}
		for typed, least := range map[int]float64{0: 0.68, 1: 0.92, 2: 0.95} {
			hit, otherHit := 0, 0
			var missed []string
			for i, x := range ps {
				p := programs[i]
				if p == nil {
					p = ran(x.before)
					programs[i] = p
				}
				if other != nil {
					whole := x
					whole.text, whole.from = x.file, x.base+x.from
					if src, at := whole.cut(typed); slices.Contains(other.complete(src, at), x.name) {
						otherHit++
					}
				}
				src, at := x.cut(typed)
				_, _, cs := p.Complete(src, at)
				var names []string
				for _, c := range cs[:min(5, len(cs))] {
					names = append(names, c.Text)
				}
				if slices.Contains(names, x.name) {
					hit++
					continue
				}
				from := strings.LastIndexByte(src[:at], '\n') + 1
				missed = append(missed, strings.TrimSpace(src[from:at])+"|"+x.name[min(typed, len(x.name)):]+"   "+strings.Join(names, " "))
			}
			rate := float64(hit) / float64(len(ps))
			t.Logf("%s, %d typed: %d of %d (%.0f %%)", set.name, typed, hit, len(ps), 100*rate)
			if other != nil {
				t.Logf("gopls, %d typed: %d of %d", typed, otherHit, len(ps))
			}
			for _, m := range missed {
				t.Log("   ", m)
			}
			if rate < least {
				t.Errorf("%s with %d typed: only %.0f %% among the first five", set.name, typed, 100*rate)
			}
		}
	}
}

// ran is a session in which cells have run, those that can.
func ran(cells []string) *Program {
	fset := token.NewFileSet()
	p := New(fset, symbols.NewImporter(fset), map[string]string{"display": "gokernel/display"})
	for i, src := range cells {
		c, err := cell.Parse(fset, i+1, src)
		if err != nil {
			continue
		}
		u, errs := p.Check(c, Options{})
		if len(errs) > 0 {
			continue
		}
		p.Lock()
		u.Build()
		p.Unlock()
		u.Commit()
		u.CommitVars(-1)
	}
	return p
}
