package conformance

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gokernel/interp"
)

var examples = flag.String("examples", "all", "folders of the standard library whose examples to run as cells")

// TestExamples runs the examples of the standard library's documentation as
// cells of one session for each package and compares with the output that
// stands below them: every package as a learner meets it.
func TestExamples(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go toolchain, and so no source of the standard library")
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal("asking the toolchain for its folder: ", err)
	}
	root := filepath.Join(strings.TrimSpace(string(goroot)), "src")
	known := readList(t, "testdata/examples.txt")
	t.Setenv("TZ", "America/Los_Angeles") // as the tests of package time do
	run, failed := 0, 0
	for _, pkg := range exampleFolders(t, root) {
		t.Run(pkg, func(t *testing.T) {
			var s *interp.Session
			rec := &recorder{}
			count := 0
			for _, e := range playable(t, filepath.Join(root, pkg)) {
				if s == nil {
					s, err = interp.NewSession(interp.Options{Sink: rec, Dir: scratchCopy(t, filepath.Join(root, pkg))})
					if err != nil {
						t.Fatal(err)
					}
					defer s.Close()
				}
				count++
				run++
				name := pkg + "." + e.Name
				// A cell is package main, the examples of p are package p_test.
				e.Output = strings.ReplaceAll(e.Output, filepath.Base(pkg)+"_test.", "main.")
				why := example(s, rec, count, e)
				switch {
				case why == "" && known[name] != "":
					t.Errorf("%s is exact now: take it off testdata/examples.txt", name)
				case why != "" && known[name] == "":
					t.Errorf("%s: %s", name, why)
				}
				if why != "" {
					failed++
				}
			}
		})
	}
	t.Logf("%d of %d examples are exact", run-failed, run)
}

// exampleFolders gives the folders, below root, that have examples and were asked for.
func exampleFolders(t *testing.T, root string) []string {
	var r []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			switch d.Name() {
			case "testdata", "vendor", "internal", "cmd":
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasPrefix(d.Name(), "example") || !strings.HasSuffix(d.Name(), "_test.go") {
			return nil
		}
		folder := filepath.ToSlash(filepath.Dir(rel))
		asked := *examples == "all" || slices.ContainsFunc(strings.Split(*examples, ","), func(f string) bool {
			return folder == f || strings.HasPrefix(folder, f+"/")
		})
		if asked && !slices.Contains(r, folder) {
			r = append(r, folder)
		}
		return nil
	})
	if err != nil {
		t.Fatal("looking for examples: ", err)
	}
	return r
}

// scratchCopy copies what examples read: the files beside them and testdata.
func scratchCopy(t *testing.T, folder string) string {
	dir := t.TempDir()
	files, err := filepath.Glob(filepath.Join(folder, "example*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f)), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(folder, "testdata")
	if _, err := os.Stat(data); err == nil {
		if err := os.CopyFS(filepath.Join(dir, "testdata"), os.DirFS(data)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// playable gives the examples of a folder that are programs with a known output.
func playable(t *testing.T, folder string) []*doc.Example {
	files, err := filepath.Glob(filepath.Join(folder, "example*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		p, err := parser.ParseFile(fset, f, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, p)
	}
	if !built(folder) {
		return nil
	}
	all := doc.Examples(parsed...)
	return slices.DeleteFunc(all, func(e *doc.Example) bool {
		return e.Play == nil || e.Output == "" && !e.EmptyOutput
	})
}

// built reports whether a package of the standard library is one without an experiment.
func built(folder string) bool {
	p, err := build.ImportDir(folder, 0)
	return err == nil && len(p.GoFiles) > 0
}

// example runs e as a cell and says what differs from the output below it, as "go test" compares.
func example(s *interp.Session, rec *recorder, count int, e *doc.Example) string {
	var code bytes.Buffer
	// Play has lost its file set; that of a printer of its own keeps the comments apart from the code.
	e.Play.Comments = nil
	if err := printer.Fprint(&code, token.NewFileSet(), e.Play); err != nil {
		return fmt.Sprintf("printing the program: %v", err)
	}
	rec.reset()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	res := s.Execute(ctx, interp.Request{ID: interp.CellID(count), Count: count, Code: code.String()})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "takes more than a minute"
	}
	if res.Err != nil {
		return res.Err.Name + ": " + res.Err.Value
	}
	out, _ := rec.text()
	got, want := strings.TrimSpace(out), strings.TrimSpace(e.Output)
	if e.Unordered {
		got, want = sorted(got), sorted(want)
	}
	if got != want {
		return "stdout " + firstDifference(want, got)
	}
	return ""
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// reset forgets what was printed.
func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Reset()
	r.errs.Reset()
}
