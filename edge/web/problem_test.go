package web_test

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
)

// TestWhoIsLostIsShownTheWay offers search and the market wherever an address names one.
func TestWhoIsLostIsShownTheWay(t *testing.T) {
	s := edgetest.Open(t)
	for _, path := range []string{
		"/nothing", "/m/portland/nothing", "/m/nowhere", "/p/prd_portland_x",
		"/producers/pro_portland_<script>", "/%ff",
	} {
		v := s.Open(t, path, "", nil)
		if v.Status != http.StatusNotFound || len(v.Find("form", "action", "/m/portland/products")) != 1 ||
			len(v.Find("a", "class", "button", "href", "/m/portland")) != 1 {
			t.Errorf("%s is answered with %d and shows no way: %s", path, v.Status, v.Text())
		}
	}
	s.Peers.Fail("ListMarkets", fault.New(fault.Unavailable, "unavailable", "Down."))
	if v := s.Open(t, "/nothing", "", nil); v.Status != http.StatusNotFound ||
		len(v.Find("a", "class", "button", "href", "/")) != 1 {
		t.Errorf("without the catalogue it is answered with %d", v.Status)
	}
}
