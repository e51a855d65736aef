// Blocks are hashed at once, and their sums put together in order.
package main

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"sync"
)

func main() {
	data := make([]byte, 4096)
	for i := range data {
		data[i] = byte(i * i)
	}
	const n = 8
	var sums [n]uint32
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { sums[i] = crc32.ChecksumIEEE(data[i*512 : (i+1)*512]) })
	}
	wg.Wait()
	h := sha256.New()
	for _, s := range sums {
		fmt.Fprintln(h, s)
	}
	fmt.Printf("%x\n", h.Sum(nil)[:8])
}
