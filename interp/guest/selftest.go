package guest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// SelfTestText is a text whose calls SelfTest reads off the stack: declarations
// only, as a unit's text is. Its function GuestProbe is called with 0 to 8.
const SelfTestText = `func GuestProbe(n int) int {
	var a int
	if n > 0 {
		goto L1
	}
	a = GuestProbeA(0)
	return a
L1: ;
	if n > 4 {
		goto L2
	}
	a = GuestProbeD(n)
	return a
L2: ;
	a = GuestProbeF(n - 4)
	return a
}
func GuestProbeA(n int) int {
	var a int
	a = n + 1
	if a > 3 {
		goto L1
	}
	a = GuestProbeA(a)
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
func GuestProbeD(n int) int {
	var a int
	a = GuestProbeE(n, 1)
	a = GuestProbeE(n, 2)
	a = GuestProbeE(n, 3)
	a = GuestProbeE(n, 4)
	a = 8
	return a
}
func GuestProbeE(n, k int) int {
	if n == k {
		goto L1
	}
	return k
L1: ;
	guest.TraceProbe()
	return k
}
func GuestProbeF(n int) int {
	var f func()
	var a int
	f = GuestProbeG(n, 1)
	guest.TraceCall(f)
	f = GuestProbeG(n, 2)
	guest.TraceCall(f)
	f = GuestProbeG(n, 3)
	guest.TraceCall(f)
	f = GuestProbeG(n, 4)
	guest.TraceCall(f)
	a = 8
	return a
}
func GuestProbeG(n, k int) func() {
	return func() {
		if n == k {
			goto L1
		}
		return
L1: ;
		guest.TraceProbe()
	}
}
`

// probes is what must be read when GuestProbe is called with 0, 1, 2 ...:
// functions and lines, innermost first.
var probes = []string{
	"C 41, B 34, A 27, A 24, A 24, A 24, 6",
	"E 60, D 47, 12", "E 60, D 48, 12", "E 60, D 49, 12", "E 60, D 50, 12",
	"G 84, F 67, 15", "G 84, F 69, 15", "G 84, F 71, 15", "G 84, F 73, 15",
}

// TraceProbe is called by SelfTestText.
func TraceProbe() {
	as := world.Load().texts.read()
	world.Load().texts.probed.Store(&as)
}

// TraceCall is called by SelfTestText: native code that calls back.
func TraceCall(f func()) { f() }

// SelfTest proves that calls can be read off the stack on the running Go and
// interpreter, and from then on traces have callers. load compiles and executes a
// text as a unit's is, with t.Program and t.Fset filled in and LoadText called in
// between, and returns GuestProbe. Without a passed SelfTest traces name only
// the place of a panic.
//
// The calls are known, so SelfTest also learns where closures of the kinds that
// call keep their own address while they do, or that of what runs next: which of several equal calls in a
// function is the one that runs can only be told by that.
func (w *World) SelfTest(load func(text string, t *Text) (probe func(int) int, err error)) error {
	t := &Text{Lines: make([]int32, strings.Count(SelfTestText, "\n")+1), Funcs: map[string]Func{}}
	for i := range t.Lines {
		t.Lines[i] = int32(i + 1) // lines stand for places
	}
	for _, n := range []string{"", "A", "B", "C", "D", "E", "F", "G"} {
		t.Funcs["GuestProbe"+n] = Func{Go: n}
	}
	probe, err := load(SelfTestText, t)
	if err != nil {
		return fmt.Errorf("self-test of traces: %w", err)
	}
	var samples []sample
	for n := range probes {
		as, err := w.probe(probe, n)
		if err != nil {
			return err
		}
		want := strings.Split(probes[n], ", ")
		for i, a := range named(as) {
			if i < len(want) {
				samples = append(samples, sampleOf(a, want[i]))
			}
		}
	}
	w.texts.mu.Lock()
	w.texts.slots = learn(samples)
	w.texts.mu.Unlock()
	for n, want := range probes {
		as, err := w.probe(probe, n)
		if err != nil {
			return err
		}
		var got []string
		for _, a := range named(as) {
			got = append(got, strings.TrimSpace(fmt.Sprint(a.Func, " ", a.place)))
		}
		if s := strings.Join(got, ", "); s != want {
			return fmt.Errorf("self-test of traces: read %q, not %q", s, want)
		}
	}
	w.texts.ok.Store(true)
	return nil
}

// probe calls the probe on a goroutine of its own and returns what was read.
func (w *World) probe(probe func(int) int, n int) ([]Activation, error) {
	w.texts.probed.Store(nil)
	done := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				done <- fmt.Errorf("self-test of traces: %v", v)
			}
		}()
		if got := probe(n); got != 8 {
			done <- fmt.Errorf("self-test of traces: the probe returned %d", got)
			return
		}
		done <- nil
	}()
	if err := <-done; err != nil {
		return nil, err
	}
	as := w.texts.probed.Load()
	if as == nil || *as == nil {
		return nil, fmt.Errorf("self-test of traces: nothing could be read")
	}
	return *as, nil
}

// named are the activations of known functions.
func named(as []Activation) []Activation {
	return slices.DeleteFunc(slices.Clone(as), func(a Activation) bool { return a.stretch.fn == nil })
}

// sample is an activation of which it is known on what line it is.
type sample struct {
	*stretch
	line int
}

func sampleOf(a Activation, want string) sample {
	s := sample{stretch: &a.stretch}
	_, _ = fmt.Sscan(want[strings.LastIndexByte(want, ' ')+1:], &s.line)
	return s
}

// learn finds for each kind of closure the slot by which most samples are told rightly.
func learn(samples []sample) map[string]slot {
	slots := map[string]slot{}
	best := map[string]int{}
	for _, s := range samples {
		for _, n := range s.fn.nodes {
			if n.line != s.line || runtime.FuncForPC(n.code).Name() != s.callee {
				continue
			}
			for _, h := range s.hits {
				if ^h.exec != n.exec && ^h.exec != n.tnext {
					continue
				}
				c := slot{h.at, ^h.exec != n.exec}
				try := texts{slots: map[string]slot{s.callee: c}}
				right := 0
				for _, o := range samples {
					if n := try.running(o.stretch); o.callee == s.callee && n != nil && n.line == o.line {
						right++
					}
				}
				if right > best[s.callee] {
					best[s.callee], slots[s.callee] = right, c
				}
			}
		}
	}
	return slots
}
