package shop_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

func TestAPageSaysTheRightOneOfThreeThingsOfAllergens(t *testing.T) {
	for _, c := range edgetest.Statements {
		t.Run(c.Name, func(t *testing.T) {
			s := edgetest.Open(t)
			s.Peers.Ware = c.Of
			said := 0
			text := s.Open(t, "/p/"+edgetest.Cheese, "", nil).Text()
			for _, other := range edgetest.Statements {
				if strings.Contains(text, other.Says) {
					said++
				}
			}
			if said != 1 || !strings.Contains(text, c.Says) {
				t.Errorf("it says %d of the three things, and should say %q", said, c.Says)
			}
			_, body := s.Send(t, edgetest.Call{Method: http.MethodGet, Path: "/api/v1/products/" +
				edgetest.Cheese})
			want := `"allergens_stated":` + strconv.FormatBool(c.Stated)
			if !bytes.Contains(body, []byte(want)) {
				t.Errorf("the API answers %s", body)
			}
			if chosen := s.Open(t, edgetest.WareAt, edgetest.MakerCookie, nil).Find("input", "name",
				"contains", "value",
				c.Answer, "checked", ""); len(chosen) != 1 {
				t.Error("the form does not show the answer")
			}
		})
	}
}

func TestAFilterThatIsFreeFromSomethingSaysWhatItLeavesOut(t *testing.T) {
	s := edgetest.Open(t)
	const note = "whose maker has not stated allergens"
	if v := s.Open(t, "/m/portland/products?allergen_free=egg", "", nil); !strings.Contains(v.Text(), note) {
		t.Error("it does not say so")
	}
	if v := s.Open(t, "/m/portland/products", "", nil); strings.Contains(v.Text(), note) {
		t.Error("it says so without a filter")
	}
}
