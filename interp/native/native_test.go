package native

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"plugin"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// session is a file of declarations, as the session would know them.
type session struct {
	fset  *token.FileSet
	info  *types.Info
	pkg   *types.Package
	funcs map[types.Object]*Function
	vars  map[types.Object]bool
}

func newSession(t *testing.T, src string) *session {
	t.Helper()
	s := &session{fset: token.NewFileSet(), funcs: map[types.Object]*Function{}, vars: map[types.Object]bool{}}
	src = "package main\n" + src
	f, err := parser.ParseFile(s.fset, "cell 1", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	s.pkg, err = (&types.Config{Importer: importer.ForCompiler(s.fset, "source", nil)}).Check("main", s.fset, []*ast.File{f}, s.info)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string, id *ast.Ident, n ast.Decl) {
		p := s.fset.Position(n.Pos())
		s.funcs[s.info.Defs[id]] = &Function{Name: name, Node: n, Info: s.info, Object: s.info.Defs[id], Text: src[p.Offset:s.fset.Position(n.End()).Offset], Cell: 1, Line: p.Line, Col: 1}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			add(d.Name.Name, d.Name, d)
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					add(sp.Name.Name, sp.Name, d)
				case *ast.ValueSpec:
					if d.Tok == token.CONST {
						add(sp.Names[0].Name, sp.Names[0], d)
					} else {
						s.vars[s.info.Defs[sp.Names[0]]] = true
					}
				}
			}
		}
	}
	return s
}

func (s *session) Variable(o types.Object) (int, bool) { return 0, s.vars[o] }

func (s *session) Declaration(o types.Object) *Function { return s.funcs[o] }

func (s *session) Methods(tn *types.TypeName) (ms []*Function) {
	n, ok := tn.Type().(*types.Named)
	if !ok {
		return nil
	}
	for m := range n.Methods() {
		ms = append(ms, s.funcs[m])
	}
	return ms
}

var testRedirects = Redirects{"time.Sleep": "Sleep", "runtime.NumGoroutine": "NumGoroutine", "(*sync.Mutex).Lock": "MutexLock", "(*sync.Mutex).Unlock": "MutexUnlock", "(*sync.WaitGroup).Wait": "WaitGroupWait", "(*sync.WaitGroup).Done": "WaitGroupDone", "(*sync.WaitGroup).Add": "WaitGroupAdd"}

func (s *session) translate(name string) (*Module, *Refusal) {
	m, bad := Translate(s.fset, []*Function{s.funcs[s.pkg.Scope().Lookup(name)]}, s, testRedirects)
	return m, bad[name]
}

func TestRefusals(t *testing.T) {
	s := newSession(t, `
import ("runtime"; "sync"; "time")
var n int
type T struct{ x int }
func (t T) M() int { return n }
func usesVar() int { return n }
func callsUsesVar() int { return usesVar() }
func takesT(t T) {}
func givesT() *T { return nil }
func generic[X any](x X) X { return x }
func looks() { runtime.Caller(0) }
func counts() int { return runtime.NumGoroutine() + runtime.NumCPU() }
func inside() int { var t T; return t.x }
func value() func(time.Duration) { return time.Sleep }
func jumps() { goto L; L: return }
func fine(n int) int { return n }
func asks(x any) bool { _, ok := x.(T); return ok }
func asksByCase(x any) int { switch x.(type) { case *T: return 1 }; return 0 }
func boxes[X any](x X) any { return x }
func usesBoxes() any { return boxes(1) }
func local() any { type inner struct{ a int }; return inner{1} }
func results() (any, error) { return pairOf() }
func pairOf() (T, error) { return T{}, nil }
func selects(c chan T) (v any) { select { case v = <-c: }; return v }
func givesFunc() func(T) { return nil }
type I interface { M() int }
func widens(x interface { M() int; N() }) I { return x }
func wait(wg *sync.WaitGroup) { wg.Wait() }
`)
	for name, want := range map[string]string{
		"usesVar": "", "callsUsesVar": "", "takesT": "", "givesT": "", "generic": "is generic", "inside": "", "local": "",
		"looks": "runtime.Caller", "counts": "", "value": "as a value", "jumps": "goto", "fine": "", "wait": "",
		"asks": "", "asksByCase": "", "widens": "", "usesBoxes": "a value whose type is a parameter",
		"results": "one of several results", "givesFunc": "gives a function", "selects": "makes an interface of what it receives",
	} {
		_, bad := s.translate(name)
		if want == "" && bad != nil || want != "" && (bad == nil || !strings.Contains(bad.Error(), want)) {
			t.Errorf("%s: %v, want %q", name, bad, want)
		}
	}
}

