// Every exported generic function, type and method of the standard library, instantiated with
// types of the program and with basic ones. TestGenerics holds it complete.
package main

import (
	"cmp"
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"hash/maphash"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unique"
	"weak"
)

type point struct{ X, Y int }

func (p point) Value() (driver.Value, error) { return fmt.Sprintf("%d/%d", p.X, p.Y), nil }

func (p *point) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("point: %T", src)
	}
	_, err := fmt.Sscanf(s, "%d/%d", &p.X, &p.Y)
	return err
}

type level int8

func (l level) String() string { return fmt.Sprintf("L%d", int(l)) }

type points []point

type index map[string]point

type code struct{ n int }

func (c *code) Error() string { return fmt.Sprint("code ", c.n) }

type counting struct {
	hash.Hash
	writes *int
}

func (c counting) Write(p []byte) (int, error) {
	*c.writes++
	return c.Hash.Write(p)
}

type resetter interface {
	hash.Hash
	Reset()
}

func byX(a, b point) int { return cmp.Compare(a.X, b.X) }

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				fmt.Println("upTo stops at", i)
				return
			}
		}
	}
}

func cmps() {
	fmt.Println(cmp.Compare(level(3), level(-2)), cmp.Compare("a", "b"), cmp.Less(1.5, 1.5), cmp.Or(point{}, point{1, 2}, point{3, 4}), cmp.Or(level(0)))
}

func sliced() {
	ps := points{{3, 1}, {1, 2}, {2, 3}, {1, 4}}
	for i, p := range slices.All(ps) {
		fmt.Print(i, p, " ")
	}
	for i, p := range slices.Backward(ps) {
		fmt.Print(i, p, " ")
	}
	fmt.Println(slices.AppendSeq(ps[:1:1], slices.Values(ps[2:])), slices.Collect(upTo(3)))
	c := slices.Clone(ps)
	slices.SortStableFunc(c, byX)
	fmt.Println(c, slices.IsSortedFunc(c, byX), slices.IsSortedFunc(ps, byX))
	fmt.Println(slices.BinarySearch([]level{1, 3, 5}, 4))
	fmt.Println(slices.BinarySearchFunc(c, 2, func(p point, x int) int { return p.X - x }))
	for part := range slices.Chunk(ps, 3) {
		fmt.Printf("%T %v ", part, part)
	}
	fmt.Println(cap(slices.Clip(ps[:2])), cap(slices.Grow(ps[:0:0], 9)) >= 9)
	fmt.Println(slices.Compact([]level{1, 1, 2, 2, 1}), slices.CompactFunc(slices.Clone(c), func(a, b point) bool { return a.X == b.X }))
	fmt.Println(slices.Compare([]level{1, 2}, []level{1, 3}), slices.CompareFunc(ps, []int{3, 1}, func(p point, x int) int { return p.X - x }))
	fmt.Println(slices.Concat(ps[:1], c[:1]), slices.Contains(ps, point{2, 3}), slices.ContainsFunc(ps, func(p point) bool { return p.Y > 9 }))
	fmt.Println(slices.Delete(slices.Clone(ps), 1, 3), slices.DeleteFunc(slices.Clone(ps), func(p point) bool { return p.X == 1 }))
	fmt.Println(slices.Equal(ps, c), slices.EqualFunc(ps, c, func(a, b point) bool { return true }), slices.Index(ps, point{2, 3}), slices.IndexFunc(ps, func(p point) bool { return p.Y == 4 }))
	fmt.Println(slices.Insert(slices.Clone(ps), 1, point{7, 7}, point{8, 8}), slices.IsSorted([]string{"a", "b"}))
	fmt.Println(slices.Max([]level{1, 5, 2}), slices.MaxFunc(ps, byX), slices.Min([]float64{2, 1}), slices.MinFunc(ps, byX))
	fmt.Println(slices.Repeat(ps[:1], 3), slices.Replace(slices.Clone(ps), 0, 2, point{9, 9}))
	slices.Reverse(c)
	slices.SortFunc(ps, byX)
	ls := []level{3, 1, 2}
	slices.Sort(ls)
	fmt.Println(c, ps[3], ls)
	fmt.Println(slices.Sorted(upTo(3)), slices.SortedFunc(slices.Values(c), byX)[3], slices.SortedStableFunc(slices.Values(c), byX))
}

