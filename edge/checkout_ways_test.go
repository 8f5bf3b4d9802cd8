package edge

import (
	"net/http"
	"net/url"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestATimeOfTheOtherKindIsNotOrderedFor(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := url.Values{
		"key": {"a-key"}, "name": {"Ada"}, "email": {"ada@example.org"},
		"window_id": {saturday}, "payment": {"pickup"},
	}
	for way, want := range map[string]string{"": saturday, "pickup": saturday, "delivery": ""} {
		form.Set("way", way)
		s.open(t, "/checkout", withCart, form)
		if asked, _ := s.peers.last["Checkout"].(*orderingv1.CheckoutRequest); asked.GetWindowId() != want {
			t.Errorf("with the way %q it is ordered for %q", way, asked.GetWindowId())
		}
	}
}

func TestTheDayThatWasChosenWhileShoppingComesFirst(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/checkout", withCart+"; visit=day%3D2026-11-21", nil)
	v.says(t, http.StatusOK, "Pickup or delivery")
	days := v.find("h2", "class", "day")
	if len(days) == 0 || (&view{root: days[0]}).text() != "Saturday, November 21" {
		t.Errorf("the first of %d days is another", len(days))
	}
}
