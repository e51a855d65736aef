package native

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// Translate gives the plugin source of those functions that can be native, nil if there are none, and why the others
// cannot, by name. Positions are found in fset.
func Translate(fset *token.FileSet, fs []*Function, look Lookup, redirects Redirects) (m *Module, refused map[string]*Refusal) {
	refused = map[string]*Refusal{}
	var good []*Function
	for _, f := range fs {
		one, bad := translate(fset, []*Function{f}, look, redirects)
		if bad != nil {
			refused[f.Name] = bad
			continue
		}
		m, good = one, append(good, f)
	}
	if len(good) > 1 {
		var bad *Refusal
		if m, bad = translate(fset, good, look, redirects); bad != nil {
			for _, f := range good {
				refused[f.Name] = bad
			}
			return nil, refused
		}
	}
	return m, refused
}

func translate(fset *token.FileSet, fs []*Function, look Lookup, redirects Redirects) (*Module, *Refusal) {
	s, bad := closure(fs, look)
	if bad != nil {
		return nil, bad
	}
	m := &Module{Files: map[string]string{}}
	needs := map[string]string{}
	recursive := s.recursive()
	names, w := aliases{}, &words{}
	var late []*types.Func
	for i, d := range s.all {
		t := &translator{
			f: d, fset: fset, base: fset.File(d.Node.Pos()).Offset(d.Node.Pos()), needs: needs, redirects: redirects, places: &m.Places,
			recursive: recursive[d], session: d.Object.Pkg(), labelled: map[ast.Stmt]bool{}, breaks: map[*ast.BranchStmt]string{}, clauses: map[*ast.CaseClause]string{}, vars: s.vars, words: w, names: names, late: -1,
		}
		if fn, ok := d.Object.(*types.Func); ok && !generic(fn) {
			t.late = len(late)
			late = append(late, fn)
			m.Copies = append(m.Copies, d.Index)
		}
		t.findConversions(d.Node)
		text := ""
		if t.bad == nil {
			text = t.text(d.Node)
		}
		if t.bad != nil {
			if d != fs[0] {
				t.bad = &Refusal{fs[0].Name, "reaches " + d.Name + ", which " + t.bad.Why}
			}
			return nil, t.bad
		}
		if g, ok := d.Node.(*ast.GenDecl); ok && g.Tok == token.TYPE && !strings.HasPrefix(strings.TrimSpace(text), "type") {
			text = "type " + text
		}
		m.Files[fmt.Sprintf("f%d.go", i)] = file(s.imports[d], text, d, names)
	}
	m.Files["runtime.go"] = runtimeFile(needs, names)
	m.Files["session.go"] = m.sessionFile(s, late, w, names)
	m.Words, m.Asks = w.list, w.asks
	m.Vars = make([]int, len(s.vars))
	for o, i := range s.vars {
		m.Vars[i], _ = look.Variable(o)
	}
	m.Needs = slices.Sorted(maps.Keys(needs))
	return m, nil
}

// file is a declaration with the imports that it uses; the line directive makes positions those of the cell.
func file(imports map[string]string, text string, d *Function, names aliases) string {
	var b strings.Builder
	b.WriteString("package main\n\n")
	for _, n := range slices.Sorted(maps.Keys(imports)) {
		fmt.Fprintf(&b, "import %s %q\n", n, imports[n])
	}
	b.WriteString(names.imports(text))
	if strings.Contains(text, "unsafe.Pointer(") {
		b.WriteString("import \"unsafe\"\n")
	}
	for _, n := range slices.Sorted(maps.Keys(imports)) { // a package may be left without a use once calls are rewritten
		if v := typeOf(imports[n]); v != "" {
			fmt.Fprintf(&b, "var _ %s.%s\n", n, v)
		}
	}
	fmt.Fprintf(&b, "\n//line %s:%d:%d\n%s\n", fileName(d.Cell), d.Line, d.Col, text)
	return b.String()
}

// typeOf is a type of a package whose calls may all be rewritten, so that its import has a use.
func typeOf(path string) string {
	return map[string]string{"time": "Duration", "sync": "Mutex", "context": "Context", "os": "File", "log": "Logger", "fmt": "Stringer", "io": "Reader", "runtime": "Error", "math/rand": "Rand", "math/rand/v2": "Rand"}[path]
}

