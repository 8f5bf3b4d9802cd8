package main

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/webp"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

// cutout is an object on nothing, without a margin.
type cutout struct{ *image.NRGBA }

// reach is the length of a cutout: the side of a square of the same area, as far as it is not very long.
func (c *cutout) reach() float64 {
	w, h := float64(c.Rect.Dx()), float64(c.Rect.Dy())
	return math.Max(math.Sqrt(w*h), 0.86*math.Max(w, h))
}

// open reads an object and makes of it what the plan asks.
func open(dir string, o picture.Object) (*cutout, error) {
	file, err := os.Open(filepath.Join(dir, o.From+".webp")) //nolint:gosec // the plan is ours
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	source, err := webp.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("read the object %s: %w", o.From, err)
	}
	c := &cutout{image.NewNRGBA(source.Bounds())}
	draw.Draw(c, c.Rect, source, source.Bounds().Min, draw.Src)
	c.trim()
	if o.Cut > 0 {
		c.snip(o.Cut)
		c.largest()
	}
	// What is dyed is told by the colours of the file, not by those of an earlier dye.
	plain := &cutout{&image.NRGBA{Pix: slices.Clone(c.Pix), Stride: c.Stride, Rect: c.Rect}}
	for _, d := range o.Dyes {
		if err := c.dye(d, plain); err != nil {
			return nil, fmt.Errorf("dye the object %s: %w", o.From, err)
		}
	}
	if o.Turn != 0 {
		c.turn(o.Turn * math.Pi / 180)
		c.trim()
	}
	c.stretch(o)
	return c, nil
}

// trim takes the empty margin away.
func (c *cutout) trim() {
	box := image.Rectangle{}
	for y := c.Rect.Min.Y; y < c.Rect.Max.Y; y++ {
		for x := c.Rect.Min.X; x < c.Rect.Max.X; x++ {
			if c.NRGBAAt(x, y).A > 24 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	out := image.NewNRGBA(image.Rect(0, 0, box.Dx(), box.Dy()))
	draw.Draw(out, out.Rect, c, box.Min, draw.Src)
	c.NRGBA = out
}

// snip clears the corner at the top left.
func (c *cutout) snip(share float64) {
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			if float64(x)/float64(c.Rect.Dx())+float64(y)/float64(c.Rect.Dy()) < share {
				c.SetNRGBA(x, y, color.NRGBA{})
			}
		}
	}
}

// largest clears all but the largest connected part.
func (c *cutout) largest() {
	part := make([]int, c.Rect.Dx()*c.Rect.Dy())
	sizes := []int{0}
	for start := range part {
		if part[start] != 0 || !c.solid(start) {
			continue
		}
		n := len(sizes)
		sizes = append(sizes, 0)
		part[start] = n
		for todo := []int{start}; len(todo) > 0; sizes[n]++ {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, next := range []int{at - 1, at + 1, at - c.Rect.Dx(), at + c.Rect.Dx()} {
				if next >= 0 && next < len(part) && part[next] == 0 && c.solid(next) {
					part[next] = n
					todo = append(todo, next)
				}
			}
		}
	}
	keep := slices.Index(sizes, slices.Max(sizes))
	for at, n := range part {
		if n != keep {
			c.Pix[4*at+3] = 0
		}
	}
}

func (c *cutout) solid(at int) bool { return c.Pix[4*at+3] > 40 }

// turn turns a cutout clockwise.
func (c *cutout) turn(angle float64) {
	w, h := float64(c.Rect.Dx()), float64(c.Rect.Dy())
	side := int(math.Ceil(math.Hypot(w, h)))
	sin, cos := math.Sincos(angle)
	mid := float64(side) / 2
	out := image.NewNRGBA(image.Rect(0, 0, side, side))
	draw.CatmullRom.Transform(out, f64.Aff3{
		cos, -sin, mid - cos*w/2 + sin*h/2,
		sin, cos, mid - sin*w/2 - cos*h/2,
	}, c, c.Rect, draw.Src, nil)
	c.NRGBA = out
}

// stretch makes a cutout as wide as the plan says, and mirrors it.
func (c *cutout) stretch(o picture.Object) {
	wide := o.Wide
	if wide == 0 {
		wide = 1
	}
	if wide == 1 && !o.Mirror {
		return
	}
	w, h := float64(c.Rect.Dx()), c.Rect.Dy()
	out := image.NewNRGBA(image.Rect(0, 0, int(math.Round(w*wide)), h))
	matrix := f64.Aff3{wide, 0, 0, 0, 1, 0}
	if o.Mirror {
		matrix[0], matrix[2] = -wide, w*wide
	}
	draw.CatmullRom.Transform(out, matrix, c, c.Rect, draw.Src, nil)
	c.NRGBA = out
}
