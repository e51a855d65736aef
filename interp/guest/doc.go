// Package guest is the native run time that compiled cells call: what the Go
// runtime does for a compiled program and the interpreter cannot do for itself.
// It keeps panics, deferred calls and recover exact, starts and guards
// goroutines, makes every blocking operation stoppable and visible, runs the
// clock, and tells deadlocks, leaks and uncaught panics in Go's own words.
//
// It knows goroutines, and neither the interpreter nor the notebook: places are
// numbers whose meaning the host gives with AddPlaces, what happens goes up
// through Host, and the interpreter's activations are read by field name
// (LoadText) after a self-test, with the places passed in as the way without it.
//
// # The process
//
// A worker process holds one user program, as a compiled program's process
// does, so the state that belongs to the process (goroutines found by their
// profiler label, the queue of every mutex, the text's stop flag) is one World,
// made by Start and found by package functions through the package variable
// world. It is the only mutable state at package level: goroutines that native
// code starts carry nothing else by which they could be found.
//
// # Goroutines of this package
//
//   - the main goroutine of a cell: started by Run, ends with the cell's main
//     function; may block in any guest operation; stopped by Cell.Stop.
//   - the cell's goroutines: started by Go, WaitGroupGo, AfterFunc and guarded
//     callbacks; end with their function; stopped by Cell.Stop.
//   - the watcher: one for each World, started by the first Run and stopped
//     by World.Close; sleeps between looks (25 ms while a cell runs, not at all
//     when none does); finds deadlocks, wakes waiters that native code released.
//   - the virtual clock's driver: one for each fast cell, started by Run, ends
//     with the cell's last goroutine; waits until goroutines start to wait, and
//     looks by itself every 2 ms while one is inside native code.
//   - time limits: a time.AfterFunc for each Run with a limit, stopped when Run returns.
//
// No other goroutine is started: waiting for a mutex or WaitGroup is a queue of
// this package, not a helper blocked in the native one.
package guest