// recursive tells which functions can reach themselves: they test the stop flag when they begin.
func (s *set) recursive() map[*Function]bool {
	calls := map[*Function][]*Function{}
	for _, f := range s.all {
		ast.Inspect(f.Node, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if o := f.Info.Uses[id]; o != nil {
					if g := s.index[origin(o)]; g != nil {
						calls[f] = append(calls[f], g)
					}
				}
			}
			return true
		})
	}
	r := map[*Function]bool{}
	for _, f := range s.all {
		seen := map[*Function]bool{}
		todo := slices.Clone(calls[f])
		for len(todo) > 0 {
			g := todo[0]
			todo = todo[1:]
			if g == f {
				r[f] = true
			}
			if !seen[g] {
				seen[g] = true
				todo = append(todo, calls[g]...)
			}
		}
	}
	return r
}

// fixed are the run time's functions whose types do not depend on a redirected one.
var fixed = map[string]string{
	"Send": "func(int, any, unsafe.Pointer)", "Recv": "func(int, any, unsafe.Pointer) bool", "Close": "func(int, any)",
	"Go": "func(func(), int)", "Print": "func(...any)", "Println": "func(...any)",
	"Select": "func(int, bool, []bool, []any, []unsafe.Pointer) (int, bool)",
}

// runtimeFile binds what the translated declarations call to the worker's run time. A channel operation that
// can go on at once does so without it.
func runtimeFile(needs map[string]string, names aliases) string {
	var vars, binds strings.Builder
	for _, n := range slices.Sorted(maps.Keys(needs)) {
		typ := fixed[n]
		if typ == "" {
			typ = needs[n]
		}
		name := "gk" + n
		switch n {
		case "Send", "Recv", "Select":
			name = "gkHost" + n
		}
		fmt.Fprintf(&vars, "var %s %s\n", name, typ)
		fmt.Fprintf(&binds, "\t%s = host(%q).(%s)\n", name, n, typ)
	}
	var b strings.Builder
	b.WriteString("package main\n\nimport \"unsafe\"\n\n" + names.imports(vars.String()) + "\nvar _ unsafe.Pointer\n\nvar (\n\tgkStop *bool\n\tgkStopHit func()\n\tgkTraced *bool\n\tgkP []int\n)\n")
	b.WriteString(vars.String())
	fmt.Fprintf(&b, `
func GkBind(host func(string) any) {
	gkStop = host("StopFlag").(*bool)
	gkTraced = host("Traced").(*bool)
	gkStopHit = host("StopHit").(func())
	gkP = host("Places").([]int)
%s}

func main() {}

func gkMin(a, b int) int {
	if a < b {
		return a
	}
	return b
}
`, binds.String())
	if _, ok := needs[randDraw]; ok {
		b.WriteString(`
func gkRandN[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](n T) T {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return T(gkRandV2Uint64N(0, uint64(n)))
}
`)
	}
	if _, ok := needs["Send"]; ok {
		b.WriteString(`
func gkSend[C ~chan T | ~chan<- T, T any](place int, c C, v T) {
	if !*gkTraced && cap(c) > 0 { // without a buffer the host's own try is enough
		select {
		case c <- v:
			return
		default:
		}
	}
	gkHostSend(place, c, unsafe.Pointer(&v))
}
`)
	}
	if _, ok := needs["Recv"]; ok {
		b.WriteString(`
func gkRecv[C ~chan T | ~<-chan T, T any](place int, c C) T {
	v, _ := gkRecv2(place, c)
	return v
}

func gkRecv2[C ~chan T | ~<-chan T, T any](place int, c C) (v T, ok bool) {
	if !*gkTraced && cap(c) > 0 {
		select {
		case v, ok = <-c:
			return v, ok
		default:
		}
	}
	ok = gkHostRecv(place, c, unsafe.Pointer(&v))
	return v, ok
}
`)
	}
	if _, ok := needs["Select"]; ok {
		b.WriteString(`
type gkCase struct {
	Send bool
	C    any
	P    unsafe.Pointer
}

func gkPtr[T any](v T) unsafe.Pointer { return unsafe.Pointer(&v) }

func gkSelect(place int, blocking bool, cases ...gkCase) (int, bool, []unsafe.Pointer) {
	send, chans, ptrs := make([]bool, len(cases)), make([]any, len(cases)), make([]unsafe.Pointer, len(cases))
	for i, c := range cases {
		send[i], chans[i], ptrs[i] = c.Send, c.C, c.P
	}
	i, ok := gkHostSelect(place, blocking, send, chans, ptrs)
	return i, ok, ptrs
}
`)
	}
	return b.String()
}
