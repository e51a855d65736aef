package worker

import "testing"

// TestMemoryOfCells runs many cells that declare nothing that stays: the child may not grow by more than 10 KB for each.
func TestMemoryOfCells(t *testing.T) {
	r := newRecorder()
	p := start(t, r)
	prelude(t, p)
	id := 1
	heap := func(cells int) int64 {
		for range cells {
			id++
			u := cell(id, "", "n_fmt.Println(1)\nG_kept = G_kept + 1")
			u.Forget = u.Run
			run(t, p, Cell{ID: int64(id), Number: id, Unit: u})
		}
		id++
		u := cell(id, "", "n_runtime.GC()\nn_runtime.GC()")
		u.Forget = u.Run
		run(t, p, Cell{ID: int64(id), Number: id, Unit: u})
		use, err := p.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return use.Heap
	}
	before := heap(300)
	const n = 1500
	each := (heap(n) - before) / n
	t.Logf("%d bytes for each cell", each)
	if each > 10<<10 {
		t.Errorf("a cell leaves %d bytes behind", each)
	}
}
