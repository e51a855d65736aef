package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// CLI is the command line of people (the verbs kernel and worker are those of
// Jupyter and of the kernel, and cost no parser: see main.go).
type CLI struct {
	Lab       labVerb       `cmd:"" help:"Open JupyterLab on the course, and set up whatever is missing for that."`
	Install   installVerb   `cmd:"" help:"Install the kernel into a Jupyter that you have."`
	Uninstall uninstallVerb `cmd:"" help:"Remove the kernel from a Jupyter."`
	Doctor    doctorVerb    `cmd:"" help:"Say what is missing or wrong."`
	Version   versionVerb   `cmd:"" help:"Print the version."`
}

// verbs is what the verbs need from outside.
type verbs struct {
	ctx    context.Context
	out    io.Writer
	log    io.Writer
	checks []Check
}

// Main runs the command line and gives the exit code: 0, 1 for a failure that
// was told, 2 for a command line that makes no sense, 130 when it was interrupted.
// checks are what doctor asks besides its own questions.
func Main(args []string, checks ...Check) (code int) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // by nohup
		signals = append(signals, syscall.SIGHUP) // the terminal was closed
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	return runCLI(ctx, args, os.Stdout, os.Stderr, checks)
}

// exited carries the exit code that kong asks for (--help) out of the parser.
type exited int

func runCLI(ctx context.Context, args []string, out, log io.Writer, checks []Check) (code int) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exited)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	parser, err := kong.New(&CLI{},
		kong.Name("gokernel"),
		kong.Description("A Jupyter kernel for Go, and a course on Go concurrency that runs on it. Begin with: gokernel lab"),
		kong.Writers(out, log),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(log, "gokernel:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	cmd, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(log, "gokernel: %v; gokernel --help shows what there is.\n", err)
		return 2
	}
	switch err := cmd.Run(&verbs{ctx: ctx, out: out, log: log, checks: checks}); {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(log, "gokernel: stopped; nothing is left half-done.")
		return 130
	default:
		fmt.Fprintf(log, "gokernel: %v.\n", err)
		return 1
	}
}

type labVerb struct {
	Notebooks string `arg:"" optional:"" help:"Folder or notebook to open (default: the course)."`
	Port      int    `default:"8888" help:"Port of the server; 0 for any free one."`
	IP        string `name:"ip" default:"127.0.0.1" help:"Address to listen on; 0.0.0.0 in a container."`
	NoBrowser bool   `help:"Do not open a browser; print the address only."`
	Jupyter   string `placeholder:"PATH" help:"Use this jupyter program or environment, not a private one."`
	Python    string `placeholder:"PATH" help:"Make the private JupyterLab with this Python."`
	Verbose   bool   `help:"Show everything that the server logs."`
}

func (c *labVerb) Run(v *verbs) error { return Lab(*c).Run(v.ctx, v.log) }

// where is which Jupyter a kernelspec goes to.
type where struct {
	User      bool   `xor:"where" help:"For this user (the default)."`
	SysPrefix bool   `xor:"where" help:"For the active virtual or conda environment, or the Python on the PATH."`
	Prefix    string `xor:"where" placeholder:"DIR" help:"Below DIR/share/jupyter, for example /usr/local."`
	Name      string `default:"gokernel" help:"Name of the kernelspec."`
}

func (w where) target(ctx context.Context) (Target, error) {
	sys := thisSystem()
	t := Target{Name: w.Name}
	switch {
	case w.Prefix != "":
		prefix, err := filepath.Abs(w.Prefix)
		if err != nil {
			return t, err
		}
		t.Data = sys.prefixData(prefix)
	case w.SysPrefix:
		prefix := sys.activePrefix()
		if prefix == "" {
			p, err := findPython(ctx, "")
			if err != nil {
				return t, err
			}
			prefix = p.Prefix
		}
		t.Data = sys.prefixData(prefix)
	default:
		if t.Data = sys.userData(); t.Data == "" {
			return t, sentence(nil, "there is no home folder: set HOME or JUPYTER_DATA_DIR, or use --prefix")
		}
	}
	return t, nil
}

type installVerb struct {
	where
	DisplayName string            `default:"Go (yaegi)" help:"Name that a launcher shows."`
	Env         map[string]string `placeholder:"NAME=VALUE" help:"Environment of the kernel."`
}

func (c *installVerb) Run(v *verbs) error {
	t, err := c.target(v.ctx)
	if err != nil {
		return err
	}
	t.DisplayName, t.Env = c.DisplayName, c.Env
	if t.Binary, t.Copy, err = thisProgram(); err != nil {
		return err
	}
	dir, err := Install(t)
	if err != nil {
		return err
	}
	if t.Copy {
		t.Binary = "a copy of this program in that folder"
	}
	fmt.Fprintf(v.out, "Installed the kernel %q in %s.\nIt starts %s.\n", t.DisplayName, dir, t.Binary)
	return nil
}

type uninstallVerb struct{ where }

func (c *uninstallVerb) Run(v *verbs) error {
	t, err := c.target(v.ctx)
	if err != nil {
		return err
	}
	dir, found, err := Uninstall(t)
	switch {
	case err != nil:
		return err
	case !found:
		return sentence(nil, "there is no kernel in %s: gokernel doctor lists where one is", dir)
	}
	fmt.Fprintf(v.out, "Removed %s.\n", dir)
	return nil
}

type versionVerb struct{}

func (*versionVerb) Run(v *verbs) error {
	fmt.Fprintln(v.out, Version())
	return nil
}

// Version is one line: this program, the Go it was built with, the interpreter.
func Version() string {
	version, revision, yaegi := "(devel)", "", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && !strings.Contains(version, s.Value[:min(12, len(s.Value))]) {
				revision = " " + s.Value[:min(12, len(s.Value))]
			}
		}
		for _, d := range info.Deps {
			if d.Path == "github.com/traefik/yaegi" {
				yaegi = d.Version
			}
		}
	}
	return fmt.Sprintf("gokernel %s%s, %s %s/%s, yaegi %s, Jupyter protocol 5.5", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH, yaegi)
}
