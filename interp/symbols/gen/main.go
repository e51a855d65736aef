// Command gen writes the tables of package symbols for the Go toolchain that
// runs it: yaegi symbol tables of the standard library and golang.org/x/sync,
// and an archive with export data for the type checker, the sources of the
// packages that the compiler takes from source, and doc comments.
//
// With -package it writes a Symbols function for one package instead, which
// cells then import under the path given by -as.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
)

// FromSource are the packages that the compiler compiles with the cell: generic ones, which have
// no symbols that reflect could name (not iter: its types stand in the signatures of native
// packages and must be the same ones), and those that start goroutines, so that these are the session's own.
var fromSource = []string{
	"cmp", "maps", "slices",
	"golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore", "golang.org/x/sync/singleflight",
}

// Left out: packages that act on import, or that make no sense inside a running program.
var leftOut = map[string]bool{
	"C": true, "unsafe": true, "plugin": true, "runtime/cgo": true, "runtime/race": true, "net/http/pprof": true, "expvar": true,
	"time/tzdata": true, "crypto/internal": true,
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	one := flag.String("package", "", "write a Symbols function for this package only")
	as := flag.String("as", "", "import path under which cells know -package")
	out := flag.String("out", "", "file for -package")
	flag.Parse()
	var err error
	if *one != "" {
		err = writeOne(*one, *as, *out)
	} else {
		err = writeAll()
	}
	if err != nil {
		log.Fatal(err)
	}
}

// exports gives the export data file of each package that patterns match.
func exports(patterns ...string) (map[string]string, error) {
	cmd := exec.Command("go", append([]string{"list", "-deps", "-export", "-f", "{{.ImportPath}}\t{{.Export}}"}, patterns...)...)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing export data: %w", err)
	}
	m := map[string]string{}
	for l := range strings.Lines(string(b)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(l), "\t"); ok && file != "" {
			m[path] = file
		}
	}
	return m, nil
}

func typeImporter(files map[string]string) types.Importer {
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(files[path])
	})
}

func offered(path string) bool {
	if leftOut[path] || strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "vendor/") {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "internal" || part == "vendor" {
			return false
		}
	}
	return true
}

func generic(t types.Type) bool {
	switch t := t.(type) {
	case *types.Named:
		return t.TypeParams().Len() > 0
	case *types.Alias:
		return t.TypeParams().Len() > 0
	case *types.Signature:
		return t.TypeParams().Len() > 0
	}
	return false
}

// constraint tells a type that can only stand in type parameter lists.
func constraint(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}

// entries are the table lines of a package for the names that keep accepts.
func entries(p *types.Package, qual string, keep func(name string) bool) (lines []string) {
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() || !keep(name) || generic(o.Type()) {
			continue
		}
		switch o := o.(type) {
		case *types.Func:
			lines = append(lines, fmt.Sprintf("%q: reflect.ValueOf(%s%s),", name, qual, name))
		case *types.Var:
			lines = append(lines, fmt.Sprintf("%q: reflect.ValueOf(&%s%s).Elem(),", name, qual, name))
		case *types.TypeName:
			if !constraint(o.Type()) {
				lines = append(lines, fmt.Sprintf("%q: reflect.ValueOf((*%s%s)(nil)),", name, qual, name))
			}
		}
	}
	return lines
}

// portable reads the API files of the toolchain: it tells the names that every platform has from
// those that only some have ("pkg syscall (linux-amd64), func Flock").
type portable struct {
	everywhere map[string]bool            // path.Name
	on         map[string]map[string]bool // path.Name -> contexts
}

func readAPI() (*portable, error) {
	files, err := filepath.Glob(filepath.Join(runtime.GOROOT(), "api", "go1*.txt"))
	if err != nil || len(files) == 0 {
		return nil, errors.New("the toolchain has no api folder")
	}
	p := &portable{map[string]bool{}, map[string]map[string]bool{}}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for l := range strings.Lines(string(b)) {
			l, ok := strings.CutPrefix(strings.TrimSpace(l), "pkg ")
			if !ok {
				continue
			}
			head, rest, ok := strings.Cut(l, ", ")
			if !ok {
				continue
			}
			path, ctx, limited := strings.Cut(head, " (")
			w := strings.Fields(rest)
			if len(w) < 2 || w[0] != "func" && w[0] != "var" && w[0] != "type" {
				continue
			}
			name := strings.FieldsFunc(w[1], func(r rune) bool { return r == '(' || r == '[' })[0]
			k := path + "." + name
			if !limited {
				p.everywhere[k] = true
				continue
			}
			if p.on[k] == nil {
				p.on[k] = map[string]bool{}
			}
			p.on[k][strings.TrimSuffix(ctx, ")")] = true
		}
	}
	return p, nil
}

