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

// lastingProgram gives an absolute path of this program that stays valid: the
// running file, or, if that is one that "go run" removes when it ends, a copy
// in the cache. The copy is named by its content, so a changed source gives
// another file and a running kernel keeps its own.
func lastingProgram(cache string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program: %w", err)
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	if !isTemporary(self) {
		return self, nil
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
	name := "gokernel-" + hex.EncodeToString(hash.Sum(nil))[:12]
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	target := filepath.Join(dir, name)
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

// dropOldCopies removes copies that no start has used for a month.
func dropOldCopies(dir, keep string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := e.Info()
		if err != nil || path == keep || time.Since(info.ModTime()) < 30*24*time.Hour {
			continue
		}
		os.Remove(path)
	}
}
