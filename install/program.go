package install

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// thisProgram is the path of the running file, and whether that file goes away
// by itself: "go run" removes what it has built when it ends.
func thisProgram() (path string, temporary bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", false, fmt.Errorf("finding this program: %w", err)
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	return self, isTemporary(self), nil
}

// lastingProgram gives a path of this program that stays valid while lab runs
// and the kernels that it has started: the running file, or a copy in the cache
// if that one is temporary. The copy is named by its content, so a changed
// source gives another file and a running kernel keeps its own.
func lastingProgram(cache string) (string, error) {
	self, temporary, err := thisProgram()
	if err != nil || !temporary {
		return self, err
	}
	return keepCopy(self, filepath.Join(cache, "bin"))
}

// isTemporary tells whether "go run" or "go test" built the file: those lie in
// the temporary folder or in the build cache, which Go trims.
func isTemporary(path string) bool {
	slashed := filepath.ToSlash(path)
	return strings.Contains(slashed, "/go-build") || strings.HasPrefix(path, filepath.Clean(os.TempDir())+string(filepath.Separator))
}

// keepCopy copies the file into dir under a name made from its content.
func keepCopy(file, dir string) (string, error) {
	src, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("copying this program: %w", err)
	}
	defer src.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, src); err != nil {
		return "", fmt.Errorf("copying this program: %w", err)
	}
	target := filepath.Join(dir, programName("gokernel-"+hex.EncodeToString(hash.Sum(nil))[:12]))
	if info, err := os.Stat(target); err == nil && info.Mode().IsRegular() {
		now := time.Now()
		os.Chtimes(target, now, now) // in use, see dropOldCopies
		return target, nil
	}
	remedy := "set " + cacheVariable + " to a folder you can write to"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", cannotWrite(dir, err, remedy)
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("copying this program: %w", err)
	}
	if err := writeProgram(target, src); err != nil {
		return "", cannotWrite(dir, err, remedy)
	}
	dropOldCopies(dir, target)
	return target, nil
}

// programName is how a program's file is called on this system.
func programName(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// copyProgram copies an executable file.
func copyProgram(target, file string) error {
	src, err := os.Open(file)
	if err != nil {
		return err
	}
	defer src.Close()
	return writeProgram(target, src)
}

// writeProgram writes an executable file that is there wholly or not at all.
func writeProgram(target string, src io.Reader) error {
	temp, err := os.CreateTemp(filepath.Dir(target), ".copy-")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if _, err := io.Copy(temp, src); err != nil {
		temp.Close()
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	if err := os.Chmod(temp.Name(), 0o755); err != nil {
		return err
	}
	return os.Rename(temp.Name(), target)
}

// dropOldCopies removes copies that no lab has used for a week.
func dropOldCopies(dir, keep string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := e.Info()
		if err != nil || path == keep || time.Since(info.ModTime()) < 7*24*time.Hour {
			continue
		}
		os.Remove(path)
	}
}
