package checkout_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
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
