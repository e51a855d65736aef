// A type with an embedded lock, passed through interfaces to goroutines.
package main

import (
	"fmt"
	"sync"
)

type stats struct {
	sync.RWMutex
	byName map[string][]float64
}

type recorder interface{ record(string, float64) }

func (s *stats) record(name string, x float64) {
	s.Lock()
	defer s.Unlock()
	if s.byName == nil {
		s.byName = make(map[string][]float64)
	}
	s.byName[name] = append(s.byName[name], x)
}

func (s *stats) mean(name string) (float64, bool) {
	s.RLock()
	defer s.RUnlock()
	xs, ok := s.byName[name]
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(max(1, len(xs))), ok
}

func main() {
	s := &stats{}
	var r recorder = s
	record := r.record
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(2)
		go func() { defer wg.Done(); r.record("even", float64(i*2)) }()
		go func() { defer wg.Done(); record("odd", float64(i*2+1)) }()
	}
	wg.Wait()
	fmt.Println(s.mean("even"))
	fmt.Println(s.mean("odd"))
	fmt.Println(s.mean("none"))
}