func (p *portable) common(path, name string) bool {
	k := path + "." + name
	if p.everywhere[k] {
		return true
	}
	for _, c := range []string{"linux-amd64", "linux-arm", "darwin-amd64", "darwin-arm64", "windows-amd64"} {
		if !p.on[k][c] {
			return false
		}
	}
	return true
}

func writeAll() error {
	files, err := exports(append([]string{"std"}, fromSource...)...)
	if err != nil {
		return err
	}
	api, err := readAPI()
	if err != nil {
		return err
	}
	imp := typeImporter(files)
	var paths []string
	for p := range files {
		if offered(p) && (!strings.Contains(p, ".") || slices.Contains(fromSource, p)) {
			paths = append(paths, p)
		}
	}
	sort.Strings(paths)
	var common, unix, calls, here table
	var index strings.Builder
	for _, path := range paths {
		pkg, err := imp.Import(path)
		if err != nil {
			return fmt.Errorf("importing %s: %w", path, err)
		}
		fmt.Fprintf(&index, "%s %s\n", path, pkg.Name())
		if slices.Contains(fromSource, path) {
			continue
		}
		q := alias(path) + "."
		switch path {
		case "log/syslog":
			unix.add(path, entries(pkg, q, func(string) bool { return true }))
		case "syscall":
			calls.add(path, entries(pkg, q, func(n string) bool { return api.common(path, n) }))
			here.add(path, entries(pkg, q, func(string) bool { return true }))
		default:
			common.add(path, entries(pkg, q, func(n string) bool { return api.common(path, n) }))
		}
	}
	if err := common.write("std.go", "", "everywhere"); err != nil {
		return err
	}
	if err := unix.write("std_unix.go", "unix", "unix"); err != nil {
		return err
	}
	if err := calls.write("std_syscall.go", "(linux && !amd64) || darwin || windows", "platform"); err != nil {
		return err
	}
	if err := here.write("std_linux_amd64.go", "", "platform"); err != nil {
		return err
	}
	if err := os.WriteFile("paths.txt", []byte(index.String()), 0o644); err != nil {
		return err
	}
	if err := writeGo("release.go", fmt.Appendf(nil, "// Code generated by gen; DO NOT EDIT.\n\npackage symbols\n\n// goVersion is the release whose standard library the tables describe.\nconst goVersion = %q\n", release())); err != nil {
		return err
	}
	return writeArchive(paths, files)
}

func alias(path string) string {
	return "n_" + strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(path)
}

type table struct {
	imports, funcs, cases strings.Builder
}

func (t *table) add(path string, lines []string) {
	if len(lines) == 0 {
		return
	}
	a := alias(path)
	fmt.Fprintf(&t.imports, "%s %q\n", a, path)
	fmt.Fprintf(&t.funcs, "\nfunc pkg_%s() map[string]reflect.Value {\nreturn map[string]reflect.Value{\n%s\n}\n}\n", a[2:], strings.Join(lines, "\n"))
	fmt.Fprintf(&t.cases, "case %q:\nreturn pkg_%s()\n", path, a[2:])
}

func (t *table) write(file, tag, name string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by gen for %s; DO NOT EDIT.\n\n", release())
	if tag != "" {
		fmt.Fprintf(&b, "//go:build %s\n\n", tag)
	}
	fmt.Fprintf(&b, "package symbols\n\nimport (\n\"reflect\"\n\n%s)\n\nfunc %s(path string) map[string]reflect.Value {\nswitch path {\n%s}\nreturn nil\n}\n%s", t.imports.String(), name, t.cases.String(), t.funcs.String())
	return writeGo(file, b.Bytes())
}

func release() string {
	v := runtime.Version() // go1.26.8: tables hold for the minor version
	if i := strings.LastIndexByte(v, '.'); strings.Count(v, ".") > 1 {
		v = v[:i]
	}
	return v
}

func writeGo(file string, src []byte) error {
	out, err := format.Source(src)
	if err != nil {
		return fmt.Errorf("formatting %s: %w", file, err)
	}
	return os.WriteFile(file, out, 0o644)
}

