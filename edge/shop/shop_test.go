package shop_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func TestTextOfProducersIsText(t *testing.T) {
	s := edgetest.Open(t)
	for _, path := range []string{"/p/" + edgetest.Cheese, "/producers/" + edgetest.Dairy, "/dev/mail"} {
		v := s.Open(t, path, "", nil)
		for _, element := range []string{"b", "young"} {
			if len(v.Find(element)) != 0 {
				t.Errorf("%s has an element %s that somebody wrote", path, element)
			}
		}
	}
	if v := s.Open(t, "/p/"+edgetest.Cheese, "", nil); !strings.Contains(v.Text(), "Hill Tomme <young>") {
		t.Error("the title is not there as it was written")
	}
}

func TestAMakerWithoutATownHasNothingToPartItsGoodsFrom(t *testing.T) {
	for town, want := range map[string]string{"": "3 products", "Gresham": "Gresham · 3 products"} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Producer = func(p *catalogv1.Producer) {
				p.Town, p.Products = town,
					3
			}
		})
		about := s.Open(t, "/m/portland/producers", "", nil).Find("p", "class", "by")
		if len(about) == 0 || strings.Join(strings.Fields((&edgetest.View{Root: about[0]}).Text()),
			" ") != want {
			t.Errorf("in %q it does not say %q", town, want)
		}
	}
}
