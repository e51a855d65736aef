package check

import (
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

// newProgram is a session after the cells have run.
func newProgram(t testing.TB, cells ...string) *Program {
	t.Helper()
	fset := token.NewFileSet()
	p := New(fset, symbols.NewImporter(fset), map[string]string{})
	for i, src := range cells {
		c, err := cell.Parse(fset, i+1, src)
		if err != nil {
			t.Fatal(err)
		}
		u, errs := p.Check(c, Options{})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		p.Lock()
		u.Build()
		p.Unlock()
		u.Commit()
		u.CommitVars(-1)
	}
	return p
}

const world = `type Point struct{ X, Y int; label string }
// Move shifts p.
func (p *Point) Move(dx int) { p.X += dx }
func (p Point) Norm() float64 { return 0 }
type Circle struct { Point; R float64 }
type Box[T any] struct{ Val T }
func (b *Box[T]) Get() T { return b.Val }
type Shape interface { Area() float64; Name() string }
pt := Point{1, 2, "a"}
circle := Circle{pt, 3}
names := []string{"a"}
box := &Box[Point]{}
counts := map[string]int{}
results := make(chan Point, 3)
done := make(chan struct{})
var shape Shape
total, limit := 1, 2.5
ready := true
// worker works on jobs.
func worker(id int, jobs <-chan int, out chan<- Point) {}
func area(s Shape) float64 { return 0 }
다음 := 7`

func split(s string) (string, int) {
	at := strings.Index(s, "|")
	return s[:at] + s[at+1:], at
}

// TestComplete: the names after => stand first, in this order; a name after ! does not stand among them at all.
func TestComplete(t *testing.T) {
	p := newProgram(t, world)
	for _, row := range []string{
		"pt.| => X Y label Move Norm",
		"pt.M| => Move",
		"(&pt).| => X Y",
		"circle.| => Point R Move Norm X Y",
		"circle.No| => Norm",
		"box.| => Val Get",
		"box.Get().| => X Y",
		"shape.| => Area Name",
		"for i := 0; i < 3; i++ { pt.M| => Move",
		"local := &pt; if local.| => X Y",
		"local := 3; loc| => local",
		"func f(q Point) { q.| => X Y",
		"var near, far Point\nfunc f() {\n\tif near.X > 0 && far.| => X Y",
		"fresh := Point{}; n := 1; func f() { fresh.| => X Y",
		"fresh, _ := pt, 1; func f() int { return fre| => fresh",
		"func f(q Point) {\n\tfor _, r := range []Circle{} {\n\t\tr.| => Point R",
		"fmt.Println(names[0], pt.|) => X Y",
		"x := names[0] +\ny := pt.X| => X",
		"strings.ToU| => ToUpper",
		"fmt.| => Println Printf",
		"fmt.Pr| => Println Printf Print",
		"time.Sec| => Second",
		"var wg sync.WaitGroup\nwg.| => Add Done Wait Go",
		"var mu sync.Mutex\nmu.L| => Lock",
		"ctx, cancel := context.WithTimeout(context.Background(), time.Second)\nctx.| => Done Err",
		"Point{| => X Y label",
		"Point{X: 1, | => Y label !X",
		"Point{X: | => total",
		"&Circle{R: | => limit",
		"na| => names",
		"strin| => string strings",
		"results <- | => pt",
		"counts[| !zzz",
		"go | => area worker",
		"go wor| => worker",
		"defer clo| => close",
		"for range | => counts done names results",
		"if | => ready",
		"area(| => shape",
		"worker(| => total",
		"close(| => counts done",
		"var p Po| => Point",
		"make(chan Po| => Point",
		"func f(a Po| => Point",
		"case_ := ready; switch total { case | => total",
		"return tot| => total",
		"import \"net/ht| => net/http",
		"import (\n\t\"fmt\"\n\t\"sync/| => sync/atomic",
		"r| => ready results return range",
		"\"한글😀\"; pt.| => X Y",
		"이름 := pt // 😀\n이름.| => X Y",
		"다| => 다음",
		"fmt.Println(\"pt.|\") !X",
		"// pt.| !X",
		"/* pt.| */ !X",
		"x.| !X",
		"atom| => atomic",
		"errgr| => errgroup",
		"type T struct { p Poi| => Point",
		"func (p *Poi| => Point",
		"p := func() Point { return | => pt",
		"f := func(a int) { a| => a",
		"select {\ncase v := <-results:\n\tv.| => X Y",
		"switch v := shape.(type) {\ncase nil:\n\t_ = v\n}\npt.| => X Y",
		"names = append(names, | !zzz",
		"package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Pri| => Println",
		"err| => error errors",
		"lo := 1; { lo2 := 2; lo| => lo2 lo",
	} {
		src, want, _ := strings.Cut(row, " => ")
		var not string
		if want == "" {
			src, not, _ = strings.Cut(src, " !")
		} else if w, n, ok := strings.Cut(want, " !"); ok {
			want, not = w, n
		}
		text, at := split(src)
		start, _, cs := p.Complete(text, at)
		var got []string
		for _, c := range cs {
			got = append(got, c.Text)
		}
		expect := strings.Fields(want)
		if len(got) < len(expect) || !slices.Equal(got[:len(expect)], expect) {
			t.Errorf("%q: got %v, want %v first", src, got[:min(10, len(got))], expect)
		}
		if not != "" && slices.Contains(got, not) {
			t.Errorf("%q: got %v, with %s", src, got[:min(10, len(got))], not)
		}
		if start > at {
			t.Errorf("%q: starts at %d, after the cursor", src, start)
		}
	}
}

// TestCompleteLateMethod: methods that are being typed for a type of an earlier cell.
func TestCompleteLateMethod(t *testing.T) {
	p := newProgram(t, "before := 1", "type Account struct{ balance int }\nfunc (a *Account) deposit(n int) {}", "savings := &Account{}")
	for _, src := range []string{"func (a *Account) all(to *Account) {\n\ta.", "func (a Account) all() int {\n\treturn a.", "func (a *Account) all() {}\nsavings."} {
		_, _, cs := p.Complete(src, len(src))
		if len(cs) == 0 || cs[0].Text != "balance" {
			t.Errorf("%q: %v", src, cs)
		}
	}
}

func TestCompleteLeavesNothing(t *testing.T) {
	p := newProgram(t, world)
	p.Complete("brandNew := 1; type Odd int; func odd() {}; pt.", 44)
	if p.Knows("brandNew") || p.Knows("Odd") || p.Knows("odd") {
		t.Error("a completion has declared names")
	}
	if base := p.fset.Base(); func() int { p.Complete("pt.", 3); return p.fset.Base() }() != base {
		t.Error("a completion has left a file behind")
	}
}

// TestCompleteSpeed: the first completion and later ones.
func TestCompleteSpeed(t *testing.T) {
	p := newProgram(t, world)
	t0 := time.Now()
	p.Complete("fmt.Pr", 6)
	first := time.Since(t0)
	var all []time.Duration
	for range 200 {
		t0 = time.Now()
		p.Complete("for i := range 3 {\n\tfmt.Println(i, pt.", 38)
		all = append(all, time.Since(t0))
	}
	slices.Sort(all)
	t.Logf("first %v, median of later ones %v", first, all[len(all)/2])
	if first > time.Second || all[len(all)/2] > 5*time.Millisecond {
		t.Errorf("completion is slow: first %v, later %v", first, all[len(all)/2])
	}
}

func TestInspect(t *testing.T) {
	p := newProgram(t, world, "import r \"math/rand/v2\"\nr.IntN(3)")
	for _, row := range []struct{ src, decl, doc string }{
		{"fmt.Prin|tln(1)", "func fmt.Println(a ...any) (n int, err error)", "Println formats using"},
		{"fmt.Println(|)", "func fmt.Println(a ...any) (n int, err error)", "Println formats using"},
		{"fmt.Println(1, |", "func fmt.Println(a ...any) (n int, err error)", "Println formats using"},
		{"fm|t.Println", "import \"fmt\"", "Package fmt"},
		{"worker|", "func worker(id int, jobs <-chan int, out chan<- Point)", "worker works on jobs."},
		{"worker(1, |)", "func worker(id int, jobs <-chan int, out chan<- Point)", "worker works on jobs."},
		{"pt|", "var pt Point", ""},
		{"pt.Mo|ve", "func (*Point).Move(dx int)", "Move shifts p."},
		{"var wg sync.WaitGroup\nwg.Ad|d(1)", "func (*sync.WaitGroup).Add(delta int)", "Add adds delta"},
		{"sync.Wait|Group", "type sync.WaitGroup struct", "A WaitGroup is"},
		{"Poi|nt", "type Point struct{X int; Y int; label string}", ""},
		{"le|n(x)", "func len(v Type) int", "The length"},
		{"nil|", "nil", "zero value"},
		{"err|or", "type error interface{Error() string}", "interface of errors"},
		{"go| worker()", "go", "new goroutine"},
		{"sel|ect {}", "select", "one of its sends"},
		{"time.Sec|ond", "const time.Second time.Duration = 1000000000", ""},
		{"r.Int|N(3)", "func math/rand/v2.IntN(n int) int", "IntN"},
		{"x := 5\nx|", "var x int", ""},
		{"for {\n\tpt.Mo|ve(", "func (*Point).Move(dx int)", "Move shifts p."},
		{"\"한글\"; pt|", "var pt Point", ""},
	} {
		text, at := split(row.src)
		i := p.Inspect(text, at)
		if i == nil {
			t.Errorf("%q: nothing", row.src)
			continue
		}
		if !strings.HasPrefix(i.Decl, row.decl) && !strings.HasPrefix(strings.ReplaceAll(i.Decl, "rand.IntN", "math/rand/v2.IntN"), row.decl) {
			t.Errorf("%q: declared as %q, want %q", row.src, i.Decl, row.decl)
		}
		if !strings.Contains(i.Doc, row.doc) {
			t.Errorf("%q: doc %q, want %q", row.src, i.Doc, row.doc)
		}
	}
	for _, src := range []string{"nothing|", "|", "pt.nope|", "\"str|ing\"", "12|3"} {
		text, at := split(src)
		if i := p.Inspect(text, at); i != nil {
			t.Errorf("%q: %v", src, i)
		}
	}
	if i := p.Inspect("worker", 3); i == nil || !strings.Contains(i.Source, "func worker(") || i.Cell != 1 {
		t.Errorf("source of a session function: %+v", i)
	}
}
