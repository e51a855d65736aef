package guest

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// onceFields are the offsets of sync.Once's fields.
var onceFields = func() (o struct{ done, m uintptr }) {
	t := reflect.TypeFor[sync.Once]()
	d, ok1 := t.FieldByName("done")
	m, ok2 := t.FieldByName("m")
	if !ok1 || !ok2 || d.Type != reflect.TypeFor[atomic.Bool]() || m.Type != reflect.TypeFor[sync.Mutex]() {
		panic("guest: this Go's sync.Once has other fields")
	}
	o.done, o.m = d.Offset, m.Offset
	return o
}()

// OnceDo is (*sync.Once).Do; whoever waits for the first call to return waits as in MutexLock.
func OnceDo(place int, o *sync.Once, f func()) {
	if o == nil {
		PanicNil(place)
	}
	done := (*atomic.Bool)(unsafe.Add(unsafe.Pointer(o), onceFields.done))
	if done.Load() {
		return
	}
	m := (*sync.Mutex)(unsafe.Add(unsafe.Pointer(o), onceFields.m))
	MutexLock(place, m)
	defer MutexUnlock(place, m)
	if !done.Load() {
		defer done.Store(true)
		if f == nil {
			PanicNil(place)
		}
		f()
	}
}
