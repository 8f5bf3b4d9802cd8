package edge_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// asksFirst are all routes that a session alone does not open. A route that has the mark and is not here
// fails, and one that is here and lost its mark.
var asksFirst = []string{
	"POST /api/v1/orders/{id}/refunds", "POST /operator/orders/{id}/refunds",
	"POST /operator/producers/{id}/approval", "GET /operator/producers/{id}/approval",
	"PUT /api/v1/account/password", "PUT /api/v1/account/email", "GET /account/password",
	"POST /account/password", "GET /account/email", "POST /account/email",
	"GET /operator/log.csv", "GET /operator/log.jsonl", "GET /account/data.json", "GET /account/delete",
	"POST /account/delete",
	"POST /account/security/passkeys", "POST /account/security/passkeys/{id}/delete",
	"GET /account/security/app", "POST /account/security/app",
	"POST /account/security/app/delete", "POST /account/security/codes", "POST /operator/security",
	"POST /operator/security/reset",
	"GET /producer/people", "POST /producer/people", "POST /producer/people/{person}",
	"GET /producer/people/{person}/remove", "POST /producer/people/{person}/remove",
	"POST /producer/invitations/{id}/delete", "GET /operator/windows/{id}/cancel",
	"POST /operator/windows/{id}/cancel",
}

// TestWhatMattersMostIsAskedFirst walks every route with a session that has shown nothing for eleven minutes.
func TestWhatMattersMostIsAskedFirst(t *testing.T) {
	s := edgetest.Open(t)
	s.Stale()
	want := map[string]bool{}
	for _, pattern := range asksFirst {
		want[pattern] = true
	}
	for _, rt := range s.Routes {
		if rt.Plain != nil || rt.Live != nil {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		path := strings.NewReplacer("{$}", "", "{id}", edgetest.PlacedOrder, "{variant}", edgetest.Wheel,
			"{window}", edgetest.Saturday,
			"{part}", edgetest.OnePart, "{key}", "nothing", "{service}", "payments").Replace(at)
		answer, body := s.Send(t, edgetest.Call{
			Method: method, Path: path,
			Header: []string{
				"Cookie", "session=operator", "Sec-Fetch-Site", "same-origin", "Content-Type",
				"application/x-www-form-urlencoded",
			},
		})
		asks := strings.HasPrefix(answer.Header.Get("Location"), "/step-up?next=") ||
			(answer.StatusCode == http.StatusForbidden && strings.Contains(string(body), "/step-up?next=")) ||
			strings.Contains(string(body), `"step_up_required"`)
		if asks != want[rt.Pattern] {
			t.Errorf("%s asks first: %t (%d)", rt.Pattern, asks, answer.StatusCode)
		}
		delete(want, rt.Pattern)
	}
	for pattern := range want {
		t.Errorf("%s is no route", pattern)
	}
	if s.Peers.Count("Refund")+s.Peers.Count("Erase")+s.Peers.Count("SetDeskFactors")+
		s.Peers.Count("AddPasskey") != 0 {
		t.Error("something was done before it was asked")
	}
}

// TestADeskIsLockedUntilItsSecondFactorIsThere walks every route of the desks as who has none, though the
// desk asks for it.
func TestADeskIsLockedUntilItsSecondFactorIsThere(t *testing.T) {
	s := edgetest.Open(t)
	for _, has := range []bool{false, true} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Session = func(a *identityv1.GetSessionResponse) {
				a.FactorRequiredSince = 1
				if has {
					a.Factors, a.SteppedUpUntil = []string{"totp"}, 0
				}
			}
		})
		to := map[bool]string{false: "/account/security", true: "/step-up?next="}[has]
		for _, rt := range s.Routes {
			if (rt.Rule != web.Producing && rt.Rule != web.Operating) || rt.Plain != nil {
				continue
			}
			method, at, _ := strings.Cut(rt.Pattern, " ")
			path := strings.NewReplacer("{id}", edgetest.PlacedOrder, "{variant}", edgetest.Wheel, "{window}",
				edgetest.Saturday,
				"{part}", edgetest.OnePart, "{key}", "nothing", "{service}", "payments").Replace(at)
			answer, body := s.Send(t, edgetest.Call{
				Method: method, Path: path,
				Header: []string{
					"Cookie", "session=operator", "Sec-Fetch-Site",
					"same-origin",
				},
			})
			if !strings.HasPrefix(answer.Header.Get("Location"), to) &&
				answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d to %q: %.100s", rt.Pattern, answer.StatusCode,
					answer.Header.Get("Location"), body)
			}
		}
		if v := s.Open(t, "/orders/"+edgetest.PlacedOrder, "session=operator",
			nil); v.Status != http.StatusNotFound {
			t.Errorf("an operator who is locked out reads an order: %d", v.Status)
		}
		if v := s.Open(t, "/account", "session=operator", nil); v.Status != http.StatusOK ||
			len(v.Find("a", "href", "/operator")) < 2 {
			t.Errorf("the own account: %d", v.Status)
		}
		if v := s.Open(t, "/sell", "session=producer", nil); v.Status == http.StatusOK {
			t.Error("a maker who is locked out applies again")
		}
	}
	if v := s.Open(t, "/account/security", "session=operator", nil); !strings.Contains(v.Text(),
		"show once more") {
		t.Errorf("the page says %s", v.Text())
	}
}