// writeArchive packs export data, sources and doc comments.
func writeArchive(paths []string, files map[string]string) error {
	f, err := os.Create("std.zip")
	if err != nil {
		return err
	}
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	put := func(name string, b []byte) error {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	}
	for _, p := range paths {
		b, err := os.ReadFile(files[p])
		if err != nil {
			return err
		}
		if b, err = packageData(b); err != nil {
			return fmt.Errorf("export data of %s: %w", p, err)
		}
		if err := put("export/"+p, b); err != nil {
			return err
		}
		docs, err := comments(p)
		if err != nil {
			return fmt.Errorf("doc comments of %s: %w", p, err)
		}
		if b, err = json.Marshal(docs); err != nil {
			return err
		}
		if err := put("doc/"+p, b); err != nil {
			return err
		}
	}
	for _, p := range fromSource {
		bp, err := build.Import(p, ".", 0)
		if err != nil {
			return err
		}
		for _, name := range bp.GoFiles {
			b, err := os.ReadFile(filepath.Join(bp.Dir, name))
			if err != nil {
				return err
			}
			if err := put("source/"+p+"/"+name, b); err != nil {
				return err
			}
		}
	}
	lic, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "LICENSE"))
	if err != nil {
		return err
	}
	if err := put("LICENSE", lic); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}

// packageData is the __.PKGDEF member of a package archive: what an importer reads.
func packageData(b []byte) ([]byte, error) {
	const magic = "!<arch>\n"
	if !bytes.HasPrefix(b, []byte(magic)) {
		return b, nil
	}
	head := b[len(magic):]
	if len(head) < 60 || !bytes.HasPrefix(head, []byte("__.PKGDEF")) {
		return nil, errors.New("no package definition")
	}
	var size int
	if _, err := fmt.Sscan(strings.TrimSpace(string(head[48:58])), &size); err != nil {
		return nil, err
	}
	return b[:len(magic)+60+size], nil
}

// comments gives the doc comments of a package: "" for the package, "F", "T", "T.M", fields as "T.f".
func comments(path string) (map[string]string, error) {
	bp, err := build.Import(path, ".", 0)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var fs []*ast.File
	for _, n := range bp.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(bp.Dir, n), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		fs = append(fs, f)
	}
	p, err := doc.NewFromFiles(fset, fs, path)
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	set := func(k, text string) {
		if text = strings.TrimSpace(text); text != "" {
			m[k] = text
		}
	}
	set("", p.Doc)
	values := func(vs []*doc.Value) {
		for _, v := range vs {
			for _, s := range v.Decl.Specs {
				s := s.(*ast.ValueSpec)
				text := s.Doc.Text() + s.Comment.Text()
				if text == "" {
					text = v.Doc
				}
				for _, n := range s.Names {
					set(n.Name, text)
				}
			}
		}
	}
	funcs := func(prefix string, fs []*doc.Func) {
		for _, f := range fs {
			set(prefix+f.Name, f.Doc)
		}
	}
	values(p.Consts)
	values(p.Vars)
	funcs("", p.Funcs)
	for _, t := range p.Types {
		set(t.Name, t.Doc)
		values(t.Consts)
		values(t.Vars)
		funcs("", t.Funcs)
		funcs(t.Name+".", t.Methods)
		for _, s := range t.Decl.Specs {
			var list []*ast.Field
			switch x := s.(*ast.TypeSpec).Type.(type) {
			case *ast.StructType:
				list = x.Fields.List
			case *ast.InterfaceType:
				list = x.Methods.List
			}
			for _, f := range list {
				for _, n := range f.Names {
					set(t.Name+"."+n.Name, f.Doc.Text()+f.Comment.Text())
				}
			}
		}
	}
	return m, nil
}

func writeOne(path, as, out string) error {
	if as == "" {
		as = path
	}
	files, err := exports(path)
	if err != nil {
		return err
	}
	pkg, err := typeImporter(files).Import(path)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by gen; DO NOT EDIT.\n\npackage %s\n\nimport \"reflect\"\n\n", pkg.Name())
	fmt.Fprintf(&b, "// Symbols is the table of what cells may use of %s.\nfunc Symbols() map[string]reflect.Value {\nreturn map[string]reflect.Value{\n%s\n}\n}\n", as,
		strings.Join(entries(pkg, "", func(n string) bool { return n != "Symbols" }), "\n"))
	return writeGo(out, b.Bytes())
}
