package compile_test

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gokernel/interp/compile"
	"gokernel/interp/compile/program"
)

// runDirective marks the programs of Go's test suite that are built and run.
var runDirective = regexp.MustCompile(`(?m)^// ?run\s*$`)

// goroot is the folder of the toolchain that the tests run with.
func goroot(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("there is no Go toolchain: ", err)
	}
	return strings.TrimSpace(string(out))
}

// suite gives Go's own test programs of a folder.
func suite(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(goroot(t), "test", folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Skipf("the toolchain has no test programs in %s", folder)
	}
	var r []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		head := src[:min(len(src), 400)]
		if runDirective.Match(head) {
			r = append(r, f)
		}
	}
	return r
}

// TestSuiteFormsAreVerified compiles Go's own test programs and looks at every form of their text.
func TestSuiteFormsAreVerified(t *testing.T) {
	folders := []string{"chan", "interface", "ken", "typeparam", "."}
	if testing.Short() {
		folders = folders[:2]
	}
	n := 0
	for _, folder := range folders {
		for _, f := range suite(t, folder) {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			u, err := program.Compile(src)
			var refused *compile.Refused
			switch {
			case errors.As(err, &refused):
				t.Logf("%s: %v", filepath.Base(f), err)
				continue
			case err != nil: // of another package form, or not valid for this release
				if _, perr := parser.ParseFile(token.NewFileSet(), f, nil, 0); perr == nil && !strings.Contains(err.Error(), "checking") {
					t.Errorf("%s: %v", f, err)
				}
				continue
			}
			n++
			for _, e := range verify(u.Text) {
				t.Errorf("%s: %s", filepath.Base(f), e)
			}
			lines := strings.Count(u.Text, "\n")
			if lines != len(u.Lines) {
				t.Errorf("%s: %d lines of text, %d in the line table", filepath.Base(f), lines, len(u.Lines))
			}
		}
	}
	if n == 0 {
		t.Error("no program was compiled")
	}
}
