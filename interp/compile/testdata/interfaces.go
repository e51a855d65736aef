package main

import (
	"errors"
	"fmt"
	"strings"
)

// MakeInterface, TypeAssert, ChangeInterface, invoke: operations of package P and dispatch.

type Shape interface {
	Area() float64
	Scale(k float64) Shape
}

type Square struct{ side float64 }
type Circle struct{ r float64 }
type Unit int

func (s Square) Area() float64          { return s.side * s.side }
func (s Square) Scale(k float64) Shape  { return Square{s.side * k} }
func (c *Circle) Area() float64         { return 3 * c.r * c.r }
func (c *Circle) Scale(k float64) Shape { return &Circle{c.r * k} }
func (u Unit) Area() float64            { return float64(u) }
func (u Unit) Scale(k float64) Shape    { return u }
func (u Unit) String() string           { return fmt.Sprintf("unit %d", int(u)) }

type hidden interface{ secret(n int) (string, error) }

type keeper struct{ s string }

func (k keeper) secret(n int) (string, error) { return strings.Repeat(k.s, n), nil }

type holder struct {
	*keeper
	fmt.Stringer
}

func total(ss []Shape) (t float64) {
	for _, s := range ss {
		t += s.Scale(2).Area()
	}
	return t
}

func kind(x any) string { // one look at the type word
	switch v := x.(type) {
	case nil:
		return "nil"
	case int:
		return fmt.Sprint("int ", v+1)
	case string, []byte:
		return fmt.Sprintf("text %v", v)
	case Square:
		return fmt.Sprint("square ", v.side)
	case *Circle:
		return fmt.Sprint("circle ", v.r)
	case error:
		return "error " + v.Error()
	case fmt.Stringer:
		return "stringer " + v.String()
	case func() int:
		return fmt.Sprint("func ", v())
	}
	return "other"
}

type coded struct{ code int }

func (e *coded) Error() string { return fmt.Sprint("code ", e.code) }

func fail(n int) error {
	if n == 0 {
		return nil
	}
	return fmt.Errorf("wrapped: %w", &coded{n})
}

func assert(x any) (r any) {
	defer func() { r = recover() }()
	return x.(Shape).Area()
}

func negative(f float64) interface{ IsNegative() bool } { return number(f) }

type number float64

func (n number) IsNegative() bool { return 1/n < 0 }

// assertions of what is nil for certain, and that only decide.
func ofNil() (r []any) {
	var i any
	var e error
	n, ok := i.(int)
	r = append(r, n, ok)
	if _, ok := e.(fmt.Stringer); ok {
		r = append(r, "no")
	}
	for _, x := range []any{1, "a", nil, 2.5, error(nil)} {
		if n, ok := x.(int); ok {
			r = append(r, n+1)
		} else if s, ok := x.(string); ok && s != "" {
			r = append(r, s+"!")
		} else if _, ok := x.(error); !ok {
			r = append(r, n, s)
		}
	}
	return r
}

func main() {
	fmt.Println(ofNil())
	fmt.Println(total([]Shape{Square{1}, &Circle{1}, Unit(7)}))
	for _, x := range []any{nil, 1, "a", []byte("b"), Square{2}, &Circle{3}, errors.New("e"), Unit(4), func() int { return 5 }, 1.5, &coded{6}} {
		fmt.Println(kind(x))
	}
	var h hidden = keeper{"ab"}
	fmt.Println(h.secret(2))
	h = holder{keeper: &keeper{"x"}}
	fmt.Println(h.secret(3))
	err := fail(3)
	var c *coded
	fmt.Println(errors.As(err, &c), c.code, err, fail(0) == nil)
	fmt.Println(assert(Square{3}), assert(1), assert(nil))
	fmt.Printf("%T %v %+v %#v\n", Square{1}, Square{1}, &Circle{2}, Unit(3))
	zero := 0.0
	fmt.Println(negative(-zero).IsNegative(), negative(zero).IsNegative())
	fmt.Println(any(Unit(1)) == any(1), any(Unit(1)) == any(Unit(1)), any(Square{1}) == any(Square{1}))
	var s Shape
	func() {
		defer func() { fmt.Println(recover()) }()
		s.Area()
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(any([]int{1}) == any([]int{1}))
	}()
	f := Square{2}.Area
	g := (*Circle).Area
	i := Shape.Area
	fmt.Println(f(), g(&Circle{1}), i(Unit(9)))
}
