package main

import (
	"flag"
	"fmt"
	"os"
	"path"
	"reflect"
	"runtime/pprof"
	"strings"
	"time"
	"unsafe"

	"gokernel/interp/compile/program"
	"gokernel/interp/forge"
	"gokernel/interp/guest"
	"gokernel/interp/symbols"
	"gokernel/interp/unit"

	"github.com/traefik/yaegi/interp"
	yunsafe "github.com/traefik/yaegi/stdlib/unsafe"
)

type host struct{}

func (host) Write(c *guest.Cell, stderr bool, text []byte) { os.Stderr.Write(text) }
func (host) Crashed(c *guest.Cell, crash *guest.Crash)     { fmt.Fprintln(os.Stderr, "CRASH", crash) }
func (host) Exited(c *guest.Cell, code int)                { os.Exit(code) }
func (host) Notice(c *guest.Cell, r *guest.Deadlock)       {}
func (host) File(c *guest.Cell, fd int) *os.File {
	return []*os.File{os.Stdin, os.Stdout, os.Stderr}[fd]
}
func (host) Fatal(c *guest.Cell, text string) {
	fmt.Fprintln(os.Stderr, "fatal error: "+text)
	os.Exit(2)
}

func natives(p string) map[string]reflect.Value {
	if p == "gokernel/interp/guest" {
		return guest.Symbols()["gokernel/interp/guest/guest"]
	}
	return symbols.Package(p)
}

type hook func()

func (h hook) Write(b []byte) (int, error) { h(); return len(b), nil }

func main() {
	prof := flag.String("prof", "", "")
	dump := flag.Bool("d", false, "")
	trust := flag.Bool("trust", false, "")
	tim := flag.Bool("time", false, "")
	limit := flag.Duration("t", 20*time.Second, "")
	flag.Parse()
	time.AfterFunc(*limit, func() { fmt.Fprintln(os.Stderr, "TIMEOUT"); os.Exit(9) })
	src, _ := os.ReadFile(flag.Arg(0))
	os.Args = []string{flag.Arg(0)}
	t0 := time.Now()
	comp := program.Compile
	if *trust {
		comp = program.CompileTrusting
	}
	u, err := comp(src)
	if err != nil {
		fmt.Fprintln(os.Stderr, "REFUSED", err)
		os.Exit(8)
	}
	t1 := time.Now()
	if *dump {
		fmt.Println(u.Text)
		for _, o := range u.Ops {
			fmt.Println("//", o)
		}
		fmt.Println("// run", u.Run, "init", u.Init, "binds", u.Binds)
		return
	}
	w, err := forge.New(func(p, n string) reflect.Type {
		v, ok := natives(p)[n]
		if ok && v.CanAddr() {
			return v.Type()
		}
		if !ok || v.Kind() != reflect.Pointer {
			return nil
		}
		return v.Type().Elem()
	})
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "YAEGI", err)
			os.Exit(7)
		}
	}
	fail(err)
	w.Chan = func(o unit.Op, types []reflect.Type, operands reflect.Type) (func(unsafe.Pointer), error) {
		cases := make([]guest.ChanCase, len(o.Chans))
		for i, c := range o.Chans {
			cases[i] = guest.ChanCase{Send: c.Send, Type: types[i]}
		}
		return guest.NewChanStmt(guest.ChanStmt{Place: o.Place, Select: o.Select, Blocking: o.Blocking}, cases, operands)
	}
	gw := guest.Start(host{})
	var run []func()
	func() {
		defer func() {
			if r := recover(); r != nil {
				fmt.Fprintln(os.Stderr, "YAEGI PANIC", r)
				if os.Getenv("LABTRACE") != "" {
					panic(r)
				}
				os.Exit(7)
			}
		}()
		in := interp.New(interp.Options{Unrestricted: true, Stderr: hook(guest.Unwinding)})
		fail(in.Use(interp.Exports{"github.com/traefik/yaegi/yaegi": {"convert": reflect.ValueOf(w.Hook)}}))
		use := func(ip, name string, s map[string]reflect.Value) { fail(in.Use(interp.Exports{ip + "//" + name: s})) }
		use("P", "P", map[string]reflect.Value{"Any": reflect.Zero(reflect.TypeFor[*any]())})
		fail(in.Use(yunsafe.Symbols))
		use("gokernel/interp/guest", "guest", natives("gokernel/interp/guest"))
		fail(w.Add(u.Types))
		syms, err := w.Symbols(u)
		fail(err)
		use("P", "P", syms)
		var b strings.Builder
		b.WriteString("package main; import P \"P\"; import guest \"gokernel/interp/guest\"; import \"unsafe\";")
		for _, im := range u.Imports {
			s := natives(im.Path)
			use(im.Path, path.Base(im.Path), s)
			fmt.Fprintf(&b, "import %s %q; ", im.Name, im.Path)
		}
		b.WriteString(u.Text)
		prog, err := in.Compile(b.String())
		fail(err)
		t := guest.Text{Program: prog, Fset: in.FileSet(), Lines: u.Lines, Funcs: make(map[string]guest.Func, len(u.Funcs))}
		for _, f := range u.Funcs {
			t.Funcs[f.Text] = guest.Func{Go: f.Go, Synthetic: f.Synthetic}
		}
		for _, p := range u.Places {
			gw.AddPlaces(p.ID, []guest.Place{{Cell: p.Cell, Line: p.Line, Col: p.Col, Func: p.Func, What: p.What}})
		}
		if err := gw.LoadText(t); err != nil {
			fmt.Fprintln(os.Stderr, "LoadText", err)
		}
		_, err = in.Execute(prog)
		fail(err)
		fn := func(n string) any { v, err := in.Eval(n); fail(err); return v.Interface() }
		for _, bd := range u.Binds {
			var word, value any
			if bd.Word != "" {
				word = fn(bd.Word)
			}
			if bd.Value != "" {
				value = fn(bd.Value)
			}
			fail(w.Bind(bd, word, value))
		}
		for _, n := range u.Init {
			fn(n).(func())()
		}
		for _, n := range u.Run {
			run = append(run, fn(n).(func()))
		}
	}()
	t2 := time.Now()
	if *prof != "" {
		f, _ := os.Create(*prof)
		pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	c := gw.NewCell(1, 1)
	o := c.Run(func() {
		for _, f := range run {
			f()
		}
	}, guest.Options{})
	if *tim {
		fmt.Fprintln(os.Stderr, "compile", t1.Sub(t0), "load", t2.Sub(t1), "run", time.Since(t2), "text", len(u.Text))
	}
	switch o.Kind {
	case guest.Returned:
	case guest.Exited:
		os.Exit(o.Code)
	case guest.Panicked:
		fmt.Fprint(os.Stderr, o.Crash.Text, "\n")
		for _, f := range o.Crash.Frames {
			fmt.Fprintln(os.Stderr, f)
		}
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "OUTCOME", o.Kind)
		os.Exit(3)
	}
}
