package native

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Decl is a declaration of the session: the text of one func, type, const or var declaration with its keyword.
type Decl struct {
	Text            string
	Cell, Line, Col int // where it begins
}

// Twin is a cell with what it needs of the session, to be run as a compiled program.
type Twin struct {
	Imports map[string]string // name -> path
	Decls   []Decl
	Body    Decl // the statements of the cell
	// Program is the whole text of a cell that is a package main; the fields above are then not used.
	Program string
	Flags   []string // of go build
	Args    []string // of the program
	Race    bool
	Halt    bool   // with Race: end at the first race
	Started func() // called when the program has been built and started; nil for nothing
	Dir     string // working directory of the program
	Env     []string
	// Own are packages that only this program has: import path -> files.
	Own map[string]fs.FS
	// Sources gives the files of an import path that the toolchain has not got, nil if there are none.
	Sources func(path string) fs.FS
	// Importer is asked for the packages of a program that the compiler finds too strict; nil reads their sources.
	Importer types.Importer
}

// BuildError is why a program does not compile: the compiler's text with cell positions.
type BuildError struct{ Text string }

func (e *BuildError) Error() string { return e.Text }

// fileName is the name under which the compiler knows a cell.
func fileName(cell int) string { return "cell " + strconv.Itoa(cell) }

// Run compiles and runs t, with the program's output as it comes. It returns how the
// program ended ("" for well, "exit status 2"), a *BuildError if it does not compile, or
// ctx's error if it was interrupted. Positions in all texts are those of cells.
func (tc *Toolchain) Run(ctx context.Context, t *Twin, stdin io.Reader, stdout, stderr io.Writer) (end string, err error) {
	runtime.LockOSThread() // see dieWithParent
	defer runtime.UnlockOSThread()
	dir, err := os.MkdirTemp("", "gokernel-twin-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the program: %w", err)
	}
	defer os.RemoveAll(dir)
	bin, err := tc.build(ctx, t, dir)
	if err != nil {
		return "", err
	}
	cmd := command(ctx, bin, t.Args...)
	cmd.Dir = t.Dir
	cmd.Env = append(os.Environ(), t.Env...)
	if t.Race {
		options := " atexit_sleep_ms=50"
		if t.Halt {
			options += " halt_on_error=1"
		}
		cmd.Env = append(cmd.Env, "GORACE="+strings.TrimSpace(os.Getenv("GORACE")+options))
	}
	out, errs := &places{w: stdout, dir: dir}, &places{w: stderr, dir: dir}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, out, errs
	if err = cmd.Start(); err == nil {
		if t.Started != nil {
			t.Started()
		}
		err = cmd.Wait()
	}
	killGroup(cmd)
	if e := errors.Join(out.flush(), errs.flush()); e != nil && err == nil {
		err = e
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return exitText(err)
}

func (tc *Toolchain) build(ctx context.Context, t *Twin, dir string) (bin string, err error) {
	src := filepath.Join(dir, "src")
	if err := tc.lay(t, src); err != nil {
		return "", err
	}
	bin = filepath.Join(dir, "cell.exe")
	args := []string{"build", "-o", bin}
	var env []string
	if t.Race {
		args = append(args, "-race")
		env = append(env, "CGO_ENABLED=1") // the race detector needs it on most systems
	}
	for round := 0; ; round++ {
		cmd := command(ctx, tc.Go, append(append(slices.Clone(args), t.Flags...), ".")...)
		cmd.Dir, cmd.Env = src, environ(env)
		out, err := cmd.CombinedOutput()
		killGroup(cmd)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		var bad *exec.ExitError
		if err == nil {
			if len(out) > 0 && slices.ContainsFunc(t.Flags, func(f string) bool { return strings.Contains(f, "flags") }) {
				return bin, &BuildError{tidy(string(out), src)} // what -gcflags=-m prints is what was asked for
			}
			return bin, nil
		}
		if !errors.As(err, &bad) {
			return "", fmt.Errorf("running the go command: %w", err)
		}
		text := tidy(string(out), src)
		if t.Race && strings.Contains(text, "race") && strings.Contains(text, "cgo") || t.Race && strings.Contains(text, "C compiler") {
			return "", &BuildError{"the race detector needs a C compiler (gcc or clang) beside the Go toolchain: install one, then run the cell again\n" + text}
		}
		if round == 0 && t.Program == "" && t.Body.Text != "" {
			if fixed, ok := relax(filepath.Join(src, "main.go"), t.Importer); ok && fixed {
				continue
			}
		}
		return "", &BuildError{text}
	}
}

