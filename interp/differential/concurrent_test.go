package differential

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var repeat = flag.Int("repeat", 2, "how often each concurrent program runs; 300 in the long form")

// TestUnderTheRaceDetector runs cells in processes that are built with the race detector. A report of it would stand in what
// a cell prints.
func TestUnderTheRaceDetector(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go toolchain to compare with")
	}
	command := raceWorker(t)
	t.Run("programs", func(t *testing.T) { concurrentPrograms(t, command) })
	t.Run("course", func(t *testing.T) {
		if command == nil {
			t.Skip("there is no race detector")
		}
		course(t, command)
	})
}

// concurrentPrograms runs correct concurrent programs compiled and as cells: they print the same, each time, and no race is reported.
func concurrentPrograms(t *testing.T, command []string) {
	dirs, err := filepath.Glob("testdata/concurrent/*/main.go")
	if err != nil || len(dirs) < 50 {
		t.Fatalf("%d programs, %v", len(dirs), err)
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "./testdata/concurrent/...").CombinedOutput(); err != nil {
		t.Fatalf("building the programs: %v\n%s", err, out)
	}
	for _, file := range dirs {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			exe, err := exec.LookPath(filepath.Join(bin, name))
			if err != nil {
				t.Fatal(err)
			}
			want := runCompiled(t, exe, name)
			s := newSession(t, command)
			defer s.close()
			for i := range *repeat {
				if got := s.run(string(src)); got != want {
					t.Fatalf("run %d: %s\n%.4000s", i+1, firstDifference(want, got), got)
				}
			}
		})
	}
}

// raceWorker is the command of a process for cells that is built with the race detector; where there is none, one without.
func raceWorker(t *testing.T) []string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "worker.exe")
	if out, err := exec.Command("go", "build", "-race", "-o", exe, "gokernel").CombinedOutput(); err != nil {
		t.Logf("no race detector: %v\n%.500s", err, out)
		return nil
	}
	return []string{exe, "worker"}
}

// course runs the cells of the course. Cells whose outcome varies, or that fail, are the course's own races; nothing else
// may be reported.
func course(t *testing.T, command []string) {
	books, err := filepath.Glob("../../notebooks/ko/*.ipynb")
	if err != nil || len(books) == 0 {
		t.Fatal("no notebooks: ", err)
	}
	for i, book := range books {
		if i%7 != 3 && *repeat < 10 { // the long form runs all of them
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(book), ".ipynb"), func(t *testing.T) {
			text, err := os.ReadFile(book)
			if err != nil {
				t.Fatal(err)
			}
			var nb struct {
				Cells []struct {
					Type     string `json:"cell_type"`
					Source   lines
					Metadata struct{ Tags []string }
				}
			}
			if err := json.Unmarshal(text, &nb); err != nil {
				t.Fatal(err)
			}
			s := newSession(t, command)
			for _, c := range nb.Cells {
				if c.Type != "code" {
					continue
				}
				out := s.run(string(c.Source))
				own := slices.ContainsFunc(c.Metadata.Tags, func(tag string) bool { return tag == "varies" || tag == "raises-exception" })
				if strings.Contains(out, "DATA RACE") && !own {
					t.Errorf("%s\n%.5000s", c.Source, out)
				}
			}
		})
	}
}

// lines is a text of a notebook, which is one string or several.
type lines string

func (l *lines) UnmarshalJSON(b []byte) error {
	var list []string
	if err := json.Unmarshal(b, &list); err == nil {
		*l = lines(strings.Join(list, ""))
		return nil
	}
	return json.Unmarshal(b, (*string)(l))
}
