package main

import "fmt"

// Alloc, FieldAddr, IndexAddr, Slice, MakeSlice, MakeMap, Lookup, MapUpdate, append, copy.

type inner struct{ a, b int }

type rec struct {
	n    int
	in   inner
	arr  [3]int
	next *rec
	_    int
}

func pointersStay() int { // a struct literal must not replace the cell that a pointer points to
	v := inner{1, 2}
	p := &v
	v = inner{3, 4}
	return p.a
}

func missing(m map[string]int, i any) (int, bool, int, bool) { // comma-ok gives zero, not the old value
	x, y := 7, 7
	var ok, ok2 bool
	x, ok = m["none"]
	y, ok2 = i.(int)
	return x, ok, y, ok2
}

func appendSelf() string { // the second element is read before the first is stored
	s := make([]byte, 5, 6)
	copy(s, "12346")
	s = append(s[:len(s)-1], '5', s[len(s)-1])
	return string(s)
}

type nest []nest

func recursive() int {
	var n nest
	n = append(n, n)
	n = append(n, nest{nil})
	type tree map[string]tree
	t := tree{"a": {"b": nil}}
	return len(n) + len(t["a"]) + len(n[1])
}

func updates(r *rec) {
	r.n += 2
	r.in.b *= 3
	r.arr[1] |= 4
	r.arr[r.n-2]++
	q := &r.in
	q.a--
}

func bounds(s []int, i int) (r any) {
	defer func() { r = recover() }()
	return s[i]
}

func sliceBounds(s []int, str string, a *[4]int, lo, hi, top int) (out []any) {
	try := func(f func()) {
		defer func() { out = append(out, recover()) }()
		f()
	}
	try(func() { _ = s[lo:hi] })
	try(func() { _ = str[lo:hi] })
	try(func() { _ = a[lo:hi] })
	try(func() { _ = s[lo:hi:top] })
	try(func() { _ = a[lo:hi:top] })
	try(func() { _ = s[uint64(lo):] })
	return out
}

func makes(n int) (out []any) {
	try := func(f func()) {
		defer func() { out = append(out, recover()) }()
		f()
	}
	try(func() { _ = make([]int, n) })
	try(func() { _ = make([]int, 2, n) })
	try(func() { _ = make(chan int, n) })
	try(func() { i := 2; _ = make([]int, i, 1) })
	try(func() { var m map[string]int; m["a"] = n })
	try(func() { m := map[any]int{}; m[[]int{1}] = n })
	try(func() { _ = [2]int(make([]int, 1)) })
	return out
}

func nilPointers(p *rec, a *[2]int, f func(int) int) (out []any) {
	try := func(f func()) {
		defer func() { out = append(out, recover()) }()
		f()
	}
	try(func() { _ = p.n })
	try(func() { p.in.a = 1 })
	try(func() { _ = a[1] })
	try(func() { _ = a[:] })
	try(func() { f(1) })
	for range a { // does not look
	}
	return out
}

func constantIndex() (r any) {
	defer func() { r = recover() }()
	var a [3]int
	i := 3
	a[i] = 1
	return a
}

func main() {
	fmt.Println(pointersStay())
	fmt.Println(missing(map[string]int{"a": 1}, "no int"))
	fmt.Println(appendSelf(), recursive())
	r := &rec{n: 1, in: inner{5, 6}}
	updates(r)
	fmt.Println(r.n, r.in, r.arr)
	fmt.Println(bounds([]int{1, 2}, 1), bounds([]int{1, 2}, 2), bounds(nil, -1))
	for _, b := range [][3]int{{1, 2, 3}, {3, 2, 3}, {-1, 2, 9}, {0, 9, 9}, {2, 3, 2}} {
		for _, x := range sliceBounds(make([]int, 3, 5), "abc", new([4]int), b[0], b[1], b[2]) {
			fmt.Print(x, "; ")
		}
		fmt.Println()
	}
	for _, x := range makes(-1) {
		fmt.Println(x)
	}
	for _, x := range nilPointers(nil, nil, nil) {
		fmt.Println(x)
	}
	fmt.Println(constantIndex())
}
