package guest

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// TestSeededStreams: what a goroutine draws follows from the seed and from its place among its starter's, not from
// which one came first; two of them do not draw the same.
func TestSeededStreams(t *testing.T) {
	draw := func(seed uint64, backwards bool) []uint64 {
		var xs [4]uint64
		w, _ := newWorld(t)
		out := runIn(t, w, func() {
			turns := make([]chan bool, len(xs)+1)
			for i := range turns {
				turns[i] = make(chan bool)
			}
			var wg sync.WaitGroup
			wg.Add(len(xs))
			for i := range xs {
				spawn(func() {
					<-turns[i]
					xs[i] = RandV2Uint64(0) ^ RandUint64(0)<<1
					wg.Done()
				})
			}
			order := []int{0, 1, 2, 3}
			if backwards {
				slices.Reverse(order)
			}
			for _, i := range order {
				turns[i] <- true
			}
			wg.Wait()
		}, Options{Seed: seed})
		if out.Drew != (seed != 0) {
			t.Errorf("seed %d: drew %v", seed, out.Drew)
		}
		return xs[:]
	}
	a, b, c := draw(7, false), draw(7, true), draw(8, false)
	if !slices.Equal(a, b) {
		t.Errorf("%x, in another order %x", a, b)
	}
	slices.Sort(a)
	if len(slices.Compact(a)) != len(b) || slices.Equal(b, c) {
		t.Errorf("the same numbers twice: %x %x", b, c)
	}
	if x, y := draw(0, false), draw(0, false); slices.Equal(x, y) {
		t.Errorf("without a seed %x twice", x)
	}
}

func BenchmarkRandom(b *testing.B) {
	b.Run("native", func(b *testing.B) {
		for b.Loop() {
			rand.IntN(1000)
		}
	})
	b.Run("redirected", func(b *testing.B) {
		inCell(b, func() {
			for b.Loop() {
				RandV2IntN(0, 1000)
			}
		})
	})
}
