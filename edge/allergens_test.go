package edge

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// statements are what may be said of allergens, with what a product's page says of each.
var statements = []struct {
	name   string
	of     func(*catalogv1.Product)
	says   string
	stated bool
	answer string
}{
	{"declared", func(*catalogv1.Product) {}, "Contains milk", true, containsSome},
	{
		"declared none", func(p *catalogv1.Product) { p.Allergens, p.AllergensNone = nil, true },
		"None of the 14 major allergens", true, containsNone,
	},
	{
		"not stated", func(p *catalogv1.Product) { p.Allergens = nil },
		"The maker has not stated allergens. Ask before you eat.", false, notStated,
	},
}

func TestAPageSaysTheRightOneOfThreeThingsOfAllergens(t *testing.T) {
	for _, c := range statements {
		t.Run(c.name, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			s.peers.ware = c.of
			said := 0
			text := s.open(t, "/p/"+cheese, "", nil).text()
			for _, other := range statements {
				if strings.Contains(text, other.says) {
					said++
				}
			}
			if said != 1 || !strings.Contains(text, c.says) {
				t.Errorf("it says %d of the three things, and should say %q", said, c.says)
			}
			_, body := s.send(t, call{method: http.MethodGet, path: "/api/v1/products/" + cheese}) //nolint:bodyclose // send closes it
			want := `"allergens_stated":` + strconv.FormatBool(c.stated)
			if !bytes.Contains(body, []byte(want)) {
				t.Errorf("the API answers %s", body)
			}
			if chosen := s.open(t, wareAt, makerCookie, nil).find("input", "name", "contains", "value",
				c.answer, "checked", ""); len(chosen) != 1 {
				t.Error("the form does not show the answer")
			}
		})
	}
}

func TestAProductsFormWarnsOfWordsThatAreNotDeclared(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.ware = func(p *catalogv1.Product) { p.Ingredients = "Raw milk, Weizenmehl, beurre, salt" }
	if text := s.open(t, wareAt, makerCookie, nil).text(); !strings.Contains(text,
		"The ingredients name what is not declared: weizenmehl (gluten).") {
		t.Errorf("it says %s", text)
	}
}

func TestTheDeskMarksWhatHasNoStatement(t *testing.T) {
	for _, c := range statements {
		s := openShop(t, DefaultLimits)
		s.peers.ware = c.of
		if marked := strings.Contains(s.open(t, "/producer/products", makerCookie, nil).text(),
			"Allergens not stated"); marked == c.stated {
			t.Errorf("%s: marked %v", c.name, marked)
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
			s := openShop(t, DefaultLimits)
			form := typedProduct()
			form.Del("contains")
			form.Del("allergens")
			for field, values := range c.form {
				form[field] = values
			}
			v := s.open(t, wareAt, makerCookie, form)
			if v.status != c.status ||
				(c.status != http.StatusSeeOther) != (s.peers.count("PutProduct") == 0) {
				t.Fatalf("status %d, and %d products are put", v.status, s.peers.count("PutProduct"))
			}
			if c.status != http.StatusSeeOther {
				if len(v.find("p", "id", "w-contains")) != 1 {
					t.Error("the question has no answer to what is wrong")
				}
				return
			}
			if p := s.peers.last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct(); strings.Join(
				p.GetAllergens(), " ") != c.allergens || p.GetAllergensNone() != c.none {
				t.Errorf("%v, none %v", p.GetAllergens(), p.GetAllergensNone())
			}
		})
	}
}

func TestAFilterThatIsFreeFromSomethingSaysWhatItLeavesOut(t *testing.T) {
	s := openShop(t, DefaultLimits)
	const note = "whose maker has not stated allergens"
	if v := s.open(t, "/m/portland/products?allergen_free=egg", "", nil); !strings.Contains(v.text(), note) {
		t.Error("it does not say so")
	}
	if v := s.open(t, "/m/portland/products", "", nil); strings.Contains(v.text(), note) {
		t.Error("it says so without a filter")
	}
}
