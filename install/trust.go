package install

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gokernel/notebooks"
)

// trustCourse signs the course's notebooks for the Jupyter whose data folder is data, so
// that what they store (timelines) is alive before a cell has run. Jupyter trusts a
// notebook by what it holds: what is signed is what this program carries, and a file that
// differs by a character, or is the user's own, is trusted only as Jupyter always does.
// It is done once for each version of the course; a file in data tells which.
func trustCourse(ctx context.Context, j privateJupyter, env []string, data string, course fs.FS) error {
	names, err := fs.Glob(course, "*/*.ipynb")
	if err != nil {
		return fmt.Errorf("listing the course: %w", err)
	}
	h := sha256.New()
	texts := make([][]byte, len(names))
	for i, name := range names {
		if texts[i], err = fs.ReadFile(course, name); err != nil {
			return fmt.Errorf("reading the course: %w", err)
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(texts[i]), texts[i])
	}
	sum := hex.EncodeToString(h.Sum(nil))
	mark := filepath.Join(data, "gokernel-course-trusted")
	if have, err := os.ReadFile(mark); err == nil && string(have) == sum {
		return nil
	}
	dir, err := os.MkdirTemp("", "gokernel-course-")
	if err != nil {
		return fmt.Errorf("making a folder for the course: %w", err)
	}
	defer os.RemoveAll(dir)
	args := []string{"-m", "nbformat.sign"}
	for i, name := range names {
		file := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		if err := os.WriteFile(file, texts[i], 0o600); err != nil {
			return fmt.Errorf("writing the course: %w", err)
		}
		args = append(args, file)
	}
	if err := run(ctx, env, j.python(), args...); err != nil {
		return fmt.Errorf("signing the course: %w", err)
	}
	if err := os.WriteFile(mark, []byte(sum), 0o600); err != nil {
		return fmt.Errorf("noting that the course is signed: %w", err)
	}
	return nil
}

// startTrust begins trustCourse beside the start of the server, in a goroutine of its
// own; the function that it gives ends it and waits for it. Without trust the notebooks
// show still pictures, so a failure is worth a line and not an error.
func startTrust(ctx context.Context, j privateJupyter, env []string, data string, logf func(format string, args ...any)) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := trustCourse(ctx, j, env, data, notebooks.Course); err != nil && ctx.Err() == nil {
			logf("The course's stored timelines stand still until their cells run: %v\n", err)
		}
	}()
	return func() { cancel(); <-done }
}