func mapped() {
	m := index{"a": {1, 2}, "b": {3, 4}}
	n := maps.Clone(m)
	maps.DeleteFunc(n, func(k string, p point) bool { return k == "a" })
	fmt.Println(len(m), n, maps.Equal(m, n), maps.EqualFunc(m, m, func(a, b point) bool { return a == b }))
	maps.Copy(n, map[string]point{"c": {5, 6}})
	maps.Insert(n, maps.All(m))
	fmt.Println(n, maps.Collect(maps.All(n)), slices.Sorted(maps.Keys(n)), slices.SortedFunc(maps.Values(n), byX))
}

func errorsAs() {
	e, ok := errors.AsType[*code](fmt.Errorf("outer: %w", &code{7}))
	fmt.Println(e, ok)
	p, ok := errors.AsType[*fs.PathError](fmt.Errorf("outer: %w", &code{7}))
	fmt.Println(p == nil, ok)
	_, err := os.Open("no such file")
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	fmt.Printf("%T %v\n", t, ok)
}

func hashes() {
	seed := maphash.MakeSeed()
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, point{1, 2})
	fmt.Println(maphash.Comparable(seed, point{1, 2}) == h.Sum64(), maphash.Comparable(seed, point{1, 2}) == maphash.Comparable(seed, point{2, 1}))
	fmt.Println(maphash.Comparable(seed, level(3)) == maphash.Comparable(seed, level(3)))
}

func keys() {
	show := func(b []byte, err error) { fmt.Println(hex.EncodeToString(b), err) }
	n := 0
	count := func() counting { return counting{sha256.New(), &n} }
	show(hkdf.Extract(sha256.New, []byte("secret"), []byte("salt")))
	show(hkdf.Extract(count, []byte("secret"), nil))
	show(hkdf.Expand(count, []byte("key"), "info", 20))
	show(hkdf.Key(sha512.New, []byte("secret"), nil, "info", 20))
	show(hkdf.Key(func() resetter { return sha256.New() }, []byte("secret"), []byte("salt"), "", 5000000))
	show(pbkdf2.Key(sha256.New, "password", []byte("salt"), 3, 16))
	show(pbkdf2.Key(count, "password", []byte("salt"), 2, 16))
	fmt.Println(n > 0)
}

func pulls() {
	next, stop := iter.Pull(upTo(3))
	fmt.Println(next())
	stop()
	fmt.Println(next())
	next2, stop2 := iter.Pull2(iter.Seq2[int, point](slices.All(points{{1, 2}})))
	fmt.Println(next2())
	fmt.Println(next2())
	stop2()
}

func numbers() {
	for range 20 {
		if d := rand.N(10 * time.Millisecond); d < 0 || d >= 10*time.Millisecond {
			fmt.Println("out of range", d)
		}
		if l := rand.N(level(3)); l < 0 || l > 2 {
			fmt.Println("out of range", l)
		}
	}
	defer func() { fmt.Println(recover()) }()
	rand.N(level(0))
}

func reflected() {
	p, ok := reflect.TypeAssert[point](reflect.ValueOf(point{1, 2}))
	fmt.Println(p, ok)
	s, ok := reflect.TypeAssert[fmt.Stringer](reflect.ValueOf(level(4)))
	fmt.Println(s, ok)
	_, ok = reflect.TypeAssert[level](reflect.ValueOf(4))
	fmt.Println(ok, reflect.TypeFor[point](), reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[map[level]points](), reflect.TypeFor[sql.Null[point]]())
}

func cleanups() { // (when one runs is the garbage collector's affair)
	p := &point{1, 2}
	c := runtime.AddCleanup(p, func(x point) { fmt.Println("cleaned", x) }, point{4, 5})
	c.Stop()
	runtime.KeepAlive(p)
	fmt.Printf("%T\n", c)
}

