package native

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func toolchain(t *testing.T) *Toolchain {
	tc, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tc
}

func run(t *testing.T, tw *Twin) (stdout, stderr, end string, err error) {
	var o, e bytes.Buffer
	tw.Dir = t.TempDir()
	end, err = toolchain(t).Run(t.Context(), tw, nil, &o, &e)
	return o.String(), e.String(), end, err
}

func TestTwinRuns(t *testing.T) {
	for name, c := range map[string]struct {
		twin Twin
		out  string
	}{
		"statements with a declaration of another cell": {Twin{
			Imports: map[string]string{"fmt": "fmt"},
			Decls:   []Decl{{"func double(n int) int { return 2 * n }", 1, 3, 1}},
			Body:    Decl{"fmt.Println(double(21))", 2, 1, 1},
		}, "42\n"},
		"a main function without a package clause": {Twin{
			Imports: map[string]string{"fmt": "fmt"},
			Body:    Decl{"func main() {\n\tfmt.Println(7)\n}", 2, 1, 1},
		}, "7\n"},
		"unused variables and imports": {Twin{
			Imports: map[string]string{"fmt": "fmt", "os": "os"},
			Body:    Decl{"x := 1\nfor i, v := range []int{7} {\n\tfmt.Println(\"a\")\n}\nif y := 2; true {\n}\nvar z int\nfmt.Println(\"b\")", 2, 1, 1},
		}, "a\nb\n"},
		"the value of the last expression": {Twin{Body: Decl{"x := 20\nx + 1", 2, 1, 1}}, "21\n"},
		"a whole program with arguments": {Twin{
			Program: "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() { fmt.Println(os.Args[1:]) }\n",
			Body:    Decl{Cell: 3}, Args: []string{"a", "b"},
		}, "[a b]\n"},
		"a package from its sources": {Twin{
			Imports: map[string]string{"fmt": "fmt", "deep": "example.org/x/y/deep"},
			Body:    Decl{"fmt.Println(deep.N)", 2, 1, 1},
			Sources: func(path string) fs.FS {
				return fstest.MapFS{"deep.go": {Data: []byte("package deep\n\nconst N = 5\n")}}
			},
		}, "5\n"},
	} {
		out, stderr, end, err := run(t, &c.twin)
		if out != c.out || end != "" || err != nil {
			t.Errorf("%s: printed %q, want %q; end %q, error %v, stderr %s", name, out, c.out, end, err, stderr)
		}
	}
}

func TestTwinPositions(t *testing.T) {
	_, _, _, err := run(t, &Twin{Body: Decl{"x := 1\nx = \"a\"", 4, 2, 1}})
	var b *BuildError
	if !errors.As(err, &b) || !strings.HasPrefix(b.Text, "cell 4:3:5: cannot use \"a\"") {
		t.Errorf("a build error reads %v", err)
	}
	_, stderr, end, err := run(t, &Twin{
		Decls: []Decl{{"func f(s []int) int {\n\treturn s[5]\n}", 1, 3, 1}},
		Body:  Decl{"f(nil)", 4, 2, 1},
	})
	if err != nil || end != "exit status 2" || !strings.Contains(stderr, "index out of range [5] with length 0") || !strings.Contains(stderr, "\tcell 1:4") || !strings.Contains(stderr, "\tcell 4:2") {
		t.Errorf("end %q, error %v, trace\n%s", end, err, stderr)
	}
}

func TestTwinRace(t *testing.T) {
	out, stderr, end, err := run(t, &Twin{
		Imports: map[string]string{"fmt": "fmt", "sync": "sync"}, Race: true,
		Body: Decl{"var wg sync.WaitGroup\nn := 0\nfor range 2 {\n\twg.Go(func() {\n\t\tn++\n\t})\n}\nwg.Wait()\nfmt.Println(\"done\")", 6, 1, 1},
	})
	if err != nil || out != "done\n" || end != "exit status 66" || !strings.Contains(stderr, "WARNING: DATA RACE") || !strings.Contains(stderr, "cell 6:5 ") || strings.Contains(stderr, "gokernel-twin") {
		t.Errorf("end %q, error %v, out %q, report\n%s", end, err, out, stderr)
	}
}

// lines tells when the first line has been written.
type lines struct {
	seen  bool
	first chan struct{}
}

func (l *lines) Write(b []byte) (int, error) {
	if !l.seen && len(b) > 0 {
		l.seen = true
		close(l.first)
	}
	return len(b), nil
}

func TestTwinIsInterrupted(t *testing.T) {
	tc := toolchain(t)
	ctx, cancel := context.WithCancel(t.Context())
	out := &lines{first: make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		_, err := tc.Run(ctx, &Twin{Imports: map[string]string{"fmt": "fmt"}, Body: Decl{"fmt.Println(1)\nfor {\n}", 1, 1, 1}, Dir: t.TempDir()}, nil, out, out)
		done <- err
	}()
	select {
	case <-out.first:
	case <-time.After(time.Minute):
		t.Fatal("the program has not started")
	}
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the program goes on")
	}
}

func TestPlacesOverWrites(t *testing.T) {
	var b bytes.Buffer
	p := &places{w: &b, dir: "/tmp/dir"}
	for _, s := range []string{"a /tm", "p/dir/src/cell 1:2 b\n/tmp", "/di", "x /tmp/dir/cell 2:1"} {
		if _, err := p.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.flush(); err != nil || b.String() != "a cell 1:2 b\n/tmp/dix cell 2:1" {
		t.Errorf("%q, %v", b.String(), err)
	}
}
