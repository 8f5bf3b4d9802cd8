package main

import (
	"fmt"
	"math"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

// dye changes the colour of a part of a cutout and keeps its light and shade.
func (c *cutout) dye(d picture.Dye, plain *cutout) error {
	var r, g, b uint8
	if _, err := fmt.Sscanf(d.To, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return fmt.Errorf("the colour %q: %w", d.To, err)
	}
	to := [3]float64{float64(r) / 255, float64(g) / 255, float64(b) / 255}
	shares := plain.shares(d)
	lights := plain.lights(shares, d.Smooth)
	var sum, weight float64
	for j, share := range shares {
		if plain.Pix[4*j+3] > 200 {
			sum, weight = sum+share*lights[j], weight+share
		}
	}
	if weight == 0 {
		return fmt.Errorf("nothing has the colour that becomes %s", d.To)
	}
	grow(d, shares, c.Rect.Dx())
	for j, share := range shares {
		if share > 0 {
			c.blend(4*j, to, lights[j]/(sum/weight), share)
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

// lights are how light each pixel is, spread as far as a radius within what is dyed.
func (c *cutout) lights(shares []float64, radius int) []float64 {
	light, weight := newMask(c.Rect), newMask(c.Rect)
	for j := range light.at {
		light.at[j] = c.light(4 * j)
	}
	if radius == 0 {
		return light.at
	}
	for j, share := range shares {
		if c.Pix[4*j+3] <= 200 {
			share = 0
		}
		light.at[j], weight.at[j] = light.at[j]*share, share
	}
	light.blur(radius)
	weight.blur(radius)
	for j, w := range weight.at {
		if w > 0 {
			light.at[j] /= w
		}
	}
	return light.at
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
		share *= ramp(hue, d.Hues[0]-8,
			d.Hues[0]) * (1 - ramp(hue, d.Hues[1], d.Hues[1]+8)) * ramp(saturation, 0.06, 0.16)
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

// grow leaves of what is dyed only flecks or veins.
func grow(d picture.Dye, shares []float64, width int) {
	for j := range shares {
		x, y := float64(j%width), float64(j/width)
		if d.Flecks > 0 {
			shares[j] *= fleck(x/12, y/12, d.Flecks)
		}
		if d.Veins > 0 {
			n := 0.65*noise(x/34, y/26) + 0.35*noise(x/12+50, y/10)
			strength := d.Veins * ramp(noise(x/60+20, y/60), 0.2, 0.6) // they come and go
			shares[j] *= 1 - ramp(math.Abs(n-0.5), 0.1*strength, 0.1*strength+0.03)
		}
	}
}

// fleck is 1 in a spot, which some squares of a side of 1 have.
func fleck(x, y, often float64) (share float64) {
	for dx := -1.0; dx <= 1; dx++ {
		for dy := -1.0; dy <= 1; dy++ {
			x0, y0 := math.Floor(x)+dx, math.Floor(y)+dy
			if lattice(x0+7, y0) > often {
				continue
			}
			sin, cos := math.Sincos(lattice(x0, y0+31) * math.Pi)
			px, py := x-x0-0.2-0.6*lattice(x0+13, y0), y-y0-0.2-0.6*lattice(x0, y0+17)
			long, short := px*cos+py*sin, py*cos-px*sin
			share = max(share, 1-ramp(math.Hypot(long/0.36, short/0.22), 0.8, 1.2))
		}
	}
	return share
}

// noise is a height between 0 and 1 at a place of a hilly land, which is the same each time. Hills are about
// 1 apart.
func noise(x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	u, v := soft(x-x0), soft(y-y0)
	top := lattice(x0, y0)*(1-u) + lattice(x0+1, y0)*u
	return top*(1-v) + (lattice(x0, y0+1)*(1-u)+lattice(x0+1, y0+1)*u)*v
}

func soft(t float64) float64 { return t * t * (3 - 2*t) }

// lattice is a number from 0 to 1 for a place with whole coordinates.
func lattice(x, y float64) float64 {
	h := uint32(int32(x))*0x9e3779b1 ^ uint32(int32(y))*0x85ebca77
	h = (h ^ h>>15) * 0x2c1b3c6d
	h = (h ^ h>>12) * 0x297a2d39
	return float64(h^h>>15) / (1 << 32)
}
