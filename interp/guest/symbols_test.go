package guest

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write symbols.go and goldens anew")

// hostOnly are exported functions and types that text has no use for.
var hostOnly = []string{"Start", "NewChanStmt", "Symbols", "Unwinding", "World", "Host", "Cell", "Options", "Outcome", "OutcomeKind",
	"Place", "Text", "Func", "Activation", "Crash", "Call", "GoroutineState", "Waker", "Deadlock", "Trace", "WaitKind", "G", "Panic",
	"ChanStmt", "ChanCase", "Recording", "Lane", "Span", "Arrow", "SpanState", "ArrowKind", "NewTrace"}

// TestSymbolsAreComplete holds symbols.go to what the package exports; -update writes it.
func TestSymbolsAreComplete(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var funcs, types []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if n := d.Name.Name; d.Recv == nil && ast.IsExported(n) && !slices.Contains(hostOnly, n) && !slices.Contains(funcs, n) {
					funcs = append(funcs, n)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() && !slices.Contains(hostOnly, s.Name.Name) {
						types = append(types, s.Name.Name)
					}
				}
			}
		}
	}
	slices.Sort(funcs)
	slices.Sort(types)
	var b bytes.Buffer
	b.WriteString(`package guest

import "reflect"

// Symbols is what emitted text can call, as the interpreter's symbol table:
// package path and name to symbols. A test holds the list complete and writes it.
func Symbols() map[string]map[string]reflect.Value {
	return map[string]map[string]reflect.Value{"gokernel/interp/guest/guest": {
`)
	for _, n := range funcs {
		fmt.Fprintf(&b, "%q: reflect.ValueOf(%s),\n", n, n)
	}
	for _, n := range types {
		fmt.Fprintf(&b, "%q: reflect.ValueOf((*%s)(nil)),\n", n, n)
	}
	b.WriteString("}}\n}\n")
	want, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("symbols.go", want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("symbols.go"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("symbols.go is not up to date (%v); run go test -run Symbols -update", err)
	}
}
