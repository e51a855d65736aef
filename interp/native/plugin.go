package native

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// Cache keeps built plugins in a folder of the user's, the least recently used ones go first.
type Cache struct {
	Dir  string
	Most int64 // bytes
}

// Host tells with which flags the running program was built: a plugin must be built with the same ones.
func Host() (flags []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "-race" || s.Key == "-trimpath" || s.Key == "-msan" || s.Key == "-asan":
			if s.Value == "true" {
				flags = append(flags, s.Key)
			}
		case s.Key == "-tags" || s.Key == "-gcflags" || s.Key == "-asmflags":
			flags = append(flags, s.Key+"="+s.Value)
		}
	}
	return flags
}

// Loads tells whether the running program can load plugins.
func Loads() error {
	switch runtime.GOOS {
	case "linux", "darwin", "freebsd":
	default:
		return fmt.Errorf("cannot be loaded as compiled code into a running program on %s", runtime.GOOS)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" && s.Value == "0" {
			return errors.New("needs a kernel that was built with cgo: install a C compiler (gcc or clang), then build the kernel again with CGO_ENABLED=1")
		}
	}
	return nil
}

// Build compiles m with tc into a plugin for a program that was built with flags, and
// returns its file. A plugin that was built before is taken from the cache.
func (c *Cache) Build(ctx context.Context, tc *Toolchain, m *Module, flags []string) (string, error) {
	runtime.LockOSThread() // see dieWithParent
	defer runtime.UnlockOSThread()
	h := sha256.New()
	fmt.Fprintf(h, "stripped %s\n%q\n", tc.Version, flags)
	for _, n := range slices.Sorted(maps.Keys(m.Files)) {
		fmt.Fprintf(h, "%s\n%s\n", n, m.Files[n])
	}
	key := hex.EncodeToString(h.Sum(nil)[:16])
	file := filepath.Join(c.Dir, key+".so")
	if _, err := os.Stat(file); err == nil {
		t := time.Now()
		_ = os.Chtimes(file, t, t) // it only makes the order of removal better
		return file, nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return "", fmt.Errorf("making the folder for compiled functions: %w", err)
	}
	dir, err := os.MkdirTemp("", "gokernel-native-")
	if err != nil {
		return "", fmt.Errorf("making a folder to compile in: %w", err)
	}
	defer os.RemoveAll(dir)
	for n, text := range m.Files {
		if err := os.WriteFile(filepath.Join(dir, n), []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("writing what to compile: %w", err)
		}
	}
	// The module's name makes the plugin's path, which must differ between plugins of one process.
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module native_"+key+"\n\ngo "+language(tc.Version)+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("writing what to compile: %w", err)
	}
	tmp := file + fmt.Sprintf(".%d", os.Getpid())
	cmd := command(ctx, tc.Go, append(append([]string{"build", "-buildmode=plugin", "-ldflags=-s -w", "-o", tmp}, flags...), ".")...)
	cmd.Dir, cmd.Env = dir, environ([]string{"CGO_ENABLED=1"})
	lower(cmd)
	out, err := cmd.CombinedOutput()
	killGroup(cmd)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		var bad *exec.ExitError
		if errors.As(err, &bad) {
			return "", &BuildError{tidy(string(out), dir)}
		}
		return "", fmt.Errorf("running the go command: %w", err)
	}
	if err := os.Rename(tmp, file); err != nil {
		return "", fmt.Errorf("keeping the compiled function: %w", err)
	}
	c.trim(file)
	return file, nil
}

// trim removes the oldest plugins until the folder is small enough; keep stays.
func (c *Cache) trim(keep string) {
	type old struct {
		path string
		size int64
		when int64
	}
	var files []old
	var sum int64
	es, err := os.ReadDir(c.Dir)
	if err != nil {
		return
	}
	for _, e := range es {
		if i, err := e.Info(); err == nil && i.Mode().IsRegular() {
			files = append(files, old{filepath.Join(c.Dir, e.Name()), i.Size(), i.ModTime().UnixNano()})
			sum += i.Size()
		}
	}
	slices.SortFunc(files, func(a, b old) int { return cmp.Compare(a.when, b.when) })
	for _, f := range files {
		if sum <= c.Most {
			return
		}
		if f.path != keep && os.Remove(f.path) == nil {
			sum -= f.size
		}
	}
}
