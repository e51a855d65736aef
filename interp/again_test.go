package interp

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"gokernel/interp/native"
)

// What a package asks about the cell that runs: its own call, once more, under the race detector.
func TestRaceAgain(t *testing.T) {
	if _, err := native.Find(t.Context()); err != nil {
		t.Skip(err)
	}
	const path = "example/again"
	files := fstest.MapFS{"again.go": {Data: []byte("package again\n\n// Call calls f twice at the same time.\n" +
		"func Call(name string, f func()) {\n\tdone := make(chan bool)\n\tgo func() { f(); done <- true }()\n\tf()\n\t<-done\n}\n")}}
	s, _ := start(t, Options{Packages: []Package{{Path: path, Source: files, Whole: files}}})
	cells := []string{
		"n, door := 0, make(chan int)\nfunc plain() { n++ }\nfunc quiet() {\n\tdoor := 1\n\t_ = door\n}\nfunc waits() { <-door }",
		"println(\"not again\")\nif true {\n\t_ = func() { again.Call(\"x\", plain) }\n}\nimport \"example/again\"\npanic(\"not again\")",
		"import other \"example/again\"\nfunc mine() { quiet() }\nx := 1; other.Call(\"y\", mine); _ = x",
		"import \"example/again\"\nagain.Call(\"z\", waits)",
	}
	if res := execute(s, 1, cells[0]); res.Err != nil {
		t.Fatal(res.Err)
	}
	ask := func(cell int, code, arg string) (string, error) {
		s.remember(cell, code)
		s.begin(CellID(cell), cell)
		defer s.end(CellID(cell))
		return s.answer(context.Background(), int64(cell), "race", []string{path, "Call", arg})
	}
	report, err := ask(2, cells[1], "x")
	if err != nil || !strings.Contains(report, "DATA RACE") || !strings.Contains(report, "cell 1:2") {
		t.Errorf("a race: %v\n%s", err, report)
	}
	if report, err := ask(3, cells[2], "y"); err != nil || report != "" {
		t.Errorf("no race: %v\n%s", err, report)
	}
	if _, err := ask(4, cells[3], "z"); err == nil || !strings.Contains(err.Error(), "door") {
		t.Errorf("a channel of the session cannot be carried over: %v", err)
	}
	if _, err := ask(4, cells[3], "nobody"); err == nil || !strings.Contains(err.Error(), "no call of Call") {
		t.Errorf("a call that is not there: %v", err)
	}
}
