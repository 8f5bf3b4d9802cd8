package api_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// TestAPurchaseIsAsTheDocumentSays goes from the first look to the refund on real
// services; every answer is checked against the OpenAPI document.
func TestAPurchaseIsAsTheDocumentSays(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		browse(t, m)
		cart := m.FillCart(t)
		checkout := edgetest.Call{
			Method: "POST", Path: "/api/v1/carts/" + cart + "/checkout", Header: edgetest.WithKey,
			Body: strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1),
		}
		order := m.Ask(t, 201, checkout)
		if again := m.Ask(t, 201, checkout); again["id"] != order["id"] ||
			again["access_token"] != order["access_token"] {
			t.Errorf("the same checkout is answered %v and %v", order["id"], again["id"])
		}
		checkout.Body = strings.Replace(checkout.Body, `"ok"`, `"declined"`, 1)
		m.Ask(t, 422, checkout)
		at := "/api/v1/orders/" + order["id"].(string)
		m.Ask(t, 200,
			edgetest.Call{
				Method: "GET", Path: at,
				Header: []string{"Authorization", "Bearer " + order["access_token"].(string)},
			})
		m.Ask(t, 404, edgetest.Call{Method: "GET", Path: at, Header: []string{"Authorization", "Bearer x"}})
		m.Prepare(t, at, order)
		m.Ask(t, 409, edgetest.Call{
			Method: "POST", Path: at + "/cancel",
			Header: []string{"Authorization", "Bearer " + order["access_token"].(string)},
		})
	})
}

func browse(t *testing.T, m *edgetest.Market) {
	t.Helper()
	for _, path := range []string{
		"/markets", "/categories?market=portland", "/products?market=portland&q=tomme&facets=true",
		"/products/" + m.Product,
		"/producers?market=portland", "/producers/" + m.Producer, "/windows?market=portland",
	} {
		m.Ask(t, 200, edgetest.Call{Method: "GET", Path: "/api/v1" + path})
	}
	list := m.Ask(t, 200, edgetest.Call{Method: "GET", Path: edgetest.ListAt})["products"].([]any)
	variants := list[0].(map[string]any)["variants"].([]any)
	if a, b := variants[0].(map[string]any)["available"], variants[1].(map[string]any)["available"]; len(
		list) != 1 || a != 12.0 || b != 3.25 {
		t.Errorf("%d products, of which %v and %v are there", len(list), a, b)
	}
}
