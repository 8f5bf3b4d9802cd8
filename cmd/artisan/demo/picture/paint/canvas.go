package main

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// canvas is a picture while it is painted.
type canvas struct {
	*image.NRGBA
	shade [3]float64 // what a full shadow leaves of each colour
}

// paper is a canvas in a tint, with light that falls on it from the upper left.
func paper(w, h int, tint [3]float64) *canvas {
	c := &canvas{NRGBA: image.NewNRGBA(image.Rect(0, 0, w, h))}
	for k, v := range tint {
		c.shade[k] = 0.5 * math.Pow(v, 2.2)
	}
	for y := range h {
		for x := range w {
			dx, dy := (float64(x)-0.44*float64(w))/float64(w), (float64(y)-0.42*float64(h))/float64(h)
			dark := min(1, 1.9*(dx*dx+0.8*dy*dy)) // 0 in the middle of the light
			lit := (1 - dark) * (1 - dark)
			var pixel [3]uint8
			for k, v := range tint {
				v = (v + (1-v)*0.4*lit) * (1 - 0.03*dark)
				pixel[k] = uint8(math.Round(255 * min(1, v)))
			}
			c.SetNRGBA(x, y, color.NRGBA{pixel[0], pixel[1], pixel[2], 255})
		}
	}
	return c
}

// put paints an object and its shadows: a soft one that falls to the lower right, one all around, and
// a dark one where it stands.
func (c *canvas) put(p placed) {
	w, h := p.size()
	box := image.Rect(int(p.x-w/2)-2, int(p.y-h)-2, int(p.x+w/2)+2, int(p.y)+3)
	layer := drawn(p, box)
	p.y = ground(layer)
	room := box.Inset(-int(h * 0.35)).Intersect(c.Rect)
	room.Max.X = min(room.Max.X+int(h*0.3), c.Rect.Max.X)
	c.cast(layer, newMask(room), p, h)
	c.surround(layer, newMask(room), h)
	c.contact(layer, newMask(room), p, h)
	sharpen(layer)
	draw.Draw(c, box, layer, box.Min, draw.Over)
}

// drawn is an object in its place, on nothing.
func drawn(p placed, box image.Rectangle) *image.RGBA {
	out := image.NewRGBA(box)
	w, h := float64(p.cut.Rect.Dx()), float64(p.cut.Rect.Dy())
	sin, cos := math.Sincos(p.turn)
	sin, cos = sin*p.scale, cos*p.scale
	_, high := p.size()
	x, y := p.x, p.y-high/2
	draw.CatmullRom.Transform(out, f64.Aff3{
		cos, -sin, x - cos*w/2 + sin*h/2,
		sin, cos, y - sin*w/2 - cos*h/2,
	}, p.cut, p.cut.Rect, draw.Over, nil)
	return out
}

// ground is below the lowest row of an object.
func ground(layer *image.RGBA) float64 {
	for y := layer.Rect.Max.Y - 1; y > layer.Rect.Min.Y; y-- {
		for x := layer.Rect.Min.X; x < layer.Rect.Max.X; x++ {
			if cover(layer, x, y) > 0.5 {
				return float64(y) + 1
			}
		}
	}
	return float64(layer.Rect.Max.Y)
}

// cast darkens the ground behind an object as far as its shadow reaches: its outline is laid on
// the ground, a quarter as high, and leans to the right.
func (c *canvas) cast(layer *image.RGBA, m *mask, p placed, h float64) {
	m.fill(func(x, y int) float64 {
		up := (p.y - float64(y)) / 0.24
		return cover(layer, int(float64(x)-0.34*up), int(p.y-up))
	})
	m.blur(int(h * 0.035))
	c.darken(m, 0.42)
}

// surround darkens what is close behind an object.
func (c *canvas) surround(layer *image.RGBA, m *mask, h float64) {
	m.fill(func(x, y int) float64 { return cover(layer, x-int(h*0.01), y-int(h*0.035)) })
	m.blur(int(h * 0.055))
	c.darken(m, 0.22)
}