// lay writes the program's module into dir.
func (tc *Toolchain) lay(t *Twin, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making a folder for the program: %w", err)
	}
	text := t.Program
	if text == "" {
		text = t.text()
	} else {
		text = fmt.Sprintf("//line %s:%d:1\n%s", fileName(t.Body.Cell), max(t.Body.Line, 1), text)
	}
	mod := "module cell\n\ngo " + language(tc.Version) + "\n"
	for _, path := range importPaths(text) {
		if own := t.Own[path]; own != nil {
			at, err := keepPackage(path, language(tc.Version), own, filepath.Join(dir, "own"))
			if err != nil {
				return fmt.Errorf("writing package %s: %w", path, err)
			}
			mod += fmt.Sprintf("require %s v0.0.0\nreplace %s => %s\n", path, path, strconv.Quote(at))
			continue
		}
		var files fs.FS
		if t.Sources != nil && strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
			files = t.Sources(path)
		}
		if files == nil {
			continue
		}
		parts := strings.Split(path, "/")
		root := strings.Join(parts[:min(3, len(parts))], "/")
		to := filepath.Join(dir, "deps", filepath.FromSlash(path))
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if err := os.CopyFS(to, files); err != nil {
			return fmt.Errorf("writing package %s: %w", path, err)
		}
		home := filepath.Join(dir, "deps", filepath.FromSlash(root))
		if _, err := os.Stat(filepath.Join(home, "go.mod")); err != nil {
			if err := os.WriteFile(filepath.Join(home, "go.mod"), []byte("module "+root+"\n\ngo "+language(tc.Version)+"\n"), 0o644); err != nil {
				return err
			}
			mod += fmt.Sprintf("require %s v0.0.0\nreplace %s => ./deps/%s\n", root, root, root)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "main.go"), []byte(text), 0o644)
}

// language is go1.26 of go1.26.8 without the letters.
func language(version string) string {
	m := regexp.MustCompile(`go(\d+\.\d+)`).FindStringSubmatch(version)
	if m == nil {
		return "1.26"
	}
	return m[1]
}

// text puts the program together: every part is preceded by a line directive, so that
// the compiler, the traces and the race detector speak of cells.
func (t *Twin) text() string {
	var b strings.Builder
	b.WriteString("package main\n\n")
	names := make([]string, 0, len(t.Imports))
	for n := range t.Imports {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		p := t.Imports[n]
		if p[strings.LastIndexByte(p, '/')+1:] == n {
			n = ""
		}
		fmt.Fprintf(&b, "import %s %q\n", n, p)
	}
	for _, d := range t.Decls {
		fmt.Fprintf(&b, "\n//line %s:%d:%d\n%s\n", fileName(d.Cell), d.Line, d.Col, d.Text)
	}
	line := fmt.Sprintf("//line %s:%d:%d", fileName(t.Body.Cell), t.Body.Line, max(t.Body.Col, 1))
	if mainFunc.MatchString(t.Body.Text) { // a program without a package clause
		fmt.Fprintf(&b, "\n%s\n%s\n", line, t.Body.Text)
	} else {
		fmt.Fprintf(&b, "\nfunc main() {\n%s\n%s\n}\n", line, t.Body.Text)
	}
	return b.String()
}

// mainFunc is a declaration of the program's own main function.
var mainFunc = regexp.MustCompile(`\A\s*func\s+main\s*\(\s*\)`)

// tidy takes the folder and the go command's own lines out of build output.
func tidy(out, dir string) string {
	var b strings.Builder
	for l := range strings.Lines(out) {
		if strings.HasPrefix(l, "# ") {
			continue
		}
		l = strings.ReplaceAll(l, dir+string(filepath.Separator), "")
		l = strings.TrimPrefix(l, "./")
		b.WriteString(l)
	}
	return strings.TrimRight(b.String(), "\n")
}

// places passes text on without the folder that line directives were resolved against, a line at a time
// where a line may hold a position and at once where it cannot.
type places struct {
	w    io.Writer
	dir  string
	rest []byte
}

func (p *places) Write(b []byte) (int, error) {
	p.rest = append(p.rest, b...)
	s := string(p.rest)
	keep := 0
	for i := range len(p.dir) { // the end may be the beginning of the folder's name
		if strings.HasSuffix(s, p.dir[:len(p.dir)-i]) {
			keep = len(p.dir) - i
			break
		}
	}
	if j := strings.LastIndex(s[:len(s)-keep], p.dir); j >= 0 && !strings.ContainsRune(s[j:len(s)-keep], '\n') && len(s)-j < len(p.dir)+64 {
		keep = len(s) - j
	}
	out := s[:len(s)-keep]
	p.rest = []byte(s[len(s)-keep:])
	if _, err := io.WriteString(p.w, p.clean(out)); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (p *places) clean(s string) string {
	if !strings.Contains(s, p.dir) {
		return s
	}
	sep := string(filepath.Separator)
	s = strings.ReplaceAll(s, filepath.Join(p.dir, "src")+sep, "")
	return strings.ReplaceAll(s, p.dir+sep, "")
}

func (p *places) flush() error {
	_, err := io.WriteString(p.w, p.clean(string(p.rest)))
	p.rest = nil
	return err
}
