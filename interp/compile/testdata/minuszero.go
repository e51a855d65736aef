// What a direct call of an interpreted function does to -0: it makes 0 of it, also in values that consist of it.
package main

import "fmt"

type deg float64
type body struct {
	name []string
	_    int
	at   [2]float32
}

func (d deg) show()        { fmt.Println(d) }
func (b body) show()       { fmt.Println(b.at) }
func (b body) more(c body) { fmt.Println(b.at, c.at) }

type shower interface{ show() }
type morer interface{ more(body) }

func minusZero(z float64, who shower, m morer) {
	defer func(x float64) { fmt.Println("deferred", x) }(-z)
	defer fmt.Println("native", -z)
	defer deg(-z).show()
	defer who.show()
	defer m.more(body{at: [2]float32{float32(-z)}})
	done := make(chan bool)
	go func(x complex128, y [2]float64) { fmt.Println(x, y); done <- true }(complex(-z, z), [2]float64{1: -z})
	<-done
	f := deg(-z).show
	f()
	b := body{at: [2]float32{float32(-z), 0}}
	g := b.show
	g()
	b.show()
	b.more(b)
	m.more(b)
	func(b body) { fmt.Println(b.at) }(b)
}
func main() { var z float64; minusZero(z, deg(-z), body{at: [2]float32{float32(-z)}}) }
