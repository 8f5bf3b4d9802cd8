package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
)

// statusOf is how a request is answered.
func statusOf(t *testing.T, s *edgetest.Shop, c edgetest.Call) int {
	t.Helper()
	answer, _ := s.Send(t, c)
	return answer.StatusCode
}

func TestWhatIsRefusedAtTheDoorIsToldAndAFloodOfItCounted(t *testing.T) {
	s := edgetest.Open(t)
	shopper := []string{"Authorization", "Bearer shopper"}
	refund := "/api/v1/orders/" + edgetest.PlacedOrder + "/refunds"
	for range 50 {
		if got := statusOf(t, s, edgetest.Call{
			Method: http.MethodPost, Path: refund, Header: shopper,
			Body: `{}`,
		}); got != http.StatusForbidden {
			t.Fatal(got)
		}
	}
	statusOf(t, s, edgetest.Call{
		Method: http.MethodPost, Path: "/api/v1/carts",
		Header: []string{"Sec-Fetch-Site", "cross-site"}, Body: `{}`,
	})
	s.Peers.Fail("SignIn", fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries."))
	statusOf(t, s, edgetest.Call{
		Method: http.MethodPost, Path: "/api/v1/sessions",
		Body: `{"email": "ann@example.org", "password": "right"}`,
	})
	// who is not signed in is asked to, not refused
	statusOf(t, s, edgetest.Call{Method: http.MethodGet, Path: "/api/v1/account"})
	if err := s.Process.Stop(); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range s.Peers.Recorded {
		told = append(told, fmt.Sprint(e.GetActorKind(), " ", e.GetActorId(), " ",
			e.GetAddress() == "127.0.0.1", " ", e.GetSealedAddress(), ": ", e.GetOutcome(), " ",
			e.GetAction(), " ", e.GetSubject(), " ", e.GetDetail()["code"], e.GetDetail()["times"]))
	}
	member := "member acc_x_1 true sealed: refused request POST /api/v1/orders/{id}/refunds denied"
	want := []string{
		member, "guest  true : refused request POST /api/v1/carts cross_site",
		"guest  true : refused request POST /api/v1/sessions too_many_attempts", member + "49",
	}
	if !slices.Equal(told, want) {
		t.Errorf("the log was told\n%q, want\n%q", told, want)
	}
}

func TestDataIsHandedOutOnlyWhenThatCanBeTold(t *testing.T) {
	s := edgetest.Open(t)
	get := edgetest.Call{
		Method: http.MethodGet, Path: "/account/data.json",
		Header: []string{"Authorization", "Bearer shopper"},
	}
	if got := statusOf(t, s, get); got != http.StatusOK || len(s.Peers.Recorded) != 1 ||
		s.Peers.Recorded[0].GetAction() != "data.export" || s.Peers.Recorded[0].GetSubject() != "acc_x_1" {
		t.Errorf("%d, told %v", got, s.Peers.Recorded)
	}
	s.Peers.Fail("Record", fault.New(fault.Unavailable, "unavailable", "The log is away."))
	if got := statusOf(t, s, get); got != http.StatusServiceUnavailable {
		t.Errorf("without the log: %d", got)
	}
}
