package interp

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gokernel/interp/cell"
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
}

// tierState is how far a function has come.
type tierState struct {
	native bool
	why    string        // why it is not native
	ready  chan struct{} // closed when this attempt is over
	reach  map[string]bool
}

func newTier(s *Session) *tier {
	t := &tier{s: s, state: map[string]tierState{}, wake: make(chan struct{}, 1)}
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

// work compiles what is in the queue until the session ends.
func (t *tier) work() {
	defer close(t.done)
	var tc *native.Toolchain
	var lack error
	imports := symbols.NewImporter(t.s.prog.Fset())
	for {
		t.mu.Lock()
		var name string
		if len(t.queue) > 0 {
			name, t.queue = t.queue[0], t.queue[1:]
		}
		ready := t.state[name].ready
		t.mu.Unlock()
		if name == "" {
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
		err := lack
		var reach map[string]bool
		if err == nil {
			reach, err = t.compile(tc, imports, name)
		}
		st := tierState{native: err == nil, ready: ready, reach: reach}
		if err != nil {
			st.why = err.Error()
		}
		t.mu.Lock()
		if t.state[name].ready == ready { // neither asked for anew nor forgotten meanwhile
			t.state[name] = st
			close(ready)
		}
		t.mu.Unlock()
		if t.ctx.Err() != nil {
			return
		}
	}
}

// toolchain is one whose plugins this program can load.
func (t *tier) toolchain() (*native.Toolchain, error) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" && runtime.GOOS != "freebsd" {
		return nil, fmt.Errorf("%s cannot load compiled functions into a running program", runtime.GOOS)
	}
	tc, err := native.Find(t.ctx)
	if err != nil {
		return nil, err
	}
	if tc.Version != runtime.Version() {
		return nil, fmt.Errorf("the Go toolchain here is %s, this kernel was built with %s: build it again with this toolchain", tc.Version, runtime.Version())
	}
	return tc, tc.CanPlug(t.ctx)
}

// compile makes one function native and swaps it in. A panic is an error: the
// function stays interpreted, and the kernel lives.
func (t *tier) compile(tc *native.Toolchain, imports *symbols.Importer, name string) (names map[string]bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("compiling %s: %v", name, r)
		}
	}()
	s := t.s
	reach, fn := s.prog.Reach(name)
	if reach == nil {
		return nil, errors.New("is no function of the session that can be compiled")
	}
	names = map[string]bool{}
	for _, d := range reach.Decls {
		names[d.Key] = true
	}
	for _, v := range reach.Vars {
		names[v.Name] = true
	}
	p := native.Program{Name: name, Imports: reach.Imports}
	for _, d := range reach.Decls {
		p.Decls = append(p.Decls, native.Decl{Text: d.Text, Cell: d.Cell, Line: d.Line, Col: d.Col})
	}
	for _, v := range reach.Vars {
		p.Vars = append(p.Vars, native.Var{Name: v.Name, Type: v.Type})
	}
	m, refused := p.Compile(imports, compile.Redirects())
	if refused != nil {
		return names, errors.New(refused.Why)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return names, fmt.Errorf("finding the folder for compiled functions: %w", err)
	}
	cache := native.Cache{Dir: filepath.Join(dir, "gokernel", "native"), Most: cacheLimit}
	file, err := cache.Build(t.ctx, tc, m, native.Host())
	if err != nil {
		return names, err
	}
	s.compiling.Lock()
	defer s.compiling.Unlock()
	if now, _ := s.prog.Reach(name); !reach.Same(now) {
		return names, errors.New("was declared anew meanwhile")
	}
	x := compile.Native{Func: fn, Number: reach.Decls[0].Cell, Own: s.prog.Own, File: file, Path: "native/" + strings.TrimSuffix(filepath.Base(file), ".so")}
	for _, pl := range m.Places {
		x.Places = append(x.Places, unit.Place{Cell: pl.Cell, Line: pl.Line, Col: pl.Col, Func: "main." + pl.Func, What: pl.What})
	}
	for _, v := range m.Vars {
		x.Vars = append(x.Vars, reach.Vars[v].Object)
	}
	for _, d := range m.Copies {
		x.Copies = append(x.Copies, reach.Decls[d].Code)
	}
	for _, w := range m.Words {
		from, to := s.prog.TypeOf(w.From), s.prog.TypeOf(w.To)
		if from == nil || to == nil {
			return names, fmt.Errorf("makes an interface value of the type %v, which only it knows", w.From)
		}
		x.Words = append(x.Words, compile.Word{From: from, To: to})
	}
	for _, a := range m.Asks {
		from, to := s.prog.TypeOf(a.From), s.prog.TypeOf(a.To)
		if from == nil || to == nil {
			return names, fmt.Errorf("asks an interface value for the type %v, which only it knows", a.To)
		}
		x.Asks = append(x.Asks, compile.Word{From: from, To: to})
	}
	for _, how := range m.Params {
		x.Params = append(x.Params, crossing[how])
	}
	for _, how := range m.Results {
		x.Results = append(x.Results, crossing[how])
	}
	u, err := s.compiler.Native(x)
	if err != nil {
		return names, err
	}
	if err := s.proc.Load(t.ctx, u); err != nil {
		s.compiler.Rollback()
		return names, err
	}
	s.compiler.Commit()
	return names, nil
}

