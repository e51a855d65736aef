package native

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keepPackage writes the files of a package as a module and tells where. The place depends on nothing but what is
// written, so that the go command finds what it has compiled before. Where there is no folder for that, it is instead.
func keepPackage(path, language string, files fs.FS, instead string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s\n", path, language)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, name)
		fmt.Fprintf(sum, "%s %d\n%s", name, len(b), b)
		return err
	})
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return instead, writePackage(path, language, files, instead)
	}
	to := filepath.Join(cache, "gokernel", "own", hex.EncodeToString(sum.Sum(nil)[:8]))
	if _, err := os.Stat(filepath.Join(to, "go.mod")); err == nil {
		return to, nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return instead, writePackage(path, language, files, instead)
	}
	temp, err := os.MkdirTemp(filepath.Dir(to), "new-")
	if err != nil {
		return instead, writePackage(path, language, files, instead)
	}
	defer os.RemoveAll(temp)
	if err := writePackage(path, language, files, temp); err != nil {
		return "", err
	}
	if err := os.Rename(temp, to); err != nil { // somebody else was quicker
		if _, err := os.Stat(filepath.Join(to, "go.mod")); err != nil {
			return instead, writePackage(path, language, files, instead)
		}
	}
	return to, nil
}

func writePackage(path, language string, files fs.FS, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	if err := os.CopyFS(to, files); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "go.mod"), []byte("module "+path+"\n\ngo "+language+"\n"), 0o644)
}
