// One channel feeds several workers, whose results are put in order again.
package main

import (
	"fmt"
	"sync"
)

type job struct{ id, n int }
type result struct {
	job
	primes int
}

func primes(n int) (count int) {
	for i := 2; i < n; i++ {
		prime := true
		for d := 2; d*d <= i; d++ {
			if i%d == 0 {
				prime = false
				break
			}
		}
		if prime {
			count++
		}
	}
	return
}

func main() {
	jobs, results := make(chan job), make(chan result, 4)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for j := range jobs {
				results <- result{j, primes(j.n)}
			}
		})
	}
	go func() {
		for i := range 20 {
			jobs <- job{i, i * 7}
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	got := map[int]int{}
	for r := range results {
		got[r.id] = r.primes
	}
	fmt.Println(got)
}
