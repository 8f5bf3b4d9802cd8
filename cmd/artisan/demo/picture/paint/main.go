// Command paint makes the demo's pictures: still lifes of rendered objects on tinted paper, as
// plan.json of the package picture says. The same plan and objects always give the same bytes.
//
// It is run by go generate in the package picture.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"image"
	"log"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gen2brain/webp"
	"golang.org/x/image/draw"
	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

func main() {
	objects := flag.String("objects", "paint/objects", "directory of the objects")
	fonts := flag.String("fonts", "paint/fonts", "directory of the fonts")
	out := flag.String("out", "made", "directory of the pictures")
	front := flag.String("front", "../../../../edge/static", "directory of the picture of the market")
	only := flag.String("only", "", "paint only the picture with this name")
	flag.Parse()
	if err := run(*objects, *fonts, *out, *front, *only); err != nil {
		log.Fatal(err)
	}
}

// job is a picture to paint.
type job struct {
	name   string
	still  picture.Still
	tint   [3]float64
	label  [3][3]float64 // ground, rule and ink of words
	w, h   int
	crop   float64 // the width of what is seen of it at least, against its height
	widths []int
}

func run(objects, fonts, out, front, only string) error {
	if webp.Dynamic() == nil {
		return errors.New("build with -tags nodynamic: another libwebp would make other bytes")
	}
	s, err := newStudio(objects, fonts)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, j := range jobsOf(s.plan) {
		dir := out
		if j.isFront() {
			dir = front
		}
		if only == "" || only == j.name {
			group.Go(func() error { return s.paint(j, dir) })
		}
	}
	return group.Wait()
}

// studio has all that pictures are painted of.
type studio struct {
	plan *picture.Plan
	cuts map[string]*cutout // by the names of the plan's objects
	types
}

// newStudio reads the plan, and its objects and fonts from directories.
func newStudio(objects, fonts string) (*studio, error) {
	plan, err := picture.Load()
	if err != nil {
		return nil, err
	}
	s := &studio{plan: plan, cuts: map[string]*cutout{}}
	if s.types, err = openTypes(fonts); err != nil {
		return nil, err
	}
	for name, o := range plan.Objects {
		if s.cuts[name], err = open(objects, o); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

// isFront reports whether it is of the market, and not of something that is sold.
func (j job) isFront() bool { return j.name == picture.Market || j.name == picture.TallMarket }

// jobsOf lists the pictures of everything that the demo sells, of who makes it, and of the market.
func jobsOf(plan *picture.Plan) []job {
	warm := oklch(0.95, 0.042, 78)
	jobs := []job{
		{picture.Market, plan.Market, warm, labelOf(0), 1600, 900, 1.72, []int{800, 1600}},
		{picture.TallMarket, plan.Market, warm, labelOf(0), 1400, 1400, 0.9, []int{700, 1400}},
	}
	for i, m := range plan.Makers {
		jobs = append(jobs, job{
			picture.Name(m.Name), m.Still, tintOf(i), labelOf(i), 800, 500, 1.3,
			m.Widths(),
		})
		for _, p := range m.Products {
			jobs = append(jobs, job{
				picture.Name(p.Title), p.Still, tintOf(i), labelOf(i), 800, 600, 1.12,
				p.Widths(),
			})
		}
	}
	return jobs
}

// paint makes a picture in its widths.
func (s *studio) paint(j job, dir string) error {
	for _, name := range append(picture.Names(j.still.Of), picture.Names(j.still.With)...) {
		if s.cuts[name] == nil {
			return fmt.Errorf("%s: there is no object %q", j.name, name)
		}
	}
	full := s.draw(j)
	for _, width := range j.widths {
		if width > j.w {
			full = s.draw(j.as(width))
		}
		if err := write(filepath.Join(dir, picture.File(j.name, width)), full.NRGBA, width,
			j.quality(width)); err != nil {
			return fmt.Errorf("%s: %w", j.name, err)
		}
	}
	return nil
}

// as is the same label on a canvas of another width.
func (j job) as(width int) job {
	j.w, j.h = width, j.h*width/j.w
	return j
}

func (s *studio) draw(j job) *canvas {
	c := paper(j.w, j.h, j.tint)
	if j.still.Layout == picture.Label {
		c.label(s.types, j.still.Title, j.still.By, j.label)
		return c
	}
	for _, p := range s.arrange(j) {
		c.put(p)
		if p.jar {
			c.name(s.types, p, j.still.Title)
		}
	}
	return c
}

// seed is what a picture's small accidents come from: its name.
func (j job) seed() uint64 {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(j.name))
	return seed.Sum64()
}

// quality is libwebp's. Below it the paper shows steps. What is shown smaller than it is, and what is full of
// edges, hides them longer.
func (j job) quality(width int) int {
	switch {
	case j.isFront():
		return 50
	case width <= 320:
		return 50
	}
	return 70
}

func write(path string, full *image.NRGBA, width, quality int) error {
	small := full
	if width < full.Rect.Dx() {
		small = image.NewNRGBA(image.Rect(0, 0, width, full.Rect.Dy()*width/full.Rect.Dx()))
		draw.BiLinear.Scale(small, small.Rect, full, full.Rect, draw.Src, nil)
	}
	var b bytes.Buffer
	if err := webp.Encode(&b, small, webp.Options{Quality: quality, Method: 6}); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644) //nolint:gosec // they are for everybody to read
}
