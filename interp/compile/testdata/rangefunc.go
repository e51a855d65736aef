// Iterators that break the rules of a loop over a function, and what the runtime says.
package main

import (
	"fmt"
	"iter"
	"runtime"
)

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, ok := r.(runtime.Error)
		fmt.Printf("%s: %v %v\n", name, r, ok)
	}()
	f()
}

var saved func(int) bool

func keeps(yield func(int) bool)  { saved = yield; yield(1) }
func goesOn(yield func(int) bool) { yield(1); fmt.Println("going on"); yield(2) }
func hides(yield func(int) bool)  { defer func() { fmt.Println("hid", recover()) }(); yield(1) }
func retries(yield func(int) bool) {
	func() {
		defer func() { fmt.Println("caught", recover()) }()
		yield(1)
	}()
	yield(2)
}
func swallows(yield func(int) bool) {
	defer func() { fmt.Println("swallowed", recover()) }()
	yield(1)
	yield(2)
}

func returning() (r int) {
	for x := range goesOn {
		return x
	}
	return -1
}

func labelled() {
outer:
	for range keeps {
		for range goesOn {
			continue outer
		}
	}
}

func main() {
	try("after", func() {
		for x := range keeps {
			fmt.Println(x)
		}
		saved(2)
	})
	try("after break", func() {
		for range keeps {
			break
		}
		saved(2)
	})
	try("after return", func() {
		func() {
			for range keeps {
				return
			}
		}()
		saved(3)
	})
	try("goes on after break", func() {
		for range goesOn {
			break
		}
	})
	try("goes on after return", func() { returning() })
	try("labelled", labelled)
	try("saved after labelled", func() { saved(1) })
	try("hides", func() {
		for range hides {
			panic("x")
		}
	})
	try("retries", func() {
		for range retries {
			panic("y")
		}
	})
	try("swallows", func() {
		for range swallows {
			break
		}
		fmt.Println("on")
	})
	try("reenter", func() {
		for x := range keeps {
			if x == 1 {
				saved(2)
			}
		}
	})
	try("goexit free", func() {
		next, stop := iter.Pull(iter.Seq[int](goesOn))
		fmt.Println(next())
		stop()
		fmt.Println(next())
	})
	try("no break", func() {
		n := 0
		for x := range goesOn {
			n += x
		}
		fmt.Println(n)
	})
}
