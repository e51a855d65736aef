// Literals that go statements start with arguments.
package main

import (
	"fmt"
	"math"
	"sync"
)

type T struct{ a, b int }

func length(s string) int { return len(s) }

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func(i int, s string, f float64) {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			i *= 2
			sum += i + length(s)
			if math.Signbit(f) {
				sum += 1000
			}
		}(i, fmt.Sprint(i), math.Copysign(0, -1))
	}
	wg.Wait()
	fmt.Println(sum)
	c := make(chan string)
	go func(xs ...int) { c <- fmt.Sprint(xs) }(1, 2, 3)
	fmt.Println(<-c)
	go func(t T, p *T) { p.a = t.b; c <- fmt.Sprint(t, *p) }(T{1, 2}, &T{3, 4})
	fmt.Println(<-c)
	for i := range 3 {
		go func(k int) {
			go func(m int) {
				func(q int) { c <- fmt.Sprint(i, k, m, q) }(m + 1)
			}(k + 1)
		}(i + 10)
		fmt.Println(<-c)
	}
	f := func(x int) { c <- fmt.Sprint("f", x) }
	go f(3)
	fmt.Println(<-c)
	go func(e error, a any, g func() string) { c <- fmt.Sprint(e, a, g()) }(nil, 7, func() string { return "g" })
	fmt.Println(<-c)
	go func(d chan<- string) { d <- "dir" }(c)
	fmt.Println(<-c)
	go func(x int) {
		defer func() { c <- fmt.Sprint(recover(), x) }()
		var a []int
		x++
		_ = a[x]
	}(5)
	fmt.Println(<-c)
	ok := true
	go func(b bool, n int) { c <- fmt.Sprint(b, n) }(ok && sum > 3, func() int { sum = 9; return sum }())
	fmt.Println(<-c)
}
