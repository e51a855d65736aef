// Package section reads the sources of the course and writes them as Jupyter
// notebooks.
//
// A section is one Markdown file in notebooks/sections with both languages in
// it, so that they cannot drift apart:
//
//	<!-- ko -->            starts a Markdown cell; its Korean text follows
//	<!-- en -->            the English text of the same cell
//	```go name mark mark   a code cell with its id and marks, up to the closing fence
//
// Code is written once. Where a comment or a string differs between the
// languages, it stands as ⟦한국어|English⟧. A fence of any other kind (~~~go,
// ```mermaid) is part of the text around it.
//
// Marks say what a cell is for: predict, fails (it is meant to end with an
// error), varies (its output differs from run to run), exercise (the learner
// writes here), check. Instructor tools and tests go by them.
package section

import (
	"bufio"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Lang is a language of the course.
type Lang string

// The languages of the course; Korean is the first.
const (
	Korean  Lang = "ko"
	English Lang = "en"
)

// Langs are all languages, the first one first.
func Langs() []Lang { return []Lang{Korean, English} }

// Section is one notebook of the course, in all languages.
type Section struct {
	Name  string // "05-race", the file names without extension
	Cells []Cell
}

// Cell is one cell of a section. A code cell has an ID that is its own in the section.
type Cell struct {
	ID    string
	Code  bool
	Marks []string
	text  map[Lang]string
}

// Has reports whether the cell carries mark.
func (c Cell) Has(mark string) bool { return slices.Contains(c.Marks, mark) }

// Text is the cell's source in lang, without a newline at its end.
func (c Cell) Text(lang Lang) string { return c.text[lang] }

// Marks that a code cell may carry.
func knownMarks() []string { return []string{"predict", "fails", "varies", "exercise", "check"} }

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,50}$`)

// ReadAll reads every section of fsys, in the order of the course.
func ReadAll(fsys fs.FS) ([]Section, error) {
	names, err := fs.Glob(fsys, "[0-9][0-9]-*.md")
	if err != nil {
		return nil, fmt.Errorf("listing sections: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("listing sections: no NN-name.md here")
	}
	sort.Strings(names)
	var all []Section
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading section: %w", err)
		}
		s, err := Parse(strings.TrimSuffix(path.Base(name), ".md"), string(src))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Parse reads one section. Errors name the line.
func Parse(name, src string) (Section, error) {
	p := parser{section: Section{Name: name}, ids: map[string]bool{}}
	lines := bufio.NewScanner(strings.NewReader(src))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.line++
		if err := p.take(lines.Text()); err != nil {
			return Section{}, fmt.Errorf("%s.md:%d: %w", name, p.line, err)
		}
	}
	if err := lines.Err(); err != nil {
		return Section{}, fmt.Errorf("%s.md: %w", name, err)
	}
	if p.code != nil {
		return Section{}, fmt.Errorf("%s.md: code cell %s has no end", name, p.code.ID)
	}
	if err := p.endText(); err != nil {
		return Section{}, fmt.Errorf("%s.md:%d: %w", name, p.line, err)
	}
	return p.section, nil
}

type parser struct {
	section Section
	line    int
	lang    Lang // language of the text that is being read, "" between cells
	fence   string
	texts   map[Lang]*strings.Builder
	code    *Cell
	body    strings.Builder
	ids     map[string]bool
	texted  int
}

func (p *parser) take(line string) error {
	switch {
	case p.code != nil:
		if line == "```" {
			return p.endCode()
		}
		p.body.WriteString(line + "\n")
		return nil
	case p.fence != "": // inside a fence that belongs to the text
		if line == p.fence {
			p.fence = ""
		}
	case line == "<!-- ko -->":
		if err := p.endText(); err != nil {
			return err
		}
		p.texts = map[Lang]*strings.Builder{Korean: {}, English: {}}
		p.lang = Korean
		return nil
	case line == "<!-- en -->":
		if p.lang != Korean {
			return errors.New("a text in English without one in Korean before it")
		}
		p.lang = English
		return nil
	case strings.HasPrefix(line, "```go ") || line == "```go":
		return p.startCode(strings.Fields(line)[1:])
	case strings.HasPrefix(line, "```"), strings.HasPrefix(line, "~~~"):
		p.fence = line[:3]
	}
	if p.lang == "" {
		if strings.TrimSpace(line) != "" {
			return fmt.Errorf("text outside of a cell: %q", line)
		}
		return nil
	}
	p.texts[p.lang].WriteString(line + "\n")
	return nil
}

