//go:build unix

package install

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// lab runs the verb lab as main does and gives its exit code and what it said.
func lab(t *testing.T, ctx context.Context, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = runCLI(ctx, append([]string{"lab", "--no-browser"}, args...), &out, &out, nil)
	return code, out.String()
}

// script writes an executable that behaves like a Python which answers the question of askPython with text.
func script(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestLabFailsWithASentence takes away one thing that lab needs in each row.
func TestLabFailsWithASentence(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	bin := func(pythonText string) string {
		dir := t.TempDir()
		if pythonText != "" {
			script(t, dir, "python3", pythonText)
		}
		return dir
	}
	answer := func(version, venv, pip string) string {
		return `echo '{"path":"/usr/bin/python3","prefix":"/usr","version":` + version + `,"venv":` + venv + `,"ensurepip":` + pip + `}'`
	}
	for _, c := range []struct {
		name  string
		path  string // PATH
		cache string
		args  []string
		want  []string
	}{
		{name: "no Python", path: bin(""), want: []string{"no Python 3 was found", "install", "--python"}},
		{name: "a Python that does not run", path: bin("exit 9"), want: []string{"no Python 3 was found"}},
		{name: "an old Python", path: bin(answer("[3,8,2]", "true", "true")), want: []string{"Python 3.8.2", "too old", "--python"}},
		{name: "no venv module", path: bin(answer("[3,12,1]", "false", "false")), want: []string{"no module venv", "install"}},
		{name: "no ensurepip", path: bin(answer("[3,12,1]", "true", "false")), want: []string{"ensurepip", "install"}},
		{name: "a Python that is none", path: bin(""), args: []string{"--python", file}, want: []string{file, "not a Python"}},
		{name: "a port in use", path: bin(""), args: []string{"--port", port}, want: []string{"port " + port + " is in use", "--port"}},
		{name: "a port out of range", path: bin(""), args: []string{"--port", "99999"}, want: []string{"99999", "--port"}},
		{name: "an address of another machine", path: bin(""), args: []string{"--ip", "192.0.2.1"}, want: []string{"192.0.2.1 is not an address of this machine", "--ip"}},
		{name: "no permission", path: bin(""), cache: filepath.Join(file, "below"), want: []string{"cannot write to", "GOKERNEL_CACHE"}},
		{name: "no such folder", path: bin(""), args: []string{filepath.Join(file, "nothing")}, want: []string{"there is no folder or notebook"}},
		{name: "no such jupyter", path: bin(""), args: []string{"--jupyter", "/nowhere/jupyter"}, want: []string{"/nowhere/jupyter", "leave it out"}},
		{name: "a jupyter without lab", path: bin("exit 1"), args: []string{"--jupyter", "python3"}, want: []string{"has no JupyterLab"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := c.cache
			if cache == "" {
				cache = t.TempDir()
			}
			t.Setenv("PATH", c.path)
			t.Setenv(cacheVariable, cache)
			args := c.args
			if len(args) == 0 || args[0] != "--port" {
				args = append([]string{"--port", "0"}, args...)
			}
			code, said := lab(t, t.Context(), args...)
			if code != 1 {
				t.Errorf("exit code is %d, want 1", code)
			}
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("it says %q, which lacks %q", said, want)
				}
			}
			if lines := strings.Count(said, "\n"); lines != 1 {
				t.Errorf("it says %d lines, want one sentence: %q", lines, said)
			}
			if left, _ := filepath.Glob(filepath.Join(cache, "jupyter-*")); len(left) > 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
}

// TestLabWithoutNetwork lets pip look for packages where nobody answers.
func TestLabWithoutNetwork(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	ln.Close()
	cache := t.TempDir()
	t.Setenv(cacheVariable, cache)
	t.Setenv("PIP_INDEX_URL", "http://"+address+"/")
	t.Setenv("PIP_RETRIES", "0")
	t.Setenv("PIP_NO_CACHE_DIR", "1")
	code, said := lab(t, t.Context(), "--port", "0")
	if code != 1 || !strings.Contains(said, "the Python package index cannot be reached") {
		t.Errorf("exit code %d, it says %q", code, said)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "jupyter-*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// TestLabInterrupted stops the building of the environment half-way.
func TestLabInterrupted(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(cacheVariable, cache)
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	// A venv that makes its folder, then takes for ever.
	script(t, dir, "python3", `case "$*" in
*-m\ venv*) mkdir -p "$3/bin"; : > `+started+`; exec sleep 60;;
esac
echo '{"path":"`+dir+`/python3","prefix":"/usr","version":[3,12,1],"venv":true,"ensurepip":true}'`)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for {
			if _, err := os.Stat(started); err == nil || ctx.Err() != nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		cancel()
	}()
	code, said := lab(t, ctx, "--port", "0")
	if code != 130 || !strings.Contains(said, "stopped") {
		t.Errorf("exit code %d, it says %q", code, said)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "jupyter-*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestLockIsHeldByOne(t *testing.T) {
	cache := t.TempDir()
	unlock, err := lockCache(t.Context(), cache, new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var said bytes.Buffer
	if _, err := lockCache(ctx, cache, &said); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second lock gave %v", err)
	}
	if !strings.Contains(said.String(), "waiting") {
		t.Errorf("who waits is told %q", said.String())
	}
	unlock()
	unlock, err = lockCache(t.Context(), cache, &said)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestCopyOfAProgram(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(t.TempDir(), "gokernel")
	write := func(text string) string {
		t.Helper()
		if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		kept, err := keepCopy(program, dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(kept)
		if err != nil || string(got) != text {
			t.Fatalf("the copy holds %q (%v), want %q", got, err, text)
		}
		info, err := os.Stat(kept)
		if err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("the copy has mode %v (%v)", info.Mode(), err)
		}
		return kept
	}
	one, again, two := write("one"), write("one"), write("two")
	if one != again || one == two {
		t.Errorf("copies are %s, %s and, of another content, %s", one, again, two)
	}
	old := time.Now().Add(-40 * 24 * time.Hour)
	if err := os.Chtimes(one, old, old); err != nil {
		t.Fatal(err)
	}
	write("three")
	if _, err := os.Stat(one); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy that nobody used for a week is still there: %v", err)
	}
	if _, err := os.Stat(two); err != nil {
		t.Errorf("a copy of today is gone: %v", err)
	}
}
