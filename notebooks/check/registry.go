package check

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strings"
)

// text is a sentence in the languages of the course.
type text struct{ ko, en string }

func (t text) in(lang string) string {
	if lang == "en" {
		return t.en
	}
	return t.ko
}

// exercise is one exercise: what it asks is written in the notebook, the rest is here.
type exercise struct {
	id      string
	section int
	title   text
	answers []string // names of the functions that the learner writes
	hints   []text
	why     text // why the solution works
	check   func(t *trial)
	// calm says that nothing in an answer needs a second goroutine: the race detector has nothing to look for.
	calm bool
}

// exercises are all exercises in the order of the course.
func exercises() []exercise {
	var all []exercise
	all = append(all, startExercises()...)
	all = append(all, goroutineExercises()...)
	all = append(all, channelExercises()...)
	all = append(all, raceExercises()...)
	all = append(all, selectExercises()...)
	all = append(all, timeoutExercises()...)
	all = append(all, revisitedExercises()...)
	all = append(all, sharedExercises()...)
	all = append(all, closureExercises()...)
	all = append(all, contextExercises()...)
	all = append(all, semaphoreExercises()...)
	all = append(all, beyondExercises()...)
	return all
}

func find(id string) (exercise, bool) {
	for _, ex := range exercises() {
		if ex.id == id {
			return ex, true
		}
	}
	return exercise{}, false
}

//go:embed answers/*.go
var answerFiles embed.FS

// solutionSource is the source of the named functions, each after the types of
// its file that it mentions.
func solutionSource(names []string) (string, error) {
	paths, err := fs.Glob(answerFiles, "answers/*.go")
	if err != nil {
		return "", fmt.Errorf("listing solutions: %w", err)
	}
	var parts []string
	for _, path := range paths {
		src, err := answerFiles.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("reading solutions: %w", err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
		if err != nil {
			return "", fmt.Errorf("reading solutions: %w", err)
		}
		text := func(n ast.Node) string {
			return string(src[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset])
		}
		for _, name := range names {
			f := function(file, name)
			if f == nil {
				continue
			}
			for _, t := range typesIn(file, f) {
				if code := text(t); !slices.Contains(parts, code) {
					parts = append(parts, code)
				}
			}
			parts = append(parts, text(f))
		}
	}
	if len(parts) < len(names) {
		return "", fmt.Errorf("no solution of %s", strings.Join(names, ", "))
	}
	return strings.Join(parts, "\n\n"), nil
}

func function(file *ast.File, name string) *ast.FuncDecl {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == name {
			return f
		}
	}
	return nil
}

// typesIn are the type declarations of file that f mentions.
func typesIn(file *ast.File, f *ast.FuncDecl) []*ast.GenDecl {
	mentioned := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			mentioned[id.Name] = true
		}
		return true
	})
	var found []*ast.GenDecl
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if ok && g.Tok == token.TYPE && mentioned[g.Specs[0].(*ast.TypeSpec).Name.Name] {
			found = append(found, g)
		}
	}
	return found
}
