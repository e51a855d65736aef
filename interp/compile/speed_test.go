package compile_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gokernel/interp/unit"
	"gokernel/interp/worker"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
)

var (
	speed  = flag.Bool("speed", false, "compare the speed of emitted text with the interpreter's own")
	rounds = flag.Int("rounds", 12, "how often -speed runs each program both ways")
)

// A timing is what one program takes: the shortest of all rounds both ways, in microseconds.
type timing struct {
	limit       float64 // of the ratio, 0 for none
	stock, cell float64
	result      [2]string
}

// TestSpeed prints what emitted text costs beside the same program fed to the interpreter as it is:
//
//	go test ./interp/compile -run Speed -speed -v
//
// The two take turns, so that what else the machine does meets both; the shortest time of each counts.
func TestSpeed(t *testing.T) {
	if !*speed {
		t.Skip("only with -speed: it wants a quiet machine")
	}
	files, err := filepath.Glob("testdata/speed/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		t.Run(name(file), func(t *testing.T) { compareSpeed(t, file) })
	}
}

func compareSpeed(t *testing.T, file string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	in := interp.New(interp.Options{Stdout: &out})
	if err := in.Use(stdlib.Symbols); err != nil {
		t.Fatal(err)
	}
	// a package of another name: main.main would run at each Eval
	if _, err := in.Eval(strings.Replace(string(src), "package main", "package stock", 1)); err != nil {
		t.Fatal(err)
	}
	main, err := in.Eval("stock.main")
	if err != nil {
		t.Fatal(err)
	}
	stock := func() string {
		out.Reset()
		main.Interface().(func())()
		return out.String()
	}
	cell := repeated(t, compileFile(t, file, false))
	cell() // loads it

	r := map[string]*timing{}
	var order []string
	for range *rounds {
		for side, text := range []string{stock(), cell()} {
			for l := range strings.Lines(text) {
				f := strings.Fields(l)
				var limit, us float64
				k := len(f) - 3
				if k < 1 {
					t.Fatalf("reading %q", l)
				}
				if _, err := fmt.Sscan(f[k]+" "+f[k+1], &limit, &us); err != nil {
					t.Fatalf("reading %q: %v", l, err)
				}
				n := strings.Join(f[:k], " ")
				if r[n] == nil {
					r[n] = &timing{limit: limit, stock: 1e9, cell: 1e9}
					order = append(order, n)
				}
				r[n].result[side] = f[k+2]
				if side == 0 {
					r[n].stock = min(r[n].stock, us)
				} else {
					r[n].cell = min(r[n].cell, us)
				}
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s%10s%10s%8s%8s\n", "µs", "yaegi", "cell", "ratio", "limit")
	for _, n := range order {
		m := r[n]
		note := ""
		switch {
		case m.result[0] != m.result[1]:
			note = "  yaegi is wrong: " + m.result[0] + ", not " + m.result[1]
		case m.limit > 0 && m.cell > m.limit*m.stock:
			note = "  over"
		}
		fmt.Fprintf(&b, "%-16s%10.0f%10.0f%8.2f%8.2f%s\n", n, m.stock, m.cell, m.cell/m.stock, m.limit, note)
	}
	t.Log("\n" + b.String())
}

// repeated loads a unit into a worker; each call of the function runs it and gives what it prints.
func repeated(t *testing.T, u *unit.Unit) func() string {
	t.Helper()
	rec := &recorder{}
	p, err := worker.Start(worker.Options{Command: []string{os.Args[0], "worker"}, Dir: t.TempDir(), Events: rec, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	id := int64(0)
	main := u.Run[len(u.Run)-1]
	u.Run = u.Run[:len(u.Run)-1]
	return func() string {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		id++
		rec.reset()
		o, err := p.Run(ctx, worker.Cell{ID: id, Number: u.Cell, Unit: u})
		if err != nil {
			t.Fatal(err)
		}
		if o.Failed != "" {
			t.Fatalf("loading the unit: %s\n%s", o.Failed, u.Text)
		}
		if o.End.Crash != nil {
			t.Fatal(o.End.Crash.Text)
		}
		call := fmt.Sprintf("Again%d", id) // what has run is forgotten, what it calls is not
		u = &unit.Unit{Cell: u.Cell, Text: fmt.Sprintf("func %s() {\n\t%s()\n}\n", call, main), Lines: make([]int32, 3), Run: []string{call}}
		return rec.String()
	}
}
