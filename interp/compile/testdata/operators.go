package main

import "fmt"

// BinOp, UnOp, Convert, constants.

type Bits uint8

func shift(x int, n int) (r int, err any) { // a negative count panics
	defer func() { err = recover() }()
	return x << n, nil
}

func shiftNested(x int32, y uint) int32 { return x << (y & 15) }

func divide(a, b int) (r int, err any) {
	defer func() { err = recover() }()
	return a / b, nil
}

func sideEffects(p *int) int { // a division does not pass a store
	x := *p / 2
	*p = 100
	return x + *p
}

func complexConstant(a complex64) complex64 { return a - (0.1 - 0.2i) }

func unsigned() uint64 { return 18446744073709551615 }

func wrap(b Bits, i int8) (Bits, int8, uint16) {
	b += 250
	i++
	return b, -i, uint16(i)
}

func negativeZero(f float64) bool { return 1/f < 0 }

type point struct{ x, y float64 }

func negativeZeroIn(p point) bool { return 1/p.x < 0 }

func strings_() (string, []byte, []rune, string) {
	s := "aé\xff"
	b := []byte(s)
	b[0] = 'b'
	r := []rune(s)
	return s + string(b), b, r, string(r[1])
}

type myByte byte

func named(s string) string {
	b := []myByte(s)
	b[0]++
	return string(b)
}

func minMaxClear(a, b int, f, g float64) (int, int, float64, float64, int) {
	m := map[int]int{1: 1}
	clear(m)
	s := []int{a, b}
	clear(s)
	return min(a, b, 3), max(a, b), min(f, g), max(f, g), len(m) + s[0]
}

func andNot(a, b uint32) (uint32, uint32, int64) { return a &^ b, ^a, int64(a) - int64(b) }

func main() {
	fmt.Println(shift(1, 3))
	fmt.Println(shift(1, -1))
	fmt.Println(shift(1, 70))
	fmt.Println(shiftNested(-3, 20))
	fmt.Println(divide(7, 2))
	fmt.Println(divide(7, 0))
	n := 9
	fmt.Println(sideEffects(&n))
	fmt.Println(complexConstant(1+1i) == 1+1i-complex64(0.1-0.2i), unsigned())
	fmt.Println(wrap(10, 127))
	zero := 0.0
	fmt.Println(negativeZero(zero), negativeZero(-zero), negativeZeroIn(point{-zero, 1}), negativeZeroIn(point{}))
	fmt.Println(strings_())
	fmt.Println(named("abc"))
	fmt.Println(minMaxClear(5, 2, 1.5, zero/zero))
	fmt.Println(andNot(0xf0f0, 0xff))
}
