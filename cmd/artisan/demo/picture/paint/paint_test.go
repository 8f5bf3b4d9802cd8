package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

// ready is the plan and its objects. To open them takes a while, so that tests share them.
var ready = sync.OnceValues(func() (*studio, error) { return newStudio("objects") })

func studioOf(t *testing.T) *studio {
	t.Helper()
	s, err := ready()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNothingOnAPictureIsCutOffOrMuchEnlarged(t *testing.T) {
	s := studioOf(t)
	for _, j := range jobsOf(s.plan) {
		all := s.arrange(j)
		if len(all) == 0 {
			t.Errorf("%s shows nothing", j.name)
		}
		for _, p := range all {
			w, h := p.size()
			if p.x-w/2 < 0 || p.x+w/2 > float64(j.w) || p.y-h < 0 || p.y > float64(j.h) {
				t.Errorf("%s: something at %.0f, %.0f reaches over the edge", j.name, p.x, p.y)
			}
			if p.scale > maxZoom+1e-9 {
				t.Errorf("%s: something is enlarged %.2f times", j.name, p.scale)
			}
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
	j := jobsOf(s.plan)[2]
	if a, b := s.draw(j), s.draw(j); !slices.Equal(a.Pix, b.Pix) {
		t.Errorf("%s is not what it was", j.name)
	}
}

func TestPicturesAreCurrent(t *testing.T) {
	s := studioOf(t)
	var wanted []string
	for _, j := range jobsOf(s.plan)[1:] {
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
