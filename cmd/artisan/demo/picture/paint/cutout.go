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
	}
	c.trim()
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

// dye changes the colour of a part of a cutout and keeps its light and shade.
func (c *cutout) dye(d picture.Dye, plain *cutout) error {
	var r, g, b uint8
	if _, err := fmt.Sscanf(d.To, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return fmt.Errorf("the colour %q: %w", d.To, err)
	}
	to := [3]float64{float64(r) / 255, float64(g) / 255, float64(b) / 255}
	shares := plain.shares(d)
	var sum, weight float64
	for j, share := range shares {
		if plain.Pix[4*j+3] > 200 {
			sum, weight = sum+share*plain.light(4*j), weight+share
		}
	}
	if weight == 0 {
		return fmt.Errorf("nothing has the colour that becomes %s", d.To)
	}
	for j, share := range shares {
		if share > 0 {
			c.blend(4*j, to, 1+(plain.light(4*j)/(sum/weight)-1)*(1-d.Flat), share)
		}
	}
	return nil
}

// shares are how much of each pixel a dye takes, with smooth edges: the colours of a compressed file are
// too coarse to tell them pixel by pixel.
func (c *cutout) shares(d picture.Dye) []float64 {
	m := newMask(c.Rect)
	// Outside of the object its edge goes on, so that no seam of the old colour stays.
	solid := newMask(c.Rect)
	for j := range m.at {
		if c.Pix[4*j+3] > 200 {
			m.at[j], solid.at[j] = c.share(d, 4*j), 1
		}
	}
	m.blur(2)
	solid.blur(2)
	for j, v := range m.at {
		if solid.at[j] > 0.01 {
			m.at[j] = ramp(v/solid.at[j], 0.3, 0.7)
		}
	}
	return m.at
}

func (c *cutout) light(i int) float64 {
	return (0.30*float64(c.Pix[i]) + 0.59*float64(c.Pix[i+1]) + 0.11*float64(c.Pix[i+2])) / 255
}

// blend mixes a pixel with a colour that is as light or dark against it as the pixel was against the mean.
func (c *cutout) blend(i int, to [3]float64, light, share float64) {
	for k, v := range to {
		if light < 1 {
			v *= math.Pow(light, 1.35)
		} else {
			v += (1 - v) * min(1, (light-1)*1.2)
		}
		c.Pix[i+k] = uint8(math.Round(255*v*share + float64(c.Pix[i+k])*(1-share)))
	}
}

// share is how much of a pixel a dye takes, from 0 to 1.
func (c *cutout) share(d picture.Dye, i int) float64 {
	share := 1.0
	if d.Rows[1] > 0 {
		share *= between(float64(i/c.Stride)/float64(c.Rect.Dy()), d.Rows)
	}
	if d.Columns[1] > 0 {
		share *= between(float64(i%c.Stride/4)/float64(c.Rect.Dx()), d.Columns)
	}
	hue, saturation := c.hue(i)
	switch {
	case d.Greys:
		share *= 1 - ramp(saturation, 0.16, 0.26)
	case d.Hues[1] > 0:
		// A range may lead over red, as 330 to 390.
		if hue < d.Hues[0]-8 {
			hue += 360
		}
		share *= ramp(hue, d.Hues[0]-8, d.Hues[0]) * (1 - ramp(hue, d.Hues[1], d.Hues[1]+8)) * ramp(saturation, 0.06, 0.16)
	}
	return share
}

// between is 1 in a range, and falls to 0 at its ends.
func between(v float64, r [2]float64) float64 {
	return ramp(v, r[0], r[0]+0.02) * (1 - ramp(v, r[1]-0.02, r[1]))
}

// ramp rises from 0 to 1 between two places.
func ramp(v, from, to float64) float64 { return min(1, max(0, (v-from)/(to-from))) }

func (c *cutout) hue(i int) (degrees, saturation float64) {
	r, g, b := float64(c.Pix[i]), float64(c.Pix[i+1]), float64(c.Pix[i+2])
	most, least := max(r, g, b), min(r, g, b)
	if most == least {
		return 0, 0
	}
	span := most - least
	switch most {
	case r:
		degrees = math.Mod((g-b)/span*60+360, 360)
	case g:
		degrees = (b-r)/span*60 + 120
	default:
		degrees = (r-g)/span*60 + 240
	}
	return degrees, span / most
}
