package checkout_test

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
)

func TestACheckoutAsksForTheSecondFactorToo(t *testing.T) {
	s := edgetest.Open(t)
	for _, path := range []string{"/checkout/form", "/checkout"} {
		v := s.Open(t, path, edgetest.WithCart, edgetest.HalfIn())
		if to := v.Header.Get("Location"); v.Status != http.StatusSeeOther ||
			to != "/sign-in/second?next=%2Fcheckout&with=passkey+totp" {
			t.Errorf("%s: status %d to %q", path, v.Status, to)
		}
		if len(v.Cookies) != 1 || v.Cookies[0].Name != web.PendingCookie || v.Cookies[0].Value != "half" {
			t.Errorf("%s: cookies %v", path, v.Cookies)
		}
	}
	if s.Peers.Count("ListAddresses") != 0 || s.Peers.Count("Checkout") != 0 {
		t.Error("half of a sign-in reads addresses, or orders")
	}
}
