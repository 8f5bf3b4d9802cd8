package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestACheckoutThatIsNotConfirmedIs202(t *testing.T) {
	s := edgetest.Open(t)
	s.Awaits(true, false)
	answer, body := s.Send(t, edgetest.Call{
		Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
		Header: edgetest.WithKey,
	})
	var order api.OrderJSON
	if err := json.Unmarshal(body, &order); err != nil || answer.StatusCode != http.StatusAccepted ||
		answer.Header.Get("Location") != "/api/v1/orders/"+edgetest.PlacedOrder {
		t.Fatalf("%d to %q: %s (%v)", answer.StatusCode, answer.Header.Get("Location"), body, err)
	}
	if order.Status != state.OrderAwaitingConfirmation || order.AccessToken == "" || order.ConfirmBy == nil ||
		order.HoldsUntil == nil {
		t.Errorf("it is answered as %s", body)
	}
}
