// Many goroutines initialise one thing, once.
package main

import (
	"fmt"
	"sync"
)

type config struct{ name string }

var (
	once   sync.Once
	shared *config
	made   int
)

func get() *config {
	once.Do(func() {
		made++
		shared = &config{"the one"}
	})
	return shared
}

func main() {
	made, once = 0, sync.Once{}
	value := sync.OnceValues(func() (int, error) { return 7, nil })
	got := make([]*config, 20)
	nums := make([]int, 20)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			got[i] = get()
			nums[i], _ = value()
		})
	}
	wg.Wait()
	same := true
	for i, c := range got {
		same = same && c == got[0] && nums[i] == 7
	}
	fmt.Println(made, same, got[0].name)
}
