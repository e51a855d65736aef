package guest

import "math/rand/v2"

// RandV2Int is math/rand/v2's Int.
func RandV2Int(place int) int {
	if r := drawn(); r != nil {
		return r.Int()
	}
	return rand.Int()
}

// RandV2Int32 is math/rand/v2's Int32.
func RandV2Int32(place int) int32 {
	if r := drawn(); r != nil {
		return r.Int32()
	}
	return rand.Int32()
}

// RandV2Int64 is math/rand/v2's Int64.
func RandV2Int64(place int) int64 {
	if r := drawn(); r != nil {
		return r.Int64()
	}
	return rand.Int64()
}

// RandV2Uint is math/rand/v2's Uint.
func RandV2Uint(place int) uint {
	if r := drawn(); r != nil {
		return r.Uint()
	}
	return rand.Uint()
}

// RandV2Uint32 is math/rand/v2's Uint32.
func RandV2Uint32(place int) uint32 {
	if r := drawn(); r != nil {
		return r.Uint32()
	}
	return rand.Uint32()
}

// RandV2Uint64 is math/rand/v2's Uint64.
func RandV2Uint64(place int) uint64 {
	if r := drawn(); r != nil {
		return r.Uint64()
	}
	return rand.Uint64()
}

// RandV2Float32 is math/rand/v2's Float32.
func RandV2Float32(place int) float32 {
	if r := drawn(); r != nil {
		return r.Float32()
	}
	return rand.Float32()
}

// RandV2Float64 is math/rand/v2's Float64.
func RandV2Float64(place int) float64 {
	if r := drawn(); r != nil {
		return r.Float64()
	}
	return rand.Float64()
}

// RandV2ExpFloat64 is math/rand/v2's ExpFloat64.
func RandV2ExpFloat64(place int) float64 {
	if r := drawn(); r != nil {
		return r.ExpFloat64()
	}
	return rand.ExpFloat64()
}

// RandV2NormFloat64 is math/rand/v2's NormFloat64.
func RandV2NormFloat64(place int) float64 {
	if r := drawn(); r != nil {
		return r.NormFloat64()
	}
	return rand.NormFloat64()
}

// RandV2IntN is math/rand/v2's IntN.
func RandV2IntN(place, n int) int {
	if n <= 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.IntN(n)
	}
	return rand.IntN(n)
}

// RandV2Int32N is math/rand/v2's Int32N.
func RandV2Int32N(place int, n int32) int32 {
	if n <= 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.Int32N(n)
	}
	return rand.Int32N(n)
}

// RandV2Int64N is math/rand/v2's Int64N.
func RandV2Int64N(place int, n int64) int64 {
	if n <= 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.Int64N(n)
	}
	return rand.Int64N(n)
}

// RandV2UintN is math/rand/v2's UintN.
func RandV2UintN(place int, n uint) uint {
	if n == 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.UintN(n)
	}
	return rand.UintN(n)
}

// RandV2Uint32N is math/rand/v2's Uint32N.
func RandV2Uint32N(place int, n uint32) uint32 {
	if n == 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.Uint32N(n)
	}
	return rand.Uint32N(n)
}

// RandV2Uint64N is math/rand/v2's Uint64N.
func RandV2Uint64N(place int, n uint64) uint64 {
	if n == 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.Uint64N(n)
	}
	return rand.Uint64N(n)
}

// RandV2Perm is math/rand/v2's Perm.
func RandV2Perm(place, n int) []int {
	if n < 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		return r.Perm(n)
	}
	return rand.Perm(n)
}

// RandV2Shuffle is math/rand/v2's Shuffle.
func RandV2Shuffle(place, n int, swap func(i, j int)) {
	if n < 0 {
		at(place) // it panics
	}
	if r := drawn(); r != nil {
		r.Shuffle(n, swap)
		return
	}
	rand.Shuffle(n, swap)
}
