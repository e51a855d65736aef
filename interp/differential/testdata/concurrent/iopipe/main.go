// Lines go through an io.Pipe from one goroutine to another.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

func main() {
	r, w := io.Pipe()
	go func() {
		for i := range 10 {
			fmt.Fprintf(w, "line %d\n", i)
		}
		w.CloseWithError(errors.New("no more"))
	}()
	n, sum := 0, 0
	s := bufio.NewScanner(r)
	for s.Scan() {
		var i int
		fmt.Sscanf(s.Text(), "line %d", &i)
		sum += i
		n++
	}
	fmt.Println(n, sum, s.Err())
}
