package worker

import (
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"

	"gokernel/interp/guest"
	"gokernel/interp/symbols"
)

// symbols are the native package of that path as cells see it: functions that print know the cell.
func (c *child) symbols(path string) map[string]reflect.Value {
	if t := c.names[path]; t != nil {
		return t
	}
	return symbols.Package(path)
}

// natives are the packages whose functions differ from the standard library's. The functions of fmt print to
// the cell of the goroutine that calls them; writing to os.Stdout or os.Stderr through Fprint is the same as printing.
// Whatever else writes to the process's own standard output arrives there and is shown in the newest cell.
func (c *child) natives() map[string]map[string]reflect.Value {
	stdout, stderr := cellWriter{c, false}, cellWriter{c, true}
	to := func(w io.Writer) io.Writer {
		if f, ok := w.(*os.File); ok {
			switch f {
			case c.realOut:
				return stdout
			case c.realErr:
				return stderr
			}
			if isErr, ok := c.current().isFile(f); ok {
				return cellWriter{c, isErr}
			}
		}
		return w
	}
	f := maps.Clone(symbols.Package("fmt"))
	for name, fn := range map[string]any{
		"Print":    func(a ...any) (int, error) { return fmt.Fprint(stdout, a...) },
		"Println":  func(a ...any) (int, error) { return fmt.Fprintln(stdout, a...) },
		"Printf":   func(format string, a ...any) (int, error) { return fmt.Fprintf(stdout, format, a...) },
		"Fprint":   func(w io.Writer, a ...any) (int, error) { return fmt.Fprint(to(w), a...) },
		"Fprintln": func(w io.Writer, a ...any) (int, error) { return fmt.Fprintln(to(w), a...) },
		"Fprintf": func(w io.Writer, format string, a ...any) (int, error) {
			return fmt.Fprintf(to(w), format, a...)
		},
	} {
		f[name] = reflect.ValueOf(fn)
	}
	i := maps.Clone(symbols.Package("io"))
	i["WriteString"] = reflect.ValueOf(func(w io.Writer, s string) (int, error) { return io.WriteString(to(w), s) })
	i["Copy"] = reflect.ValueOf(func(w io.Writer, r io.Reader) (int64, error) { return io.Copy(to(w), r) })
	g := maps.Clone(guest.Symbols()["gokernel/interp/guest/guest"])
	g["Show"] = reflect.ValueOf(c.show)                                   // Show(place int, values ...any): the value of the cell's last expression
	g["Fresh"] = reflect.ValueOf(func(slot string) { c.eng.renew(slot) }) // a session variable is declared anew: new storage, zero
	return map[string]map[string]reflect.Value{"fmt": f, "io": i, "gokernel/interp/guest": g}
}