func onces() {
	n := 0
	v := sync.OnceValue(func() point { n++; return point{n, n} })
	vs := sync.OnceValues(func() (level, error) { n++; return level(n), &code{n} })
	v()
	vs()
	l, err := vs()
	fmt.Println(v(), l, err, n)
	bad := sync.OnceValue(func() level { panic(&code{3}) })
	for range 2 {
		func() {
			defer func() { fmt.Println(recover()) }()
			bad()
		}()
	}
}

type cell struct {
	p atomic.Pointer[point]
	q *atomic.Pointer[cell]
}

func atomics() {
	c := &cell{q: new(atomic.Pointer[cell])}
	a, b := &point{1, 1}, &point{2, 2}
	fmt.Println(c.p.Load(), c.p.Swap(a), c.p.CompareAndSwap(b, a), c.p.CompareAndSwap(a, b), *c.p.Load())
	c.q.Store(c)
	fmt.Println(c.q.Load() == c)
	fmt.Printf("%T %T\n", &c.p, c.q)
}

func uniques() {
	a, b := unique.Make(point{1, 2}), unique.Make(point{1, 2})
	fmt.Println(a == b, a.Value(), unique.Make("x").Value(), unique.Make(any(level(2))).Value())
	m := map[unique.Handle[point]]int{a: 1}
	m[b]++
	fmt.Println(len(m), m[a])
	fmt.Printf("%T\n", a)
	q := &point{5, 6}
	fmt.Println(unique.Make(q).Value() == q, unique.Make(struct{ p *point }{q}).Value().p == q, unique.Make([1]*point{q}).Value()[0] == q)
	fmt.Println(unique.Make(fmt.Stringer(level(1))).Value(), unique.Make(fmt.Stringer(nil)).Value(), unique.Make(any(nil)).Value(), unique.Make(struct{}{}).Value())
	defer func() { fmt.Println(recover()) }()
	unique.Handle[point]{}.Value()
}

func weaks() {
	p := &point{1, 2}
	var w weak.Pointer[point]
	fmt.Println(w.Value())
	w = weak.Make(p)
	fmt.Println(w.Value() == p, weak.Make(p) == w, *w.Value())
	fmt.Printf("%T\n", w)
	runtime.KeepAlive(p)
}

func nulls() {
	var n sql.Null[int64]
	fmt.Println(n.Scan("42"))
	fmt.Println(n)
	fmt.Println(n.Scan(nil))
	fmt.Println(n)
	fmt.Println(n.Scan("x"))
	var p sql.Null[point]
	fmt.Println(p.Scan("3/4"))
	fmt.Println(p)
	fmt.Println(p.Scan(3))
	fmt.Println(sql.Null[point]{V: point{1, 2}, Valid: true}.Value())
	fmt.Println(sql.Null[*point]{Valid: true}.Value())
	fmt.Println(sql.Null[level]{V: 3, Valid: true}.Value())

	fmt.Println(sql.Null[points]{}.Value())
	var s sql.Scanner = &p
	var v driver.Valuer = p
	fmt.Println(s.Scan("5/6"), p.V)
	fmt.Println(v.Value())
	fmt.Printf("%T %+v %#v\n", p, p, n)
	b, err := json.Marshal(struct{ N sql.Null[level] }{sql.Null[level]{V: 2, Valid: true}})
	fmt.Println(string(b), err)
	f := n.Scan
	fmt.Println(f([]byte("7")))
	fmt.Println(n)
}

type tree[T any] struct {
	walk iter.Seq[T]
	both iter.Seq2[T, int]
}

func main() {
	cmps()
	sliced()
	mapped()
	errorsAs()
	hashes()
	keys()
	pulls()
	numbers()
	reflected()
	cleanups()
	onces()
	atomics()
	uniques()
	weaks()
	nulls()
	fmt.Printf("%T %T\n", tree[point]{}, tree[level]{}.walk)
	fmt.Println(strings.Repeat("-", 3), fnv.New32().Size())
}
