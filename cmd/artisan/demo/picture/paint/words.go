package main

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// types are the fonts that pictures are set in, which are the shop's.
type types struct{ serif, sans *sfnt.Font }

func openTypes(dir string) (t types, err error) {
	if t.serif, err = openType(filepath.Join(dir, "fraunces-5.3.ttf")); err != nil {
		return t, err
	}
	t.sans, err = openType(filepath.Join(dir, "figtree-5.3.ttf"))
	return t, err
}

func openType(path string) (*sfnt.Font, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the fonts are ours
	if err != nil {
		return nil, err
	}
	f, err := opentype.Parse(content)
	if err != nil {
		return nil, fmt.Errorf("read the font %s: %w", path, err)
	}
	return f, nil
}

// words are lines of text in one size, ready to be set.
type words struct {
	face    font.Face
	lines   []string
	leading float64
	spacing float64 // between letters, in pixels
}

func faceOf(f *sfnt.Font, size float64) font.Face {
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		panic(err) // no size of ours is refused
	}
	return face
}

// fitted is a text as large as a room has space for, from the most down, in lines of about the same length.
func fitted(f *sfnt.Font, text string, w, h, most float64) words {
	for size := most; ; size-- {
		set := words{face: faceOf(f, size), leading: size * 1.1}
		set.lines = set.balanced(text, w)
		if size <= 8 || (set.width() <= w && float64(len(set.lines))*set.leading <= h &&
			len(set.lines) <= 4) {
			return set
		}
	}
}

// balanced breaks a text into as few lines as a width allows, the widest as narrow as that allows.
func (s words) balanced(text string, w float64) []string {
	lines := s.broken(text, w)
	for narrow := w; narrow > 0; narrow -= 4 {
		next := s.broken(text, narrow)
		if len(next) > len(lines) {
			break
		}
		lines = next
	}
	return lines
}

func (s words) broken(text string, w float64) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last >= 0 && s.measure(lines[last]+" "+word) <= w {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

func (s words) measure(line string) float64 {
	return float64(font.MeasureString(s.face, line))/64 + s.spacing*float64(len([]rune(line))-1)
}

func (s words) width() (most float64) {
	for _, line := range s.lines {
		most = max(most, s.measure(line))
	}
	return most
}

func (s words) height() float64 { return float64(len(s.lines)) * s.leading }

// set writes the lines in the middle of a column, the first from a height on.
func (s words) set(c *canvas, middle, top float64, ink image.Image) {
	m := s.face.Metrics()
	rise := (s.leading + float64(m.CapHeight)/64) / 2 // capitals stand in the middle of a line's height
	for i, line := range s.lines {
		d := font.Drawer{Dst: c, Src: ink, Face: s.face}
		d.Dot = point(middle-s.measure(line)/2, top+float64(i)*s.leading+rise)
		if s.spacing == 0 {
			d.DrawString(line)
			continue
		}
		for _, r := range line {
			d.DrawString(string(r))
			d.Dot.X += fixed.Int26_6(s.spacing * 64)
		}
	}
}

func point(x, y float64) fixed.Point26_6 {
	return fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
}
