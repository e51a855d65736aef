package conformance

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestZZCorpus(t *testing.T) {
	*limit = 20 * time.Second
	var files []string
	filepath.WalkDir(os.Getenv("CORPUS"), func(p string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") {
			b, _ := os.ReadFile(p)
			if regexp.MustCompile(`(?m)^package main\b`).Match(b) && strings.Contains(string(b), "func main()") && !strings.Contains(string(b), "ListenAndServe") {
				files = append(files, p)
			}
		}
		return nil
	})
	n, ok := 0, 0
	for _, f := range files {
		w := compiled(t, f)
		if !w.Built || w.Status != 0 {
			continue
		}
		if w2 := compiled(t, f); w2.Out != w.Out {
			continue
		}
		n++
		v, why := try(t, "", f, w)
		if v != exact {
			t.Logf("%s: %s: %.300s", strings.TrimPrefix(f, os.Getenv("CORPUS")), v, why)
		} else {
			ok++
		}
	}
	t.Logf("%d of %d", ok, n)
}
