package forge

import (
	"errors"
	"sync/atomic"
	"unsafe"
)

// A method table holds code addresses, but a method body here is a closure (yaegi's, made by
// reflect.MakeFunc). So the process has a fixed number of entries, code that loads one closure
// from its slot and jumps to it: arguments stay where the caller put them, because the receiver
// is the first argument for both.
//
// slots and taken are the only state of this package besides a World: assembly can only name globals.
const slotCount = 65536

var (
	slots [slotCount]unsafe.Pointer // func values
	taken atomic.Int64
)

var errSlots = errors.New("this process has no room for more methods: restart the session to free those of replaced types")

// unbound is what a slot holds until Bind fills it.
func unbound() { panic("gokernel: a method was called that has no body yet") }

// newSlots takes n slots and returns the first.
func newSlots(n int) (int, error) {
	last := taken.Add(int64(n))
	if last > slotCount-1 { // the last one is the self-test's
		taken.Add(int64(-n))
		return 0, errSlots
	}
	first := int(last) - n
	f := unbound
	for i := first; i < int(last); i++ {
		slots[i] = *(*unsafe.Pointer)(unsafe.Pointer(&f))
	}
	return first, nil
}

// entry is the code address of a slot.
func entry(slot int) uintptr { return entriesPC + uintptr(slot)*slotStride }

// entryWorks calls the last slot's entry: all have the length that this package takes them to have.
func entryWorks() bool {
	setSlot(slotCount-1, func(a int) int { return a + 1 })
	pc := entry(slotCount - 1)
	at := &pc
	return (*(*func(int) int)(unsafe.Pointer(&at)))(41) == 42
}

// setSlot puts a func value into a slot; goroutines that are just calling run the old or the new one.
func setSlot(slot int, fn any) {
	atomic.StorePointer(&slots[slot], (*eface)(unsafe.Pointer(&fn)).data)
}

// slotFunc is the func value of a slot.
func slotFunc(slot int) unsafe.Pointer { return atomic.LoadPointer(&slots[slot]) }
