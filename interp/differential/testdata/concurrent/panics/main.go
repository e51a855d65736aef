// Panics in goroutines are caught where they happen and told to who waits.
package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

type failure struct {
	task int
	why  any
}

func (f failure) Error() string { return fmt.Sprintf("task %d: %v", f.task, f.why) }

func run(i int, f func(int) int, errs chan<- error) {
	defer func() {
		if e := recover(); e != nil {
			errs <- failure{i, e}
			return
		}
		errs <- nil
	}()
	f(i)
}

func main() {
	errs := make(chan error)
	for i := range 6 {
		go run(i, func(i int) int {
			switch i {
			case 1:
				var m map[int]int
				m[i] = 1
			case 2:
				return []int{}[i]
			case 3:
				panic(fmt.Sprint("three", i))
			case 4:
				return 1 / (i - 4)
			}
			return i
		}, errs)
	}
	var texts []string
	for range 6 {
		if err := <-errs; err != nil {
			var f failure
			texts = append(texts, fmt.Sprint(err, errors.As(err, &f)))
		}
	}
	slices.Sort(texts)
	fmt.Println(strings.Join(texts, "\n"))
}
