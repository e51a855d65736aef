// Command logo draws the kernel's logo: goroutines as lanes that run into one
// channel. It writes logo-32x32.png, logo-64x64.png and logo-svg.svg from the
// same shapes. Run it with go generate in the folder install.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"math"
	"os"
	"path/filepath"
)

// Everything is drawn on a field of 64 by 64.
const field = 64

type point struct{ x, y float64 }

// A shape is a line of points with round ends, of the given width; one point is a disc.
type shape struct {
	points []point
	width  float64
	color  color.NRGBA
}

var (
	ground = color.NRGBA{0x17, 0x2b, 0x4d, 0xff}
	teal   = color.NRGBA{0x2d, 0xd4, 0xbf, 0xff}
	amber  = color.NRGBA{0xfb, 0xbf, 0x24, 0xff}
	coral  = color.NRGBA{0xfb, 0x71, 0x85, 0xff}
	white  = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

const corner = 13 // radius of the ground's corners

// shapes lie above each other in this order.
func shapes() []shape {
	return []shape{
		{[]point{{12, 16}, {24, 16}, {36, 32}}, 5, teal},
		{[]point{{12, 32}, {36, 32}}, 5, amber},
		{[]point{{12, 48}, {24, 48}, {36, 32}}, 5, coral},
		{[]point{{36, 32}, {53, 32}}, 5, white},
		{[]point{{36, 32}}, 17, white},
		{[]point{{36, 32}}, 8, ground},
		{[]point{{47, 26}, {53, 32}, {47, 38}}, 5, white},
	}
}

func main() {
	log.SetFlags(0)
	if err := write("logo"); err != nil {
		log.Fatal(err)
	}
}

func write(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "logo-svg.svg"), svg(), 0o644); err != nil {
		return err
	}
	for _, size := range []int{32, 64} {
		var b bytes.Buffer
		if err := png.Encode(&b, draw(size)); err != nil {
			return err
		}
		name := fmt.Sprintf("logo-%dx%d.png", size, size)
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func svg() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n", field, field)
	fmt.Fprintf(&b, "<rect width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\"/>\n", field, field, corner, hex(ground))
	for _, s := range shapes() {
		if len(s.points) == 1 {
			fmt.Fprintf(&b, "<circle cx=\"%g\" cy=\"%g\" r=\"%g\" fill=\"%s\"/>\n", s.points[0].x, s.points[0].y, s.width/2, hex(s.color))
			continue
		}
		fmt.Fprintf(&b, "<path stroke=\"%s\" stroke-width=\"%g\" d=\"M", hex(s.color), s.width)
		for i, p := range s.points {
			if i > 0 {
				b.WriteString(" L")
			}
			fmt.Fprintf(&b, "%g %g", p.x, p.y)
		}
		b.WriteString("\"/>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// draw paints the shapes: how much of a pixel a shape covers follows from the
// distance of the pixel's centre to the shape's edge.
func draw(size int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	scale := float64(field) / float64(size)
	for y := range size {
		for x := range size {
			p := point{(float64(x) + .5) * scale, (float64(y) + .5) * scale}
			base := cover(toGround(p), scale)
			c := ground
			for _, s := range shapes() {
				c = mix(c, s.color, cover(toLine(p, s.points)-s.width/2, scale))
			}
			c.A = uint8(math.Round(255 * base))
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func cover(distance, scale float64) float64 { return math.Min(1, math.Max(0, .5-distance/scale)) }

// toGround is the distance to the edge of the rounded square, negative inside.
func toGround(p point) float64 {
	const half = field / 2
	dx, dy := math.Abs(p.x-half)-(half-corner), math.Abs(p.y-half)-(half-corner)
	return math.Hypot(math.Max(dx, 0), math.Max(dy, 0)) + math.Min(math.Max(dx, dy), 0) - corner
}

// toLine is the distance to the nearest point of a line.
func toLine(p point, line []point) float64 {
	best := math.Hypot(p.x-line[0].x, p.y-line[0].y)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		dx, dy := b.x-a.x, b.y-a.y
		t := math.Min(1, math.Max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
		best = math.Min(best, math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy))
	}
	return best
}

func mix(under, over color.NRGBA, cover float64) color.NRGBA {
	m := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-cover) + float64(b)*cover)) }
	return color.NRGBA{m(under.R, over.R), m(under.G, over.G), m(under.B, over.B), 0xff}
}
