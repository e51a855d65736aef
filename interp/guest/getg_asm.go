//go:build amd64 || arm64

package guest

import (
	"runtime"
	"sync/atomic"
)

// getg is the address of the running goroutine's descriptor. It tells a
// goroutine from one that native code started and that inherited its label.
func getg() uintptr

// wordAt and statusAt read a descriptor, which is never moved or freed.
//
//go:nocheckptr
func wordAt(a uintptr) int64 { return atomic.LoadInt64((*int64)(pointer(a))) }

//go:nocheckptr
func statusAt(a uintptr) uint32 { return atomic.LoadUint32((*uint32)(pointer(a))) }

// goid is the runtime's number of the running goroutine: the word of its
// descriptor that the calibration found, or what its trace says.
func goid(w *World) int64 {
	if off := w.goidAt; off != 0 {
		return wordAt(getg() + off)
	}
	return stackGoid()
}

// calibrateGoid finds where a descriptor holds the goroutine's number, by
// comparing several goroutines' descriptors with what their traces say. Zero: not found.
func calibrateGoid() uintptr {
	const words = 32 // it lies within the first 256 bytes of every runtime.g so far
	var ok [words]bool
	for i := range ok {
		ok[i] = true
	}
	for range 4 {
		done := make(chan struct{})
		go func() {
			defer close(done)
			id, g := stackGoid(), getg()
			for i := range ok {
				if wordAt(g+uintptr(i*8)) != id {
					ok[i] = false
				}
			}
		}()
		<-done
	}
	for i := range ok {
		if ok[i] {
			return uintptr(i * 8)
		}
	}
	return 0
}

// Statuses of runtime.g.
const (
	statusRunning  = 2
	statusRunnable = 1
	statusSyscall  = 3
	statusWaiting  = 4
	statusDead     = 6
)

// calibrateStatus tells whether the 32-bit word two before the goroutine's
// number is its status, as in every Go so far: that of a running, a waiting and
// an ended goroutine are looked at.
func calibrateStatus(goidAt uintptr) bool {
	if goidAt < 8 {
		return false
	}
	read := func(g uintptr) uint32 { return statusAt(g + goidAt - 8) }
	if read(getg()) != statusRunning {
		return false
	}
	type probe struct{ g uintptr }
	started, stop, ended := make(chan probe), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		started <- probe{getg()}
		<-stop
	}()
	p := <-started
	seen := func(want uint32) bool {
		for range 1000 {
			if read(p.g) == want {
				return true
			}
			runtime.Gosched()
		}
		return false
	}
	waiting := seen(statusWaiting)
	close(stop)
	<-ended
	return waiting && seen(statusDead)
}

// status is the runtime's status of a goroutine; ok is false if it cannot be read.
// It may be that of another goroutine if this one has ended: ended tells.
func (g *G) status() (status uint32, ok bool) {
	w := g.cell.world
	id := g.goid.Load()
	if !w.statusKnown || id == 0 {
		return 0, false
	}
	d := g.self.Load()
	status = statusAt(d + w.goidAt - 8)
	if wordAt(d+w.goidAt) != id {
		return statusDead, true // the descriptor serves another goroutine
	}
	return status &^ 0x1000, true // without the bit that says that its stack is being scanned
}

// stackTop is where the running goroutine's stack, on which sp lies, ends: the
// second word of a descriptor in every Go so far.
func stackTop(sp uintptr) uintptr {
	lo, hi := uintptr(wordAt(getg())), uintptr(wordAt(getg()+8))
	if lo < sp && sp < hi && hi-lo <= 1<<30 {
		return hi
	}
	return sp
}

// stack is where the stack of another goroutine is in use, as far as its descriptor tells: from the stack pointer that
// was saved when it was last parked, the eighth word in every Go so far, to the end. Both are 0 if it cannot be read.
func (g *G) stack() (sp, top uintptr) {
	d := g.self.Load()
	if d == 0 || g.cell.world.goidAt == 0 || wordAt(d+g.cell.world.goidAt) != g.goid.Load() {
		return 0, 0
	}
	lo, hi, saved := uintptr(wordAt(d)), uintptr(wordAt(d+8)), uintptr(wordAt(d+56))
	switch {
	case lo == 0 || hi <= lo || hi-lo > 1<<30:
		return 0, 0
	case lo < saved && saved < hi:
		return saved &^ 7, hi
	}
	return lo, hi
}
