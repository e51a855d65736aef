package install

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// oldestPython is the oldest minor version of Python 3 that the packages of
// requirements.txt run on.
const oldestPython = 10

// A python is an interpreter that can make virtual environments.
type python struct {
	Path    string `json:"path"`   // sys.executable
	Prefix  string `json:"prefix"` // sys.prefix
	Version [3]int `json:"version"`
	Venv    bool   `json:"venv"`      // has the module venv
	Pip     bool   `json:"ensurepip"` // has the module ensurepip, which Debian packs apart
}

func (p python) String() string {
	return fmt.Sprintf("Python %d.%d.%d at %s", p.Version[0], p.Version[1], p.Version[2], p.Path)
}

const describePython = `
import importlib.util, json, sys
print(json.dumps({"path": sys.executable, "prefix": sys.prefix, "version": sys.version_info[:3],
  "venv": importlib.util.find_spec("venv") is not None, "ensurepip": importlib.util.find_spec("ensurepip") is not None}))
`

// askPython runs a Python and lets it describe itself.
func askPython(ctx context.Context, command ...string) (python, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], "-I", "-c", describePython)...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return python{}, fmt.Errorf("running %s: %w", strings.Join(command, " "), err)
	}
	var p python
	if err := json.Unmarshal(out, &p); err != nil {
		return python{}, fmt.Errorf("running %s: unexpected answer %q", strings.Join(command, " "), out)
	}
	return p, nil
}

// findPython gives a Python that can hold the private JupyterLab: the one
// asked for, or the first usable one on the PATH. The error is a Sentence.
func findPython(ctx context.Context, asked string) (python, error) {
	if asked != "" {
		path := asked
		if info, err := os.Stat(asked); err == nil && info.IsDir() {
			path = venvProgram(asked, "python") // the folder of an environment
		}
		p, err := askPython(ctx, path)
		if err != nil {
			return p, sentence(err, "%s is not a Python that runs: give --python the path of a Python 3.%d or later", asked, oldestPython)
		}
		return p, usable(p)
	}
	var found error // why the best one found is of no use
	for _, command := range pythonCommands() {
		path, err := exec.LookPath(command[0])
		if err != nil {
			continue // not there, or in the current folder (exec.ErrDot), which is nothing to run
		}
		p, err := askPython(ctx, append([]string{path}, command[1:]...)...)
		if ctx.Err() != nil {
			return p, ctx.Err()
		}
		if err != nil {
			continue // a stub, as Windows has one that opens the shop
		}
		if err = usable(p); err == nil {
			return p, nil
		}
		if found == nil {
			found = err
		}
	}
	if found != nil {
		return python{}, found
	}
	return python{}, sentence(nil, "no Python 3 was found: %s, or give its path with --python", howToGetPython())
}

func pythonCommands() [][]string {
	commands := [][]string{{"python3"}, {"python"}}
	if runtime.GOOS == "windows" {
		commands = [][]string{{"py", "-3"}, {"python3"}, {"python"}}
	}
	for minor := oldestPython + 5; minor >= oldestPython; minor-- {
		commands = append(commands, []string{fmt.Sprintf("python3.%d", minor)})
	}
	if runtime.GOOS == "darwin" {
		// Programs started from the desktop do not have Homebrew on their PATH.
		commands = append(commands, []string{"/opt/homebrew/bin/python3"}, []string{"/usr/local/bin/python3"})
	}
	return commands
}

// usable says in a Sentence why a Python cannot hold the private JupyterLab.
func usable(p python) error {
	switch {
	case p.Version[0] != 3 || p.Version[1] < oldestPython:
		return sentence(nil, "%v is too old for JupyterLab: %s (3.%d or later), or give another one with --python", p, howToGetPython(), oldestPython)
	case !p.Venv || !p.Pip:
		module := "venv"
		if p.Venv {
			module = "ensurepip, which venv needs"
		}
		return sentence(nil, "%v has no module %s: %s, or give another Python with --python", p, module, howToGetVenv(p))
	}
	return nil
}

func howToGetPython() string {
	switch {
	case runtime.GOOS == "windows":
		return "install one (winget install Python.Python.3.13)"
	case runtime.GOOS == "darwin":
		return "install one (brew install python)"
	case onPath("apt-get"):
		return "install one (apt install python3 python3-venv)"
	case onPath("dnf"):
		return "install one (dnf install python3)"
	case onPath("apk"):
		return "install one (apk add python3)"
	case onPath("pacman"):
		return "install one (pacman -S python)"
	}
	return "install one from your system's packages"
}

func howToGetVenv(p python) string {
	if onPath("apt-get") {
		return fmt.Sprintf("install it (apt install python3.%d-venv)", p.Version[1])
	}
	return "install the package of your system that holds it"
}

func onPath(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// venvProgram is the path of a program of the virtual environment in dir.
func venvProgram(dir, name string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(dir, "Scripts", name+".exe")
	}
	return filepath.Join(dir, "bin", name)
}
