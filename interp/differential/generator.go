package differential

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
)

// Program is a generated program: declarations without a package clause, whose names begin with Name,
// so that many can be in one package and in one session. The function Name runs it.
type Program struct {
	Name  string
	Parts []string // top-level declarations in an order in which each knows the ones before
}

// Text is the program as one piece.
func (p Program) Text() string { return strings.Join(p.Parts, "\n\n") }

// Generate gives the program of a seed: always the same, always one that the compiler takes,
// that ends, and whose output depends on nothing that the specification leaves open.
//
//   - Operands of one statement have no side effects, and at most one operation of a statement
//     can panic: the order in which they are looked at is not specified.
//   - Every loop burns fuel, and there is an end of it.
//   - Numbers that are too big for an integer type are not converted to it from floating-point numbers.
//   - Maps are printed by package fmt, which sorts them, or summed up.
func Generate(seed int64) Program {
	g := &generator{r: rand.New(rand.NewSource(seed)), p: fmt.Sprintf("p%d", seed)}
	g.declare()
	n := 2 + g.r.Intn(3)
	for i := range n {
		g.function(i)
	}
	g.text("func %s() {\n\tfor k := range 3 {\n", g.p)
	for i := range n {
		g.text("\t\t%[1]sfuel = 120\n\t\t%[1]stry(\"f%[2]d\", func() any { return %[1]sf%[2]d(k, \"xyz\"[:k]) })\n", g.p, i)
	}
	g.text("\t}\n}")
	g.part()
	return Program{Name: g.p, Parts: g.parts}
}

// generator holds what is known at the place where text is added next.
type generator struct {
	r     *rand.Rand
	p     string // what all names of the program begin with
	b     strings.Builder
	parts []string
	n     int // of the last name

	types  []string            // of which the function has variables
	vars   map[string][]string // type -> its plain variables
	risky  bool                // the statement has an operation that can panic
	depth  int                 // of blocks
	indent int
	labels []string // of enclosing loops
	result bool     // a return statement may stand here
	later  []string // labels of the function's blocks that a goto may name
	loops  int
	cases  int // enclosing switches and selects that are no loops
}

func (g *generator) text(format string, args ...any) { fmt.Fprintf(&g.b, format, args...) }

func (g *generator) part() {
	g.parts = append(g.parts, g.b.String())
	g.b.Reset()
}

// line adds a statement; $ stands for what the program's names begin with.
func (g *generator) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	s = strings.ReplaceAll(s, "$", g.p)
	for l := range strings.SplitSeq(s, "\n") {
		g.b.WriteString(strings.Repeat("\t", g.indent) + l + "\n")
	}
	g.risky = false
}

func (g *generator) name(kind string) string { g.n++; return fmt.Sprintf("%s%d", kind, g.n) }

func pick[T any](g *generator, list []T) T { return list[g.r.Intn(len(list))] }

func (g *generator) one(list ...string) string { return pick(g, list) }

func (g *generator) chance(percent int) bool { return g.r.Intn(100) < percent }

// mayPanic tells whether an operation of this statement may panic, at most once for each.
func (g *generator) mayPanic(percent int) bool {
	if g.risky || !g.chance(percent) {
		return false
	}
	g.risky = true
	return true
}

var (
	signed   = []string{"int", "int8", "int16", "int32", "int64"}
	unsigned = []string{"uint", "uint8", "uint16", "uint32", "uint64", "uintptr"}
	floats   = []string{"float32", "float64"}
	complexs = []string{"complex64", "complex128"}
	named    = map[string]string{"$I": "int", "$I8": "int8", "$U16": "uint16", "$U": "uint64", "$F": "float64", "$F32": "float32", "$C": "complex64", "$S": "string", "$B": "bool"}
	all      = slices.Concat(signed, unsigned, floats, complexs, []string{"string", "bool"},
		[]string{"$I", "$I8", "$U16", "$U", "$F", "$F32", "$C", "$S", "$B"})
)

// under is a type's underlying one.
func under(t string) string {
	if u, ok := named[t]; ok {
		return u
	}
	return t
}

func isInt(t string) bool {
	return slices.Contains(signed, under(t)) || slices.Contains(unsigned, under(t))
}
func isSigned(t string) bool  { return slices.Contains(signed, under(t)) }
func isFloat(t string) bool   { return slices.Contains(floats, under(t)) }
func isComplex(t string) bool { return slices.Contains(complexs, under(t)) }

// declare adds what each program declares besides its functions.
func (g *generator) declare() {
	g.text("import (\n\t\"cmp\"\n\t\"context\"\n\t\"errors\"\n\t\"fmt\"\n\t\"iter\"\n\t\"maps\"\n\t\"math\"\n\t\"runtime\"\n\t\"slices\"\n\t\"sort\"\n\t\"strings\"\n\t\"sync\"\n\t\"sync/atomic\"\n\t\"time\"\n)\n")
	g.part()
	g.line("%s", declarations)
	for part := range strings.SplitSeq(strings.TrimSpace(g.b.String()), "\n\n") {
		g.parts = append(g.parts, part)
	}
	g.b.Reset()
}

