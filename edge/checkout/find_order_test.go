package checkout_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// TestACalendarTakesTheNewerOfTwo reads an order's calendar before and after it was moved: programs go by
// SEQUENCE and DTSTAMP.
func TestACalendarTakesTheNewerOfTwo(t *testing.T) {
	s := edgetest.Open(t)
	read := func(field string) string {
		t.Helper()
		_, body := s.Send(t, edgetest.Call{
			Method: "GET", Path: edgetest.OrderAt + "/calendar.ics",
			Header: []string{"Cookie", edgetest.WithOrder},
		})
		found := regexp.MustCompile(`(?m)^` + field + `:(.*)\r$`).FindStringSubmatch(string(body))
		if found == nil {
			t.Fatalf("there is no %s in %s", field, body)
		}
		return found[1]
	}
	sequence, stamped := read("SEQUENCE"), read("DTSTAMP")
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Version, o.Steps = 12,
				append(o.Steps, &orderingv1.Step{
					Status: state.OrderConfirmed, At: 1_795_200_000_000,
					Note: "moved",
				})
		}
	})
	if after := read("SEQUENCE"); sequence != "0" || after != "12" {
		t.Errorf("the sequence goes from %s to %s", sequence, after)
	}
	if after := read("DTSTAMP"); strings.Compare(after, stamped) <= 0 || after != read("LAST-MODIFIED") {
		t.Errorf("the stamp goes from %s to %s", stamped, after)
	}
}
