package api_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

func TestTheAPITellsOfAllergensInThreeWaysAndWhereTheyWereNotKept(t *testing.T) {
	for want, c := range map[string]struct {
		codes  []string
		stated *bool
	}{
		`"allergens":["milk"],"allergens_stated":true`: {[]string{"milk"}, new(true)},
		`"allergens":[],"allergens_stated":true`:       {nil, new(true)},
		`"allergens":[],"allergens_stated":false`:      {nil, new(false)},
		`"allergens":[],"allergens_stated":null`:       {nil, nil},
	} {
		s := edgetest.Open(t)
		s.Declare(c.codes, c.stated)
		for _, c := range []edgetest.Call{
			{Method: http.MethodGet, Path: "/api/v1/carts/" + edgetest.GuestCart},
			{
				Method: http.MethodGet, Path: "/api/v1/orders/" + edgetest.PlacedOrder,
				Header: []string{"Authorization", "Bearer shopper"},
			},
		} {
			if _, body := s.Send(t, c); !bytes.Contains(body,
				[]byte(want)) {
				t.Errorf("%s answers %s, want %s", c.Path, body, want)
			}
		}
	}
}
