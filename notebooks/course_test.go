package notebooks_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gokernel/install/jupytertest"
	"gokernel/notebooks/check/answers"
	"gokernel/notebooks/section"
)

var update = flag.Bool("update", false, "execute the notebooks and store them with their outputs")

// notebookLimit is how long a whole notebook may take.
const notebookLimit = 30 * time.Second

// longestCell is how many lines of code fit into one look.
const longestCell = 25

func sections(t *testing.T) []section.Section {
	t.Helper()
	all, err := section.ReadAll(os.DirFS("sections"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// file is the path of a stored notebook.
func file(s section.Section, lang section.Lang) string {
	return filepath.Join(string(lang), s.Name+".ipynb")
}

func stored(t *testing.T, s section.Section, lang section.Lang) section.Notebook {
	t.Helper()
	data, err := os.ReadFile(file(s, lang))
	if err != nil {
		t.Fatal(err)
	}
	nb, err := section.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// each runs f for every notebook of the course.
func each(t *testing.T, f func(t *testing.T, s section.Section, lang section.Lang)) {
	for _, s := range sections(t) {
		for _, lang := range section.Langs() {
			t.Run(string(lang)+"/"+s.Name, func(t *testing.T) { f(t, s, lang) })
		}
	}
}

// The stored notebooks are what their sources say, and executed.
func TestStoredNotebooks(t *testing.T) {
	each(t, func(t *testing.T, s section.Section, lang section.Lang) {
		want, got := s.Notebook(lang), stored(t, s, lang)
		if missing := want.TakeOutputs(got); missing > 0 {
			t.Errorf("%d cells have no outputs: go test ./notebooks -run TestExecute -update", missing)
		}
		a, err := want.Encode()
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(file(s, lang))
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Errorf("%s is not what its source says: go run ./notebooks/build", file(s, lang))
		}
	})
}

// tokens are the tokens of a cell without comments; strings count as equal.
func tokens(src string) []string {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("cell", fset.Base(), len(src)), []byte(src), func(token.Position, string) {}, 0)
	var all []string
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return all
		case tok == token.STRING:
			lit = ""
		}
		all = append(all, tok.String()+" "+lit)
	}
}

func TestLanguagesHaveTheSameCode(t *testing.T) {
	for _, s := range sections(t) {
		ko, en := stored(t, s, section.Korean), stored(t, s, section.English)
		if len(ko.Cells) != len(en.Cells) {
			t.Errorf("%s: %d cells in Korean, %d in English", s.Name, len(ko.Cells), len(en.Cells))
			continue
		}
		for i, k := range ko.Cells {
			e := en.Cells[i]
			if k.ID != e.ID || k.Type != e.Type || !slices.Equal(k.Tags, e.Tags) {
				t.Errorf("%s: cell %d is %s %s in Korean, %s %s in English", s.Name, i, k.Type, k.ID, e.Type, e.ID)
			}
			if k.Type == "code" && !slices.Equal(tokens(k.Source), tokens(e.Source)) {
				t.Errorf("%s/%s: the code differs between the languages", s.Name, k.ID)
			}
		}
	}
}

var hangul = regexp.MustCompile(`\p{Hangul}`)

// No English notebook holds Korean, and every Korean text cell does.
func TestLanguagesAreNotMixed(t *testing.T) {
	each(t, func(t *testing.T, s section.Section, lang section.Lang) {
		for _, c := range s.Notebook(lang).Cells {
			has := hangul.MatchString(c.Source)
			if lang == section.English && has {
				t.Errorf("%s: Korean in the English notebook", c.ID)
			}
			if lang == section.Korean && c.Type == "markdown" && !has {
				t.Errorf("%s: no Korean in a text of the Korean notebook", c.ID)
			}
		}
	})
}

