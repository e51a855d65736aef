// Conversions of floats that do not fit, and slices of elements without size that get too long.
package main

import (
	"fmt"
	"math"
)

type celsius float32

type tiny int8

func to[T ~int8 | ~int16 | ~int32 | ~uint8 | ~uint16 | ~uint32 | ~int64 | ~uint64](f float64) T {
	return T(f)
}

func floats() {
	for _, f := range []float64{1e10, -1e10, 3e9, 1e20, -1e20, math.NaN(), math.Inf(1), math.Inf(-1), -1, 255.9, 70000.5, -300, -2147483648.5, 2147483647.5, 0} {
		fmt.Println(f, int8(f), int16(f), int32(f), int64(f), int(f), uint8(f), uint16(f), uint32(f), uint64(f), uint(f), uintptr(f))
		g := float32(f)
		fmt.Println(g, int8(g), int16(g), int32(g), int64(g), int(g), uint8(g), uint16(g), uint32(g), uint64(g), uint(g))
		fmt.Println(tiny(celsius(f)), rune(celsius(f)), to[tiny](f), to[int32](f), to[uint16](f))
	}
}

type nothing struct{}

func lengths() {
	s := make([]nothing, math.MaxInt)
	one := make([]nothing, 1)
	for _, f := range []func(){func() { s = append(s, nothing{}) }, func() { one = append(one, s...) }, func() { one = append(one, nothing{}, nothing{}) }} {
		func() {
			defer func() { fmt.Println(recover(), len(s), len(one)) }()
			f()
		}()
	}
}

func main() {
	floats()
	lengths()
}
