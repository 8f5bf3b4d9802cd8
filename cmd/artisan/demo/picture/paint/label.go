package main

import (
	"image"
	"image/color"
	"math"
	"strings"
)

// besideButton is how wide the last lines of a label may be: on a phone the button of a card covers the
// corner to the right of them.
const besideButton = 250

// label fills a picture with a label: what it is in the shop's serif, and who makes it. Its measures are
// those of a picture of 800 by 600.
func (c *canvas) label(t types, title, maker string, hue [3][3]float64) {
	k := float64(c.Rect.Dx()) / 800
	w, h, round, rule := 616*k, 468*k, 34*k, 18*k
	middle, top := float64(c.Rect.Dx())/2, (float64(c.Rect.Dy())-h)/2
	left := middle - w/2
	outer := block{left, top, w, h, round}
	shade := newMask(c.Rect)
	shade.fill(func(x, y int) float64 { return outer.cover(float64(x)-5*k, float64(y)-12*k) })
	shade.blur(int(13 * k))
	c.darken(shade, 0.5)
	c.fill(outer, hue[0])
	c.fill(outer.inset(rule), hue[1])
	c.fill(outer.inset(rule+2.5*k), hue[0])
	by := words{face: faceOf(t.sans, 26*k), leading: 36 * k, spacing: 2.4 * k}
	by.lines = by.balanced(strings.ToUpper(maker), besideButton*k)
	name := fitted(t.serif, title, w-96*k, h-150*k-by.height(), 92*k)
	ink := image.NewUniform(colour(hue[2]))
	gap := 30 * k
	y := top + (h-name.height()-2*gap-by.height())/2
	name.set(c, middle, y, ink)
	y += name.height() + gap
	c.fill(block{middle - 26*k, y, 52 * k, 3 * k, 1.5 * k}, hue[1])
	by.set(c, middle, y+gap, ink)
}

// name writes what is in a jar on its label: the product's title as far as a comma.
func (c *canvas) name(t types, p placed, title string) {
	short, _, _ := strings.Cut(title, ",")
	w, h := p.size()
	set := fitted(t.serif, short, w*0.61, h*0.245, h*0.085)
	middle, top := p.x, p.y-h+h*0.5375
	set.set(c, middle, top-set.height()/2, image.NewUniform(color.NRGBA{58, 42, 30, 255}))
}

// block is a rectangle with round corners.
type block struct{ x, y, w, h, round float64 }

func (b block) inset(by float64) block {
	return block{b.x + by, b.y + by, b.w - 2*by, b.h - 2*by, max(0, b.round-by)}
}

// cover is how much of a pixel is inside.
func (b block) cover(x, y float64) float64 {
	dx := math.Abs(x+0.5-b.x-b.w/2) - b.w/2 + b.round
	dy := math.Abs(y+0.5-b.y-b.h/2) - b.h/2 + b.round
	out := math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - b.round
	return min(1, max(0, 0.5-out))
}

func (c *canvas) fill(b block, with [3]float64) {
	for y := int(b.y) - 1; y <= int(b.y+b.h)+1; y++ {
		for x := int(b.x) - 1; x <= int(b.x+b.w)+1; x++ {
			share, i := b.cover(float64(x), float64(y)), c.PixOffset(x, y)
			for k, v := range with {
				c.Pix[i+k] = uint8(math.Round(255*v*share + float64(c.Pix[i+k])*(1-share)))
			}
		}
	}
}

func colour(v [3]float64) color.NRGBA {
	return color.NRGBA{uint8(255 * v[0]), uint8(255 * v[1]), uint8(255 * v[2]), 255}
}
