// What reflect converts and assigns between named types and their underlying ones.
package main

import (
	"fmt"
	"reflect"
)

type C struct{ R float64 }
type D struct {
	R float64 `x:"y"`
}
type E struct{ r float64 }
type F struct{ r float64 }
type L []C
type M map[string]C

func main() {
	fmt.Println(reflect.TypeOf(C{}).ConvertibleTo(reflect.TypeOf(struct{ R float64 }{})), reflect.TypeOf(C{}).AssignableTo(reflect.TypeOf(struct{ R float64 }{})), reflect.TypeOf(C{}).ConvertibleTo(reflect.TypeOf(D{})), reflect.TypeOf(C{}).AssignableTo(reflect.TypeOf(D{})))
	fmt.Println(reflect.TypeOf(E{}).ConvertibleTo(reflect.TypeOf(F{})), reflect.TypeOf(E{}).ConvertibleTo(reflect.TypeOf(struct{ r float64 }{})), reflect.TypeOf(E{}).ConvertibleTo(reflect.TypeOf(C{})))
	fmt.Println(reflect.ValueOf(C{3}).Convert(reflect.TypeOf(D{})).Interface().(D).R, reflect.ValueOf(struct{ R float64 }{4}).Convert(reflect.TypeOf(C{})).Interface().(C).R)
	fmt.Println(reflect.TypeOf(L{}).ConvertibleTo(reflect.TypeOf([]C{})), reflect.TypeOf([]C{}).AssignableTo(reflect.TypeOf(L{})), reflect.TypeOf(M{}).ConvertibleTo(reflect.TypeOf(map[string]C{})), reflect.TypeOf(C{}).PkgPath(), reflect.TypeOf(struct{ R float64 }{}).PkgPath() == "")
	s := reflect.StructOf([]reflect.StructField{{Name: "R", Type: reflect.TypeOf(1.0)}})
	fmt.Println(s == reflect.TypeOf(struct{ R float64 }{}), s.ConvertibleTo(reflect.TypeOf(C{})))
	var x any = struct{ R float64 }{5}
	_, ok := x.(C)
	y, ok2 := x.(struct{ R float64 })
	fmt.Println(ok, ok2, C(y), D(C(y)))
	v := reflect.New(reflect.TypeOf(C{})).Elem()
	v.Set(reflect.ValueOf(y))
	fmt.Println(v)
}
