package compile_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
)

var speed = flag.Bool("speed", false, "compare the speed of emitted text with the interpreter's own")

// TestSpeed prints what emitted text costs beside the same program fed to the interpreter as it is:
//
//	go test ./interp/compile -run Speed -speed -v
//
// Times are the shortest of nine runs in milliseconds; they want a quiet machine.
func TestSpeed(t *testing.T) {
	if !*speed {
		t.Skip("only with -speed: it wants a quiet machine")
	}
	const file = "testdata/speed/speed.go"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	in := interp.New(interp.Options{Stdout: &out})
	if err := in.Use(stdlib.Symbols); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Eval(string(src)); err != nil {
		t.Fatal(err)
	}
	stock, order := times(t, out.String())
	ours, _ := times(t, runUnit(t, compileFile(t, file, false)))
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s%10s%10s%8s\n", "ms", "yaegi", "cell", "ratio")
	for _, n := range order {
		fmt.Fprintf(&b, "%-12s%10.1f%10.1f%8.2f\n", n, stock[n], ours[n], ours[n]/stock[n])
	}
	t.Log("\n" + b.String())
}

func times(t *testing.T, text string) (r map[string]float64, order []string) {
	r = map[string]float64{}
	for l := range strings.Lines(text) {
		var name string
		var ms float64
		if _, err := fmt.Sscan(l, &name, &ms); err != nil {
			t.Fatalf("reading %q: %v", l, err)
		}
		r[name] = ms
		order = append(order, name)
	}
	return r, order
}
