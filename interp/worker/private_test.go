package worker

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gokernel/interp/guest"
)

// TestManyVariables declares more variables than the slice of the globals has room for, several at a time: each is a variable,
// also those of the text in whose middle the slice gets longer.
func TestManyVariables(t *testing.T) {
	e, err := newEngine(func(path string) map[string]reflect.Value { return guest.Symbols()[path+"/guest"] }, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if e.private == nil {
		t.Fatal(e.lacks)
	}
	const each = 7
	for n := 0; n < globals+3*each; n += each {
		var text strings.Builder
		text.WriteString("package main\n")
		for k := range each {
			fmt.Fprintf(&text, "var v%d int\n", n+k)
		}
		if err := e.execute(text.String(), nil); err != nil {
			t.Fatal(err)
		}
		for k := range each {
			v, ok := e.private.variable(fmt.Sprintf("v%d", n+k))
			if !ok || !v.CanSet() {
				t.Fatalf("v%d is no variable", n+k)
			}
			v.SetInt(int64(n + k))
		}
	}
	for _, n := range []int{0, 1, globals - each, globals - 1, globals, globals + each} {
		if v, _ := e.private.variable(fmt.Sprintf("v%d", n)); v.Int() != int64(n) {
			t.Errorf("v%d is %d", n, v.Int())
		}
	}
}
