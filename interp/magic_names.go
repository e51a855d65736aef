package interp

import (
	"context"
	"fmt"
	"html"
	"strings"

	"gokernel/interp/check"
	"gokernel/interp/display"
)

// nameMagics are the magics about the session's names.
func nameMagics() []Magic {
	return []Magic{
		{Name: "who", Line: true, Looks: true, Args: "[name ...]", Help: "List the session's names: variables, functions, types, constants and imports.\nWith names, only those.", Run: runWho},
		{Name: "vars", Line: true, Looks: true, Args: "[name ...]", Help: "Show the session's variables in a table: name, type, value.\nThe values are those of this moment, also while goroutines change them.", Run: runVars},
		{Name: "whos", Line: true, Looks: true, Args: "[name ...]", Help: "Same as %vars.", Run: runVars},
		{Name: "reset", Line: true, Help: "Forget everything: all names, all goroutines; the cells of the notebook stay.\nTo keep functions and types and lose only variables and goroutines, use %restart.", Run: func(ctx context.Context, m *MagicCall) error {
			if err := m.Session.reset(ctx, m.Request.Count); err != nil {
				return err
			}
			m.Printf("The session is empty.\n")
			return nil
		}},
		{Name: "strict", Line: true, Args: "[on|off]", Help: "Make unused variables and imports errors, as they are for the Go compiler.\nCells are lenient by default.", Run: runStrict},
	}
}

func wanted(args string) func(string) bool {
	names := strings.Fields(args)
	return func(n string) bool {
		if len(names) == 0 {
			return true
		}
		for _, x := range names {
			if x == n {
				return true
			}
		}
		return false
	}
}

func runWho(_ context.Context, m *MagicCall) error {
	want := wanted(m.Args)
	byKind := map[string][]check.NameInfo{}
	n := 0
	for _, i := range m.Session.prog.Names() {
		if want(i.Name) {
			byKind[i.Kind] = append(byKind[i.Kind], i)
			n++
		}
	}
	if n == 0 {
		m.Printf("No names have been declared yet.\n")
		return nil
	}
	for _, k := range []string{"var", "func", "type", "const", "import"} {
		for _, i := range byKind[k] {
			switch k {
			case "func":
				m.Printf("func %s%s\n", i.Name, strings.TrimPrefix(i.Type, "func"))
			case "import":
				if strings.HasSuffix("/"+i.Type, "/"+i.Name) {
					m.Printf("import %q\n", i.Type)
				} else {
					m.Printf("import %s %q\n", i.Name, i.Type)
				}
			default:
				m.Printf("%s %s %s\n", k, i.Name, clip(i.Type, 100))
			}
		}
	}
	return nil
}

func runVars(ctx context.Context, m *MagicCall) error {
	vars, err := m.Session.Variables(ctx)
	if err != nil {
		return err
	}
	want := wanted(m.Args)
	rows := vars[:0]
	for _, v := range vars {
		if want(v.Name) {
			rows = append(rows, v)
		}
	}
	if len(rows) == 0 {
		m.Printf("No variables have been declared yet.\n")
		return nil
	}
	m.Session.opts.Sink.Display(m.Request.ID, variableTable(rows))
	return nil
}

// variableTable shows variables as text and as an HTML table.
func variableTable(vars []Variable) display.Data {
	w1, w2 := len("Name"), len("Type")
	for _, v := range vars {
		w1, w2 = max(w1, width(v.Name)), max(w2, width(clip(v.Type, 40)))
	}
	var t, h strings.Builder
	row := func(a, b, c string) {
		fmt.Fprintf(&t, "%s%s  %s%s  %s\n", a, strings.Repeat(" ", w1-width(a)), b, strings.Repeat(" ", w2-width(b)), c)
	}
	row("Name", "Type", "Value")
	h.WriteString("<table><thead><tr><th>Name</th><th>Type</th><th>Value</th></tr></thead><tbody>")
	for _, v := range vars {
		value := clip(strings.Join(strings.Fields(v.Value), " "), 200)
		row(v.Name, clip(v.Type, 40), clip(value, 100))
		fmt.Fprintf(&h, `<tr><td style="text-align:left"><code>%s</code></td><td style="text-align:left"><code>%s</code></td><td style="text-align:left">%s</td></tr>`, html.EscapeString(v.Name), html.EscapeString(v.Type), html.EscapeString(value))
	}
	h.WriteString("</tbody></table>")
	return display.Data{MIME: map[string]any{"text/plain": strings.TrimRight(t.String(), "\n"), "text/html": h.String()}}
}

// width is the number of terminal columns that s takes.
func width(s string) (n int) {
	for _, r := range s {
		n += columns(r)
	}
	return
}

func runStrict(_ context.Context, m *MagicCall) error {
	switch m.Args {
	case "", "on":
		m.Session.SetStrict(true)
		m.Printf("Unused variables and imports are errors now.\n")
	case "off":
		m.Session.SetStrict(false)
		m.Printf("Unused variables and imports are no errors.\n")
	default:
		return usageError{}
	}
	return nil
}