// host is a run time for tests: what the worker offers, done plainly.
func host(stop *bool) func(string) any {
	off := new(bool)
	return func(name string) any {
		switch name {
		case "StopFlag":
			return stop
		case "Traced":
			return off
		case "Places":
			return make([]int, 100)
		case "StopHit":
			return runtime.Goexit
		case "Go":
			return func(f func(), place int) { go f() }
		case "Close":
			return func(place int, c any) { reflect.ValueOf(c).Close() }
		case "Send":
			return func(place int, c any, p unsafe.Pointer) {
				v := reflect.ValueOf(c)
				v.Send(reflect.NewAt(v.Type().Elem(), p).Elem())
			}
		case "Recv":
			return func(place int, c any, p unsafe.Pointer) bool {
				v := reflect.ValueOf(c)
				x, ok := v.Recv()
				reflect.NewAt(v.Type().Elem(), p).Elem().Set(x)
				return ok
			}
		case "Select":
			return hostSelect
		case "fmt_Println":
			return fmt.Println
		case "Sleep":
			return func(place int, d time.Duration) { time.Sleep(d) }
		}
		panic("the test's run time has no " + name)
	}
}

func hostSelect(place int, blocking bool, send []bool, chans []any, ptrs []unsafe.Pointer) (int, bool) {
	var cs []reflect.SelectCase
	for i := range chans {
		c := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(chans[i])}
		if send[i] {
			c.Dir, c.Send = reflect.SelectSend, reflect.NewAt(c.Chan.Type().Elem(), ptrs[i]).Elem()
		}
		cs = append(cs, c)
	}
	if !blocking {
		cs = append(cs, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	i, v, ok := reflect.Select(cs)
	if i == len(chans) {
		return -1, false
	}
	if !send[i] && ptrs[i] != nil {
		reflect.NewAt(v.Type(), ptrs[i]).Elem().Set(v)
	}
	return i, ok
}

// pair is what the session's type pair would be: interface values that native code makes have it.
type pair struct{ a, b int }

func (p pair) String() string { return fmt.Sprint("<", p.a+0*p.b, ">") }

func TestNativeFunctions(t *testing.T) {
	s := newSession(t, `
import ("fmt"; "strings"; "time")
func min(a, b string) string { return a + b }
const limit = 3
type pair struct{ a, b int }
func (p pair) sum() int { return p.a + p.b }
func (p pair) String() string { return fmt.Sprint("<", p.a, ">") }
func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
func pairs(n int) string { p := pair{n, limit}; return fmt.Sprint(p, p.sum(), fib(10)) + strings.ToUpper("x") }
func pipeline(n int) int {
	in, out := make(chan int), make(chan any, 2)
	done := make(chan struct{})
	go func() {
		for i := range n { in <- i }
		close(in)
	}()
	go func(c chan<- any) {
		for v := range in { c <- v * v }
		close(done)
	}(out)
	sum := 0
	for {
		select {
		case v := <-out:
			sum += v.(int)
			continue
		case <-done:
		case <-time.After(time.Minute):
			return -1
		}
		break
	}
	for { select { case v, ok := <-out: if ok { sum += v.(int) }; default: return sum } }
}
func safe(f func()) (s string) { defer func() { s = fmt.Sprint(recover()) }(); f(); return "none" }
func endless() { for { } }
func says(f func(...any) (int, error)) int { n, _ := fmt.Println("x"); m, _ := f(""); g := fmt.Println; k, _ := g(); return n + m + k }
func crash(s []int) int {
	return s[7]
}
func loops(n int) string {
	var b strings.Builder
	sum, odd, last := 0, 0, -1
	for i := 0; i < n; i++ { if i%2 == 1 { odd++; continue }; sum += i }
	for i := 3; i < len(b.String())+n; i++ { sum++ }
	for i := range n { if i == 2500 { break }; switch { case i > 9: break; default: sum += 100 }; last = i }
	for range n { sum += 2 }
	s := make([]int, n)
	for i := range s { s[i] = i }
	for i, v := range s { if i != v { return "bad" }; if i > 2000 { break }; sum += v }
	for _, v := range s { i := v; i++; sum -= i }
	for range s { sum++ }
	for i := int64(5); i < int64(n); i++ { sum++ }
	var small int8
	for i := int8(0); i < 100; i++ { small++ }
	for i := 0; i < n; i++ { i += 2; sum++ }
	for i := range n { i *= 3; sum += i }
	for i := range 10 { sum += i }
	for i, c := range "aé" { sum += i + int(c) }
	for i := range [3]int{} { sum += i }
outer:
	for i := 0; i < n; i++ { for j := 0; j < n; j++ { if j == 1500 { continue outer }; if i == 3 { break outer }; sum++ } }
	k := n
	f := func() { for i := 0; i < k; i++ { sum++ } }
	f()
	for n := n; n > 0; n-- { sum++ }
	m := n
	for i := 0; i < m; i++ { if i == 5 { m = 10 }; sum++ }
	return fmt.Sprint(sum, odd, last, small)
}
`)
	tc := toolchain(t)
	c := &Cache{Dir: t.TempDir(), Most: 1 << 30}
	stop := new(bool)
	load := func(name string) reflect.Value {
		m, bad := s.translate(name)
		if bad != nil {
			t.Fatal(bad)
		}
		file, err := c.Build(t.Context(), tc, m, Host())
		if err != nil {
			t.Fatalf("building %s: %v\n%s", name, err, m.Files)
		}
		p, err := plugin.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		bind, err := p.Lookup("GkBind")
		if err != nil {
			t.Fatal(err)
		}
		bind.(func(func(string) any))(host(stop))
		entry, err := p.Lookup("GkEntries")
		if err != nil {
			t.Fatal(err)
		}
		word, err := p.Lookup("GkWord")
		if err != nil {
			t.Fatal(err)
		}
		for i := range m.Words {
			var x any = pair{}
			word.(func(int, unsafe.Pointer))(i, *(*unsafe.Pointer)(unsafe.Pointer(&x)))
		}
		return entry.(func() []reflect.Value)()[0]
	}
	if got := load("fib").Interface().(func(int) int)(20); got != 6765 {
		t.Errorf("fib(20) = %d", got)
	}
	if got := load("pairs").Interface().(func(int) string)(4); got != "<4> 7 55X" {
		t.Errorf("pairs(4) = %q", got)
	}
	if got := load("pipeline").Interface().(func(int) int)(10); got != 285 {
		t.Errorf("pipeline(10) = %d", got)
	}
	if got := load("says").Interface().(func(any) int)(fmt.Println); got != 4 {
		t.Errorf("says wrote %d bytes", got)
	}
	safe := load("safe").Interface().(func(func()) string)
	if got := safe(func() { panic("x") }); got != "x" {
		t.Errorf("safe recovers %q", got)
	}
	if got := load("loops").Interface().(func(int) string)(5000); got != wantLoops(5000) {
		t.Errorf("loops(5000) = %s, want %s", got, wantLoops(5000))
	}
	caught := func(f func()) (v any) {
		defer func() { v = recover() }()
		f()
		return nil
	}
	endless := load("endless").Interface().(func())
	time.AfterFunc(20*time.Millisecond, func() { setStop(stop) })
	ended := make(chan string)
	go func() {
		defer close(ended)
		safe(endless)
		ended <- "the learner's code recovered from a stop"
	}()
	if s := <-ended; s != "" {
		t.Error(s)
	}
	*stop = false
	crash := load("crash").Interface().(func([]int) int)
	if v := caught(func() { crash(nil) }); fmt.Sprint(v) != "runtime error: index out of range [7] with length 0" {
		t.Errorf("a fault is %v", v)
	}
}

//go:norace
func setStop(b *bool) { *b = true }

// wantLoops is what the test's loops give as they are written.
func wantLoops(n int) string {
	sum, odd, last, small := 0, n/2, 2499, 100
	for i := 0; i < n; i += 2 {
		sum += i
	}
	sum += n - 3 + 10*100 + 2*n
	for v := 0; v <= 2000; v++ {
		sum += v
	}
	for v := range n {
		sum -= v + 1
	}
	sum += n + n - 5 + (n+2)/3
	for i := range n {
		sum += 3 * i
	}
	sum += 45 + 'a' + 1 + 'é' + 3 + 3*1500 + n + n + 10
	return fmt.Sprint(sum, odd, last, small)
}
