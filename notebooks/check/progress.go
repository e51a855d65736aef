package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// store keeps what is known about each exercise in a file of its own, so that
// two notebooks running at the same time do not overwrite each other. The
// folder is that of the environment variable GOKERNEL_PROGRESS, or
// gokernel/progress in the user's configuration folder.
type store struct {
	dir string
	err error // why there is no folder
}

// note is what is kept about one exercise.
type note struct {
	Passed bool `json:"passed"`
	Tries  int  `json:"tries"`
	Hints  int  `json:"hints"` // hints that were shown
}

func notes() store {
	if dir := os.Getenv("GOKERNEL_PROGRESS"); dir != "" {
		return store{dir: dir}
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return store{err: fmt.Errorf("finding a folder for progress: %w", err)}
	}
	return store{dir: filepath.Join(dir, "gokernel", "progress")}
}

// read is what is known about an exercise; nothing, if nothing is stored or it cannot be read.
func (s store) read(id string) note {
	var n note
	if s.err != nil {
		return n
	}
	data, err := os.ReadFile(s.file(id))
	if err != nil || json.Unmarshal(data, &n) != nil {
		return note{}
	}
	return n
}

func (s store) file(id string) string { return filepath.Join(s.dir, id+".json") }

// tried counts a try. What has passed once stays passed.
func (s store) tried(id string, passed bool) error {
	return s.change(id, func(n *note) {
		n.Tries++
		n.Passed = n.Passed || passed
	})
}

// nextHint counts a hint and reports how many of total are to be shown now.
func (s store) nextHint(id string, total int) int {
	shown := min(s.read(id).Hints+1, total)
	if err := s.change(id, func(n *note) { n.Hints = shown }); err != nil {
		return total // without memory there is no next one: better all than always the first
	}
	return shown
}

func (s store) change(id string, f func(*note)) error {
	if s.err != nil {
		return s.err
	}
	n := s.read(id)
	f(&n)
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("storing progress: %w", err)
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return fmt.Errorf("storing progress: %w", err)
	}
	temp, err := os.CreateTemp(s.dir, id+".*")
	if err != nil {
		return fmt.Errorf("storing progress: %w", err)
	}
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), s.file(id))
	}
	if err != nil {
		os.Remove(temp.Name())
		return fmt.Errorf("storing progress: %w", err)
	}
	return nil
}

func (s store) forget(id string) error {
	if s.err != nil {
		return s.err
	}
	if err := os.Remove(s.file(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forgetting progress: %w", err)
	}
	return nil
}

func (s store) forgetAll() error {
	for _, ex := range exercises() {
		if err := s.forget(ex.id); err != nil {
			return err
		}
	}
	return nil
}
