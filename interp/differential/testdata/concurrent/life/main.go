// The game of life, a goroutine for each row and a barrier for each generation.
package main

import (
	"fmt"
	"sync"
)

func main() {
	const n = 8
	world := [n][n]bool{1: {2: true}, 2: {3: true}, 3: {1: true, 2: true, 3: true}}
	for range 12 {
		var next [n][n]bool
		var wg sync.WaitGroup
		for y := range n {
			wg.Go(func() {
				for x := range n {
					around := 0
					for dy := -1; dy <= 1; dy++ {
						for dx := -1; dx <= 1; dx++ {
							if (dx != 0 || dy != 0) && world[(y+dy+n)%n][(x+dx+n)%n] {
								around++
							}
						}
					}
					next[y][x] = around == 3 || around == 2 && world[y][x]
				}
			})
		}
		wg.Wait()
		world = next
	}
	for _, row := range world {
		for _, c := range row {
			if c {
				fmt.Print("#")
			} else {
				fmt.Print(".")
			}
		}
		fmt.Println()
	}
}
