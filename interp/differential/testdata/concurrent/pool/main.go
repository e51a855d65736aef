// Buffers from a pool, used by several goroutines.
package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(i int) string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	for j := range i {
		fmt.Fprintf(b, "%d.", j)
	}
	return b.String()
}

func main() {
	out := make([]string, 12)
	var wg sync.WaitGroup
	for i := range out {
		wg.Add(1)
		go func() { defer wg.Done(); out[i] = render(i) }()
	}
	wg.Wait()
	fmt.Println(strings.Join(out, " "))
}
