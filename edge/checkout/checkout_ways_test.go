package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestATimeOfTheOtherKindIsNotOrderedFor(t *testing.T) {
	s := edgetest.Open(t)
	form := url.Values{
		"key": {"a-key"}, "name": {"Ada"}, "email": {"ada@example.org"},
		"window_id": {edgetest.Saturday}, "payment": {"pickup"},
	}
	for way, want := range map[string]string{
		"": edgetest.Saturday, "pickup": edgetest.Saturday,
		"delivery": "",
	} {
		form.Set("way", way)
		s.Open(t, "/checkout", edgetest.WithCart, form)
		if asked, _ := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest); asked.GetWindowId() != want {
			t.Errorf("with the way %q it is ordered for %q", way, asked.GetWindowId())
		}
	}
}

func TestTheDayThatWasChosenWhileShoppingComesFirst(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/checkout", edgetest.WithCart+"; visit=day%3D2026-11-21", nil)
	v.Says(t, http.StatusOK, "Pickup or delivery")
	days := v.Find("h2", "class", "day")
	if len(days) == 0 || (&edgetest.View{Root: days[0]}).Text() != "Saturday, November 21" {
		t.Errorf("the first of %d days is another", len(days))
	}
}

func TestAFeeIsOnlyAnnouncedWhereOneIsAdded(t *testing.T) {
	for name, c := range map[string]struct {
		window func(*deliveryv1.Window)
		says   bool
	}{
		"brought for a fee": {nil, true},
		"brought free":      {func(w *deliveryv1.Window) { w.Fee = nil }, false},
		"fetched only":      {func(w *deliveryv1.Window) { w.Kind, w.Fee = "pickup", nil }, false},
	} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) { p.Window = c.window })
		v := s.Open(t, "/checkout", edgetest.WithCart, nil)
		if says := strings.Contains(v.Text(), "Delivery adds its fee."); v.Status != http.StatusOK ||
			says != c.says {
			t.Errorf("%s: status %d, a fee is announced: %t", name, v.Status, says)
		}
	}
}