// Every section has what the course promises for each: text with a picture, a
// live cell, a predict question, a cell to break, the timeline of a run, two
// exercises, a summary and links.
func TestSectionsAreComplete(t *testing.T) {
	all := sections(t)
	if len(all) != 14 {
		t.Errorf("%d sections, want 14", len(all))
	}
	for i, s := range all {
		if !strings.HasPrefix(s.Name, fmt.Sprintf("%02d-", i)) {
			t.Errorf("section %d is called %s", i, s.Name)
		}
		count := map[string]int{}
		var text, code strings.Builder
		for _, c := range s.Cells {
			if !c.Code {
				text.WriteString(c.Text(section.English) + "\n")
				continue
			}
			code.WriteString(c.Text(section.English) + "\n")
			if n := strings.Count(c.Text(section.Korean), "\n") + 1; n > longestCell {
				t.Errorf("%s/%s has %d lines, may have %d", s.Name, c.ID, n, longestCell)
			}
			for _, mark := range c.Marks {
				count[mark]++
			}
			if len(c.Marks) == 0 {
				count["live"]++
			}
			if strings.HasPrefix(c.Text(section.English), "%%trace") {
				count["trace"]++
			}
			if strings.Contains(c.Text(section.English), "check.Predict") != c.Has("predict") {
				t.Errorf("%s/%s: predict mark and check.Predict do not go together", s.Name, c.ID)
			}
		}
		for what, least := range map[string]int{"live": 3, "predict": 1, "fails": 1, "trace": 1, "exercise": 2} {
			if count[what] < least {
				t.Errorf("%s has %d cells of kind %s, want %d at least", s.Name, count[what], what, least)
			}
		}
		if count["exercise"] != count["check"] {
			t.Errorf("%s has %d exercises and %d checks", s.Name, count["exercise"], count["check"])
		}
		for _, want := range []string{"```mermaid", "## Summary", ".ipynb)"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s lacks %q", s.Name, want)
			}
		}
		if !strings.Contains(code.String(), "go func") && !strings.Contains(code.String(), ".Go(") {
			t.Errorf("%s starts no goroutine", s.Name)
		}
	}
}

// Every exercise stands in exactly one notebook, with a cell that checks it.
func TestExercisesStandInNotebooks(t *testing.T) {
	found := map[string]int{}
	call := regexp.MustCompile(`check\.Exercise\("en/([a-z0-9-]+)"`)
	for _, s := range sections(t) {
		for _, c := range s.Cells {
			if !c.Code {
				continue
			}
			for _, m := range call.FindAllStringSubmatch(c.Text(section.English), -1) {
				found[m[1]]++
				if c.ID != m[1]+"-check" {
					t.Errorf("%s/%s checks %s", s.Name, c.ID, m[1])
				}
			}
		}
	}
	known := map[string]bool{}
	for _, a := range answers.All() {
		known[a.ID] = true
		if found[a.ID] != 1 {
			t.Errorf("exercise %s stands in %d notebooks", a.ID, found[a.ID])
		}
	}
	for id := range found {
		if !known[id] {
			t.Errorf("a notebook asks for exercise %s, which is not there", id)
		}
	}
}

// Every cell that the README's table of coverage names is there.
func TestCoverageNamesCells(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]map[string]bool{}
	for _, s := range sections(t) {
		ids := map[string]bool{}
		for _, c := range s.Cells {
			ids[c.ID] = true
		}
		cells[s.Name[:2]] = ids
	}
	_, table, _ := strings.Cut(string(readme), "| subject | notebook: cells |")
	named := 0
	for _, m := range regexp.MustCompile(`(\d\d): ([a-z0-9-]+(?:, [a-z0-9-]+)*)`).FindAllStringSubmatch(table, -1) {
		for id := range strings.SplitSeq(m[2], ", ") {
			// An exercise is named by its check, which runs it.
			if named++; !cells[m[1]][id] && !cells[m[1]][id+"-check"] {
				t.Errorf("the README names cell %s of section %s, which is not there", id, m[1])
			}
		}
	}
	if named < 60 {
		t.Errorf("the README names %d cells", named)
	}
}

var link = regexp.MustCompile(`\]\(([^)#]+\.(?:ipynb|md))\)`)

