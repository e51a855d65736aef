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
	WaitSleep
	WaitNative // native code: files, network, a library; known only from a look at the stack
)

var waitNames = [...]string{"running", "chan send", "chan receive", "select", "sync.Mutex.Lock", "sync.RWMutex.RLock",
	"sync.RWMutex.Lock", "sync.WaitGroup.Wait", "sync.Cond.Wait", "sleep", "native"}

// String is the state as Go's traces show it.
func (k WaitKind) String() string { return waitNames[k] }

// wait is what one goroutine waits for.
type wait struct {
	kind  WaitKind
	place int
	obj   unsafe.Pointer    // channel, mutex, WaitGroup, Cond; nil for a nil channel
	typ   reflect.Type      // of a channel
	stmt  *ChanStmt         // of a select
	chans *[]unsafe.Pointer // of a select; a pointer, so that no reader sees half of it
	since int64             // nanotime, as exact as the watcher's look
	until int64             // WaitSleep: when it ends, real or virtual
}

// nanotime is the monotonic clock.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64

// block registers what g waits for from now on. The words are published by the
// sequence number, which is odd while g waits: whoever reads them reads the number
// before and after, so the goroutine itself pays one atomic store.
//
//go:norace
func (g *G) block(x *wait) {
	g.wait = *x
	g.wait.since = g.cell.world.watch.coarse()
	g.waitSeq.Add(1)
	c := g.cell
	if c.clock.virtual() {
		c.clock.poke()
	}
	if t := c.trace.Load(); t != nil {
		t.blocked(g, x)
	}
}

// unblock tells that g runs again.
//
//go:norace
func (g *G) unblock() {
	g.waitSeq.Add(1)
	if t := g.cell.trace.Load(); t != nil {
		t.unblocked(g, &g.wait)
	}
	g.wait = wait{}
	if len(g.cases) > 0 {
		g.scratch(g.cases)
	}
}

// waiting returns what g waits for; its kind is Running if it does not wait.
//
//go:norace
func (g *G) waiting() wait {
	for {
		n := g.waitSeq.Load()
		if n&1 == 0 {
			return wait{}
		}
		x := g.wait
		if g.waitSeq.Load() == n {
			return x
		}
	}
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
