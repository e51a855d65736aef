package guest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

type (
	myInt    int
	myString string
	myFloat  float64
	myBool   bool
	point    struct{ x, y int }
	stringer struct{ s string }
	badError struct{}
	badInt   struct{}
)

func (s stringer) String() string { return "stringer " + s.s }
func (badError) Error() string    { panic("in Error") }
func (badInt) Error() string      { panic(7) }

func throw(v any) func() { return func() { Throw(0, v) } }

func deferring(deferred func(), body func()) {
	Protect(func(fr *Frame) {
		Defer(fr, deferred)
		body()
	})
}

// uncaught are the programs of testdata/panics/uncaught.go as text runs them.
var uncaught = map[string]func(){
	"plain":                 throw("plain\nsecond line"),
	"error":                 throw(errors.New("e\nf")),
	"wrapped":               throw(fmt.Errorf("w: %w", context.Canceled)),
	"replaced":              func() { deferring(throw("second"), throw("first")) },
	"repanicked":            func() { deferring(func() { Throw(0, RecoverD()) }, throw("first")) },
	"repanicked error":      func() { deferring(func() { Throw(0, RecoverD()) }, throw(errors.New("e"))) },
	"recovered and another": func() { deferring(func() { RecoverD(); Throw(0, "second") }, throw("first")) },
	"three":                 func() { deferring(func() { deferring(throw("third"), throw("second")) }, throw("first")) },
	"nested recovered":      func() { deferring(func() { deferring(func() { RecoverD() }, throw("second")) }, throw("first")) },
	"in Goexit":             func() { deferring(throw("in goexit"), func() { Goexit(0) }) },
	"again": func() {
		Protect(func(fr *Frame) {
			Defer(fr, func() { Throw(0, "again "+RecoverD().(string)) })
			Defer(fr, func() { Throw(0, RecoverD()) })
			Throw(0, "first")
		})
	},
	"nil map":        func() { PanicNilMap(0) },
	"float":          throw(1.5),
	"float32":        throw(float32(0.1)),
	"big float":      throw(1e300),
	"complex":        throw(complex(1, -2)),
	"bool":           throw(true),
	"complex64":      throw(complex64(complex(0.1, 0.2))),
	"rune":           throw('x'),
	"uint8":          throw(uint8(200)),
	"uintptr":        throw(uintptr(9)),
	"duration":       throw(time.Second),
	"nil pointer":    func() { PanicNil(0) },
	"nil":            throw(nil),
	"named int":      throw(myInt(3)),
	"named string":   throw(myString("a\nb")),
	"named float":    throw(myFloat(2.5)),
	"named bool":     throw(myBool(true)),
	"stringer":       throw(stringer{"x"}),
	"struct":         throw(point{1, 2}),
	"pointer":        throw(&point{1, 2}),
	"slice":          throw([]int{1}),
	"function":       throw(func() {}),
	"bad error":      throw(badError{}),
	"bad int":        throw(badInt{}),
	"index":          func() { PanicIndex(0, 5, 2) },
	"index below":    func() { PanicIndex(0, -1, 2) },
	"index unsigned": func() { PanicIndexU(0, 1<<64-1, 2) },
	"slice high":     func() { CheckSlice(0, 0, 5, 2, OfSlice) },
	"slice low":      func() { CheckSlice(0, 2, 1, 2, OfSlice) },
	"slice string":   func() { CheckSlice(0, 2, 7, 3, OfString) },
	"slice array":    func() { CheckSlice(0, 0, 7, 3, OfArray) },
	"slice three":    func() { CheckSlice3(0, 0, 1, 9, 2, OfSlice) },
	"divide":         func() { PanicDivide(0) },
	"shift":          func() { PanicShift(0) },
	"make":           func() { CheckMake(0, -1, -1, 1<<30) },
	"make cap":       func() { CheckMake(0, 2, 1, 1<<30) },
	"make chan":      func() { PanicMakeChan(0) },
	"to array":       func() { s := make([]int, 2); SliceToArray(0, unsafe.Pointer(&s), 4) },
	"unhashable":     func() { Hashable(0, []int{}) },
	"closed":         func() { c := make(chan int); Close(0, c); snd(c, 1) },
	"close twice":    func() { c := make(chan int); Close(0, c); Close(0, c) },
	"close nil":      func() { var c chan int; Close(0, c) },
	"select closed":  func() { c := make(chan int); Close(0, c); Select(0, true, []Case{sendCase(c, 1)}) },
	"group": func() {
		var wg sync.WaitGroup
		WaitGroupAdd(0, &wg, 1)
		WaitGroupDone(0, &wg)
		WaitGroupDone(0, &wg)
	},
	"group go": func() { var wg sync.WaitGroup; WaitGroupGo(0, &wg, throw("boom")); WaitGroupWait(0, &wg) },
	"cond copied": func() {
		var pair [2]sync.Cond
		a, b := &pair[0], &pair[1]
		CondSignal(0, a)
		copyCond(b, a)
		CondSignal(0, b)
	},
	"ticker":  func() { NewTicker(0, 0) },
	"context": func() { WithTimeout(0, nil, time.Second) }, //nolint:staticcheck // the nil is what is tested
	"builder": func() { _ = strings.Repeat("x", never(-1)) },
	"once": func() {
		var o sync.Once
		deferring(func() { OnceDo(0, &o, func() {}) }, func() { OnceDo(0, &o, throw("in once")) })
	},
	"goroutine": func() { spawn(throw("in a goroutine")); Select(0, true, nil) },
	"after":     func() { AfterFunc(0, 1, throw("in a timer")); Select(0, true, nil) },
}

// copyCond copies a Cond as a program that go vet would warn of does.
func copyCond(to, from *sync.Cond) {
	const n = unsafe.Sizeof(sync.Cond{})
	*(*[n]byte)(unsafe.Pointer(to)) = *(*[n]byte)(unsafe.Pointer(from))
}

// masks make the texts of two processes comparable: addresses, and the package
// of this test.
var masks = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`0x[0-9a-f]+`), "0x?"},
	{regexp.MustCompile(`\bguest\.`), "main."},
}

func masked(s string) string {
	for _, m := range masks {
		s = m.re.ReplaceAllString(s, m.to)
	}
	return s
}

func TestUncaughtPanicsReadAsCompiledCode(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "uncaught.exe")
	if out, err := exec.Command("go", "build", "-o", bin, "testdata/panics/uncaught.go").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w, _ := newWorld(t)
	w.watch.every = time.Hour
	for name, f := range uncaught {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(bin, name)
			cmd.Env = append(os.Environ(), "GOTRACEBACK=single")
			b, err := cmd.CombinedOutput()
			if cmd.ProcessState.ExitCode() != 2 {
				t.Fatalf("%v\n%s", err, b)
			}
			want, _, _ := strings.Cut(string(b), "\n\n")
			out := runIn(t, w, f, Options{})
			if out.Kind != Panicked {
				t.Fatal(out)
			}
			// A fault's address line is the processor's own; compare that it is there.
			if got, want := masked(out.Crash.Text), masked(strings.TrimSpace(want)); got != want {
				t.Errorf("cell:     %q\ncompiled: %q", got, want)
			}
		})
	}
}
