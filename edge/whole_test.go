package edge_test

import (
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// TestARealShopHasWholePages opens the pages of real services.
func TestARealShopHasWholePages(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cart := m.FillCart(t)
		for path, cookie := range map[string]string{
			"/": "", "/m/portland?q=tomme": "", "/p/" + m.Product: "", "/producers/" + m.Producer: "",
			"/cart": "cart=" + cart, "/checkout": "cart=" + cart, "/dev/mail": "",
		} {
			if v := m.Open(t, path, cookie, nil); v.Status != 200 || len(v.Find("h1")) != 1 {
				t.Errorf("%s is answered with %d", path, v.Status)
			}
		}
	})
}
