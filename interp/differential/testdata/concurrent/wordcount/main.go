// Words are counted in parts that are joined.
package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const text = `the quick brown fox jumps over the lazy dog
the dog sleeps and the fox runs
over the hill and over the bridge runs the quick fox`

func main() {
	parts := make(chan map[string]int)
	lines := strings.Split(text, "\n")
	for _, l := range lines {
		go func() {
			m := map[string]int{}
			for w := range strings.FieldsSeq(l) {
				m[w]++
			}
			parts <- m
		}()
	}
	total := map[string]int{}
	for range lines {
		for w, n := range <-parts {
			total[w] += n
		}
	}
	words := slices.SortedFunc(maps.Keys(total), func(a, b string) int {
		return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b))
	})
	for _, w := range words[:5] {
		fmt.Println(w, total[w])
	}
}
