package install

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestInstallWritesWhatJupyterReads(t *testing.T) {
	data := t.TempDir()
	binary := filepath.Join(t.TempDir(), "gokernel")
	dir, err := Install(Target{Data: data, Binary: binary})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(data, "kernels", "gokernel"); dir != want {
		t.Errorf("installed in %s, want %s", dir, want)
	}
	text, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"argv":                    []any{binary, "kernel", "{connection_file}"},
		"display_name":            "Go (yaegi)",
		"language":                "go",
		"interrupt_mode":          "message",
		"kernel_protocol_version": "5.5",
		"metadata":                map[string]any{"debugger": true, "supported_encryption": []any{"curve"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("kernel.json is\n%v, want\n%v", got, want)
	}
	for name, size := range map[string]int{"logo-32x32.png": 32, "logo-64x64.png": 64} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil || img.Bounds().Dx() != size || img.Bounds().Dy() != size {
			t.Errorf("%s is not a picture of %d by %d pixels: %v", name, size, size, err)
		}
	}
	if svg, err := os.ReadFile(filepath.Join(dir, "logo-svg.svg")); err != nil || !bytes.HasPrefix(svg, []byte("<svg")) {
		t.Errorf("logo-svg.svg is no SVG: %v", err)
	}
}

func TestInstallReplacesAndUninstallRemoves(t *testing.T) {
	data := t.TempDir()
	target := Target{Data: data, Name: "other.go-1", DisplayName: "Go here", Binary: "/opt/one", Env: map[string]string{"GOMAXPROCS": "2"}}
	dir, err := Install(target)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "left-over"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	target.Binary = "/opt/two"
	if _, err := Install(target); err != nil {
		t.Fatal(err)
	}
	spec, err := readSpec(dir)
	if err != nil {
		t.Fatal(err)
	}
	if spec.Argv[0] != "/opt/two" || spec.DisplayName != "Go here" || spec.Env["GOMAXPROCS"] != "2" {
		t.Errorf("second install left %+v", spec)
	}
	entries, err := os.ReadDir(filepath.Join(data, "kernels"))
	if err != nil || len(entries) != 1 {
		t.Errorf("kernels holds %v (%v), want the kernelspec alone", entries, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "left-over")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file of the replaced kernelspec is still there: %v", err)
	}
	if _, found, err := Uninstall(target); err != nil || !found {
		t.Errorf("uninstall: found %v, %v", found, err)
	}
	if _, found, err := Uninstall(target); err != nil || found {
		t.Errorf("second uninstall: found %v, %v", found, err)
	}
}

func TestInstallKeepsACopy(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir, err := Install(Target{Data: t.TempDir(), Binary: program, Copy: true})
	if err != nil {
		t.Fatal(err)
	}
	spec, err := readSpec(dir)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(spec.Argv[0]) != dir {
		t.Errorf("the kernelspec in %s starts %s", dir, spec.Argv[0])
	}
	if got, err := os.ReadFile(spec.Argv[0]); err != nil || string(got) != "text" {
		t.Errorf("it starts a file with %q (%v)", got, err)
	}
}

func TestInstallManyAtOnce(t *testing.T) {
	data := t.TempDir()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if _, err := Install(Target{Data: data, Binary: fmt.Sprintf("/opt/gokernel%d", n)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(filepath.Join(data, "kernels"))
	if err != nil || len(entries) != 1 {
		t.Errorf("kernels holds %v (%v), want one kernelspec", entries, err)
	}
	if spec, err := readSpec(filepath.Join(data, "kernels", KernelName)); err != nil || !spec.ours() {
		t.Errorf("the kernelspec is %+v (%v)", spec, err)
	}
}

func TestInstallRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		target Target
		want   string
	}{
		{Target{Data: t.TempDir(), Binary: "gokernel"}, "not an absolute path"},
		{Target{Data: t.TempDir(), Binary: "/opt/gokernel", Name: "../evil"}, "cannot name a kernel"},
		{Target{Data: file, Binary: "/opt/gokernel"}, "cannot write to"},
	} {
		_, err := Install(c.target)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Install(%+v) gave %v, want an error with %q", c.target, err, c.want)
		}
	}
}

func TestUninstallLeavesOthersAlone(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "kernels", "python3")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kernel.json"), []byte(`{"argv":["python","-m","ipykernel_launcher"],"language":"python"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Uninstall(Target{Data: data, Name: "python3"}); err == nil {
		t.Error("another kernel's kernelspec was removed")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

func TestInstallTargets(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", "/j")
	t.Setenv("VIRTUAL_ENV", "/venv")
	for _, c := range []struct {
		where where
		want  string
	}{
		{where{}, "/j"},
		{where{User: true}, "/j"},
		{where{SysPrefix: true}, "/venv/share/jupyter"},
		{where{Prefix: "/usr/local"}, "/usr/local/share/jupyter"},
	} {
		target, err := c.where.target(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want, err := filepath.Abs(c.want)
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "/j" {
			want = c.want // taken as it is
		}
		if target.Data != want {
			t.Errorf("%+v goes to %s, want %s", c.where, target.Data, want)
		}
	}
}