// contact darkens the ground right under an object.
func (c *canvas) contact(layer *image.RGBA, m *mask, p placed, h float64) {
	left, right := math.MaxInt, math.MinInt
	for y := int(p.y - h*0.09); y <= int(p.y); y++ {
		for x := layer.Rect.Min.X; x < layer.Rect.Max.X; x++ {
			if cover(layer, x, y) > 0.5 {
				left, right = min(left, x), max(right, x)
			}
		}
	}
	rx, ry, middle := float64(right-left)*0.52, max(4, h*0.04), float64(left+right)/2
	m.fill(func(x, y int) float64 {
		dx, dy := (float64(x)-middle)/rx, (float64(y)-p.y+ry*0.4)/ry
		if dx*dx+dy*dy < 1 {
			return 1
		}
		return 0
	})
	m.blur(int(max(2, h*0.018)))
	c.darken(m, 0.55)
}

// cover is how much of a pixel an object covers, from 0 to 1.
func cover(layer *image.RGBA, x, y int) float64 {
	if !image.Pt(x, y).In(layer.Rect) {
		return 0
	}
	return float64(layer.Pix[layer.PixOffset(x, y)+3]) / 255
}

func (c *canvas) darken(m *mask, strength float64) {
	for j, v := range m.at {
		if v < 0.002 {
			continue
		}
		i := c.PixOffset(m.box.Min.X+j%m.box.Dx(), m.box.Min.Y+j/m.box.Dx())
		for k, shade := range c.shade {
			c.Pix[i+k] = uint8(math.Round(float64(c.Pix[i+k]) * (1 - v*strength*(1-shade))))
		}
	}
}

// sharpen gives back the edges that enlarging has softened.
func sharpen(layer *image.RGBA) {
	const amount = 0.45
	in := append([]uint8(nil), layer.Pix...)
	for y := layer.Rect.Min.Y + 1; y < layer.Rect.Max.Y-1; y++ {
		for x := layer.Rect.Min.X + 1; x < layer.Rect.Max.X-1; x++ {
			i := layer.PixOffset(x, y)
			if in[i+3] != 255 {
				continue
			}
			for k := i; k < i+3; k++ {
				around := (float64(in[k-4]) + float64(in[k+4]) + float64(in[k-layer.Stride]) +
					float64(in[k+layer.Stride])) / 4
				v := float64(in[k])
				layer.Pix[k] = uint8(math.Round(min(255, max(0, v+(v-around)*amount))))
			}
		}
	}
}

// mask is how much of something falls on each pixel of a part of a canvas.
type mask struct {
	box image.Rectangle
	at  []float64
}

func newMask(box image.Rectangle) *mask { return &mask{box, make([]float64, box.Dx()*box.Dy())} }

func (m *mask) fill(value func(x, y int) float64) {
	for j := range m.at {
		m.at[j] = value(m.box.Min.X+j%m.box.Dx(), m.box.Min.Y+j/m.box.Dx())
	}
}

// blur spreads a mask: three box blurs are nearly a Gaussian one.
func (m *mask) blur(radius int) {
	w, h := m.box.Dx(), m.box.Dy()
	line := make([]float64, max(w, h))
	for range 3 {
		for y := range h {
			smear(m.at[y*w:], 1, w, radius, line)
		}
		for x := range w {
			smear(m.at[x:], w, h, radius, line)
		}
	}
}

// smear makes each of n values, stride apart, the mean of those around it.
func smear(at []float64, stride, n, radius int, line []float64) {
	for i := range n {
		line[i] = at[i*stride]
	}
	var sum float64
	for i := range min(radius, n) {
		sum += line[i]
	}
	for i := range n {
		if i+radius < n {
			sum += line[i+radius]
		}
		if i-radius-1 >= 0 {
			sum -= line[i-radius-1]
		}
		at[i*stride] = sum / float64(2*radius+1)
	}
}
