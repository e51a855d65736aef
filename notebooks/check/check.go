// Package check runs the exercises of the course: it takes a learner's
// functions, watches them at work, and says what is wrong with them.
//
// Cells of the course use it like this, with the language before the name:
//
//	check.Exercise("ko/wait-1", runAll) // green, or red with the reason
//	check.Hint("ko/wait-1")             // the next hint
//	check.Solution("ko/wait-1")         // the solution and why it works
//	check.Progress("ko")                // the whole course
//	check.Reset("ko/wait-1")            // one exercise, or "ko" for all, as new
//
// A check looks at more than results: it runs an answer many times under
// several values of GOMAXPROCS, makes the functions it hands over wait for each
// other to tell concurrent answers from sequential ones, counts how many run at
// a time, counts goroutines before and after, and puts a limit on every wait.
//
// The package knows nothing of notebooks. Answers are ordinary func values of
// plain types, and what it returns shows itself (HTML, String). The only state
// is on disk, see progress.go, so that a restart of the program loses nothing.
package check

import (
	"embed"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
)

//go:generate go run gokernel/interp/symbols/gen -package gokernel/notebooks/check -out symbols.go

// Path is the import path under which cells know this package.
const Path = "gokernel/notebooks/check"

//go:embed check.go
var source embed.FS

// Source are the files whose declarations cells may use.
func Source() fs.FS { return source }

//go:embed *.go answers/*.go
var whole embed.FS

// Whole are all files, for compiled programs that import the package.
func Whole() fs.FS { return whole }

// Page is something to read. It shows itself: notebooks take HTML, terminals String.
type Page struct{ plain, rich string }

// String is the page as plain text.
func (p Page) String() string { return p.plain }

// HTML is the page as an HTML fragment without scripts; its colours are legible
// on light and dark backgrounds.
func (p Page) HTML() string { return p.rich }

// Verdict is the outcome of a check. As the last value of a cell it shows itself.
type Verdict struct {
	Page
	Passed bool
	Reason Reason // why it did not pass
}

// Reason is the kind of fault that a check found.
type Reason string

// The reasons for which an answer does not pass.
const (
	None       Reason = ""
	Unknown    Reason = "unknown exercise"
	Signature  Reason = "signature"   // the answer has another type than asked for
	Wrong      Reason = "wrong"       // wrong result
	Sequential Reason = "sequential"  // does not run concurrently
	Race       Reason = "race"        // lost updates, or two in a critical section
	Leak       Reason = "leak"        // goroutines are left behind
	Deadlock   Reason = "deadlock"    // does not end within its time limit
	Panicked   Reason = "panic"       // panicked
	TooEarly   Reason = "too early"   // returned or went on before it should
	TooMany    Reason = "too many"    // more at a time than allowed
	TooSlow    Reason = "too slow"    // took much longer than needed
	Spinning   Reason = "spinning"    // asks again and again instead of waiting
	Uncanceled Reason = "uncancelled" // a context was not cancelled
)

// Exercise checks the answer to an exercise, named as "ko/wait-1" or
// "en/wait-1", and notes on disk that it passed. Answers are the learner's
// functions in the order in which the exercise names them.
//
// A check may change GOMAXPROCS while it runs. Goroutines of a wrong answer
// that never end remain, as they would in any program.
func Exercise(name string, answers ...any) Verdict { return exerciseIn(nil, name, answers) }

func exerciseIn(host Asker, name string, answers []any) Verdict {
	lang, id := split(name)
	ex, ok := find(id)
	if !ok {
		return Verdict{Page: unknownPage(lang, name), Reason: Unknown}
	}
	fault := ex.run(answers)
	if underDetector() {
		return Verdict{Page: verdictPage(lang, ex, fault), Passed: fault == nil, Reason: fault.reasonOrNone()}
	}
	var remarks []string
	if fault == nil && host != nil && !ex.calm {
		var remark text
		if fault, remark = detect(host, name); fault == nil {
			remarks = append(remarks, remark.in(lang))
		}
	}
	if err := notes().tried(id, fault == nil); err != nil {
		remarks = append(remarks, text{"진도를 저장하지 못했습니다: ", "progress could not be stored: "}.in(lang)+err.Error())
	}
	return Verdict{Page: verdictPage(lang, ex, fault, remarks...), Passed: fault == nil, Reason: fault.reasonOrNone()}
}

// Hint shows the hints of an exercise, one more with each call.
func Hint(name string) Page {
	lang, id := split(name)
	ex, ok := find(id)
	if !ok {
		return unknownPage(lang, name)
	}
	return hintPage(lang, ex, notes().nextHint(id, len(ex.hints)))
}

// Solution shows the solution of an exercise and why it works.
func Solution(name string) Page {
	lang, id := split(name)
	ex, ok := find(id)
	if !ok {
		return unknownPage(lang, name)
	}
	code, err := solutionSource(ex.answers)
	if err != nil {
		return plainPage(err.Error())
	}
	return solutionPage(lang, ex, code)
}

// Progress shows which exercises of the whole course have passed.
func Progress(lang string) Page {
	return progressPage(langOf(lang), exercises(), notes())
}

// Reset forgets what is noted about one exercise ("ko/wait-1") or about all ("ko").
func Reset(name string) Page {
	if !strings.Contains(name, "/") {
		return resetPage(langOf(name), "", notes().forgetAll())
	}
	lang, id := split(name)
	if _, ok := find(id); !ok {
		return unknownPage(lang, name)
	}
	return resetPage(lang, id, notes().forget(id))
}

// Predict compares a guess with what a run gave. Numbers of different types are
// equal when they print alike.
func Predict(lang string, guess, got any) Verdict {
	right := reflect.DeepEqual(guess, got) || fmt.Sprint(guess) == fmt.Sprint(got)
	v := Verdict{Page: predictPage(langOf(lang), guess, got, right), Passed: right}
	if !right {
		v.Reason = Wrong
	}
	return v
}

// split parts "ko/wait-1" into language and exercise.
func split(name string) (lang, id string) {
	before, after, found := strings.Cut(name, "/")
	if !found {
		return "ko", name
	}
	return langOf(before), after
}

func langOf(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "ko"
}