// declarations are types, methods and functions that generated functions use, parted by empty lines.
const declarations = `var _ = fmt.Sprint(cmp.Compare(1, 2), context.Canceled, errors.ErrUnsupported, slices.Max([]int{1}), sort.IsSorted(sort.IntSlice{}), strings.ToUpper(""), math.Pi, new(atomic.Int64).Load, runtime.GOOS, time.Second, maps.Keys(map[int]int{}))

type (
	$I int
	$I8 int8
	$U16 uint16
	$U uint64
	$F float64
	$F32 float32
	$C complex64
	$S string
	$B bool
)

func (x $I) Area(k int) int { return int(x)*2 + k }
func (x $I) String() string { return fmt.Sprintf("I<%d>", int(x)) }
func (x $S) Area(k int) int { return len(x)*100 + k }
func (x *$I8) Area(k int) int { return int(*x) - k }
func (x $F) Error() string { return fmt.Sprintf("F<%g>", float64(x)) }

type $P struct {
	X int
	y float64
	S string
	a [2]int8
}

func (p $P) Area(k int) int { p.X += k; return p.X + len(p.S) }
func (p *$P) Move(k int) int { p.X += k; p.a[k&1]++; return p.X }

type $R struct {
	next *$R
	v int
}

type $Q struct {
	$P
	*$R
	m map[string]int
}

func (r *$R) Len() int { if r == nil { return 0 }; return 1 + r.next.Len() }

type $Shape interface{ Area(int) int }

type $Mover interface { $Shape; Move(int) int }

type $Stack[T any] struct { s []T }

func (s *$Stack[T]) Push(x T) *$Stack[T] { s.s = append(s.s, x); return s }
func (s *$Stack[T]) Pop() (x T, ok bool) {
	if len(s.s) == 0 { return x, false }
	x = s.s[len(s.s)-1]
	s.s = s.s[:len(s.s)-1]
	return x, true
}

type $Number interface { ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64 }

func $sum[T $Number](xs ...T) (r T) { for _, x := range xs { r += x }; return r }

func $apply[A, B any](xs []A, f func(A) B) []B { var r []B; for _, x := range xs { r = append(r, f(x)) }; return r }

func $greatest[T cmp.Ordered](x T, ys ...T) T { for _, y := range ys { if y > x { x = y } }; return x }

func $id[T any](x T) T { return x }

func $short[T ~string](x T) T { if len(x) > 40 { return x[:3] }; return x }

type $Pair[A, B any] struct { A A; B B }

func (p $Pair[A, B]) Swap() $Pair[B, A] { return $Pair[B, A]{p.B, p.A} }
func (p $Pair[A, B]) String() string { return fmt.Sprintf("<%v %v>", p.A, p.B) }

func $reduce[T, R any](xs []T, r R, f func(R, T) R) R { for _, x := range xs { r = f(r, x) }; return r }

func $areas[T $Shape](xs ...T) (sum int) { for i, x := range xs { sum += x.Area(i) }; return }

func $keys[M ~map[K]V, K cmp.Ordered, V any](m M) []K { return slices.Sorted(maps.Keys(m)) }

func $emit[T any](xs ...T) <-chan T { c := make(chan T); go func() { defer close(c); for _, x := range xs { c <- x } }(); return c }

func $stage[A, B any](in <-chan A, f func(A) B) <-chan B {
	out := make(chan B, 1)
	go func() {
		defer close(out)
		for x := range in { out <- f(x) }
	}()
	return out
}

type $Box[T any] struct {
	mu sync.Mutex
	m map[int]T
}

func (b *$Box[T]) With(f func(map[int]T)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.m == nil { b.m = map[int]T{} }
	f(b.m)
}
func (b *$Box[T]) Len() int { b.mu.Lock(); defer b.mu.Unlock(); return len(b.m) }

func $zero[T any]() (x T) { return }

func $kind[T any](x T) string {
	switch any(x).(type) {
	case int, int8: return "small"
	case string: return "text"
	case fmt.Stringer: return "stringer"
	case error: return "error"
	}
	return fmt.Sprintf("%T", x)
}

var $fuel int

func $burn() bool { $fuel--; return $fuel > 0 }

func $seq(n int) iter.Seq[int] { return func(yield func(int) bool) { defer func() { $burn() }(); for i := range n { if !yield(i * i) { return } } } }

func $pairs[T any](xs []T) iter.Seq2[int, T] { return func(yield func(int, T) bool) { for i := len(xs) - 1; i >= 0; i-- { if !yield(i, xs[i]) { return } } } }

// $in keeps a number in the range of all integer types.
func $in[T ~float32 | ~float64](x T) T { if x >= 0 && x < 100 { return x }; return 7 }

var $mu sync.Mutex

func $note(args ...any) { $mu.Lock(); defer $mu.Unlock(); fmt.Println(args...) }

func $class(e any) string {
	if err, ok := e.(error); ok {
		var re runtime.Error
		return fmt.Sprintf("%T %v %v", e, errors.As(err, &re), e)
	}
	return fmt.Sprintf("%T %v", e, e)
}

func $try(name string, f func() any) {
	defer func() {
		if e := recover(); e != nil { fmt.Println(name, "panics:", $class(e)) }
	}()
	fmt.Println(name, f())
}`
