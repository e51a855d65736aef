// Package symbols holds what cells may import, as generated tables: the
// standard library of one Go release and golang.org/x/sync. It knows nothing
// of the other rooms.
//
// Everything is lazy: a package's table, export data, source and doc comments
// are made or unpacked when first asked for, so that a session pays only for
// what its cells mention.
package symbols

//go:generate go run ./gen

import (
	"reflect"
	"sync"
)

// tables remembers the symbol tables that have been made; a package's table never changes.
var tables sync.Map // import path -> map[string]reflect.Value

// Package is the yaegi symbol table of one import path (functions, variables and
// types that are not generic; constants are not needed, the compiler has folded
// them), or nil if the path has none. The table must not be changed.
func Package(path string) map[string]reflect.Value {
	if t, ok := tables.Load(path); ok {
		return t.(map[string]reflect.Value)
	}
	t := everywhere(path)
	if t == nil {
		t = unix(path)
	}
	if t == nil {
		t = platform(path)
	}
	got, _ := tables.LoadOrStore(path, t)
	return got.(map[string]reflect.Value)
}

// Has tells whether the package has a symbol of that name that core text can mention.
func Has(path, name string) bool {
	_, ok := Package(path)[name]
	return ok
}

// Add offers a package that is not of the standard library under path, for the
// life of the process. It must be called before a session starts.
func Add(path string, table map[string]reflect.Value) { tables.Store(path, table) }
