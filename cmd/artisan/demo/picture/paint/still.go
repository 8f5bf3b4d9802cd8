package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

// placed is an object on a picture. Its base is the middle of what it stands on.
type placed struct {
	cut   *cutout
	x, y  float64
	scale float64
	turn  float64 // radians
	jar   bool    // it has a label to write on
}

func (p placed) size() (w, h float64) {
	sin, cos := math.Abs(math.Sin(p.turn)), math.Abs(math.Cos(p.turn))
	cw, ch := float64(p.cut.Rect.Dx())*p.scale, float64(p.cut.Rect.Dy())*p.scale
	return cw*cos + ch*sin, cw*sin + ch*cos
}

// arranger puts the objects of one picture in their places. Lengths are in pixels of the
// objects' files, until fit makes them those of the picture.
type arranger struct {
	*studio
	random  *rand.Rand
	largest float64 // the size of the largest thing it is about
	all     []placed
}

// arrange places the objects of a picture, the furthest away first, so that they fill it.
func (s *studio) arrange(j job) []placed {
	a := &arranger{studio: s, random: rand.New(rand.NewPCG(j.seed(), 1))} //nolint:gosec // the same picture each time
	own := picture.Names(j.still.Of)
	for _, name := range own {
		a.largest = max(a.largest, s.plan.Objects[name].Size)
	}
	switch j.still.Layout {
	case "stall":
		a.stall(own, j.h < j.w)
	case "row":
		a.row(own)
	case "heap":
		a.heap(own)
	case "scatter":
		a.scatter(own)
	default:
		a.group(own)
	}
	a.flank(picture.Names(j.still.With))
	slices.SortStableFunc(a.all, func(p, q placed) int {
		return int(math.Copysign(1, p.y-q.y)) // nearer is lower
	})
	a.fit(float64(j.w), float64(j.h), j.crop)
	return a.all
}

// take makes a thing ready to be placed, turned by so many radians at most.
func (a *arranger) take(name string, most float64) placed {
	o, cut := a.plan.Objects[name], a.cuts[name]
	scale := min(1.1, max(0.34, o.Size/a.largest)) * 256 / cut.reach() * 0.94
	p := placed{cut: cut, scale: scale, jar: o.From == jar}
	if !o.Upright {
		p.turn = a.spread(most)
	}
	return p
}

// jar is the file of the jar.
const jar = "1fad9"

func (a *arranger) spread(most float64) float64 { return (2*a.random.Float64() - 1) * most }

// group puts one thing in the middle, or two or three that overlap.
func (a *arranger) group(names []string) {
	var x float64
	for i, name := range names {
		p := a.take(name, 0.06)
		w, _ := p.size()
		p.scale *= 1 - 0.1*float64(i)
		if i > 0 {
			x += w * 0.36
		}
		p.x, p.y = x, -26*float64(i)
		x += w * 0.36
		a.all = append(a.all, p)
	}
}

// row puts things side by side, every second one a little nearer.
func (a *arranger) row(names []string) {
	var x float64
	for i, name := range names {
		p := a.take(name, 0.05)
		w, _ := p.size()
		x += w * 0.4
		p.x, p.y = x, []float64{0, 17}[i%2]
		x += w * 0.4
		a.all = append(a.all, p)
	}
}

// heap piles things up, the widest row in front.
func (a *arranger) heap(names []string) {
	rows := map[int][]int{
		1: {1}, 2: {2}, 3: {2, 1}, 4: {3, 1}, 5: {3, 2}, 6: {3, 2, 1}, 7: {4, 2, 1},
		8: {4, 3, 1}, 9: {4, 3, 2},
	}
	shape, ok := rows[len(names)]
	if !ok {
		shape = []int{len(names)}
	}
	i, left := 0, 0.0
	for depth, count := range shape {
		x := left
		for range count {
			p := a.take(names[i], 0.2)
			w, h := p.size()
			p.x, p.y = x+w*0.4+a.spread(6), -float64(depth)*h*0.5+a.spread(5)
			x += w * 0.8
			a.all = append(a.all, p)
			i++
		}
		// The next row lies in the gaps of this one.
		if depth+1 < len(shape) {
			w, _ := a.all[i-1].size()
			left += float64(count-shape[depth+1]) * w * 0.4
		}
	}
}

// scatter spreads things as if they were poured out, seen from above.
func (a *arranger) scatter(names []string) {
	phase := a.random.Float64() * 2 * math.Pi
	for i, name := range names {
		p := a.take(name, math.Pi/5)
		w, h := p.size()
		r, angle := 0.43*math.Sqrt(float64(i)+0.15), phase+float64(i)*2.39996
		p.x, p.y = 1.3*r*w*math.Cos(angle)+a.spread(8), 0.86*r*h*math.Sin(angle)+a.spread(8)
		a.all = append(a.all, p)
	}
}

// stall shows many things in three wide rows, or in five narrow ones, those of the first row furthest away.
func (a *arranger) stall(names []string, wide bool) {
	rows, width := 5, 640.0
	if wide {
		rows, width = 3, 1080
	}
	from := 0
	for row := range rows {
		count := (len(names) - from) / (rows - row)
		for i, name := range names[from : from+count] {
			p := a.take(name, 0.1)
			p.x, p.y = (float64(i)+0.5)/float64(count)*width+a.spread(12), 126*float64(row)+a.spread(10)
			a.all = append(a.all, p)
		}
		from += count
	}
}

// flank stands things beside what is there, right and left in turn: large ones behind it, small ones before
// it.
func (a *arranger) flank(names []string) {
	left, right, bottom := a.bounds()
	for i, name := range names {
		p := a.take(name, 0.14)
		w, _ := p.size()
		out := -0.02 * w // how far its middle is outside
		if len(a.all) > 0 && a.all[0].jar {
			out = 0.2 * w // so that the label can be read
		}
		p.y = bottom + 22 + 7*float64(i%3)
		if a.plan.Objects[name].Size > 0.7*a.largest {
			out, p.y = 0.06*w, bottom-34-9*float64(i%3)
		}
		if i%2 == 0 {
			p.x = right + out
			right = max(right, p.x+w*0.3)
		} else {
			p.x = left - out
			left = min(left, p.x-w*0.3)
		}
		a.all = append(a.all, p)
	}
}

// bounds are those of what is there, and where the nearest thing stands.
func (a *arranger) bounds() (left, right, bottom float64) {
	left, right, bottom = math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range a.all {
		w, _ := p.size()
		left, right, bottom = min(left, p.x-w/2), max(right, p.x+w/2), max(bottom, p.y)
	}
	return left, right, bottom
}

// maxZoom is how much larger than its file a thing may be: beyond it looks soft.
const maxZoom = 2.4

// fit moves and enlarges everything to the middle of the picture, so that a crop from the middle cuts nothing
// off.
func (a *arranger) fit(w, h, crop float64) {
	left, right, bottom := a.bounds()
	top, largest := math.Inf(1), 0.0
	for _, p := range a.all {
		_, ph := p.size()
		top, largest = min(top, p.y-ph), max(largest, p.scale)
	}
	zoom := min(h*crop*0.97/(right-left), h*0.80/(bottom-top), maxZoom/largest)
	for i := range a.all {
		p := &a.all[i]
		p.x = w/2 + (p.x-(left+right)/2)*zoom
		p.y = h*0.515 + (p.y-(top+bottom)/2)*zoom
		p.scale *= zoom
	}
}
