package guest

import (
	mrand "math/rand"
	"math/rand/v2"
	"os"
	"strings"
	"sync/atomic"
)

// The functions of math/rand and math/rand/v2 that draw from the source that the
// whole program shares. In a cell with a seed (Options.Seed) each goroutine draws
// from a stream of its own instead, so that what it draws does not depend on which
// goroutine came first; everywhere else they are the native ones.

// random is a goroutine's stream of random numbers. The stream of a goroutine
// follows from the seed and from which of its starter's goroutines it is.
type random struct {
	cell    *Cell
	stream  uint64
	started atomic.Uint64 // streams that branched off

	v1 *mrand.Rand // made when the goroutine draws its first number
	v2 *rand.Rand
}

// source is a stream as both packages take one.
type source struct{ *rand.PCG }

func (s source) Int63() int64    { return int64(s.Uint64() >> 1) }
func (s source) Seed(seed int64) { s.PCG.Seed(uint64(seed), 0) }

// branch is the stream of a goroutine that r's starts; nil gives nil.
func (r *random) branch() *random {
	if r == nil {
		return nil
	}
	return &random{cell: r.cell, stream: mix(r.stream + r.started.Add(1)*0x9e3779b97f4a7c15)}
}

// mix spreads neighbouring numbers over the whole range.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// open makes the stream ready for its first number.
func (r *random) open() {
	s := source{rand.NewPCG(r.stream, mix(r.stream))}
	r.v1, r.v2 = mrand.New(s), rand.New(s)
	r.cell.drew.Store(true)
}

// drawn is what the running goroutine draws from with math/rand/v2, nil for the native functions.
func drawn() *rand.Rand {
	if !world.Load().seeded.Load() { // most sessions: who runs needs no looking up
		return nil
	}
	r := cur().random
	if r == nil {
		return nil
	}
	if r.v2 == nil {
		r.open()
	}
	return r.v2
}

// drawn1 is the same for math/rand, whose source the program may have seeded itself.
func drawn1() *mrand.Rand {
	if !world.Load().seeded.Load() {
		return nil
	}
	r := cur().random
	if r == nil || r.cell.world.randSeeded.Load() {
		return nil
	}
	if r.v1 == nil {
		r.open()
	}
	return r.v1
}

// RandSeed is rand.Seed, which does something only under a setting of GODEBUG. The
// source that it seeds is the one to draw from, then.
func RandSeed(place int, seed int64) {
	mrand.Seed(seed) //lint:ignore SA1019 cells may call it
	if strings.Contains(os.Getenv("GODEBUG"), "randseednop=0") {
		cur().cell.world.randSeeded.Store(true)
	}
}
