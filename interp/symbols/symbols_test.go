package symbols

import (
	"go/token"
	"go/types"
	"os/exec"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestEveryPackageImports(t *testing.T) {
	imp := NewImporter(token.NewFileSet())
	for _, p := range Paths() {
		pkg, err := imp.Import(p)
		if err != nil {
			t.Errorf("importing %s: %v", p, err)
			continue
		}
		if pkg.Name() != Name(p) {
			t.Errorf("package %s is named %s, the index says %s", p, pkg.Name(), Name(p))
		}
	}
	if _, err := imp.Import("example.org/none"); err == nil || !strings.Contains(err.Error(), "is not in std") {
		t.Errorf("importing a package that is not offered: error %v", err)
	}
}

// Every function, variable and type that the checker accepts must be there for the worker,
// with the same type, or be known to be generic or bound to a platform.
func TestTablesMatchExportData(t *testing.T) {
	imp := NewImporter(token.NewFileSet())
	for _, path := range Paths() {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		if imp.Source(pkg) != nil {
			if Package(path) != nil {
				t.Errorf("%s is taken from source and has a table", path)
			}
			continue
		}
		for _, name := range pkg.Scope().Names() {
			o := pkg.Scope().Lookup(name)
			if _, c := o.(*types.Const); c || !o.Exported() {
				continue
			}
			v, ok := Package(path)[name]
			if !ok {
				if path == "syscall" && !(runtime.GOOS == "linux" && runtime.GOARCH == "amd64") {
					continue
				}
				if !genericObject(o) {
					t.Errorf("%s.%s has no symbol", path, name)
				}
				continue
			}
			switch o.(type) {
			case *types.Func:
				if v.Kind() != reflect.Func {
					t.Errorf("%s.%s is %v, want a function", path, name, v.Kind())
				}
			case *types.Var:
				if !v.CanAddr() {
					t.Errorf("variable %s.%s cannot be addressed", path, name)
				}
			case *types.TypeName:
				if v.Kind() != reflect.Pointer || !v.IsNil() {
					t.Errorf("type %s.%s is not a nil pointer", path, name)
				}
			}
		}
	}
}

func genericObject(o types.Object) bool {
	switch t := o.Type().(type) {
	case *types.Signature:
		return t.TypeParams().Len() > 0
	case *types.Named:
		if i, ok := t.Underlying().(*types.Interface); ok && !i.IsMethodSet() {
			return true
		}
		return t.TypeParams().Len() > 0
	case *types.Alias:
		return t.TypeParams().Len() > 0
	}
	return false
}

// TestEveryPackage holds the index to the packages of the standard library.
func TestEveryPackage(t *testing.T) {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Skip("there is no Go toolchain: ", err)
	}
	n := 0
	for _, p := range strings.Fields(string(out)) {
		if parts := strings.Split(p, "/"); slices.Contains(parts, "internal") || slices.Contains(parts, "vendor") || p == "unsafe" {
			continue
		}
		n++
		if (Name(p) == "") != LeftOut(p) {
			t.Errorf("%s: offered %v, left out %v", p, Name(p) != "", LeftOut(p))
		}
	}
	if n < 100 {
		t.Errorf("only %d packages", n)
	}
}

func TestSourcePackages(t *testing.T) {
	imp := NewImporter(token.NewFileSet())
	for _, p := range []string{"slices", "maps", "cmp", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore", "golang.org/x/sync/singleflight"} {
		pkg, err := imp.Import(p)
		if err != nil {
			t.Fatal(err)
		}
		if s := imp.Source(pkg); s == nil || len(s.Files) == 0 || len(s.Info.Defs) == 0 {
			t.Errorf("no source for %s", p)
		}
	}
	pkg, err := imp.Import("fmt")
	if err != nil {
		t.Fatal(err)
	}
	if imp.Source(pkg) != nil {
		t.Error("fmt has a source, want native")
	}
}

func TestAddSource(t *testing.T) {
	imp := NewImporter(token.NewFileSet())
	imp.AddSource("example.org/show", fstest.MapFS{
		"show.go":      {Data: []byte("package show\nimport (\"example.org/deep\"; \"image\")\nfunc PNG(m image.Image) string { return deep.F(m) }\n")},
		"show_test.go": {Data: []byte("package show\nfunc Hidden() {}\n")},
	})
	p, err := imp.Import("example.org/show")
	if err != nil {
		t.Fatal(err)
	}
	f := p.Scope().Lookup("PNG")
	if f == nil || f.Type().String() != "func(m image.Image) string" {
		t.Errorf("PNG is %v", f)
	}
	if p.Scope().Lookup("Hidden") != nil {
		t.Error("a test file was read")
	}
}

func TestDoc(t *testing.T) {
	for _, c := range []struct{ path, name, want string }{
		{"fmt", "Println", "Println formats using the default formats"},
		{"sync", "WaitGroup.Wait", "Wait blocks until"},
		{"net/http", "Server.Handler", "handler to invoke"},
		{"sync", "", "Package sync provides"},
		{"time", "Second", ""},
		{"fmt", "Nothing", ""},
	} {
		got := Doc(c.path, c.name)
		if c.want == "" && c.name == "Nothing" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("Doc(%s, %s) = %q", c.path, c.name, got)
		}
	}
}

func TestPathsOf(t *testing.T) {
	for name, want := range map[string]string{"rand": "math/rand/v2", "template": "text/template", "errgroup": "golang.org/x/sync/errgroup", "fmt": "fmt", "http": "net/http"} {
		if got := PathsOf(name); len(got) == 0 || got[0] != want {
			t.Errorf("PathsOf(%s) = %v, want %s first", name, got, want)
		}
	}
}

func BenchmarkImportFmt(b *testing.B) {
	for b.Loop() {
		if _, err := NewImporter(token.NewFileSet()).Import("fmt"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkImportSlices(b *testing.B) {
	for b.Loop() {
		if _, err := NewImporter(token.NewFileSet()).Import("slices"); err != nil {
			b.Fatal(err)
		}
	}
}
