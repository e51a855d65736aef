// Command gokernel is a Jupyter kernel for Go and the command line around it.
// "gokernel lab" opens JupyterLab on the course; "gokernel --help" shows the rest.
//
// Jupyter starts it as "gokernel kernel CONNECTION_FILE", and that kernel
// starts it as "gokernel worker" for the process that runs cells. Both verbs
// are looked at first and cost no parser: a kernel should be there before the
// browser has drawn the page.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime"
	"time"

	"gokernel/install"
	"gokernel/interp"
	"gokernel/interp/display"
	"gokernel/interp/display/gonbui"
	"gokernel/interp/symbols"
	"gokernel/interp/worker"
	"gokernel/kernel"
	"gokernel/kernel/wire"
	"gokernel/notebooks/check"

	_ "modernc.org/sqlite" // the driver "sqlite" of database/sql, for cells
)

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "kernel":
			os.Exit(serve(os.Args[2:]))
		case "worker":
			for _, p := range packages() {
				symbols.Add(p.Path, p.Symbols)
			}
			os.Exit(worker.Serve(func(ask worker.Asker) { symbols.Add(check.Path, check.SymbolsWith(check.Asker(ask))) }))
		}
	}
	os.Exit(install.Main(os.Args[1:], install.Check{Name: "Cells", Ask: runCell}, install.Check{Name: "Native functions", Ask: compileFunction}))
}

// serve runs one kernel until its client ends it.
func serve(args []string) (code int) {
	logger := log.New(os.Stderr, "gokernel: ", log.Ltime|log.Lmicroseconds)
	if len(args) != 1 {
		logger.Print("usage: gokernel kernel CONNECTION_FILE (Jupyter does this; begin with: gokernel lab)")
		return 2
	}
	err := kernel.Run(context.Background(), args[0], startSession, kernel.Options{
		Info:    info(),
		DataDir: kernel.DataDir(),
		Logf:    logger.Printf,
	})
	if err != nil {
		logger.Print(err)
		return 1
	}
	return 0
}

// startSession gives a kernel the Go program of its notebook.
func startSession(host kernel.Host) (kernel.Session, error) {
	return interp.NewSession(interp.Options{
		Sink:     host,
		History:  host.History,
		Native:   true,
		Memory:   worker.DefaultMemory(),
		Packages: packages(),
		Logf:     host.Logf,
	})
}

// packages are what cells may import besides the standard library. Kernel and
// worker know the same ones: the one their declarations, the other their code.
func packages() []interp.Package {
	return []interp.Package{
		{Path: display.Path, Name: "display", Source: display.Source(), Symbols: display.Symbols()},
		{Path: gonbui.Path, Source: gonbui.Source(), Symbols: gonbui.Symbols()},
		{Path: check.Path, Source: check.Source(), Symbols: check.Symbols(), Whole: check.Whole()},
	}
}

// runCell is doctor's question whether cells run here, with this Go on this processor.
func runCell(ctx context.Context) (string, error) {
	start := time.Now()
	s, err := interp.NewSession(interp.Options{Sink: noFrontEnd{}, Packages: packages()})
	if err != nil {
		return "", err
	}
	defer s.Close()
	r := s.Execute(ctx, interp.Request{ID: 1, Count: 1, Code: "c := make(chan int)\ngo func() { c <- 6 * 7 }()\n<-c"})
	switch {
	case r.Err != nil:
		return "", r.Err
	case r.Value == nil || r.Value.MIME["text/plain"] != "42":
		return "", fmt.Errorf("a goroutine that sends 42 gave %v", r.Value)
	}
	return fmt.Sprintf("a goroutine answered %d ms after the start", time.Since(start).Milliseconds()), nil
}

// compileFunction is doctor's question whether functions of cells can become native code. Without, they are slower; nothing is wrong.
func compileFunction(ctx context.Context) (string, error) {
	s, err := interp.NewSession(interp.Options{Sink: noFrontEnd{}, Native: true})
	if err != nil {
		return "", err
	}
	defer s.Close()
	start := time.Now()
	if err := s.CanCompile(ctx); err != nil {
		return "functions stay interpreted, which is slower: " + err.Error(), nil
	}
	return fmt.Sprintf("a function was compiled and loaded in %d ms", time.Since(start).Milliseconds()), nil
}

// noFrontEnd is a Sink for a cell that nobody sees.
type noFrontEnd struct{}

func (noFrontEnd) Stream(interp.CellID, string, []byte) {}
func (noFrontEnd) Display(interp.CellID, display.Data)  {}
func (noFrontEnd) Clear(cell interp.CellID, wait bool)  {}
func (noFrontEnd) Input(context.Context, interp.CellID, string, bool) (string, error) {
	return "", interp.ErrNoInput
}

// info is what the kernel says about itself and about Go.
func info() kernel.Info {
	release := runtime.Version()
	return kernel.Info{
		Implementation: install.KernelName,
		Version:        "1.0.0",
		Language: wire.LanguageInfo{
			Name:              "go",
			Version:           release[len("go"):],
			MIMEType:          "text/x-go",
			FileExtension:     ".go",
			PygmentsLexer:     "go",
			CodemirrorMode:    "go",
			NbconvertExporter: "script",
		},
		Banner: fmt.Sprintf("gokernel: %s in a notebook, run by yaegi. %%lsmagic lists the commands, name? explains a name.", release),
		HelpLinks: []wire.HelpLink{
			{Text: "A Tour of Go", URL: "https://go.dev/tour/"},
			{Text: "The Go specification", URL: "https://go.dev/ref/spec"},
			{Text: "Standard library", URL: "https://pkg.go.dev/std"},
			{Text: "The Go memory model", URL: "https://go.dev/ref/mem"},
		},
	}
}
