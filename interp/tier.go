package interp

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gokernel/interp/check"
	"gokernel/interp/compile"
	"gokernel/interp/native"
	"gokernel/interp/symbols"
	"gokernel/interp/unit"
)

// tier compiles functions of the session natively and swaps them in.
//
// It has one goroutine: started with the first function that is worth it, it blocks on the toolchain's process
// and on the queue, and is stopped by close. It holds the session's compiling lock only while a
// finished function is swapped in.
type tier struct {
	s      *Session
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended; nil before it starts

	mu    sync.Mutex
	off   bool
	queue []string
	wake  chan struct{}
	state map[string]tierState // by function name

	loaded map[string]bool // files of plugins; the session's compiling lock is held
}

// tierState is how far a function has come.
type tierState struct {
	native bool
	why    string        // why it is not native
	ready  chan struct{} // closed when this attempt is over
	reach  map[string]bool
}

func newTier(s *Session) *tier {
	t := &tier{s: s, state: map[string]tierState{}, loaded: map[string]bool{}, wake: make(chan struct{}, 1)}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

// compiling is why a function in the queue is not native.
const compiling = "is being compiled"

// switchedOff is why a function that was declared anew is not native.
const switchedOff = "was declared after %native off"

// cacheLimit bounds the folder of compiled functions.
const cacheLimit = 256 << 20

// declared is told the functions of a cell that can take long, and all that the cell has changed: they and the
// native ones that reach something else now are compiled.
func (t *tier) declared(worth, changed []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	again := slices.Clone(worth)
	for n, st := range t.state {
		if slices.Contains(worth, n) {
			continue
		}
		if slices.Contains(changed, n) || slices.ContainsFunc(changed, func(c string) bool { return st.reach[c] }) {
			again = append(again, n)
		}
	}
	slices.Sort(again[len(worth):])
	for _, n := range again {
		if !t.off {
			t.enqueue(n)
		} else if st := t.state[n]; st.ready != nil && st.why != compiling {
			t.state[n] = tierState{why: switchedOff, ready: st.ready}
		}
	}
}

// enqueue puts name into the queue; t.mu is held. It gives the channel that tells the end of the attempt.
func (t *tier) enqueue(name string) chan struct{} {
	if st := t.state[name]; st.ready != nil {
		if slices.Contains(t.queue, name) {
			return st.ready
		}
		if st.why == compiling { // an older version of it: whoever waits for that one need not
			close(st.ready)
		}
	}
	ready := make(chan struct{})
	t.state[name] = tierState{why: compiling, ready: ready}
	t.queue = append(t.queue, name)
	if t.done == nil {
		t.done = make(chan struct{})
		go t.work()
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
	return ready
}

func (t *tier) close() {
	t.cancel()
	t.mu.Lock()
	done := t.done
	t.mu.Unlock()
	if done != nil {
		<-done
	}
}

// atOnce is how many functions are compiled together at most: one build of several takes hardly longer than of one.
const atOnce = 16

// work compiles what is in the queue until the session ends.
func (t *tier) work() {
	defer close(t.done)
	var tc *native.Toolchain
	var lack error
	imports := symbols.NewImporter(t.s.prog.Fset())
	for {
		t.mu.Lock()
		n := min(len(t.queue), atOnce)
		names := t.queue[:n:n]
		t.queue = t.queue[n:]
		ready := map[string]chan struct{}{}
		for _, n := range names {
			ready[n] = t.state[n].ready
		}
		t.mu.Unlock()
		if len(names) == 0 {
			select {
			case <-t.wake:
				continue
			case <-t.ctx.Done():
				return
			}
		}
		if tc == nil && lack == nil {
			tc, lack = t.toolchain()
		}
		tried := map[string]tierState{}
		if lack != nil {
			for _, n := range names {
				tried[n] = tierState{why: lack.Error()}
			}
		} else {
			t.try(tc, imports, names, tried)
		}
		t.mu.Lock()
		for n, st := range tried {
			if st.ready = ready[n]; t.state[n].ready == st.ready { // neither asked for anew nor forgotten meanwhile
				t.state[n] = st
				close(st.ready)
			}
		}
		t.mu.Unlock()
		if t.ctx.Err() != nil {
			return
		}
	}
}

// try compiles functions together, and one by one those that fail together.
func (t *tier) try(tc *native.Toolchain, imports *symbols.Importer, names []string, tried map[string]tierState) {
	var again []string
	for n, st := range t.compile(tc, imports, names) {
		if !st.native && len(names) > 1 {
			again = append(again, n)
		} else {
			tried[n] = st
		}
	}
	slices.Sort(again)
	for _, n := range again {
		t.try(tc, imports, []string{n}, tried)
	}
}

// toolchain is one whose plugins this program can load.
func (t *tier) toolchain() (*native.Toolchain, error) {
	if err := native.Loads(); err != nil {
		return nil, err
	}
	tc, err := native.Find(t.ctx)
	if errors.Is(err, native.ErrNoToolchain) {
		return nil, errors.New("needs a Go toolchain, and there is none: install Go (https://go.dev/dl)")
	}
	if err != nil {
		return nil, err
	}
	if tc.Version != runtime.Version() {
		return nil, fmt.Errorf("needs the toolchain that this kernel was built with: that was %s, the one here is %s; build the kernel again with it", runtime.Version(), tc.Version)
	}
	return tc, tc.CanPlug(t.ctx)
}

// compile makes functions native and swaps them in; it tells for each how far it has come. A panic is an error: the
// functions stay interpreted, and the kernel lives.
func (t *tier) compile(tc *native.Toolchain, imports *symbols.Importer, names []string) (tried map[string]tierState) {
	tried = map[string]tierState{}
	fail := func(why string) {
		for _, n := range names {
			if st := tried[n]; st.why == "" {
				st.native, st.why = false, why
				tried[n] = st
			}
		}
	}
	defer func() {
		if r := recover(); r != nil {
			fail(fmt.Sprintf("makes the compiler fail: %v", r))
		}
	}()
	p := native.Program{Imports: map[string]string{}}
	var decls []check.TwinDecl
	var vars []check.TwinVar
	reaches, funcs := map[string]*check.Twin{}, map[string]*types.Func{}
	for _, n := range names {
		reach, fn := t.s.prog.Reach(n)
		if reach == nil {
			tried[n] = tierState{why: "is no function of the session that can be compiled"}
			continue
		}
		reaches[n], funcs[n] = reach, fn
		p.Names = append(p.Names, n)
		st := tierState{reach: map[string]bool{}}
		for _, d := range reach.Decls {
			st.reach[d.Key] = true
			if !slices.Contains(decls, d) {
				decls = append(decls, d)
				p.Decls = append(p.Decls, native.Decl{Text: d.Text, Cell: d.Cell, Line: d.Line, Col: d.Col})
			}
		}
		for _, v := range reach.Vars {
			st.reach[v.Name] = true
			if !slices.Contains(vars, v) {
				vars = append(vars, v)
				p.Vars = append(p.Vars, native.Var{Name: v.Name, Type: v.Type})
			}
		}
		maps.Copy(p.Imports, reach.Imports)
		tried[n] = st
	}
	if len(p.Names) == 0 {
		return tried
	}
	m, refused := p.Compile(imports, compile.Redirects())
	for n, r := range refused {
		st := tried[n]
		st.why = r.Why
		tried[n] = st
	}
	if m == nil {
		return tried
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		fail(fmt.Sprintf("has no place: finding the folder for compiled functions: %v", err))
		return tried
	}
	cache := native.Cache{Dir: filepath.Join(dir, "gokernel", "native"), Most: cacheLimit}
	file, err := cache.Build(t.ctx, tc, m, native.Host())
	if err != nil {
		fail("does not compile: " + err.Error())
		return tried
	}
	if err := t.swap(m, file, decls, vars, reaches, funcs); err != nil {
		fail(err.Error())
		return tried
	}
	for _, r := range m.Roots {
		st := tried[r.Name]
		st.native = true
		tried[r.Name] = st
	}
	return tried
}

// mostPlugins bounds what a session loads: a plugin takes some megabytes, and Go cannot unload it.
const mostPlugins = 60

// swap makes functions of the session lead to those of a plugin.
func (t *tier) swap(m *native.Module, file string, decls []check.TwinDecl, vars []check.TwinVar, reaches map[string]*check.Twin, funcs map[string]*types.Func) error {
	s := t.s
	s.compiling.Lock()
	defer s.compiling.Unlock()
	x := compile.Native{Number: decls[0].Cell, Own: s.prog.Own, File: file, Path: "native/" + strings.TrimSuffix(filepath.Base(file), ".so")}
	for _, r := range m.Roots {
		if now, _ := s.prog.Reach(r.Name); !reaches[r.Name].Same(now) {
			return errors.New("was declared anew meanwhile, or something that it uses")
		}
		f := compile.NativeFunc{Func: funcs[r.Name]}
		for _, how := range r.Params {
			f.Params = append(f.Params, crossing[how])
		}
		for _, how := range r.Results {
			f.Results = append(f.Results, crossing[how])
		}
		x.Funcs = append(x.Funcs, f)
	}
	for _, pl := range m.Places {
		x.Places = append(x.Places, unit.Place{Cell: pl.Cell, Line: pl.Line, Col: pl.Col, Func: "main." + pl.Func, What: pl.What})
	}
	for _, v := range m.Vars {
		x.Vars = append(x.Vars, vars[v].Object)
	}
	for _, d := range m.Copies {
		x.Copies = append(x.Copies, decls[d].Code)
	}
	counterpart := func(from, to types.Type) (compile.Word, error) {
		w := compile.Word{From: s.prog.TypeOf(from), To: s.prog.TypeOf(to)}
		if w.From == nil || w.To == nil {
			return w, fmt.Errorf("turns %v into %v, and one of them is a type that a function declares", from, to)
		}
		return w, nil
	}
	for _, w := range m.Words {
		q, err := counterpart(w.From, w.To)
		if err != nil {
			return err
		}
		x.Words = append(x.Words, q)
	}
	for _, a := range m.Asks {
		q, err := counterpart(a.From, a.To)
		if err != nil {
			return err
		}
		x.Asks = append(x.Asks, q)
	}
	if !t.loaded[file] && len(t.loaded) >= mostPlugins {
		return fmt.Errorf("has to: %d pieces of compiled code are in memory, and none can be taken out again; %%reset begins anew", len(t.loaded))
	}
	u, err := s.compiler.Native(x)
	if err != nil {
		return err
	}
	t.loaded[file] = true
	if err := s.proc.Load(t.ctx, u); err != nil {
		s.compiler.Rollback()
		return err
	}
	s.compiler.Commit()
	return nil
}

// crossing tells the compiler how values pass.
var crossing = map[native.Passing]compile.Crossing{native.Direct: compile.Direct, native.ByAddress: compile.ByAddress, native.ByWord: compile.ByWord}

// await waits until the functions have been tried, and says which did not become native and why.
func (t *tier) await(ctx context.Context, names []string) (failed map[string]string, err error) {
	failed = map[string]string{}
	t.mu.Lock()
	attempts := make([]chan struct{}, len(names))
	for i, n := range names {
		if attempts[i] = t.state[n].ready; attempts[i] == nil {
			attempts[i] = t.enqueue(n)
		}
	}
	t.mu.Unlock()
	for i, n := range names {
		ready := attempts[i]
		select {
		case <-ready:
		case <-ctx.Done():
			return failed, ctx.Err()
		}
		t.mu.Lock()
		if st := t.state[n]; !st.native {
			failed[n] = st.why
		}
		t.mu.Unlock()
	}
	return failed, nil
}

// CanCompile compiles a function natively and loads it: the error is why functions stay interpreted here, and what to do.
func (s *Session) CanCompile(ctx context.Context) error {
	const name = "tryNative"
	r := s.Execute(ctx, Request{ID: 1, Count: 1, Code: "func " + name + "(n int) (sum int) {\n\tfor i := range n {\n\t\tsum += i\n\t}\n\treturn\n}"})
	if r.Err != nil {
		return r.Err
	}
	failed, err := s.tier.await(ctx, []string{name})
	if err != nil {
		return err
	}
	if why, bad := failed[name]; bad {
		return errors.New(why)
	}
	return nil
}

// forget drops what is known of the session's functions: it begins anew. The session's compiling lock is held.
func (t *tier) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = nil
	for _, st := range t.state {
		if st.ready != nil && st.why == compiling {
			close(st.ready)
		}
	}
	t.state = map[string]tierState{}
	t.loaded = map[string]bool{}
}
