package compile_test

import (
	"os"
	"strings"
	"testing"

	"gokernel/interp/compile"
	"gokernel/interp/compile/program"
)

// TestAtomicForwards: text that reads forward variables atomically consists of verified forms, too.
func TestAtomicForwards(t *testing.T) {
	for _, file := range programs(t) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := program.Load("cell 1", src)
		if err != nil {
			t.Fatal(err)
		}
		c := compile.New(program.Natives{})
		c.AtomicForwards(true)
		u, err := c.Compile(p.Cell())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(u.Text, "guest.Newest(") && strings.Contains(u.Text, "\nvar X") {
			t.Errorf("%s: forward variables are not read atomically", file)
		}
		for _, e := range verify(u.Text) {
			t.Errorf("%s: %s", file, e)
		}
	}
}