func TestLinksBetweenNotebooks(t *testing.T) {
	each(t, func(t *testing.T, s section.Section, lang section.Lang) {
		for _, c := range s.Notebook(lang).Cells {
			for _, m := range link.FindAllStringSubmatch(c.Source, -1) {
				if _, err := os.Stat(filepath.Join(string(lang), m[1])); err != nil {
					t.Errorf("%s: link to %s: %v", c.ID, m[1], err)
				}
			}
		}
	})
}

// jupyter makes a Jupyter with this kernel for the test, with progress of its own.
func jupyter(t *testing.T) *jupytertest.Env {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	t.Setenv("GOKERNEL_PROGRESS", t.TempDir())
	e, err := jupytertest.New(ctx, t.TempDir(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// run is what execute.py reports about a notebook.
type run struct {
	Notebook string
	Seconds  float64
	Failed   string
}

// execute runs the notebook at path through nbclient and reads the result.
func execute(t *testing.T, e *jupytertest.Env, path string) (section.Notebook, run) {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(path))
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	said, err := e.PythonCommand(ctx, filepath.Join("testdata", "execute.py"), path, out).CombinedOutput()
	if err != nil {
		t.Fatalf("executing %s: %v\n%s", path, err, said)
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	var r run
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil {
		t.Fatalf("executing %s: %v\n%s", path, err, said)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	nb, err := section.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return nb, r
}

// Every notebook runs top to bottom, in time, with the outputs that are stored.
func TestExecute(t *testing.T) {
	e := jupyter(t)
	each(t, func(t *testing.T, s section.Section, lang section.Lang) {
		got, r := execute(t, e, file(s, lang))
		if r.Failed != "" {
			t.Fatalf("a cell failed that should not:\n%s", r.Failed)
		}
		t.Logf("%.1f s", r.Seconds)
		if r.Seconds > notebookLimit.Seconds() {
			t.Errorf("took %.1f s, may take %v", r.Seconds, notebookLimit)
		}
		want := stored(t, s, lang)
		if *update {
			want = s.Notebook(lang)
			tidy(t, &got)
			want.TakeOutputs(got)
			data, err := want.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file(s, lang), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		byID := map[string]section.NotebookCell{}
		for _, c := range want.Cells {
			byID[c.ID] = c
		}
		for _, c := range got.Cells {
			if c.Type == "code" {
				compare(t, c, byID[c.ID])
			}
		}
	})
}

// compare checks what a cell gave against what is stored.
func compare(t *testing.T, got, want section.NotebookCell) {
	t.Helper()
	g, err := got.Steady()
	if err != nil {
		t.Fatal(err)
	}
	w, err := want.Steady()
	if err != nil {
		t.Fatal(err)
	}
	fails := slices.Contains(got.Tags, "raises-exception")
	if failed := slices.ContainsFunc(g, func(o section.Output) bool { return o.Kind == "error" }); failed != fails {
		t.Errorf("%s: failed: %v, want %v", got.ID, failed, fails)
	}
	switch {
	case slices.Contains(got.Tags, "varies"):
		return
	case slices.Contains(got.Tags, "check"): // figures in the reason differ from run to run
		g, w = heads(g), heads(w)
	}
	if !slices.Equal(g, w) {
		t.Errorf("%s: output\n%s\nis stored as\n%s", got.ID, show(g), show(w))
	}
}

// heads keeps the first line of each text.
func heads(all []section.Output) (out []section.Output) {
	for _, o := range all {
		o.Text, _, _ = strings.Cut(o.Text, "\n")
		out = append(out, o)
	}
	return out
}

func show(all []section.Output) string {
	var b strings.Builder
	for _, o := range all {
		fmt.Fprintf(&b, "[%s] %s\n", o.Kind, o.Text)
	}
	return b.String()
}

// tidy takes out of outputs what belongs to the machine that made them.
func tidy(t *testing.T, nb *section.Notebook) {
	t.Helper()
	goroot := regexp.MustCompile(`[^\s"]*/src/((?:sync|runtime|internal|testing|context|time)/)`)
	for i, c := range nb.Cells {
		for j, raw := range c.Outputs {
			nb.Cells[i].Outputs[j] = goroot.ReplaceAll(raw, []byte("GOROOT/src/$1"))
		}
	}
}
