package guest

import mrand "math/rand"

// RandInt is math/rand's Int.
func RandInt(place int) int {
	if r := drawn1(); r != nil {
		return r.Int()
	}
	return mrand.Int()
}

// RandInt31 is math/rand's Int31.
func RandInt31(place int) int32 {
	if r := drawn1(); r != nil {
		return r.Int31()
	}
	return mrand.Int31()
}

// RandInt63 is math/rand's Int63.
func RandInt63(place int) int64 {
	if r := drawn1(); r != nil {
		return r.Int63()
	}
	return mrand.Int63()
}

// RandUint32 is math/rand's Uint32.
func RandUint32(place int) uint32 {
	if r := drawn1(); r != nil {
		return r.Uint32()
	}
	return mrand.Uint32()
}

// RandUint64 is math/rand's Uint64.
func RandUint64(place int) uint64 {
	if r := drawn1(); r != nil {
		return r.Uint64()
	}
	return mrand.Uint64()
}

// RandFloat32 is math/rand's Float32.
func RandFloat32(place int) float32 {
	if r := drawn1(); r != nil {
		return r.Float32()
	}
	return mrand.Float32()
}

// RandFloat64 is math/rand's Float64.
func RandFloat64(place int) float64 {
	if r := drawn1(); r != nil {
		return r.Float64()
	}
	return mrand.Float64()
}

// RandExpFloat64 is math/rand's ExpFloat64.
func RandExpFloat64(place int) float64 {
	if r := drawn1(); r != nil {
		return r.ExpFloat64()
	}
	return mrand.ExpFloat64()
}

// RandNormFloat64 is math/rand's NormFloat64.
func RandNormFloat64(place int) float64 {
	if r := drawn1(); r != nil {
		return r.NormFloat64()
	}
	return mrand.NormFloat64()
}

// RandIntn is math/rand's Intn.
func RandIntn(place, n int) int {
	if n <= 0 {
		at(place) // it panics
	}
	if r := drawn1(); r != nil {
		return r.Intn(n)
	}
	return mrand.Intn(n)
}

// RandInt31n is math/rand's Int31n.
func RandInt31n(place int, n int32) int32 {
	if n <= 0 {
		at(place) // it panics
	}
	if r := drawn1(); r != nil {
		return r.Int31n(n)
	}
	return mrand.Int31n(n)
}

// RandInt63n is math/rand's Int63n.
func RandInt63n(place int, n int64) int64 {
	if n <= 0 {
		at(place) // it panics
	}
	if r := drawn1(); r != nil {
		return r.Int63n(n)
	}
	return mrand.Int63n(n)
}

// RandPerm is math/rand's Perm.
func RandPerm(place, n int) []int {
	if n < 0 {
		at(place) // it panics
	}
	if r := drawn1(); r != nil {
		return r.Perm(n)
	}
	return mrand.Perm(n)
}

// RandShuffle is math/rand's Shuffle.
func RandShuffle(place, n int, swap func(i, j int)) {
	if n < 0 {
		at(place) // it panics
	}
	if r := drawn1(); r != nil {
		r.Shuffle(n, swap)
		return
	}
	mrand.Shuffle(n, swap)
}

// RandRead is math/rand's Read.
func RandRead(place int, p []byte) (n int, err error) {
	if r := drawn1(); r != nil {
		return r.Read(p)
	}
	return mrand.Read(p) //lint:ignore SA1019 cells may call it
}
