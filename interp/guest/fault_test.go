package guest

import (
	"fmt"
	"testing"
)

// The error of a slice that is too short for an array is the one that a real conversion gives, in type and text.
func TestConvertError(t *testing.T) {
	short := []int{1, 2, 3}[:never(2)]
	want := trap(func() { _ = [3]int(short) })
	got := convertError(2, 3)
	if fmt.Sprintf("%T %v", got, got) != fmt.Sprintf("%T %v", want, want) {
		t.Errorf("got %T %v, want %T %v", got, got, want, want)
	}
}
