package guest

import (
	"fmt"
	"slices"
)

// SelfTestText is a text whose calls SelfTest reads off the stack: declarations
// only, as a unit's text is. Its function GuestProbe is to be called with 0.
const SelfTestText = `func GuestProbe(n int) int {
	var a int
	a = n + 1
	if a > 3 {
		goto L1
	}
	a = GuestProbe(a)
	return a
L1: ;
	a = GuestProbeB(a)
	return a
}
func GuestProbeB(n int) int {
	var f func() int
	var a int
	f = GuestProbeC(n)
	a = f()
	return a
}
func GuestProbeC(n int) func() int {
	return func() int {
		var a int
		a = n * 2
		guest.TraceProbe()
		return a
	}
}
`

// probeCalls is what must be read: function and line, innermost first.
var probeCalls = []string{"GuestProbeC 24", "GuestProbeB 17", "GuestProbe 10", "GuestProbe 7", "GuestProbe 7", "GuestProbe 7"}

// TraceProbe is called by SelfTestText.
func TraceProbe() {
	as := world.Load().texts.read()
	world.Load().texts.probed.Store(&as)
}

// SelfTest proves that calls can be read off the stack on the running Go and
// interpreter, and from then on traces have callers. load compiles and executes a
// text as a unit's is, with t.Program and t.Fset filled in and LoadText called in
// between, and returns GuestProbe. Without a passed SelfTest traces name only
// the place of a panic.
func (w *World) SelfTest(load func(text string, t *Text) (probe func(int) int, err error)) error {
	t := &Text{Lines: make([]int32, 64), Funcs: map[string]Func{}}
	for i := range t.Lines {
		t.Lines[i] = int32(i + 1) // lines stand for places
	}
	for _, n := range []string{"GuestProbe", "GuestProbeB", "GuestProbeC"} {
		t.Funcs[n] = Func{Go: n}
	}
	probe, err := load(SelfTestText, t)
	if err != nil {
		return fmt.Errorf("self-test of traces: %w", err)
	}
	done := make(chan error)
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				done <- fmt.Errorf("self-test of traces: %v", v)
			}
		}()
		if got := probe(0); got != 8 {
			done <- fmt.Errorf("self-test of traces: the probe returned %d", got)
		}
	}()
	if err := <-done; err != nil {
		return err
	}
	var got []string
	if as := w.texts.probed.Load(); as != nil {
		for _, a := range *as {
			if a.Func != "" {
				got = append(got, fmt.Sprint(a.Func, " ", a.place))
			}
		}
	}
	if !slices.Equal(got, probeCalls) {
		return fmt.Errorf("self-test of traces: read %q, not %q", got, probeCalls)
	}
	w.texts.ok.Store(true)
	return nil
}
