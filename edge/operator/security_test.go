package operator_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func TestARefundIsAskedForBeforeItsForm(t *testing.T) {
	s := edgetest.Open(t)
	s.Stale()
	v := s.Open(t, "/operator/orders/"+edgetest.PlacedOrder, "session=operator", nil)
	if links := v.Find("a", "href", "/step-up?next=%2Foperator%2Forders%2F"+edgetest.PlacedOrder+
		"%3Frefund%3D1"); len(links) != 1 || len(v.Find("input", "name", "amount")) != 0 {
		t.Errorf("%d ways to show who one is, and %d forms", len(links),
			len(v.Find("input", "name", "amount")))
	}
	page := s.Open(t, "/step-up?next=%2Foperator%2Forders%2F"+edgetest.PlacedOrder, "session=operator", nil)
	if page.Status != http.StatusOK || len(page.Find("input", "type", "password")) != 1 ||
		page.Value("next") != "/operator/orders/"+edgetest.PlacedOrder {
		t.Fatalf("status %d, next %q", page.Status, page.Value("next"))
	}
	form := url.Values{
		"as": {edgetest.Accounts["operator"].GetId()}, "next": {page.Value("next")},
		"password": {"wrong"},
	}
	if v := s.Open(t, "/step-up", "session=operator", form); v.Status != http.StatusUnprocessableEntity ||
		v.Value("password") != "" {
		t.Errorf("a wrong password: %d, %q", v.Status, v.Value("password"))
	}
	form.Set("password", "right")
	if v := s.Open(t, "/step-up", "session=operator", form); v.Status != http.StatusSeeOther ||
		v.Header.Get("Location") != "/operator/orders/"+edgetest.PlacedOrder {
		t.Errorf("%d to %s", v.Status, v.Header.Get("Location"))
	}
	form.Set("next", "//evil.example/")
	if v := s.Open(t, "/step-up", "session=operator", form); v.Header.Get("Location") != "/account" {
		t.Errorf("it leads to %s", v.Header.Get("Location"))
	}
	form.Set("as", "somebody else")
	if v := s.Open(t, "/step-up", "session=operator", form); v.Status != http.StatusConflict {
		t.Errorf("somebody else's form: %d", v.Status)
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Session = nil })
	if v := s.Open(t, "/step-up?next=/cart", "session=operator", nil); v.Header.Get("Location") != "/cart" {
		t.Error("who has just shown it is asked again")
	}
	if v := s.Open(t, "/operator/orders/"+edgetest.PlacedOrder+"?refund=1", "session=operator",
		nil); len(v.Find("details", "open", "")) != 1 {
		t.Error("the refund's form is not open")
	}
}

func TestAnOperatorSaysWhichDesksAskForASecondFactor(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/operator/security", "session=operator",
		url.Values{"producer": {"2026-12-01"}, "operator": {""}})
	if v.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", v.Status, v.Text())
	}
	sent := s.Peers.Last["SetDeskFactors"].(*identityv1.SetDeskFactorsRequest)
	if len(sent.GetDesks()) != 2 || sent.GetDesks()[0].GetRequiredFrom() != 0 ||
		sent.GetDesks()[1].GetRequiredFrom() != time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC).UnixMilli() {
		t.Errorf("it asked for %v", sent)
	}
	if v := s.Open(t, "/operator/security", "session=operator",
		url.Values{"producer": {"soon"}}); v.Status != http.StatusUnprocessableEntity ||
		v.Value("producer") != "soon" || s.Peers.Count("SetDeskFactors") != 1 {
		t.Errorf("no day: %d, %q", v.Status, v.Value("producer"))
	}
	if v := s.Open(t, "/operator/security/reset", "session=operator",
		url.Values{"email": {"dairy@example.org"}}); v.Status != http.StatusSeeOther ||
		s.Peers.Count("ResetFactors") != 1 {
		t.Errorf("a reset: %d", v.Status)
	}
}