func (p *parser) startCode(words []string) error {
	if err := p.endText(); err != nil {
		return err
	}
	if len(words) == 0 || !nameForm.MatchString(words[0]) {
		return errors.New("a code cell needs a name: lower-case letters, digits, hyphens")
	}
	if p.ids[words[0]] {
		return fmt.Errorf("two code cells are called %s", words[0])
	}
	p.ids[words[0]] = true
	for _, mark := range words[1:] {
		if !slices.Contains(knownMarks(), mark) {
			return fmt.Errorf("unknown mark %s", mark)
		}
	}
	p.code = &Cell{ID: words[0], Code: true, Marks: words[1:]}
	p.body.Reset()
	return nil
}

func (p *parser) endCode() error {
	c := p.code
	p.code = nil
	c.text = map[Lang]string{}
	for _, lang := range Langs() {
		text, err := Choose(p.body.String(), lang)
		if err != nil {
			return err
		}
		c.text[lang], err = gofmt(text)
		if err != nil {
			return fmt.Errorf("cell %s: %w", c.ID, err)
		}
	}
	p.section.Cells = append(p.section.Cells, *c)
	return nil
}

func (p *parser) endText() error {
	if p.texts == nil {
		return nil
	}
	c := Cell{ID: fmt.Sprintf("text-%02d", p.texted), text: map[Lang]string{}}
	p.texted++
	for lang, b := range p.texts {
		c.text[lang] = strings.TrimSpace(b.String())
		if c.text[lang] == "" {
			return fmt.Errorf("a text cell has no text in %q", lang)
		}
	}
	p.texts, p.lang = nil, ""
	p.section.Cells = append(p.section.Cells, c)
	return nil
}

// Choose replaces every ⟦한국어|English⟧ of code by its text in lang.
func Choose(code string, lang Lang) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(code, "⟦")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		both, after, closed := strings.Cut(rest, "⟧")
		ko, en, parted := strings.Cut(both, "|")
		if !closed || !parted {
			return "", errors.New("⟦ without | and ⟧")
		}
		if lang == Korean {
			out.WriteString(ko)
		} else {
			out.WriteString(en)
		}
		code = after
	}
}

// gofmt formats a cell: magic lines stay, the parts between empty lines are
// formatted each for itself, because declarations and statements together are
// no Go file.
func gofmt(cell string) (string, error) {
	var out strings.Builder
	rest := strings.TrimSpace(cell)
	for strings.HasPrefix(rest, "%") {
		line, after, _ := strings.Cut(rest, "\n")
		out.WriteString(strings.TrimRight(line, " ") + "\n")
		rest = strings.TrimLeft(after, "\n")
	}
	for i, part := range parts(rest) {
		text, err := format.Source([]byte(part))
		if err != nil {
			return "", fmt.Errorf("%w in\n%s", err, part)
		}
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(strings.TrimSpace(string(text)) + "\n")
	}
	return strings.TrimSpace(out.String()), nil
}

// parts cuts a cell at the empty lines of its top level. No part mixes a
// function declaration with statements, which gofmt would not take.
func parts(code string) []string {
	var blocks, lines []string
	flush := func() {
		if text := strings.Trim(strings.Join(lines, "\n"), "\n"); text != "" {
			blocks = append(blocks, text)
		}
		lines = nil
	}
	all := strings.Split(code, "\n")
	for i, line := range all {
		if line == "" && (i+1 == len(all) || !inside(all[i+1])) {
			flush()
			continue
		}
		lines = append(lines, line)
	}
	flush()
	return blocks
}

// inside reports whether line continues a block that an earlier line opened.
func inside(line string) bool {
	return strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "}") || strings.HasPrefix(line, ")")
}
