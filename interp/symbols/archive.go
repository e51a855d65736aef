package symbols

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
)

//go:embed std.zip
var archiveBytes []byte

//go:embed paths.txt
var pathLines string

// archive is std.zip, opened once: export/PATH, source/PATH/FILE, doc/PATH.
var archive = sync.OnceValues(func() (*zip.Reader, error) {
	return zip.NewReader(bytes.NewReader(archiveBytes), int64(len(archiveBytes)))
})

// index is paths.txt: the import paths that are offered, and the names of their packages.
var index = sync.OnceValue(func() (x struct {
	name  map[string]string   // path -> package name
	paths map[string][]string // package name -> paths
	all   []string
}) {
	x.name, x.paths = map[string]string{}, map[string][]string{}
	for l := range strings.Lines(pathLines) {
		p, n, _ := strings.Cut(strings.TrimSpace(l), " ")
		x.name[p] = n
		x.paths[n] = append(x.paths[n], p)
		x.all = append(x.all, p)
	}
	for _, ps := range x.paths { // shorter paths first, the newest version of a package before its elder
		sort.SliceStable(ps, func(i, j int) bool { return rank(ps[i]) < rank(ps[j]) })
	}
	return x
})

// rank orders packages of one name by how likely a learner means them.
func rank(p string) int {
	switch p {
	case "math/rand/v2", "text/template", "crypto/rand", "html/template":
		return map[string]int{"math/rand/v2": -1, "text/template": 0, "html/template": 1, "crypto/rand": 100}[p]
	}
	return strings.Count(p, "/") * 10
}

// Paths are the import paths that cells can use without anything installed, sorted.
func Paths() []string { return index().all }

// Name is the name of the package at path, "" if the path is not offered.
func Name(path string) string { return index().name[path] }

// PathsOf are the import paths of packages of that name, the most likely one first.
func PathsOf(name string) []string { return index().paths[name] }

func member(name string) ([]byte, error) {
	z, err := archive()
	if err != nil {
		return nil, fmt.Errorf("opening the archive of the standard library: %w", err)
	}
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// Doc is the doc comment of a name of the package at path: "" for the package itself, "F", "T", "T.Method" or "T.field".
func Doc(path, name string) string {
	d, ok := docs.Load(path)
	if !ok {
		m := map[string]string{}
		if b, err := member("doc/" + path); err == nil {
			_ = json.Unmarshal(b, &m) // written by our own generator
		}
		d, _ = docs.LoadOrStore(path, m)
	}
	return d.(map[string]string)[name]
}

// docs remembers unpacked comments; they never change.
var docs sync.Map // path -> map[string]string

// Source is a package taken from source: what the compiler needs to compile it with the cells that use it.
type Source struct {
	Types *types.Package
	Files []*ast.File
	Info  *types.Info
}

// Importer gives go/types the offered packages. It is for one session: its packages
// are identical for all cells. Methods may be called from several goroutines.
type Importer struct {
	mu     sync.Mutex
	fset   *token.FileSet
	std    types.Importer
	source map[string]*Source
	extra  map[string]fs.FS
}

// NewImporter makes an importer whose positions go into fset.
func NewImporter(fset *token.FileSet) *Importer {
	i := &Importer{fset: fset, source: map[string]*Source{}, extra: map[string]fs.FS{}}
	i.std = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		b, err := member("export/" + path)
		if err != nil {
			return nil, fmt.Errorf("package %s is not in std", path)
		}
		return io.NopCloser(bytes.NewReader(b)), nil
	})
	return i
}

// AddSource offers the package whose Go files are in files under path. Only its exported
// declarations are read (its symbols are given to Add); imports that it cannot resolve may
// stand in function bodies and unexported declarations.
func (i *Importer) AddSource(path string, files fs.FS) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.extra[path] = files
}

// Offers reports whether cells can import path.
func (i *Importer) Offers(path string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	_, extra := i.extra[path]
	return extra || Name(path) != ""
}

// Extra are the paths given to AddSource.
func (i *Importer) Extra() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Sorted(maps.Keys(i.extra))
}

// Import gives the package at path, checked from source or read from export data.
func (i *Importer) Import(path string) (*types.Package, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.load(path)
}

// Source is how the compiler gets at a package that it compiles itself: nil for native ones.
func (i *Importer) Source(p *types.Package) *Source {
	i.mu.Lock()
	defer i.mu.Unlock()
	if s := i.source[p.Path()]; s != nil && s.Types == p && s.Info != nil {
		return s
	}
	return nil
}

func (i *Importer) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if s := i.source[path]; s != nil {
		return s.Types, nil
	}
	if x, ok := i.extra[path]; ok {
		return i.outline(path, x)
	}
	if z, err := archive(); err == nil {
		if names, _ := fs.Glob(z, "source/"+path+"/*.go"); len(names) > 0 {
			return i.fromSource(path, z, names)
		}
	}
	return i.std.Import(path)
}

func (i *Importer) fromSource(path string, z fs.FS, names []string) (*types.Package, error) {
	s := &Source{Info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}}
	for _, n := range names {
		b, err := fs.ReadFile(z, n)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(i.fset, n[len("source/"):], b, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parsing package %s: %w", path, err)
		}
		s.Files = append(s.Files, f)
	}
	conf := types.Config{Importer: importFunc(i.load), GoVersion: goVersion}
	var err error
	if s.Types, err = conf.Check(path, i.fset, s.Files, s.Info); err != nil {
		return nil, fmt.Errorf("checking package %s: %w", path, err)
	}
	i.source[path] = s
	return s.Types, nil
}

// outline checks the declarations of a package whose code is native: bodies are not
// looked at, and errors from imports that are not offered do not matter.
func (i *Importer) outline(path string, files fs.FS) (*types.Package, error) {
	names, err := fs.Glob(files, "*.go")
	if err != nil {
		return nil, err
	}
	var parsed []*ast.File
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		b, err := fs.ReadFile(files, n)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(i.fset, path+"/"+n, b, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("parsing package %s: %w", path, err)
		}
		parsed = append(parsed, f)
	}
	conf := types.Config{
		Importer: importFunc(func(p string) (*types.Package, error) {
			if Name(p) == "" {
				q := types.NewPackage(p, p[strings.LastIndexByte(p, '/')+1:])
				q.MarkComplete()
				return q, nil
			}
			return i.load(p)
		}),
		GoVersion: goVersion, IgnoreFuncBodies: true, FakeImportC: true,
		Error: func(error) {},
	}
	p, _ := conf.Check(path, i.fset, parsed, nil)
	if p == nil {
		return nil, fmt.Errorf("package %s cannot be checked", path)
	}
	p.MarkComplete()
	i.source[path] = &Source{Types: p}
	return p, nil
}

type importFunc func(string) (*types.Package, error)

func (f importFunc) Import(p string) (*types.Package, error) { return f(p) }

// SourceFiles are the files of a package that the archive holds as source, nil if it does not.
func SourceFiles(path string) fs.FS {
	z, err := archive()
	if err != nil {
		return nil
	}
	if names, _ := fs.Glob(z, "source/"+path+"/*.go"); len(names) == 0 {
		return nil
	}
	sub, err := fs.Sub(z, "source/"+path)
	if err != nil {
		return nil
	}
	return sub
}
