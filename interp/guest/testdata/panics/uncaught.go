// Programs that end with an uncaught panic, by name: the twins of uncaught in crash_test.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
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

var zero int

var programs = map[string]func(){
	"plain":                 func() { panic("plain\nsecond line") },
	"error":                 func() { panic(errors.New("e\nf")) },
	"wrapped":               func() { panic(fmt.Errorf("w: %w", context.Canceled)) },
	"replaced":              func() { defer func() { panic("second") }(); panic("first") },
	"repanicked":            func() { defer func() { panic(recover()) }(); panic("first") },
	"repanicked error":      func() { e := errors.New("e"); defer func() { panic(recover()) }(); panic(e) },
	"recovered and another": func() { defer func() { recover(); panic("second") }(); panic("first") },
	"three": func() {
		defer func() { defer func() { panic("third") }(); panic("second") }()
		panic("first")
	},
	"nested recovered": func() {
		defer func() { defer func() { recover() }(); panic("second") }()
		panic("first")
	},
	"in Goexit": func() { defer func() { panic("in goexit") }(); runtime.Goexit() },
	"again": func() {
		defer func() { panic("again " + recover().(string)) }()
		defer func() { panic(recover()) }()
		panic("first")
	},
	"nil map":        func() { var m map[string]int; m["a"] = 1 },
	"float":          func() { panic(1.5) },
	"float32":        func() { panic(float32(0.1)) },
	"big float":      func() { panic(1e300) },
	"complex":        func() { panic(complex(1, -2)) },
	"bool":           func() { panic(true) },
	"complex64":      func() { panic(complex64(complex(0.1, 0.2))) },
	"rune":           func() { panic('x') },
	"uint8":          func() { panic(uint8(200)) },
	"uintptr":        func() { panic(uintptr(9)) },
	"duration":       func() { panic(time.Second) },
	"nil pointer":    func() { var p *int; *p = 1 },
	"nil":            func() { panic(nil) },
	"named int":      func() { panic(myInt(3)) },
	"named string":   func() { panic(myString("a\nb")) },
	"named float":    func() { panic(myFloat(2.5)) },
	"named bool":     func() { panic(myBool(true)) },
	"stringer":       func() { panic(stringer{"x"}) },
	"struct":         func() { panic(point{1, 2}) },
	"pointer":        func() { panic(&point{1, 2}) },
	"slice":          func() { panic([]int{1}) },
	"function":       func() { panic(func() {}) },
	"bad error":      func() { panic(badError{}) },
	"bad int":        func() { panic(badInt{}) },
	"index":          func() { _ = []int{1, 2}[zero+5] },
	"index below":    func() { _ = []int{1, 2}[zero-1] },
	"index unsigned": func() { _ = []int{1, 2}[uint64(zero)-1] },
	"slice high":     func() { _ = make([]int, 2)[:zero+5] },
	"slice low":      func() { _ = make([]int, 2)[zero+2 : zero+1] },
	"slice string":   func() { _ = "abc"[zero+2 : zero+7] },
	"slice array":    func() { var a [3]int; p := &a; _ = p[:zero+7] },
	"slice three":    func() { _ = make([]int, 2)[zero : zero+1 : zero+9] },
	"divide":         func() { fmt.Println(1 / zero) },
	"shift":          func() { fmt.Println(1 << (zero - 1)) },
	"make":           func() { _ = make([]int, zero-1) },
	"make cap":       func() { _ = make([]int, zero+2, zero+1) },
	"make chan":      func() { _ = make(chan int, zero-1) },
	"to array":       func() { _ = [4]int(make([]int, zero+2)) },
	"unhashable":     func() { map[any]int{}[[]int{}] = 1 },
	"closed":         func() { c := make(chan int); close(c); c <- 1 },
	"close twice":    func() { c := make(chan int); close(c); close(c) },
	"close nil":      func() { var c chan int; close(c) },
	"select closed": func() {
		c := make(chan int)
		close(c)
		select {
		case c <- 1:
		}
	},
	"group":       func() { var wg sync.WaitGroup; wg.Add(1); wg.Done(); wg.Done() },
	"group go":    func() { var wg sync.WaitGroup; wg.Go(func() { panic("boom") }); wg.Wait() },
	"cond copied": func() { a := *sync.NewCond(&sync.Mutex{}); b := a; a.Signal(); b = a; b.Signal() },
	"ticker":      func() { time.NewTicker(0) },
	"context":     func() { context.WithTimeout(nil, time.Second) },
	"builder":     func() { strings.Repeat("x", zero-1) },
	"once":        func() { var o sync.Once; defer func() { o.Do(func() {}) }(); o.Do(func() { panic("in once") }) },
	"goroutine":   func() { go func() { panic("in a goroutine") }(); select {} },
	"after":       func() { time.AfterFunc(1, func() { panic("in a timer") }); select {} },
}

func main() {
	if len(os.Args) > 1 {
		programs[os.Args[1]]()
	}
	os.Exit(9)
}
