package edge

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/fault"
)

// statusOf is how a request is answered.
func (s *Shop) statusOf(t *testing.T, c call) int {
	t.Helper()
	answer, _ := s.send(t, c) //nolint:bodyclose // send closes it
	return answer.StatusCode
}

func TestWhatIsRefusedAtTheDoorIsToldAndAFloodOfItCounted(t *testing.T) {
	s := openShop(t, DefaultLimits)
	shopper := []string{"Authorization", "Bearer shopper"}
	refund := "/api/v1/orders/" + placedOrder + "/refunds"
	for range 50 {
		if got := s.statusOf(t, call{
			method: http.MethodPost, path: refund, header: shopper,
			body: `{}`,
		}); got != http.StatusForbidden {
			t.Fatal(got)
		}
	}
	s.statusOf(t, call{
		method: http.MethodPost, path: "/api/v1/carts",
		header: []string{"Sec-Fetch-Site", "cross-site"}, body: `{}`,
	})
	s.peers.fail("SignIn", fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries."))
	s.statusOf(t, call{
		method: http.MethodPost, path: "/api/v1/sessions",
		body: `{"email": "ann@example.org", "password": "right"}`,
	})
	// who is not signed in is asked to, not refused
	s.statusOf(t, call{method: http.MethodGet, path: "/api/v1/account"})
	if err := s.process.Stop(); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range s.peers.recorded {
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
	s := openShop(t, DefaultLimits)
	get := call{
		method: http.MethodGet, path: "/account/data.json",
		header: []string{"Authorization", "Bearer shopper"},
	}
	if got := s.statusOf(t, get); got != http.StatusOK || len(s.peers.recorded) != 1 ||
		s.peers.recorded[0].GetAction() != "data.export" || s.peers.recorded[0].GetSubject() != "acc_x_1" {
		t.Errorf("%d, told %v", got, s.peers.recorded)
	}
	s.peers.fail("Record", fault.New(fault.Unavailable, "unavailable", "The log is away."))
	if got := s.statusOf(t, get); got != http.StatusServiceUnavailable {
		t.Errorf("without the log: %d", got)
	}
}
