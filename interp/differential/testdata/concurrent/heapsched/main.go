// A scheduler that takes tasks by priority.
package main

import (
	"container/heap"
	"fmt"
	"sync"
)

type task struct{ pri, id int }
type tasks []task

func (t tasks) Len() int { return len(t) }
func (t tasks) Less(i, j int) bool {
	return t[i].pri > t[j].pri || t[i].pri == t[j].pri && t[i].id < t[j].id
}
func (t tasks) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *tasks) Push(x any)   { *t = append(*t, x.(task)) }
func (t *tasks) Pop() any {
	old := *t
	x := old[len(old)-1]
	*t = old[:len(old)-1]
	return x
}

func main() {
	in := make(chan task)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 5 {
				in <- task{(g*5 + i) * 7 % 11, g*10 + i}
			}
		})
	}
	go func() { wg.Wait(); close(in) }()
	h := &tasks{}
	for t := range in {
		heap.Push(h, t)
	}
	var order []int
	for h.Len() > 0 {
		order = append(order, heap.Pop(h).(task).id)
	}
	fmt.Println(order)
}
