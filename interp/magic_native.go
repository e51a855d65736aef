package interp

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"gokernel/interp/check"
)

// tierMagics steer native compilation.
func tierMagics() []Magic {
	return []Magic{{
		Name: "native", Line: true, Cell: true, Args: "[off | on]",
		Help: "Show which functions of the session run as native code, and why others do not.\n" +
			"Functions that loop or call themselves are compiled in the background where a Go toolchain with a C compiler is there.\n" +
			"As %%native, compile the functions that the cell declares at once, then run its statements.",
		Run: runNative,
	}}
}

func runNative(ctx context.Context, m *MagicCall) error {
	t := m.Session.tier
	if m.IsCell {
		return m.Session.nativeCell(ctx, m)
	}
	switch strings.TrimSpace(m.Args) {
	case "off":
		t.mu.Lock()
		t.off = true
		t.mu.Unlock()
		m.Printf("functions that are declared from now on stay interpreted\n")
	case "on":
		t.mu.Lock()
		t.off = false
		t.mu.Unlock()
	case "":
		t.mu.Lock()
		defer t.mu.Unlock()
		if len(t.state) == 0 {
			m.Printf("no function of the session takes long enough to be compiled\n")
		}
		for _, n := range slices.Sorted(maps.Keys(t.state)) {
			if st := t.state[n]; st.native {
				m.Printf("%s: native\n", n)
			} else {
				m.Printf("%s: interpreted: it %s\n", n, st.why)
			}
		}
	default:
		return usageError{}
	}
	return nil
}

// nativeCell declares what a cell declares, waits for the compiler, and then runs the statements.
func (s *Session) nativeCell(ctx context.Context, m *MagicCall) error {
	decls, stmts, names, e := check.Parted(m.bodyText())
	if e != nil {
		return s.compileError([]check.Diagnostic{check.Syntax(m.Request.Count, m.bodyText(), e)})
	}
	if len(names) == 0 {
		return errors.New("only functions can be compiled, and this cell declares none")
	}
	m.RunGo(ctx, decls)
	if m.Result.Err != nil {
		return nil
	}
	failed, err := s.tier.await(ctx, names)
	if err != nil {
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(failed)) {
		m.Warnf("%s stays interpreted: it %s\n", n, failed[n])
	}
	if strings.TrimSpace(stmts) != "" {
		m.RunGo(ctx, stmts)
	}
	return nil
}
