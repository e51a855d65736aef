package worker

import (
	"reflect"
	"testing"

	"gokernel/interp/unit"
)

func TestCodec(t *testing.T) {
	in := runCell{Req: -7, ID: 1 << 40, Number: 3, Slot: "G1_x", Ints: []string{"a", ""}, Unit: &unit.Unit{
		Text: "func F() {}\n", Keep: true, Lines: []int32{0, 5, -1},
		Types: []unit.Type{{ID: 4, Kind: 25, Name: "main.T", Fields: []unit.Field{{Name: "a", Type: 1, Embedded: true}}}},
	}}
	b := encode(nil, in)
	var out runCell
	if err := decode(b, &out); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, out) {
		t.Errorf("got %+v\nwant %+v", out, in)
	}
	for n := range b { // cut off anywhere: an error, never a panic
		var x runCell
		if decode(b[:n], &x) == nil {
			t.Errorf("%d of %d bytes are taken for a whole message", n, len(b))
		}
	}
}
