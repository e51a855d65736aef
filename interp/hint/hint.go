// Package hint says what a teacher would say under an error: one or two
// sentences about the usual cause and its remedy, in English or Korean.
//
// A rule looks at what the learner sees (the class of the error, Go's text and
// the table of goroutines) and, where that does not tell one cause from
// another, at the syntax of the cells. rules.go has the table in the order in
// which it is tried: rules that know more stand before those that know less.
// source.go has the questions about syntax. Where no rule fits nothing is
// said: a wrong hint costs a learner more than none.
package hint

import (
	"regexp"
	"strconv"
	"strings"
)

// A Language is the one in which hints are given.
type Language int

// The languages of hints.
const (
	English Language = iota
	Korean
)

// Most is how many hints one failure gets.
const Most = 2

// A Failure is a cell that has gone wrong, as the learner sees it.
type Failure struct {
	Class string   // short class of the error: "compile error", "panic", "fatal error"
	Text  string   // all that is shown, without colours
	Cells []string // the failing cell's text, then those of other cells that the text names
}

// For gives the hints for a failure, the one that knows most first; nil if none fits.
func For(f Failure, l Language) []string {
	// Goroutines of other cells are looked at only where the cell's own explain nothing.
	if own, _, both := strings.Cut(f.Text, "\nGoroutines of other cells:"); both {
		mine := f
		mine.Text = own
		if said := forAll(mine, l); len(said) > 0 {
			return said
		}
	}
	return forAll(f, l)
}

func forAll(f Failure, l Language) []string {
	src := &source{cells: f.Cells}
	var said []string
	topics := map[string]bool{}
	for i := range rules {
		r := &rules[i]
		if topics[r.topic] {
			continue
		}
		text, ok := r.apply(f, src, l)
		if !ok {
			continue
		}
		said = append(said, text)
		topics[r.topic] = true
		if r.last || len(said) == Most {
			break
		}
	}
	return said
}

// Quiet gives the hint for a cell that ended well but holds a mistake that no
// error shows, "" if there is none. Only what is a mistake beyond doubt counts.
func Quiet(cell string, l Language) string {
	if !strings.Contains(cell, "go") && !strings.Contains(cell, "Go") { // all of them are about goroutines
		return ""
	}
	src := &source{cells: []string{cell}}
	for i := range quietRules {
		if text, ok := quietRules[i].apply(Failure{}, src, l); ok {
			return text
		}
	}
	return ""
}

// A rule is one thing to say. Of the rules of one topic only the first that fits speaks.
type rule struct {
	topic string
	class string                          // what Failure.Class must be, "" for any
	text  *regexp.Regexp                  // what Failure.Text must hold, nil for anything
	also  func(*Failure, *source) finding // what must be so besides, nil for nothing
	last  bool                            // nothing is to be said after it

	// What is said. {} stands for what also has found, {1} for the first group of text.
	en, ko string
}

// A finding is what a question about the source has found.
type finding struct {
	ok   bool
	name string // the variable or function in question
}

func found(name string) finding { return finding{true, name} }

var placeholder = regexp.MustCompile(`\{\d?\}`)

func (r *rule) apply(f Failure, src *source, l Language) (string, bool) {
	if r.class != "" && r.class != f.Class {
		return "", false
	}
	var groups []string
	if r.text != nil {
		if groups = r.text.FindStringSubmatch(f.Text); groups == nil {
			return "", false
		}
	}
	var about finding
	if r.also != nil {
		if about = r.also(&f, src); !about.ok {
			return "", false
		}
	}
	text := r.en
	if l == Korean {
		text = r.ko
	}
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if p == "{}" {
			if r.also == nil { // Go's own braces: select {}
				return p
			}
			return about.name
		}
		n, _ := strconv.Atoi(p[1:2]) // {1} to {9}
		if n >= len(groups) {
			return p
		}
		return groups[n]
	}), true
}
