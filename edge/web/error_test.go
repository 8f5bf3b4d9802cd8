package web_test

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
)

func TestErrorsHavePagesToo(t *testing.T) {
	s := edgetest.Open(t)
	for path, want := range map[string]int{
		"/nothing": 404, "/p/nothing": 404, "/m/no%20market": 404,
		"/cart/": 404, "/m/portland/products?cursor=bad": 422,
	} {
		if v := s.Open(t, path, "", nil); v.Status != want || len(v.Find("h1")) != 1 {
			t.Errorf("%s is answered with %d", path, v.Status)
		}
	}
	s.Peers.Fail("GetCart",
		fault.New(fault.Unavailable, "unavailable", "A part of the shop is not reachable."))
	v := s.Open(t, "/cart", "cart="+edgetest.GuestCart, nil)
	if v.Status != http.StatusServiceUnavailable || v.Header.Get("Retry-After") == "" {
		t.Errorf("status %d", v.Status)
	}
}
