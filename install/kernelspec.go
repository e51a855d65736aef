package install

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// KernelName is the kernelspec's name, and DisplayName what people see in a
// launcher.
const (
	KernelName  = "gokernel"
	DisplayName = "Go (yaegi)"
)

// Spec is kernel.json, what Jupyter reads to start a kernel
// (https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs).
type Spec struct {
	Argv            []string          `json:"argv"`
	DisplayName     string            `json:"display_name"`
	Language        string            `json:"language"`
	InterruptMode   string            `json:"interrupt_mode"`
	ProtocolVersion string            `json:"kernel_protocol_version"`
	Env             map[string]string `json:"env,omitempty"`
	Metadata        map[string]any    `json:"metadata"`
}

// newSpec is the kernelspec that starts the program at the absolute path
// binary. JupyterLab shows its debugger button only for metadata.debugger, and
// a server that requires encrypted sockets starts only what names "curve".
func newSpec(binary, displayName string, env map[string]string) Spec {
	return Spec{
		Argv:            []string{binary, "kernel", "{connection_file}"},
		DisplayName:     displayName,
		Language:        "go",
		InterruptMode:   "message",
		ProtocolVersion: "5.5",
		Env:             env,
		Metadata:        map[string]any{"debugger": true, "supported_encryption": []string{"curve"}},
	}
}

//go:generate go run ./logo

//go:embed logo/logo-32x32.png logo/logo-64x64.png logo/logo-svg.svg
var logos embed.FS

// validName is what jupyter_client accepts as the name of a kernelspec.
var validName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// Target says where a kernelspec goes and what it starts.
type Target struct {
	Data        string            // Jupyter data folder, for example ~/.local/share/jupyter
	Name        string            // name of the kernelspec; "" for KernelName
	DisplayName string            // "" for DisplayName
	Binary      string            // absolute path of the program to start
	Copy        bool              // put a copy of Binary into the kernelspec's folder and start that
	Env         map[string]string // environment of the kernel
}

func (t Target) dir() string {
	name := t.Name
	if name == "" {
		name = KernelName
	}
	return filepath.Join(t.Data, "kernels", name)
}

// Install writes the kernelspec and gives its folder. A kernelspec that is
// there is replaced as a whole; on an error it stays as it was.
func Install(t Target) (dir string, err error) {
	if t.Name != "" && !validName.MatchString(t.Name) {
		return "", sentence(nil, "%q cannot name a kernel: use letters, digits, '.', '_' and '-'", t.Name)
	}
	if !filepath.IsAbs(t.Binary) {
		return "", fmt.Errorf("installing a kernelspec: %q is not an absolute path", t.Binary)
	}
	if t.DisplayName == "" {
		t.DisplayName = DisplayName
	}
	dir = t.dir()
	defer func() {
		err = cannotWrite(filepath.Dir(dir), err, "end the kernels that run from there, fix its permissions, or choose another folder with --prefix")
	}()
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".gokernel-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil { // other users may start it
		return "", err
	}
	binary := t.Binary
	if t.Copy {
		binary = filepath.Join(dir, programName("gokernel"))
		if err := copyProgram(filepath.Join(temp, programName("gokernel")), t.Binary); err != nil {
			return "", err
		}
	}
	if err := writeSpec(temp, newSpec(binary, t.DisplayName, t.Env)); err != nil {
		return "", err
	}
	if err := replaceFolder(temp, dir); err != nil {
		return "", err
	}
	return dir, nil
}

// replaceFolder puts temp in the place of dir. A folder cannot be renamed over
// one that has files, so that one steps aside first; if another process has put
// its own there meanwhile, that one does too.
func replaceFolder(temp, dir string) error {
	for turn := 0; ; turn++ {
		old := fmt.Sprintf("%s.old%d", temp, turn)
		if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		err := os.Rename(temp, dir)
		if errors.Is(err, fs.ErrExist) && turn < 100 {
			os.RemoveAll(old)
			continue
		}
		if err != nil {
			os.Rename(old, dir)
			return err
		}
		return os.RemoveAll(old)
	}
}

func writeSpec(dir string, spec Spec) error {
	text, err := json.MarshalIndent(spec, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "kernel.json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	entries, err := logos.ReadDir("logo")
	if err != nil {
		return err
	}
	for _, e := range entries {
		data, err := logos.ReadFile("logo/" + e.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, e.Name()), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// readSpec reads the kernelspec of a folder.
func readSpec(dir string) (Spec, error) {
	var spec Spec
	text, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		return spec, err
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		return spec, fmt.Errorf("%s is not a kernelspec: %w", filepath.Join(dir, "kernel.json"), err)
	}
	return spec, nil
}

// Uninstall removes the kernelspec of t, and says with found whether there was
// one. It touches no folder that is not one of our kernelspecs.
func Uninstall(t Target) (dir string, found bool, err error) {
	dir = t.dir()
	spec, err := readSpec(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return dir, false, nil
	}
	if err != nil {
		return dir, false, err
	}
	if !spec.ours() {
		return dir, false, sentence(nil, "%s starts another kernel (%v): remove it by hand if you mean it", dir, spec.Argv)
	}
	if err := os.RemoveAll(dir); err != nil {
		return dir, true, cannotWrite(dir, err, "run as the user who installed it")
	}
	return dir, true, nil
}

// ours tells whether a kernelspec starts this kernel, by the way it is started.
func (s Spec) ours() bool {
	return s.Language == "go" && len(s.Argv) == 3 && s.Argv[1] == "kernel" && s.Argv[2] == "{connection_file}"
}
