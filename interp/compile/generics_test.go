package compile_test

import (
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gokernel/interp/symbols"
)

// TestGenerics instantiates every exported generic function and type of the standard library, with
// their methods, and compares with the compiled program; a new one in a later release is missed by name.
func TestGenerics(t *testing.T) {
	const file = "testdata/std/generics.go"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	imp := symbols.NewImporter(token.NewFileSet())
	n := 0
	used := func(p *types.Package, names ...string) {
		n++
		for _, name := range names {
			if !strings.Contains(string(src), name) {
				t.Errorf("%s does not use %s of %s", file, name, p.Path())
			}
		}
	}
	for _, path := range symbols.Paths() {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			continue
		}
		p, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range p.Scope().Names() {
			o := p.Scope().Lookup(name)
			if !o.Exported() {
				continue
			}
			switch x := o.(type) {
			case *types.Func:
				if x.Signature().TypeParams().Len() > 0 {
					used(p, p.Name()+"."+name)
				}
			case *types.TypeName:
				if nt, ok := x.Type().(*types.Named); ok && nt.TypeParams().Len() > 0 {
					used(p, p.Name()+"."+name+"[")
					for m := range nt.Methods() {
						if m.Exported() {
							used(p, "."+m.Name()+"(")
						}
					}
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d generic names were found", n)
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go toolchain to compare with")
	}
	exe := filepath.Join(t.TempDir(), "program.exe")
	if out, err := exec.Command("go", "build", "-o", exe, file).CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", file, err, out)
	}
	want, err := exec.Command(exe).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := runUnit(t, compileFile(t, file, false)); got != string(want) {
		t.Errorf("%s prints something else:\n%s", file, difference(string(want), got))
	}
}
