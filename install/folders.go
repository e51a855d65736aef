package install

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// cacheVariable names the environment variable that moves our cache folder.
const cacheVariable = "GOKERNEL_CACHE"

// CacheDir is the folder for what can be made again: the private JupyterLab
// and copies of this program. It is $GOKERNEL_CACHE, else "gokernel" in the
// user's cache folder. It need not exist.
func CacheDir() (string, error) {
	if dir := os.Getenv(cacheVariable); dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", sentence(err, "%s=%q is not a folder that can be found: set it to an absolute path", cacheVariable, dir)
		}
		return abs, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", sentence(err, "there is no home folder (%v): set %s to a folder you can write to", err, cacheVariable)
	}
	return filepath.Join(dir, "gokernel"), nil
}

// makeCacheDir makes the cache folder and proves that it can be written to.
func makeCacheDir() (string, error) {
	dir, err := CacheDir()
	if err != nil {
		return "", err
	}
	remedy := "set " + cacheVariable + " to a folder you can write to"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", cannotWrite(dir, err, remedy)
	}
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return "", cannotWrite(dir, err, remedy)
	}
	probe.Close()
	os.Remove(probe.Name())
	return dir, nil
}

// system is what folder rules depend on; tests give their own.
type system struct {
	os   string
	home string
	env  func(string) string
}

func thisSystem() system {
	home, _ := os.UserHomeDir()
	return system{os: runtime.GOOS, home: home, env: os.Getenv}
}

// join joins with the separator of the system that is described, which in tests is not the one we run on.
func (s system) join(parts ...string) string {
	p := filepath.ToSlash(filepath.Join(parts...))
	if s.os == "windows" {
		return strings.ReplaceAll(p, "/", `\`)
	}
	return p
}

// userData is jupyter_core.paths.jupyter_data_dir: where a user's kernelspecs
// are, "" if the system has no home folder.
func (s system) userData() string {
	if dir := s.env("JUPYTER_DATA_DIR"); dir != "" {
		return dir
	}
	if s.home == "" {
		return ""
	}
	asPlatform := s.env("JUPYTER_PLATFORM_DIRS") != "" &&
		!slices.Contains([]string{"no", "n", "false", "off", "0", "0.0"}, strings.ToLower(s.env("JUPYTER_PLATFORM_DIRS")))
	switch s.os {
	case "darwin":
		if asPlatform {
			return s.join(s.home, "Library", "Application Support", "Jupyter")
		}
		return s.join(s.home, "Library", "Jupyter")
	case "windows":
		if asPlatform {
			if local := s.env("LOCALAPPDATA"); local != "" {
				return s.join(local, "Jupyter")
			}
			return s.join(s.home, "AppData", "Local", "Jupyter")
		}
		if roaming := s.env("APPDATA"); roaming != "" {
			return s.join(roaming, "jupyter")
		}
		return s.join(s.home, ".jupyter", "data")
	}
	if xdg := s.env("XDG_DATA_HOME"); xdg != "" {
		return s.join(xdg, "jupyter")
	}
	return s.join(s.home, ".local", "share", "jupyter")
}

// prefixData is where Jupyter looks below an installation prefix.
func (s system) prefixData(prefix string) string { return s.join(prefix, "share", "jupyter") }

// activePrefix is the virtual or conda environment that is switched on, "" for none.
func (s system) activePrefix() string {
	if p := s.env("VIRTUAL_ENV"); p != "" {
		return p
	}
	return s.env("CONDA_PREFIX")
}

// systemData lists the folders for all users of the machine. Windows has one
// only if Jupyter is told so, because other users could write there.
func (s system) systemData() []string {
	if s.os == "windows" {
		if dir := s.env("PROGRAMDATA"); dir != "" && s.env("JUPYTER_USE_PROGRAMDATA") != "" {
			return []string{s.join(dir, "jupyter")}
		}
		return nil
	}
	return []string{"/usr/local/share/jupyter", "/usr/share/jupyter"}
}

// searchPath lists the data folders in the order in which Jupyter looks for
// kernelspecs (jupyter_core.paths.jupyter_path): JUPYTER_PATH, then the
// active environment and the user's folder, then the system's.
func (s system) searchPath() []string {
	var dirs []string
	seen := map[string]bool{}
	add := func(dir string) {
		if dir != "" && !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, dir)
		}
	}
	list := string(filepath.ListSeparator)
	if s.os == "windows" {
		list = ";"
	}
	for dir := range strings.SplitSeq(s.env("JUPYTER_PATH"), list) {
		add(dir)
	}
	// An active environment comes before the user's folder since jupyter_core 5.
	if p := s.activePrefix(); p != "" {
		add(s.prefixData(p))
	}
	add(s.userData())
	for _, dir := range s.systemData() {
		add(dir)
	}
	return dirs
}
