// Popular counts how often the examples, tests and commands of the Go
// distribution, and the cells of the course, mention the exported names of each package, and the names of
// fields and methods, and writes the order to popular.txt: completion puts the
// likelier names first.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gokernel/interp/symbols"
)

const (
	perPackage = 60
	members    = 1500
	// courseWeight is how much a mention in the course counts: it shows what learners of concurrency write.
	courseWeight = 10
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "popular:", err)
		os.Exit(1)
	}
}

func run() error {
	names := map[string]map[string]int{} // package path -> name -> count
	selected := map[string]int{}         // field and method names
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("asking for GOROOT: %w", err)
	}
	for _, dir := range []string{"src", "test"} {
		root := filepath.Join(strings.TrimSpace(string(goroot)), dir)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") || strings.Contains(path, "vendor") {
				return err
			}
			weight := 1
			if strings.Contains(filepath.Base(path), "example") {
				weight = 20 // written to be read
			}
			count(path, weight, names, selected)
			return nil
		})
		if err != nil {
			return err
		}
	}
	onType, err := examples(strings.TrimSpace(string(goroot)))
	if err != nil {
		return err
	}
	if err := course(names, selected); err != nil {
		return err
	}
	out, err := os.Create("popular.txt")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	for _, path := range symbols.Paths() {
		if top := best(names[path], perPackage); len(top) > 0 {
			fmt.Fprintln(w, path, strings.Join(top, " "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(onType)) {
		fmt.Fprintln(w, name, strings.Join(best(onType[name], perPackage), " "))
	}
	fmt.Fprintln(w, ".", strings.Join(best(selected, members), " "))
	if err := w.Flush(); err != nil {
		return err
	}
	return out.Close()
}

// examples counts the fields and methods that the tests from outside each package select, by the type that has them.
func examples(goroot string) (map[string]map[string]int, error) {
	counts := map[string]map[string]int{}
	for _, path := range symbols.Paths() {
		files, err := filepath.Glob(filepath.Join(goroot, "src", filepath.FromSlash(path), "*_test.go"))
		if err != nil {
			return nil, err
		}
		fset := token.NewFileSet()
		var outside []*ast.File
		for _, name := range files {
			f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
			if err == nil && strings.HasSuffix(f.Name.Name, "_test") {
				outside = append(outside, f)
			}
		}
		info := &types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}}
		// Some need packages that cells cannot import: what is understood counts.
		conf := types.Config{Importer: symbols.NewImporter(fset), Error: func(error) {}}
		conf.Check(path+"_test", fset, outside, info)
		for at, s := range info.Selections {
			t := types.Unalias(s.Recv())
			if ptr, ok := t.(*types.Pointer); ok {
				t = types.Unalias(ptr.Elem())
			}
			n, ok := t.(*types.Named)
			if !ok || n.Obj().Pkg() == nil || strings.HasSuffix(n.Obj().Pkg().Path(), "_test") || !s.Obj().Exported() {
				continue
			}
			key := n.Obj().Pkg().Path() + "." + n.Obj().Name()
			if counts[key] == nil {
				counts[key] = map[string]int{}
			}
			weight := 1
			if strings.Contains(filepath.Base(fset.Position(at.Pos()).Filename), "example") {
				weight = 20
			}
			counts[key][s.Obj().Name()] += weight
		}
	}
	return counts, nil
}

// course counts the names in the cells of the course's notebooks.
func course(names map[string]map[string]int, selected map[string]int) error {
	files, err := filepath.Glob("../../notebooks/en/*.ipynb")
	if err != nil {
		return err
	}
	mention := regexp.MustCompile(`\b([a-z]\w*)\.([A-Z]\w*)`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		for _, m := range mention.FindAllStringSubmatch(string(b), -1) {
			if paths := symbols.PathsOf(m[1]); len(paths) > 0 {
				if names[paths[0]] == nil {
					names[paths[0]] = map[string]int{}
				}
				names[paths[0]][m[2]] += courseWeight
			} else {
				selected[m[2]] += courseWeight
			}
		}
	}
	return nil
}

func count(path string, weight int, names map[string]map[string]int, selected map[string]int) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return // tests of the compiler hold broken files
	}
	imports := map[string]string{}
	for _, s := range f.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil || symbols.Name(p) == "" {
			continue
		}
		n := symbols.Name(p)
		if s.Name != nil {
			n = s.Name.Name
		}
		imports[n] = p
	}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok || !s.Sel.IsExported() {
			return true
		}
		if id, ok := s.X.(*ast.Ident); ok && imports[id.Name] != "" {
			p := imports[id.Name]
			if names[p] == nil {
				names[p] = map[string]int{}
			}
			names[p][s.Sel.Name] += weight
			return true
		}
		selected[s.Sel.Name] += weight
		return true
	})
}

func best(counts map[string]int, n int) []string {
	var names []string
	for k := range counts {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return names[:min(n, len(names))]
}