// crossing tells the compiler how values pass.
var crossing = map[native.Passing]compile.Crossing{native.Direct: compile.Direct, native.ByAddress: compile.ByAddress, native.ByWord: compile.ByWord}

// await waits until the functions have been tried, and says which did not become native and why.
func (t *tier) await(ctx context.Context, names []string) (failed map[string]string, err error) {
	failed = map[string]string{}
	for _, n := range names {
		t.mu.Lock()
		st := t.state[n]
		ready := st.ready
		if ready == nil {
			ready = t.enqueue(n)
		}
		t.mu.Unlock()
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

// forget drops what is known of the session's functions: it begins anew.
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
}

// worthCompiling are the functions and methods of a cell that can take long: they loop, or mention others of the cell.
func worthCompiling(c *cell.Cell) (worth []string) {
	names := map[string]bool{}
	var funcs []*ast.FuncDecl
	for _, d := range c.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil && check.FuncKey(fd) != "" {
			names[fd.Name.Name] = true
			funcs = append(funcs, fd)
		}
	}
	for _, fd := range funcs {
		long := false
		ast.Inspect(fd.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				long = true
			case *ast.Ident:
				long = long || names[n.Name]
			}
			return !long
		})
		if long {
			worth = append(worth, check.FuncKey(fd))
		}
	}
	return worth
}

// called are the functions and methods that a cell's statements may call directly, as Reach knows them.
func called(c *cell.Cell) (names []string) {
	seen := map[string]bool{}
	add := func(n string) {
		if !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	for _, fd := range append([]*ast.FuncDecl{c.Body, c.Main}, c.Inits...) {
		if fd == nil {
			continue
		}
		ast.Inspect(fd.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				add(id.Name)
			}
			return true
		})
	}
	for _, d := range c.Decls { // methods, whatever they are called on
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil && seen[fd.Name.Name] {
			if k := check.FuncKey(fd); k != "" {
				add(k)
			}
		}
	}
	return names
}

// nativeFirst loads a prepared cell, waits until what it calls is native as far as it can be, and leaves the statements to be run.
func (s *Session) nativeFirst(ctx context.Context, p *prepared) *Error {
	run := *p.code
	code := *p.code
	code.Run, code.Forget = nil, nil
	code.Keep = true
	if err := s.proc.Load(ctx, &code); err != nil {
		p.release()
		s.retract(p)
		return internalError(err.Error())
	}
	p.release()
	p.release = func() {}
	p.code = &unit.Unit{Cell: run.Cell, Run: run.Run, Forget: run.Forget}
	seen := map[string]bool{}
	for todo := p.calls; len(todo) > 0; {
		n := todo[0]
		todo = todo[1:]
		reach, _ := s.prog.Reach(n)
		if seen[n] || reach == nil {
			continue
		}
		seen[n] = true
		failed, err := s.tier.await(ctx, []string{n})
		if err != nil {
			return internalError(err.Error())
		}
		if why, bad := failed[n]; bad {
			s.opts.Logf("%s stays interpreted: it %s", n, why)
			for _, d := range reach.Decls {
				if d.Code != nil {
					todo = append(todo, d.Key)
				}
			}
		}
	}
	return nil
}

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
