// Methods of a compiled interface whose results are generic types of compiled packages.
package main

import (
	"fmt"
	"reflect"
)

type S struct {
	F0 string `alias:"field_0"`
	F1 int
}

func (S) M(a int, b string) error { return nil }

func main() {
	st := reflect.TypeOf(S{})
	for f := range st.Fields() {
		fmt.Println(f.Name)
	}
	for m := range st.Methods() {
		for in := range m.Type.Ins() {
			fmt.Println(m.Name, in)
		}
		for in := range m.Type.Outs() {
			fmt.Println(m.Name, in)
		}
	}
}
