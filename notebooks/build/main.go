// Command build writes the notebooks of the course from their sources.
//
//	go run ./notebooks/build                     write notebooks/ko and notebooks/en; outputs of unchanged cells stay
//	go run ./notebooks/build -plain DIR          write notebooks without outputs to DIR/ko and DIR/en
//	go run ./notebooks/build -reset ko/05-race   one notebook as it was shipped, without outputs
//
// Outputs come from executing the notebooks: go test ./notebooks -run TestExecute -update
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gokernel/notebooks/section"
)

func main() {
	var b builder
	flag.StringVar(&b.root, "root", "notebooks", "folder of the course")
	flag.StringVar(&b.plain, "plain", "", "folder to write notebooks without outputs to")
	flag.StringVar(&b.reset, "reset", "", "one notebook to write without outputs, as ko/05-race")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

type builder struct{ root, plain, reset string }

func (b builder) run() error {
	all, err := section.ReadAll(os.DirFS(filepath.Join(b.root, "sections")))
	if err != nil {
		return err
	}
	reset := strings.TrimSuffix(filepath.ToSlash(b.reset), ".ipynb")
	done := 0
	for _, s := range all {
		for _, lang := range section.Langs() {
			if b.reset != "" && !strings.HasSuffix(reset, string(lang)+"/"+s.Name) {
				continue
			}
			done++
			if err := b.write(s, lang); err != nil {
				return fmt.Errorf("writing %s/%s: %w", lang, s.Name, err)
			}
		}
	}
	if done == 0 {
		return fmt.Errorf("no notebook is called %s", b.reset)
	}
	return nil
}

func (b builder) write(s section.Section, lang section.Lang) error {
	nb := s.Notebook(lang)
	name := filepath.Join(string(lang), s.Name+".ipynb")
	target := filepath.Join(b.root, name)
	switch {
	case b.plain != "":
		target = filepath.Join(b.plain, name)
	case b.reset != "":
	default:
		file, err := os.ReadFile(target)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil {
			executed, err := section.Decode(file)
			if err != nil {
				return err
			}
			if missing := nb.TakeOutputs(executed); missing > 0 {
				fmt.Fprintf(os.Stderr, "%s: %d cells without outputs\n", name, missing)
			}
		}
	}
	file, err := nb.Encode()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, file, 0o644)
}
