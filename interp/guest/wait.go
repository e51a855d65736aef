package guest

import (
	"reflect"
	"unsafe"
)

// WaitKind is what a goroutine waits for.
type WaitKind uint8

const (
	Running WaitKind = iota
	WaitSend
	WaitRecv
	WaitSelect
	WaitMutex     // sync.Mutex.Lock
	WaitRWRead    // sync.RWMutex.RLock
	WaitRWWrite   // sync.RWMutex.Lock
	WaitWaitGroup // sync.WaitGroup.Wait
	WaitCond
	WaitOnce
	WaitSleep
	WaitNative // native code: files, network, a library; known only from a look at the stack
)

var waitNames = [...]string{"running", "chan send", "chan receive", "select", "sync.Mutex.Lock", "sync.RWMutex.RLock",
	"sync.RWMutex.Lock", "sync.WaitGroup.Wait", "sync.Cond.Wait", "sync.Once.Do", "sleep", "native"}

// String is the state as Go's traces show it.
func (k WaitKind) String() string { return waitNames[k] }

// wait is what one goroutine waits for.
type wait struct {
	kind  WaitKind
	place int
	obj   unsafe.Pointer // channel, mutex, WaitGroup, Cond; nil for a nil channel
	typ   reflect.Type   // of a channel
	cases []Case         // of a select
	since int64          // nanotime
	until int64          // WaitSleep: when it ends, real or virtual
}

// nanotime is the monotonic clock.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64

// block registers what g waits for from now on.
func (g *G) block(w wait) {
	w.since = nanotime()
	g.mu.Lock()
	g.wait = w
	g.mu.Unlock()
	c := g.cell
	c.blocked.Add(1)
	if c.clock.virtual() {
		c.clock.poke()
	}
}

// unblock tells that g runs again.
func (g *G) unblock() {
	g.cell.blocked.Add(-1)
	g.mu.Lock()
	g.wait = wait{}
	g.mu.Unlock()
}

// waiting returns what g waits for.
func (g *G) waiting() wait {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wait
}

// usedObjects is how many of the objects it used last a goroutine remembers.
const usedObjects = 8

// use is one operation on a channel, mutex or WaitGroup. The object is not kept
// alive by it: it is compared only with objects that somebody waits for.
type use struct {
	obj   uintptr
	place int
}

// use notes an operation, for reports of who could wake whom. It is written
// without synchronisation: reports are made when the goroutine waits, and a
// mixed entry could only name an older place.
//
//go:norace
func (g *G) use(obj unsafe.Pointer, place int) {
	n := g.usedN
	if u := &g.used[n%usedObjects]; u.obj != uintptr(obj) {
		n++
		g.usedN = n
		g.used[n%usedObjects].obj = uintptr(obj)
	}
	g.used[n%usedObjects].place = place
}

// lastUse is the place of g's last operation on obj.
//
//go:norace
func (g *G) lastUse(obj unsafe.Pointer) (place int, ok bool) {
	for i := range uint32(usedObjects) {
		u := g.used[(g.usedN-i)%usedObjects]
		if u.obj == uintptr(obj) && u.obj != 0 {
			return u.place, true
		}
	}
	return 0, false
}
