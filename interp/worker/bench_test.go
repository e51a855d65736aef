package worker

import (
	"strings"
	"testing"
)

// BenchmarkStart is a worker from nothing to the end of its first fmt.Println.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		r := newRecorder()
		p, err := Start(Options{Command: command(), Events: r})
		if err != nil {
			b.Fatal(err)
		}
		u := cell(1, "", "n_fmt.Println(1)")
		u.Imports = imports
		run(b, p, Cell{ID: 1, Number: 1, Unit: u})
		p.Close()
	}
}

// BenchmarkCell is a cell of one fmt.Println, from Run to its outcome.
func BenchmarkCell(b *testing.B) {
	r := newRecorder()
	p := start(b, r)
	u := cell(1, "", "n_fmt.Println(1)")
	u.Imports = imports
	run(b, p, Cell{ID: 1, Number: 1, Unit: u})
	n := 1
	for b.Loop() {
		n++
		u := cell(n, "", "n_fmt.Println(1)")
		u.Forget = u.Run
		run(b, p, Cell{ID: int64(n), Number: n, Unit: u})
	}
}

// BenchmarkPrint prints a line of a hundred thousand.
func BenchmarkPrint(b *testing.B) {
	r := newRecorder()
	p := start(b, r)
	u := cell(1, "func Lines(n int) { for i := 0; i < n; i++ { n_fmt.Println(i) } }", "")
	u.Imports = imports
	run(b, p, Cell{ID: 1, Number: 1, Unit: u})
	n := 1
	for b.Loop() {
		n++
		run(b, p, Cell{ID: int64(n), Number: n, Unit: cell(n, "", "Lines(100000)")})
		if strings.Count(r.out(int64(n)), "\n") != 100000 {
			b.Fatal("lines are lost")
		}
	}
}
