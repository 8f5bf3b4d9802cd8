package main

import (
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/image/font/sfnt"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

// ready is the plan and its objects. To open them takes a while, so that tests share them.
var ready = sync.OnceValues(func() (*studio, error) { return newStudio("objects", "fonts") })

func studioOf(t *testing.T) *studio {
	t.Helper()
	s, err := ready()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// soldOf are the pictures of what is sold, and of who makes it.
func soldOf(plan *picture.Plan) []job {
	return slices.DeleteFunc(jobsOf(plan), job.isFront)
}

// TestWhatIsSoldIsLargeOnItsPicture compares the largest thing that a picture is about, and all of them
// together, with the height of the picture.
func TestWhatIsSoldIsLargeOnItsPicture(t *testing.T) {
	s := studioOf(t)
	for _, j := range soldOf(s.plan) {
		own := map[*cutout]bool{}
		for _, name := range picture.Names(j.still.Of) {
			own[s.cuts[name]] = true
		}
		largest, left, right, top, bottom := 0.0, math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for _, p := range s.arrange(j) {
			if w, h := p.size(); own[p.cut] {
				largest = max(largest, w, h)
				left, right = min(left, p.x-w/2), max(right, p.x+w/2)
				top, bottom = min(top, p.y-h), max(bottom, p.y)
			}
		}
		if seen := max(right-left, bottom-top) / float64(j.h); len(own) > 0 &&
			(largest/float64(j.h) < leastLarge || seen < leastSeen) {
			t.Errorf("%s: the largest thing is %.2f of the height, and all of them are %.2f", j.name,
				largest/float64(j.h), seen)
		}
	}
}

// leastLarge and leastSeen are shares of a picture's height.
const leastLarge, leastSeen = 0.3, 0.48

func TestNothingOnAPictureIsCutOffOrMuchEnlarged(t *testing.T) {
	s := studioOf(t)
	for _, j := range jobsOf(s.plan) {
		all := s.arrange(j)
		if len(all) == 0 && j.still.Layout != picture.Label {
			t.Errorf("%s shows nothing", j.name)
		}
		for _, p := range all {
			w, h := p.size()
			if seen := float64(j.h) * j.crop; math.Abs(p.x-float64(j.w)/2)+w/2 > seen/2 || p.y-h < 0 ||
				p.y > float64(j.h) {
				t.Errorf("%s: something at %.0f, %.0f reaches over the edge of a crop", j.name, p.x, p.y)
			}
			if p.scale > maxZoom+1e-9 {
				t.Errorf("%s: something is enlarged %.2f times", j.name, p.scale)
			}
		}
	}
}

func TestEveryTitleIsWholeOnItsLabel(t *testing.T) {
	s := studioOf(t)
	for _, j := range soldOf(s.plan) {
		title := j.still.Title
		set := fitted(s.serif, title, 500, 250, 92)
		if title == "" || strings.Join(set.lines, " ") != title {
			t.Errorf("%s reads %q", j.name, set.lines)
		}
		if set.width() > 500 || set.height() > 250 || set.leading < 40 {
			t.Errorf("%s is %.0f by %.0f in lines of %.0f", title, set.width(), set.height(), set.leading)
		}
		s.hasGlyphs(t, s.serif, title)
		s.hasGlyphs(t, s.sans, strings.ToUpper(j.still.By))
	}
}

func (s *studio) hasGlyphs(t *testing.T, f *sfnt.Font, text string) {
	t.Helper()
	for _, r := range text {
		if i, err := f.GlyphIndex(nil, r); err != nil || i == 0 {
			t.Errorf("%s: the font has no %q", text, r)
		}
	}
}

func TestALabelIsWrittenWithinIt(t *testing.T) {
	s := studioOf(t)
	blank, set := paper(800, 600, tintOf(0)), paper(800, 600, tintOf(0))
	blank.label(s.types, "", "", labelOf(0))
	set.label(s.types, "Cold-smoked Chinook", "Cold Bar Smokehouse", labelOf(0))
	ink := image.Rectangle{}
	for y := range 600 {
		for x := range 800 {
			if blank.NRGBAAt(x, y) != set.NRGBAAt(x, y) {
				ink = ink.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if ink.Dx() < 300 || !ink.In(image.Rect(120, 100, 680, 500)) {
		t.Errorf("the words stand in %v", ink)
	}
}

// TestNothingIsWrittenUnderTheButtonOfACard sets all labels, and looks for words where a card of a phone has
// its button: a circle of 47 pixels, 8 from the edges of a picture that is 172 wide.
func TestNothingIsWrittenUnderTheButtonOfACard(t *testing.T) {
	s := studioOf(t)
	const pixel = 800 / 172.0
	const radius, right, bottom = 23.5 * pixel, 800 - (8+23.5)*pixel, 600 - (8+23.5)*pixel
	for _, j := range jobsOf(s.plan) {
		if j.still.Layout != picture.Label || j.h != 600 {
			continue // or it is a maker's, who has no button
		}
		blank, set := paper(800, 600, j.tint), paper(800, 600, j.tint)
		blank.label(s.types, "", "", j.label)
		set.label(s.types, j.still.Title, j.still.By, j.label)
		covered := 0
		for y := range 600 {
			for x := range 800 {
				if math.Hypot(float64(x)-right, float64(y)-bottom) < radius &&
					blank.NRGBAAt(x, y) != set.NRGBAAt(x, y) {
					covered++
				}
			}
		}
		if covered > 0 {
			t.Errorf("%d dots of the words %q, %q are under the button", covered, j.still.Title, j.still.By)
		}
	}
}

func TestEveryObjectIsUsedAndEveryFileIsOne(t *testing.T) {
	s := studioOf(t)
	var used, files []string
	for _, j := range jobsOf(s.plan) {
		used = append(append(used, picture.Names(j.still.Of)...), picture.Names(j.still.With)...)
	}
	for _, name := range used {
		if s.cuts[name] == nil {
			t.Errorf("there is no object %q", name)
		}
	}
	for name, o := range s.plan.Objects {
		if !slices.Contains(used, name) {
			t.Errorf("nothing shows %q", name)
		}
		files = append(files, o.From)
	}
	paths, err := filepath.Glob("objects/*.webp")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if !slices.Contains(files, strings.TrimSuffix(filepath.Base(path), ".webp")) {
			t.Errorf("%s is used by nothing", path)
		}
	}
}

func TestAPictureIsPaintedTheSameEachTime(t *testing.T) {
	s := studioOf(t)
	j := soldOf(s.plan)[1]
	if a, b := s.draw(j), s.draw(j); !slices.Equal(a.Pix, b.Pix) {
		t.Errorf("%s is not what it was", j.name)
	}
}

// TestALabelIsTheSameInEachWidth makes the widest as small as the next: they differ by the edges of their
// letters only.
func TestALabelIsTheSameInEachWidth(t *testing.T) {
	s := studioOf(t)
	for _, j := range jobsOf(s.plan) {
		if j.still.Layout != picture.Label || j.isFront() {
			continue
		}
		small, large := s.draw(j), s.draw(j.as(1280))
		again := image.NewNRGBA(small.Rect)
		draw.BiLinear.Scale(again, again.Rect, large.NRGBA, large.Rect, draw.Src, nil)
		var apart int
		for i, v := range small.Pix {
			apart += max(int(v), int(again.Pix[i])) - min(int(v), int(again.Pix[i]))
		}
		if most := 4 * len(small.Pix); apart > most || large.Rect.Dx() != 1280 {
			t.Errorf("%s is another picture when it is %d wide: %d apart, most %d", j.name, large.Rect.Dx(),
				apart, most)
		}
		return // one stands for all, and takes a second
	}
}

func TestPicturesAreCurrent(t *testing.T) {
	s := studioOf(t)
	var wanted []string
	for _, j := range soldOf(s.plan) {
		for _, width := range j.widths {
			wanted = append(wanted, picture.File(j.name, width))
		}
	}
	paths, err := filepath.Glob("../made/*.webp")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if !slices.Contains(wanted, filepath.Base(path)) {
			t.Errorf("%s is the picture of nothing", path)
		}
	}
	for _, name := range wanted {
		if _, err := os.Stat(filepath.Join("../made", name)); err != nil {
			t.Error(err)
		}
	}
}

func TestADyeReachesAsFarAsItsPattern(t *testing.T) {
	grey := func() *cutout {
		c := &cutout{image.NewNRGBA(image.Rect(0, 0, 100, 100))}
		for i := range c.Pix {
			c.Pix[i] = 255
			if i%4 != 3 {
				c.Pix[i] = uint8(100 + i/4%2*60) // in stripes
			}
		}
		return c
	}
	dyed := func(d picture.Dye) (share float64, c *cutout) {
		c = grey()
		d.To = "#ff0000"
		if err := c.dye(d, grey()); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(c.Pix); i += 4 {
			if int(c.Pix[i]) > int(c.Pix[i+1])+40 {
				share += 1.0 / 100 / 100
			}
		}
		return share, c
	}
	if all, c := dyed(picture.Dye{Smooth: 9}); all < 0.99 ||
		math.Abs(float64(c.Pix[4*5050])-float64(c.Pix[4*5051])) > 4 {
		t.Errorf("a smooth dye covers %.2f and leaves the stripes %d and %d", all, c.Pix[4*5050],
			c.Pix[4*5051])
	}
	few, _ := dyed(picture.Dye{Flecks: 0.2})
	many, _ := dyed(picture.Dye{Flecks: 0.8})
	if few < 0.01 || many < 2*few || many > 0.5 {
		t.Errorf("flecks cover %.3f, and more of them %.3f", few, many)
	}
	thin, _ := dyed(picture.Dye{Veins: 0.3})
	thick, _ := dyed(picture.Dye{Veins: 1})
	if thin < 0.01 || thick <= thin || thick > 0.6 {
		t.Errorf("veins cover %.3f, and thicker ones %.3f", thin, thick)
	}
}

func TestAWideAndMirroredObjectIsThat(t *testing.T) {
	c := &cutout{image.NewNRGBA(image.Rect(0, 0, 10, 10))}
	for y := range 10 {
		c.Pix[c.PixOffset(0, y)+3] = 255
	}
	c.stretch(picture.Object{Wide: 2, Mirror: true})
	if c.Rect.Dx() != 20 || c.Rect.Dy() != 10 || c.NRGBAAt(19, 5).A < 128 || c.NRGBAAt(0, 5).A > 0 {
		t.Errorf("it is %v, and covers %d at its left and %d at its right", c.Rect, c.NRGBAAt(0, 5).A,
			c.NRGBAAt(19, 5).A)
	}
}
