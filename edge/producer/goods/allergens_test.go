package goods_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func TestAProductsFormWarnsOfWordsThatAreNotDeclared(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Ware = func(p *catalogv1.Product) { p.Ingredients = "Raw milk, Weizenmehl, beurre, salt" }
	if text := s.Open(t, edgetest.WareAt, edgetest.MakerCookie, nil).Text(); !strings.Contains(text,
		"The ingredients name what is not declared: weizenmehl (gluten).") {
		t.Errorf("it says %s", text)
	}
}

func TestTheDeskMarksWhatHasNoStatement(t *testing.T) {
	for _, c := range edgetest.Statements {
		s := edgetest.Open(t)
		s.Peers.Ware = c.Of
		if marked := strings.Contains(s.Open(t, "/producer/products", edgetest.MakerCookie, nil).Text(),
			"Allergens not stated"); marked == c.Stated {
			t.Errorf("%s: marked %v", c.Name, marked)
		}
	}
}

func TestAProductsFormAsksForAllergens(t *testing.T) {
	for name, c := range map[string]struct {
		form      url.Values
		status    int
		allergens string
		none      bool
	}{
		"no answer to a form that asked": {
			url.Values{"asked": {"allergens"}},
			http.StatusUnprocessableEntity,
			"", false,
		},
		"no answer to one that did not": {url.Values{}, http.StatusSeeOther, "", false},
		"none": {
			url.Values{"asked": {"allergens"}, "contains": {"none"}},
			http.StatusSeeOther, "", true,
		},
		"not yet": {
			url.Values{"asked": {"allergens"}, "contains": {"unsaid"}},
			http.StatusSeeOther, "", false,
		},
		"some": {
			url.Values{"contains": {"some"}, "allergens": {"milk", "nuts"}},
			http.StatusSeeOther, "milk nuts", false,
		},
		"ticks alone": {
			url.Values{"asked": {"allergens"}, "allergens": {"milk"}},
			http.StatusSeeOther, "milk", false,
		},
		"some, and none is ticked": {
			url.Values{"contains": {"some"}},
			http.StatusUnprocessableEntity,
			"", false,
		},
		"none, and one is ticked": {
			url.Values{"contains": {"none"}, "allergens": {"milk"}},
			http.StatusUnprocessableEntity, "", false,
		},
		"none yet, and one is ticked": {
			url.Values{"contains": {"unsaid"}, "allergens": {"milk"}},
			http.StatusUnprocessableEntity, "", false,
		},
		"what is none of the three": {
			url.Values{"contains": {"perhaps"}},
			http.StatusUnprocessableEntity, "", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := edgetest.Open(t)
			form := typedProduct()
			form.Del("contains")
			form.Del("allergens")
			for field, values := range c.form {
				form[field] = values
			}
			v := s.Open(t, edgetest.WareAt, edgetest.MakerCookie, form)
			if v.Status != c.status ||
				(c.status != http.StatusSeeOther) != (s.Peers.Count("PutProduct") == 0) {
				t.Fatalf("status %d, and %d products are put", v.Status, s.Peers.Count("PutProduct"))
			}
			if c.status != http.StatusSeeOther {
				if len(v.Find("p", "id", "w-contains")) != 1 {
					t.Error("the question has no answer to what is wrong")
				}
				return
			}
			if p := s.Peers.Last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct(); strings.Join(
				p.GetAllergens(), " ") != c.allergens || p.GetAllergensNone() != c.none {
				t.Errorf("%v, none %v", p.GetAllergens(), p.GetAllergensNone())
			}
		})
	}
}
