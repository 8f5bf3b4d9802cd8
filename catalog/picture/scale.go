package picture

import (
	"image"
	"image/draw"
	"math"
)

// taps are the weights of the pixels in a row, from one on, that make one of another row.
type taps struct {
	from    int
	weights []float32
}

// kernel are the taps that make a row of one length of a row of another, by Catmull and Rom's curve.
func kernel(from, to int) []taps {
	scale := float64(from) / float64(to)
	spread := max(scale, 1)
	all := make([]taps, to)
	for i := range all {
		center := (float64(i) + 0.5) * scale
		first := max(0, int(math.Floor(center-2*spread)))
		last := min(from, int(math.Ceil(center+2*spread)))
		weights := make([]float32, last-first)
		sum := float32(0)
		for j := range weights {
			weights[j] = float32(catmullRom((float64(first+j) + 0.5 - center) / spread))
			sum += weights[j]
		}
		for j := range weights {
			weights[j] /= sum
		}
		all[i] = taps{first, weights}
	}
	return all
}

func catmullRom(x float64) float64 {
	x = math.Abs(x)
	switch {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// scaler makes the rows of a picture in another width. It keeps as many as one row of the result is made of,
// and not the picture.
type scaler struct {
	source image.Image
	line   *image.RGBA // a row of the source, on white
	across []taps
	rows   [][]float32 // a ring
	next   int         // the first row of the source that was not read yet
}

// scale draws a picture on white in another size, then turned and mirrored as an EXIF orientation (1 to 8)
// asks.
func scale(source image.Image, w, h, turn int) *image.RGBA {
	b := source.Bounds()
	down := kernel(b.Dy(), h)
	s := scaler{source: source, line: image.NewRGBA(image.Rect(0, 0, b.Dx(), 1)), across: kernel(b.Dx(), w)}
	most := 0
	for _, t := range down {
		most = max(most, len(t.weights))
	}
	s.rows = make([][]float32, most)
	for i := range s.rows {
		s.rows[i] = make([]float32, 3*w)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn > 4 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	row := make([]float32, 3*w)
	for y, t := range down {
		s.read(t.from + len(t.weights))
		s.sum(row, t)
		for x := range w {
			tx, ty := turned(x, y, w, h, turn)
			pixel := out.Pix[out.PixOffset(tx, ty):]
			pixel[0], pixel[1], pixel[2], pixel[3] = level(row[3*x]), level(row[3*x+1]), level(row[3*x+2]),
				255
		}
	}
	return out
}

// read takes in the rows of the source before one.
func (s *scaler) read(before int) {
	at := s.source.Bounds().Min
	for ; s.next < before; s.next++ {
		for i := range s.line.Pix {
			s.line.Pix[i] = 255
		}
		draw.Draw(s.line, s.line.Rect, s.source, image.Pt(at.X, at.Y+s.next), draw.Over)
		s.squeeze(s.rows[s.next%len(s.rows)])
	}
}

// squeeze makes the row that was read as wide as the result.
func (s *scaler) squeeze(row []float32) {
	for x, t := range s.across {
		var r, g, b float32
		pixels := s.line.Pix[4*t.from:]
		for i, weight := range t.weights {
			p := pixels[4*i : 4*i+3 : 4*i+3]
			r += weight * float32(p[0])
			g += weight * float32(p[1])
			b += weight * float32(p[2])
		}
		row[3*x], row[3*x+1], row[3*x+2] = r, g, b
	}
}

// sum makes a row of the result.
func (s *scaler) sum(row []float32, t taps) {
	clear(row)
	for i, weight := range t.weights {
		for x, value := range s.rows[(t.from+i)%len(s.rows)] {
			row[x] += weight * value
		}
	}
}

func level(v float32) uint8 { return uint8(min(max(v+0.5, 0), 255)) }

// turned is where a pixel goes. The numbers are those of TIFF 6.0, tag 274.
func turned(x, y, w, h, turn int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
